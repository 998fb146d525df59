"""A student's functions in this process: copies in, plain values out, their errors theirs; all as in the sandbox."""

from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
from judging import COURSE

from grader.blame import StudentError, StudentRaised
from grader.inprocess import InProcess, plain, raised, started
from grader.program import Cell, Program
from grader.sandbox import Answer, Zygote
from grader.sandbox.values import Handle, Opaque, Rng

X = np.array([[1.0, 2.0], [3.0, 4.0]])
X.setflags(write=False)


def backend(text: str, *, quiet: bool = False) -> InProcess:
    names: dict[str, Any] = {"__name__": "notebook"}
    exec(dedent(text), names)
    return InProcess(names, quiet=quiet)


def answer(one: InProcess, *args: Any, function: str = "f", **options: Any) -> Any:
    """The bare value of one call."""
    return one.call(function, args, {}, **options).value


def test_a_name_is_missing_callable_or_a_value() -> None:
    one = backend("def f(): pass\nx = 7")
    assert [one.kind(name) for name in ("f", "x", "g")] == ["callable", "value", "missing"]
    assert one.alive


def test_arguments_are_copies_that_may_be_written() -> None:
    one = backend("def f(X, pair):\n    X[0] = 9\n    pair[0][:] = 9\n    return X")
    assert answer(one, X, (X[0],))[0, 0] == 9
    assert X[0, 0] == 1


def test_arguments_by_name_arrive_too() -> None:
    assert backend("def f(a, b=1): return a - b").call("f", (3,), {"b": 2}).value == 1


def test_the_inputs_are_echoed_as_they_were_left() -> None:
    after: Any = backend("def f(X):\n    X *= 2\n    return None").call("f", (X,), {}, echo=True).inputs_after
    assert np.array_equal(after[0], 2 * X)
    assert backend("def f(X): pass").call("f", (X,), {}).inputs_after is None


def test_the_same_token_is_the_same_generator() -> None:
    one = backend("def f(rng): return rng.normal()")
    rng = Rng(5)
    first, second = (answer(one, rng) for _ in range(2))
    assert first != second
    assert answer(one, Rng(5)) == first


def test_a_kept_part_stays_and_comes_back_as_itself() -> None:
    one = backend("made = object()\ndef f(): return [1.0, made]\ndef g(cache): return cache is made")
    value = answer(one, keep=(1,))
    assert value[0] == 1.0
    assert isinstance(value[1], Handle)
    assert answer(one, value[1], function="g") is True


def test_an_iterable_is_copied_pair_by_pair() -> None:
    one = backend("def f(X):\n    for row in range(2):\n        X += 1\n        yield X, row")
    first, second = answer(one, X, drain=True)
    assert np.array_equal(first[0], X + 1)
    assert np.array_equal(second[0], X + 2)


def test_an_endless_iterable_ends() -> None:
    value = answer(backend("import itertools\ndef f(): return itertools.count()"), drain=True)
    assert isinstance(value, Opaque)


def test_an_exception_while_drawing_from_it_is_the_students() -> None:
    with pytest.raises(StudentRaised):
        backend("def f():\n    yield 1\n    raise KeyError").call("f", (), {}, drain=True)


def test_one_of_many_calls_may_fail() -> None:
    first, second, third = backend("def f(x): return 1 / x").many("f", [(1,), (0,), (2,)])
    assert isinstance(first, Answer)
    assert isinstance(second, StudentRaised)
    assert isinstance(third, Answer)
    assert third.value == 0.5


@pytest.mark.parametrize("what", ["SystemExit", "Exception", "BaseException", "StopIteration", "MemoryError"])
def test_whatever_is_raised_is_the_students(what: str) -> None:
    with pytest.raises(StudentRaised) as caught:
        backend(f"def f(): raise {what}('why')").call("f", (), {})
    assert (caught.value.type_name, caught.value.builtin_name, caught.value.text) == (what, what, "why")


def test_an_interrupt_by_the_person_at_the_keyboard_is_not() -> None:
    with pytest.raises(KeyboardInterrupt):
        backend("def f(): raise KeyboardInterrupt").call("f", (), {})


def test_the_innermost_line_of_the_students_own_is_told() -> None:
    text = "import numpy as np\ndef helper(X):\n    return np.linalg.inv(X)\n\ndef f(X):\n    return helper(X)"
    with pytest.raises(StudentRaised) as caught:
        backend(text).call("f", (np.zeros((2, 2)),), {})
    error = caught.value
    assert (error.type_name, error.builtin_name, error.innermost_name) == ("LinAlgError", "LinAlgError", "helper")
    assert (error.label, error.line) == ("your cell", 3)


def test_a_class_of_their_own_is_told_by_the_nearest_builtin() -> None:
    with pytest.raises(StudentRaised) as caught:
        backend("class Mine(ArithmeticError):\n    def __str__(self): raise ValueError\n\ndef f(): raise Mine").call(
            "f", (), {}
        )
    assert (caught.value.type_name, caught.value.builtin_name, caught.value.text) == ("Mine", "ArithmeticError", "")


