"""check50's results, by a strict model of what its own reader demands: every key there, a cause unless it passed."""

from typing import Any

import msgspec
from hypothesis import example, given
from msgspec import Struct

from emit.reports import EVERYTHING, LAW, ada, lost, report, reports
from grader.emit import formats
from grader.report import Report


class Check(Struct, forbid_unknown_fields=True):
    name: str
    description: str
    passed: bool | None
    log: list[str]
    cause: dict[str, Any] | None
    data: dict[str, Any]
    dependency: str | None


class Document(Struct, forbid_unknown_fields=True):
    slug: str
    results: list[Check]
    version: str


def read(made: Report) -> Document:
    return msgspec.json.decode((formats.text("check50", made) or "").encode(), type=Document)


@LAW
@example(EVERYTHING)
@given(reports(most=1, least=1))
def test_every_submission_is_a_document_with_every_key(made: Report) -> None:
    (result,) = made.submissions
    document = read(made)
    assert len(document.results) == len(result.items)
    for check in document.results:
        assert (check.cause is None) is (check.passed is True)
        assert check.cause is None or isinstance(check.cause["rationale"], str)


def test_true_false_and_not_run() -> None:
    passed, failed, skipped, manual = read(report(ada())).results
    assert (passed.passed, passed.cause, passed.data) == (True, None, {"points": 1, "max_points": 1})
    assert (failed.passed, failed.log) == (False, ["regression.py, line 12"])
    assert failed.cause == {"rationale": "Summed, not averaged.", "help": "Divide by the rows of X."}
    assert (skipped.passed, skipped.data) == (None, {"points": 0, "max_points": 2})
    assert (manual.passed, manual.data) == (None, {"max_points": 3})


def test_what_is_not_judged_is_an_error_and_has_no_points() -> None:
    held, unjudged, _ = read(report(lost())).results
    assert held.data == unjudged.data == {}
    assert unjudged.cause is not None
    assert unjudged.cause["error"]["value"] == "The machine failed: no memory."
