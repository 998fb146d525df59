"""The JSON Schema (draft 2020-12) of the report's JSON form.  In: the frozen values.  Out: a document.

Keys and types come from the dataclasses themselves; what a type cannot say, and what each key means, stands here.
"""

import dataclasses
import json
from typing import Any

import msgspec

from grader.report import Item, Report, Result

_KEPT_BACK = {"locations", "picture", "formulas"}
"""Fields that the JSON form has not."""

MEANING = {
    "Report.grader": "The version of the grader.",
    "Report.numpy": "The version of NumPy that the grader ran with.",
    "Report.assignment": "The assignment's slug.",
    "Report.seed_id": "A short name of the secret behind the draws; null for public draws, whose points do not count.",
    "Report.checks_version": "A hash of all that a verdict depends on.",
    "Report.submissions": "One entry a submission.",
    "Result.student": "The folder's name in an nbgrader tree, else the file's stem; unique in a report.",
    "Result.assignment": "The assignment's slug.",
    "Result.file": "The file as it was named to the grader.",
    "Result.sha256": "Of the file's bytes; null where it was not read.",
    "Result.status": (
        "judged; unreadable (no notebook and no Python: 0 points); refused (not run because of what the file is: "
        "0 points); unjudged (the machine's or a check's fault: no points)."
    ),
    "Result.notices": "Sentences about the file.",
    "Result.isolation": "What stood between the submission and the machine.",
    "Result.points": "The sum over judged items; null where the submission is unjudged.",
    "Result.max_points": "The most that judging by machine can give; written answers are not in it.",
    "Result.seconds": "How long judging took.",
    "Result.items": "One entry a claim, and one a written answer.",
    "Item.id": "The check's name, or the notebook's id of a written answer; for good.",
    "Item.function": "The function that the claim is about; null for a written answer.",
    "Item.claim": "The sentence that is claimed; `code` is marked by backticks.",
    "Item.status": (
        "passed; failed; skipped (not written yet, 0 points); unjudged; manual (waits for a person, in no sum)."
    ),
    "Item.points": "What it gave; 0 for whatever is not passed, and of no meaning where it is unjudged or manual.",
    "Item.max_points": "What it can give.",
    "Item.finding": "What was found, in words for the student.",
    "Item.hint": "One thing to try.",
    "Item.mistake": "The name of the known mistake that the numbers prove.",
    "Item.followed_through": "Whether it passed only with right helpers in the place of the student's.",
}

_NARROWER: dict[str, dict[str, Any]] = {
    "Result.sha256": {"anyOf": [{"type": "string", "pattern": "^[0-9a-f]{64}$"}, {"type": "null"}]},
    "Result.isolation": {"enum": ["vm", "jail", "filter", "none"]},
    "Result.points": {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}]},
    "Result.max_points": {"type": "number", "minimum": 0},
    "Result.seconds": {"type": "number", "minimum": 0},
    "Item.points": {"type": "number", "minimum": 0},
    "Item.max_points": {"type": "number", "minimum": 0},
}

_UNJUDGED = {"properties": {"status": {"const": "unjudged"}}, "required": ["status"]}


def document() -> dict[str, Any]:
    """The schema."""
    (reference,), parts = msgspec.json.schema_components([Report], ref_template="#/$defs/{name}")
    for kind in (Report, Result, Item):
        parts[kind.__name__] = _part(kind, parts[kind.__name__])
    parts["Result"] |= {
        "if": _UNJUDGED,
        "then": {"properties": {"points": {"type": "null"}}},
        "else": {"properties": {"points": {"type": "number"}}},
    }
    kept = {name: parts[name] for name in ("Report", "Result", "Item")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A report of the autograder of numerical programming",
        **reference,
        "$defs": kept,
    }


def _part(kind: type[Any], made: dict[str, Any]) -> dict[str, Any]:
    """One object: every key is required, and there is no other."""
    names = [field.name for field in dataclasses.fields(kind) if field.name not in _KEPT_BACK]
    properties = {}
    for name in names:
        key = f"{kind.__name__}.{name}"
        known = {k: v for k, v in made["properties"][name].items() if k != "default"}
        properties[name] = {"description": MEANING[key]} | _NARROWER.get(key, known)
    said = str(made.get("description", "")).partition("\n")[0]
    return {
        "type": "object",
        "description": said,
        "properties": properties,
        "required": names,
        "additionalProperties": False,
    }


def text() -> str:
    """The schema as a file."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
