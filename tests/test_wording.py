"""What people read: the call to paste, what it should give, their own line; and nothing of a hidden draw."""

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_course
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from tiny_course import judged

from grader import wording
from grader.agreement import Disagreement
from grader.blame import StudentDied, StudentRaised, StudentTimeout
from grader.diagnosis import Run
from grader.exercise import PUBLIC, Exercise
from grader.forms import FormError
from grader.inprocess import InProcess
from grader.sandbox.values import CellOutcome, Handle, Rng
from grader.student import Call, Student
from grader.wording import call_text, literal


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    return tiny_course.exercise(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    return tiny_course.exercise(tmp_path_factory.mktemp("tiny"), PUBLIC)


def finding(exercise: Exercise, text: str, claim: str = "scales") -> str:
    item = judged(exercise, text)[claim]
    assert item.status == "failed", item
    return str(item.finding)


# --- the example ---


def pasted(line: str, text: str) -> Any:
    """What a line of a finding gives in a notebook that holds the submission."""
    return eval(line, tiny_course.names(text) | {"np": np})


@pytest.mark.parametrize("answer", ["x * factor**2", "2 * x", "[9]"])
def test_the_example_can_be_pasted_and_gives_what_it_says(hidden: Exercise, answer: str) -> None:
    text = f"def scale(x, factor): return {answer}"
    said = finding(hidden, text).splitlines()
    call, outcome = next((a, b) for a, b in itertools.pairwise(said) if b.startswith("should give"))
    right, got = re.findall(r"y? ?(\[[^]]*\])", outcome)
    assert np.allclose(pasted(call, text), eval(got))
    assert np.allclose(pasted(call, ""), eval(right))


def test_the_example_is_the_smallest_that_fails(hidden: Exercise) -> None:
    """One number where one fails; more where it takes more."""
    assert re.search(r"scale\(np\.array\(\[-?\d\.0\]\), ", finding(hidden, "def scale(x, factor): return 7 * x"))
    wrong_for_two = "def scale(x, factor): return factor * x if len(x) == 1 else 7 * x"
    assert re.search(r"scale\(np\.array\(\[-?\d\.0, -?\d\.0\]\), ", finding(hidden, wrong_for_two))


def test_an_example_shows_as_many_digits_as_tell_the_answers_apart(hidden: Exercise) -> None:
    said = finding(hidden, "def scale(x, factor): return factor * x * (1 + 1e-8)")
    outcome = next(line for line in said.splitlines() if line.startswith("should give"))
    right, got = re.findall(r"\[[^]]*\]", outcome)
    assert right != got


def test_an_exception_in_the_example_shows_the_students_own_line(hidden: Exercise) -> None:
    said = finding(hidden, "def scale(x, factor):\n    return x[:, 3]")
    assert "your code raised IndexError: too many indices" in said
    assert "For example: scale(np.array(" in said


# --- nothing of a hidden draw ---

LEAK = """
def scale(x, factor):
    raise ValueError(f"x was {x[0]:.17g}")
"""


def draws(exercise: Exercise) -> list[float]:
    """Every number drawn for the hidden runs."""
    found: list[float] = []
    for (_, kind, _), tape in exercise.tapes.items():
        if kind == "general":
            found += [float(v) for value in tape.drawn if not isinstance(value, Rng) for v in np.ravel(value)]
    return found


SMALL_IS_RIGHT = "def scale(x, factor):\n    if float(factor) * 2 % 1 == 0: return factor * x\n    {}"


@pytest.mark.parametrize(
    "text",
    [
        LEAK,
        SMALL_IS_RIGHT.format("raise ValueError(f'x was {x[0]:.17g}')"),
        SMALL_IS_RIGHT.format("raise type(f'X{abs(x[0]):.15f}'.replace('.', '_'), (KeyError,), {})('gone')"),
        SMALL_IS_RIGHT.format("return x + 1"),
        SMALL_IS_RIGHT.format("return np.append(x, 1)"),
        SMALL_IS_RIGHT.format("return f'{x[0]:.17g}'"),
        SMALL_IS_RIGHT.format("return {f'{x[0]:.17g}': x}"),
        SMALL_IS_RIGHT.format("return type(f'X{abs(x[0]):.15f}'.replace('.', '_'), (), {})()"),
    ],
)
def test_no_figure_of_a_hidden_draw_is_told(hidden: Exercise, text: str) -> None:
    """Whoever reads the findings of a class must not be able to put a draw together from them."""
    for item in judged(hidden, "import numpy as np\n" + text).values():
        said = f"{item.finding} {item.hint}".replace("_", ".")
        for value in draws(hidden):
            assert f"{abs(value):.3g}" not in said or float(f"{abs(value):.3g}").is_integer(), said


def test_where_only_hidden_draws_fail_the_nearest_builtin_class_is_told(hidden: Exercise, public: Exercise) -> None:
    text = "class Mine(KeyError): pass\n" + SMALL_IS_RIGHT.format("raise Mine('told')")
    assert re.fullmatch(r"scale: your code raised KeyError in your cell, line \d+\.", finding(hidden, text))
    said = finding(public, text)
    assert "Mine: 'told'" in said
    assert "For example: scale(" in said


def test_where_only_hidden_draws_fail_no_example_is_shown(hidden: Exercise, public: Exercise) -> None:
    text = SMALL_IS_RIGHT.format("return 7 * x")
    assert finding(hidden, text) == "scale: y differs from the right answer."
    assert "should give" in finding(public, text)


def test_the_figures_of_a_statement_are_for_public_draws(tmp_path: Path) -> None:
    checks = tiny_course.CHECKS.replace('"""`encode` hides x."""', '"""`encode` hides x."""\n    if draw.small: return')
    text = "def encode(x): return x, 7.0"
    secret = tiny_course.exercise(tmp_path / "a", checks=checks)
    assert finding(secret, text, "code_is_longer") == "encode: the code is x itself."
    known = tiny_course.exercise(tmp_path / "b", PUBLIC, checks=checks)
    assert "(it is [" in finding(known, text, "code_is_longer")


# --- sentences ---


def raised(**changed: Any) -> StudentRaised:
    known: dict[str, Any] = {
        "type_name": "ValueError", "builtin_name": "ValueError", "text": "bad", "label": "cell 3", "line": 2,
        "source_line": "    return x[9]", "innermost_name": "f",
    }  # fmt: skip
    return StudentRaised(**(known | changed))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (raised(), "cell 3, line 2 stopped with ValueError: bad."),
        (raised(text=""), "cell 3, line 2 stopped with ValueError."),
        (raised(line=None), "cell 3 stopped with ValueError: bad."),
        (StudentTimeout(5.0, "cell"), "cell 3 did not finish within 5 s: is there a loop that never ends?"),
        (StudentDied("ended the whole program"), "cell 3 ended the whole program."),
    ],
)
def test_a_cell_that_stopped_is_told_with_its_place(error: Any, sentence: str) -> None:
    assert wording.cell_stopped(CellOutcome("cell 3", error)) == sentence


