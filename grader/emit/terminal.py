"""Tables for a person at a terminal.  In: reports.  Out: rich's renderables and lines; decides nothing."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from grader.emit.html import number
from grader.report import Report, Result


def students(report: Report) -> Table:
    """One assignment: students down, functions across."""
    functions = list(dict.fromkeys(i.function for r in report.submissions for i in r.items if i.function))
    table = Table(title=f"{report.assignment}: {len(report.submissions)} submissions")
    table.add_column("student", overflow="fold", min_width=14)
    for function in functions:
        table.add_column(function, justify="right", overflow="fold")
    table.add_column("points", justify="right", style="bold")
    table.add_column("")
    for result in report.submissions:
        cells = [_points(result, function) for function in functions]
        table.add_row(Text(result.student), *cells, _sum(result), _remark(result))
    return table


def assignments(reports: Sequence[Report]) -> Table:
    """A class: students down, assignments across."""
    names = sorted({r.student for report in reports for r in report.submissions})
    table = Table(title=f"{len(names)} students × {len(reports)} assignments: automatic points")
    table.add_column("student", overflow="fold", min_width=14)
    for report in reports:
        most = max((r.max_points for r in report.submissions), default=0)
        table.add_column(f"{report.assignment}\n(of {number(most)})", justify="right", overflow="fold")
    by = {(r.student, report.assignment): r for report in reports for r in report.submissions}
    for name in names:
        table.add_row(Text(name), *(_sum(by.get((name, report.assignment))) for report in reports))
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


def mistakes(reports: Sequence[Report], most: int = 10) -> Table:
    """The mistakes that most students made, with the sentence that they read."""
    count: Counter[tuple[str, str, str]] = Counter()
    sentence: dict[tuple[str, str, str], str] = {}
    for report in reports:
        for result in report.submissions:
            for key, said in {
                (report.assignment, i.function or "", i.mistake): i.finding or "" for i in result.items if i.mistake
            }.items():
                count[key] += 1
                sentence.setdefault(key, said.splitlines()[-1])
    table = Table(title="The most frequent mistakes")
    for column in ("students", "function", "mistake", "what they read"):
        table.add_column(column, overflow="fold", justify="right" if column == "students" else "left")
    for key, times in count.most_common(most):
        table.add_row(str(times), key[1], Text(key[2]), Text(sentence[key]))
    return table
