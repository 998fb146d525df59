"""`--write` and `check --ci`: files where they were asked for, in the place's own form, and exit codes as ever."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import junitparser
import pytest
import tiny_course
from course_copy import SEED, Done, grade, grader
from test_ci import commands

from grader.making import make

RIGHT = tiny_course.SOLUTION
WRONG = tiny_course.SOLUTION + "\n\n\ndef scale(x, factor):\n    return x * factor**2\n"
LINE = WRONG.splitlines().index("def scale(x, factor):", 10) + 1
"""Of the definition that counts."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    opened = tiny_course.make(tmp_path_factory.mktemp("course") / "c")
    make(opened, ["tiny"])
    return opened.root


@pytest.fixture
def mine(course: Path, tmp_path: Path) -> Path:
    """A student's own folder, with a mistake."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for file in (course / "assignments" / "tiny").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "tiny.py").write_text(WRONG, "utf-8")
    return folder


def environment(**more: str) -> Mapping[str, str]:
    """This one without what CI sets."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "GITLAB_", "CI"))}
    return kept | more


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


# --- --write ---


@pytest.fixture(scope="module")
def written(course: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """A class of two, in several formats at once; one student is called like a formula."""
    folder = tmp_path_factory.mktemp("class")
    for name, text in {"ada": RIGHT, "=bao()": WRONG}.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    out = tmp_path_factory.mktemp("out")
    options = [f"--write={name}={out / path}" for name, path in {
        "junit": "deep/er/class.xml", "html": "pages", "gradescope": "results", "moodle": "moodle.csv",
    }.items()]  # fmt: skip
    return grade(course, "tiny", folder, options=tuple(options)), out


def test_every_format_asked_for_is_written_where_it_was_asked_for(written: tuple[Done, Path]) -> None:
    _, out = written
    suites = list(junitparser.JUnitXml.fromfile(str(out / "deep/er/class.xml")))
    assert [suite.name for suite in suites] == ["=bao()", "ada"]
    assert read(out / "results/ada.json")["score"] == 10
    assert len(list((out / "pages").iterdir())) == len(list((out / "results").iterdir())) == 2
    assert (out / "pages/ada.html").read_text("utf-8").startswith("<!doctype html>")


def test_who_cannot_be_in_a_file_is_named_and_the_command_does_not_end_well(written: tuple[Done, Path]) -> None:
    done, out = written
    assert "=bao() is left out" in done.err
    assert done.code == 3
    assert "bao" not in (out / "moodle.csv").read_text("utf-8")
    assert "ada" in (out / "moodle.csv").read_text("utf-8")


def test_all_assignments_make_a_folder(course: Path, mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = grade(course, "all", mine / "tiny.py", options=(f"--write=tap={out}", f"--write=ctrf={out}"))
    assert done.code == 0
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.*")) == ["tiny.json", "tiny/tiny.tap"]


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("word=x", "json, junit, github"),
        ("junit", "FORMAT=PATH"),
        ("junit=", "FORMAT=PATH"),
        ("html=-", "makes a folder"),
    ],
)
def test_a_slip_is_told_before_anything_is_judged(course: Path, tmp_path: Path, option: str, says: str) -> None:
    done = grade(course, "tiny", tmp_path / "nothing.py", options=("--write", option))
    assert (done.code, done.out) == (2, "")
    assert says in done.err


def test_on_stdout_there_is_nothing_but_the_format(mine: Path) -> None:
    done = grader("check", "tiny.py", "--write", "tap=-", cwd=mine)
    assert done.code == 1
    assert done.out.startswith("TAP version 14\n1..7\n# Own run, public checks")
    assert "FAILED" not in done.out
    assert "FAILED" in done.err


def test_what_cannot_be_written_is_a_sentence_and_the_others_are_written(mine: Path) -> None:
    (mine / "old").write_text("a file, and no folder", "utf-8")
    options = ("--write", "junit=old/x.xml", "--write", "html=/dev/full", "--write", "markdown=good.md")
    done = grader("check", "tiny.py", *options, cwd=mine)
    assert done.code == 2
    assert "junit could not be written to old/x.xml: " in done.err
    assert "html could not be written to /dev/full: what lies there is no plain file." in done.err
    assert "Traceback" not in done.err
    assert Path("/dev/full").is_char_device()
    assert "4 of 10 points" in (mine / "good.md").read_text("utf-8")
    assert (mine / "old").read_text("utf-8") == "a file, and no folder"


