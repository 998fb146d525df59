"""Known mistakes, as data.  In: what an author writes in `mistakes.py`.  Out: the answer that the mistake would give.

The same entry is a diagnosis and a mutant: `wrong` says what a submission with this mistake returns, and planted in the
reference it must be caught and named. Never decides whether a student made it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake that people make; exactly one of `times`, `answer`, `instead`, `shows` says what it does."""

    name: str
    function: str
    finding: str
    """A sentence: what the student did, beside what is right."""
    hint: str
    """One thing to try, as an imperative."""
    times: Callable[..., float] | None = None
    """Every part of the right answer is scaled by `times(**inputs)`."""
    answer: Callable[..., Any] | None = None
    """`answer(right, **inputs)` is what comes instead of the right answer."""
    instead: Callable[..., Any] | None = None
    """A deterministic function that stands in place of the reference's."""
    shows: str | None = None
    """For random functions: a predicate `name(calls)` in `checks.py`, true where what came back shows the mistake."""
    mutant: Callable[..., Any] | None = None
    """With `shows`: a function that makes the mistake, for the audit."""
    chance: float = 0.0
    """With `shows`: bound for the probability that the predicate holds for a right answer."""
    within: float = 1e-9
    """How closely an answer must follow the mistake, relative to its largest entry; wider where methods lose digits."""

    def __post_init__(self) -> None:
        if sum(way is not None for way in (self.times, self.answer, self.instead, self.shows)) != 1:
            raise ValueError(f"mistake {self.name!r}: give exactly one of times, answer, instead, shows")

    def wrong(self, parameters: tuple[str, ...], right: Any, args: tuple[Any, ...]) -> Any:
        """What a submission with this mistake answers to `args`, where `right` is the right answer."""
        if self.instead is not None:
            return self.instead(*args)
        inputs = dict(zip(parameters, args, strict=False))
        if self.times is not None:
            return scaled(right, self.times(**inputs))
        if self.answer is not None:
            return self.answer(right, **inputs)
        return None

    def planted(self, reference: ModuleType, parameters: tuple[str, ...]) -> Callable[..., Any]:
        """The reference's function with this mistake in it."""
        made = self.instead or self.mutant
        if made is not None:
            return made
        right = getattr(reference, self.function)
        return lambda *args: self.wrong(parameters, right(*args), args)


def scaled(value: Any, factor: float) -> Any:
    """Every number in an answer times a factor."""
    if isinstance(value, tuple | list):
        return type(value)(scaled(item, factor) for item in value)
    if isinstance(value, int | float | np.ndarray):
        return value * factor
    return value


def collect(module: ModuleType) -> tuple[Mistake, ...]:
    """The mistakes of a module: its list `MISTAKES`."""
    found: tuple[Mistake, ...] = tuple(module.MISTAKES)
    seen: dict[tuple[str, str], Mistake] = {}
    for mistake in found:
        if (mistake.function, mistake.name) in seen:
            raise ValueError(f"mistake {mistake.name!r} of {mistake.function} stands twice")
        seen[mistake.function, mistake.name] = mistake
    return found


def by_name(mistakes: tuple[Mistake, ...]) -> Mapping[tuple[str, str], Mistake]:
    """The mistakes by function and name."""
    return {(mistake.function, mistake.name): mistake for mistake in mistakes}
