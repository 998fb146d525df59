"""GitLab's code quality report: what does not hold, on the student's line.  In: a report.  Out: a JSON list.

It holds no points; they are in the JUnit report beside it. Entries of equal fingerprints are merged by GitLab, so a
fingerprint names student, assignment and claim.
"""

import hashlib
import json

from grader.emit.parts import message, repeated, share, where
from grader.report import Item, Report, Result


def text(report: Report) -> str:
    """The failed claims of every submission."""
    entries = [
        _entry(result, item)
        for result in report.submissions
        for again in (repeated(result.items),)
        for item in result.items
        if item.status == "failed" and item.id not in again
    ]
    return json.dumps(entries, allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def _entry(result: Result, item: Item) -> dict[str, object]:
    location = result.location(item)
    in_cell = f"{where(result, item)}: " if location and location.cell else ""
    points = share(result, item)
    return {
        "description": f"{in_cell}{points}{': ' if points else ''}{message(item)}",
        "check_name": item.id,
        "fingerprint": hashlib.sha256(f"{result.student}\n{result.assignment}\n{item.id}".encode()).hexdigest(),
        "severity": "major",
        "location": {"path": result.file, "lines": {"begin": location.line if location and not location.cell else 1}},
    }
