"""Why a mutant survives, as its author wrote it down.  In: `solutions/<slug>.toml`.  Out: reasons by mutant.

    [[survivor]]
    function = "sigmoid"
    was = "return np.where(z >= 0, 1.0, small) / (1.0 + small)"
    becomes = "return np.where(z > 0, 1.0, small) / (1.0 + small)"
    reason = "At z = 0 both branches are 1."

`was` and `becomes` are the lines as the audit prints them. A list for `becomes` gives several mutants of one line the
same reason.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.audit.places import shown
from grader.outcome import Finding

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Reasons:
    """The reasons of one exercise."""

    of: Mapping[Key, str]
    where: str
    findings: tuple[Finding, ...] = ()
    """What is wrong with the file itself."""


def read(file: Path) -> Reasons:
    """The file's reasons; none where there is no file."""
    where = shown(file, None)
    if not file.is_file():
        return Reasons({}, where)
    try:
        entries = tomllib.loads(file.read_text("utf-8")).get("survivor", [])
        reasons = {
            (entry["function"], entry["was"], becomes): entry["reason"]
            for entry in entries
            for becomes in ([entry["becomes"]] if isinstance(entry["becomes"], str) else entry["becomes"])
        }
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        return Reasons({}, where, (Finding(f"cannot be read: {type(error).__name__}: {error}", where),))
    return Reasons(reasons, where)
