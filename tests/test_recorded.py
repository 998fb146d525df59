"""What a student's own run is given: the same verdicts and names as the course's public run, and no solution in it."""

import ast
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_course
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from judging import COURSE, ROOT, SLUGS, judged_here, lost, names_of, replayed

from grader import course, recorded
from grader.exercise import AuthorError, Exercise
from grader.mistakes import Mistake
from grader.recorded import _decode, _encode
from grader.sandbox.values import Handle, Rng

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
KEPT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | FLOATS
    | st.text(max_size=5)
    | arrays(np.float64, array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=4), elements=FLOATS)
    | arrays(np.int64, array_shapes(max_dims=2, max_side=3)),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def through_json(value: Any) -> Any:
    return _decode(json.loads(json.dumps(_encode(value), allow_nan=False)))


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and (a.dtype, a.shape) == (b.dtype, b.shape) and np.array_equal(a, b)
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return type(b) is dict and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and bool(a == b)


@given(KEPT)
def test_what_is_kept_comes_back_to_the_last_bit(value: Any) -> None:
    """A draw that changed in its last bit would be another question."""
    assert same(through_json(value), value)


@given(st.dictionaries(st.sampled_from(["a", "v", "b", "t", "d", "r", "h", "i", "n"]), st.integers(), max_size=9))
def test_a_dict_of_theirs_is_not_mistaken_for_a_form_of_ours(value: dict[str, int]) -> None:
    assert through_json(value) == value


def test_a_generator_and_a_kept_part_come_back_as_what_they_are() -> None:
    rng = Rng(2**127 + 1)
    again = through_json([rng, Handle(3)])
    assert isinstance(again[1], Handle)
    assert again[0].entropy == rng.entropy
    assert again[0].generator().normal() == rng.generator().normal()
    assert type(through_json(np.float64(0.1))) is float


def test_arrays_come_back_read_only() -> None:
    for array in (np.ones(2), np.ones(50), np.ones(2, dtype=np.int64)):
        assert not through_json(array).flags.writeable


@pytest.mark.parametrize("value", [math.nan, math.inf, np.array([1.0, math.nan]), [np.full(9, math.inf)]])
def test_what_is_not_finite_is_not_kept(value: Any) -> None:
    with pytest.raises(ValueError, match="finite"):
        _encode(value)


@pytest.mark.parametrize("value", [object(), len, {1.0}, 1j, b"x"])
def test_what_has_no_form_is_not_kept(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        _encode(value)


# --- the document ---


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not whole"),
        (b'{"format": 1, "runs"', "not whole"),
        (b"\xff\xfe", "not whole"),
        (b"[" * 100_000, "not whole"),
        (b"[]", "another version"),
        (b'{"format": 0}', "another version"),
        (b'{"format": 2, "runs": {}}', "another version"),
    ],
)
def test_a_document_that_is_not_ours_is_told_in_a_sentence(raw: bytes, says: str) -> None:
    with pytest.raises(AuthorError, match=says):
        recorded.load(raw)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.clear() or d.update(format=1),
        lambda d: d.update(runs=7),
        lambda d: d["runs"].update({"scales/general": {}}),
        lambda d: d["runs"]["scales/general/0"].update(drawn=[{"a": [3], "b": "not base64!"}]),
        lambda d: d["runs"]["scales/general/0"].update(drawn=[{"a": [3], "v": [1.0]}]),
        lambda d: d.update(mistakes=[{}]),
    ],
)
def test_a_document_with_a_part_missing_is_told_in_a_sentence(tmp_path: Path, change: Any) -> None:
    folder = release(tmp_path)
    document = json.loads((folder / "recorded.json").read_bytes())
    change(document)
    (folder / "recorded.json").write_text(json.dumps(document), "utf-8")
    with pytest.raises(AuthorError, match=r"take .* again"):
        course.released(folder)


