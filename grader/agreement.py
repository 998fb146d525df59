"""Does an answer agree with the right one?  In: got, right, a tolerance with its reason.  Out: nothing, or a raise.

Shape before value; the right answer on the right; NaN agrees with nothing. Never broadcasts, never prints.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

EPS = float(np.finfo(np.float64).eps)

ROUNDING = 64 * EPS
"""A part that cancels keeps rounding errors of the size of the terms it was summed from: allowed on top of every
tolerance, relative to the largest entry of the whole answer. Room for sums of a few thousand terms."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an answer may lie from the right one, and why."""

    relative: float
    """Of the largest entry of the part that is compared."""
    because: str
    absolute: float = 0.0


ACCURACY = Tolerance(1e-9, because="room for every stable float64 formula, none for finite differences or float32")


@dataclass
class Disagreement(Exception):
    """A claim does not hold for what the student's function returned.

    `sentence` holds no figure computed from a draw; `figures` may, and is shown only for public draws.
    """

    sentence: str
    figures: str = ""
    got: object = None
    right: object = None
    path: tuple[int | str, ...] = ()
    parts: tuple["Part", ...] = field(default=())

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Part:
    """One array or number of an answer beside the right one."""

    path: tuple[int | str, ...]
    got: NDArray[np.float64]
    right: NDArray[np.float64]
    allowed: float

    @property
    def same_shape(self) -> bool:
        """Whether the values can be compared at all."""
        return self.got.shape == self.right.shape

    @property
    def error(self) -> float:
        """The largest difference; infinite where the shapes differ or a value is not finite."""
        return _error(self.got, self.right)

    @property
    def agrees(self) -> bool:
        """Whether the part is right."""
        return self.error <= self.allowed


def _error(got: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    if got.shape != right.shape:
        return float("inf")
    if got.size == 0:
        return 0.0
    with np.errstate(all="ignore"):
        error = float(np.max(np.abs(got - right)))
    return error if error == error else float("inf")  # noqa: PLR0124 - NaN is the one value unequal to itself


def size_of(value: object) -> float:
    """The largest absolute entry anywhere in an answer; 0 for an empty one."""
    return max((float(np.max(np.abs(leaf))) for _, leaf in leaves(value) if leaf.size), default=0.0)


def leaves(
    value: object, path: tuple[int | str, ...] = ()
) -> Iterator[tuple[tuple[int | str, ...], NDArray[np.float64]]]:
    """Every array or number of an answer with its path; what is neither (a kept cache, text) is passed over."""
    if isinstance(value, tuple | list):
        for i, item in enumerate(value):
            yield from leaves(item, (*path, i))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, int | float | np.number | np.ndarray):
        yield path, np.asarray(value, dtype=np.float64)


def compare(got: object, right: object, within: Tolerance = ACCURACY) -> tuple[Part, ...]:
    """Both answers part by part.

    Raises:
        Disagreement: the answers are not built alike (a list of another length).

    """
    whole = size_of(right)
    parts = []
    mine, theirs = dict(leaves(right)), dict(leaves(got))
    if _shape_of_tree(got) != _shape_of_tree(right):
        raise Disagreement(
            "the answer has another number of parts than it should have", _lengths(got, right), got, right
        )
    for path, leaf in mine.items():
        size = float(np.max(np.abs(leaf))) if leaf.size else 0.0
        allowed = within.absolute + within.relative * size + ROUNDING * whole
        if not math.isfinite(allowed):
            allowed = math.nan  # of an infinite right answer any other would be within reach: nothing agrees with it
        parts.append(Part(path, theirs[path], leaf, allowed))
    return tuple(parts)


def _shape_of_tree(value: object) -> object:
    if isinstance(value, tuple | list):
        return tuple(_shape_of_tree(item) for item in value)
    if isinstance(value, dict):
        return {key: _shape_of_tree(item) for key, item in value.items()}
    return isinstance(value, int | float | np.number | np.ndarray)


def _lengths(got: object, right: object) -> str:
    if isinstance(got, tuple | list) and isinstance(right, tuple | list) and len(got) != len(right):
        return f"expected {len(right)} entries, got {len(got)}"
    return ""


def agrees(got: object, right: object, within: Tolerance = ACCURACY) -> None:
    """Hold an answer against the right one.

    Args:
        got: what the student's function returned: numbers, arrays, and tuples, lists and dicts of them.
        right: the right answer, built alike.
        within: the error that is allowed, relative to the largest entry of each part.
            `ROUNDING` of the whole answer is allowed on top.

    Raises:
        Disagreement: a shape differs, or a value by more than allowed.

    """
    parts = compare(got, right, within)
    for part in parts:
        if not part.same_shape:
            raise Disagreement(
                "has the wrong shape",
                f"expected shape {part.right.shape}, got {part.got.shape}",
                got,
                right,
                part.path,
                parts,
            )
    worst = [part for part in parts if not part.agrees]
    if worst:
        raise Disagreement("differs from the right answer", "", got, right, worst[0].path, parts)


def all_agree(pairs: Iterable[tuple[object, object]], within: Tolerance = ACCURACY) -> None:
    """Hold several answers against the right ones; all are there before one is compared, so that a mistake
    must explain all.

    Raises:
        Disagreement: one of them differs.

    """
    for got, right in list(pairs):
        agrees(got, right, within)


def require(holds: bool | np.bool_, sentence: str, figures: str = "") -> None:  # noqa: FBT001 - reads as a sentence: require(x < y, "…")
    """State a property of an answer.

    Args:
        holds: whether it has the property.
        sentence: what is wrong where it has not; no figure of a draw in it.
        figures: the same with figures, shown for public draws only.

    Raises:
        Disagreement: `holds` is false.

    """
    if not holds:
        raise Disagreement(sentence, figures)


def unchanged(before: object, after: object, ulp: float = 4, floor: float = 0.0) -> bool:
    """Whether inputs hold the values they held, to `ulp` units in the last place of max(abs(entry), floor)."""
    if _shape_of_tree(before) != _shape_of_tree(after):
        return False
    changed = dict(leaves(after))
    for path, leaf in leaves(before):
        now = changed[path]
        if now.shape != leaf.shape:
            return False
        room = ulp * np.spacing(np.maximum(np.abs(leaf), floor))
        if not bool(np.all(np.abs(now - leaf) <= room)):
            return False
    return True
