"""What judging again changes, for a person at a terminal.  In: changes.  Out: rich's table, lines; decides nothing."""

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from grader.changes import Change, ItemChange
from grader.emit.html import number
from grader.overview.figures import sentence
from grader.report import Item, Result

_WORDS = {"passed": "holds", "skipped": "not written", "manual": "by hand", "unjudged": "not judged"}


def table(changes: Sequence[Change]) -> Table:
    """Who gains, who loses, by which item and why."""
    made = Table(title="What changes")
    for column, justify in (("student", "left"), ("before", "right"), ("now", "right"), ("", "right"), ("why", "left")):
        made.add_column(column, justify="right" if justify == "right" else "left", overflow="fold")
    for one in changes:
        made.add_row(_who(one), _sum(one.before), _sum(one.after), _difference(one.points), _why(one), end_section=True)
    return made


def summary(changes: Sequence[Change], count: int) -> Iterator[str]:
    """The sums: nobody's points go down without being counted here."""
    gains = [one.points for one in changes if one.points is not None and one.points > 0]
    losses = [-one.points for one in changes if one.points is not None and one.points < 0]
    lost = [one for one in changes if one.after.points is None]
    found = [one for one in changes if one.after.points is not None and one.before and one.before.points is None]
    if gains:
        yield f"{len(gains)} gain{_s(gains)} points, together {number(round(sum(gains), 6))}."
    if losses:
        yield f"{len(losses)} lose{_s(losses)} points, together {number(round(sum(losses), 6))}."
    if found:
        yield f"Judged now, and not before: {len(found)}."
    if lost:
        yield f"Cannot be judged now, and keep the result of before: {len(lost)}."
    same = count - len(gains) - len(losses) - len(lost) - len(found)
    yield f"{same} of {count} have the points of before."


def _s(points: Sequence[float]) -> str:
    return "s" if len(points) == 1 else ""


def _who(one: Change) -> Text:
    changed = one.before is not None and one.before.sha256 != one.after.sha256
    return Text(one.after.student + ("\n(another file)" if changed else ""))


def _sum(result: Result | None) -> Text:
    if result is None or result.points is None:
        return Text("unjudged" if result else "")
    text = f"{number(result.points)} of {number(result.max_points)}"
    return Text(text if result.status == "judged" else f"{text} ({result.status})")


def _difference(points: float | None) -> Text:
    if points is None:
        return Text("")
    return Text(
        f"{points:+g}".replace("-", "−") if points else "±0",
        style="red" if points < 0 else "green" if points > 0 else "",
    )


def _why(one: Change) -> Text:
    if one.after.status != "judged":
        return Text(one.after.notices[-1] if one.after.notices else one.after.status)
    return Text("\n").join(Text(line) for pair in one.items for line in _lines(pair))


def _lines(pair: ItemChange) -> Iterator[str]:
    before, after = _said(pair.before), _said(pair.after)
    points = f"{pair.item.id}: {_points(pair.before)} → {_points(pair.after)}"
    if before == after:
        yield f"{points} ({after})"
        return
    yield points
    yield f"  before: {before}"
    yield f"  now: {after}"


def _points(item: Item | None) -> str:
    return "–" if item is None else f"{number(item.points)} of {number(item.max_points)}"


def _said(item: Item | None) -> str:
    if item is None:
        return "not asked"
    words = _WORDS.get(item.status) or sentence(item)
    return f"{item.mistake}: {words}" if item.mistake else words
