"""The frozen values that every emitter reads.  In: from `judge`.  Out: plain data.  Never computes a verdict.

The JSON form is a contract: every key is always there, null where empty. Text that came from a student is cleaned here,
once; each emitter escapes it for its own format.
"""

import dataclasses
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from grader.picture import Formula, Picture

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
    picture: Picture | None = None
    formulas: tuple[Formula, ...] = ()
    """These two are for pages, of public draws only, and no part of the JSON form."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a student finds a function in their file."""

    line: int
    """From 1: of a `.py` file, of its cell in a notebook."""
    cell: str | None = None
    """In a notebook, how its cell is found: "cell 5"."""

    def __str__(self) -> str:
        return f"{self.cell}, line {self.line}" if self.cell else f"line {self.line}"


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
    locations: Mapping[str, Location] = field(default_factory=dict)
    """Of the functions that are not right, for whoever shows the report. No part of its JSON form: they follow from the
    file, and a result of another day does without."""

    def location(self, item: Item) -> Location | None:
        """Where the item's function stands, where that is known."""
        return self.locations.get(item.function or "")

    def as_dict(self) -> dict[str, Any]:
        """The result's part of the JSON form."""
        bare = tuple(dataclasses.replace(item, picture=None, formulas=()) for item in self.items)
        document: dict[str, Any] = msgspec.to_builtins(dataclasses.replace(self, items=bare))
        for item in document["items"]:
            del item["picture"], item["formulas"]
        del document["locations"]
        return document


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
        head = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return head | {"submissions": [result.as_dict() for result in self.submissions]}


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text from a stranger without control, bidirectional or unpaired characters, and of bounded length.

    Tab and newline stay. What is kept is a subset of XML 1.0's `Char`.
    """
    if len(text) <= limit and text.replace("\n", " ").replace("\t", " ").isprintable():
        return text  # as nearly always; a class has a hundred thousand of them
    kept = "".join(c for c in text[: 4 * limit] if c in "\t\n" or unicodedata.category(c) not in _DROPPED)
    kept = "".join(c for c in kept if c not in "\ufffe\uffff" and c not in _BIDI)
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def named(text: str, limit: int = 200) -> str:
    """A student's name, cleaned; a longer one is cut, and ends in a hash so that distinct names stay distinct."""
    cleaned = clean(text, len(text) + 1)
    if len(cleaned) <= limit:
        return cleaned
    return f"{cleaned[: limit - 10]}…-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


_DROPPED = frozenset({"Cc", "Cs", "Cn", "Co"})
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")


def total(items: tuple[Item, ...]) -> float | None:
    """The points of judged items; None where one is unjudged, since no number would be true."""
    if any(item.status == "unjudged" for item in items):
        return None
    return round(sum(item.points for item in items if item.status != "manual"), 6)
