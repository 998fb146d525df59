"""What an author writes: a claim is a docstring and points, a module is read in its order, inputs are to be kept."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader import claims
from grader.agreement import Disagreement, Tolerance
from grader.claims import claim, collect, function, keeps_inputs
from grader.inprocess import InProcess
from grader.student import Student

scale = function("x, factor", returns="y (n,)", seconds=3)


@claim(scale, points=2, builds_on=["other"], chance=1e-12, draws=3, example=False)
def scales(student: Any, truth: Any, draw: Any) -> None:
    """`scale` is factor
    times x.
    """


def test_a_check_is_its_docstring_and_what_it_is_worth() -> None:
    assert scales.id == "scales"
    assert scales.claim == "`scale` is factor times x."
    assert (scales.points, scales.draws, scales.chance, scales.example) == (2, 3, 1e-12, False)
    assert scales.builds_on == ("other",)
    assert scales.function.form.seconds == 3


def test_a_check_without_a_claim_is_refused_with_its_name() -> None:
    def silent(student: Any, truth: Any, draw: Any) -> None:
        pass

    with pytest.raises(ValueError, match="silent: a check needs a docstring"):
        claim(scale, points=1)(silent)


def test_a_module_is_read_in_the_order_in_which_it_stands() -> None:
    module = ModuleType("checks")
    first, second = function("x", returns="y (n,)"), function("x", returns="y (n,)")
    module.__dict__.update(b=first, a=second, helper=len, number=7, later=scales)
    forms, checks = collect(module)
    assert list(forms) == ["b", "a"]
    assert checks == (scales,)


def test_an_author_finds_every_noun_in_one_module() -> None:
    assert set(claims.__all__) <= set(vars(claims))


# --- inputs ---

X = np.array([1.0, 2.0])


def student(text: str) -> Student:
    names: dict[str, Any] = {}
    exec(text, names)
    return Student(InProcess(names), {"scale": scale.form})


def test_a_right_function_keeps_its_inputs() -> None:
    keeps_inputs(student("def scale(x, factor): return factor * x"), "scale", (X, 3.0), 3 * X)
    assert np.array_equal(X, [1.0, 2.0])


@pytest.mark.parametrize(
    "body", ["x *= factor; return x", "x[0] += 1; return [3.0, 6.0]", "y = factor * x; x[:] = 0; return y"]
)
def test_a_changed_input_is_named(body: str) -> None:
    with pytest.raises(Disagreement, match="`x` is changed") as raised:
        keeps_inputs(student(f"def scale(x, factor): {body}"), "scale", (X, 3.0), 3 * X)
    assert "work on a copy" in raised.value.sentence


def test_a_function_that_does_nothing_keeps_nothing() -> None:
    """It changes nothing and is worth nothing."""
    with pytest.raises(Disagreement, match="differs"):
        keeps_inputs(student("def scale(x, factor): return 0 * x"), "scale", (X, 3.0), 3 * X)


def test_putting_an_entry_back_is_no_change() -> None:
    moved = "def scale(x, factor):\n    x += 0.5\n    x -= 0.5\n    return factor * x"
    keeps_inputs(student(moved), "scale", (1e-7 * X, 3.0), within=Tolerance(1.0, because="not asked"), floor=0.5)
    with pytest.raises(Disagreement, match="changed"):
        keeps_inputs(student(moved), "scale", (1e-7 * X, 3.0))
