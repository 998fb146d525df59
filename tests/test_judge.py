"""A verdict: what holds passes, what does not has a finding, what is our fault is no zero; a mistake costs once."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import tiny_course
from tiny_course import judged, names, starter

from grader import judge
from grader.blame import SandboxLost, StudentDied, StudentTimeout
from grader.exercise import Exercise
from grader.report import total


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    return tiny_course.exercise(tmp_path_factory.mktemp("tiny"))


WRONG_SCALE = """
def scale(x, factor):
    return x * factor**2
"""


def test_a_right_submission_passes_every_claim_in_the_order_in_which_they_stand(tiny: Exercise) -> None:
    items = judged(tiny)
    assert list(items) == [
        "scales", "scale_leaves_x", "totals_twice", "comes_back", "code_is_longer", "noise_is_the_generators",
        "written_answer",
    ]  # fmt: skip
    assert {item.status for item in items.values()} == {"passed", "manual"}
    assert total(tuple(items.values())) == 10
    assert all(item.points == item.max_points for item in items.values() if item.status == "passed")


def test_an_item_carries_its_claim_its_function_and_its_points(tiny: Exercise) -> None:
    item = judged(tiny)["scales"]
    assert (item.claim, item.function, item.max_points) == ("`scale` is factor times x.", "scale", 2)
    assert (item.finding, item.hint, item.mistake, item.followed_through) == (None, None, None, False)


def test_a_written_answer_waits_for_a_person(tiny: Exercise) -> None:
    item = judged(tiny)["written_answer"]
    assert (item.status, item.function, item.points, item.max_points) == ("manual", None, 0, 4)


def test_a_wrong_function_fails_with_a_finding_a_hint_and_the_mistakes_name(tiny: Exercise) -> None:
    items = judged(tiny, WRONG_SCALE)
    assert (items["scales"].status, items["scales"].points) == ("failed", 0)
    assert items["scales"].mistake == "factor squared"
    assert items["scales"].hint == "Multiply once."
    assert "You multiply by the factor twice." in str(items["scales"].finding)
    assert items["comes_back"].status == "passed"


def test_a_claim_that_one_of_its_draws_refutes_has_failed(tiny: Exercise) -> None:
    """Right for four numbers, wrong for three."""
    items = judged(tiny, "def scale(x, factor): return factor * x if len(x) == 4 else 0 * x")
    assert items["scales"].status == "failed"
    assert items["scales"].mistake is None


def test_only_the_functions_asked_for_are_judged(tiny: Exercise) -> None:
    items = judged(tiny, WRONG_SCALE, functions=["total", "encode"])
    assert list(items) == ["totals_twice", "code_is_longer"]


def test_a_missing_function_is_skipped_and_a_name_that_cannot_be_called_has_failed(tiny: Exercise) -> None:
    submission = names() | {"total": 7}
    del submission["noise"]
    items = {i.id: i for i in judge.judge(tiny, starter(submission), follow_through=False)}
    assert items["noise_is_the_generators"].status == "skipped"
    assert "cell 3 stopped before noise." in str(items["noise_is_the_generators"].finding)
    assert items["totals_twice"].status == "failed"
    assert "cannot be called" in str(items["totals_twice"].finding)


def test_not_implemented_from_its_own_body_is_skipped_and_from_a_helper_has_failed(tiny: Exercise) -> None:
    items = judged(tiny, "def scale(x, factor): raise NotImplementedError")
    assert items["scales"].status == "skipped"
    assert items["totals_twice"].status == "failed"


# --- whose fault it is ---


def with_error(tiny: Exercise, function: str, error: Exception, log: list[Any] | None = None) -> dict[str, Any]:
    start = starter(names(), {function: error}, log=log)
    return {item.id: item for item in judge.judge(tiny, start, follow_through=False)}


def test_after_a_time_out_the_functions_other_claims_are_not_tried_and_others_go_on(tiny: Exercise) -> None:
    log: list[Any] = []
    items = with_error(tiny, "scale", StudentTimeout(2.0, "call"), log)
    assert [items[i].status for i in ("scales", "scale_leaves_x")] == ["failed", "failed"]
    assert all("did not finish within 2 s" in items[i].finding for i in ("scales", "scale_leaves_x"))
    assert items["comes_back"].status == items["noise_is_the_generators"].status == "passed"
    calls = [name for entry in log for name in entry.backend.calls]
    assert calls.count("scale") == 1, "none for the second draw, and none for the second claim"


def test_a_process_that_ended_itself_is_the_students(tiny: Exercise) -> None:
    items = with_error(tiny, "total", StudentDied("ended the whole program"))
    assert items["totals_twice"].status == "failed"
    assert "total ended the whole program" in items["totals_twice"].finding
    assert items["scales"].status == "passed"


def test_a_lost_sandbox_leaves_the_claim_unjudged_and_no_number_is_stated(tiny: Exercise) -> None:
    items = with_error(tiny, "total", SandboxLost("no memory"))
    assert items["totals_twice"].status == "unjudged"
    assert "The machine failed: no memory" in items["totals_twice"].finding
    assert items["scales"].status == "passed"
    assert total(tuple(items.values())) is None


@pytest.mark.parametrize("error", [ZeroDivisionError("ours"), RuntimeError("ours"), MemoryError()])
def test_any_other_exception_is_ours_and_never_a_zero(tiny: Exercise, error: Exception) -> None:
    items = with_error(tiny, "total", error)
    assert items["totals_twice"].status == "unjudged"
    assert type(error).__name__ in items["totals_twice"].finding
    assert "totals_twice" in items["totals_twice"].finding
    assert items["scales"].status == "passed"


def test_a_check_that_breaks_is_the_authors_fault_and_says_where(tmp_path: Path) -> None:
    checks = tiny_course.CHECKS.replace("agrees(student.total(x)", "agrees(student.total(x) / 0")
    made = tiny_course.exercise(tmp_path, checks=checks)
    item = judged(made)["totals_twice"]
    line = next(i for i, text in enumerate(checks.splitlines(), 1) if "/ 0" in text)
    assert item.status == "unjudged"
    assert f"ZeroDivisionError: float division by zero (checks.py, line {line})" in str(item.finding)


def test_a_check_that_contradicts_the_reference_is_unjudged_for_everybody(tiny: Exercise) -> None:
    items = judged(tiny, "def total(x): return 0", broken={"totals_twice": "The check does not hold for the reference"})
    assert (items["totals_twice"].status, items["totals_twice"].points) == ("unjudged", 0)
    assert items["totals_twice"].finding == "The check does not hold for the reference"


# --- one mistake costs once ---


def followed(tiny: Exercise, text: str, log: list[Any] | None = None) -> dict[str, Any]:
    start = starter(names(text), reference=names(), log=log)
    return {item.id: item for item in judge.judge(tiny, start)}


@pytest.mark.parametrize("text", [WRONG_SCALE, "def scale(x, factor): raise NotImplementedError", "scale = None"])
def test_what_builds_on_a_wrong_helper_is_judged_again_with_the_right_one(tiny: Exercise, text: str) -> None:
    log: list[Any] = []
    items = followed(tiny, text, log)
    assert items["scales"].points == 0
    assert (items["totals_twice"].status, items["totals_twice"].points) == ("passed", 3)
    assert items["totals_twice"].followed_through
    assert "total is right: judged with a right scale" in items["totals_twice"].finding
    assert ("scale",) in [entry.stubs for entry in log]


def test_what_is_wrong_by_itself_stays_wrong_with_right_helpers(tiny: Exercise) -> None:
    items = followed(tiny, WRONG_SCALE + "\ndef total(x): return sum(scale(x, 3.0))")
    assert (items["totals_twice"].status, items["totals_twice"].points) == ("failed", 0)
    assert not items["totals_twice"].followed_through
    assert items["totals_twice"].finding.startswith("total: ")


def test_nothing_is_judged_again_where_the_helpers_are_right(tiny: Exercise) -> None:
    log: list[Any] = []
    items = followed(tiny, "def total(x): return 0.0", log)
    assert items["totals_twice"].status == "failed"
    assert all(entry.stubs == () for entry in log)


def test_what_holds_without_the_helper_or_is_not_written_is_not_judged_again(tiny: Exercise) -> None:
    log: list[Any] = []
    alone = followed(tiny, WRONG_SCALE + "\ndef total(x): return 2.0 * sum(x)", log)
    assert (alone["totals_twice"].status, alone["totals_twice"].followed_through) == ("passed", False)
    assert alone["totals_twice"].finding is None
    unwritten = followed(tiny, WRONG_SCALE + "\ndef total(x): raise NotImplementedError", log)
    assert unwritten["totals_twice"].status == "skipped"
    assert all(entry.stubs == () for entry in log)


def test_in_a_students_own_run_the_finding_says_that_the_points_may_come(tiny: Exercise) -> None:
    items = judged(tiny, WRONG_SCALE)
    assert items["totals_twice"].status == "failed"
    assert str(items["totals_twice"].finding).endswith("scale is not right yet: once that is mended, "
                                                       "these points may come by themselves.")  # fmt: skip


def test_a_failure_without_a_wrong_helper_promises_nothing(tiny: Exercise) -> None:
    assert "may come" not in str(judged(tiny, "def total(x): return 0.0")["totals_twice"].finding)


# --- what an instructor lets be seen ---


def test_feedback_can_be_narrowed_to_claims_or_to_points(tiny: Exercise) -> None:
    full = judged(tiny, WRONG_SCALE)
    claims = judged(tiny, WRONG_SCALE, feedback="claims")
    points = judged(tiny, WRONG_SCALE, feedback="points")
    assert claims["scales"].finding == "This claim does not hold."
    assert (claims["scales"].hint, claims["scales"].mistake) == (None, None)
    assert (points["scales"].finding, points["scales"].hint, points["scales"].mistake) == (None, None, None)
    for narrowed in (claims, points):
        assert {i: (item.status, item.points) for i, item in narrowed.items()} == {
            i: (item.status, item.points) for i, item in full.items()
        }


def test_narrowing_never_hides_that_an_item_is_unjudged(tiny: Exercise) -> None:
    items = judged(tiny, feedback="points", broken={"scales": "for the author"})
    assert items["scales"].finding == "for the author"


def test_the_backend_is_closed_whatever_happens(tiny: Exercise) -> None:
    closed: list[bool] = []

    @contextlib.contextmanager
    def start(stubs: Sequence[str] = ()) -> Iterator[Any]:
        try:
            with starter(names(), {"scale": KeyboardInterrupt()})(stubs) as backend:  # type: ignore[dict-item]
                yield backend
        finally:
            closed.append(True)

    with pytest.raises(KeyboardInterrupt):
        list(judge.judge(tiny, start))
    assert closed == [True]


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (StudentTimeout(60.0, "submission"), "failed", "did not finish within 60 s"),
        (SandboxLost("no process"), "unjudged", "The machine failed: no process"),
    ],
)
def test_a_submission_that_cannot_be_started_has_an_item_for_every_claim(
    tiny: Exercise, error: Exception, status: str, says: str
) -> None:
    def start(stubs: Sequence[str] = ()) -> Any:
        raise error

    items = [item for item in judge.judge(tiny, start) if item.status != "manual"]
    assert len(items) == len(tiny.checks)
    assert {item.status for item in items} == {status}
    assert all(says in str(item.finding) for item in items)
