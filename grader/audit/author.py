"""Is the exercise itself sound?  In: a subject.  Out: what is wrong with its checks and losses, with file and line.

Every check runs on the reference, general draws and small ones, with a truth that watches what it hands out. A check
that does not hold is left out of the other parts: a submission would be unjudged in it.
"""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.agreement import Disagreement, leaves
from grader.audit.places import place_of
from grader.audit.subject import Subject, raised
from grader.blame import StudentError
from grader.claims import Check
from grader.inprocess import InProcess
from grader.outcome import Finding, Part
from grader.student import Student
from grader.truth import Truth

DERIVING = {"_derive", "_derive_slope", "_compile", "_print", "derived"}
"""Functions in which an exception is the loss's fault, and not that of whoever asked for its derivative."""


class Unsound(Exception):
    """A loss or a reference that gives no right answer; `finding` says which, and where it stands."""

    def __init__(self, sentence: str, where: str) -> None:
        super().__init__(sentence)
        self.finding = Finding(sentence, where)


@dataclass
class Watched:
    """A truth whose answers are finite, or the author hears of it."""

    truth: Truth

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The reference's function."""
        function = getattr(self.truth, name)
        return lambda *args: _finite(function(*args), f"The reference's {name}", "")

    def gradient(self, loss: Callable[..., Any], by: str, **elementwise: Callable[..., Any]) -> Callable[..., Any]:
        """The loss's derivative."""
        evaluate = self.truth.gradient(loss, by, **elementwise)

        def value(*args: Any) -> Any:
            try:
                with np.errstate(all="ignore"):  # what is not finite is said in our words
                    right = evaluate(*args)
            except Exception as error:
                if DERIVING & {frame.name for frame in traceback.extract_tb(error.__traceback__)}:
                    sentence = f"SymPy cannot differentiate {loss.__name__}: {type(error).__name__}: {error}"
                    raise Unsound(sentence, place_of(loss)) from error
                raise
            return _finite(right, f"The derivative of {loss.__name__} by {by}", place_of(loss))

        return value

    def loss(self, loss: Callable[..., Any], **elementwise: Callable[..., Any]) -> Callable[..., Any]:
        """The loss itself."""
        evaluate = self.truth.loss(loss, **elementwise)

        def value(*args: Any) -> Any:
            with np.errstate(all="ignore"):
                return _finite(evaluate(*args), f"The loss {loss.__name__}", place_of(loss))

        return value


def _finite(value: Any, what: str, where: str) -> Any:
    if not all(np.all(np.isfinite(leaf)) for _, leaf in leaves(value)):
        raise Unsound(f"{what} has no finite value at a test point", where)
    return value


def part(subject: Subject, tell: Callable[[float], None]) -> Part:
    """Run every check on the reference."""
    exercise = subject.exercise
    faults: dict[str, Finding] = {}
    for done, check in enumerate(exercise.checks, 1):
        for index, small in exercise.runs(check):
            fault = _run(subject, check, index, small=small)
            if fault is not None:
                faults[check.id] = fault
                break
        tell(done / len(exercise.checks))
    summary = f"{len(exercise.checks) - len(faults)} of {len(exercise.checks)} checks hold for the reference"
    figures = {"checks": len(exercise.checks), "unsound": len(faults)}
    rows = tuple({"check": name, "fault": fault.sentence} for name, fault in faults.items())
    return Part("author", summary, tuple(faults.values()), figures, rows)


def _run(subject: Subject, check: Check, index: int, *, small: bool) -> Finding | None:
    """What is wrong with one run of a check, or None."""
    exercise = subject.exercise
    key, truth, draw = exercise.inputs(check, index, small=small)
    functions = {name: getattr(subject.reference, name) for name in exercise.forms}
    student = Student(InProcess(functions, quiet=True), exercise.forms)
    try:
        check.run(student, Watched(truth), draw)  # type: ignore[arg-type] # it answers as a truth does
    except Unsound as error:
        finding = error.finding
        return replace(finding, where=finding.where or place_of(error) or place_of(check))
    except (Disagreement, StudentError) as error:
        sentence = f"The check {check.id} does not hold for the reference: {error}"
        return Finding(sentence, place_of(error) or place_of(check))
    except Exception as error:  # noqa: BLE001 - an author's check may raise anything
        return raised(check, error)
    exercise.finished(key)
    return None


def idle(subject: Subject, _tell: Callable[[float], None]) -> Part:
    """Which checks failed no wrong answer at all, once the other parts have tried theirs."""
    rows = []
    findings = []
    alone = {what: of for what, of in _only(subject).items() if len(of) == 1}
    for check in subject.exercise.checks:
        failed = subject.found.get(check.id, [])
        only = [what for what, of in alone.items() if of == [check.id]]
        rows.append(
            {"check": check.id, "failed": len(failed), "alone": len(only), "example": (only or failed or [""])[0]}
        )
        if not failed:
            sentence = f"The check {check.id} never fails anything: no mutant, no mistake, no wrong submission"
            findings.append(Finding(sentence, place_of(check), red=subject.extent.whole))  # a sample proves no absence
        elif not only:
            sentence = f"Whatever {check.id} fails, another check fails too"
            findings.append(Finding(sentence, place_of(check), red=False))
    idle_ones = sum(not row["failed"] for row in rows)
    needed = sum(bool(row["alone"]) for row in rows)
    summary = f"{needed} of {len(rows)} checks fail something that no other fails, {idle_ones} fail nothing"
    return Part("checks", summary, tuple(findings), {"needed": needed, "idle": idle_ones}, tuple(rows))


def _only(subject: Subject) -> dict[str, list[str]]:
    """For every wrong answer the checks that fail it."""
    by: dict[str, list[str]] = {}
    for check, failed in subject.found.items():
        for what in failed:
            by.setdefault(what, []).append(check)
    return by
