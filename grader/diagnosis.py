"""What went wrong, in the numbers' own words.  In: the runs of a failing check.  Out: a named mistake, or plain facts.

A mistake is named only if it explains every call of every run, if at least two calls tell it from the right answer by
a thousand tolerances, and if no other mistake does. Never guesses: with no match the facts are stated.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.agreement import Disagreement, Part, Tolerance, compare
from grader.blame import StudentError
from grader.claims import Check
from grader.exercise import Exercise, RunKey
from grader.forms import Form
from grader.mistakes import Mistake
from grader.student import Call

APART = 1e3
"""How many tolerances a mistake must lie from the right answer to be told from it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a check on a submission."""

    key: RunKey
    trace: list[Call]
    failure: Disagreement | StudentError | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the runs of one failing check say about the known mistakes of its function."""

    possible: tuple[Mistake, ...]
    """Those that explain every call."""
    proved: bool
    """Whether there is but one, and at least two calls tell it from the right answer."""
    refuted: frozenset[str]
    """Names of those that some call speaks against."""


def verdict(exercise: Exercise, function: str, runs: Sequence[Run]) -> Verdict:
    """Hold the known mistakes of `function` against all calls of all runs."""
    telling = {m: telling_calls(exercise, m, runs) for m in exercise.mistakes if m.function == function}
    possible = tuple(mistake for mistake, calls in telling.items() if calls)
    proved = len(possible) == 1 and (telling[possible[0]] or 0) >= 2
    return Verdict(possible, proved, frozenset(mistake.name for mistake, calls in telling.items() if calls == 0))


def named(verdicts: Mapping[Check, Verdict]) -> dict[Check, Mistake]:
    """The mistake of each check, from what each failing check of one function says.

    What one check leaves open, another may have proved. A mistake is not named where the checks that speak against it
    are worth as much as those that it explains; an edge alone may show a second weakness, as a formula that overflows.
    """
    proved = {verdict.possible[0].name for verdict in verdicts.values() if verdict.proved}
    sure = {name for name in proved if _weight(name, verdicts) > 0}
    found = {}
    for check, verdict in verdicts.items():
        left = [mistake for mistake in verdict.possible if mistake.name in proved]
        if len(left) == 1 and left[0].name in sure and (verdict.proved or len(proved) == 1):
            found[check] = left[0]
    return found


def _weight(name: str, verdicts: Mapping[Check, Verdict]) -> float:
    """The points of the checks that a mistake explains, less those of the checks that speak against it."""
    explained = sum(c.points for c, v in verdicts.items() if any(mistake.name == name for mistake in v.possible))
    return explained - sum(check.points for check, verdict in verdicts.items() if name in verdict.refuted)


def telling_calls(exercise: Exercise, mistake: Mistake, runs: Sequence[Run]) -> int | None:
    """How many calls tell the mistake from the right answer, where every answer is what it gives.

    0 where an answer is another one; None where the calls say nothing about it.
    """
    if mistake.shows is not None:
        predicate = getattr(exercise.module, mistake.shows)
        return 2 if all(_shows(predicate, mistake, run) for run in runs) else None
    apart = 0
    for run in runs:
        for at, call in enumerate(run.trace):
            if call.function != mistake.function:
                continue
            wrong = exercise.wrong(mistake, run.key, run.trace, at)
            right = exercise.right(run.key, run.trace, at)
            if call.answer is None or wrong is None or right is None:
                return None
            if not close(call.answer, wrong, mistake.within):
                return 0
            apart += not close(wrong, right, APART * mistake.within)
    return apart


def _shows(predicate: Any, mistake: Mistake, run: Run) -> bool:
    calls = [call for call in run.trace if call.function == mistake.function and call.error is None]
    try:
        with np.errstate(all="ignore"):
            return bool(calls) and bool(predicate(calls))
    except (ArithmeticError, ValueError, TypeError, IndexError, KeyError):
        return False  # answers that the predicate cannot read explain nothing


def close(got: Any, right: Any, within: float) -> bool:
    """Whether two answers are the same within a relative tolerance."""
    try:
        parts = compare(got, right, Tolerance(within, because="how closely a mistake is followed"))
    except (Disagreement, ValueError, TypeError):
        return False
    return all(part.agrees for part in parts)


def facts(form: Form, runs: Sequence[Run]) -> str | None:
    """The most telling sentence that is true of the wrong answers on every draw that failed."""
    failing = [run for run in runs if isinstance(run.failure, Disagreement) and run.failure.parts]
    first, *others = [list(_patterns(form, run)) for run in failing] or [[]]
    return next((sentence for sentence in first if all(sentence in other for other in others)), None)


