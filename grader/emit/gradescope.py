"""Gradescope's results.json.  In: a report of one submission.  Out: its text; None where it is unjudged.

Without a file Gradescope says that the autograder failed, which is true then; any file would put a number in its place.
All text is sent as `text`, since the default of the top one is rendered as HTML.
"""

import json
from typing import Any

from grader.emit.html import number
from grader.emit.parts import message, remarks, sentence, standing, the_one, where
from grader.report import Item, Report, Result


def text(report: Report) -> str | None:
    """The results, with the total at the top: it replaces the tests' sum."""
    result = the_one(report)
    if result.points is None:
        return None
    notes = [f"{standing(result)}.", *result.notices, *remarks(report, result)]
    made = {
        "score": result.points,
        "execution_time": result.seconds,
        "output": "\n".join(notes),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "tests": [_test(result, item) for item in result.items],
        "extra_data": {
            "grader": report.grader,
            "seed_id": report.seed_id,
            "checks_version": report.checks_version,
            "sha256": result.sha256,
            "isolation": result.isolation,
        },
    }
    return json.dumps(made, allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def _test(result: Result, item: Item) -> dict[str, Any]:
    name = sentence(item)
    if item.status == "manual":
        return {"name": f"{item.id}: {name}", "output": f"Graded by hand, up to {number(item.max_points)} points."}
    status = "passed" if item.status == "passed" else "failed"
    made: dict[str, Any] = {"name": name, "score": item.points, "max_score": item.max_points, "status": status}
    at = where(result, item)
    said = message(item)
    if said:
        made["output"] = f"{at}: {said}" if at and item.status != "passed" else said
    return made
