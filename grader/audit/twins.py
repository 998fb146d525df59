"""Which mistakes can nobody tell apart?  In: an exercise.  Out: mistakes that answer alike, or right, on every draw."""

from collections.abc import Iterator, Sequence
from typing import Any

from grader import recorded
from grader.diagnosis import close
from grader.exercise import Exercise
from grader.mistakes import Mistake


def twins(exercise: Exercise) -> Iterator[tuple[Mistake, str]]:
    """Each mistake that gives the right answer or another mistake's, with a sentence."""
    for function in exercise.forms:
        known = [m for m in exercise.mistakes if m.function == function and m.shows is None]
        right, answers = _answers(exercise, function, known)
        for i, mistake in enumerate(known):
            if _alike(answers[i], right, mistake.within):
                yield mistake, f"{function}: {mistake.name!r} gives the right answer on every draw"
            for j, other in enumerate(known[:i]):
                if _alike(answers[i], answers[j], max(mistake.within, other.within)):
                    yield mistake, f"{function}: {mistake.name!r} gives what {other.name!r} gives, on every draw"


def _answers(exercise: Exercise, function: str, known: Sequence[Mistake]) -> tuple[list[Any], list[list[Any]]]:
    """The right answers to every call of a function by its own checks, and those of each mistake."""
    right: list[Any] = []
    wrong: list[list[Any]] = [[] for _ in known]
    for check in exercise.of(function):
        for index in range(check.draws):
            _, student = recorded.try_reference(exercise, check, index, small=False)
            key = (check.id, "general", index)
            for at in (at for at, call in enumerate(student.trace) if call.function == function):
                right.append(exercise.right(key, student.trace, at))
                for answers, mistake in zip(wrong, known, strict=True):
                    answers.append(exercise.wrong(mistake, key, student.trace, at))
    return right, wrong


def _alike(some: Sequence[Any], others: Sequence[Any], within: float) -> bool:
    """Whether two lists of answers cannot be told apart; what cannot be known tells nothing."""
    both = [(a, b) for a, b in zip(some, others, strict=True) if a is not None and b is not None]
    return bool(both) and all(close(a, b, within) for a, b in both)
