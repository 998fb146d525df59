"""JUnit XML: by a schema, and by junitparser, a reader that is not ours."""

from functools import cache
from pathlib import Path
from typing import Any

import junitparser
from hypothesis import example, given
from lxml import etree

from emit.reports import EVERYBODY, LAW, ada, in_a_notebook, lost, report, reports
from grader.emit import formats
from grader.report import Report


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))


def text(made: Report) -> str:
    written = formats.text("junit", made)
    assert written is not None
    return written


def suites(made: Report) -> list[junitparser.TestSuite]:
    return list(junitparser.JUnitXml.fromstring(text(made).encode()))


@LAW
@example(EVERYBODY)
@given(reports())
def test_every_report_is_a_file_that_the_schema_and_the_reader_take(made: Report) -> None:
    tree = etree.fromstring(text(made).encode())
    schema().assertValid(tree)
    read = suites(made)
    assert len(read) == len(made.submissions)
    for suite, result in zip(read, made.submissions, strict=True):
        cases = list(suite)
        assert suite.tests == len(cases) == len(result.items)
        assert suite.failures == sum(item.status == "failed" for item in result.items)
        assert suite.errors == sum(item.status == "unjudged" for item in result.items)


def properties(element: Any) -> dict[str, str]:
    return {one.get("name"): one.get("value") for one in element.iterfind("properties/property")}


def test_the_totals_of_the_file_are_those_of_its_suites() -> None:
    whole = junitparser.JUnitXml.fromstring(text(report(ada(), lost())).encode())
    assert (whole.tests, whole.failures, whole.errors) == (7, 1, 1)


def test_a_claim_is_a_case_with_its_points_its_line_and_what_to_try() -> None:
    (suite,) = suites(report(ada()))
    assert suite.name == "ada"
    assert properties(suite._elem) == {"points": "2", "max_points": "5", "isolation": "jail"}
    passed, failed, skipped, manual = suite
    assert (passed.classname, passed.name, passed.result) == ("ada.regression", "predict", [])
    (failure,) = failed.result
    assert isinstance(failure, junitparser.Failure)
    assert (failure.type, failure.message) == ("sum for mean", "1 of 2 points: Summed, not averaged.")
    assert failure.text == "1 of 2 points: Summed, not averaged.\nTry: Divide by the rows of X."
    assert (failed._elem.get("file"), failed._elem.get("line")) == ("ada/regression.py", "12")
    assert isinstance(skipped.result[0], junitparser.Skipped)
    assert isinstance(manual.result[0], junitparser.Skipped)
    assert "by hand" in manual.result[0].message


def test_in_a_notebook_the_words_say_which_cell() -> None:
    (suite,) = suites(report(in_a_notebook(ada())))
    failed = list(suite)[1]
    assert failed.result[0].text.startswith("In cell 5, line 3.\n")
    assert failed._elem.get("line") is None


def test_what_is_not_judged_is_an_error_without_points() -> None:
    (suite,) = suites(report(lost()))
    assert properties(suite._elem) == {"isolation": "jail"}
    held, unjudged, _ = suite
    assert isinstance(unjudged.result[0], junitparser.Error)
    assert properties(held._elem) == {}


def test_the_end_of_a_cdata_section_and_a_tag_are_text() -> None:
    made = ada(notices=("]]>",), student="]]><x>&amp;")
    assert suites(report(made))[0].name == "]]><x>&amp;"
