"""PrairieLearn's results.json.  In: a report of one submission.  Out: its text; None where it is unjudged.

`score` is a fraction, which PrairieLearn does not derive from the tests. What cannot be read costs no attempt.
"""

import json
from typing import Any

from grader.emit.html import number
from grader.emit.parts import message, remarks, sentence, standing, the_one, where
from grader.report import Item, Report, Result

LARGEST = 1_000_000
"""Bytes; PrairieLearn takes 1 MiB. A report above it keeps its points and loses its longest texts."""


def text(report: Report) -> str | None:
    """The results; without a file the job has failed, which is true of an unjudged submission."""
    result = the_one(report)
    if result.points is None:
        return None
    if result.status != "judged":
        return _dumped({"gradable": False, "format_errors": list(result.notices) or [result.status]})
    for most in (4000, 400, 40):
        made = _dumped(_graded(report, result, most))
        if len(made.encode()) <= LARGEST:
            break
    return made


def _graded(report: Report, result: Result, most: int) -> dict[str, Any]:
    score = result.points / result.max_points if result.points and result.max_points else 0.0
    notes = [f"{standing(result)}.", *result.notices, *remarks(report, result)]
    return {
        "gradable": True,
        "score": round(min(max(score, 0.0), 1.0), 6),
        "message": "\n".join(note[:most] for note in notes),
        "tests": [_test(result, item, most) for item in result.items],
    }


def _test(result: Result, item: Item, most: int) -> dict[str, Any]:
    """Every test has its two numbers: where one lacks them, PrairieLearn shows none at all."""
    if item.status == "manual":
        said = f"Graded by hand, up to {number(item.max_points)} points."
        return {"name": f"{item.id}: {sentence(item)}"[:most], "points": 0, "max_points": 0, "message": said}
    made: dict[str, Any] = {"name": sentence(item)[:most], "points": item.points, "max_points": item.max_points}
    at, said = where(result, item), message(item)
    if said:
        made["message"] = (f"{at}: {said}" if at and item.status != "passed" else said)[:most]
    return made


def _dumped(made: dict[str, Any]) -> str:
    return json.dumps(made, allow_nan=False, ensure_ascii=False, indent=1) + "\n"
