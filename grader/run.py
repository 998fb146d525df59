"""Judge a file in the sandbox.  In: an exercise, a submission, a zygote.  Out: a result, whatever the file holds."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from grader import __version__, judge, wording
from grader.blame import StudentDied, StudentError, StudentTimeout
from grader.course import seed_id
from grader.exercise import Exercise
from grader.location import locations
from grader.program import Program
from grader.report import Item, Location, Report, Result, Status, clean, named, total
from grader.sandbox import Answer, CellOutcome, Child, Kind, Level, Limits, Rng, Token, Zygote
from grader.submission import ReleasedNotebook, Submission, Unreadable, read


@dataclass
class Attempt:
    """One submission in the sandbox: starts its program, again where it was lost, within one budget of time."""

    exercise: Exercise
    zygote: Zygote
    program: Program
    limits: Limits
    ends: float
    outcomes: tuple[CellOutcome, ...] = ()
    _tokens: dict[int, Any] = field(default_factory=dict)

    @contextlib.contextmanager
    def start(self, stubs: Sequence[str] = ()) -> Iterator["Sandboxed"]:
        """A child that has run the cells, right helpers in the place of those named in `stubs`."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise StudentTimeout(self.limits.submission_seconds, "submission")
        answers = {name: self._stub(name) for name in self.exercise.paired(stubs)}
        with self.zygote.start(self.program, answers, left) as child:
            if not self.outcomes:
                self.outcomes = child.outcomes
                self.program = _without_endless(self.program, child.outcomes)
            yield Sandboxed(child, self.program, self.outcomes)

    def _stub(self, name: str) -> Callable[..., Any]:
        """The reference's function as a helper of the student's code; what it keeps for another stays here."""
        keep = self.exercise.forms[name].keep

        def answer(*args: Any, **named: Any) -> Any:
            given = [self._given(value) for value in args]
            value = getattr(self.exercise.reference, name)(*given, **named)
            if self.exercise.forms[name].drain:
                return list(value)
            return tuple(self._token(v) if i in keep else v for i, v in enumerate(value)) if keep else value

        return answer

    def _given(self, value: Any) -> Any:
        """An argument that the student's code hands to the reference, which expects arrays where lists will do."""
        if isinstance(value, Token):
            return self._tokens[value.id]
        return value.generator() if isinstance(value, Rng) else arrays(value)

    def _token(self, value: Any) -> Token:
        self._tokens[len(self._tokens)] = value
        return Token(len(self._tokens) - 1)


def arrays(value: Any) -> Any:
    """Lists of numbers as arrays; lists of pairs of them stay lists."""
    if not isinstance(value, tuple | list):
        return value
    try:
        made = np.asarray(value)
    except ValueError:
        return type(value)(arrays(item) for item in value)  # rows of unequal length: a list of pairs
    return made if made.dtype.kind in "biuf" else type(value)(arrays(item) for item in value)


def _without_endless(program: Program, outcomes: tuple[CellOutcome, ...]) -> Program:
    """The program without the cells that cost the process or its time: a second start would pay for them again."""
    if not any(isinstance(o.error, StudentTimeout | StudentDied) for o in outcomes):
        return program
    cells = tuple(
        replace(cell, source="") if isinstance(outcome.error, StudentTimeout | StudentDied) else cell
        for cell, outcome in zip(program.cells, outcomes, strict=True)
    )
    return replace(program, cells=cells)


