"""A course's folder: exercises, limits and a secret, or a sentence that says what is wrong with it."""

import json
import os
import stat
from pathlib import Path

import pytest
import tiny_course

from grader import course
from grader.course import Course, exercise, open_course, secret_of, seed_bytes, seed_id
from grader.exercise import PUBLIC, AuthorError
from grader.sandbox import Limits

HEX = "000102030405060708090a0b0c0d0e0f"


@pytest.fixture(autouse=True)
def no_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_SEED", raising=False)


@pytest.fixture
def tiny(tmp_path: Path) -> Course:
    return tiny_course.make(tmp_path)


def refused(root: Path, **files: str) -> str:
    with pytest.raises(AuthorError) as raised:
        exercise(tiny_course.make(root, **files), "tiny")
    return str(raised.value)


# --- the folder ---


def test_a_course_knows_its_assignments_by_name(tiny: Course) -> None:
    (tiny.root / "source" / "another").mkdir()
    (tiny.root / "source" / "another" / "checks.py").write_text("", "utf-8")
    (tiny.root / "source" / "notes").mkdir()
    assert tiny.slugs == ["another", "tiny"]
    assert tiny.source("tiny") == tiny.root / "source" / "tiny"


@pytest.mark.parametrize("slug", ["other", "", ".", "..", "../tiny", "/", "tiny/", "tiny\x00"])
def test_an_assignment_that_is_not_there_is_told_with_those_that_are(tiny: Course, slug: str) -> None:
    with pytest.raises(AuthorError, match="there is: tiny"):
        tiny.source(slug)


def test_a_folder_without_sources_is_no_course(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="is no course"):
        open_course(tmp_path)


def test_without_settings_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    assert open_course(tmp_path) == Course(tmp_path, Limits(), "full", "")


def test_settings_are_read(tmp_path: Path) -> None:
    text = '[tool.grader]\nfeedback = "claims"\ncourse = "the web"\n[tool.grader.limits]\ncall_seconds = 7\n'
    opened = tiny_course.make(tmp_path, pyproject=text)
    assert (opened.feedback, opened.address, opened.limits.call_seconds) == ("claims", "the web", 7)
    assert opened.limits.memory_mb == Limits().memory_mb


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.grader", "pyproject.toml is not valid"),
        ('[tool.grader]\nfeedback = "all"', 'feedback is "full", "claims" or "points"'),
        ("[tool.grader.limits]\nseconds = 3", "knows no 'seconds'; it knows answer_mb"),
        ('[tool.grader.limits]\ncall_seconds = "2"', "limits"),
        ("[tool.grader.limits]\ncalls = 1.5", "limits"),
    ],
)
def test_a_setting_that_is_not_understood_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(AuthorError, match=says):
        tiny_course.make(tmp_path, pyproject=text)


def test_a_setting_in_another_encoding_is_told(tiny: Course) -> None:
    (tiny.root / "pyproject.toml").write_bytes(b'[tool.grader]\ncourse = "Z\xfcrich"')
    with pytest.raises(AuthorError, match="not valid"):
        open_course(tiny.root)


# --- an exercise ---


def test_an_exercise_has_all_that_its_files_say(tiny: Course) -> None:
    made = exercise(tiny, "tiny", bytes(16))
    assert list(made.forms) == ["scale", "total", "encode", "decode", "noise"]
    assert dict(made.points) == tiny_course.POINTS
    assert [mistake.name for mistake in made.mistakes][:2] == ["factor squared", "factor left out"]
    assert dict(made.data) == {"numbers.csv": b"1,2\n"}
    assert made.manual == (("written_answer", "A written answer, graded by a person.", 4.0),)
    assert made.chance == 1e-12
    assert not made.public
    assert exercise(tiny, "tiny").public


def test_an_exercise_without_mistakes_or_a_notebook_is_one(tiny: Course) -> None:
    (tiny.source("tiny") / "mistakes.py").unlink()
    (tiny.source("tiny") / "tiny.ipynb").unlink()
    made = exercise(tiny, "tiny")
    assert (made.mistakes, made.manual) == ((), ())


def test_the_reference_reads_the_assignments_data_by_bare_name(tmp_path: Path) -> None:
    solution = tiny_course.SOLUTION + "\n\ndef noise(n, rng):\n    with open('numbers.csv') as f: return f.read()\n"
    made = exercise(tiny_course.make(tmp_path, solution=solution), "tiny")
    before = Path.cwd()
    assert made.reference is not None
    assert made.reference.noise(1, None) == "1,2\n"
    assert Path.cwd() == before


