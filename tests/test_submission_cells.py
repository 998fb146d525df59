"""Which cells of a notebook run: the release decides, the file's own metadata never does."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.program import Program
from grader.submission import Refused, ReleasedNotebook, Role, read, released_notebook
from grader.submission.notebook import notebook_cells
from grader.submission.selection import program

COURSE = Path(__file__).parents[1]

Book = list[dict[str, Any]]

SETUP = "import numpy as np\n\ntry:\n    from grader import check\nexcept ImportError:\n    check = print"
STUB = "def predict(X, w, b):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
PLOT = "plot(predict)"


def cell(
    source: str, name: str | None = None, kind: str = "code", tags: Iterable[str] = (), **claims: object
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": [*tags]} if tags else {}
    if claims:
        flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata["nbgrader"] = flags | {"grade_id": name} | claims
    outputs: dict[str, Any] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name or "x", "metadata": metadata, "source": source, **outputs}


def course() -> Book:
    return [
        cell("# Linear regression", "text-1", "markdown"),
        cell(SETUP, "setup", locked=True),
        cell("The prediction is $Xw + b$.", "text-2", "markdown"),
        cell(STUB, "predict", solution=True),
        cell("check(predict)", "check_predict", grade=True, locked=True, points=2),
        cell(PLOT, "figure-1", tags=["figure"]),
        cell("*Your answer here.*", "written_answer", "markdown", grade=True, solution=True, points=4),
    ]


def as_bytes(cells: Book) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture(name="release", scope="module")
def the_release(tmp_path_factory: pytest.TempPathFactory) -> ReleasedNotebook:
    path = tmp_path_factory.mktemp("course") / "slug.ipynb"
    path.write_bytes(as_bytes(course()))
    return released_notebook(path, "slug")


def run(cells: Book, release: ReleasedNotebook) -> Program:
    return program(notebook_cells(as_bytes(cells)), release)


def running(cells: Book, release: ReleasedNotebook) -> list[str]:
    return [c.source for c in run(cells, release).cells]


def test_the_release_says_what_each_cell_is_for(release: ReleasedNotebook) -> None:
    assert [c.role.name for c in release.cells] == [
        "TEXT",
        "READ_ONLY",
        "TEXT",
        "SOLUTION",
        "TEST",
        "FIGURE",
        "WRITTEN",
    ]
    (test,) = release.of_role(Role.TEST)
    assert (test.function, test.points, test.grade_id) == ("predict", 2, "check_predict")
    assert release.of_role(Role.WRITTEN)[0].points == 4


def test_a_release_that_is_no_notebook_is_a_sentence_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "slug.ipynb").write_bytes(b"<html>")
    with pytest.raises(ValueError, match=r"slug\.ipynb: The file is a web page, not a notebook\."):
        released_notebook(tmp_path / "slug.ipynb", "slug")


def test_all_code_runs_but_tests_and_figures(release: ReleasedNotebook) -> None:
    cells = course()
    cells.insert(4, cell("mine = 1", "mine"))
    assert running(cells, release) == [SETUP, STUB, "mine = 1"]


def test_cells_are_counted_as_the_student_sees_them(release: ReleasedNotebook) -> None:
    cells = [*course(), cell("mine = 1", "mine")]
    assert [c.label for c in run(cells, release).cells] == ["cell 1", "cell 2", "cell 5"]


@pytest.mark.parametrize("lost", ["nbgrader", "ids", "both"])
def test_lost_names_cost_nothing(release: ReleasedNotebook, lost: str) -> None:
    cells = course()
    cells[3]["source"] = "def predict(X, w, b): return X @ w + b"
    for one in cells:
        if lost != "ids":
            one["metadata"] = {}
        if lost != "nbgrader":
            del one["id"]
    assert running(cells, release) == [SETUP, "def predict(X, w, b): return X @ w + b"]


def test_a_changed_figure_does_not_run(release: ReleasedNotebook) -> None:
    cells = course()
    cells[5]["source"] = "plot(predict, color='red')"
    cells[5]["metadata"] = {}
    assert running(cells, release) == [SETUP, STUB]


def test_a_cell_that_only_claims_to_be_a_figure_runs(release: ReleasedNotebook) -> None:
    cells = [*course(), cell("mine = 1", "mine", tags=["figure"])]
    assert running(cells, release)[-1] == "mine = 1"


def test_a_cell_that_claims_to_be_a_test_does_not_run(release: ReleasedNotebook) -> None:
    cells = [*course(), cell("mine = 1", "check_more", grade=True, points=100)]
    assert "mine = 1" not in running(cells, release)


def test_what_is_written_into_a_test_cell_does_not_run(release: ReleasedNotebook) -> None:
    cells = course()
    cells[4]["source"] = "predict = cheat"
    cells[4]["metadata"]["nbgrader"] |= {"grade": False, "solution": True}
    found = run(cells, release)
    assert [c.source for c in found.cells] == [SETUP, STUB]
    assert found.notices == ("cell 3: the test cell `check_predict` was changed; what it holds does not run",)


def test_a_read_only_cell_runs_with_the_releases_text(release: ReleasedNotebook) -> None:
    cells = course()
    cells[1]["source"] = "import numpy as np; np.dot = None"
    found = run(cells, release)
    assert [c.source for c in found.cells] == [SETUP, STUB]
    assert found.notices == ("cell 1: the read-only cell `setup` was changed; the course's text runs in its place",)


def test_a_copy_of_a_read_only_cell_is_the_students_own(release: ReleasedNotebook) -> None:
    cells = course()
    cells.append(cell("import math", "setup", locked=True))
    assert running(cells, release) == [SETUP, STUB, "import math"]


def test_a_missing_read_only_cell_is_put_back_at_its_place(release: ReleasedNotebook) -> None:
    cells = course()
    del cells[1]
    found = run([cells[0], cell("first = 1", "first"), *cells[1:]], release)
    assert [c.source for c in found.cells] == [SETUP, "first = 1", STUB]
    assert [c.label for c in found.cells] == ["the course's cell “setup”", "cell 1", "cell 2"]
    assert found.notices == ("cells of the course are missing: `setup`; the judging is the same without them",)
    assert running([cell("mine = 1")], release) == [SETUP, "mine = 1"]


def test_a_read_only_cell_between_others_returns_between_them(tmp_path: Path) -> None:
    cells = course()
    cells.insert(4, cell("HELPER = 1", "helper", locked=True))
    (tmp_path / "slug.ipynb").write_bytes(as_bytes(cells))
    release = released_notebook(tmp_path / "slug.ipynb", "slug")
    assert running([*course(), cell("mine = 1", "mine")], release) == [SETUP, STUB, "HELPER = 1", "mine = 1"]


def test_changed_points_are_told_and_do_not_count(release: ReleasedNotebook) -> None:
    cells = course()
    cells[4]["metadata"]["nbgrader"]["points"] = 100
    assert run(cells, release).notices == ("cell 3: `check_predict` claims 100 points; 2 count",)


def test_deleted_test_cells_are_told_and_change_nothing(release: ReleasedNotebook) -> None:
    cells = course()
    del cells[4]
    found = run(cells, release)
    assert [c.source for c in found.cells] == running(course(), release)
    assert found.notices == ("cells of the course are missing: `check_predict`; the judging is the same without them",)


def test_both_of_two_equal_ids_run_and_it_is_told(release: ReleasedNotebook) -> None:
    cells = [*course(), cell("def predict(X, w, b): return X @ w + b", "predict", solution=True)]
    found = run(cells, release)
    assert [c.source for c in found.cells][1:] == [STUB, "def predict(X, w, b): return X @ w + b"]
    assert found.notices == ("the course's cell `predict` is there 2 times, first as cell 2",)


def test_a_solution_turned_into_prose_is_read_as_the_code_that_it_was(release: ReleasedNotebook) -> None:
    cells = course()
    cells[3] |= {"cell_type": "markdown", "source": "def predict(X, w, b): return X @ w + b"}
    found = run(cells, release)
    assert [(c.source, c.label) for c in found.cells[1:]] == [(cells[3]["source"], "the course's cell “predict”")]
    assert found.notices == ("the course's cell `predict` is no code cell any more; it is read as one",)


def test_prose_does_not_run_where_its_cell_is_there_as_code_too(release: ReleasedNotebook) -> None:
    cells = course()
    cells[4:4] = [cells[3] | {"cell_type": "markdown", "source": "def predict(X, w, b): return 0", "id": "first-try"}]
    assert running(cells, release) == [SETUP, STUB]


def test_too_much_is_refused_also_where_it_stands_in_prose(tmp_path: Path, release: ReleasedNotebook) -> None:
    cells = course()
    cells[3] |= {"cell_type": "markdown", "source": "x = 1\n" * 50_000}
    (tmp_path / "slug.ipynb").write_bytes(as_bytes(cells))
    assert isinstance(read(tmp_path / "slug.ipynb", release).program, Refused)


def test_another_order_is_told(release: ReleasedNotebook) -> None:
    cells = course()
    cells.insert(2, cells.pop(4))
    assert run(cells, release).notices == ("the course's cells stand in another order than they were handed out in",)


def test_test_cells_of_a_strangers_are_told(release: ReleasedNotebook) -> None:
    cells = [*course(), cell("50.0", "check_me", grade=True, locked=True, points=50)]
    assert run(cells, release).notices == (
        "cell 5: a test cell that the course does not have; it does not run, and gives no points",
    )


@pytest.mark.parametrize("marks", [{}, {"grade_id": 7}, {"grade_id": "x"}])
def test_lost_or_changed_marks_are_told(release: ReleasedNotebook, marks: dict[str, Any]) -> None:
    cells = course()
    cells[3]["metadata"]["nbgrader"] = marks
    assert run(cells, release).notices == (
        "nbgrader's marks of these cells are gone or changed: `predict`; the course's count",
    )


def test_an_untouched_release_has_nothing_to_tell(release: ReleasedNotebook) -> None:
    assert run(course(), release).notices == ()


def test_a_line_for_the_kernel_is_left_out_with_a_notice(release: ReleasedNotebook) -> None:
    found = run([*course(), cell("%matplotlib inline\nx = 1", "mine")], release)
    assert found.cells[-1].source == "pass\nx = 1"
    assert found.notices == ("cell 5: the line `%matplotlib inline` was left out",)


@pytest.mark.parametrize("source", ["x = (5\n% 3)", 'text = """\n!important\n"""', "x = 1\n"])
def test_a_cell_that_parses_runs_as_it_is(release: ReleasedNotebook, source: str) -> None:
    found = run([*course(), cell(source, "mine")], release)
    assert found.cells[-1].source == source
    assert found.notices == ()


def test_a_cell_with_a_syntax_error_stays_one_cell(release: ReleasedNotebook) -> None:
    assert running([*course(), cell("def f(:\n", "a"), cell("x = 1", "b")], release)[-2:] == ["def f(:\n", "x = 1"]


def test_future_imports_reach_the_cells_below(release: ReleasedNotebook) -> None:
    cells = [cell("from __future__ import annotations", "a"), *course(), cell("def f(x: y): ...", "b")]
    first, *others = run(cells, release).cells
    assert first.flags == 0
    assert {c.flags != 0 for c in others} == {True}


@given(st.permutations(range(7)), st.sets(st.integers(0, 6)), st.text(max_size=5))
def test_no_order_and_no_loss_runs_a_test_or_loses_the_setup(
    release: ReleasedNotebook, order: list[int], lost: set[int], text: str
) -> None:
    cells = [course()[i] for i in order if i not in lost]
    for one in cells:
        if one["id"] in {"check_predict", "figure-1", "setup"}:
            one["source"] += "\n" + text
    found = running(cells, release)
    assert found.count(SETUP) == 1
    assert not any(source.startswith(("check", "plot")) for source in found)
    assert (STUB in found) == (3 not in lost)


@pytest.mark.parametrize("path", sorted(COURSE.glob("source/*/*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_of_the_course_reads_as_its_own_submission(path: Path) -> None:
    release = released_notebook(path, path.stem)
    found = read(path, release).program
    assert isinstance(found, Program)
    assert found.notices == ()
    assert len(found.cells) == len(release.of_role(Role.SOLUTION)) + len(release.of_role(Role.READ_ONLY))
