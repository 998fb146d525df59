"""Judge one submission.  In: an exercise, and a way to start the student's code.  Out: one item a claim.

Each check runs on its draws; a failure is tried on small public draws for an example, compared with the known mistakes,
and put into words. One mistake costs once: a check whose helpers are wrong is judged again with right ones in their
place. Never prints, never imports anything of a course.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from grader import diagnosis, wording
from grader.agreement import Disagreement
from grader.blame import SandboxLost, StudentDied, StudentError, StudentTimeout
from grader.claims import Check
from grader.diagnosis import Run
from grader.exercise import AuthorError, Exercise
from grader.mistakes import Mistake
from grader.report import Item
from grader.student import Backend, NotWritten, Student
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

    def close(self) -> None:
        """End the student's code."""
        self._stack.close()
        self._backend = None


def judge(
    exercise: Exercise,
    start: Start,
    *,
    functions: Sequence[str] | None = None,
    broken: Mapping[str, str] | None = None,
    follow_through: bool = True,
    feedback: str = "full",
) -> Iterator[Item]:
    """The items of a submission, function by function.

    Args:
        exercise: the assignment.
        start: starts the student's code.
        functions: only these; all where None.
        broken: checks that contradict the reference, with the sentence for the author; their items are unjudged.
        follow_through: whether right helpers can be put in place of wrong ones.
        feedback: "full", "claims" (no example and no mistake) or "points" (nothing but points).

    """
    trial = Trial(exercise, start)
    items: dict[str, Item] = {}
    undecided: dict[str, tuple[Mistake, ...]] = {}
    try:
        for function in functions or exercise.forms:
            lost: StudentError | None = None
            for check in exercise.of(function):
                if broken and check.id in broken:
                    items[check.id] = _unjudged(exercise, check, broken[check.id])
                    continue
                if lost is not None:
                    items[check.id] = _failed(exercise, check, wording.lost(function, lost))
                    continue
                items[check.id], lost = _item(trial, check, undecided)
            _decide(items, undecided)
    finally:
        trial.close()
    if follow_through:
        _follow(exercise, start, items)
    else:
        may_come(exercise, items)
    for check in exercise.checks:
        if check.id in items:
            yield _narrowed(items[check.id], feedback)
    if functions is None:
        for id_, what, points in exercise.manual:
            yield Item(id_, None, what, "manual", 0.0, points)


def _item(trial: Trial, check: Check, undecided: dict[str, tuple[Mistake, ...]]) -> tuple[Item, StudentError | None]:
    """Judge one claim; also the error after which the function's other checks are not worth their time.

    Mistakes that explain the claim's failure without being proved by it are left in `undecided`.
    """
    exercise = trial.exercise
    try:
        runs: list[Run] = []
        for index in range(check.draws):
            runs.append(_run(trial, check, index, small=False))
            failure = runs[-1].failure
            if isinstance(failure, NotWritten):
                return _skipped(exercise, check, str(failure)), None
            if isinstance(failure, StudentTimeout | StudentDied):
                return _failed(exercise, check, wording.lost(exercise.function_of(check), failure)), failure
        if all(run.failure is None for run in runs):
            return _passed(exercise, check), None
        return _explained(trial, check, runs, undecided), None
    except SandboxLost as error:
        return _unjudged(exercise, check, f"The machine failed: {error}"), None
    except NotADraw as error:
        return _unjudged(exercise, check, f"The check cannot be replayed: {error}"), None
    except AuthorError as error:
        return _unjudged(exercise, check, str(error)), None
    except Exception as error:  # noqa: BLE001 - the check's own fault, by elimination: loud, and never a zero
        return _unjudged(exercise, check, wording.check_broke(check, error)), None


def _run(trial: Trial, check: Check, index: int, *, small: bool) -> Run:
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


def _explained(trial: Trial, check: Check, runs: list[Run], undecided: dict[str, tuple[Mistake, ...]]) -> Item:
    """A failed item with its finding: the smallest example that fails, the mistake's name or the plain facts."""
    exercise = trial.exercise
    function = exercise.function_of(check)
    example, failing = None, [run for run in runs if run.failure is not None]
    for level in exercise.small_levels(check):
        run = _run(trial, check, level, small=True)
        if isinstance(run.failure, StudentTimeout | StudentDied):
            break
        if run.failure is not None:
            example = run
            break
    candidates, proved = diagnosis.explaining(exercise, function, runs)
    mistake = candidates[0] if proved else None
    if candidates and not proved:
        undecided[check.id] = candidates
    form = exercise.forms[function]
    shown = example if example is not None else failing[0] if exercise.public else None
    finding = wording.finding(
        exercise,
        function,
        form,
        failure=failing[0].failure,
        facts=diagnosis.facts(form, failing),
        shown=shown,
        mistake=mistake,
    )
    hint = mistake.hint if mistake else wording.hint(failing[0].failure)
    return _failed(exercise, check, finding, hint, mistake.name if mistake else None)


