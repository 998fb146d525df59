from typing import Any

import numpy as np
import pytest

from grader.blame import StudentRaised
from grader.sandbox import Answer, Handle, Opaque, Rng
from sandbox.conftest import Submit, answers


def test_values_cross_both_ways(submit: Submit) -> None:
    child = submit("def same(x): return x")
    value = (
        None,
        True,
        3,
        1 << 100,
        -0.5,
        "é\n",
        [1, (2,)],
        {"a": 1.0},
        np.arange(4.0).reshape(2, 2),
        np.array(3, "i2"),
    )
    arrived = answers(child, "same", value)
    assert repr(arrived) == repr(value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("np.float64(2)", np.array(2.0)),
        ("np.int32(2)", np.array(2, "i4")),
        ("np.longdouble(2)", np.array(2.0)),
        ("np.arange(3, dtype='>f8')", np.arange(3.0)),
        ("np.matrix([[1., 2.]])", np.array([[1.0, 2.0]])),
        ("np.ma.array([1., 2.], mask=[0, 1])", np.array([1.0, 2.0])),
        ("np.arange(6.)[::2]", np.array([0.0, 2.0, 4.0])),
        ("np.arange(6.).reshape(2, 3).T", np.arange(6.0).reshape(2, 3).T),
        ("Array()", np.array([1.0, 2.0])),
    ],
)
def test_arrays_of_every_kind_cross_as_plain_arrays(submit: Submit, expression: str, expected: Any) -> None:
    child = submit(f"""
        import numpy as np
        class Array:
            def __array__(self, dtype=None, copy=None): return np.array([1., 2.])
        def f(): return {expression}
        """)
    got = answers(child, "f")
    assert type(got) is np.ndarray
    assert got.dtype == expected.dtype
    assert np.array_equal(got, expected)
    assert got.flags.writeable


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Float(-0.0)", -0.0),
        ("Int(7)", 7),
        ("Text('a')", "a"),
        ("np.str_('a')", "a"),
        ("List([1, 2])", [1, 2]),
        ("Pair(1, 2)", (1, 2)),
        ("OrderedDict(b=1, a=2)", {"b": 1, "a": 2}),
        ("Lying([1, 2])", [1, 2]),
    ],
)
def test_a_subclass_is_cut_down_to_what_it_holds(submit: Submit, expression: str, expected: object) -> None:
    child = submit(f"""
        import numpy as np
        from collections import OrderedDict, namedtuple
        class Float(float):
            def __eq__(self, other): return True
            __hash__ = None
        class Int(int): pass
        class Text(str): pass
        class List(list): pass
        class Lying(list):
            def __iter__(self): return iter([42])
            def __len__(self): return 1
            def __getitem__(self, key): return 42
        Pair = namedtuple("Pair", "a b")
        def f(): return {expression}
        """)
    assert repr(answers(child, "f")) == repr(expected)


@pytest.mark.parametrize(
    ("expression", "description"),
    [
        ("object()", "object"),
        ("len", "builtin_function_or_method"),
        ("{1: 2}", "dict with keys that are not text"),
        ("{1, 2}", "set"),
        ("np.array([None])", "array of dtype object"),
        ("np.array(['a'])", "array of dtype <U1"),
        ("np.datetime64('2020-01-01')", "array of dtype datetime64[D]"),
        ("np.random.default_rng()", "Generator"),
        ("(i for i in [1])", "generator"),
        ("1 << 5000", "int of more than 4096 bits"),
        ("np.zeros(3_000_000)", "array of 23 MB"),
        ("loop", "nested deeper than 20"),
        ("type('A' * 200, (), {})()", "A" * 80),
        ("type('a\\n\\x1b[31m', (), {})()", "a??[31m"),
        ("Raising()", "Raising"),
        ("1j", "complex"),
    ],
)
def test_what_has_no_place_on_the_wire_is_described(submit: Submit, expression: str, description: str) -> None:
    child = submit(f"""
        import numpy as np
        loop = []
        loop.append(loop)
        class Raising:
            def __array__(self, *_, **__): raise SystemExit
            def __repr__(self): raise ValueError
            def __getattr__(self, name): raise KeyError
        def f(): return {expression}
        """)
    assert answers(child, "f") == Opaque(description)


def test_an_rng_passed_twice_is_the_same_advanced_generator(submit: Submit) -> None:
    child = submit("def f(rng, n): return rng.random(n)")
    rng = Rng(entropy=1 << 127, spawn_key=(3,))
    both = np.concatenate([answers(child, "f", rng, 2), answers(child, "f", rng, 3)])
    assert np.array_equal(both, rng.generator().random(5))
    again = Rng(entropy=1 << 127, spawn_key=(3,))
    assert np.array_equal(answers(child, "f", again, 5), both)