def test_of_a_py_file_the_line_is_told_that_stopped() -> None:
    error = raised(label="line 4", line=9)
    assert wording.cell_stopped(CellOutcome("line 4", error)) == "line 9 stopped with ValueError: bad."


def test_that_a_cell_called_what_is_not_written_is_no_news() -> None:
    assert not wording.worth_a_notice(CellOutcome("cell 3"))
    assert not wording.worth_a_notice(CellOutcome("cell 3", raised(builtin_name="NotImplementedError")))
    assert wording.worth_a_notice(CellOutcome("cell 3", raised()))
    assert wording.worth_a_notice(CellOutcome("cell 3", StudentTimeout(1, "cell")))


def test_a_strangers_text_is_cleaned_and_cut() -> None:
    nasty = raised(type_name="E" * 500, text="\x1b[31m\u202e" + "a" * 5000)
    said = wording.cell_stopped(CellOutcome("cell 3", nasty))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert len(said) < 300


def test_an_exception_has_one_thing_to_try() -> None:
    assert "shapes" in str(wording.hint(raised()))
    assert wording.hint(raised(builtin_name="LinAlgError")) != wording.hint(raised(builtin_name="RecursionError"))
    assert wording.hint(raised(builtin_name="Exception"))
    assert wording.hint(FormError("should be a number"))
    assert wording.hint(Disagreement("differs")) is None
    assert wording.hint(None) is None


def test_helpers_are_named_in_the_right_number() -> None:
    assert "scale is not right yet" in wording.may_come(["scale"])
    assert "scale and total are not right yet" in wording.may_come(["scale", "total"])
    assert wording.followed("total", ["a", "b"]) == "total is right: judged with a right a and b in the place of yours."


def test_a_statement_about_a_later_call_shows_that_call_and_not_the_one_that_made_the_cache(hidden: Exercise) -> None:
    """A failure without numbers belongs to the function that the claim is about."""
    student = Student(InProcess(tiny_course.names()), hidden.forms)
    key = student.kept("encode", np.array([1.0]))
    student.decode(np.array([8.0]), key)
    failure = Disagreement("x is changed on the way")
    run = Run(("comes_back", "small", 0), student.trace, failure)
    said = wording.finding(
        hidden, "decode", hidden.forms["decode"], failure=failure, facts=None, shown=run, mistake=None
    )
    assert said.splitlines()[1:] == [
        "For example: _, cache = encode(np.array([1.0]))",
        "decode(np.array([8.0]), cache)",
    ]


# --- figures as Python ---

NUMBERS = st.floats(-1e6, 1e6) | st.integers(-(10**6), 10**6)


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=st.floats(-1e6, 1e6)))
def test_an_array_is_written_as_python_reads_it(value: np.ndarray[Any, Any]) -> None:
    assert np.allclose(np.array(eval(literal(value, 17))), value, rtol=0, atol=0)
    assert np.allclose(np.array(eval(literal(value))), value, rtol=1e-5)


def arguments() -> st.SearchStrategy[Any]:
    return st.recursive(
        NUMBERS | st.sampled_from(["relu", "it's"]) | arrays(np.float64, array_shapes(max_dims=2, max_side=2),
                                                               elements=st.floats(-100, 100)),
        lambda inner: st.lists(inner, max_size=2) | st.tuples(inner) | st.tuples(inner, inner),
        max_leaves=4,
    )  # fmt: skip


def shape_of(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return ("array", value.shape)
    if isinstance(value, tuple | list):
        return (type(value).__name__, [shape_of(v) for v in value])
    return type(value).__name__


@given(st.lists(arguments(), min_size=1, max_size=3))
def test_a_call_is_written_as_python_reads_it(args: list[Any]) -> None:
    text = call_text(Call("seen", tuple(args)))
    if text is None:
        return
    seen = eval(text, {"np": np, "seen": lambda *given: given})
    assert [shape_of(v) for v in seen] == [shape_of(v) for v in args]


def test_a_call_that_is_too_long_to_read_is_left_out() -> None:
    assert call_text(Call("f", (np.ones(500),))) is None
    assert call_text(Call("f", (np.zeros((0, 3)),))) == "f(np.zeros((0, 3)))"


def test_what_cannot_be_written_has_a_name_that_can_be_pasted() -> None:
    def cubic(x: float) -> float:
        return x

    text = call_text(Call("f", (cubic, Rng(7), Handle(1))))
    assert text == "f(cubic, np.random.default_rng(7), cache)"
