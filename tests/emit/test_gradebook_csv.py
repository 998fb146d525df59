"""CSV for Canvas and Moodle: a spreadsheet runs none of it, and an import finds whom it is about."""

import csv
import io

import pytest
from hypothesis import example, given

from emit.reports import EVERYBODY, LAW, ada, lost, report, reports
from grader.emit import formats, parts
from grader.emit.formats import FORMATS
from grader.report import Report

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(name: str, made: Report) -> list[list[str]]:
    text = formats.text(name, made)
    assert text is not None
    assert not text.startswith("\ufeff"), "an import wants plain UTF-8"
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("name", ["canvas", "moodle"])
@LAW
@example(made=EVERYBODY)
@given(made=reports())
def test_every_row_has_every_field_and_no_cell_is_a_formula(name: str, made: Report) -> None:
    found = rows(name, made)
    assert len({len(row) for row in found}) == 1
    assert not [cell for row in found for cell in row if cell.startswith(FORMULA)]
    left_out = list(FORMATS[name].left_out(parts.cleaned(made)))
    head = 2 if name == "canvas" and made.submissions else 1
    assert len(found) - head + len(left_out) == len(made.submissions), "nobody is lost without a sentence"


def test_canvas_gets_its_columns_the_points_possible_and_an_empty_cell() -> None:
    assert rows("canvas", report(ada(), lost())) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "regression"],
        ["Points Possible", "", "", "", "", "5"],
        ["ada", "", "", "ada", "", "2"],
        ["bao", "", "", "bao", "", ""],
    ]


def test_moodle_gets_points_with_feedback_and_neither_where_nothing_is_judged() -> None:
    header, one, other = rows("moodle", report(ada(), lost()))
    assert header == ["username", "regression", "regression feedback"]
    assert one[:2] == ["ada", "2"]
    assert "Summed, not averaged.\nTry: Divide by the rows of X." in one[2]
    assert other == ["bao", "", ""]


@pytest.mark.parametrize("student", ["=cmd()", "@everyone", "-1", "+1"])
def test_who_is_called_like_a_formula_is_left_out_and_named(student: str) -> None:
    made = report(ada(student=student), ada())
    assert [row[0] for row in rows("moodle", made)] == ["username", "ada"]
    (sentence,) = FORMATS["moodle"].left_out(parts.cleaned(made))
    assert student in sentence


def test_feedback_that_begins_like_a_formula_gets_an_apostrophe() -> None:
    made = report(ada(), assignment="=x")
    assert rows("moodle", made)[0][1] == "'=x"


@pytest.mark.parametrize("name", ["canvas", "moodle"])
def test_lines_end_as_the_standard_says(name: str) -> None:
    text = formats.text(name, report(ada())) or ""
    assert text.endswith("\r\n")
