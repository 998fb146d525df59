"""Judge one submission.  In: an exercise, and a way to start the student's code.  Out: one item a claim.

Each check runs on its draws. One mistake costs once: a check whose helpers are wrong is judged again with right ones in
their place; what fails still is explained. Never prints, never imports anything of a course.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader import wording
from grader.blame import StudentDied, StudentError, StudentTimeout
from grader.claims import Check
from grader.exercise import Exercise
from grader.explanation import explain, not_right
from grader.illustration import illustrate
from grader.report import Item
from grader.student import NotWritten
from grader.trial import Failure, Start, Trial, Trials, blame, item, run


def judge(
    exercise: Exercise,
    start: Start,
    *,
    functions: Sequence[str] | None = None,
    broken: Mapping[str, str] | None = None,
    follow_through: bool = True,
    feedback: str = "full",
    illustrated: bool = False,
) -> Iterator[Item]:
    """The items of a submission, function by function.

    Args:
        exercise: the assignment.
        start: starts the student's code.
        functions: only these; all where None.
        broken: checks that contradict the reference, with the sentence for the author; their items are unjudged.
        follow_through: whether right helpers can be put in place of wrong ones.
        feedback: "full", "claims" (no example and no mistake) or "points" (nothing but points).
        illustrated: whether items carry pictures and formulas, for somebody who looks at a page.

    """
    gone: set[str] = set()
    items: dict[str, Item] = {}
    failures: dict[str, Failure] = {}
    with contextlib.closing(Trials(exercise, start)) as trials:
        for function in functions or exercise.forms:
            if _try(trials.of(), function, broken or {}, items, failures) is not None:
                gone.add(function)
        again = _follow(trials, items, failures) if follow_through else {}
    with contextlib.closing(Trials(exercise, start)) as fresh:
        for function in functions or exercise.forms:
            explain(fresh, function, items, failures, again)
    if not follow_through:
        may_come(exercise, items)
    if illustrated and feedback == "full":
        illustrate(exercise, start, items, gone)
    for check in exercise.checks:
        if check.id in items:
            yield _narrowed(items[check.id], feedback)
    if functions is None:
        for id_, what, points in exercise.manual:
            yield Item(id_, None, what, "manual", 0.0, points)


def _try(
    trial: Trial, function: str, broken: Mapping[str, str], items: dict[str, Item], failures: dict[str, Failure]
) -> StudentError | None:
    """Judge a function's claims; the error that cost the process or its time, after which the others are not run."""
    exercise = trial.exercise
    lost: StudentError | None = None
    for check in exercise.of(function):
        if check.id in broken:
            items[check.id] = item(exercise, check, "unjudged", broken[check.id])
        elif lost is not None:
            items[check.id] = item(exercise, check, "failed", wording.lost(function, lost))
        else:
            items[check.id], lost = _judged(trial, check, failures)
    return lost


def _judged(trial: Trial, check: Check, failures: dict[str, Failure]) -> tuple[Item, StudentError | None]:
    """Judge one claim; also the error that cost the process or its time."""
    exercise = trial.exercise
    with blame(exercise, check) as unjudged:
        runs = []
        for index in range(check.draws):
            runs.append(run(trial, check, index, small=False))
            failure = runs[-1].failure
            if isinstance(failure, NotWritten):
                return item(exercise, check, "skipped", str(failure)), None
            if isinstance(failure, StudentTimeout | StudentDied):
                return item(exercise, check, "failed", wording.lost(exercise.function_of(check), failure)), failure
        if all(run.failure is None for run in runs):
            return item(exercise, check, "passed"), None
        failures[check.id] = Failure(tuple(runs), trial.stubs)
        return item(exercise, check, "failed", ""), None
    return unjudged[0], None


def _follow(trials: Trials, items: dict[str, Item], failures: dict[str, Failure]) -> dict[str, Failure]:
    """Judge again, with right helpers in place, what failed beside a helper that failed or is not written.

    What fails still is returned: the mistake may show best with the helpers right.
    """
    exercise, wrong = trials.exercise, not_right(items)
    lost: set[str] = set()
    still: dict[str, Failure] = {}
    for check in exercise.checks:
        known, function = items.get(check.id), exercise.function_of(check)
        helpers = tuple(name for name in check.builds_on if name in wrong)
        if known is None or known.status != "failed" or not helpers or function in lost:
            continue
        if function in exercise.paired(helpers):
            continue  # it would be replaced itself, and the reference judged in its place
        again, error = _judged(trials.of(helpers), check, still)
        if error is not None:
            lost.add(function)
        if again.status == "passed":
            items[check.id] = replace(again, followed_through=True, finding=wording.followed(function, helpers))
            failures.pop(check.id, None)
    return still


def may_come(exercise: Exercise, items: dict[str, Item]) -> None:
    """In a student's own run no helper can be replaced: the finding says what may still come."""
    wrong = not_right(items)
    for check in exercise.checks:
        item = items.get(check.id)
        helpers = [name for name in check.builds_on if name in wrong]
        if item is not None and item.status == "failed" and helpers:
            items[check.id] = replace(item, finding=f"{item.finding}\n{wording.may_come(helpers)}")


def _narrowed(item: Item, feedback: str) -> Item:
    """What the instructor lets a student see."""
    if feedback == "full" or item.status in {"unjudged", "manual"}:
        return item
    if feedback == "points":
        return replace(item, finding=None, hint=None, mistake=None)
    return replace(
        item, finding="This claim does not hold." if item.status == "failed" else item.finding, hint=None, mistake=None
    )
