"""`grader release`: what is made is up to date or said not to be, is recorded only where it changed, and whole."""

from pathlib import Path
from typing import Any

import pytest
import tiny_course

from grader import course, recorded
from grader.course import Course
from grader.exercise import AuthorError
from grader.making import make


@pytest.fixture
def tiny(tmp_path: Path) -> Course:
    return tiny_course.make(tmp_path)


def files(tiny: Course) -> dict[str, bytes]:
    found = [path for path in tiny.root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(tiny.root).as_posix(): path.read_bytes() for path in found}


def test_a_course_is_made_and_then_up_to_date(tiny: Course) -> None:
    stale = make(tiny, ["tiny"])
    assert any("recorded.json" in sentence for sentence in stale)
    assert make(tiny, ["tiny"], check=True) == []
    assert make(tiny, ["tiny"]) == []
    released = course.released(tiny.root / "assignments" / "tiny")
    assert {item.status for item in tiny_course.judged(released).values()} == {"passed", "manual"}


def test_a_check_says_what_is_out_of_date_and_writes_nothing(tiny: Course) -> None:
    before = files(tiny)
    stale = make(tiny, ["tiny"], check=True)
    assert stale
    assert all(sentence.endswith(("is out of date", "is missing")) for sentence in stale)
    assert files(tiny) == before


@pytest.mark.parametrize("name", ["source/tiny/checks.py", "source/tiny/mistakes.py", "solutions/tiny.py"])
def test_whatever_an_answer_depends_on_puts_the_recording_out_of_date(tiny: Course, name: str) -> None:
    make(tiny, ["tiny"])
    file = tiny.root / name
    file.write_text(file.read_text("utf-8") + "\n# another comment\n", "utf-8")
    assert "source/tiny/recorded.json is out of date" in make(tiny, ["tiny"], check=True)
    make(tiny, ["tiny"])
    assert make(tiny, ["tiny"], check=True) == []


def test_nothing_is_recorded_again_that_is_current(tiny: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures may differ in the last digit from machine to machine: a file that was not touched stays as it is."""
    make(tiny, ["tiny"])

    def never(*_: Any) -> bytes:
        raise AssertionError("recorded again")

    monkeypatch.setattr(recorded, "dump", never)
    assert make(tiny, ["tiny"]) == []


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": 1}', b'{"format": 7}', b"[]"])
def test_a_recording_that_is_not_whole_is_made_again(tiny: Course, content: bytes) -> None:
    make(tiny, ["tiny"])
    file = tiny.source("tiny") / "recorded.json"
    whole = file.read_bytes()
    file.write_bytes(content)
    assert make(tiny, ["tiny"], check=True)
    make(tiny, ["tiny"])
    assert file.read_bytes() == whole


def test_no_solution_and_no_mistake_reaches_a_student(tiny: Course) -> None:
    make(tiny, ["tiny"])
    handed = {name: data for name, data in files(tiny).items() if name.startswith("assignments/")}
    assert "assignments/tiny/mistakes.py" not in handed
    for data in handed.values():
        assert b"np.sum(scale(x, 2.0))" not in data
        assert b"lambda x, factor: x * factor**2" not in data


@pytest.mark.parametrize(
    ("part", "old", "new", "says"),
    [
        ("solution", "return code - key", "return code", "does not hold for the reference"),
        ("checks", "points=3", "points=4", "points"),
        ("checks", "agrees(student.total(x)", "agrees(x / 0 + student.total(x)", "itself raised"),
    ],
)
def test_a_course_with_a_fault_is_not_made_and_the_fault_is_told(
    tmp_path: Path, part: str, old: str, new: str, says: str
) -> None:
    texts = {"solution": tiny_course.SOLUTION, "checks": tiny_course.CHECKS}
    tiny = tiny_course.make(tmp_path, **{part: texts[part].replace(old, new)})
    before = files(tiny)
    with pytest.raises(AuthorError, match=says):
        make(tiny, ["tiny"])
    assert files(tiny) == before
