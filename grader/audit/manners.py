"""Other manners of answering that the contract allows.  In: a function.  Out: one that answers alike in another manner.

Lists for arrays, numpy scalars for floats, read-only and strided answers, callable objects, prints and warnings, an rng
that is spawned or only seeds another one. None of this may cost a point.
"""

import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.forms import Form

Function = Callable[..., Any]


def manners() -> dict[str, Callable[[Function, Form], Function]]:
    """Each manner by its name: `(function, form) -> function`."""
    return {
        "lists for arrays": lambda f, form: answering(f, form, _listed),
        "lists for tuples": lambda f, form: answering(f, form, _lists),
        "tuples for lists": lambda f, form: answering(f, form, _tuples),
        "arrays without dimension for floats": lambda f, form: answering(f, form, _nothing_d),
        "extended precision": lambda f, form: answering(f, form, lambda v: _each(v, np.longdouble)),
        "read-only answers": lambda f, form: answering(f, form, lambda v: _each(v, _read_only)),
        "answers that are views": lambda f, form: answering(f, form, lambda v: _each(v, _strided)),
        "rounded otherwise": lambda f, form: answering(f, form, lambda v: _each(v, lambda a: a * (1 + 4e-16))),
        "an iterator for batches": lambda f, form: answering(f, form, lambda v: iter(list(v))) if form.drain else f,
        "a list of batches": lambda f, form: answering(f, form, list) if form.drain else f,
        "one buffer for all batches": lambda f, form: answering(f, form, _buffered) if form.drain else f,
        "an object that is called": lambda f, _: Called(f),
        "functools.partial": lambda f, _: functools.partial(f),
        "prints and warnings": lambda f, _: _talking(f),
        "numpy's global seed is set": lambda f, _: _seeding(f),
        "rng spawned": lambda f, form: with_rng(f, form.parameters, lambda rng: rng.spawn(1)[0]),
        "rng seeds another": lambda f, form: with_rng(f, form.parameters, _another),
        "a number drawn before": lambda f, form: with_rng(f, form.parameters, _later),
    }


class Called:
    """A function as an object."""

    def __init__(self, function: Function) -> None:
        self.function = function

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call it."""
        return self.function(*args, **named)


def answering(function: Function, form: Form, manner: Callable[[Any], Any]) -> Function:
    """The function with its answer in another manner; what it keeps for another function stays as it is."""

    def call(*args: Any, **named: Any) -> Any:
        value = function(*args, **named)
        if not form.keep:
            return manner(value)
        parts = tuple(part if i in form.keep else manner(part) for i, part in enumerate(value))
        return list(parts) if manner is _lists else parts

    return call


def with_rng(function: Function, parameters: tuple[str, ...], make: Callable[[Any], Any]) -> Function:
    """The function with another generator that rng determines, where it takes one."""
    if "rng" not in parameters:
        return function
    at = parameters.index("rng")
    return lambda *args, **named: function(*args[:at], make(args[at]), *args[at + 1 :], **named)


def _another(rng: np.random.Generator) -> np.random.Generator:
    return np.random.Generator(np.random.MT19937(int(rng.integers(1 << 62))))


def _later(rng: np.random.Generator) -> np.random.Generator:
    rng.random(3)
    return rng


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """Every float array and float of an answer changed."""
    if isinstance(value, tuple):
        return tuple(_each(item, change) for item in value)
    if isinstance(value, list):
        return [_each(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return change(value)
    return float(change(value)) if isinstance(value, float | np.floating) and change is not _read_only else value


def _listed(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_listed(item) for item in value)
    if isinstance(value, list):
        return [_listed(item) for item in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _lists(value: Any) -> Any:
    return [_lists(item) for item in value] if isinstance(value, tuple | list) else value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, tuple | list) else value


def _nothing_d(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_nothing_d(item) for item in value)
    return np.array(value) if isinstance(value, float) else value


def _read_only(array: Any) -> Any:
    made = np.array(array)
    made.setflags(write=False)
    return made


def _strided(array: Any) -> Any:
    if not isinstance(array, np.ndarray):
        return array
    wide = np.full((2 * array.shape[0], *array.shape[1:]), np.nan) if array.ndim else np.array(array)
    if array.ndim:
        wide[::2] = array
        return wide[::2]
    return wide


def _buffered(batches: Any) -> Iterator[Any]:
    """One pair of arrays, written again for each batch."""
    pairs = [(np.array(X), np.array(y)) for X, y in batches]
    X_buffer, y_buffer = np.empty_like(pairs[0][0]), np.empty_like(pairs[0][1])
    for X, y in pairs:
        X_buffer[: len(X)], y_buffer[: len(y)] = X, y
        yield X_buffer[: len(X)], y_buffer[: len(y)]
        X_buffer.fill(np.nan)


def _talking(function: Function) -> Function:
    def call(*args: Any, **named: Any) -> Any:
        sys.stdout.write("thinking …\n")
        warnings.warn("nothing to worry about", RuntimeWarning, stacklevel=2)
        return function(*args, **named)

    return call


def _seeding(function: Function) -> Function:
    def call(*args: Any, **named: Any) -> Any:
        np.random.seed(1)  # noqa: NPY002 - that is the habit
        return function(*args, **named)

    return call
