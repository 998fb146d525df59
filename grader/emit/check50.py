"""check50's JSON, version 3.  In: a report of one submission.  Out: its text.

check50 knows true, false and "not run" (null), and no points: they are in `data`.
"""

import json
from typing import Any

from grader.emit.parts import message, remarks, sentence, the_one, where
from grader.report import Item, Report, Result

VERSION = "3.3.11"
"""Of check50: the one whose results these are like."""

_PASSED = {"passed": True, "failed": False}


def text(report: Report) -> str:
    """The results."""
    result = the_one(report)
    made = {
        "slug": report.assignment,
        "results": [_check(result, item, remarks(report, result)) for item in result.items],
        "version": VERSION,
    }
    return json.dumps(made, allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def _check(result: Result, item: Item, known: list[str]) -> dict[str, Any]:
    return {
        "name": item.id,
        "description": sentence(item),
        "passed": _PASSED.get(item.status),
        "log": [*known, *([at] if (at := where(result, item)) and item.status != "passed" else [])],
        "cause": _cause(item),
        "data": _points(result, item),
        "dependency": None,
    }


def _cause(item: Item) -> dict[str, Any] | None:
    if item.status == "passed":
        return None
    if item.status == "manual":
        return {"rationale": "graded by a person", "help": None}
    if item.status == "unjudged":
        error = {"type": "Unjudged", "value": message(item), "traceback": [], "data": {}}
        return {"rationale": "not judged", "help": None, "error": error}
    return {"rationale": item.finding or message(item), "help": item.hint}


def _points(result: Result, item: Item) -> dict[str, float]:
    if item.status == "manual":
        return {"max_points": item.max_points}
    return {} if result.points is None else {"points": item.points, "max_points": item.max_points}
