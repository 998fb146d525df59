"""What an exercise may be called, and how it comes into the course's list without a loss of what stands there."""

import keyword
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import open_course
from grader.exercise import AuthorError
from grader.scaffold import names
from grader.scaffold.settings import with_assignment


@pytest.mark.parametrize("slug", ["ridge", "ridge_regression", "week3", "a" * names.LONGEST])
def test_a_name_that_will_do(slug: str) -> None:
    assert names.fault(slug) == ""


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("all", "the word is taken"),
        ("lambda", "the word is taken"),
        ("random", "random_exercise"),
        ("numpy", "the word is taken"),
        ("Ridge-Regression", "; ridge_regression would do"),
        ("../outside", "; outside would do"),
        ("ridge\n", "; ridge would do"),
        ("3", "a letter first"),
        ("", "a letter first"),
        ("ß" * 4000, "64 characters"),
    ],
)
def test_a_name_that_will_not_do_is_refused_in_a_sentence(slug: str, said: str) -> None:
    assert said in names.fault(slug)


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z_. -]{1,20}", fullmatch=True))
def test_whatever_will_do_is_a_module_of_its_own_and_what_is_proposed_will_do(slug: str) -> None:
    said = names.fault(slug)
    if not said:
        assert slug.isascii()
        assert slug.isidentifier()
        assert not keyword.iskeyword(slug)
    elif proposed := re.search(r"; (\w+) would do\.$", said):
        assert names.fault(proposed[1]) == ""


def course(root: Path, text: str, *slugs: str) -> bytes:
    """The settings once `ridge` is added to a course of these exercises."""
    for slug in slugs:
        (root / "source" / slug).mkdir(parents=True)
        (root / "source" / slug / "checks.py").touch()
    (root / "source").mkdir(exist_ok=True)
    (root / "pyproject.toml").write_bytes(text.encode())
    return with_assignment(open_course(root), "ridge")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project]\nname = 'course' # ours\n",
        "[tool.grader]\nassignments = []\nfeedback = 'claims'\n",
        "[tool.grader]\nassignments = [  # in order\n    'b', # first\n    'a',\n]\n[tool.grader.limits]\ncalls = 9\n",
        "[tool.grader]\r\nassignments = ['b', 'a']\r\nstore = 'x.db' # kept\r\n",
        "tool.grader.course = 'https://example.org/'\n",
        "[tool.grader.limits]\ncalls = 9\n[tool.other]\nx = 1\n",
        "[tool]\ngrader = {assignments = ['b', 'a'], course = 'x'}\n",
    ],
)
def test_the_list_gets_one_name_more_and_all_else_stays(tmp_path: Path, text: str) -> None:
    made = course(tmp_path, text).decode()
    before, after = tomllib.loads(text), tomllib.loads(made)
    listed = before.get("tool", {}).get("grader", {}).get("assignments", [])
    assert after["tool"]["grader"].pop("assignments") == [*listed, "ridge"]
    before.setdefault("tool", {}).setdefault("grader", {}).pop("assignments", None)
    assert after == before
    assert re.findall("# .*", made) == re.findall("# .*", text)
    assert ("\r" in made) == ("\r" in text)


def test_the_order_that_the_course_had_stays(tmp_path: Path) -> None:
    made = course(tmp_path, "[tool.grader]\nassignments = ['c']\n", "a", "b", "c")
    assert tomllib.loads(made.decode())["tool"]["grader"]["assignments"] == ["c", "a", "b", "ridge"]


def test_a_name_that_is_listed_already_is_listed_once(tmp_path: Path) -> None:
    text = "[tool.grader]\nassignments = ['ridge', 'later']\n"
    assert course(tmp_path, text) == text.encode()


def test_a_course_without_settings_gets_a_file_of_them(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    assert with_assignment(open_course(tmp_path), "ridge") == b'[tool.grader]\nassignments = ["ridge"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.grader]\nassignments = 3\n", "assignments: Expected `array`, got `int`"),
        ("[tool.grader]\nassignments = 'ridge'\n", "assignments: Expected `array`, got `str`"),
        ("[tool.grader]\nassignments = [['a']]\n", "assignments: Expected `str`, got `array`"),
        ("[tool.grader]\nlimits = 3\n", "limits: Expected `object`, got `int`"),
        ("[tool]\ngrader = 3\n", "pyproject.toml is not valid"),
        ("tool = []\n", "pyproject.toml is not valid"),
    ],
)
def test_settings_that_are_none_are_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AuthorError, match=re.escape(said)):
        course(tmp_path, text)
