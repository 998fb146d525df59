"""Tables for a person at a terminal.  In: tallies.  Out: rich's renderables; decides nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.emit.html import number
from grader.emit.tally import FunctionTally, Tally
from grader.report import Result

MOST_MISTAKES = 10
STEPS = 10
"""Parts of the points' range in a distribution."""
BAR = 40
"""Columns of the longest bar."""


def students(tally: Tally) -> RenderableType:
    """One assignment: students down, functions across; of a large class how it did, and who needs a look."""
    if tally.small:
        return _rows(tally, f"{tally.assignment}: {tally.count} submissions")
    return Group(*_summary(tally))


def assignments(tallies: Sequence[Tally]) -> RenderableType:
    """A class over assignments: students down, assignments across; of a large class how it did at each."""
    if all(tally.small for tally in tallies):
        return _matrix(tallies)
    parts = [_overview(tallies)]
    parts += [_rows(t, _looks_title(t)) for t in tallies if t.looks]
    return Group(*parts)


def mistakes(tallies: Sequence[Tally], most: int = MOST_MISTAKES) -> Table:
    """The mistakes that most students made, with the sentence that they read."""
    count = Counter({(place, *key): times for place, t in enumerate(tallies) for key, times in t.mistakes.items()})
    table = Table(title="The most frequent mistakes")
    for column in ("students", "function", "mistake", "what they read"):
        table.add_column(column, overflow="fold", justify="right" if column == "students" else "left")
    for (place, function, mistake), times in count.most_common(most):
        said = tallies[place].sentences[function, mistake]
        table.add_row(str(times), function, Text(mistake), Text(said.splitlines()[-1] if said else ""))
    return table


# --- a small class ---


def _rows(tally: Tally, title: str) -> Table:
    table = Table(title=title)
    table.add_column("student", overflow="fold", min_width=14)
    for function in tally.functions:
        table.add_column(function, justify="right", overflow="fold")
    table.add_column("points", justify="right", style="bold")
    table.add_column("")
    for result in tally.rows:
        cells = [_points(result, function) for function in tally.functions]
        table.add_row(Text(result.student), *cells, _sum(result), _remark(result))
    return table


def _matrix(tallies: Sequence[Tally]) -> Table:
    by = {(result.student, tally.assignment): result for tally in tallies for result in tally.rows}
    names = sorted({student for student, _ in by})
    table = Table(title=f"{len(names)} students × {len(tallies)} assignments: automatic points")
    table.add_column("student", overflow="fold", min_width=14)
    for tally in tallies:
        table.add_column(f"{tally.assignment}\n(of {number(tally.most)})", justify="right", overflow="fold")
    for name in names:
        table.add_row(Text(name), *(_sum(by.get((name, tally.assignment))) for tally in tallies))
    return table


def _points(result: Result, function: str) -> Text:
    items = [item for item in result.items if item.function == function]
    if any(item.status == "unjudged" for item in items):
        return Text("?")
    if items and all(item.status == "skipped" for item in items):
        return Text("–")
    got, most = sum(i.points for i in items), sum(i.max_points for i in items)
    return Text(number(round(got, 4)), style="" if got == most else "yellow")


def _sum(result: Result | None) -> Text:
    if result is None:
        return Text("")
    if result.points is None:
        return Text("unjudged", style="red")
    if result.status != "judged":
        return Text(f"0 ({result.status})", style="yellow")
    return Text(number(result.points), style="green" if result.points == result.max_points else "")


def _remark(result: Result) -> Text:
    if result.status == "judged":
        return Text("")
    return Text(result.notices[-1] if result.notices else result.status, overflow="fold")


# --- a large class ---


def _summary(tally: Tally) -> Iterator[Table]:
    """How the points lie, how each function went, and who needs a look."""
    spread = Table(title=f"{tally.assignment}: {tally.count} submissions, {_middle(tally)}")
    spread.add_column("points", justify="right")
    spread.add_column("students", justify="right")
    spread.add_column("")
    steps = distribution(tally)
    longest = max((students for _, students in steps), default=0) or 1
    for label, students in steps:
        spread.add_row(label, str(students), "█" * round(BAR * students / longest))
    yield spread
    functions = Table(title="Functions")
    functions.add_column("function", overflow="fold")
    for column in ("of", "mean", *_OUTCOMES):
        functions.add_column(column, justify="right")
    for name, each in tally.functions.items():
        functions.add_row(name, *_function(each, tally.count))
    yield functions
    if tally.looks:
        yield _rows(tally, _looks_title(tally))


_OUTCOMES = ("full", "part", "none", "not written", "not judged")


def _function(tally: FunctionTally, students: int) -> Iterator[str]:
    yield number(tally.most)
    judged = students - tally.outcomes["not judged"]
    yield f"{tally.points / judged:.2f}" if judged else "–"
    yield from (str(tally.outcomes[outcome] or "") for outcome in _OUTCOMES)


def distribution(tally: Tally) -> list[tuple[str, int]]:
    """Students by points: none, full, and equal steps between; each with its label."""
    nothing = sum(times for points, times in tally.points.items() if points <= 0)
    full = sum(times for points, times in tally.points.items() if points >= tally.most > 0)
    step = tally.most / STEPS
    between = [0] * STEPS
    for points, times in tally.points.items():
        if 0 < points < tally.most:
            between[min(int(points / step), STEPS - 1)] += times
    labels = [f"from {number(round(k * step, 2))}" if k else "above 0" for k in range(STEPS)]
    made = [("0", nothing), *zip(labels, between, strict=True), (number(tally.most), full)]
    return [*made, ("unjudged", tally.unjudged)] if tally.unjudged else made


def _overview(tallies: Sequence[Tally]) -> Table:
    table = Table(title=f"{len(tallies)} assignments: automatic points")
    table.add_column("assignment", overflow="fold")
    for column in ("submissions", "of", "median", "mean", "full", "0", "unjudged", "need a look"):
        table.add_column(column, justify="right")
    for tally in tallies:
        steps = dict(distribution(tally))
        counts = (steps[number(tally.most)], steps["0"], tally.unjudged, tally.looks)
        table.add_row(
            tally.assignment, str(tally.count), number(tally.most), _median(tally), _mean(tally), *map(str, counts)
        )
    return table


def _looks_title(tally: Tally) -> str:
    shown = len(tally.rows)
    more = f" (the first {shown}; the report, --json, has all)" if shown < tally.looks else ""
    return f"{tally.assignment}: {tally.looks} need a look{more}"


def _middle(tally: Tally) -> str:
    return f"median {_median(tally)} and mean {_mean(tally)} of {number(tally.most)} points"


def _mean(tally: Tally) -> str:
    judged = tally.points.total()
    return f"{sum(points * times for points, times in tally.points.items()) / judged:.2f}" if judged else "–"


def _median(tally: Tally) -> str:
    """The lower one where there are two."""
    values = sorted(tally.points)
    below = accumulate(tally.points[value] for value in values)
    return next((number(v) for v, n in zip(values, below, strict=True) if 2 * n >= tally.points.total()), "–")
