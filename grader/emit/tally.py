"""What is kept of a class while its results pass by.  In: results, one at a time.  Out: counts, and a few results.

Of a small class every result stays, for a table of students; of a large one only those that need a look, up to a
number. So a class of ten thousand takes no more memory than one of sixty.
"""

from collections import Counter
from dataclasses import dataclass, field

from grader.report import Result

SMALL = 60
"""Students whose rows a person still reads one by one: a screen or two."""
MOST_LOOKS = 30
"""Rows of those that need a look: where it is more, something is wrong with all, and the report has them."""

MistakeKey = tuple[str, str]
"""The function and the mistake's name."""


@dataclass(slots=True)
class FunctionTally:
    """How the class did at one function."""

    most: float = 0.0
    points: float = 0.0
    """All students' together."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Students by `full`, `part`, `none`, `not written` and `not judged`."""


@dataclass(slots=True)
class Tally:
    """One assignment's class."""

    assignment: str
    count: int = 0
    most: float = 0.0
    points: Counter[float] = field(default_factory=Counter)
    """Students by their points, where they have any."""
    unjudged: int = 0
    looks: int = 0
    """Those that need a look, kept or not."""
    functions: dict[str, FunctionTally] = field(default_factory=dict)
    mistakes: Counter[MistakeKey] = field(default_factory=Counter)
    """Students by mistake."""
    sentences: dict[MistakeKey, str] = field(default_factory=dict)
    _rows: dict[int, Result] = field(default_factory=dict)
    _looks: dict[int, Result] = field(default_factory=dict)

    @property
    def small(self) -> bool:
        """Whether every result is kept."""
        return self.count <= SMALL

    @property
    def rows(self) -> list[Result]:
        """The results that are kept, in the order of the submissions."""
        kept = self._rows if self.small else self._looks
        return [kept[place] for place in sorted(kept)]

    def take(self, place: int, result: Result) -> None:
        """Count one result, which was the submission at that place."""
        self.count += 1
        self.most = max(self.most, result.max_points)
        if result.points is None:
            self.unjudged += 1
        else:
            self.points[result.points] += 1
        self._keep(place, result)
        for name in dict.fromkeys(item.function for item in result.items if item.function):
            self._count_function(name, result)
        made = {(i.function or "", i.mistake): i.finding or "" for i in result.items if i.mistake}
        self.mistakes.update(made.keys())
        self.sentences = {**made, **self.sentences}

    def _keep(self, place: int, result: Result) -> None:
        if self.small:
            self._rows[place] = result
        else:
            self._rows.clear()
        if needs_a_look(result):
            self.looks += 1
            if len(self._looks) < MOST_LOOKS:
                self._looks[place] = result

    def _count_function(self, name: str, result: Result) -> None:
        tally = self.functions.setdefault(name, FunctionTally())
        items = [item for item in result.items if item.function == name]
        got, most = sum(item.points for item in items), sum(item.max_points for item in items)
        tally.most = max(tally.most, most)
        tally.points += got
        if any(item.status == "unjudged" for item in items):
            outcome = "not judged"
        elif all(item.status == "skipped" for item in items):
            outcome = "not written"
        else:
            outcome = "full" if got == most else "part" if got else "none"
        tally.outcomes[outcome] += 1


def needs_a_look(result: Result) -> bool:
    """Whether a person should see it: not judged, not readable, or judged and nothing right."""
    return result.status != "judged" or result.points == 0
