"""An exercise that the engine has never seen: written as the page says, released, audited until green, judged."""

from pathlib import Path

import pytest
from course_copy import grader
from judging import ROOT

from grader import audit, making
from grader.course import Course
from grader.outcome import Audit

from . import scratch

WRONG = scratch.shown_files()["solutions/ridge.py"].replace("strength * np.sum(w**2) / 2", "strength * np.sum(w**2)")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    made = scratch.make(tmp_path_factory.mktemp("course"))
    making.make(made, [scratch.SLUG])
    for kind, name, first in (
        ("right", "as_is", "# right: the reference"),
        ("wrong", "not_halved", "# wrong: ridge_loss | the penalty is not halved"),
    ):
        folder = made.root / "tests" / "submissions" / scratch.SLUG / kind
        folder.mkdir(parents=True)
        text = WRONG if kind == "wrong" else (made.root / "solutions" / "ridge.py").read_text("utf-8")
        (folder / f"{name}.py").write_text(f"{first}\n{text}", "utf-8")
    (made.root / "tests/submissions/ridge/names.toml").write_text('not_halved = "penalty not halved"\n', "utf-8")
    return made


@pytest.fixture(scope="module")
def audited(course: Course) -> Audit:
    return audit.audit(course, scratch.SLUG, scratch.SMALL)


def test_the_page_shows_all_files() -> None:
    assert set(scratch.shown_files()) == {
        "solutions/ridge.py", "source/ridge/checks.py", "source/ridge/mistakes.py",
    }  # fmt: skip


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
