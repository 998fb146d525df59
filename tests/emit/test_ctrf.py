"""CTRF, under the rules of its schema, written down here for the part that is used."""

import json
from typing import Any

from hypothesis import example, given
from jsonschema import Draft7Validator

from emit.reports import EVERYBODY, LAW, ada, in_a_notebook, lost, report, reports
from grader.emit import ctrf, formats
from grader.report import Report

STATUS = {"enum": ["passed", "failed", "skipped", "pending", "other"]}
COUNTS = ("tests", "passed", "failed", "skipped", "pending", "other", "start", "stop")


def closed(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": required | optional,
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
TEST = closed(
    {"name": {"type": "string", "minLength": 1}, "status": STATUS, "duration": {"type": "integer"}},
    rawStatus=TEXT,
    suite={"type": "array", "minItems": 1, "items": TEXT},
    message=TEXT,
    filePath=TEXT,
    line={"type": "integer"},
    extra={"type": "object", "propertyNames": {"pattern": r"^(?!ctrf\.)\w+\.\w+$"}},
)
DOCUMENT = closed(
    {
        "reportFormat": {"const": "CTRF"},
        "specVersion": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        "results": closed(
            {
                "tool": closed({"name": {"type": "string", "minLength": 1}}, version=TEXT),
                "summary": closed({name: {"type": "integer"} for name in COUNTS}, extra={"type": "object"}),
                "tests": {"type": "array", "items": TEST},
            }
        ),
    }
)


def results(made: Report) -> Any:
    document = json.loads(formats.text("ctrf", made) or "")
    Draft7Validator(DOCUMENT).validate(document)
    return document["results"]


@LAW
@example(EVERYBODY)
@given(reports())
def test_every_report_is_a_document_whose_counts_are_its_tests(made: Report) -> None:
    found = results(made)
    statuses = [test["status"] for test in found["tests"]]
    assert found["summary"]["tests"] == len(statuses) == sum(len(r.items) for r in made.submissions)
    for status in STATUS["enum"]:
        assert found["summary"][status] == statuses.count(status)


def test_points_are_kept_in_extra_and_a_written_answer_is_pending() -> None:
    found = results(report(ada()))
    passed, failed, skipped, manual = found["tests"]
    assert failed["extra"]["grader.points"] == {"points": 1.0, "max_points": 2.0}
    assert (failed["line"], failed["filePath"]) == (12, "ada/regression.py")
    assert [test["status"] for test in (passed, failed, skipped, manual)] == ["passed", "failed", "skipped", "pending"]
    assert manual["extra"]["grader.points"] == {"max_points": 3.0}
    totals = {"student": "ada", "points": 2.0, "max_points": 5.0, "how": "Isolation: jail."}
    assert found["summary"]["extra"]["grader.points"] == [totals]


def test_in_a_notebook_extra_says_which_cell() -> None:
    test = results(report(in_a_notebook(ada())))["tests"][1]
    assert test["extra"]["grader.location"] == "cell 5, line 3"
    assert "line" not in test


def test_what_is_not_judged_is_other_and_has_no_points() -> None:
    found = results(report(lost()))
    assert [test["status"] for test in found["tests"]] == ["passed", "other", "pending"]
    assert "grader.points" not in found["tests"][0]["extra"]
    assert found["summary"]["extra"]["grader.points"] == []


def test_times_are_whole_milliseconds() -> None:
    summary = json.loads(ctrf.text(report(ada()), stop=1795341600.03))["results"]["summary"]
    assert (summary["start"], summary["stop"]) == (1795341600000, 1795341600030)
