"""The nouns that cross the wall between the grader and a submission; data only, nothing here runs anything.

What crosses: None, bool, int, float, str, tuple, list, dict of str, ndarray of a plain dtype, and the references
below. Whatever else a student returns arrives as `Opaque`, which no form accepts.
"""

import builtins
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from grader.blame import StudentError

_fresh_ids = count(1)

EXCEPTIONS: dict[str, type[BaseException]] = {
    name: kind
    for module in (np.exceptions, np.linalg, builtins)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, BaseException) and not name.startswith("_")
}
"""The classes that an exception may be told as."""


@dataclass(frozen=True, slots=True)
class Rng:
    """A Generator that the child makes at first sight and keeps: the same `id` is the same, advanced Generator."""

    entropy: int
    spawn_key: tuple[int, ...] = ()
    id: int = field(default_factory=lambda: next(_fresh_ids))

    def generator(self) -> np.random.Generator:
        """Make the Generator anew, at its start."""
        return np.random.default_rng(np.random.SeedSequence(self.entropy, spawn_key=self.spawn_key))


@dataclass(frozen=True, slots=True)
class Handle:
    """A part of an answer that stayed in the child; as an argument it hands the child's own object back."""

    id: int


@dataclass(frozen=True, slots=True)
class Token:
    """A thing that stayed with us; in the child it is an object without properties, and comes back as this token."""

    id: int


@dataclass(frozen=True, slots=True)
class Function:
    """A callable of ours, as it crosses: the child calls it by number."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """What has no place on the wire, described in at most 80 characters: "array of dtype object"."""

    description: str


Value: TypeAlias = (
    "bool | int | float | str | tuple[Value, ...] | list[Value] | dict[str, Value]"
    " | np.ndarray[Any, np.dtype[Any]] | Rng | Handle | Token | Opaque | None"
)
Argument: TypeAlias = Any
"""A `Value`, or a callable of ours, or a NumPy scalar; containers may hold them. Anything else is a TypeError."""

Stubs: TypeAlias = Mapping[str, Callable[..., object]]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a call returned; `inputs_after` holds the arguments as the call left them, where `echo` asked for them."""

    value: Value
    inputs_after: tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """How one cell ended: `error` is None, or what stopped it (and it alone)."""

    label: str
    error: "StudentError | None" = None
