"""Workflow commands, read as the runner reads them: what is no command of ours must be no command at all."""

import dataclasses
import re
from dataclasses import dataclass

from hypothesis import example, given

from emit.reports import EVERYBODY, EVERYTHING, GRADIENT, HOSTILE, LAW, ada, in_a_notebook, lost, report, reports
from grader.emit import formats, github, parts
from grader.report import Report


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def unescaped(value: str, *, of_property: bool = False) -> str:
    pairs = {"%0D": "\r", "%0A": "\n"} | ({"%3A": ":", "%2C": ","} if of_property else {})
    for code, sign in pairs.items():
        value = value.replace(code, sign)
    return value.replace("%25", "%")


def command(line: str) -> Command | None:
    """A line as the runner parses it: `::name properties::data` after blanks; the older form anywhere."""
    assert "##[" not in line, "the older form"
    match = re.match(r"\s*::([^:]*?)::(.*)", line, re.DOTALL) or re.match(r"\s*::(.*?)::(.*)", line, re.DOTALL)
    if match is None:
        return None
    name, _, given = match[1].partition(" ")
    pairs = (pair.partition("=") for pair in given.split(",") if pair)
    return Command(name, {key: unescaped(value, of_property=True) for key, _, value in pairs}, unescaped(match[2]))


def lines(made: Report) -> list[str]:
    """What the runner sees: it ends a line at either sign."""
    return re.split(r"\r\n|\r|\n", (formats.text("github", made) or "").removesuffix("\n"))


def commands(made: Report) -> list[Command]:
    found = [command(line) for line in lines(made) if line]
    assert None not in found, "a line that is no command of ours"
    return [one for one in found if one is not None]


@LAW
@example(EVERYBODY)
@given(reports())
def test_nothing_but_annotations_in_their_groups_comes_out(made: Report) -> None:
    for one in commands(made):
        assert one.name in {"group", "endgroup", "error", "warning", "notice"}
        assert set(one.properties) <= {"file", "line", "title"}
        assert all(one.properties.values()), "the runner takes no empty property"
        assert len(one.data) <= github.LONGEST


@LAW
@example(EVERYTHING)
@given(reports(most=1, least=1))
def test_a_step_is_given_no_more_than_it_shows(made: Report) -> None:
    names = [one.name for one in commands(made)]
    assert all(names.count(kind) <= 10 for kind in ("error", "warning", "notice"))
    kinds = [name for name in names[1 + (made.seed_id is None) :] if name != "endgroup"]
    assert kinds == sorted(kinds, key=["error", "warning", "notice"].index), "failures first"


def test_a_failed_claim_is_an_error_on_the_line_of_its_function() -> None:
    group, error, warning, notice, end = commands(report(ada()))
    assert (group.name, end.name) == ("group", "endgroup")
    assert group.data == "ada, regression: 2 of 5 points; up to 3 more by hand"
    assert error.name == "error"
    assert error.properties == {"file": "ada/regression.py", "line": "12", "title": "loss_gradient: 1 of 2"}
    assert error.data == (
        "loss_gradient is the derivative of the loss.\nSummed, not averaged.\nTry: Divide by the rows of X."
    )
    assert (warning.name, warning.properties["line"]) == ("warning", "20")
    assert (notice.name, notice.properties) == ("notice", {"title": "interpretation: up to 3, by hand"})


def test_in_a_notebook_the_message_says_which_cell_and_no_file_is_named() -> None:
    error = commands(report(in_a_notebook(ada())))[1]
    assert set(error.properties) == {"title"}
    assert error.data.startswith("cell 5, line 3:\n")


def test_what_is_not_judged_is_an_error_without_points() -> None:
    group, error, *_ = commands(report(lost()))
    assert group.data == "bao, regression: not judged"
    assert error.properties["title"] == "lost: not judged"


def test_no_more_errors_are_told_than_are_shown_and_the_same_mistake_once() -> None:
    many = tuple(dataclasses.replace(GRADIENT, id=f"c{i}", function=f"f{i}") for i in range(30))
    assert [one.name for one in commands(report(ada(*many)))].count("error") == github.MOST
    again = (GRADIENT, dataclasses.replace(GRADIENT, id="other", finding="In other words."))
    assert [one.name for one in commands(report(ada(*again)))].count("error") == 1


def test_text_comes_back_as_it_was_escaped() -> None:
    for stranger in HOSTILE:
        failed = dataclasses.replace(GRADIENT, function=stranger, finding=stranger, hint=None)
        made = parts.cleaned(report(ada(failed)))
        said = github.harmless(made.submissions[0].items[0].finding or "")
        error = next(one for one in commands(made) if one.name == "error")
        assert said[:3000] in error.data
