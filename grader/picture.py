"""What a page shows beside a claim: curves, bars, points or contours, and formulas.  In: numbers.  Out: to `emit`.

Frozen and plain: tuples of floats, no array, nothing of a format. Never draws, never computes.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

LARGEST = 1e100
"""A picture of larger numbers would show nothing, and the width of its axis would overflow."""
MOST = 5000
"""Numbers of one series: ten for each step of a screen's width. A stranger's answer may hold millions."""


@dataclass(frozen=True, slots=True)
class Series:
    """Points in order, under one name: a line, a path, a cloud."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]

    def __init__(self, name: str, x: Iterable[float], y: Iterable[float]) -> None:
        """Take whatever numbers come, arrays too.

        Raises:
            ValueError: a number is not finite or far too large, or x and y are not of one length.

        """
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "x", numbers(x))
        object.__setattr__(self, "y", numbers(y))
        if len(self.x) != len(self.y):
            raise ValueError(f"{name}: {len(self.x)} numbers along x and {len(self.y)} along y")


@dataclass(frozen=True, slots=True)
class Level:
    """A value with a name: a line across the picture."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Surface:
    """A function on a grid, shown by its lines at some levels; `z` holds a row for each y."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    z: tuple[tuple[float, ...], ...]
    levels: tuple[float, ...]

    def __init__(
        self,
        name: str,
        x: Iterable[float],
        y: Iterable[float],
        z: Iterable[Iterable[float]],
        levels: Iterable[float],
    ) -> None:
        """Take whatever numbers come, arrays too.

        Raises:
            ValueError: a number is not finite or far too large, or the grid is not len(y) by len(x).

        """
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "x", numbers(x))
        object.__setattr__(self, "y", numbers(y))
        object.__setattr__(self, "z", tuple(map(numbers, z)))
        object.__setattr__(self, "levels", numbers(levels))
        if len(self.z) != len(self.y) or any(len(row) != len(self.x) for row in self.z):
            raise ValueError(f"{name}: z has not a row for each y with a number for each x")


def numbers(values: Iterable[float]) -> tuple[float, ...]:
    """Floats that can be drawn.

    Raises:
        ValueError: one is not finite or far too large, or there are too many.

    """
    made = tuple(float(value) for value in islice(values, MOST + 1))
    if len(made) > MOST:
        raise ValueError(f"a picture has at most {MOST} numbers in a row")
    if not all(math.isfinite(value) and abs(value) <= LARGEST for value in made):
        raise ValueError("a picture's numbers are finite")
    return made


@dataclass(frozen=True, slots=True)
class Picture:
    """One of the four kinds below."""

    title: str


@dataclass(frozen=True, slots=True)
class Curves(Picture):
    """Lines over a common axis: losses by epoch, sizes by layer."""

    x_label: str
    y_label: str
    lines: tuple[Series, ...]
    levels: tuple[Level, ...] = ()
    logarithmic: bool = False
    """Whether y is by powers of ten; what is not above 0 is left out."""


@dataclass(frozen=True, slots=True)
class Bars(Picture):
    """Numbers side by side, entry by entry: a Series' x is not looked at."""

    names: tuple[str, ...]
    groups: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Points(Picture):
    """Clouds of points; a line for comparison where there is one."""

    x_label: str
    y_label: str
    points: tuple[Series, ...]
    lines: tuple[Series, ...] = ()


@dataclass(frozen=True, slots=True)
class Contours(Picture):
    """The lines of surfaces, with paths and points over them."""

    x_label: str
    y_label: str
    surfaces: tuple[Surface, ...]
    paths: tuple[Series, ...] = ()
    points: tuple[Series, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation: for pages that typeset LaTeX, and for those that do not."""

    latex: str
    text: str
