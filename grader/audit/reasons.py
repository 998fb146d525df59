"""Why a mutant survives, as its author wrote it down.  In: `solutions/<slug>.toml`.  Out: reasons by mutant.

    [[survivor]]
    function = "sigmoid"
    was = "return np.where(z >= 0, 1.0, small) / (1.0 + small)"
    becomes = "return np.where(z > 0, 1.0, small) / (1.0 + small)"
    reason = "At z = 0 both branches are 1."
    equivalent = true

`was` and `becomes` are the lines as the audit prints them. A list for `becomes` gives several mutants of one line the
same reason. An equivalent mutant is right, by what it computes or by the contract, and no mutant to be killed; the
others could be told apart at a price that is not worth it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.audit.places import shown
from grader.outcome import Finding

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of one exercise."""

    of: Mapping[Key, str]
    equivalent: frozenset[Key]
    where: str
    findings: tuple[Finding, ...] = ()
    """What is wrong with the file itself."""


def read(file: Path) -> Reasons:
    """The file's reasons; none where there is no file."""
    where = shown(file, None)
    if not file.is_file():
        return Reasons({}, frozenset(), where)
    try:
        entries = tomllib.loads(file.read_text("utf-8")).get("survivor", [])
        each = [(mutant, entry) for entry in entries for mutant in _keys(entry)]
        reasons = {mutant: str(entry["reason"]) for mutant, entry in each}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        return Reasons({}, frozenset(), where, (Finding(f"cannot be read: {type(error).__name__}: {error}", where),))
    return Reasons(reasons, frozenset(mutant for mutant, entry in each if entry.get("equivalent")), where)


def _keys(entry: dict[str, Any]) -> list[Key]:
    becomes = [entry["becomes"]] if isinstance(entry["becomes"], str) else entry["becomes"]
    return [key(entry["function"], entry["was"], text) for text in becomes]


def key(function: str, was: str, becomes: str) -> Key:
    """How a mutant is found again: Python's versions print one program with other spaces, quotes and parentheses."""
    return function, *(re.sub(r"[\s()'\"]", "", text) for text in (was, becomes))  # type: ignore[return-value] # two
