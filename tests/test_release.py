"""A release is made whole or not at all, is out of date in sentences, and holds no solution."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_course import SLUG, SOLUTION, Course, cell, check_cell, notebook, stub

from grader.release import Unreleasable


@pytest.fixture(name="course")
def a_course(tmp_path: Path) -> Course:
    return Course(tmp_path / "course")


def test_a_release_is_the_notebook_and_the_files_beside_it(course: Course) -> None:
    course.release()
    handout = course.files(f"assignments/{SLUG}")
    assert sorted(handout) == ["checks.py", "data/more/x.csv", "recorded.json", f"{SLUG}.ipynb"]
    assert (course.root / "assignments" / SLUG / "checks.py").stat().st_mode & 0o777 == 0o644


def test_no_solution_reaches_a_student(course: Course) -> None:
    course.release()
    assert not any(b"the secret" in data for data in course.files("assignments").values())


def test_solutions_reach_the_source(course: Course) -> None:
    course.release()
    cells = {one["id"]: "".join(one["source"]) for one in json.loads(course.source.read_bytes())["cells"]}
    assert cells["mean"].split("\n")[3:5] == ["    # the secret too", "    return total(x) / len(x)"]


def test_a_second_release_changes_nothing(course: Course) -> None:
    assert course.release() == [
        f"source/{SLUG}/recorded.json is missing",
        f"source/{SLUG}/{SLUG}.ipynb is out of date",
        *(f"assignments/{SLUG}/{name} is missing" for name in ("checks.py", "data/more/x.csv", "recorded.json")),
        f"assignments/{SLUG}/{SLUG}.ipynb is missing",
    ]
    before = course.files()
    inode = course.source.stat().st_ino
    assert course.release() == course.release(check=True) == []
    assert course.files() == before
    assert (course.recorded, course.source.stat().st_ino) == (1, inode)


def test_a_check_writes_nothing(course: Course) -> None:
    before = course.files()
    assert len(course.release(check=True)) == 5
    assert (course.files(), course.recorded) == (before, 0)


def change_solution(course: Course) -> str:
    path = course.root / "solutions" / f"{SLUG}.py"
    path.write_text(SOLUTION.replace("sum(x)", "0 + sum(x)"), "utf-8")
    return f"source/{SLUG}/{SLUG}.ipynb is out of date"


def change_recorded(course: Course) -> str:
    course.current = False
    return f"source/{SLUG}/recorded.json is out of date"


def change_handout(course: Course) -> str:
    (course.root / "assignments" / SLUG / "checks.py").write_text("# other\n", "utf-8")
    return f"assignments/{SLUG}/checks.py is out of date"


def add_to_handout(course: Course) -> str:
    (course.root / "assignments" / SLUG / "left.py").write_text("# other\n", "utf-8")
    return f"assignments/{SLUG}/left.py does not belong there"


def delete_from_handout(course: Course) -> str:
    (course.root / "assignments" / SLUG / f"{SLUG}.ipynb").unlink()
    return f"assignments/{SLUG}/{SLUG}.ipynb is missing"


@pytest.mark.parametrize(
    "change", [change_solution, change_recorded, change_handout, add_to_handout, delete_from_handout]
)
def test_whatever_is_out_of_date_is_named_and_then_mended(course: Course, change: Callable[[Course], str]) -> None:
    course.release()
    sentence = change(course)
    assert course.release(check=True) == [sentence]
    assert course.release() == [sentence]
    assert course.release(check=True) == []


def test_what_jupyter_leaves_in_a_release_is_not_out_of_date(course: Course) -> None:
    course.release()
    (course.root / "assignments" / SLUG / ".ipynb_checkpoints").mkdir()
    (course.root / "assignments" / SLUG / ".ipynb_checkpoints" / "x.ipynb").write_text("x", "utf-8")
    assert course.release(check=True) == []


def claims(book: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in book["cells"] if one["id"] == name)["metadata"]["nbgrader"]
    return found


def without(name: str) -> Callable[[dict[str, Any]], None]:
    def change(book: dict[str, Any]) -> None:
        book["cells"] = [one for one in book["cells"] if one["id"] != name]

    return change


def with_claims(name: str, **changed: object) -> Callable[[dict[str, Any]], None]:
    return lambda book: claims(book, name).update(changed)


def without_points(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda book: claims(book, name).pop("points")


def with_source(name: str, source: str) -> Callable[[dict[str, Any]], None]:
    return lambda book: next(one for one in book["cells"] if one["id"] == name).update(source=source)


def with_more(more: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    return lambda book: book["cells"].append(more)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without("total"), "no solution cell defines `total`"),
        (without("check_total"), "no test cell says `check(total)`"),
        (with_claims("check_total", points=5), "cell `check_total`: 5 points, but the checks of `total` are worth 2"),
        (
            with_more(check_cell("other", 1)),
            "cell `check_other`: a test cell is `check(f)`, f a function that checks.py declares",
        ),
        (with_source("check_total", "check(total); 1"), "no test cell says `check(total)`"),
        (
            with_more(cell("check(mean)", "again", grade=True, locked=True, points=3)),
            "cell `check_mean`: `mean` has another test cell",
        ),
        (with_source("total", "def total(x):\n    return 1"), "cell `total`: `total` has no solution region"),
        (with_source("mean", stub("median")), "cell `mean`: the reference has no function `median`"),
        (with_source("figure-1", stub("total")), "cell `figure-1`: it has a solution region but is no solution cell"),
        (with_source("text-1", "BEGIN SOLUTION"), "cell `text-1`: BEGIN SOLUTION has no END SOLUTION after it"),
        (with_source("check_mean", "### BEGIN HIDDEN TESTS"), "cell `check_mean`: BEGIN HIDDEN TESTS is not supported"),
        (
            with_claims("total", extra=1),
            "cell `total`: its nbgrader metadata is not valid: Object contains unknown field `extra`",
        ),
        (
            with_claims("total", schema_version=2),
            "cell `total`: its nbgrader metadata is not valid: Invalid enum value 2 - at `$.schema_version`",
        ),
        (with_claims("mean", grade_id="total"), "cell `mean`: the grade_id total is there twice"),
        (without_points("check_mean"), "cell `check_mean`: it is graded but has no points"),
        (
            with_claims("written", solution=False),
            "cell `written`: prose that a person grades must be both grade and solution",
        ),
        (
            with_more(cell("x", "task", locked=True, task=True)),
            "cell `task`: a task must be a markdown cell",
        ),
        (lambda book: book["metadata"]["kernelspec"].update(language="R"), "its language is R, not python"),
    ],
)
def test_a_fault_names_its_cell_and_nothing_is_written(
    course: Course, change: Callable[[dict[str, Any]], None], sentence: str
) -> None:
    book = notebook()
    change(book)
    course.write(book)
    before = course.files()
    with pytest.raises(Unreleasable) as raised:
        course.release()
    assert f"source/{SLUG}/{SLUG}.ipynb: {sentence}" in raised.value.sentences
    assert course.files() == before


def book(major: int, minor: int, *cells: dict[str, Any]) -> bytes:
    raw = [{"cell_type": "raw", "source": ""} | one for one in cells]
    return json.dumps({"nbformat": major, "nbformat_minor": minor, "cells": raw, "metadata": {}}).encode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"import numpy", "it is no notebook"),
        (b"[1]", "it is no notebook"),
        (b"{}", "it is no notebook"),
        (b"[" * 100_000, "it is no notebook"),
        (b"\xff\xfe", "it is not UTF-8"),
        (book(3, 0), "it is in notebook format 3.0; from 4.5 on cells have ids"),
        (book(4, 4), "it is in notebook format 4.4; from 4.5 on cells have ids"),
        (book(4, 5, {"metadata": {}}), "a cell has no id"),
        (book(4, 5, {"id": "a", "metadata": {}}, {"id": "a", "metadata": {}}), "the cell id a is not unique"),
        (book(4, 5, {"id": "a", "metadata": 5}), "it is not a valid notebook: 5 is not of type 'object'"),
    ],
)
def test_a_source_that_is_no_notebook_is_one_sentence(course: Course, data: bytes, sentence: str) -> None:
    course.source.write_bytes(data)
    with pytest.raises(Unreleasable) as raised:
        course.release()
    assert raised.value.sentences == (f"source/{SLUG}/{SLUG}.ipynb: {sentence}",)


@pytest.mark.parametrize("name", [f"source/{SLUG}/{SLUG}.ipynb", f"solutions/{SLUG}.py"])
def test_a_missing_file_is_one_sentence(course: Course, name: str) -> None:
    (course.root / name).unlink()
    with pytest.raises(Unreleasable, match=f"^{re.escape(name)}: it is missing$"):
        course.release()


def test_another_notebook_in_the_folder_is_released_too(course: Course) -> None:
    (course.source.parent / "more.ipynb").write_bytes(course.source.read_bytes())
    course.release()
    handout = course.files(f"assignments/{SLUG}")
    assert handout["more.ipynb"] == handout[f"{SLUG}.ipynb"]


def test_what_cannot_be_written_leaves_the_old_release(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    course.release()
    change_handout(course)
    before = course.files("assignments")

    def full(_: Path, __: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            course.release()
    assert course.files("assignments") == before
    course.release()
    assert course.release(check=True) == []


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (
            'c.CourseDirectory.ignore = ["*.pyc"]',
            "c.CourseDirectory.ignore must name mistakes.py, which holds solutions",
        ),
        ("x = 1", "c.CourseDirectory.ignore must name mistakes.py, which holds solutions"),
        ("c.CourseDirectory.ignore = names()", "c.CourseDirectory.ignore is not written as a plain list of names"),
        (
            'c.ClearSolutions.text_stub = "?"',
            "it sets c.ClearSolutions.text_stub, which `grader release` does not follow",
        ),
        ("c = (", "it is not valid Python"),
    ],
)
def test_settings_that_would_make_another_release_are_refused(course: Course, config: str, sentence: str) -> None:
    (course.root / "nbgrader_config.py").write_text(config, "utf-8")
    with pytest.raises(Unreleasable) as raised:
        course.release()
    assert raised.value.sentences == (f"nbgrader_config.py: {sentence}",)


def test_a_course_without_nbgraders_settings_keeps_the_mistakes_back(course: Course) -> None:
    (course.root / "nbgrader_config.py").unlink()
    course.release()
    assert "mistakes.py" not in course.files(f"assignments/{SLUG}")


# --- the course's address ---

ASKS = 'def check(*_):\n    course = ""  # [tool.grader] course\n    raise ImportError(course)'


def asking(course: Course) -> None:
    book = notebook()
    (setup,) = (one for one in book["cells"] if one["id"] == "setup")
    setup["source"] = ASKS
    course.write(book)


@pytest.mark.parametrize("address", ["https://example.org/course", 'a \\ "quoted" place', "Kursraum 5, Gebäude Ä"])
def test_the_courses_address_comes_from_the_settings(course: Course, address: str) -> None:
    asking(course)
    course.release(address=address)
    for folder in ("source", "assignments"):
        book = json.loads((course.root / folder / SLUG / f"{SLUG}.ipynb").read_bytes())
        (setup,) = ("".join(one["source"]) for one in book["cells"] if one["id"] == "setup")
        names: dict[str, Any] = {}
        exec(setup, names)
        with pytest.raises(ImportError, match=f"^{re.escape(address)}$"):
            names["check"]()
    assert course.release(address=address, check=True) == []


def test_another_address_puts_the_notebooks_out_of_date(course: Course) -> None:
    asking(course)
    course.release(address="https://example.org/old")
    assert course.release(address="https://example.org/new", check=True) == [
        f"source/{SLUG}/{SLUG}.ipynb is out of date",
        f"assignments/{SLUG}/{SLUG}.ipynb is out of date",
    ]


def test_a_notebook_that_tells_the_address_needs_one(course: Course) -> None:
    asking(course)
    with pytest.raises(Unreleasable, match=r"cell `setup` tells the course's address: set `course` in \[tool.grader\]"):
        course.release()


def test_a_course_without_the_line_needs_no_address(course: Course) -> None:
    course.release()
    assert "tool.grader" not in course.source.read_text("utf-8")
