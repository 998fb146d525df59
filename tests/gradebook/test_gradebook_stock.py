"""nbgrader's real commands on this course: before and after our lines of its settings, and over what `grader` wrote.

One class goes through all of it: some of tests/classroom, and three who try other things.
"""

import csv
import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import parity
import pytest
from formgrader import formgrader
from parity import BELOW, CLASSROOM, FOLLOWED, FORGED, LATIN, NO_CELL, UNREADABLE

from grader.sandbox import best_level

pytestmark = pytest.mark.stock

SLUG = "linear_regression"
CLASS = ("ada", "farid", "kwame", "olga", "pavel", "rosa")
SAFE = best_level() != "none"
UNSAFE = () if SAFE else ("--Judge.unsafe_no_sandbox=True",)

FORGER = "def check(function):\n    pass\n\n\ndef predict(X, w, b):\n    return 0.0"
WARNER = "import warnings\n\n\ndef predict(X, w, b):\n    warnings.warn('slow')\n    return X @ w + b"
LATER = "def predict(X, w, b):\n    return product(X, w) + b"


def own_classroom(root: Path) -> Path:
    """The class: who replaces `check`, who warns, and who defines a helper further down."""
    for student in CLASS:
        shutil.copytree(CLASSROOM / student / SLUG, root / student / SLUG)
    for student, source, after in (
        ("zz_forger", FORGER, ""),
        ("zz_warner", WARNER, ""),
        ("zz_later", LATER, "def product(X, w):\n    return X @ w"),
    ):
        book = nbformat.read(CLASSROOM / "ada" / SLUG / f"{SLUG}.ipynb", as_version=4)
        next(cell for cell in book.cells if cell.id == "predict").source = source
        below = next(place for place, cell in enumerate(book.cells) if cell.id == "check_predict") + 1
        book.cells[below:below] = [nbformat.v4.new_code_cell(after, id="after")] if after else []
        book.cells = [cell for cell in book.cells if "figure" not in cell.metadata.get("tags", [])]
        (root / student / SLUG).mkdir(parents=True)
        nbformat.write(book, root / student / SLUG / f"{SLUG}.ipynb")
    (root / "ada" / SLUG / "timestamp.txt").write_text("2030-01-01 12:00:00 UTC", "utf-8")
    return root