def test_a_kept_part_stays_in_the_child_and_is_the_students_own_object(submit: Submit) -> None:
    child = submit("""
        made = {"Z": object()}
        def forward(x): return x + 1, made
        def backward(cache): return cache is made
        """)
    y, cache = answers(child, "forward", 1.0, keep=(1,))
    assert y == 2.0
    assert isinstance(cache, Handle)
    assert answers(child, "backward", cache) is True


def test_nothing_is_kept_of_an_answer_without_parts(submit: Submit) -> None:
    child = submit("def f(): return 3", "def g(): return (4,)")
    assert answers(child, "f", keep=(1,)) == 3
    assert answers(child, "g", keep=(1,)) == (4,)


def test_an_iterable_is_drained_and_each_item_copied_at_its_yield(submit: Submit) -> None:
    child = submit("""
        import numpy as np
        def batches(n):
            buffer = np.zeros(2)
            for i in range(n):
                buffer[:] = i
                yield buffer, i
        def pairs(): return zip([1, 2], [3, 4])
        def number(): return 3.0
        def text(): return "abc"
        def stacked(): return np.eye(2)
        """)
    drained = answers(child, "batches", 3, drain=True)
    assert [(list(buffer), i) for buffer, i in drained] == [([0, 0], 0), ([1, 1], 1), ([2, 2], 2)]
    assert answers(child, "pairs", drain=True) == [(1, 3), (2, 4)]
    assert answers(child, "number", drain=True) == 3.0
    assert answers(child, "text", drain=True) == "abc"
    assert [list(row) for row in answers(child, "stacked", drain=True)] == [[1, 0], [0, 1]]


def test_an_endless_iterable_ends(submit: Submit) -> None:
    child = submit("""
        import itertools, numpy as np
        def f(): return itertools.count()
        def g(): return (np.zeros(100_000) for _ in itertools.count())
        """)
    assert answers(child, "f", drain=True) == Opaque("an iterable of more than 1000 items")
    assert answers(child, "g", drain=True).description.startswith("items of")
    assert child.alive


def test_an_iterator_that_raises_has_raised_in_the_call(submit: Submit) -> None:
    child = submit("def f():\n    yield 1\n    raise KeyError('x')")
    with pytest.raises(StudentRaised) as caught:
        child.call("f", (), drain=True)
    assert (caught.value.builtin_name, caught.value.line) == ("KeyError", 3)


def test_echo_shows_what_became_of_the_arguments(submit: Submit) -> None:
    child = submit("""
        def f(x, parts, rng):
            x += 1
            parts.append(4)
            return x.sum()
        """)
    answer = child.call("f", (np.zeros(2), [1], Rng(5)), echo=True)
    assert answer.inputs_after is not None
    x, parts, rng = answer.inputs_after
    assert list(x) == [1, 1]  # type: ignore[arg-type]
    assert parts == [1, 4]
    assert rng == Opaque("Generator")


def test_many_calls_cross_in_one_go_and_one_that_raises_stands_for_itself(submit: Submit) -> None:
    child = submit("def f(x, scale=1): return scale / x")
    results = child.many("f", [(1,), (0,), (4,)], {"scale": 2})
    first, second, third = results
    assert isinstance(first, Answer)
    assert isinstance(third, Answer)
    assert (first.value, third.value) == (2.0, 0.5)
    assert isinstance(second, StudentRaised)
    assert second.type_name == "ZeroDivisionError"
    assert child.many("f", []) == []


def test_a_batch_has_one_budget_of_bytes(submit: Submit) -> None:
    child = submit("import numpy as np\ndef f(): return np.zeros(500_000)")
    results = child.many("f", [()] * 8)
    sizes = [type(result.value) for result in results if isinstance(result, Answer)]
    assert sizes == [np.ndarray] * 4 + [Opaque] * 4
    assert child.alive


def test_the_kind_of_a_name_is_told(submit: Submit) -> None:
    child = submit("def f(): pass\nx = 3")
    assert [child.kind(name) for name in ("f", "x", "missing")] == ["callable", "value", "missing"]


def test_a_name_that_is_not_there_raises_as_python_does(submit: Submit) -> None:
    with pytest.raises(StudentRaised, match="name 'f' is not defined") as caught:
        submit("x = 1").call("f")
    assert caught.value.builtin_name == "NameError"


def test_what_an_author_cannot_send_is_the_authors_error(submit: Submit) -> None:
    child = submit("def f(x): return x")
    for value in (object(), np.array([None]), {1: 2}, {1, 2}):
        with pytest.raises(TypeError, match="cannot cross"):
            child.call("f", (value,))
    assert child.call("f", (1,)).value == 1
