"""What a class looks like, as values that a page reads.  Never computes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.changes import Change
from grader.history import Run
from grader.report import Result


@dataclass(frozen=True, slots=True)
class Past:
    """What is left of one attempt: enough to tell how a student went on."""

    at: datetime | None
    run: Run
    status: str
    points: float | None
    max_points: float
    isolation: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one student stands with one assignment: the last attempt counts, whatever it is."""

    result: Result
    attempts: tuple[Past, ...]
    last: Change | None = None
    """What the last attempt changed; None for a first one."""


@dataclass(frozen=True, slots=True)
class Student:
    """One student over all assignments, by assignment's name."""

    name: str
    standings: Mapping[str, Standing]

    @property
    def points(self) -> float:
        """All that was judged."""
        return round(sum(one.result.points or 0.0 for one in self.standings.values()), 6)

    @property
    def max_points(self) -> float:
        """What could be had in all that was handed in."""
        return round(sum(one.result.max_points for one in self.standings.values()), 6)


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar of the distribution: from `low` up to, and without, `high`; the last one is full marks alone."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class FunctionFigures:
    """How students fare with one function."""

    name: str
    max_points: float
    full: int
    part: int
    wrong: int
    unwritten: int
    unjudged: int
    stops: int
    """For how many it is the first one, in the notebook's order, that is not all right."""


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One claim: how hard it is, and whether it tells students apart."""

    id: str
    function: str
    claim: str
    max_points: float
    n: int
    """Whose work was judged, with at least one function written."""
    passed: int
    unwritten: int
    discrimination: float | None
    """Point-biserial with the rest of the score; None where it says nothing."""

    @property
    def difficulty(self) -> float | None:
        """The share who pass: the larger, the easier."""
        return self.passed / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class MistakeFigures:
    """One thing that goes wrong, and what students read about it."""

    function: str
    name: str | None
    """None where the numbers prove no mistake: the sentence says what was seen."""
    sentence: str
    hint: str | None
    students: tuple[str, ...]

    @property
    def is_shared(self) -> bool:
        """Whether more than one has it: worth a word in class."""
        return len(self.students) > 1


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of judging."""

    median: float
    total: float
    slowest: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment over all students."""

    slug: str
    functions: tuple[FunctionFigures, ...]
    max_points: float
    run: Run
    runs: int
    handed_in: int
    full_marks: int
    mean: float | None
    median: float | None
    distribution: tuple[Bin, ...]
    items: tuple[ItemFigures, ...]
    mistakes: tuple[MistakeFigures, ...]
    problems: tuple[Result, ...]
    """Unjudged, refused, unreadable."""
    times: Times | None
    isolation: Mapping[str, int]
    changes: tuple[Change, ...]
    """What the last run changed, where there was a result before."""
    new: int
    """Who had none before the last run."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A class."""

    students: tuple[Student, ...]
    assignments: tuple[Assignment, ...]
    at: datetime | None
    """When the last result was found."""
