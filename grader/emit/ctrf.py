"""CTRF, a common JSON of test results.  In: a report.  Out: one document, a test a claim of a submission.

CTRF knows no points: they are in `extra`, under keys of ours. Its schema refuses keys that it does not know.
"""

import json
import time
from typing import Any

from grader.emit.parts import message, remarks, sentence
from grader.report import Item, Report, Result

SPEC = "0.0.0"
"""The version of the working draft; there is no other yet."""

_STATUS = {"passed": "passed", "failed": "failed", "skipped": "skipped", "manual": "pending", "unjudged": "other"}


def text(report: Report, *, stop: float | None = None) -> str:
    """The report; `stop` is when the run ended, in seconds since 1970, and now where nobody says."""
    ended = round(1000 * (time.time() if stop is None else stop))
    took = round(1000 * sum(result.seconds for result in report.submissions))
    tests = [_test(result, item) for result in report.submissions for item in result.items]
    summary: dict[str, Any] = {"tests": len(tests)}
    summary |= {status: sum(test["status"] == status for test in tests) for status in _STATUS.values()}
    summary |= {"start": ended - took, "stop": ended, "extra": {"grader.points": _totals(report)}}
    made = {
        "reportFormat": "CTRF",
        "specVersion": SPEC,
        "results": {"tool": {"name": "grader", "version": report.grader}, "summary": summary, "tests": tests},
    }
    return json.dumps(made, allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def _totals(report: Report) -> list[dict[str, Any]]:
    """Who has how many points, and how they came about."""
    judged = [result for result in report.submissions if result.points is not None]
    return [
        {"student": one.student, "points": one.points, "max_points": one.max_points, "how": _how(report, one)}
        for one in judged
    ]


def _how(report: Report, result: Result) -> str:
    return " ".join([f"Isolation: {result.isolation}.", *remarks(report, result)])


def _test(result: Result, item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": item.id or "unnamed",
        "status": _STATUS[item.status],
        "rawStatus": item.status,
        "duration": 0,
        "suite": [result.student, result.assignment, *([item.function] if item.function else [])],
        "filePath": result.file,
        "extra": {"grader.claim": sentence(item)},
    }
    said = message(item) if item.status != "manual" else ""
    if said:
        made["message"] = said
    location = result.location(item)
    if location is not None and location.cell is None:
        made["line"] = location.line
    elif location is not None:
        made["extra"]["grader.location"] = str(location)
    if item.status == "manual":
        made["extra"]["grader.points"] = {"max_points": item.max_points}
    elif result.points is not None:
        made["extra"]["grader.points"] = {"points": item.points, "max_points": item.max_points}
    return made
