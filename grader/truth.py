"""The right answers.  In: a reference module, or a recorded tape.  Out: answers, computed once a run.

Values come from the reference, gradients from SymPy's derivative of the author's loss. Never sees a submission.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader import symbolic
from grader.draw import Tape


class NotADraw(Exception):
    """In replay a check asked the truth about values that were not drawn."""


class Truth:
    """`truth.predict(X, w, b)` is the reference's answer; `truth.gradient(loss, by="w b")` SymPy's derivative."""

    def __init__(
        self, reference: object | None, tape: Tape, derivations: symbolic.Derivations, *, complete: bool = False
    ) -> None:
        """Answer from the tape first; from the reference where there is one. A complete tape is written no more."""
        self._reference = reference
        self._tape = tape
        self._derivations = derivations
        self._complete = complete

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The reference's function of that name."""

        def answer(*args: Any) -> Any:
            for known, given, value in self._tape.truths:
                if known == name and same(given, args):
                    return value
            if self._reference is None:
                raise NotADraw(f"truth.{name} was asked about values that are not draws")
            value = getattr(self._reference, name)(*writable(args))
            if not self._complete:
                self._tape.truths.append((name, args, value))
            return value

        return answer

    def gradient(self, loss: Callable[..., Any], by: str, **elementwise: Callable[..., Any]) -> Callable[..., Any]:
        """The derivative of the mean of `loss` over samples, as a function of loss's own arguments.

        Args:
            loss: one sample's loss, `loss(m, x, y, w, b)`, in `checks.py`.
            by: the arguments to differentiate by, "w b".
            elementwise: functions that the loss applies, `f=relu`, each `relu(m, z)`.

        """
        evaluate = symbolic.gradient(self._derivations, loss, tuple(by.split()), elementwise)
        name = f"gradient of {loss.__name__} by {by} {sorted((k, f.__name__) for k, f in elementwise.items())}"

        def value(*args: Any) -> Any:
            key = (name, *map(id, args))
            if key in self._tape.gradients:
                return self._tape.gradients[key][1]
            right = evaluate(*args)
            if not self._complete:
                self._tape.gradients[key] = (args, right)
            return right

        return value

    def loss(self, loss: Callable[..., Any], **elementwise: Callable[..., Any]) -> Callable[..., float]:
        """The mean of `loss` over samples, as a function of its own arguments."""
        return symbolic.mean(loss, elementwise)


def writable(value: Any) -> Any:
    """A copy whose arrays may be written."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, tuple):
        return tuple(writable(item) for item in value)
    if isinstance(value, list):
        return [writable(item) for item in value]
    return value


def same(a: Any, b: Any) -> bool:
    """Whether two arguments hold exactly the same values."""
    if a is b:
        return True
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and bool(np.array_equal(a, b))
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if callable(a) and callable(b):
        return False
    return bool(type(a) is type(b) and a == b)
