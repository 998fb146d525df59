"""Results of judging again, beside those of before.  In: each result once.  Out: what differs.  Writes nothing.

They wait here until somebody has seen what would change, and has it written.
"""

from collections.abc import Iterable, Sequence

from grader.changes import Change, change
from grader.report import Result
from grader.workers import Graded


class Differences:
    """Takes the results of a run, and holds each against the last one of the same student."""

    complete = True

    def __init__(self, before: Sequence[Sequence[Result]]) -> None:
        """`before` has the last results, by batch and place."""
        self._before = before
        self._graded: list[Graded] = []
        self._changes: list[Change] = []

    def take(self, one: Graded) -> Iterable[str]:
        """Compare one result."""
        found = change(self._before[one.batch][one.place], one.result)
        self._graded.append(one)
        if found.matters:
            self._changes.append(found)
        return ()

    def end(self) -> Iterable[str]:
        """Nothing is left to do."""
        return ()

    @property
    def count(self) -> int:
        """How many were compared."""
        return len(self._graded)

    @property
    def unjudged(self) -> int:
        """How many could not be judged now."""
        return sum(one.result.status == "unjudged" for one in self._graded)

    @property
    def changes(self) -> list[Change]:
        """What differs: losses first, the largest ahead; then gains; then what costs and gives nothing."""
        return sorted(self._changes, key=lambda one: (_kind(one), -abs(one.points or 0.0), one.after.student))

    @property
    def to_write(self) -> list[Graded]:
        """The results that stand in the place of those of before.

        What could not be judged now takes no points from anybody: the result of before stays.
        """
        return [one for one in self._graded if one.result.status != "unjudged" or self._was_unjudged(one)]

    def _was_unjudged(self, one: Graded) -> bool:
        return self._before[one.batch][one.place].status == "unjudged"


def _kind(one: Change) -> int:
    if one.points is None:
        return 0 if one.after.points is None else 1
    return 0 if one.points < 0 else 1 if one.points > 0 else 2
