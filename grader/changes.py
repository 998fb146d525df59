"""Two results of one student → what was gained, what was lost, by which item.  Out: plain data.  Judges nothing.

The law: where both have points, the items' differences add up to the totals' difference.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from grader.report import Item, Result


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One claim, before and after; None where the other set of checks did not have it."""

    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        """The claim as it is now, or as it was last."""
        made = self.after or self.before
        assert made is not None  # noqa: S101 - for the type checker: one of them is there
        return made

    @property
    def points(self) -> float:
        """What it gives more than before."""
        return round(_points(self.after) - _points(self.before), 6)

    @property
    def says_otherwise(self) -> bool:
        """Whether what is said of the answer differs: not its words, which new draws may change, but the verdict."""
        return _verdict(self.before) != _verdict(self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """One student's results on one assignment, and the items that differ."""

    before: Result | None
    after: Result
    items: tuple[ItemChange, ...]

    @property
    def points(self) -> float | None:
        """The totals' difference; None where one of them is no number."""
        if self.before is None or self.before.points is None or self.after.points is None:
            return None
        return round(self.after.points - self.before.points, 6)

    @property
    def gains(self) -> float:
        """What the items that give more give more, together."""
        return round(sum(item.points for item in self.items if item.points > 0), 6)

    @property
    def losses(self) -> float:
        """What the items that give less give less, together: no positive number."""
        return round(sum(item.points for item in self.items if item.points < 0), 6)

    @property
    def matters(self) -> bool:
        """Whether a student has other points, or reads something else: not where claims only weigh otherwise."""
        if self.before is None or self.before.status != self.after.status:
            return True
        return bool(self.points) or any(pair.says_otherwise for pair in self.items)


def change(before: Result | None, after: Result) -> Change:
    """Compare two results."""
    old = dict(_named(before.items)) if before else {}
    new = dict(_named(after.items))
    pairs = (ItemChange(old.get(key), new.get(key)) for key in (*new, *(key for key in old if key not in new)))
    return Change(before, after, tuple(pair for pair in pairs if pair.points or pair.says_otherwise))


def _named(items: tuple[Item, ...]) -> Iterator[tuple[tuple[str, int], Item]]:
    """Items by their names; a report from elsewhere may have a name twice."""
    seen: Counter[str] = Counter()
    for item in items:
        yield (item.id, seen[item.id]), item
        seen[item.id] += 1


def _points(item: Item | None) -> float:
    return item.points if item is not None and item.status != "manual" else 0.0


def _verdict(item: Item | None) -> object:
    return item and (item.status, item.mistake, item.followed_through)
