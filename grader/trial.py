"""One submission under trial.  In: an exercise, a way to start the student's code.  Out: runs of its checks, and items.

Whose fault a failure is, is decided here, by its type: a student's is in the run, any other leaves an unjudged item.
Never puts a failure into words.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from grader import wording
from grader.agreement import Disagreement
from grader.blame import SandboxLost, StudentError
from grader.claims import Check
from grader.diagnosis import Run
from grader.exercise import AuthorError, Exercise
from grader.report import Item, ItemStatus
from grader.student import Backend, Student
from grader.truth import NotADraw


class Start(Protocol):
    """Starts the student's code afresh, with right helpers in place of the named ones."""

    def __call__(self, stubs: Sequence[str] = ()) -> contextlib.AbstractContextManager[Backend]:
        """A backend; raises SandboxLost where the machine fails, StudentError where the code took too long."""


@dataclass
class Trial:
    """A submission while it is being judged: its backend, started again whenever it was lost."""

    exercise: Exercise
    start: Start
    stubs: tuple[str, ...] = ()
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _backend: Backend | None = None

    def backend(self) -> Backend:
        """A backend that is alive."""
        if self._backend is None or not self._backend.alive:
            self._stack.close()
            self._backend = self._stack.enter_context(self.start(self.stubs))
        return self._backend

    @property
    def lost(self) -> bool:
        """Whether the student's code took its process down, or its time."""
        return self._backend is not None and not self._backend.alive

    def close(self) -> None:
        """End the student's code."""
        self._stack.close()
        self._backend = None


@dataclass
class Trials:
    """One trial for each set of helpers that are replaced, made when it is asked for; all end together."""

    exercise: Exercise
    start: Start
    _made: dict[tuple[str, ...], Trial] = field(default_factory=dict)

    def of(self, stubs: tuple[str, ...] = ()) -> Trial:
        """The trial with right helpers in the place of these."""
        if stubs not in self._made:
            self._made[stubs] = Trial(self.exercise, self.start, stubs)
        return self._made[stubs]

    def close(self) -> None:
        """End them all."""
        for trial in self._made.values():
            trial.close()


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that did not hold, with what it was seen by; it is put into words once nothing can make it right."""

    runs: tuple[Run, ...]
    stubs: tuple[str, ...] = ()
    """The helpers that were replaced by right ones."""


def run(trial: Trial, check: Check, index: int, *, small: bool) -> Run:
    """Run a check once on the student's code."""
    exercise = trial.exercise
    key, truth, draw = exercise.inputs(check, index, small=small)
    student: Student | None = None
    try:
        student = Student(trial.backend(), exercise.forms)
        with np.errstate(all="ignore"):  # what a stranger returns may overflow in a check: that is no warning of ours
            check.run(student, truth, draw)
    except (Disagreement, StudentError) as failure:
        return Run(key, student.trace if student else [], failure)
    return Run(key, student.trace, None)


def item(
    exercise: Exercise,
    check: Check,
    status: ItemStatus,
    finding: str | None = None,
    hint: str | None = None,
    mistake: str | None = None,
) -> Item:
    """What became of a claim; only what holds has points."""
    function, points = exercise.function_of(check), check.points if status == "passed" else 0.0
    return Item(check.id, function, check.claim, status, points, check.points, finding, hint, mistake)


@contextlib.contextmanager
def blame(exercise: Exercise, check: Check) -> Iterator[list[Item]]:
    """Whatever is not the student's fault leaves an unjudged item in the list."""
    found: list[Item] = []
    try:
        yield found
    except SandboxLost as error:
        found.append(item(exercise, check, "unjudged", f"The machine failed: {error}"))
    except NotADraw as error:
        found.append(item(exercise, check, "unjudged", f"The check cannot be replayed: {error}"))
    except AuthorError as error:
        found.append(item(exercise, check, "unjudged", str(error)))
    except Exception as error:  # noqa: BLE001 - the check's own fault, by elimination: loud, and never a zero
        found.append(item(exercise, check, "unjudged", wording.check_broke(check, error)))


def attempt(exercise: Exercise, start: Start, check: Check, index: int, *, small: bool) -> Run:
    """One run of one check, for whoever looks at a check and not at a submission."""
    trial = Trial(exercise, start)
    try:
        return run(trial, check, index, small=small)
    finally:
        trial.close()
