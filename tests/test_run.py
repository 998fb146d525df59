"""A class in the sandbox: each submission by itself, within its time; a machine that fails costs nobody a point."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
import tiny_course

from grader import recorded, run
from grader.course import Course, exercise
from grader.report import Result
from grader.run import Marking, arrays, judged
from grader.sandbox import Limits, Zygote
from grader.submission import ReleasedNotebook, Submission

LIMITS = Limits(call_seconds=0.4, cell_seconds=0.5, submission_seconds=6)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return replace(tiny_course.make(tmp_path_factory.mktemp("tiny")), limits=LIMITS)


@pytest.fixture(scope="module")
def marking(tiny: Course) -> Marking:
    made = exercise(tiny, "tiny", bytes(range(16)))
    return Marking(made, ReleasedNotebook("tiny"), recorded.make_ready(made), LIMITS)


@pytest.fixture(scope="module")
def zygote(marking: Marking) -> Iterator[Zygote]:
    with Zygote("none", LIMITS, marking.exercise.data) as zygote:
        yield zygote


@pytest.fixture
def judge(marking: Marking, zygote: Zygote, tmp_path: Path) -> Any:
    """Judge the reference with a text behind it."""

    def one(text: str = "", front: str = "", **options: Any) -> Result:
        file = tmp_path / "ada.py"
        file.write_text(dedent(front) + tiny_course.SOLUTION + "\n" + dedent(text), "utf-8")
        return judged(replace(marking, **options), Submission("ada", "tiny", file), zygote)

    return one


def by_id(result: Result) -> dict[str, Any]:
    return {item.id: item for item in result.items}


def failed(result: Result) -> set[str]:
    return {item.id for item in result.items if item.status not in {"passed", "manual"}}


# --- one submission ---


def test_a_right_submission_has_all_points_and_what_was_judged_is_said(judge: Any, tmp_path: Path) -> None:
    result = judge()
    assert (result.status, result.points, result.max_points, result.notices) == ("judged", 10, 10, ())
    assert (result.student, result.assignment, result.file) == ("ada", "tiny", str(tmp_path / "ada.py"))
    assert result.isolation == "none"
    assert len(result.sha256) == 64
    assert 0 < result.seconds < 5


def test_a_cell_that_never_ends_is_paid_for_once(judge: Any) -> None:
    """Every start of the code would run it again: after a call that takes the process, and for each follow-through."""
    result = judge("def scale(x, factor):\n    while True: pass", front="while True: pass\n")
    assert failed(result) == {"scales", "scale_leaves_x"}
    assert by_id(result)["totals_twice"].followed_through
    assert any("did not finish within 0.5 s" in notice for notice in result.notices)
    assert result.seconds < 4


def test_a_submission_that_always_loops_ends_with_its_time(judge: Any) -> None:
    loops = "\n".join(f"def {name}(*a):\n    while True: pass" for name in tiny_course.POINTS)
    result = judge(loops, limits=replace(LIMITS, submission_seconds=1.5))
    assert (result.status, result.points) == ("judged", 0)
    assert all("did not finish" in str(i.finding) for i in result.items if i.status == "failed")
    assert result.seconds < 4


def test_a_function_that_ends_the_process_costs_its_points_and_what_is_seen_through_it_alone(judge: Any) -> None:
    result = judge("def encode(x):\n    import os\n    os._exit(0)")
    assert failed(result) == {"code_is_longer", "comes_back"}
    assert "ended the whole program" in by_id(result)["code_is_longer"].finding
    assert failed(judge("def scale(x, factor):\n    import os\n    os._exit(0)")) == {"scales", "scale_leaves_x"}


@pytest.mark.parametrize("decode", ["return 0 * code", "raise ValueError", "return encode(code)[0] + 1"])
def test_a_function_is_never_judged_by_the_right_one_in_its_own_place(judge: Any, decode: str) -> None:
    """`encode` and `decode` are replaced as a pair, so that a wrong `encode` would pass any `decode`."""
    result = judge(f"def encode(x): return x, 0.0\ndef decode(code, key): {decode}")
    assert failed(result) == {"code_is_longer", "comes_back"}
    assert not by_id(result)["comes_back"].followed_through


def test_the_cell_that_kept_a_name_from_being_defined_is_told(judge: Any, marking: Marking) -> None:
    result = judge("del scale\ndel noise\n\nif True:\n    1 / 0\n    def noise(n, rng): return 0")
    finding = by_id(result)["noise_is_the_generators"].finding
    assert finding.startswith("noise is missing. line ")
    assert "stopped with ZeroDivisionError" in finding


def test_only_the_functions_asked_for_are_judged_and_count(judge: Any) -> None:
    result = judge(functions=("noise",))
    assert [item.id for item in result.items] == ["noise_is_the_generators"]
    assert (result.points, result.max_points) == (1, 1)


def test_a_check_that_contradicts_the_reference_leaves_no_number(judge: Any) -> None:
    result = judge(broken={"scales": "for the author"})
    assert (result.status, result.points) == ("unjudged", None)
    assert by_id(result)["totals_twice"].status == "passed"


def test_what_a_stranger_put_into_a_name_is_cleaned(marking: Marking, zygote: Zygote, tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(tiny_course.SOLUTION, "utf-8")
    result = judged(marking, Submission("a\x1b[31m\u202eb", "tiny", file, ("\x07note",)), zygote)
    assert (result.student, result.notices) == ("a[31mb", ("note",))


def test_no_more_than_ten_cells_are_told(judge: Any) -> None:
    result = judge("\n".join(f"undefined_{i}" for i in range(30)))
    assert result.points == 10
    assert len(result.notices) == run.MOST_NOTICES


# --- whose fault ---


def test_a_file_that_is_gone_is_nobodys_zero(marking: Marking, zygote: Zygote, tmp_path: Path) -> None:
    result = judged(marking, Submission("ada", "tiny", tmp_path / "gone.py"), zygote)
    assert (result.status, result.points, result.sha256) == ("unjudged", None, None)
    assert result.notices == ("The file could not be read: No such file or directory.",)
    assert {item.status for item in result.items} == {"unjudged", "manual"}


@pytest.mark.parametrize("error", [MemoryError(), PermissionError(13, "Permission denied")])
def test_a_machine_that_cannot_read_is_nobodys_zero(
    judge: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(run, "read", fail)
    result = judge()
    assert (result.status, result.points, result.max_points) == ("unjudged", None, 10)
    assert len(result.notices) == 1


def test_an_unreadable_file_fails_every_claim_and_keeps_the_written_answer_for_a_person(
    marking: Marking, zygote: Zygote, tmp_path: Path
) -> None:
    file = tmp_path / "ada.ipynb"
    file.write_text("hello", "utf-8")
    result = judged(marking, Submission("ada", "tiny", file), zygote)
    assert (result.status, result.points) == ("unreadable", 0)
    assert {item.status for item in result.items} == {"failed", "manual"}
    assert {item.finding for item in result.items if item.status == "failed"} == set(result.notices)


# --- helpers replaced ---

WRONG = "def scale(x, factor): return 0 * x"


@pytest.mark.parametrize(
    "text",
    [
        WRONG,
        f"{WRONG}\ndef total(x, by=scale): return np.sum(by(x, 2.0))",
        f"{WRONG}\nby = scale\ndef total(x): return np.sum(by(x, 2.0))",
        f"{WRONG}\nimport functools as f\nby = f.partial(scale, factor=2.0)\ndef total(x): return np.sum(by(x))",
        f"{WRONG}\ndef total(x): return sum(float(v) for v in scale([float(v) for v in x], 2))",
        f"{WRONG}\ntwo = float(scale(np.array([1.0]), 2.0)[0])\ndef total(x): return np.sum(scale(x, two))",
        "def scale(x, factor): raise NotImplementedError",
    ],
)
def test_a_right_helper_is_seen_by_defaults_aliases_partials_and_lists(judge: Any, text: str) -> None:
    result = judge(text)
    item = by_id(result)["totals_twice"]
    assert item.status == "passed", item.finding
    assert item.followed_through
    assert result.points == 7


def test_a_right_helper_takes_large_arrays_while_the_cells_run(judge: Any) -> None:
    """A table that is made at import, as from a file of data."""
    text = f"{WRONG}\nbig = scale(np.ones(100_000), 2.0)\ndef total(x): return np.sum(x) * big[0]"
    assert by_id(judge(text))["totals_twice"].followed_through


def test_what_is_private_between_two_functions_is_replaced_on_both_sides(judge: Any, marking: Marking) -> None:
    assert marking.exercise.paired(["encode"]) == ["encode", "decode"]
    assert marking.exercise.paired(["decode"]) == ["encode", "decode"]
    assert marking.exercise.paired(["scale", "total"]) == ["scale", "total"]
    result = judge("def encode(x): return x, 0.0")
    assert failed(result) == {"code_is_longer"}


def test_without_follow_through_nothing_is_replaced(judge: Any) -> None:
    result = judge(WRONG, follow_through=False)
    assert by_id(result)["totals_twice"].status == "failed"
    assert "may come" in by_id(result)["totals_twice"].finding


def test_lists_become_arrays_and_lists_of_pairs_stay_lists() -> None:
    assert isinstance(arrays([1.0, 2.0]), np.ndarray)
    assert arrays([[1, 2], [3, 4]]).shape == (2, 2)
    pairs = arrays([(np.ones((2, 3)), [1.0, 2.0, 3.0]), ([[1.0]], [1.0])])
    assert type(pairs) is list
    assert type(pairs[0]) is tuple
    assert pairs[0][1].shape == (3,)
    assert arrays("tanh") == "tanh"
    assert arrays(["tanh", "relu"]) == ["tanh", "relu"]
    assert arrays(7) == 7


def test_a_report_names_the_secret_by_a_hash_and_what_a_verdict_depends_on(marking: Marking, judge: Any) -> None:
    made = run.report(marking.exercise, [judge()])
    assert made.assignment == "tiny"
    assert made.numpy == np.__version__
    assert made.checks_version == marking.exercise.version
    assert made.seed_id is not None
    assert bytes(range(16)).hex() not in str(made.as_dict())
    assert run.report(replace(marking.exercise, secret=b"public"), []).seed_id is None