def release(root: Path, **files: str) -> Path:
    """The tiny course's folder as a student has it."""
    opened = tiny_course.make(root / "course", **files)
    folder = root / "release"
    folder.mkdir()
    (folder / "checks.py").write_text((root / "course/source/tiny/checks.py").read_text("utf-8"), "utf-8")
    made = course.exercise(opened, tiny_course.SLUG)
    (folder / "recorded.json").write_bytes(recorded.dump(made, "abc"))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release(tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Exercise:
    return course.released(folder)


def test_the_document_is_the_same_whenever_it_is_made(folder: Path, tmp_path: Path) -> None:
    assert (release(tmp_path) / "recorded.json").read_bytes() == (folder / "recorded.json").read_bytes()


def test_a_check_that_does_not_hold_for_the_reference_is_not_recorded(tmp_path: Path) -> None:
    solution = tiny_course.SOLUTION.replace("return code - key", "return code")
    with pytest.raises(AuthorError, match="The check comes_back does not hold for the reference: differs"):
        release(tmp_path, solution=solution)


def test_a_reference_that_disagrees_with_a_claim_breaks_that_claim_only(tmp_path: Path) -> None:
    solution = tiny_course.SOLUTION.replace("return code - key", "return code")
    made = course.exercise(tiny_course.make(tmp_path, solution=solution), "tiny", bytes(16))
    broken = recorded.make_ready(made)
    assert list(broken) == ["comes_back"]
    assert "does not hold for the reference" in broken["comes_back"]


def test_making_ready_twice_runs_nothing_twice(tmp_path: Path) -> None:
    made = tiny_course.exercise(tmp_path)
    drawn = {key: [id(value) for value in tape.drawn] for key, tape in made.tapes.items()}
    assert recorded.make_ready(made) == {}
    assert {key: [id(value) for value in tape.drawn] for key, tape in made.tapes.items()} == drawn


def test_the_reference_passes_in_replay_and_mistakes_have_their_names(tiny: Exercise) -> None:
    assert tiny.reference is None
    right = tiny_course.judged(tiny)
    assert {item.status for item in right.values()} == {"passed", "manual"}
    wrong = tiny_course.judged(tiny, "def scale(x, factor): return x * factor**2")
    assert (wrong["scales"].mistake, wrong["scales"].hint) == ("factor squared", "Multiply once.")
    assert tiny_course.judged(tiny, "def total(x): return np.mean(2 * x)")["totals_twice"].mistake == "mean for sum"


def test_beside_a_wrong_helper_nothing_is_named(tiny: Exercise) -> None:
    text = "def scale(x, factor): return x * factor**2\ndef total(x): return np.mean(2 * x)"
    total = tiny_course.judged(tiny, text)["totals_twice"]
    assert (total.status, total.mistake) == ("failed", None)
    assert "scale is not right yet" in str(total.finding)


def test_a_check_that_asks_about_no_draw_is_unjudged_in_replay_and_says_so(tmp_path: Path) -> None:
    checks = tiny_course.CHECKS.replace(
        "agrees(student.total(x), truth.total(x))",
        "y = student.total(x)\n        agrees(y, truth.total(x) + 0 * truth.total(x * y))",
    )
    made = course.released(release(tmp_path, checks=checks))
    item = tiny_course.judged(made, "def total(x): return 7.0")["totals_twice"]
    assert item.status == "unjudged"
    assert "cannot be replayed" in str(item.finding)


def test_what_a_mistake_answers_elsewhere_is_not_known_in_replay(tiny: Exercise) -> None:
    (mistake, *_) = tiny.mistakes
    assert isinstance(mistake, Mistake)
    assert mistake.wrong(("x", "factor"), 1.0, (np.ones(2), 3.0)) is None


# --- the course's own assignments ---


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reference_gets_full_points_in_a_students_own_run(slug: str) -> None:
    names = names_of((ROOT / "solutions" / f"{slug}.py").read_text("utf-8"), slug)
    assert lost(judged_here(replayed(slug), names)) == {}


@pytest.mark.parametrize("slug", SLUGS)
def test_an_own_run_tells_what_a_public_run_of_the_course_tells(slug: str) -> None:
    """A twelfth of the wrong submissions: the same verdicts, the same names, without reference and without SymPy."""
    public = course.exercise(COURSE, slug)
    assert recorded.make_ready(public) == {}
    files = sorted((ROOT / "tests/submissions" / slug / "wrong").glob("*.py"))[::12]
    for file in files:
        told = [
            [(i.id, i.status, i.mistake) for i in judged_here(made, names_of(file.read_text("utf-8"), slug))]
            for made in (public, replayed(slug))
        ]
        assert told[0] == told[1], file.name


@pytest.mark.parametrize("slug", SLUGS)
def test_no_line_of_a_solution_is_in_what_is_recorded(slug: str) -> None:
    tree = ast.parse((ROOT / "solutions" / f"{slug}.py").read_text("utf-8"))
    lines = {
        ast.unparse(statement)
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for statement in function.body
        if isinstance(statement, ast.Assign | ast.Return | ast.AugAssign)
    }
    text = recorded.dump(course.exercise(COURSE, slug), "").decode()
    assert lines
    assert not {line for line in lines if len(line) > 20 and line in text}
