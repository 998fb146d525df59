"""The frozen values that every emitter reads.  In: from `judge`.  Out: plain data.  Never computes a verdict.

The JSON form is a contract: every key is always there, null where empty. Text that came from a student is cleaned here,
once; each emitter escapes it for its own format.
"""

import dataclasses
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

ItemStatus = Literal["passed", "failed", "skipped", "unjudged", "manual"]
Status = Literal["judged", "unreadable", "refused", "unjudged"]

MAX_TEXT = 4000
"""Characters of a finding: more than any of ours needs, and a flood that a submission raises ends here."""


@dataclass(frozen=True, slots=True)
class Item:
    """One claim about one function of a submission, or a written answer that waits for a person."""

    id: str
    function: str | None
    claim: str
    status: ItemStatus
    points: float
    max_points: float
    finding: str | None = None
    hint: str | None = None
    mistake: str | None = None
    followed_through: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One submission, judged."""

    student: str
    assignment: str
    file: str
    sha256: str | None
    status: Status
    notices: tuple[str, ...]
    isolation: str
    points: float | None
    max_points: float
    seconds: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One run of the grader over one assignment."""

    grader: str
    numpy: str
    assignment: str
    seed_id: str | None
    checks_version: str
    submissions: tuple[Result, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report's JSON form."""
        return dataclasses.asdict(self)


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text from a stranger without control, bidirectional or unpaired characters, and of bounded length.

    Tab and newline stay. What is kept is a subset of XML 1.0's `Char`.
    """
    kept = "".join(c for c in text[: 4 * limit] if c in "\t\n" or unicodedata.category(c) not in _DROPPED)
    kept = "".join(c for c in kept if c not in "\ufffe\uffff" and c not in _BIDI)
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


_DROPPED = frozenset({"Cc", "Cs", "Cn", "Co"})
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def total(items: tuple[Item, ...]) -> float | None:
    """The points of judged items; None where one is unjudged, since no number would be true."""
    if any(item.status == "unjudged" for item in items):
        return None
    return round(sum(item.points for item in items if item.status != "manual"), 6)
