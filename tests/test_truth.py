"""The truth answers once a run, keeps what it answered, and in replay knows only what was recorded."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.agreement import agrees
from grader.draw import Tape
from grader.symbolic import Derivations
from grader.truth import NotADraw, Truth, same, writable


class Counting:
    """A reference that counts, and writes into what it is given."""

    def __init__(self) -> None:
        self.asked = 0

    def double(self, x: Any) -> Any:
        self.asked += 1
        x *= 2
        return x

    def sized(self, params: Any) -> int:
        self.asked += 1
        params[0][0][:] = 0
        return len(params)


X = np.array([1.0, 2.0])
X.setflags(write=False)


def test_an_answer_is_computed_once_and_kept_on_the_tape() -> None:
    reference, tape = Counting(), Tape()
    truth = Truth(reference, tape, Derivations(""))
    for _ in range(3):
        agrees(truth.double(X.copy()), 2 * X)
    assert reference.asked == 1
    assert [name for name, _, _ in tape.truths] == ["double"]


def test_the_reference_may_write_into_its_arguments_and_harms_no_draw() -> None:
    truth = Truth(Counting(), Tape(), Derivations(""))
    params = [(X, X)]
    assert truth.sized(params) == 1
    assert np.array_equal(params[0][0], [1.0, 2.0])


def test_replay_answers_what_was_recorded_and_nothing_else() -> None:
    tape = Tape([], [("double", (X,), 2 * X)])
    truth = Truth(None, tape, Derivations(""), complete=True)
    agrees(truth.double(X.copy()), 2 * X)
    for name, args in (("double", (X + 1,)), ("triple", (X,)), ("double", (X, 1))):
        with pytest.raises(NotADraw):
            getattr(truth, name)(*args)


def test_a_complete_tape_is_written_no_more() -> None:
    """It is shared by all submissions: what a check asks about one of them must not reach the next."""
    reference, tape = Counting(), Tape()
    truth = Truth(reference, tape, Derivations("a test"), complete=True)
    agrees(truth.double(X + 1), 2 * X + 2)
    truth.gradient(square, by="w")(np.ones((2, 1)), np.ones(1))
    assert (tape.truths, tape.gradients) == ([], {})


def square(m: Any, x: Any, w: Any) -> Any:
    return m.dot(x, w) ** 2 / 2


def test_a_gradient_at_draws_is_computed_once_a_run() -> None:
    tape = Tape()
    x, w = np.array([[1.0], [2.0]]), np.array([3.0])
    first = Truth(None, tape, Derivations("a test")).gradient(square, by="w")(x, w)
    agrees(first, np.array([7.5]))
    derivations = Derivations("another", compiled={})
    again = Truth(None, tape, derivations, complete=True).gradient(square, by="w")(x, w)
    assert again is first
    assert derivations.compiled == {}


def test_equal_numbers_elsewhere_are_another_question_and_get_the_same_answer() -> None:
    tape = Tape()
    truth = Truth(None, tape, Derivations("a test"))
    x, w = np.array([[1.0], [2.0]]), np.array([3.0])
    agrees(truth.gradient(square, by="w")(x, w), truth.gradient(square, by="w")(x.copy(), w.copy()))
    agrees(truth.gradient(square, by="w")(x, 2 * w), np.array([15.0]))


def test_the_loss_is_the_mean_over_samples() -> None:
    truth = Truth(None, Tape(), Derivations("a test"))
    assert truth.loss(square)(np.array([[1.0], [2.0]]), np.array([3.0])) == pytest.approx((4.5 + 18) / 2)


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        (X, X.copy(), True),
        (X, X + 1e-16, True),
        (X, X * (1 + 1e-15), False),
        (X, X[:, None], False),
        (X, list(X), False),
        ([X, 1.0], (X, 1.0), True),
        ([X], [X, X], False),
        (1.0, 1.0, True),
        (1.0, 1, False),
        (True, 1, False),
        ("tanh", "tanh", True),
        ("tanh", "relu", False),
        (None, None, True),
        ([(X, X)], [(X, X + 1)], False),
        (np.sin, np.sin, True),
        (np.sin, np.cos, False),
    ],
)
def test_two_questions_are_the_same_only_if_every_number_is(a: Any, b: Any, alike: bool) -> None:
    assert same(a, b) is alike


def test_two_functions_that_only_look_alike_are_not_the_same() -> None:
    assert not same(lambda x: x, lambda x: x)


def test_a_writable_copy_keeps_the_memory_order_and_shares_nothing() -> None:
    fortran = np.asfortranarray(np.ones((2, 3)))
    (copy, (inner,), other) = writable([fortran, (X,), "tanh"])
    assert copy.flags.f_contiguous
    assert copy.flags.writeable
    assert inner.flags.writeable
    assert other == "tanh"
    assert not np.shares_memory(copy, fortran)
    namespace = SimpleNamespace()
    assert writable(namespace) is namespace