def test_a_missing_reference_is_told(tiny: Course) -> None:
    (tiny.root / "solutions" / "tiny.py").unlink()
    with pytest.raises(AuthorError, match=r"solutions/tiny.py is missing"):
        exercise(tiny, "tiny")


@pytest.mark.parametrize("part", ["checks", "mistakes", "solution"])
def test_a_file_of_the_author_that_breaks_is_told_with_its_line(tmp_path: Path, part: str) -> None:
    said = refused(tmp_path, **{part: "import numpy as np\n\nnumpy.zeros(3)\n"})
    assert "line 3: NameError" in said
    assert {"checks": "checks.py", "mistakes": "mistakes.py", "solution": "tiny.py"}[part] in said


@pytest.mark.parametrize("part", ["checks", "mistakes", "solution"])
def test_a_file_of_the_author_that_does_not_parse_is_told(tmp_path: Path, part: str) -> None:
    assert "SyntaxError" in refused(tmp_path, **{part: "def f(:\n"})


def test_checks_that_make_no_claim_are_told(tmp_path: Path) -> None:
    assert "makes no claim" in refused(
        tmp_path, checks="from grader.claims import function\n", mistakes="MISTAKES = []"
    )


def test_a_mistake_about_an_unknown_function_is_told(tmp_path: Path) -> None:
    said = refused(tmp_path, mistakes=tiny_course.MISTAKES.replace('function="total"', 'function="totals"'))
    assert "is about totals" in said


def test_a_claim_that_builds_on_an_unknown_function_is_told(tmp_path: Path) -> None:
    said = refused(tmp_path, checks=tiny_course.CHECKS.replace('builds_on=("scale",)', 'builds_on=("scael",)'))
    assert "scael" in said
    assert "totals_twice" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "MISTAKES"),
        ("MISTAKES = 7", "not iterable"),
        (tiny_course.MISTAKES + "\nMISTAKES *= 2", "stands twice"),
        (tiny_course.MISTAKES.replace("times=lambda **_: 0.5,", ""), "exactly one"),
    ],
)
def test_mistakes_that_are_not_understood_are_told(tmp_path: Path, text: str, says: str) -> None:
    said = refused(tmp_path, mistakes=text)
    assert says in said
    assert "mistakes.py" in said


def test_a_mistake_that_shows_by_an_unknown_predicate_is_told(tmp_path: Path) -> None:
    shows = 'MISTAKES = [Mistake(name="s", function="noise", shows="quiet", finding="?", hint="?")]\n'
    said = refused(tmp_path, mistakes="from grader.mistakes import Mistake\n\n" + shows)
    assert "quiet" in said


def test_a_declared_function_that_the_reference_lacks_is_told(tmp_path: Path) -> None:
    solution = tiny_course.SOLUTION.replace("def noise", "def silence")
    assert "noise" in refused(tmp_path, solution=solution)


def test_a_notebook_that_is_none_is_told(tiny: Course) -> None:
    for text in ("", "{", "[]", '{"cells": [{"metadata": {"nbgrader": {}}}]}', '{"cells": 7}'):
        (tiny.source("tiny") / "tiny.ipynb").write_text(text, "utf-8")
        with pytest.raises(AuthorError, match=r"tiny.ipynb is no valid notebook"):
            exercise(tiny, "tiny")


# --- what a verdict depends on ---

DEPENDS = [
    "source/tiny/checks.py", "source/tiny/mistakes.py", "source/tiny/recorded.json", "source/tiny/tiny.ipynb",
    "source/tiny/numbers.csv", "solutions/tiny.py",
]  # fmt: skip


@pytest.mark.parametrize("name", DEPENDS)
def test_the_version_changes_with_all_that_a_verdict_depends_on(tiny: Course, name: str) -> None:
    before = course.version(tiny, "tiny")
    assert before == course.version(tiny, "tiny")
    file = tiny.root / name
    file.write_bytes((file.read_bytes() if file.exists() else b"{}") + b" ")
    assert course.version(tiny, "tiny") != before


