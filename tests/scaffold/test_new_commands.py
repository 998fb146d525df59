"""`grader new`, used as somebody does who sees it for the first time: what it prints is done, word for word."""

import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from course_copy import SEED, Done, grader
from test_release_stock import handout, stock_release
from typer.testing import CliRunner

from grader import scaffold
from grader.cli import app
from grader.course import open_course
from grader.making import make
from grader.sandbox import Limits

ROOT = Path(__file__).parents[2]
FIRST = scaffold.EXAMPLE
MINE = "my_first"


def next_steps(out: str) -> list[str]:
    """The commands that are printed, without what stands beside them."""
    lines = out.partition("Next:\n")[2].splitlines()
    return [line.strip().partition("  ")[0] for line in lines if line.startswith(("  cd ", "  grader "))]


def follow(steps: list[str], cwd: Path) -> str:
    """Type them into a shell, where `grader` is ours."""
    home = cwd / "bin"
    home.mkdir(exist_ok=True)
    (home / "grader").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m grader.cli "$@"\n', "utf-8")
    (home / "grader").chmod(0o755)
    environment = {**os.environ, "PATH": f"{home}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    command = ["bash", "-ec", "\n".join(steps)]
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("author")


@pytest.fixture(scope="module")
def typed(place: Path) -> str:
    """What a shell says to the steps that a new course prints, its name needs quotes there; one audit comes later."""
    made = grader("new", "course", "my {course}", cwd=place)
    assert made.code == 0, made.err
    steps = [step.replace("NAME", MINE) for step in next_steps(made.out)]
    assert [step.split()[:2] for step in steps[1:]] == [["grader", "release"], ["grader", "audit"], ["grader", "new"]]
    return follow([steps[0], steps[1], steps[3]], place)


@pytest.fixture(scope="module")
def typed_then(typed: str, place: Path) -> str:
    """And to those that the new exercise prints, which was the last of them."""
    return follow(next_steps(typed), place / "my {course}")


@pytest.fixture(scope="module")
def exercise(typed_then: str, place: Path) -> Path:
    """The course that came of it."""
    return place / "my {course}"


def test_what_is_made_passes_the_full_audit_as_it_is(typed_then: str) -> None:
    assert f"{MINE}: green" in typed_then
    assert "800 seeds, 0 checks fail" in typed_then
    assert "2 wrong submissions, 2 named" in typed_then
    assert "81 of 81 killed (100.0%)" in typed_then


def test_the_exercise_of_a_new_course_differs_by_its_name_alone(exercise: Path) -> None:
    first, mine = (files_of(exercise, slug) for slug in (FIRST, MINE))
    assert len(first) == 12
    assert {name for name in first if first[name] != mine.get(name)} == {
        "assignments/@/@.ipynb", "assignments/@/recorded.json", "source/@/@.ipynb", "source/@/recorded.json",
    }  # fmt: skip


def files_of(course: Path, slug: str) -> dict[str, bytes]:
    """An exercise's files, `@` in the place of its name."""
    found = [path for path in course.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    named = {path.relative_to(course).as_posix(): path for path in found if slug in str(path.relative_to(course))}
    return {name.replace(slug, "@"): path.read_bytes() for name, path in named.items()}


def test_what_is_printed_names_files_that_are_there_and_steps_for_this_exercise(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    done = grader("new", "exercise", MINE, cwd=tmp_path)
    assert done.code == 0, done.err
    told = done.out.partition("\nIt is")[0].splitlines()[1:]
    assert [line for line in told if not (tmp_path / line.split()[0]).exists()] == []
    assert len(told) == 6
    assert next_steps(done.out) == [f"grader release {MINE}", f"grader audit {MINE}"]
    assert "Set `course` in [tool.grader] of pyproject.toml" in done.out  # which nobody has written here


def test_a_new_exercise_is_released_like_the_others(exercise: Path) -> None:
    assert open_course(exercise).slugs == [FIRST, MINE]
    assert make(open_course(exercise), [FIRST, MINE], check=True) == []


@pytest.mark.stock
def test_nbgrader_makes_the_same_release_byte_for_byte(exercise: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(exercise, tmp_path / "course"))
    ours = handout(copy)
    assert {name for name in ours if name.startswith(MINE)} == {
        f"{MINE}/{name}" for name in (f"{MINE}.ipynb", "checks.py", "recorded.json")
    }
    shutil.rmtree(copy / "assignments" / FIRST)  # one of them is enough: nbgrader takes its time
    assert stock_release(copy, MINE) == {name: data for name, data in ours.items() if name.startswith(MINE)}


@pytest.fixture(scope="module")
def graded(exercise: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Its own right and wrong answers, and the notebook as it is handed out, judged by that grader."""
    root = tmp_path_factory.mktemp("handed_in")
    for file in (exercise / "tests" / "submissions" / MINE).rglob("*.py"):
        shutil.copy(file, root)
    shutil.copy(exercise / "assignments" / MINE / f"{MINE}.ipynb", root / "untouched.ipynb")
    shutil.copy(exercise / "source" / MINE / f"{MINE}.ipynb", root / "solved.ipynb")
    return grader(
        "grade", MINE, root, "--unsafe-no-sandbox", "--seed", SEED, cwd=exercise, json_to=root / "report.json"
    )


def test_right_and_wrong_answers_get_what_they_are_worth(graded: Done) -> None:
    assert graded.code == 0, graded.err
    points = {name: (one["points"], one["max_points"]) for name, one in graded.by_student.items()}
    assert points == {
        "loops": (7, 7), "solved": (7, 7), "not_halved": (5, 7), "gradient_summed": (3, 7), "untouched": (0, 7),
    }  # fmt: skip


def test_the_mistakes_are_named(graded: Done) -> None:
    named = {name: {item["mistake"] for item in one["items"]} - {None} for name, one in graded.by_student.items()}
    assert named["not_halved"] == {"penalty not halved"}
    assert named["gradient_summed"] == {"sum for mean"}
    assert named["loops"] == named["untouched"] == set()


def test_the_cells_of_its_notebook_run_from_the_first_to_the_last(exercise: Path, tmp_path: Path) -> None:
    book = json.loads((exercise / "source" / MINE / f"{MINE}.ipynb").read_text("utf-8"))
    code = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    assert "plt.show()" in code[-1]
    (tmp_path / "all.py").write_text("\n".join(code), "utf-8")
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT)}
    handed = exercise / "assignments" / MINE
    subprocess.run([sys.executable, "-W", "error", tmp_path / "all.py"], cwd=handed, env=environment, check=True)


def test_the_settings_of_a_new_course_are_the_ones_that_hold_anyway(exercise: Path) -> None:
    made = open_course(exercise)
    assert (made.limits, made.feedback, made.store) == (Limits(), "full", "")
    assert (exercise / "nbgrader_config.py").read_bytes() == (ROOT / "nbgrader_config.py").read_bytes()


def test_git_leaves_out_what_is_secret_or_of_students(exercise: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(exercise, tmp_path / "course", ignore=shutil.ignore_patterns("bin", "__pycache__")))
    for name in (".grader-seed", "submitted/ada/x.py", "autograded/x", "feedback/x", "report/x", "results.db"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).touch()
    subprocess.run(["git", "init", "-q", copy], check=True)
    listed = ["git", "-C", str(copy), "ls-files", "--others", "--exclude-standard"]
    seen = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    assert {name.split("/")[0] for name in seen} == {
        ".gitignore", "README.md", "nbgrader_config.py", "pyproject.toml", "assignments", "solutions", "source", "tests"
    }  # fmt: skip


# --- refusals: a sentence, exit code 2, nothing written ---


def everything(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in root.rglob("*")}


def refused(root: Path, *args: str) -> str:
    before = everything(root)
    with contextlib.chdir(root):
        done = CliRunner().invoke(app, ["new", *args])
    assert isinstance(done.exception, SystemExit), done.exception
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert everything(root) == before
    return done.stderr


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.grader]\nassignments = []\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "taken", ["source/mine", "solutions/mine.py", "solutions/mine.toml", "tests/submissions/mine", "assignments/mine"]
)
def test_an_exercise_of_that_name_is_never_overwritten(small: Path, taken: str) -> None:
    (small / taken).parent.mkdir(parents=True, exist_ok=True)
    (small / taken).write_text("mine", "utf-8")
    assert refused(small, "exercise", "mine") == f"{taken} is there already, so nothing was made.\n"


def test_a_bad_name_is_refused(small: Path) -> None:
    assert "ridge_regression would do" in refused(small, "exercise", "Ridge Regression")


def test_outside_a_course_the_way_to_one_is_told(tmp_path: Path) -> None:
    assert "is no course" in (said := refused(tmp_path, "exercise", "mine"))
    assert "grader new course FOLDER" in said


def test_settings_that_are_not_understood_are_not_touched(small: Path) -> None:
    (small / "pyproject.toml").write_text("[tool.grader\n", "utf-8")
    assert "pyproject.toml is not valid" in refused(small, "exercise", "mine")


def test_a_course_is_not_made_where_something_is(small: Path) -> None:
    assert "is not empty (pyproject.toml is in it)" in refused(small, "course", ".")
    assert "is no folder" in refused(small, "course", "pyproject.toml")
    assert "could not be written: Not a directory" in refused(small, "course", "pyproject.toml/course")


def test_a_place_that_takes_no_files_is_said(tmp_path: Path) -> None:
    said = refused(tmp_path, "course", "/proc/course")  # where not even root makes a folder
    assert said.startswith("Nothing was made: /proc/course could not be written: ")


def test_a_repository_that_holds_nothing_yet_becomes_a_course(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert grader("new", "course", ".", cwd=tmp_path).code == 0
    assert open_course(tmp_path).slugs == [FIRST]


def test_a_wheel_brings_all_that_is_needed_to_begin_a_course(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "grader", tree / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(tree),
    ]
    subprocess.run(build, check=True, timeout=120, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "unpacked")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "unpacked")}
    made = subprocess.run(
        [sys.executable, "-c", "import grader.cli as c; print(c.__file__); c.app(['new', 'course', 'made'])"],
        cwd=tmp_path, env=environment, check=True, timeout=60, capture_output=True, text=True,
    )  # fmt: skip
    assert made.stdout.startswith(str(tmp_path / "unpacked"))
    assert open_course(tmp_path / "made").slugs == [FIRST]
