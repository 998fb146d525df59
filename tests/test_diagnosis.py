"""A mistake is named where the numbers prove it, and nowhere else; otherwise the narrowest fact that holds is told."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_course
from hypothesis import given
from hypothesis import strategies as st
from tiny_course import judged

from grader import diagnosis
from grader.agreement import Disagreement, agrees
from grader.blame import StudentRaised
from grader.diagnosis import Run, close, facts, rounded
from grader.exercise import Exercise
from grader.forms import Form, parse
from grader.student import Call


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    return tiny_course.exercise(tmp_path_factory.mktemp("tiny"))


def named(tiny: Exercise, text: str, claim: str = "scales") -> str | None:
    item = judged(tiny, text)[claim]
    assert item.status == "failed"
    return item.mistake


# --- names ---


@pytest.mark.parametrize(
    ("text", "claim", "name"),
    [
        ("def scale(x, factor): return x * factor**2", "scales", "factor squared"),
        ("def scale(x, factor): return [v * factor * factor for v in x]", "scales", "factor squared"),
        ("def scale(x, factor): return x", "scales", "factor left out"),
        ("def total(x): return np.mean(2 * x)", "totals_twice", "mean for sum"),
        ("def total(x): return np.sum(x)", "totals_twice", "twice left out"),
    ],
)
def test_a_known_mistake_is_named_however_it_is_written(tiny: Exercise, text: str, claim: str, name: str) -> None:
    assert named(tiny, text, claim) == name


@pytest.mark.parametrize(
    "text",
    [
        "def scale(x, factor): return x * factor**3",
        "def scale(x, factor, n=[]): n.append(1); return x * factor**2 if len(n) == 1 else x",
        "def scale(x, factor, n=[]): n.append(1); return x * factor**2 if len(n) == 1 else 0 * x",
        "def scale(x, factor): return x * factor**2 if len(x) == 3 else factor * x",
        "def scale(x, factor): return x * factor**2 + 1e-5",
        "def scale(x, factor): return (x * factor**2)[:2]",
        "def scale(x, factor): return 0 * x",
    ],
)
def test_an_answer_that_no_mistake_explains_on_every_call_has_no_name(tiny: Exercise, text: str) -> None:
    assert named(tiny, text) is None


def test_a_mistake_is_not_named_beside_an_exception(tiny: Exercise) -> None:
    """It explains the first draw; on the second the function raised, and that it does not explain."""
    text = (
        "def scale(x, factor, n=[]):\n    n.append(1)\n    if len(n) == 2: raise ValueError\n    return x * factor**2"
    )
    assert named(tiny, text) is None


def test_one_call_is_no_proof(tmp_path: Path) -> None:
    """A single answer that fits may be chance: two are asked for."""
    checks = tiny_course.CHECKS.replace("for n in (5, 4):", "for n in (5,):").replace(
        '@claim(total, points=3, builds_on=("scale",))', '@claim(total, points=3, draws=1, builds_on=("scale",))'
    )
    made = tiny_course.exercise(tmp_path, checks=checks)
    assert named(made, "def total(x): return np.mean(2 * x)", "totals_twice") is None


def test_a_name_that_one_claim_proves_is_the_name_in_another_that_it_explains(tiny: Exercise) -> None:
    """`scale_leaves_x` makes one call a draw, with factor 2 and never another."""
    items = judged(tiny, "def scale(x, factor): return x * factor**2")
    assert items["scales"].mistake == items["scale_leaves_x"].mistake == "factor squared"


def twins(extra: str) -> str:
    return tiny_course.MISTAKES.replace("MISTAKES = [", f"MISTAKES = [{extra}")


def test_two_mistakes_that_explain_the_same_numbers_are_no_name(tmp_path: Path) -> None:
    extra = """
    Mistake(name="another", function="scale", instead=lambda x, factor: factor * factor * x, finding="?", hint="?"),
    """
    made = tiny_course.exercise(tmp_path, mistakes=twins(extra))
    assert named(made, "def scale(x, factor): return x * factor**2") is None
    assert named(made, "def scale(x, factor): return x") == "factor left out"


def test_a_mistake_that_hardly_differs_from_right_is_not_named(tmp_path: Path) -> None:
    """Closer than a thousand tolerances an answer could be either."""
    extra = """
    Mistake(name="a hair", function="scale", times=lambda **_: 1 + 1e-8, finding="?", hint="?"),
    """
    made = tiny_course.exercise(tmp_path, mistakes=twins(extra))
    assert named(made, "def scale(x, factor): return factor * x * (1 + 1e-8)") is None


def test_a_mistake_that_breaks_on_an_input_explains_nothing(tmp_path: Path) -> None:
    extra = """
    Mistake(name="breaks", function="scale", instead=lambda x, factor: x[:, 0] * factor, finding="?", hint="?"),
    Mistake(name="infinite", function="scale", instead=lambda x, factor: x / 0.0, finding="?", hint="?"),
    """
    made = tiny_course.exercise(tmp_path, mistakes=twins(extra))
    assert named(made, "def scale(x, factor): return 7 * x") is None
    assert named(made, "def scale(x, factor): return x * factor**2") == "factor squared"


def test_what_a_random_function_shows_is_named(tmp_path: Path) -> None:
    checks = tiny_course.CHECKS.replace("example=False, draws=1", "example=False, draws=2") + (
        "\n\ndef no_noise(calls):\n"
        '    """Only zeros come."""\n'
        "    return all(not np.any(call.answer) for call in calls)\n"
    )
    extra = """
    Mistake(name="silence", function="noise", shows="no_noise", mutant=lambda n, rng: np.zeros(n), chance=0.0,
            finding="There is no noise.", hint="Draw it."),
    """
    made = tiny_course.exercise(tmp_path, checks=checks, mistakes=twins(extra))
    claim = "noise_is_the_generators"
    assert named(made, "def noise(n, rng): return np.zeros(n)", claim) == "silence"
    assert named(made, "def noise(n, rng): return np.ones(n)", claim) is None
    sometimes = "def noise(n, rng, calls=[]): calls.append(1); return np.zeros(n) if len(calls) < 4 else np.ones(n)"
    assert named(made, sometimes, claim) is None


@given(st.floats(1e-12, 1e12), st.floats(-0.9, 0.9))
def test_close_is_relative(size: float, part: float) -> None:
    right = (size, np.array([size, -size / 3]))
    near = (size * (1 + part * 1e-9), right[1])
    far = (size, right[1] * (1 + 1e-6))
    assert close(near, right, 1e-9)
    assert not close(far, right, 1e-9)


@pytest.mark.parametrize("other", [None, "text", (1.0,), [1.0, 2.0, 3.0], 1.0, np.ones((2, 1)), object()])
def test_what_is_built_otherwise_is_not_close(other: Any) -> None:
    assert not close(other, [1.0, 2.0], 1e-9)


# --- facts ---

VECTOR = parse("X, w, b", "y_hat (n_samples,)")
PAIR = parse("X, y, w, b", "grad_w (n_features,), grad_b float")
LAYERS = parse("Y, params", "grads layers dW db")


def run(form: Form, got: Any, right: Any, *args: Any, taken: Any = None) -> Run:
    """A run that failed; `taken` is the part of the answer that was compared, where it is not the whole."""
    call = Call("f", args, got)
    part = got if taken is None else taken
    try:
        agrees(part, right)
    except Disagreement as failure:
        return Run(("check", "general", 0), [call], failure)
    raise AssertionError("the answers agree")


X = np.arange(12.0).reshape(4, 3)
V = np.array([1.0, -2.0, 5.0])
M = np.array([[1.0, 2.0], [3.0, 5.0]])


@pytest.mark.parametrize(
    ("got", "fact"),
    [
        (-V, "y_hat is the right answer with the opposite sign"),
        (2 * V, "y_hat is twice the right value"),
        (V / 2, "y_hat is half the right value"),
        (-2 * V, "y_hat is minus twice the right value"),
        (-V / 2, "y_hat is minus half the right value"),
        (4 * V, "y_hat is n_samples times the right value"),
        (V / 4, "y_hat is the right value divided by n_samples"),
        (3 * V, "y_hat is the number of columns times the right value"),
        (8 * V, "y_hat is 2 × n_samples times the right value"),
        (0 * V, "y_hat is zero everywhere"),
        (V + 7, "y_hat is off by the same amount in every entry"),
        (V * (1 + 1e-6), "y_hat agrees with the right answer to a few digits only"),
        (V * np.array([1, 1, 2]), "y_hat differs from the right answer"),
        (V[:, None], "y_hat has the wrong shape"),
        (V[:2], "y_hat has the wrong shape"),
    ],
)
def test_the_fact_is_the_narrowest_that_holds(got: Any, fact: str) -> None:
    other = V + 1
    factor = got / V if got.shape == V.shape else None
    runs = [run(VECTOR, got, V, X)]
    said = facts(VECTOR, runs)
    assert said is not None
    if "n_samples" not in fact or "four" not in said:
        assert said.startswith(fact)
    if factor is not None and np.ptp(factor) == 0 and factor[0] != 0:  # two draws tell 4 from n_samples
        more = np.arange(15.0).reshape(5, 3)
        size = {4: 5, 0.25: 0.2, 8: 10}.get(float(factor[0]), float(factor[0]))
        assert str(facts(VECTOR, [*runs, run(VECTOR, size * other, other, more)])).startswith(fact)


def test_a_fact_holds_on_every_draw_that_failed() -> None:
    """Twice on one draw and three times on another is neither."""
    assert facts(VECTOR, [run(VECTOR, 2 * V, V), run(VECTOR, 3 * V, V)]) == "y_hat differs from the right answer"


def test_a_draw_that_passed_and_a_failure_without_numbers_say_nothing() -> None:
    raised = StudentRaised("ValueError", "ValueError", "", None, None, "", "f")
    assert facts(VECTOR, [Run(("c", "general", 0), [], None), Run(("c", "general", 1), [], raised)]) is None
    assert facts(VECTOR, [Run(("c", "general", 0), [], Disagreement("a sentence"))]) is None
    assert facts(VECTOR, [run(VECTOR, 2 * V, V), Run(("c", "general", 1), [], None)]) == (
        "y_hat is twice the right value"
    )


def test_a_transpose_is_recognised_in_rectangles_and_squares() -> None:
    form = parse("X", "W (a, b)")
    assert facts(form, [run(form, X.T, X)]) == "W is the transpose of what it should be"
    assert facts(form, [run(form, M.T, M)]) == "W is the transpose of what it should be"
    assert facts(form, [run(form, M[::-1], M)]) == "W differs from the right answer"


def test_the_parts_that_differ_are_named_beside_those_that_agree() -> None:
    assert facts(PAIR, [run(PAIR, (V, 3.0), (V, 2.0), X)]) == (
        "grad_b differs from the right answer, while grad_w agrees"
    )
    assert facts(PAIR, [run(PAIR, (2 * V, 4.0), (V, 2.0), X)]) == "grad_w and grad_b are twice the right value"
    assert facts(PAIR, [run(PAIR, (V[:, None], 2.0), (V, 2.0), X)]) == "grad_w has the wrong shape"


def test_a_part_that_was_compared_by_itself_has_its_own_name() -> None:
    answer = (2 * V, 4.0)
    assert facts(PAIR, [run(PAIR, answer, V, X, taken=answer[0])]) == "grad_w is twice the right value"


def layers(*factors: float) -> list[tuple[Any, Any]]:
    return [(f * np.ones((2, 3)), f * np.ones(3)) for f in factors]


def test_where_an_error_enters_a_network_is_told_from_the_last_layer() -> None:
    right = layers(1, 2, 3)
    got = [(7 + right[0][0], right[0][1] * 5), (right[1][0], right[1][1] * 6 + np.arange(3)), right[2]]
    assert facts(LAYERS, [run(LAYERS, got, right, M)]) == (
        "layer 3 is right; coming from there the first wrong one is layer 2"
    )


def test_when_everything_differs_no_long_list_of_parts_is_read_out() -> None:
    assert facts(LAYERS, [run(LAYERS, layers(2, 4, 6), layers(1, 2, 3), M)]) == (
        "every part of the answer is twice the right value"
    )


def test_zero_is_not_said_to_be_twice_zero() -> None:
    """A right answer of zeros has no factor."""
    assert facts(VECTOR, [run(VECTOR, V, 0 * V)]) == "y_hat differs from the right answer"


def test_every_factor_that_is_told_is_on_a_closed_list() -> None:
    """A figure of a hidden draw in a finding would be a way to read the draw."""
    told = {word for word, _ in diagnosis._factors((X,))}
    for word in told:
        assert not any(character.isdigit() for character in word.replace("2 ×", ""))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_rounded_figure_is_python_and_near(value: float) -> None:
    assert float(rounded(value)) == pytest.approx(value, rel=1e-5)
    assert float(rounded(value, 17)) == value
