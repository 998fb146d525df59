"""An audit for a person at a terminal.  In: audits.  Out: rich's tables and lines; decides nothing."""

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from grader.outcome import Audit, Finding, Part

MOST_LISTED = 12
"""Findings of one part that are listed, without being red: the JSON has all of them."""
SLOWEST = 5


def one(audit: Audit) -> Table:
    """One assignment: the parts of its audit, a line each."""
    table = Table(title=f"{audit.slug}: {'green' if audit.green else 'RED'}", title_style=_style(green=audit.green))
    for column, justify in (("part", "left"), ("", "left"), ("what was found", "left"), ("s", "right")):
        table.add_column(column, justify="right" if justify == "right" else "left", overflow="fold")
    for part in audit.parts:
        mark = Text("ok" if part.green else "RED", style=_style(green=part.green))
        table.add_row(part.name, mark, Text(part.summary), f"{part.seconds:.0f}")
    return table


def findings(audit: Audit) -> Iterator[Text]:
    """What is to be mended, then what is only listed."""
    for part in audit.parts:
        yield from (_line(part, finding) for finding in part.findings if finding.red)
    for part in audit.parts:
        listed = [finding for finding in part.findings if not finding.red]
        yield from (_line(part, finding) for finding in listed[:MOST_LISTED])
        if len(listed) > MOST_LISTED:
            yield Text(f"{part.name}: and {len(listed) - MOST_LISTED} more; --json has them all", style="dim")


def together(audits: Sequence[Audit]) -> Table:
    """All assignments: the figures that say how far the grader can be trusted."""
    table = Table(title="What the grader is worth")
    columns = ("assignment", "claims", "mistakes named", "mutants killed", "with a reason", "chance", "ms", "calls", "")
    for column in columns:
        table.add_column(column, justify="left" if column == "assignment" else "right")
    for audit in audits:
        figures = {name: value for part in audit.parts for name, value in part.figures.items()}
        mutants = figures.get("mutants") or 0
        killed = (figures.get("killed") or 0) / mutants if mutants else 1.0
        table.add_row(
            audit.slug,
            _whole(figures.get("checks")),
            f"{_whole(figures.get('named_mistakes'))} of {_whole(figures.get('mistakes'))}",
            f"{killed:.1%} of {_whole(mutants)}",
            _whole(figures.get("with_reason")),
            f"{figures.get('bound') or 0:.0e}",
            f"{figures.get('own_ms') or 0:.1f}",
            _whole(figures.get("calls")),
            Text("green" if audit.green else "RED", style=_style(green=audit.green)),
        )
    return table


def slowest(audits: Sequence[Audit]) -> Table:
    """The checks that cost most, over all assignments."""
    rows = [(audit.slug, row) for audit in audits for part in audit.parts if part.name == "cost" for row in part.rows]
    rows.sort(key=lambda pair: -_float(pair[1]["all_ms"]))
    table = Table(title="The slowest checks")
    for column in ("assignment", "check", "ms in the submission's code", "ms in all", "calls"):
        table.add_column(column, justify="left" if column in {"assignment", "check"} else "right", overflow="fold")
    for slug, row in rows[:SLOWEST]:
        own, everything = (f"{_float(row[name]):.1f}" for name in ("own_ms", "all_ms"))
        table.add_row(slug, str(row["check"]), own, everything, str(row["calls"]))
    return table


def _line(part: Part, finding: Finding) -> Text:
    where = f" ({finding.where})" if finding.where else ""
    mark = "RED " if finding.red else ""
    return Text(f"{mark}{part.name}: {finding.sentence}{where}", style="red" if finding.red else "dim")


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _style(*, green: bool) -> str:
    return "green" if green else "bold red"
