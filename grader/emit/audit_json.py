"""An audit as JSON.  In: audits, a path.  Out: a file, whole or not at all.

Keys, always there: audits; of each assignment, extent, checks_version, green, parts; of a part name, green, summary,
seconds, figures (numbers by name), rows (what was looked at, one by one) and findings; of each of these
sentence, where, red.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.emit.json import put
from grader.outcome import Audit, Part


def text(audits: Sequence[Audit]) -> str:
    """The audits as JSON: UTF-8, every key always there, null for what is not finite."""
    document = {"audits": [_audit(audit) for audit in audits]}
    return json.dumps(document, allow_nan=False, ensure_ascii=False, indent=1) + "\n"


def write(audits: Sequence[Audit], path: Path) -> None:
    """Write beside, then rename; raises OSError and leaves what was there."""
    put(text(audits), path)


def _audit(audit: Audit) -> dict[str, Any]:
    return {
        "assignment": audit.slug,
        "extent": audit.extent,
        "checks_version": audit.version,
        "green": audit.green,
        "parts": [_part(part) for part in audit.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "green": part.green,
        "summary": part.summary,
        "seconds": part.seconds,
        "figures": {name: _number(value) for name, value in part.figures.items()},
        "rows": [{key: _number(value) for key, value in row.items()} for row in part.rows],
        "findings": [{"sentence": f.sentence, "where": f.where, "red": f.red} for f in part.findings],
    }


def _number(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