def _patterns(form: Form, run: Run) -> Iterator[str]:
    """True statements about one failing answer, the most telling first."""
    failure = run.failure
    assert isinstance(failure, Disagreement)  # noqa: S101 - the caller chose such runs
    call, prefix = next(
        ((c, path) for c in reversed(run.trace) if (path := c.path_to(failure.got)) is not None), (None, ())
    )
    wrong = [part for part in failure.parts if not part.agrees]
    right = [part for part in failure.parts if part.agrees]
    names = [form.name_of((*prefix, *part.path)) for part in wrong]
    subject = _Subject(names, everything=not right and len(wrong) > 3)
    if not all(part.same_shape for part in wrong):
        if all(part.got.T.shape == part.right.shape and _near(part.got.T, part) for part in wrong):
            yield subject.is_("the transpose of what it should be")
        bent = _Subject([n for n, p in zip(names, wrong, strict=True) if not p.same_shape])
        yield f"{bent} {'have' if bent.several else 'has'} the wrong shape"
        return
    yield from _values(subject, wrong, call.args if call else ())
    if layers := _layers(failure.parts):
        yield layers
    if right:
        others = _Subject([form.name_of((*prefix, *part.path)) for part in right])
        yield f"{subject.differs}, while {others} agree{'' if others.several else 's'}"
    yield subject.differs


def _values(subject: "_Subject", wrong: Sequence[Part], args: tuple[Any, ...]) -> Iterator[str]:
    """What relates the wrong values to the right ones."""
    for word, factor in _factors(args):
        if all(_near(part.got, part, factor) and np.any(part.right) for part in wrong):
            yield subject.is_(word)
    if all(part.right.ndim == 2 and len(set(part.right.shape)) == 1 and _near(part.got.T, part) for part in wrong):
        yield subject.is_("the transpose of what it should be")
    if _rough(wrong):
        agree = f"{subject} {'agree' if subject.several else 'agrees'} with the right answer"
        yield f"{agree} to a few digits only; a formula in float64 gives 9 and more"
    if all(not np.any(part.got) for part in wrong):
        yield subject.is_("zero everywhere")
    if all(part.right.size > 1 and _near(part.got - np.mean(part.got - part.right), part) for part in wrong):
        yield subject.is_("off by the same amount in every entry")


@dataclass(frozen=True, slots=True)
class _Subject:
    """The parts that a sentence is about, with the verb in the right number."""

    names: list[str]
    everything: bool = False

    def __str__(self) -> str:
        if self.everything:
            return "every part of the answer"
        return self.names[0] if len(self.names) == 1 else f"{', '.join(self.names[:-1])} and {self.names[-1]}"

    @property
    def several(self) -> bool:
        """Whether the verb is plural."""
        return len(self.names) > 1 and not self.everything

    @property
    def differs(self) -> str:
        """The plainest fact."""
        return f"{self} {'differ' if self.several else 'differs'} from the right answer"

    def is_(self, what: str) -> str:
        """A sentence with is or are."""
        if self.several:
            return f"{self} are {what.replace('it should', 'they should')}"
        return f"{self} is {what}"


def _layers(parts: tuple[Part, ...]) -> str | None:
    """For answers that are one pair a layer: where, coming from the last layer, the error enters."""
    if not parts or any(len(part.path) < 2 or not isinstance(part.path[-2], int) for part in parts):
        return None
    bad = {int(part.path[-2]) + 1 for part in parts if not part.agrees}
    last = max(int(part.path[-2]) + 1 for part in parts)
    entry = max(bad)
    if last in {entry, 1}:
        return None
    return f"layer {last} is right; coming from there the first wrong one is layer {entry}"


def _factors(args: tuple[Any, ...]) -> Iterator[tuple[str, float]]:
    """The closed list of factors that a finding may state: none tells a figure of a draw."""
    first = next((arg for arg in args if isinstance(arg, np.ndarray) and arg.ndim), None)
    named = [("", 1.0)]
    if first is not None:
        named.append(("n_samples", float(len(first))))
        if first.ndim == 2:
            named.append(("the number of columns", float(first.shape[1])))
    yield "the right answer with the opposite sign", -1.0
    for word, factor in (
        ("twice", 2.0),
        ("half", 0.5),
        ("minus twice", -2.0),
        ("minus half", -0.5),
        ("four times", 4.0),
    ):
        yield f"{word} the right value", factor
    for word, size in named[1:]:
        if size > 1:
            yield f"{word} times the right value", size
            yield f"the right value divided by {word}", 1 / size
            yield f"2 × {word} times the right value", 2 * size
            yield f"minus {word} times the right value", -size


def _rough(wrong: Sequence[Part]) -> bool:
    """Whether some digits are right, but too few: differences and float32 look like that."""
    sizes = [(part.error, float(np.max(np.abs(part.right)))) for part in wrong if part.right.size]
    worst = max((error / max(size, 1e-300) for error, size in sizes), default=0.0)
    return 1e-10 < worst < 1e-4


def _near(got: Any, part: Part, factor: float = 1.0) -> bool:
    return bool(np.all(np.abs(got - factor * part.right) <= max(part.allowed, part.allowed * abs(factor))))


def rounded(value: float, digits: int = 6) -> str:
    """A figure for a person: whole numbers short, others with so many digits."""
    if math.isfinite(value) and value == round(value) and abs(value) < 1e6:
        return f"{value:.1f}"
    text = f"{value:.{digits}g}"
    return text if set(text) & set(".en") else f"{text}.0"  # pasted, it stays a float