@pytest.fixture(name="courses", scope="module")
def two_courses(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The course with nbgrader's own settings, and with ours."""
    root = tmp_path_factory.mktemp("parity")
    submitted = own_classroom(root / "class")
    stock = parity.make(root / "stock", [SLUG], submitted, stock=True)
    return stock, parity.make(root / "ours", [SLUG], submitted, stock=False)


@pytest.fixture(name="graded", scope="module")
def graded_by_the_command(courses: tuple[Path, Path]) -> tuple[Path, Any]:
    """The course of ours after `grader grade --gradebook`, and its report."""
    root = courses[1]
    return root, parity.through_ours(root, [SLUG], *([] if SAFE else ["--unsafe-no-sandbox"]))


def nbgrader(root: Path, *arguments: str) -> str:
    done = parity.run(root, "nbgrader", *arguments)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr + done.stdout


def test_every_grade_that_differs_from_nbgraders_has_its_reason(
    courses: tuple[Path, Path], graded: tuple[Path, Any]
) -> None:
    stock = parity.seen(courses[0], parity.through_stock(courses[0], [SLUG]))
    rows = list(parity.differences(stock, parity.grades(graded[0]), graded[1]))
    found = {(row.student, row.cell): (row.stock, row.ours, row.reason) for row in rows}
    cells = {"predict": 2.0, "squared_loss": 3.0, "loss_gradient": 5.0, "fit_closed_form": 6.0, "house_price": 4.0}
    expected: dict[tuple[str, str], tuple[float | None, float | None, str]] = {
        ("farid", "check_house_price"): (0.0, 4.0, FOLLOWED),
        ("zz_forger", "check_predict"): (2.0, 0.0, FORGED),
        ("zz_later", "check_predict"): (0.0, 2.0, BELOW),
        ("pavel", "check_predict"): (None, 2.0, NO_CELL),
        ("pavel", "check_squared_loss"): (None, 3.0, NO_CELL),
    }
    for name, most in cells.items():
        expected["kwame", f"check_{name}"] = (None, 0.0, UNREADABLE)
        expected["olga", f"check_{name}"] = (None, most, NO_CELL)
        expected["rosa", f"check_{name}"] = (None, {"predict": 1.5, "fit_closed_form": 4.5}.get(name, most), LATIN)
    assert found == expected


def test_nbgraders_autograde_ends_where_our_command_ends(graded: tuple[Path, Any]) -> None:
    root = graded[0]
    grades, notebooks = parity.grades(root), files(root / "autograded")
    said = nbgrader(root, "autograde", SLUG, "--force", *UNSAFE)
    assert "zz_forger: 18 of 20 points" in said
    assert "cells of the course are missing" in said
    assert parity.grades(root) == grades
    assert files(root / "autograded") == notebooks


def test_the_one_line_of_the_readme_is_enough(graded: tuple[Path, Any], tmp_path: Path) -> None:
    config = (graded[0] / "nbgrader_config.py").read_text("utf-8")
    readme = (parity.ROOT / "README.md").read_text("utf-8")
    line = re.findall(r"^c\.Autograde\.autograde_preprocessors = .*Judge.*", readme, re.MULTILINE)
    root = shutil.copytree(graded[0], tmp_path / "course")
    settings = [config[: config.index(parity.OURS_BEGINS)], *line]
    (root / "nbgrader_config.py").write_text("\n".join(settings), "utf-8")
    shutil.rmtree(root / "autograded")
    assert "pavel: 16 of 20 points" in nbgrader(root, "autograde", SLUG, "--force", "--student", "pavel", *UNSAFE)
    assert files(root / "autograded" / "pavel") == files(graded[0] / "autograded" / "pavel")
    assert parity.grades(root) == parity.grades(graded[0])


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_feedback_and_export_work_on_what_was_written(graded: tuple[Path, Any]) -> None:
    root = graded[0]
    nbgrader(root, "generate_feedback", SLUG, "--student", "farid", "--force")
    page = (root / "feedback" / "farid" / SLUG / f"{SLUG}.html").read_text("utf-8")
    assert "Your loss is the mean squared error; the loss is half of it." in page
    assert re.search(r">squared_loss</strong>: <strong>0 of 3 points</strong>", page)
    # the judged notebook's test cell of the gradient: SymPy's formula, and the student's bars beside it
    assert r"\frac{\partial \ell}{\partial w_{1}}" in page
    assert re.search(r"""<svg [^>]*aria-label=.Your gradient beside SymPy[^>]*entry by entry""", page)
    assert "What does not hold yet:" in page
    nbgrader(root, "export", "--to", "grades.csv")
    with (root / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: (row["score"], row["timestamp"]) for row in csv.DictReader(file)}
    assert scores["ada"] == ("20.0", "2030-01-01 12:00:00")
    assert scores["farid"] == ("6.0", "")


@pytest.fixture(name="address")
def a_server_with_formgrader(graded: tuple[Path, Any], tmp_path: Path) -> Iterator[str]:
    """The address of formgrader over the course."""
    with formgrader(graded[0], tmp_path) as address:
        yield address


def ask(address: str, method: str = "GET", **values: Any) -> Any:
    request = urllib.request.Request(address, method=method)
    if values:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(values).encode()
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read().decode()
    return json.loads(text) if text.startswith(("{", "[")) else text


def test_formgrader_shows_it_takes_a_persons_score_and_judges_again_without_losing_it(address: str) -> None:
    listed = {one["student"]: one for one in ask(f"{address}/api/submitted_notebooks/{SLUG}/{SLUG}")}
    assert listed["pavel"]["score"] == 16.0
    assert listed["pavel"]["needs_manual_grade"]
    id_ = listed["pavel"]["id"]
    page = ask(f"{address}/submissions/{id_}/")
    assert "cell 8: `check_loss_gradient` claims 100 points; 5 count" in page
    assert re.search(r">house_price</strong>: <strong>0 of 4 points</strong>", page)
    grades = {one["name"]: one for one in ask(f"{address}/api/grades?submission_id={id_}")}
    ask(f"{address}/api/grade/{grades['written_answer']['id']}", "PUT", manual_score=3.5, extra_credit=1.0)
    ask(f"{address}/api/grade/{grades['check_house_price']['id']}", "PUT", manual_score=2.0)
    if SAFE:
        assert ask(f"{address}/api/submission/{SLUG}/pavel/autograde", "POST")["success"]
    after = {one["name"]: one for one in ask(f"{address}/api/grades?submission_id={id_}")}
    assert (after["written_answer"]["manual_score"], after["written_answer"]["extra_credit"]) == (3.5, 1.0)
    assert (after["check_house_price"]["auto_score"], after["check_house_price"]["manual_score"]) == (0.0, 2.0)
    assert after["check_house_price"]["needs_manual_grade"] == SAFE
