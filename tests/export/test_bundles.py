"""Bundles as files: the modes that they need, whole or not at all, and no word of a stranger in a script."""

import json
import stat
import zipfile
from pathlib import Path

import pytest
import tiny_course
from judging import COURSE, ROOT, SLUGS

from grader import export, recorded
from grader.course import Course
from grader.exercise import AuthorError
from grader.export.bundle import PROGRAM, SECRET, Entry
from grader.making import make

KEY = bytes(range(16))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    opened = tiny_course.make(tmp_path_factory.mktemp("course") / "c")
    make(opened, ["tiny"])
    return opened


BUNDLE = {"run": Entry(b"#!/bin/sh\n", PROGRAM), "a/key": Entry(b"secret", SECRET), "a/b/text": Entry(b"text")}


def test_a_zip_keeps_modes_and_is_the_same_for_the_same_files(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        export.write_zip(BUNDLE, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert stat.S_IMODE((tmp_path / "one.zip").stat().st_mode) == 0o600, "it holds a secret"
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["a/b/text", "a/key", "run"]
        modes = {info.filename: stat.S_IMODE(info.external_attr >> 16) for info in archive.infolist()}
        assert modes == {"a/b/text": 0o644, "a/key": 0o600, "run": 0o755}
        assert archive.read("a/key") == b"secret"


def test_a_folder_keeps_modes(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    export.write_folder(BUNDLE, tmp_path / "made")
    modes = {
        str(path.relative_to(tmp_path / "made")): stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "made").rglob("*")
        if path.is_file()
    }
    assert modes == {"run": 0o755, "a/key": 0o600, "a/b/text": 0o644}


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("work", "utf-8")
    with pytest.raises(OSError, match="not empty"):
        export.write_folder(BUNDLE, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    clash = {"a": Entry(b""), "a/b": Entry(b"")}
    with pytest.raises(OSError, match=r"directory|exists"):
        export.write_folder(clash, tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_what_a_platform_takes_stands_where_it_looks(course: Course) -> None:
    made = export.gradescope(course, "tiny", KEY)
    assert {
        "setup.sh",
        "run_autograder",
        "requirements.txt",
        "grader/cli/__init__.py",
        "course/source/tiny/checks.py",
    } <= set(made)
    assert made["run_autograder"].data.startswith(b"#!")
    assert made["course/.grader-seed"] == Entry(f"{KEY.hex()}\n".encode(), SECRET)
    other = export.prairielearn(course, "tiny", KEY, "course/grader:1")
    assert {
        "info.json",
        "question.html",
        "tests/run.sh",
        "tests/grader/cli/__init__.py",
        "clientFilesQuestion/tiny.ipynb",
    } <= set(other)
    assert b"@" not in other["question.html"].data + made["run_autograder"].data


def test_only_what_requires_nothing_more_is_installed(course: Course) -> None:
    lines = export.gradescope(course, "tiny", KEY)["requirements.txt"].data.decode().splitlines()
    names = {line.partition(">")[0] for line in lines}
    assert "numpy" in names
    assert not names & {"nbgrader", "pytest", "jupyterlab"}


def test_a_students_repository_holds_neither_answer_nor_secret(course: Course) -> None:
    made = export.repository(course, "tiny", "numerical-autograder==0.1.0")
    assert {"tiny.ipynb", "checks.py", "recorded.json", ".github/workflows/check.yml", ".gitlab-ci.yml"} <= set(made)
    assert not [name for name in made if "mistakes" in name or "seed" in name or "solutions" in name]
    assert not [name for name, entry in made.items() if b"return factor * x" in entry.data]
    assert all(entry.mode == 0o644 for entry in made.values())


@pytest.mark.parametrize("package", ['x" && curl evil', "x\ny", "$(id)", "`id`", ""])
def test_nothing_but_a_requirement_gets_into_a_workflow(course: Course, package: str) -> None:
    with pytest.raises(AuthorError, match="cannot stand in a workflow"):
        export.repository(course, "tiny", package)


@pytest.mark.parametrize("image", ["a b", "X", "a\nRUN id", ""])
def test_nothing_but_an_images_name_gets_into_a_dockerfile(course: Course, image: str) -> None:
    with pytest.raises(AuthorError, match="no name of an image"):
        export.prairielearn(course, "tiny", KEY, image)


def test_an_assignment_that_is_not_there_or_not_released_is_a_sentence(course: Course, tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="no assignment 'moon'"):
        export.gradescope(course, "moon", KEY)
    bare = tiny_course.make(tmp_path)
    with pytest.raises(AuthorError, match="grader release tiny"):
        export.repository(bare, "tiny", "numerical-autograder")
    with pytest.raises(AuthorError, match="grader release tiny"):
        export.gradescope(bare, "tiny", KEY)


def test_whoever_makes_a_bundle_is_told_what_is_in_it_and_what_it_needs(course: Course) -> None:
    secret, needs = export.holds_the_secret(course, Path("x.zip"))
    assert "holds the course's secret" in secret
    assert "60 s" in needs
    assert "1536 MB" in needs


def test_a_container_derives_nothing_that_the_release_has_derived() -> None:
    slug = SLUGS[0]
    made = export.gradescope(COURSE, slug, KEY)
    cache = {name: json.loads(entry.data) for name, entry in made.items() if name.startswith("derived/")}
    known = recorded.load((ROOT / "source" / slug / "recorded.json").read_bytes())["derivations"]
    assert cache == {f"derived/{key}.json": {"code": code} for key, code in known.items()}
    assert cache
