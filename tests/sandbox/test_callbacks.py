import math
import resource
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import pytest

from grader.blame import StudentDied, StudentRaised, StudentTimeout
from grader.sandbox import Rng, Token, Zygote
from sandbox.conftest import Submit, notebook


def test_a_function_of_ours_is_called_back_and_sees_every_argument(submit: Submit) -> None:
    child = submit("""
        import numpy as np
        def numerical_gradient(f, x, h=1e-3):
            g = np.zeros_like(x)
            for i in range(x.size):
                e = np.zeros_like(x); e.flat[i] = h
                g.flat[i] = (f(x + e) - f(x - e)) / (2 * h)
            return g
        """)
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(x)
        return (x**2).sum()

    gradient = child.call("numerical_gradient", (f, np.array([1.0, 2.0]))).value
    assert np.allclose(gradient, [2, 4])  # type: ignore[arg-type]
    assert len(seen) == 4
    assert all(type(x) is np.ndarray for x in seen)


def test_an_error_that_ours_raises_is_the_callers(submit: Submit) -> None:
    child = submit("""
        def f(g):
            return g(1, 2, 3)
        def caught(g):
            try:
                return g("a")
            except ValueError as error:
                return str(error)
        """)
    with pytest.raises(StudentRaised) as raised:
        child.call("f", (lambda x: x,))
    assert (raised.value.builtin_name, raised.value.line) == ("TypeError", 2)
    assert child.call("caught", (float,)).value == "could not convert string to float: 'a'"


def test_calls_back_have_a_bound(submit: Submit) -> None:
    child = submit("def f(g):\n    while True: g(1)")
    with pytest.raises(StudentDied, match="more than 500 times"):
        child.call("f", (lambda x: x,))
    assert not child.alive


def test_what_is_handed_to_ours_has_a_bound(submit: Submit) -> None:
    child = submit("import numpy as np\ndef f(g): return g(np.zeros(1 << 20))")
    with pytest.raises(StudentRaised, match="the arguments are too large"):
        child.call("f", (lambda x: x.sum(),))


def test_our_own_time_is_not_the_students(submit: Submit) -> None:
    child = submit("def f(g): return g()")
    assert child.call("f", (lambda: time.sleep(0.7),)).value is None


def test_work_without_end_that_ours_is_asked_for_ends_with_the_submissions_time(zygote: Zygote) -> None:
    """A right helper with a stranger's number of epochs; it may not swallow the end either."""
    source = "def f(g):\n    while True:\n        try: g(10**12)\n        except BaseException: pass"

    def descend(epochs: int) -> int:
        for epoch in range(epochs):
            with suppress(Exception):
                math.sin(epoch)
        return epochs

    handler = signal.getsignal(signal.SIGALRM)
    began = time.monotonic()
    with zygote.start(notebook(source), seconds=1.5) as child, pytest.raises(StudentTimeout) as caught:
        child.call("f", (descend,))
    assert caught.value == StudentTimeout(1.5, "submission")
    assert time.monotonic() - began < 3
    assert signal.getsignal(signal.SIGALRM) == handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the address space has no limit")
def test_memory_without_end_that_ours_is_asked_for_is_the_askers_end(submit: Submit) -> None:
    limits = resource.getrlimit(resource.RLIMIT_AS)
    child = submit("def f(g):\n    while True:\n        try: g(1 << 17, 1 << 17)\n        except BaseException: pass")
    with pytest.raises(StudentDied, match="asked for an answer beyond 256 MB"):
        child.call("f", (lambda *shape: np.ones(shape),))
    assert resource.getrlimit(resource.RLIMIT_AS) == limits
    assert submit("def f(g): return g(300)").call("f", (lambda n: np.ones(n).sum(),)).value == np.array(300.0)


