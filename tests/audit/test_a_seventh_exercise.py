"""An exercise that the engine has never seen: made by a command, as the page shows it, released, audited, judged."""

from pathlib import Path

import pytest
from course_copy import grader
from judging import ROOT

from grader import audit, making, scaffold
from grader.course import Course, open_course
from grader.outcome import Audit

from . import scratch


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    root = tmp_path_factory.mktemp("course")
    scaffold.new_course(root)
    scaffold.new_exercise(open_course(root), scratch.SLUG)
    made = open_course(root)
    making.make(made, [scratch.SLUG])
    return made


@pytest.fixture(scope="module")
def audited(course: Course) -> Audit:
    return audit.audit(course, scratch.SLUG, scratch.SMALL)


def test_the_page_shows_what_the_command_makes(course: Course) -> None:
    shown = scratch.shown_files()
    assert set(shown) == {"solutions/ridge.py", "source/ridge/checks.py", "source/ridge/mistakes.py"}
    assert {path: (course.root / path).read_text("utf-8") for path in shown} == shown


def test_the_page_tells_of_every_part_of_the_audit() -> None:
    page = scratch.PAGE.read_text("utf-8")
    assert [part for part in audit.PARTS if f"| {part} |" not in page] == []


def test_the_engine_knows_nothing_of_it() -> None:
    assert not [path for path in (ROOT / "grader").rglob("*.py") if "ridge_loss" in path.read_text("utf-8")]


def test_its_audit_is_green_in_every_part(audited: Audit) -> None:
    assert [(part.name, finding) for part in audited.parts for finding in part.findings if finding.red] == []
    assert [part.name for part in audited.parts] == list(audit.PARTS)


def test_its_mistakes_are_all_named_and_its_mutants_all_killed(audited: Audit) -> None:
    figures = {name: value for part in audited.parts for name, value in part.figures.items()}
    assert figures["mistakes"] == figures["caught"] == figures["named_mistakes"] == 5
    assert figures["mutants"] == figures["killed"]
    assert (figures["mutants"] or 0) > 40


def test_its_release_is_worth_nothing_untouched(audited: Audit) -> None:
    replay = next(part for part in audited.parts if part.name == "replay")
    assert "the untouched release has 0 points" in replay.summary


@pytest.fixture(scope="module")
def printed(course: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, Path]:
    file = tmp_path_factory.mktemp("audit") / "audit.json"
    done = grader("audit", "ridge", "--part", "quick", "--json", file, cwd=course.root)
    return done.code, done.out, file


def test_the_command_says_that_it_is_green(printed: tuple[int, str, Path]) -> None:
    code, out, file = printed
    assert code == 0, out
    assert "ridge: green" in out
    assert '"green": true' in file.read_text("utf-8")


def test_a_submission_to_it_is_judged_and_its_mistake_named(course: Course) -> None:
    file = course.root / "tests" / "submissions" / "ridge" / "wrong" / "not_halved.py"
    seed = "000102030405060708090a0b0c0d0e0f"
    done = grader("grade", "ridge", file, "--feedback", "not_halved", "--seed", seed, cwd=course.root)
    assert done.code == 0, done.err
    assert "it is half of that" in done.out
