"""What several formats say alike, as plain text.  In: results, items.  Out: words; each format escapes them for itself.

An unjudged submission is told without a number, and what a person will grade is pending and never 0.
"""

import dataclasses
import math
from pathlib import PurePath

from grader.emit.html import number
from grader.report import Item, Location, Report, Result, clean, named

OWN_RUN = "Own run, public checks: the points that count come from the course's own run."

UNSAFE = "Judged without isolation: the submission ran with the grader's own rights."

LONGEST_NAME = 200
"""Characters of an id, a file's name: what is longer is no name that a person gave."""

_WITHOUT_A_FINDING = {
    "passed": "",
    "failed": "This claim does not hold.",
    "skipped": "Not written yet.",
    "unjudged": "Not judged.",
    "manual": "Graded by a person.",
}
"""Where the course shows no findings, or there is none."""


def cleaned(report: Report) -> Report:
    """The report with every text such that XML, a terminal and a log can hold it; twice cleaned is the same.

    The judge cleans what it reads; a report from elsewhere may not have gone through it.

    Raises:
        ValueError: a figure of it is not finite.

    """
    return dataclasses.replace(
        report,
        grader=clean(report.grader, LONGEST_NAME),
        numpy=clean(report.numpy, LONGEST_NAME),
        assignment=_name(report.assignment),
        seed_id=None if report.seed_id is None else clean(report.seed_id, LONGEST_NAME),
        checks_version=clean(report.checks_version, LONGEST_NAME),
        submissions=tuple(map(_result, report.submissions)),
    )


def _name(text: str) -> str:
    """A name or an id, on one line."""
    return named(" ".join(clean(text, len(text) + 1).split()), LONGEST_NAME)


def _result(result: Result) -> Result:
    figures = [result.seconds, result.max_points, result.points or 0.0]
    figures += [figure for item in result.items for figure in (item.points, item.max_points)]
    if not all(map(math.isfinite, figures)):
        raise ValueError(f"A figure of {result.student!r} is not finite.")
    return dataclasses.replace(
        result,
        student=_name(result.student),
        assignment=_name(result.assignment),
        file=clean(result.file, 1000).replace("\n", " "),
        sha256=None if result.sha256 is None else clean(result.sha256, LONGEST_NAME),
        notices=tuple(clean(notice) for notice in result.notices),
        isolation=clean(result.isolation, LONGEST_NAME),
        items=tuple(map(_item, result.items)),
        locations={
            _name(function): Location(place.line, None if place.cell is None else _name(place.cell))
            for function, place in result.locations.items()
        },
    )


def _item(item: Item) -> Item:
    return dataclasses.replace(
        item,
        id=_name(item.id),
        function=None if item.function is None else _name(item.function),
        claim=clean(item.claim),
        finding=None if item.finding is None else clean(item.finding),
        hint=None if item.hint is None else clean(item.hint),
        mistake=None if item.mistake is None else clean(item.mistake, LONGEST_NAME),
        picture=None,  # pictures and formulas are for a notebook's page, which typesets them
        formulas=(),
    )


def alone(report: Report, result: Result) -> Report:
    """The report of one of its submissions, for formats that hold no more."""
    return dataclasses.replace(report, submissions=(result,))


def the_one(report: Report) -> Result:
    """The submission of such a report."""
    (result,) = report.submissions
    return result


def remarks(report: Report, result: Result) -> list[str]:
    """What everybody who reads the points has to know of how they came about."""
    if report.seed_id is None:
        return [OWN_RUN]
    return [UNSAFE] if result.isolation == "none" else []


def who(result: Result) -> tuple[str, ...]:
    """Student and assignment; the one name where a file is called after its assignment."""
    return (result.assignment,) if result.student == result.assignment else (result.student, result.assignment)


def standing(result: Result) -> str:
    """`2 of 5 points; 3 more by hand`."""
    if result.points is None:
        return "not judged"
    pending = sum(item.max_points for item in result.items if item.status == "manual")
    judged = f"{number(result.points)} of {number(result.max_points)} points"
    return f"{judged}; up to {number(pending)} more by hand" if pending else judged


def share(result: Result, item: Item) -> str:
    """`1 of 2 points`, `up to 3 points, by hand`; empty where no number is true."""
    if item.status == "manual":
        return f"up to {number(item.max_points)} points, by hand"
    if result.points is None:
        return ""
    return f"{number(item.points)} of {number(item.max_points)} points"


def sentence(item: Item) -> str:
    """The claim without the marks of its code, on one line."""
    return " ".join(item.claim.replace("`", "").split())


def message(item: Item) -> str:
    """What was found and what to try; where nothing was, what the status is."""
    lines = [item.finding or _WITHOUT_A_FINDING[item.status]]
    if item.hint:
        lines.append(f"Try: {item.hint}")
    return "\n".join(lines)


def first_line(text: str) -> str:
    """The first line, for places that hold one."""
    return text.partition("\n")[0]


def repeated(items: tuple[Item, ...]) -> set[str]:
    """The ids of items that say what an item before them said: the function's same mistake, or the same words."""
    seen: set[object] = set()
    found = set()
    for item in items:
        key = (item.function, item.mistake) if item.mistake else item.finding
        if key and key in seen:
            found.add(item.id)
        seen.add(key)
    return found


def where(result: Result, item: Item) -> str:
    """`linear.py, line 12` or `cell 5, line 3`; empty where it is not known."""
    location = result.location(item)
    if location is None:
        return ""
    return str(location) if location.cell else f"{PurePath(result.file).name}, {location}"
