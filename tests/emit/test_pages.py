"""What people see: every claim, its points and what to try; and no text of a stranger that is more than text."""

import dataclasses
import io
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from grader.emit import html, terminal, text
from grader.emit.tally import MOST_LOOKS, SMALL, Tally
from grader.report import Item, Report, Result, clean

NASTY = "</pre><script>alert(1)</script>[bold red]x[/]&amp;'\""


def item(status: str = "passed", **changed: Any) -> Item:
    points = 2.0 if status == "passed" else 0.0
    made = Item(f"claim_{status}", "predict", f"`predict` is {status}.", status, points, 2.0)  # type: ignore[arg-type]
    return dataclasses.replace(made, **changed)


FAILED = item("failed", finding="predict: y_hat is twice.\npredict(1.0)", hint="Halve it.", mistake="factor 2")
ITEMS = (item(), FAILED, item("skipped", finding="predict is not written yet."), item("manual", function=None))


def result(student: str = "ada", items: tuple[Item, ...] = ITEMS, **changed: Any) -> Result:
    made = Result(student, "tiny", "a.py", "ab", "judged", (), "none", 2.0, 6.0, 0.1, items)
    return dataclasses.replace(made, **changed)


def report(*results: Result, assignment: str = "tiny") -> Report:
    return Report("0.1.0", "2.0", assignment, None, "abc", results)


def tally(*results: Result, assignment: str = "tiny") -> Tally:
    made = Tally(assignment)
    for place, one in enumerate(results):
        made.take(place, one)
    return made


def shown(renderable: Any, width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)
    console.print(renderable)
    return str(console.file.getvalue())  # type: ignore[attr-defined] # a StringIO


