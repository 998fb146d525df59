"""Calls of a student's functions: an answer of its form or a StudentError, every call kept for the explanation."""

from typing import Any

import numpy as np
import pytest
from tiny_course import Failing

from grader.blame import StudentError, StudentRaised, StudentTimeout
from grader.forms import FormError, parse
from grader.inprocess import InProcess
from grader.sandbox.values import Handle
from grader.student import ROOM, NotCallable, NotWritten, Student

FORMS = {
    "scale": parse("x, factor", "y (n,)"),
    "forward": parse("x", "y (n,), cache opaque"),
    "backward": parse("cache", "x (n,)"),
}
X = np.array([1.0, 2.0])


def student(text: str = "", **names: Any) -> Student:
    found: dict[str, Any] = {"np": np}
    exec(text, found)
    return Student(InProcess(found | names), FORMS)


def test_an_answer_comes_in_plain_form_and_the_call_is_kept() -> None:
    one = student("def scale(x, factor): return [factor * v for v in x]")
    assert np.array_equal(one.scale(X, 3.0), [3.0, 6.0])
    assert np.array_equal(one.scale(X, factor=2.0), [2.0, 4.0])
    assert [(call.function, call.args[1]) for call in one.trace] == [("scale", 3.0), ("scale", 2.0)]
    assert np.array_equal(one.trace[0].answer, [3.0, 6.0])


def test_a_function_that_checks_do_not_declare_is_the_authors_slip() -> None:
    with pytest.raises(AttributeError, match="declares no function 'scael'"):
        student().scael(X)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", NotWritten),
        ("scale = 7", NotCallable),
        ("def scale(x, factor): raise NotImplementedError", NotWritten),
        ("def scale(x, factor): raise NotImplementedError('to do')", NotWritten),
        ("def scale(x, factor): return None", FormError),
        ("def scale(x, factor): raise KeyError", StudentRaised),
        ("def scale(x): return x", StudentRaised),
    ],
)
def test_what_goes_wrong_is_the_students_and_kept_with_the_call(text: str, kind: type[StudentError]) -> None:
    one = student(text)
    with pytest.raises(StudentError) as raised:
        one.scale(X, 3.0)
    assert type(raised.value) is kind
    assert one.trace[-1].error is raised.value
    assert one.trace[-1].answer is None


def test_not_implemented_from_a_helper_is_an_error_and_not_unwritten() -> None:
    one = student("def helper(): raise NotImplementedError\ndef scale(x, factor): return helper()")
    with pytest.raises(StudentRaised):
        one.scale(X, 3.0)


def test_many_calls_give_their_answers_in_order() -> None:
    one = student("def scale(x, factor): return factor * x")
    answers = one.many("scale", [(X, 1.0), (X, 2.0)])
    assert [answer[0] for answer in answers] == [1.0, 2.0]
    assert len(one.trace) == 2


def test_the_first_error_among_many_calls_is_raised() -> None:
    one = student("def scale(x, factor): return factor * x if factor < 2 else None")
    with pytest.raises(FormError):
        one.many("scale", [(X, 1.0), (X, 2.0), (X, 3.0)])
    assert [call.error is None for call in one.trace] == [True, False]
    with pytest.raises(NotWritten):
        student().many("scale", [(X, 1.0)])


def test_a_cache_is_handed_back_as_the_very_object() -> None:
    one = student("def forward(x): return x, {'x': x}\ndef backward(cache): return cache['x']")
    _, cache = one.forward(X)
    assert isinstance(cache, Handle)
    assert np.array_equal(one.backward(cache), X)


@pytest.mark.parametrize("answer", ["(x + 1, x)", "[x + 1, x]", "(None, x)", "('wrong', x)"])
def test_a_cache_is_kept_whatever_the_prediction_is(answer: str) -> None:
    one = student(f"def forward(x): return {answer}\ndef backward(cache): return cache")
    assert np.array_equal(one.backward(one.kept("forward", X)), X)
    readable = answer[1:].startswith("x + 1")
    assert (one.trace[0].answer[0] is not None) == readable


@pytest.mark.parametrize("answer", ["x", "None", "(x,)", "(x, x, x)"])
def test_without_a_cache_the_answer_has_no_form(answer: str) -> None:
    with pytest.raises(FormError, match="a tuple of 2"):
        student(f"def forward(x): return {answer}").kept("forward", X)


def test_the_inputs_come_back_as_the_function_left_them() -> None:
    one = student("def scale(x, factor):\n    x[0] = 9\n    return x")
    answer, after = one.with_inputs("scale", X, 3.0)
    assert np.array_equal(after[0], [9.0, 2.0])
    assert after[1] == 3.0
    assert np.array_equal(X, [1.0, 2.0])
    assert np.array_equal(answer, [9.0, 2.0])


def test_answers_that_would_fill_the_graders_memory_are_refused() -> None:
    one = student("def scale(x, factor): return np.zeros(1 << 22)")
    for _ in range(ROOM // (8 << 22)):
        one.scale(X, 3.0)
    with pytest.raises(FormError, match="far more numbers"):
        one.scale(X, 3.0)


def test_a_process_that_is_gone_is_not_asked_for_its_names() -> None:
    backend = Failing(InProcess({"scale": len}), {"scale": StudentTimeout(2.0, "call")})
    with pytest.raises(StudentTimeout):
        Student(backend, FORMS).scale(X, 3.0)
    assert not backend.alive
