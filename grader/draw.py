"""A seed becomes fresh inputs: general ones, or small whole numbers for examples.  In: a tape.  Out: read-only arrays.

A general draw is seeded by a keyed hash of (secret, assignment, check, index), the same for every submission. A small
draw is public and the same for every secret. Both are made once and kept on the tape; a student's own run replays it.
Never touches NumPy's global state.
"""

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.sandbox.values import Rng

T = TypeVar("T")
Array = NDArray[np.float64]

SMALL_SIZES = (1, 2, 2, 3, 3, 4)
"""The largest size in an example, level by level: the smallest that fails is shown."""


def entropy(secret: bytes, *names: object) -> int:
    """128 bits that tell nothing of the secret or of each other: a keyed hash (BLAKE2b, RFC 7693)."""
    text = "/".join(str(name) for name in names).encode()
    return int.from_bytes(hashlib.blake2b(text, key=secret[:64], digest_size=16).digest(), "big")


@dataclass
class Tape:
    """What one run of one check drew and asked of the truth, in order."""

    drawn: list[Any] = field(default_factory=list)
    truths: list[tuple[str, tuple[Any, ...], Any]] = field(default_factory=list)
    gradients: dict[tuple[object, ...], tuple[tuple[Any, ...], Any]] = field(default_factory=dict)
    """Not recorded: derivatives at what was drawn, computed once a run. By name and the arguments' identity; the
    arguments are kept beside the derivative, so that no other object gets their identity."""


class Draw:
    """Fresh inputs for one run of a check.

    Every size is a request: an example has smaller ones, so a check reads sizes off the arrays that it got; a size
    that matters is given as `exactly(n)`.
    """

    def __init__(self, tape: Tape, seed: int, level: int | None = None, *, complete: bool = False) -> None:
        """Draw by `seed`, or replay a complete tape; `level` makes it an example of that size."""
        self.level = level
        self._tape = tape
        self._complete = complete
        self._seed = seed
        self._at = 0
        self._rng = None if complete else np.random.default_rng(seed)

    @property
    def small(self) -> bool:
        """Whether this is an example in small whole numbers."""
        return self.level is not None

    def made(self, make: Callable[[np.random.Generator], T]) -> T:
        """What `make(generator)` returns, kept on the tape: for whatever the other methods do not draw."""
        if self._complete:
            value = self._tape.drawn[self._at]
        else:
            assert self._rng is not None  # noqa: S101 - for the type checker: only a complete tape has no generator
            value = _frozen(make(self._rng))
            self._tape.drawn.append(value)
        self._at += 1
        return value  # type: ignore[no-any-return] # the tape holds what make returned

    def size(self, n: int) -> int:
        """`n`, or less in an example."""
        return n if self.level is None else min(n, SMALL_SIZES[self.level])

    def array(self, *shape: int, scale: float = 1.0) -> Array:
        """Entries of size about `scale`, none of them near 0, of either sign; ±1, ±2, ±3 in an example.

        With sizes between 0.3 and 1.7 no mistake hides behind a small entry, and no two entries are alike.
        """
        shape = tuple(self.size(n) for n in shape)

        def make(rng: np.random.Generator) -> Array:
            sign = rng.choice([-1.0, 1.0], shape)
            if self.small:
                return np.asarray(sign * rng.integers(1, 4, shape))
            return np.asarray(scale * sign * rng.uniform(0.3, 1.7, shape))

        return self.made(make)

    def number(self, low: float, high: float) -> float:
        """A float between low and high; a multiple of 1/2 in an example where one lies between."""

        def make(rng: np.random.Generator) -> float:
            value = float(rng.uniform(low, high))
            halves = round(2 * value) / 2
            return halves if self.small and low <= halves <= high else value

        return self.made(make)

    def integer(self, low: int, high: int) -> int:
        """An int, low and high included."""
        return self.made(lambda rng: int(rng.integers(low, high, endpoint=True)))

    def labels(self, n: int) -> Array:
        """Class labels 0.0 and 1.0, both present where n >= 2."""
        n = self.size(n)

        def make(rng: np.random.Generator) -> Array:
            y = rng.integers(0, 2, n).astype(np.float64)
            y[:2] = [1.0, 0.0][: len(y)]
            return rng.permutation(y)

        return self.made(make)

    def regression(self, n_samples: int, n_features: int) -> tuple[Array, Array, Array, float]:
        """(X, y, w, b) with targets that lie off the line, so that no gradient is near 0."""
        X, w = self.array(n_samples, n_features), self.array(n_features)
        b = self.number(0.5, 1.5)
        y = self.made(lambda _: np.asarray(X @ w + b - np.arange(1, len(X) + 1) % 3 - 1.0))
        return X, y, w, b

    def params(self, layer_sizes: Sequence[int]) -> list[tuple[Array, Array]]:
        """(W, b) for each layer, pre-activations of size about 1; sizes exactly as given, in examples too."""

        def make(rng: np.random.Generator) -> list[tuple[Array, Array]]:
            layers = []
            for fan_in, fan_out in itertools.pairwise(layer_sizes):
                if self.small:
                    W = rng.choice([-1.0, 1.0, 2.0], (fan_in, fan_out))
                    b = rng.choice([-1.0, 1.0], fan_out)
                else:
                    W = rng.choice([-1.0, 1.0], (fan_in, fan_out)) * rng.uniform(0.5, 1.5, (fan_in, fan_out))
                    W /= np.sqrt(fan_in)
                    b = rng.choice([-1.0, 1.0], fan_out) * rng.uniform(0.2, 0.8, fan_out)
                layers.append((W, b))
            return layers

        return self.made(make)

    def rng(self) -> Rng:
        """A Generator for the student's function: made in its process from 128 bits that lead nowhere else."""
        at = self._at
        if self.small:  # public, and short enough to be pasted
            return self.made(lambda _: Rng(at))
        return self.made(lambda _: Rng(entropy(self._seed.to_bytes(16, "big"), "rng", at)))

    @staticmethod
    def twin(rng: Rng) -> Rng:
        """A second Generator in the state in which `rng` began."""
        return Rng(rng.entropy, rng.spawn_key)


def layouts(X: Array) -> list[Array]:
    """The same values in other memory layouts: Fortran order, every other row of a larger array, reversed views."""
    gaps = np.zeros((2 * len(X), *X.shape[1:]))
    gaps[::2] = X
    backwards = X[::-1].copy()[::-1]
    views = [np.asfortranarray(X), gaps[::2], backwards]
    if X.ndim == 2:
        views.append(X.T.copy().T)
        views.append(np.ascontiguousarray(X[:, ::-1])[:, ::-1])
    return views


def _frozen(value: T) -> T:
    """The value with every array in it read-only, since a tape is shared by all submissions."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif isinstance(value, tuple | list):
        for item in value:
            _frozen(item)
    return value