def test_a_class_that_calls_itself_builtin_is_not() -> None:
    lying = type("Secret", (KeyError,), {"__module__": "builtins"})
    assert raised(lying()).builtin_name == "KeyError"


def test_prints_are_swallowed_where_nobody_wants_them(capsys: pytest.CaptureFixture[str]) -> None:
    text = "import warnings\ndef f():\n    print('here')\n    warnings.warn('there')\n    return 1"
    assert backend(text, quiet=True).call("f", (), {}).value == 1
    assert capsys.readouterr().out == ""
    backend(text).call("f", (), {})
    assert capsys.readouterr().out == "here\n"


def test_numpys_complaints_cost_nothing_and_change_nothing() -> None:
    before = np.geterr()
    one = backend("import numpy as np\ndef f():\n    np.seterr(all='raise')\n    return np.log(np.zeros(1))[0] < 0")
    with pytest.raises(StudentRaised):
        one.call("f", (), {})
    assert np.geterr() == before
    assert answer(backend("import numpy as np\ndef f(): return float(np.log(np.zeros(1))[0])")) < 0


def test_a_backend_can_be_started_like_a_child() -> None:
    with started({"f": abs}) as one:
        assert one.call("f", (-1,), {}).value == 1


# --- the same as in the sandbox ---

VALUES = {
    "none": "None",
    "true": "True",
    "int": "7",
    "large int": "2**200",
    "float": "0.5",
    "text": "'a\\u2028b'",
    "tuple": "(1, [2.0, 'x'], {'k': None})",
    "array": "np.arange(6.0).reshape(2, 3)",
    "Fortran": "np.asfortranarray(np.arange(6.0).reshape(2, 3))",
    "reversed": "np.arange(5)[::-1]",
    "empty": "np.zeros((0, 3))",
    "0-d": "np.array(2.5)",
    "NumPy float": "np.float64(2.5)",
    "NumPy bool": "np.bool_(True)",
    "NumPy int": "np.int32(3)",
    "float32": "np.ones(2, dtype=np.float32)",
    "complex": "np.ones(2) * 1j",
    "objects": "np.array([None, 1])",
    "texts": "np.array(['a', 'b'])",
    "matrix": "np.asmatrix(np.eye(2))",
    "masked": "np.ma.masked_array([1.0, 2.0])",
    "a float's child": "type('F', (float,), {})(2.5)",
    "an int's child": "__import__('enum').IntEnum('E', 'a b').b",
    "a list's child": "type('L', (list,), {})([1, 2])",
    "named tuple": "__import__('collections').namedtuple('P', 'w b')(1.0, 2.0)",
    "ordered dict": "__import__('collections').OrderedDict(a=1.0)",
    "default dict": "__import__('collections').defaultdict(list, a=[1.0])",
    "dict of numbers": "{1: 2}",
    "set": "{1.0}",
    "generator": "(v for v in [1.0])",
    "range": "range(3)",
    "function": "f",
    "class": "int",
    "bytes": "b'1'",
    "complex number": "1j",
    "something like an array": "type('A', (), {'__array__': lambda self, *a, **k: np.ones(2)})()",
    "fraction": "__import__('fractions').Fraction(1, 2)",
}


@pytest.fixture(scope="module")
def sandboxed() -> Iterator[dict[str, Answer | StudentError]]:
    source = "import numpy as np\nimport sys\n" + "".join(
        f"def f{i}(): return {text.replace('f', 'f0') if text == 'f' else text}\n"
        for i, text in enumerate(VALUES.values())
    )
    program = Program((Cell(source, "cell 1"),), "__main__")
    with Zygote("none", COURSE.limits) as zygote, zygote.start(program) as child:
        assert child.outcomes[0].error is None
        yield {name: child.many(f"f{i}", [()])[0] for i, name in enumerate(VALUES)}


def same(a: Any, b: Any) -> bool:
    """Whether two values of the wire are the same in every respect that a form looks at."""
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and (a.dtype, a.shape) == (b.dtype, b.shape) and np.array_equal(a, b)
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return type(b) is dict and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, Opaque):
        return isinstance(b, Opaque)
    return type(a) is type(b) and bool(a == b)


@pytest.mark.parametrize("name", VALUES)
def test_an_answer_is_the_same_in_a_notebook_and_in_the_sandbox(
    name: str, sandboxed: dict[str, Answer | StudentError]
) -> None:
    """Else `check(f)` would promise points that the course's run does not give, or the other way round."""
    text = VALUES[name]
    here = backend(f"import numpy as np\ndef f(): return {text}").call("f", (), {}).value
    there = sandboxed[name]
    assert isinstance(there, Answer), there
    assert same(here, there.value), (here, there.value)


def test_plain_leaves_what_is_plain() -> None:
    for value in (None, True, 7, 0.5, "x", Handle(3), (1, [2.0])):
        assert same(plain(value), value)


def test_what_a_student_prints_to_stderr_stays_out_of_the_cell(capsys: pytest.CaptureFixture[str]) -> None:
    source = "import sys\ndef f():\n    print('look', file=sys.stderr)\n    return 1.0"
    assert backend(source, quiet=True).call("f", (), {}).value == 1.0
    assert capsys.readouterr().err == ""