# --- --ci ---


def test_on_github_the_mistake_is_on_its_line_and_the_summary_has_the_rest(mine: Path) -> None:
    env = environment(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(mine / "s.md"), GITHUB_WORKSPACE=str(mine.parent))
    done = grader("check", "tiny.py", "--ci", cwd=mine, env=env)
    assert done.code == 1
    assert f"\n::error file=mine/tiny.py,line={LINE},title=scale%3A 0 of 2::" in done.out
    assert "Own run, public checks" in done.out
    assert "4 of 10 points" in (mine / "s.md").read_text("utf-8")


def test_on_gitlab_both_reports_lie_where_the_job_says(mine: Path) -> None:
    done = grader("check", "tiny.py", "--ci", cwd=mine, env=environment(GITLAB_CI="true", CI_PROJECT_DIR=str(mine)))
    assert done.code == 1
    (suite,) = junitparser.JUnitXml.fromfile(str(mine / "grader-junit.xml"))
    assert suite.failures == 3
    entry = read(mine / "gl-code-quality-report.json")[0]
    assert entry["location"] == {"path": "tiny.py", "lines": {"begin": LINE}}
    assert "::error" not in done.out


def test_anywhere_else_it_is_the_own_run_as_ever(mine: Path) -> None:
    done = grader("check", "tiny.py", "--ci", cwd=mine, env=environment(CI="true"))
    assert done.code == 1
    assert done.out == grader("check", "tiny.py", cwd=mine, env=environment()).out
    assert f"tiny.py:{LINE}:" in done.out


def test_with_the_course_the_points_count_and_isolation_is_asked_for(course: Path, mine: Path) -> None:
    env = environment(GITHUB_ACTIONS="true", COURSE_SEED=SEED)
    done = grader("check", mine, "--ci", "--course", course, "--assignment", "tiny", "--unsafe-no-sandbox", env=env)
    assert done.code == 1
    assert "Own run" not in done.out
    assert SEED not in done.out + done.err
    assert "::group::tiny: " in done.out
    refused = grader("check", mine, "--ci", "--course", course, "--assignment", "moon", "--unsafe-no-sandbox", env=env)
    assert (refused.code, refused.out) == (2, "")
    assert "There is no assignment 'moon'" in refused.err


def test_a_summary_that_cannot_be_written_is_a_sentence(mine: Path) -> None:
    env = environment(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY="/dev/full")
    done = grader("check", "tiny.py", "--ci", cwd=mine, env=env)
    assert done.code == 2
    assert "The summary could not be written to /dev/full: No space left on device." in done.err
    assert "::error " in done.out


NASTY = (
    RIGHT
    + """

print("::error::printed", flush=True)

import os
os.write(2, b"##[error]written\\n::set-output name=a::b\\n")


def total(x):
    print("::error::printed in a call")
    raise ValueError("\\n::error::raised\\n##[error]raised %0A::error::raised")


def scale(x, factor):
    class Odd:
        __name__ = "::error::named"
    return "\\n::error::returned"
"""
)


def test_nothing_that_a_submission_prints_raises_or_returns_is_a_command_on_github(mine: Path) -> None:
    (mine / "tiny.py").write_text(NASTY, "utf-8")
    done = grader("check", "tiny.py", "--ci", cwd=mine, env=environment(GITHUB_ACTIONS="true"))
    assert done.code == 1
    assert "printed" not in done.out + done.err
    assert set(commands((done.out + done.err).splitlines())) == {"group", "endgroup", "error", "notice"}
    told = [line for line in done.out.splitlines() if line.startswith("::error")]
    assert all("title=scale" in line or "title=total" in line for line in told)
    assert "raised" in done.out, "the student reads it all the same"


def test_without_the_secret_no_points_are_made_up(course: Path, mine: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(course, bare)
    env = {key: value for key, value in environment(GITHUB_ACTIONS="true").items() if key != "COURSE_SEED"}
    done = grader("check", mine / "tiny.py", "--ci", "--course", bare, "--unsafe-no-sandbox", env=env)
    assert (done.code, done.out) == (2, "")
    assert "set COURSE_SEED" in done.err
    assert not (bare / ".grader-seed").exists()