class Page(HTMLParser):
    """Reads a page, and holds it to tags that are closed and do nothing."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.opened = 0
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append(tag)
        self.opened += any(name == "open" for name, _ in attrs)
        assert {name for name, _ in attrs} <= {"style", "open", "aria-hidden"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


# --- HTML ---


def test_the_page_holds_every_claim_with_its_points_and_what_to_try() -> None:
    page = Page(html.claims("predict", ITEMS, note="own run"))
    for one in ITEMS:
        assert one.claim.replace("`", "") in page.text
    assert "predict: 2 of 6 points" in page.text
    assert "y_hat is twice.\npredict(1.0)" in page.text
    assert "Try: Halve it." in page.text
    assert "own run" in page.text
    assert "code" in page.tags


def test_a_status_is_told_in_words_and_not_by_colour_alone() -> None:
    page = Page(html.claims("all", (*ITEMS, item("unjudged", finding="ours"))))
    for word in ("holds", "does not hold", "not written yet", "graded by a person", "not judged"):
        assert word in page.text


def test_the_first_finding_is_open_and_only_that() -> None:
    assert Page(html.claims("predict", (item(), FAILED, dataclasses.replace(FAILED, id="other")))).opened == 1
    assert Page(html.claims("predict", (item(),))).opened == 0


@given(st.text(max_size=50))
def test_no_text_of_a_stranger_becomes_a_tag(stranger: str) -> None:
    stranger = clean(stranger) + NASTY
    made = item("failed", finding=stranger, hint=stranger, claim=f"`x` {stranger}")
    page = Page(html.claims(stranger, (made,), note=stranger))
    assert set(page.tags) <= {"div", "strong", "span", "em", "code", "details", "summary", "pre"}
    assert page.text.count("<script>alert(1)</script>") == 5


@pytest.mark.parametrize(("value", "says"), [(1.0, "1"), (0.25, "0.25"), (0.0, "0"), (20.0, "20"), (2.5, "2.5")])
def test_points_are_written_without_needless_digits(value: float, says: str) -> None:
    assert html.number(value) == says


# --- text ---


def test_the_text_holds_every_claim_with_its_points_and_what_to_try() -> None:
    lines = list(text.claims(ITEMS))
    assert [line.split()[0] for line in lines if not line.startswith(" " * 20)] == ["ok", "FAILED", "not", "by"]
    assert any("2 of 2" in line and "predict is passed." in line for line in lines)
    assert any("up to 2" in line for line in lines)
    assert any(line.strip() == "Try: Halve it." for line in lines)


def test_what_the_status_says_already_is_not_said_again() -> None:
    assert not any("is not written yet" in line for line in text.claims(ITEMS))
    other = item("skipped", finding="forward is not written yet.")
    stopped = item("skipped", finding="predict is missing. cell 3 stopped with SyntaxError.")
    said = "\n".join(text.claims((other, stopped)))
    assert "forward is not written yet." in said
    assert "cell 3 stopped with SyntaxError." in said
    page = Page(html.claims("predict", (other, stopped)))
    assert "cell 3 stopped with SyntaxError." in page.text


@pytest.mark.parametrize("mistake", ["factor 2", None])
def test_the_same_finding_is_read_once(mistake: str | None) -> None:
    first = dataclasses.replace(FAILED, mistake=mistake)
    said = "\n".join(text.claims((first, dataclasses.replace(first, id="another", claim="Another."))))
    assert said.count("y_hat is twice.") == 1
    assert "Another." in said
    assert ("The same mistake as above: factor 2." in said) is (mistake is not None)


def test_a_mistake_of_the_same_name_in_another_function_is_told_in_its_own_words() -> None:
    other = dataclasses.replace(FAILED, function="fit", finding="fit: w is twice.")
    said = "\n".join(text.claims((FAILED, other)))
    assert "y_hat is twice." in said
    assert "fit: w is twice." in said


def test_only_what_is_not_right_may_be_asked_for() -> None:
    followed = item(
        "passed", followed_through=True, finding="predict is right: judged with a right helper.", claim="It."
    )
    said = "\n".join(text.claims((item(), followed, FAILED), passed=False))
    assert "predict is passed." not in said
    assert "It." in said
    assert "predict is failed." in said


def test_a_submission_in_full_begins_with_who_and_how_much_and_its_notices() -> None:
    lines = list(text.feedback(result(notices=("cell 3 stopped.",))))
    assert lines[0] == "ada, tiny: 2 of 6 points"
    assert lines[1] == "    note: cell 3 stopped."
    assert next(text.feedback(result(points=None))) == "ada, tiny: not judged"


def test_a_function_that_is_right_takes_one_line() -> None:
    items = tuple(item(id=f"claim_{i}", claim=f"Claim {i}.", points=0.75, max_points=0.75) for i in range(3))
    lines = list(text.feedback(result(items=items)))
    assert len(lines) == 2
    assert "2.25 of 2.25" in lines[1]
    assert "predict: all 3 claims hold." in lines[1]
    followed = (*items[:2], dataclasses.replace(items[2], finding="judged with a right helper", followed_through=True))
    assert "judged with a right helper" in "\n".join(text.feedback(result(items=followed)))


# --- tables ---


def row(table: str, student: str) -> list[str]:
    (line,) = (line for line in table.splitlines() if re.search(rf"\b{student}\b", line))
    return [cell.strip() for cell in re.split("[│┃]", line) if cell.strip()]


def test_a_table_of_students_shows_points_a_function_and_their_sum() -> None:
    other = item(function="fit", id="fit", points=0.5, max_points=3.0, status="failed")
    made = shown(terminal.students(tally(result(), result("bao", (*ITEMS[:2], other), points=2.5))))
    assert "tiny: 2 submissions" in made
    assert row(made, "ada")[:2] == ["ada", "2"]
    assert row(made, "bao") == ["bao", "2", "0.5", "2.5"]


def test_what_is_not_written_not_judged_and_not_readable_is_told_apart() -> None:
    made = shown(
        terminal.students(
            tally(
                result("ada", (item("skipped"),), points=0.0),
                result("bao", (item("unjudged"),), points=None, status="unjudged", notices=("the machine failed",)),
                result("chidi", (item("failed"),), points=0.0, status="unreadable", notices=("no notebook in it",)),
                result("dana", (item("failed"),), points=0.0),
            )
        )
    )
    assert row(made, "ada") == ["ada", "–", "0"]
    assert row(made, "bao") == ["bao", "?", "unjudged", "the machine failed"]
    assert row(made, "chidi") == ["chidi", "0", "0 (unreadable)", "no notebook in it"]
    assert row(made, "dana") == ["dana", "0", "0"]


def test_a_class_has_a_row_a_student_and_a_column_an_assignment() -> None:
    tallies = [tally(result(), result("bao", points=0.0)), tally(result(points=None), assignment="other")]
    made = shown(terminal.assignments(tallies))
    assert "2 students × 2 assignments" in made
    assert row(made, "ada") == ["ada", "2", "unjudged"]
    assert row(made, "bao") == ["bao", "0"]
    assert "(of 6)" in made


def test_a_mistake_counts_once_a_student_and_the_most_frequent_comes_first() -> None:
    rare = dataclasses.replace(FAILED, mistake="rare", finding="predict: x.\nYou did the rare thing.")
    twice = (FAILED, dataclasses.replace(FAILED, id="again"))
    tallies = [tally(result("ada", twice), result("bao", (FAILED, rare)), result("chidi", (FAILED,)))]
    lines = [line for line in shown(terminal.mistakes(tallies)).splitlines() if "factor 2" in line or "rare" in line]
    assert [re.sub(r"\D", "", line)[:1] for line in lines] == ["3", "1"]
    assert "You did the rare thing." in lines[1]


def test_no_more_mistakes_are_listed_than_a_person_reads() -> None:
    many = tuple(dataclasses.replace(FAILED, id=str(i), mistake=f"mistake {i:02}") for i in range(30))
    assert shown(terminal.mistakes([tally(result(items=many))])).count("mistake ") <= 11


@given(st.text(max_size=20))
def test_a_name_is_shown_as_it_is_and_never_as_markup(student: str) -> None:
    name = clean(student).replace("\n", " ").replace("\t", " ") + "[bold]x[/bold]"
    made = shown(terminal.students(tally(result(name, notices=(name,), status="unreadable"))))
    assert "[bold]x[/bold]" in re.sub(r"[\s│┃]", "", made)


def test_an_empty_class_is_an_empty_table() -> None:
    assert "0 submissions" in shown(terminal.students(tally()))
    assert "0 students × 1 assignments" in shown(terminal.assignments([tally()]))
    assert shown(terminal.mistakes([tally()]))


# --- a large class ---


def numbers(table: str, begins: str) -> list[str]:
    line = next(line for line in table.splitlines() if re.match(rf"[│┃\s]*{re.escape(begins)}\s*[│┃]", line))
    return [cell.strip() for cell in re.split("[│┃]", line) if cell.strip()]


def crowd(size: int) -> Tally:
    """One in ten has nothing, one in ten is unreadable, the others have 2 of 6 but one, who has all."""
    nothing = result(items=(item("failed"), item("skipped", function="fit")), points=0.0)
    broken = dataclasses.replace(nothing, status="unreadable", notices=("no notebook",))
    kinds = [nothing, broken, *[result()] * 8]
    made = [dataclasses.replace(kinds[i % 10], student=f"student{i:05}") for i in range(size - 1)]
    return tally(*made, result("best", (item(points=6.0, max_points=6.0),), points=6.0))


def test_a_large_class_is_a_distribution_and_those_who_need_a_look() -> None:
    made = shown(terminal.students(crowd(100)))
    assert "tiny: 100 submissions, median 2 and mean 1.64 of 6 points" in made
    assert numbers(made, "0")[:2] == ["0", "20"]
    assert numbers(made, "from 1.8")[:2] == ["from 1.8", "79"]
    assert numbers(made, "6")[:2] == ["6", "1"]
    assert numbers(made, "fit") == ["fit", "2", "0.00", "20"]
    assert "20 need a look" in made
    assert "student00001" in made
    assert "student00002" not in made


def test_of_a_large_class_over_assignments_there_is_a_line_each() -> None:
    made = shown(terminal.assignments([crowd(100), tally(result(points=None, status="unjudged"), assignment="other")]))
    assert numbers(made, "tiny") == ["tiny", "100", "6", "2", "1.64", "1", "20", "0", "20"]
    assert numbers(made, "other") == ["other", "1", "6", "–", "–", "0", "0", "1", "1"]


@given(st.lists(st.sampled_from([0.0, 0.25, 2.0, 5.999, 6.0]), max_size=30))
def test_everybody_is_in_the_distribution_once(points: list[float]) -> None:
    made = tally(*(result(points=value) for value in points), result(points=None))
    assert sum(students for _, students in terminal.distribution(made)) == len(points) + 1


def test_what_is_kept_of_a_class_does_not_grow_with_it() -> None:
    for size in (SMALL, 10 * SMALL, 40 * SMALL):
        made = crowd(size)
        assert len(made.rows) == (size if size == SMALL else MOST_LOOKS)
        assert made.count == made.points.total() == size
    assert "the first 30; the report, --json, has all" in shown(terminal.students(made))
