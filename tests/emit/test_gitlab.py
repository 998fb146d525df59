"""GitLab's code quality report, under the rules of its documentation."""

import json
from typing import Any

from hypothesis import example, given
from jsonschema import Draft202012Validator

from emit.reports import EVERYBODY, LAW, ada, in_a_notebook, lost, report, reports
from grader.emit import formats
from grader.report import Report

ENTRIES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "not": {"pattern": r"^\./"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def entries(made: Report) -> list[Any]:
    text = formats.text("gitlab", made)
    assert text is not None
    assert not text.startswith("\ufeff")
    found: list[Any] = json.loads(text)
    Draft202012Validator(ENTRIES).validate(found)
    return found


@LAW
@example(EVERYBODY)
@given(reports())
def test_every_report_is_a_list_of_whole_entries(made: Report) -> None:
    failed = sum(item.status == "failed" for result in made.submissions for item in result.items)
    assert len(entries(made)) <= failed


def test_a_failed_claim_is_an_entry_on_its_functions_line() -> None:
    (entry,) = entries(report(ada()))
    assert entry["description"] == "1 of 2 points: Summed, not averaged.\nTry: Divide by the rows of X."
    assert entry["location"] == {"path": "ada/regression.py", "lines": {"begin": 12}}
    assert entry["check_name"] == "loss_gradient"


def test_two_students_with_one_mistake_are_two_entries_and_stay_so() -> None:
    prints = [entry["fingerprint"] for entry in entries(report(ada(), ada(student="bao")))]
    assert len(set(prints)) == 2
    assert prints[0] == entries(report(ada()))[0]["fingerprint"]


def test_in_a_notebook_the_words_say_which_cell() -> None:
    (entry,) = entries(report(in_a_notebook(ada())))
    assert entry["description"].startswith("cell 5, line 3: 1 of 2 points: ")
    assert entry["location"]["lines"] == {"begin": 1}


def test_what_passed_waits_or_is_not_judged_is_no_defect() -> None:
    assert entries(report(lost())) == []
