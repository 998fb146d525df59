"""The report as JSON, which is a contract.  In: a report, a path.  Out: a file, whole or not at all."""

import json
import os
from pathlib import Path

from grader.report import Report


def text(report: Report) -> str:
    """The report as JSON: UTF-8, every key always there, no NaN."""
    return json.dumps(report.as_dict(), allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def write(report: Report, path: Path) -> None:
    """Write the report to a file; raises OSError and leaves what was there."""
    put(text(report), path)


def put(text: str, path: Path) -> None:
    """Write beside, then rename: the file is whole or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, "utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