STUBBED = """
from functools import partial
def sgd_step(w, g): return "wrong"
default = sgd_step
def train(w, step=sgd_step): return step(w, 1)
alias = sgd_step
later = partial(sgd_step, 2)
class Model:
    step = staticmethod(sgd_step)
def whole(): return sgd_step(1, 1), default(1, 1), alias(1, 1), later(1), Model.step(1, 1), train(1)
"""


def test_a_stub_reaches_defaults_aliases_and_partials(submit: Submit) -> None:
    child = submit(STUBBED, "again = sgd_step", sgd_step=lambda w, g: w - g)
    assert child.call("whole").value == (0, 0, 0, 1, 0, 0)
    assert child.call("again", (5, 2)).value == 3


def test_without_stubs_the_students_own_is_called(submit: Submit) -> None:
    assert submit(STUBBED).call("train", (1,)).value == "wrong"


def test_a_stub_is_not_there_before_the_student_defines_it(submit: Submit) -> None:
    child = submit(
        "found = 'sgd_step' in globals()", "def sgd_step(): return 1", "def f(): return found", sgd_step=lambda: 2
    )
    assert child.call("f").value is False
    assert child.call("sgd_step").value == 2


def test_a_stub_takes_keywords_and_keeps_its_future_flags(submit: Submit) -> None:
    child = submit(
        """
        from __future__ import annotations
        def f(x: Undefined) -> Undefined: return step(x, rate=2)
        def step(x, rate): pass
        """,
        step=lambda x, rate: x * rate,
    )
    assert child.outcomes[0].error is None
    assert child.call("f", (3,)).value == 6


def test_a_token_of_ours_comes_back_as_itself_and_tells_nothing(submit: Submit) -> None:
    child = submit(
        """
        def forward(x): pass
        def backward(y, cache): pass
        def both(x):
            y, cache = forward(x)
            return backward(y, cache), dir(cache) == dir(object()) or [n for n in dir(cache) if n[0] != "_"]
        """,
        forward=lambda x: (x + 1, Token(7)),
        backward=lambda y, cache: (y, cache),
    )
    assert child.call("both", (1,)).value == ((2, Token(7)), [])


def test_a_generator_handed_to_ours_is_an_rng_of_its_bits(submit: Submit) -> None:
    child = submit("""
        def f(g, rng):
            return g(rng), g(rng), rng.random()
        """)
    seen: list[Rng] = []
    child.call("f", (seen.append, Rng(1)))
    assert all(isinstance(rng, Rng) for rng in seen)
    assert seen[0].entropy != seen[1].entropy
    assert seen[0].id != seen[1].id
    seen[0].generator().random()


def test_our_partial_functions_cross_too(submit: Submit) -> None:
    child = submit("def f(g): return g(2)")
    assert child.call("f", (partial(max, 3),)).value == 3


def test_a_failure_of_ours_is_ours_and_the_child_goes_on(submit: Submit) -> None:
    child = submit("""
        def f(g): return g()
        def kept(g):
            try: g()
            except Exception: pass
            return 1
        """)

    def broken() -> None:
        raise AssertionError("an author's bug")

    for name in ("f", "kept"):
        with pytest.raises(AssertionError, match="an author's bug"):
            child.call(name, (broken,))
        with pytest.raises(TypeError, match="cannot cross"):
            child.call(name, (object,))
    assert child.call("f", (lambda: 2,)).value == 2


def test_a_function_of_ours_does_not_call_the_submission_again(submit: Submit) -> None:
    child = submit("def f(g): return g()")
    with pytest.raises(RuntimeError, match="had called it"):
        child.call("f", (lambda: child.call("f", (int,)),))
    assert child.call("f", (int,)).value == 0


def test_a_stub_takes_large_arguments_while_the_cells_still_run(submit: Submit) -> None:
    child = submit(
        "import numpy as np\ndef fit(X): return -1.0",
        "total = fit(np.ones((4000, 2)))",
        "def f(): return total",
        fit=lambda X: float(X.sum()),
    )
    assert child.call("f").value == 8000.0
