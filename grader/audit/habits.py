"""Habits that break the contract whatever a function computes.  In: a subject.  Out: mutants, one habit each.

Every function is given each habit that can show in it: float32, a column for a vector, inputs written to, an rng that
is not used as it should be. Kinds of arguments are read off the calls that the checks make.
"""

import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from grader import recorded
from grader.audit.subject import Mutant, Subject
from grader.forms import Form
from grader.sandbox.values import Rng

Wrapped = Callable[..., Any]


def mutants(subject: Subject) -> Iterator[Mutant]:
    """Each function with each habit that may show."""
    lines = {node.name: node.lineno for node in subject.tree.body if hasattr(node, "name")}
    for name, form in subject.exercise.forms.items():
        seen = arguments(subject, name)
        for habit, change in _habits(seen, form):

            def make(name: str = name, change: Callable[[Wrapped], Wrapped] = change) -> dict[str, Any]:
                made = subject.namespace()
                made[name] = change(made[name])
                return made

            yield Mutant(name, lines.get(name, 0), f"{name}", f"{name} {habit}", make)


def arguments(subject: Subject, name: str) -> list[tuple[Any, ...]]:
    """The arguments of every call of a function by its own checks."""
    calls = []
    for check in subject.exercise.of(name):
        for index in range(check.draws):
            _, student = recorded.try_reference(subject.exercise, check, index, small=False)
            calls += [call.args for call in student.trace if call.function == name]
    return calls


def _habits(calls: list[tuple[Any, ...]], form: Form) -> Iterator[tuple[str, Callable[[Wrapped], Wrapped]]]:
    words = {kind.word for kind in form.kinds}
    numbers = bool(words & {"float", "array", "like", "layers", "batches", "lists"})
    if numbers:
        yield "answers in single precision", lambda f: after(f, lambda a: np.asarray(a, dtype=np.float32).astype(float))
        yield "is off by a millionth", lambda f: after(f, lambda a: a * (1 + 1e-6))
        yield "is off by a millionth of one entry", lambda f: after(f, _one_entry)
        yield "cuts decimals", lambda f: after(f, np.trunc)
    if any(kind.word in {"like", "batches"} or len(kind.detail) == 1 for kind in form.kinds):
        yield "answers with a column", lambda f: after(f, lambda a: a[:, None] if np.ndim(a) == 1 else a)
    yield "remembers its first answer", remembering
    for at, parameter in enumerate(form.parameters):
        given = [call[at] for call in calls if len(call) > at]
        if any(_arrays(value) for value in given):
            yield f"changes {parameter}", partial(changing, at=at)
        if any(isinstance(value, Rng) for value in given):
            yield from _random(at)


def _random(at: int) -> Iterator[tuple[str, Callable[[Wrapped], Wrapped]]]:
    def other(make: Callable[[Any], Any]) -> Callable[[Wrapped], Wrapped]:
        return lambda f: lambda *args: f(*args[:at], make(args[at]), *args[at + 1 :])

    yield "ignores rng", other(lambda _: np.random.default_rng(0))
    yield "leaves rng as it was", other(copy.deepcopy)
    yield "draws from the clock", other(lambda _: np.random.default_rng())
    yield "uses numpy's global state", other(lambda _: np.random.default_rng(np.random.randint(1 << 30)))  # noqa: NPY002


def after(function: Wrapped, change: Callable[[Any], Any]) -> Wrapped:
    """The function with every number of its answer changed; what is no number stays."""

    def changed(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(changed(item) for item in value)
        if isinstance(value, dict):
            return {key: changed(item) for key, item in value.items()}
        if isinstance(value, np.ndarray | np.floating | float):
            return change(value)
        if hasattr(value, "__next__"):
            return (changed(item) for item in value)
        return value

    return lambda *args, **named: changed(function(*args, **named))


def _one_entry(value: Any) -> Any:
    made = np.array(value, dtype=float)
    made.flat[made.size // 2 : made.size // 2 + 1] *= 1 + 1e-6
    return made


def remembering(function: Wrapped) -> Wrapped:
    """The function that gives its first answer of a shape again."""
    known: dict[object, Any] = {}

    def call(*args: Any, **named: Any) -> Any:
        key = repr([np.shape(a) if isinstance(a, np.ndarray) else type(a) for a in args])
        if key not in known:
            value = function(*args, **named)
            known[key] = list(value) if hasattr(value, "__next__") else value
        return known[key]

    return call


def changing(function: Wrapped, at: int) -> Wrapped:
    """The function that writes to an argument once its answer is known."""

    def call(*args: Any, **named: Any) -> Any:
        value = function(*args, **named)
        value = copy.deepcopy(list(value) if hasattr(value, "__next__") else value)
        for array in _arrays(args[at]) if len(args) > at else ():
            array.flat[:1] += 1.0
        return value

    return call


def _arrays(value: Any) -> list[Any]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, tuple | list):
        return [array for item in value for array in _arrays(item)]
    return []
