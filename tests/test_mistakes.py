"""Mistakes are data: what each makes of the right answer, as a diagnosis and planted in the reference."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.agreement import agrees
from grader.mistakes import Mistake, by_name, collect, scaled

SAID: dict[str, Any] = {"finding": "You did this.", "hint": "Do that."}
X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def mistake(**way: Any) -> Mistake:
    return Mistake(name="a mistake", function="f", **SAID, **way)


def no_answer(*_: Any) -> None:
    """An answer of nothing."""


@pytest.mark.parametrize(
    "way",
    [
        {},
        {"times": no_answer, "answer": no_answer},
        {"instead": no_answer, "times": no_answer},
        {"shows": "p", "instead": no_answer},
    ],
)
def test_exactly_one_way_says_what_a_mistake_does(way: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        mistake(**way)


def test_a_factor_scales_every_part_and_sees_the_inputs_by_name() -> None:
    made = mistake(times=lambda X, **_: len(X))
    got = made.wrong(("X", "w"), (X[0], 2.0, [(X, 1.0)]), (X, 7.0))
    agrees(got, (3 * X[0], 6.0, [(3 * X, 3.0)]))
    assert type(got) is tuple
    assert type(got[2]) is list


def test_an_answer_is_made_of_the_right_one_and_the_inputs() -> None:
    made = mistake(answer=lambda right, w, **_: right - w)
    assert made.wrong(("X", "w"), 10.0, (X, 7.0)) == 3.0


def test_a_function_in_its_place_needs_no_right_answer() -> None:
    made = mistake(instead=lambda X, w: X.sum() * w)
    assert made.wrong(("X", "w"), None, (X, 2.0)) == 42.0


def test_what_only_shows_gives_no_answer() -> None:
    assert mistake(shows="p", mutant=no_answer).wrong(("X",), 1.0, (X,)) is None


def reference() -> ModuleType:
    module = ModuleType("reference")
    exec("def f(X, w):\n    return X * w, len(X)\n", module.__dict__)
    return module


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ({"times": lambda X, **_: len(X)}, (6 * X, 9)),
        ({"answer": lambda right, **_: right[::-1]}, (3, 2 * X)),
        ({"instead": lambda X, w: (X + w, 0)}, (X + 2.0, 0)),
        ({"shows": "p", "mutant": lambda X, w: (0 * X, w)}, (0 * X, 2.0)),
    ],
)
def test_planted_in_the_reference_it_does_what_it_says(way: dict[str, Any], expected: Any) -> None:
    """The same entry is a diagnosis and a mutant: what is planted must be what is named."""
    made = mistake(**way)
    agrees(made.planted(reference(), ("X", "w"))(X, 2.0), expected)
    if made.shows is None:
        agrees(made.wrong(("X", "w"), reference().f(X, 2.0), (X, 2.0)), expected)


def test_text_and_what_is_kept_are_not_scaled() -> None:
    kept = object()
    assert scaled(("relu", None, kept), 2.0) == ("relu", None, kept)


FACTORS = st.floats(-1e3, 1e3).filter(lambda v: v == 0 or abs(v) > 1e-3)


@given(FACTORS, FACTORS)
def test_scaling_is_linear(a: float, b: float) -> None:
    value = [(X, 1.0), X[0]]
    agrees(scaled(scaled(value, a), b), scaled(value, a * b))


def module_of(*mistakes: Mistake) -> ModuleType:
    module = ModuleType("mistakes")
    module.__dict__["MISTAKES"] = list(mistakes)
    return module


def test_a_mistake_that_stands_twice_is_the_authors_error() -> None:
    one = mistake(times=lambda **_: 2.0)
    other = Mistake(name="a mistake", function="g", times=lambda **_: 2.0, **SAID)
    assert collect(module_of(one, other)) == (one, other)
    assert by_name((one, other)) == {("f", "a mistake"): one, ("g", "a mistake"): other}
    with pytest.raises(ValueError, match="stands twice"):
        collect(module_of(one, other, one))
