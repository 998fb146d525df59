"""Put failures into words.  In: what a function's checks saw.  Out: its items, with finding, hint and mistake.

Only what nothing can make right any more is explained. A mistake is named where the numbers prove it; where one claim
leaves two open, another claim of the same function may decide. Never changes whether a claim holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader import diagnosis, trial, wording
from grader.blame import StudentDied, StudentTimeout
from grader.claims import Check
from grader.diagnosis import Run
from grader.mistakes import Mistake
from grader.report import Item
from grader.trial import Failure, Trial


def explain(
    checks: Sequence[Check],
    items: dict[str, Item],
    failures: Mapping[str, Failure],
    again: Mapping[str, Failure],
) -> None:
    """Put a function's failures into words; where a failure shows no mistake, it may show with the helpers right."""
    undecided: dict[str, tuple[Mistake, ...]] = {}
    for check in checks:
        if check.id in failures:
            items[check.id] = _explained(failures[check.id], check, undecided)
    _decide(items, undecided)
    for check in checks:
        if check.id in again and items[check.id].status == "failed" and not items[check.id].mistake:
            item = _explained(again[check.id], check, {})
            if item.mistake:
                items[check.id] = item


def _explained(failure: Failure, check: Check, undecided: dict[str, tuple[Mistake, ...]]) -> Item:
    """A failed item with its finding: the smallest example that fails, the mistake's name or the plain facts.

    Mistakes that explain the failure without being proved by it are left in `undecided`.
    """
    exercise = failure.trial.exercise
    function = exercise.function_of(check)
    with trial.blame(exercise, check) as unjudged:
        failing = [run for run in failure.runs if run.failure is not None]
        example = _smallest(failure.trial, check)
        candidates, proved = diagnosis.explaining(exercise, function, failure.runs)
        mistake = candidates[0] if proved else None
        if candidates and not proved:
            undecided[check.id] = candidates
        form = exercise.forms[function]
        finding = wording.finding(
            exercise,
            function,
            form,
            failure=failing[0].failure,
            facts=diagnosis.facts(form, failing),
            shown=example if example is not None else failing[0] if exercise.public else None,
            mistake=mistake,
        )
        hint = mistake.hint if mistake else wording.hint(failing[0].failure)
        return trial.item(exercise, check, "failed", finding, hint, mistake.name if mistake else None)
    return unjudged[0]


def _smallest(of: Trial, check: Check) -> Run | None:
    """The smallest public draw on which the check fails too."""
    for level in of.exercise.small_levels(check):
        run = trial.run(of, check, level, small=True)
        if isinstance(run.failure, StudentTimeout | StudentDied):
            return None
        if run.failure is not None:
            return run
    return None


def _decide(items: dict[str, Item], undecided: dict[str, tuple[Mistake, ...]]) -> None:
    """What one claim leaves undecided, another claim of the function may have proved: then it is that mistake."""
    for check, candidates in undecided.items():
        item = items[check]
        named = {other.mistake for other in items.values() if other.function == item.function and other.mistake}
        left = [mistake for mistake in candidates if mistake.name in named]
        if len(named) == 1 and len(left) == 1:
            finding = f"{item.finding}\n{left[0].finding}"
            items[check] = replace(item, finding=finding, hint=left[0].hint, mistake=left[0].name)
