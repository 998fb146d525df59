"""Gradescope's and PrairieLearn's results, each read by a strict model of its documented fields."""

import dataclasses
import json
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import example, given
from msgspec import Meta, Struct

from emit.reports import EVERYTHING, GRADIENT, LAW, ada, in_a_notebook, lost, report, reports
from grader.emit import formats, prairielearn
from grader.report import Report

Points = Annotated[float, Meta(ge=0)]


class Line(Struct, forbid_unknown_fields=True):
    """Of Gradescope. Without score and status it is only text."""

    name: str
    output: str = ""
    score: Points | None = None
    max_score: Points | None = None
    status: Literal["passed", "failed"] | None = None


class Results(Struct, forbid_unknown_fields=True):
    score: Points
    execution_time: Points
    output: str
    output_format: Literal["text"]
    test_output_format: Literal["text"]
    test_name_format: Literal["text"]
    tests: list[Line]
    extra_data: dict[str, Any]


class PartOfAnswer(Struct, forbid_unknown_fields=True):
    """Of PrairieLearn. Where one test lacks a number, all points are hidden: so both are required here."""

    name: str
    points: Points
    max_points: Points
    message: str = ""


class Graded(Struct, forbid_unknown_fields=True):
    gradable: Literal[True]
    score: Annotated[float, Meta(ge=0, le=1)]
    message: str
    tests: list[PartOfAnswer]


class NotGradable(Struct, forbid_unknown_fields=True):
    gradable: Literal[False]
    format_errors: Annotated[list[str], Meta(min_length=1)]


def gradescope(made: Report) -> Results:
    return msgspec.json.decode((formats.text("gradescope", made) or "").encode(), type=Results)


def learned(made: Report) -> Graded | NotGradable:
    text = (formats.text("prairielearn", made) or "").encode()
    kind: Any = Graded if json.loads(text)["gradable"] else NotGradable
    read: Graded | NotGradable = msgspec.json.decode(text, type=kind)
    return read


@LAW
@example(EVERYTHING)
@given(reports(most=1, least=1))
def test_every_judged_submission_is_a_file_of_the_documented_fields(made: Report) -> None:
    (result,) = made.submissions
    if result.points is None:
        assert formats.text("gradescope", made) is formats.text("prairielearn", made) is None
        return
    read = gradescope(made)
    assert read.score == result.points
    assert len(read.tests) == len(result.items)
    assert sum(test.score or 0 for test in read.tests) == pytest.approx(result.points, abs=1e-5)
    other = learned(made)
    assert isinstance(other, NotGradable) is (result.status != "judged")
    if isinstance(other, Graded):
        assert len(other.tests) == len(result.items)
        assert other.score == pytest.approx(result.points / result.max_points if result.max_points else 0, abs=1e-6)


def test_gradescope_shows_part_of_the_points_and_leaves_a_written_answer_open() -> None:
    read = gradescope(report(ada()))
    assert (read.score, read.output) == (2, "2 of 5 points; up to 3 more by hand.")
    passed, failed, skipped, manual = read.tests
    assert (passed.score, passed.status, passed.output) == (1, "passed", "")
    assert (failed.score, failed.max_score, failed.status) == (1, 2, "failed")
    assert failed.output == "regression.py, line 12: Summed, not averaged.\nTry: Divide by the rows of X."
    assert (skipped.score, skipped.max_score, skipped.status) == (0, 2, "failed")
    assert (manual.score, manual.max_score, manual.status) == (None, None, None)
    assert "up to 3" in manual.output
    assert read.extra_data["seed_id"] == "2026a"


def test_prairielearn_has_the_fraction_of_what_is_judged() -> None:
    read = learned(report(ada()))
    assert isinstance(read, Graded)
    assert read.score == 0.4
    assert [(test.points, test.max_points) for test in read.tests] == [(1, 1), (1, 2), (0, 2), (0, 0)]


def test_in_a_notebook_both_say_which_cell() -> None:
    made = report(in_a_notebook(ada()))
    assert gradescope(made).tests[1].output.startswith("cell 5, line 3: ")
    read = learned(made)
    assert isinstance(read, Graded)
    assert read.tests[1].message.startswith("cell 5, line 3: ")


def test_an_own_run_says_that_it_does_not_count() -> None:
    made = report(ada(), seed_id=None)
    assert "do not" not in gradescope(made).output
    assert "Own run, public checks" in gradescope(made).output


def test_a_file_that_cannot_be_read_costs_no_attempt_on_prairielearn_and_is_zero_on_gradescope() -> None:
    failed = dataclasses.replace(GRADIENT, points=0.0, max_points=5.0, finding="The file is cut off.")
    made = report(ada(failed, status="unreadable", points=0.0, notices=("The file is cut off.",)))
    read = learned(made)
    assert isinstance(read, NotGradable)
    assert read.format_errors == ["The file is cut off."]
    assert gradescope(made).score == 0
    assert "The file is cut off." in gradescope(made).output


def test_without_a_judgement_there_is_no_file() -> None:
    assert formats.text("gradescope", report(lost())) is None
    assert formats.text("prairielearn", report(lost())) is None


def test_prairielearn_takes_a_megabyte_and_keeps_the_points_of_a_larger_report() -> None:
    many = tuple(dataclasses.replace(GRADIENT, id=f"c{i}", finding="é" * 4000, hint="é" * 4000) for i in range(400))
    made = report(ada(*many, points=0.0, max_points=400.0))
    text = formats.text("prairielearn", made)
    assert text is not None
    assert len(text.encode()) <= prairielearn.LARGEST
    assert len(json.loads(text)["tests"]) == 400
