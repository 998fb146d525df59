"""A column of points for Canvas and for Moodle.  In: a report.  Out: CSV (RFC 4180), a row a student.

An unjudged submission has an empty cell. A text that a spreadsheet would take for a formula gets an apostrophe in
front, and a student whose very name is one is left out (`left_out` says who): under another name no gradebook would
find them.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from grader.emit.html import number
from grader.emit.parts import message, remarks, repeated, sentence, standing
from grader.report import Report, Result

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def canvas(report: Report) -> str:
    """Canvas' import: matched by the login, which is the folder's or the file's name here."""
    header = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", _text(report.assignment))
    most = [number(max(result.max_points for result in report.submissions))] if report.submissions else []
    possible = [("Points Possible", "", "", "", "", points) for points in most]
    rows = [(r.student, "", "", r.student, "", _points(r)) for r in _named(report)]
    return _table(header, [*possible, *rows])


def moodle(report: Report) -> str:
    """Moodle's import: map `username`, the points and the feedback."""
    header = ("username", _text(report.assignment), f"{_text(report.assignment)} feedback")
    return _table(header, ((r.student, _points(r), _text(_feedback(report, r))) for r in _named(report)))


def left_out(report: Report) -> Iterator[str]:
    """Who has no row, and why."""
    for result in report.submissions:
        if _is_formula(result.student):
            yield (
                f"{result.student} is left out: a spreadsheet would run that name as a formula. "
                "Rename the folder or the file, or enter the points by hand."
            )


def _named(report: Report) -> Iterator[Result]:
    return (result for result in report.submissions if not _is_formula(result.student))


def _points(result: Result) -> str:
    return "" if result.points is None else number(result.points)


def _feedback(report: Report, result: Result) -> str:
    """Nothing beside an empty cell: Moodle takes feedback without points for a wish to empty them."""
    if result.points is None:
        return ""
    again = repeated(result.items)
    wrong = [item for item in result.items if item.status in {"failed", "skipped"} and item.id not in again]
    lines = [f"{standing(result)}.", *result.notices, *remarks(report, result)]
    lines += [f"{sentence(item)}\n{message(item)}" for item in wrong]
    return "\n".join(lines)


def _is_formula(text: str) -> bool:
    return text.startswith(_FORMULA)


def _text(text: str) -> str:
    return f"'{text}" if _is_formula(text) else text


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()