def _decide(items: dict[str, Item], undecided: dict[str, tuple[Mistake, ...]]) -> None:
    """What one claim leaves undecided, another claim of the function may have proved: then it is that mistake."""
    for check, candidates in undecided.items():
        item = items[check]
        named = {other.mistake for other in items.values() if other.function == item.function and other.mistake}
        left = [mistake for mistake in candidates if mistake.name in named]
        if len(named) == 1 and len(left) == 1:
            finding = f"{item.finding}\n{left[0].finding}"
            items[check] = replace(item, finding=finding, hint=left[0].hint, mistake=left[0].name)
    undecided.clear()


def _follow(exercise: Exercise, start: Start, items: dict[str, Item]) -> None:
    """Judge again, with right helpers in place, what failed beside a helper that failed or is not written.

    Where it fails still, what the mistake is shows best with the helpers right.
    """
    wrong = _not_right(items)
    trials: dict[tuple[str, ...], Trial] = {}
    lost: set[str] = set()
    try:
        for check in exercise.checks:
            item, function = items.get(check.id), exercise.function_of(check)
            helpers = tuple(name for name in check.builds_on if name in wrong)
            if item is None or item.status != "failed" or not helpers or function in lost:
                continue
            again, error = _item(trials.setdefault(helpers, Trial(exercise, start, helpers)), check, {})
            if error is not None:
                lost.add(function)
            if again.status == "passed":
                items[check.id] = replace(again, followed_through=True, finding=wording.followed(function, helpers))
            elif again.status == "failed" and again.mistake and not item.mistake:
                items[check.id] = again
    finally:
        for trial in trials.values():
            trial.close()


def _not_right(items: Mapping[str, Item]) -> set[str | None]:
    """The functions that failed somewhere or are not written: what builds on them may be right all the same."""
    return {item.function for item in items.values() if item.status in {"failed", "skipped"}}


def may_come(exercise: Exercise, items: dict[str, Item]) -> None:
    """In a student's own run no helper can be replaced: the finding says what may still come."""
    wrong = _not_right(items)
    for check in exercise.checks:
        item = items.get(check.id)
        helpers = [name for name in check.builds_on if name in wrong]
        if item is not None and item.status == "failed" and helpers:
            items[check.id] = replace(item, finding=f"{item.finding}\n{wording.may_come(helpers)}")


def _passed(exercise: Exercise, check: Check) -> Item:
    return Item(check.id, exercise.function_of(check), check.claim, "passed", check.points, check.points)


def _failed(
    exercise: Exercise, check: Check, finding: str, hint: str | None = None, mistake: str | None = None
) -> Item:
    return Item(check.id, exercise.function_of(check), check.claim, "failed", 0.0, check.points, finding, hint, mistake)


def _skipped(exercise: Exercise, check: Check, sentence: str) -> Item:
    return Item(check.id, exercise.function_of(check), check.claim, "skipped", 0.0, check.points, sentence)


def _unjudged(exercise: Exercise, check: Check, reason: str) -> Item:
    return Item(check.id, exercise.function_of(check), check.claim, "unjudged", 0.0, check.points, reason)


def _narrowed(item: Item, feedback: str) -> Item:
    """What the instructor lets a student see."""
    if feedback == "full" or item.status in {"unjudged", "manual"}:
        return item
    if feedback == "points":
        return replace(item, finding=None, hint=None, mistake=None)
    return replace(
        item, finding="This claim does not hold." if item.status == "failed" else item.finding, hint=None, mistake=None
    )


def attempt(exercise: Exercise, start: Start, check: Check, index: int, *, small: bool) -> Run:
    """One run of one check, for whoever looks at a check and not at a submission."""
    trial = Trial(exercise, start)
    try:
        return _run(trial, check, index, small=small)
    finally:
        trial.close()