@dataclass
class Sandboxed:
    """A child of the sandbox as the judge calls it."""

    child: Child
    program: Program
    outcomes: tuple[CellOutcome, ...]
    _kinds: dict[str, Kind] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Whether it can still be called."""
        return self.child.alive

    def kind(self, name: str) -> Kind:
        """What the submission has under that name, once its cells have run."""
        if name not in self._kinds:
            self._kinds[name] = self.child.kind(name)
        return self._kinds[name]

    def why_missing(self, name: str) -> str | None:
        """The cell that would have defined the name, and what stopped it."""
        for cell, outcome in zip(self.program.cells, self.outcomes, strict=True):
            if outcome.error is not None and (name in cell.source or not cell.source):
                return wording.cell_stopped(outcome)
        return None

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        *,
        keep: tuple[int, ...] = (),
        drain: bool = False,
        echo: bool = False,
        seconds: float | None = None,
    ) -> Answer:
        """One call."""
        return self.child.call(name, args, kwargs, keep=keep, drain=drain, echo=echo, seconds=seconds)

    def many(
        self, name: str, calls: Sequence[tuple[Any, ...]], *, drain: bool = False, seconds: float | None = None
    ) -> list[Answer | StudentError]:
        """Several calls in one frame."""
        return self.child.many(name, calls, drain=drain, seconds=seconds)


@dataclass(frozen=True, slots=True)
class Marking:
    """What every submission of one run is judged with."""

    exercise: Exercise
    release: ReleasedNotebook
    broken: Mapping[str, str]
    limits: Limits
    feedback: str = "full"
    functions: tuple[str, ...] | None = None
    follow_through: bool = True
    illustrated: bool = False
    """Whether somebody will look at a page with pictures; they cost a second start of each submission."""


def judged(marking: Marking, submission: Submission, zygote: Zygote) -> Result:
    """Judge one submission; whatever is wrong with the file or the machine is in the result."""
    began = time.monotonic()
    items: tuple[Item, ...]
    sha256 = None
    found: Mapping[str, Location] = {}
    try:
        reading = read(submission.path, marking.release)
        sha256 = reading.sha256
        if not isinstance(reading.program, Program):
            status: Status = "unreadable" if isinstance(reading.program, Unreadable) else "refused"
            sentence = reading.program.sentence
            items = _everything(marking, "failed", sentence)
            return _result(marking, submission, sha256, status, (sentence,), zygote.isolation, began, items)
        attempt = Attempt(
            marking.exercise, zygote, reading.program, marking.limits, began + marking.limits.submission_seconds
        )
        items = tuple(
            judge.judge(
                marking.exercise,
                attempt.start,
                functions=marking.functions,
                broken=marking.broken,
                follow_through=marking.follow_through,
                feedback=marking.feedback,
                illustrated=marking.illustrated,
            )
        )
        found = locations(reading.program, _not_right(items))
        stopped = [wording.cell_stopped(outcome) for outcome in attempt.outcomes if wording.worth_a_notice(outcome)]
        notices = (*reading.program.notices, *stopped[:MOST_NOTICES])
    except OSError as error:
        reason = f"The file could not be read: {error.strerror or type(error).__name__}."
        items, notices = _everything(marking, "unjudged", reason), (reason,)
    except MemoryError:
        reason = "The grader ran out of memory."
        items, notices = _everything(marking, "unjudged", reason), (reason,)
    status = "unjudged" if any(item.status == "unjudged" for item in items) else "judged"
    result = _result(marking, submission, sha256, status, notices, zygote.isolation, began, items)
    return replace(result, locations=found)


def _not_right(items: Sequence[Item]) -> set[str]:
    """The functions that a student looks for in their file."""
    return {item.function for item in items if item.function and item.status != "passed"}


MOST_NOTICES = 10
"""Cells that stopped: more than ten say the same thing."""


def _everything(marking: Marking, status: Literal["failed", "unjudged"], sentence: str) -> tuple[Item, ...]:
    exercise = marking.exercise
    items = [
        Item(c.id, exercise.function_of(c), c.claim, status, 0.0, c.points, sentence)
        for c in exercise.checks
        if marking.functions is None or exercise.function_of(c) in marking.functions
    ]
    if marking.functions is None:
        items += [Item(id_, None, what, "manual", 0.0, points) for id_, what, points in exercise.manual]
    return tuple(items)


def _result(  # noqa: PLR0917 - a result has as many parts
    marking: Marking,
    submission: Submission,
    sha256: str | None,
    status: Status,
    notices: tuple[str, ...],
    isolation: Level,
    began: float,
    items: tuple[Item, ...],
) -> Result:
    most = sum(item.max_points for item in items if item.status != "manual")
    return Result(
        named(submission.student),
        marking.exercise.slug,
        clean(str(submission.path), 1000),
        sha256,
        status,
        tuple(clean(n, 500) for n in (*submission.notices, *notices)),
        isolation,
        None if status == "unjudged" else total(items),
        most,
        round(time.monotonic() - began, 4),
        items,
    )


def unjudged(marking: Marking, submission: Submission, isolation: Level, reason: str) -> Result:
    """The result of a submission that the machine failed: nobody's zero."""
    items = _everything(marking, "unjudged", reason)
    return _result(marking, submission, None, "unjudged", (reason,), isolation, time.monotonic(), items)


def report(exercise: Exercise, results: Sequence[Result]) -> Report:
    """The results of one run as a report."""
    return Report(
        __version__, np.__version__, exercise.slug, seed_id(exercise.secret), exercise.version, tuple(results)
    )
