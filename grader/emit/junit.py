"""JUnit XML, which GitLab, Jenkins and GitHub actions read.  In: a report.  Out: one file, a suite a submission.

Few readers show properties, so points are in the words of a failure too. There is no CDATA: nothing needs it, and what
it cannot hold makes the whole file unreadable.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from grader.emit.html import number
from grader.emit.parts import first_line, message, remarks, sentence, share
from grader.report import Item, Report, Result


def text(report: Report) -> str:
    """The report as XML in UTF-8."""
    root = Element("testsuites", name="grader")
    suites = [_suite(root, report, result) for result in report.submissions]
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    root.set("time", f"{sum(result.seconds for result in report.submissions):.3f}")
    indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, report: Report, result: Result) -> Element:
    count = {status: sum(item.status == status for item in result.items) for status in ("failed", "unjudged")}
    skipped = sum(item.status in {"skipped", "manual"} for item in result.items)
    suite = SubElement(
        root,
        "testsuite",
        name=result.student,
        tests=str(len(result.items)),
        failures=str(count["failed"]),
        errors=str(count["unjudged"]),
        skipped=str(skipped),
        time=f"{result.seconds:.3f}",
    )
    points = {} if result.points is None else {"points": number(result.points), "max_points": number(result.max_points)}
    remark = {"remark": " ".join(remarks(report, result))} if remarks(report, result) else {}
    _properties(suite, points | {"isolation": result.isolation} | remark)
    for item in result.items:
        _case(suite, result, item)
    return suite


def _case(suite: Element, result: Result, item: Item) -> None:
    location = result.location(item)
    at = {"file": result.file, "line": str(location.line)} if location and not location.cell else {}
    case = SubElement(
        suite, "testcase", {"classname": f"{result.student}.{result.assignment}", "name": item.id, "time": "0"} | at
    )
    if item.status == "manual":
        _properties(case, {"max_points": number(item.max_points)})
    elif result.points is not None:
        _properties(case, {"points": number(item.points), "max_points": number(item.max_points)})
    kind = {"failed": "failure", "unjudged": "error", "skipped": "skipped", "manual": "skipped"}.get(item.status)
    if kind is None:
        return
    said = sentence(item) if item.status == "manual" else message(item)
    where = f"In {location}.\n" if location and location.cell else ""
    points = share(result, item)
    whole = f"{points}: {said}" if points else said
    child = SubElement(case, kind, message=first_line(whole))
    if kind in {"failure", "error"}:
        child.set("type", item.mistake or item.status)
    child.text = f"{where}{whole}"


def _properties(parent: Element, values: dict[str, str]) -> None:
    properties = SubElement(parent, "properties")
    for name, value in values.items():
        SubElement(properties, "property", name=name, value=value)
