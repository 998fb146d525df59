"""An exercise's runs: draws made once and replayed, right and wrong answers to what was asked, nothing guessed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_course

from grader.exercise import AuthorError, Exercise, digest
from grader.inprocess import InProcess
from grader.sandbox.values import Handle, Rng
from grader.student import Call, Student

X = np.array([1.0, 2.0, 4.0])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    return tiny_course.exercise(tmp_path_factory.mktemp("tiny"))


KEY = ("scales", "general", 0)


def call(function: str, *args: Any) -> list[Call]:
    return [Call(function, args)]


def mistake(tiny: Exercise, name: str) -> Any:
    return next(one for one in tiny.mistakes if one.name == name)


def test_a_check_belongs_to_the_function_that_it_names(tiny: Exercise) -> None:
    assert [check.id for check in tiny.of("scale")] == ["scales", "scale_leaves_x"]
    assert {tiny.function_of(check) for check in tiny.checks} == set(tiny.forms)


def test_a_complete_run_gives_everybody_the_same_draws(tiny: Exercise) -> None:
    check = tiny.checks[0]
    first, again = (tiny.inputs(check, 0, small=False)[2].array(4) for _ in range(2))
    assert first is again
    assert not np.array_equal(first, tiny.inputs(check, 1, small=False)[2].array(4))
    assert not np.array_equal(first, tiny.inputs(tiny.checks[2], 0, small=False)[2].array(4))


def test_a_run_that_did_not_come_to_its_end_is_made_anew(tmp_path: Path) -> None:
    made = tiny_course.exercise(tmp_path)
    made.complete.clear()
    key, _, draw = made.inputs(made.checks[0], 0, small=False)
    draw.array(4)
    assert len(made.tapes[key].drawn) == 1
    made.inputs(made.checks[0], 0, small=False)
    assert made.tapes[key].drawn == []


def test_examples_are_tried_only_where_they_show_something(tiny: Exercise) -> None:
    levels = {check.id: len(tiny.small_levels(check)) for check in tiny.checks}
    assert levels["comes_back"] == levels["noise_is_the_generators"] == 0
    assert levels["scales"] > 3


def test_the_right_and_the_wrong_answer_to_a_call_are_known(tiny: Exercise) -> None:
    trace = call("scale", X, 3.0)
    assert np.array_equal(tiny.right(KEY, trace, 0), 3 * X)
    assert np.array_equal(tiny.wrong(mistake(tiny, "factor squared"), KEY, trace, 0), 9 * X)
    assert np.array_equal(tiny.wrong(mistake(tiny, "factor left out"), KEY, trace, 0), X)


def test_what_the_reference_refuses_has_no_right_answer(tiny: Exercise) -> None:
    assert tiny.right(KEY, call("scale", "text", None), 0) is None
    assert tiny.wrong(mistake(tiny, "factor squared"), KEY, call("scale", "text", None), 0) is None


def test_of_a_random_function_no_answer_is_known(tiny: Exercise) -> None:
    assert tiny.right(KEY, call("noise", 3, Rng(1)), 0) is None


def test_a_kept_part_is_replaced_by_the_references_own(tiny: Exercise) -> None:
    """The student's cache means nothing to the reference."""
    student = Student(InProcess(tiny_course.names("def encode(x): return x - 1, 'mine'")), tiny.forms)
    _, key = student.encode(X)
    trace = [*student.trace, Call("decode", (X + 7.0, key))]
    assert np.array_equal(tiny.right(KEY, trace, 1), X)
    unknown = [Call("decode", (X, Handle(99)))]
    assert tiny.right(KEY, unknown, 0) is None


def test_asking_changes_no_argument(tiny: Exercise) -> None:
    x = X.copy()
    tiny.right(KEY, call("scale", x, 3.0), 0)
    tiny.wrong(mistake(tiny, "factor squared"), KEY, call("scale", x, 3.0), 0)
    assert np.array_equal(x, X)


def test_without_reference_a_run_that_was_not_recorded_is_the_authors_business(tiny: Exercise) -> None:
    bare = Exercise(
        tiny.slug, tiny.module, tiny.forms, tiny.checks, (), None, tiny.derivations, tiny.version, tiny.data
    )
    with pytest.raises(AuthorError, match="knows no run 0 of scales"):
        bare.inputs(tiny.checks[0], 0, small=False)


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ((X,), (X.copy(),), True),
        ((X,), (np.asfortranarray(X)[::1],), True),
        ((X,), (X[:, None],), False),
        ((X,), (X + 1e-12,), False),
        ((X, 1.0), (X, 2.0), False),
        (([X, X],), ([X], X), False),
        (((X, 1.0),), ([X, 1.0],), True),
        ((Rng(1),), (Rng(1),), True),
        ((Rng(1),), (Rng(2),), False),
        ((Handle(1),), (Handle(2),), True),
        ((len,), (max,), True),
        (("tanh",), ("relu",), False),
    ],
)
def test_a_question_is_known_by_its_values_and_not_by_the_process(a: Any, b: Any, alike: bool) -> None:
    assert (digest("f", a) == digest("f", b)) is alike


def test_two_functions_are_asked_two_questions() -> None:
    assert digest("f", (X,)) != digest("g", (X,))