def test_the_version_changes_with_the_limits_and_not_with_the_feedback(tiny: Course) -> None:
    before = course.version(tiny, "tiny")
    (tiny.root / "pyproject.toml").write_text('[tool.grader]\nfeedback = "points"\n', "utf-8")
    assert course.version(open_course(tiny.root), "tiny") == before
    (tiny.root / "pyproject.toml").write_text("[tool.grader.limits]\ncall_seconds = 3\n", "utf-8")
    assert course.version(open_course(tiny.root), "tiny") != before


def test_a_byte_that_moves_from_one_file_to_the_next_changes_the_version(tiny: Course) -> None:
    checks, mistakes = (tiny.source("tiny") / name for name in ("checks.py", "mistakes.py"))
    before = course.version(tiny, "tiny")
    text = checks.read_text("utf-8")
    checks.write_text(text[:-1], "utf-8")
    mistakes.write_text(text[-1] + mistakes.read_text("utf-8"), "utf-8")
    assert course.version(tiny, "tiny") != before


def test_what_is_recorded_does_not_depend_on_itself_or_on_the_limits(tiny: Course) -> None:
    before = course.made_from(tiny, "tiny")
    (tiny.source("tiny") / "recorded.json").write_text("{}", "utf-8")
    (tiny.root / "pyproject.toml").write_text("[tool.grader.limits]\ncall_seconds = 3\n", "utf-8")
    assert course.made_from(open_course(tiny.root), "tiny") == before
    (tiny.source("tiny") / "numbers.csv").write_text("3\n", "utf-8")
    assert course.made_from(tiny, "tiny") != before


# --- a release ---


def test_a_folder_without_a_release_is_told(tiny: Course) -> None:
    with pytest.raises(AuthorError, match="holds no release"):
        course.released(tiny.source("tiny"))


# --- the secret ---


def told(tiny: Course) -> tuple[bytes, list[str]]:
    said: list[str] = []
    return secret_of(tiny, tell=said.append), said


def test_a_secret_is_made_once_readable_by_its_owner_alone_and_said(tiny: Course) -> None:
    first, said = told(tiny)
    again, nothing = told(tiny)
    assert first == again
    assert len(first) == 16
    assert (len(said), nothing) == (1, [])
    assert ".grader-seed" in said[0]
    assert first.hex() not in said[0]
    assert stat.S_IMODE((tiny.root / ".grader-seed").stat().st_mode) == 0o600
    assert sorted(p.name for p in tiny.root.glob(".grader*")) == [".grader-seed"]


def test_the_environment_goes_before_the_file(tiny: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    told(tiny)
    monkeypatch.setenv("COURSE_SEED", HEX)
    assert told(tiny) == (bytes(range(16)), [])


@pytest.mark.parametrize("text", ["1234", "", "zz" * 16, HEX[:-2], "0x" + HEX, "password"])
def test_a_short_or_odd_secret_is_refused_with_the_line_that_makes_one(text: str) -> None:
    with pytest.raises(AuthorError, match="token_hex"):
        seed_bytes(text)


def test_a_secret_in_the_file_is_refused_like_any_other(tiny: Course) -> None:
    (tiny.root / ".grader-seed").write_text("1234\n", "utf-8")
    with pytest.raises(AuthorError, match="32 hexadecimal digits"):
        told(tiny)


def test_a_secret_that_cannot_be_written_is_told(tiny: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(AuthorError, match=r"No space left on device.*COURSE_SEED"):
        told(tiny)


def test_a_secret_has_a_short_name_that_does_not_tell_it() -> None:
    assert seed_id(PUBLIC) is None
    name = seed_id(bytes(range(16)))
    assert name == seed_id(bytes(range(16)))
    assert name != seed_id(bytes(range(1, 17)))
    assert name is not None
    assert len(name) == 8
    assert name not in HEX


def test_two_secrets_draw_different_numbers_and_the_same_examples(tmp_path: Path) -> None:
    one = tiny_course.exercise(tmp_path / "a", bytes(16))
    other = tiny_course.exercise(tmp_path / "b", bytes(range(16)))
    for key, tape in one.tapes.items():
        drawn = [json.dumps(repr(value)) for value in tape.drawn if type(value).__name__ != "Rng"]
        others = [json.dumps(repr(value)) for value in other.tapes[key].drawn if type(value).__name__ != "Rng"]
        assert (drawn == others) is (key[1] == "small" or not drawn), key
