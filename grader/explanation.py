"""Put failures into words.  In: what a function's checks saw.  Out: its items, with finding, hint and mistake.

Only what nothing can make right any more is explained. A mistake is named where the numbers prove it and no claim of
the function speaks against it, and never beside a helper that is wrong: what came from that helper is no mistake of
the function. Never changes whether a claim holds.
"""

from collections.abc import Mapping

from grader import diagnosis, trial, wording
from grader.blame import StudentDied, StudentTimeout
from grader.claims import Check
from grader.diagnosis import Run, Verdict
from grader.exercise import Exercise
from grader.mistakes import Mistake
from grader.report import Item
from grader.trial import Failure, Trial, Trials


def explain(
    fresh: Trials,
    function: str,
    items: dict[str, Item],
    failures: Mapping[str, Failure],
    again: Mapping[str, Failure],
) -> None:
    """Put a function's failures into words; beside wrong helpers by what was seen with right ones in their place.

    Args:
        fresh: trials that have seen no hidden draw, for the examples: what they answer may be shown.
        function: the function.
        items: all items; those of the function get their findings.
        failures: what the failing checks saw.
        again: what they saw with right helpers.

    """
    exercise, wrong = fresh.exercise, not_right(items)
    verdicts: dict[Check, Verdict] = {}
    checks = [check for check in exercise.of(function) if check.id in items]
    for check in checks:
        helped = any(name in wrong for name in (*check.builds_on, *exercise.makers(function)))
        failure = again.get(check.id) if helped else failures.get(check.id)
        if failure is not None:
            _judge_mistakes(exercise, failure, check, items, verdicts)
    names = diagnosis.named(verdicts)
    for check in checks:
        failure = again.get(check.id, failures.get(check.id))
        if failure is not None and items[check.id].status == "failed":
            items[check.id] = _explained(fresh.of(failure.stubs), failure, check, names.get(check))


def not_right(items: Mapping[str, Item]) -> set[str | None]:
    """The functions that failed somewhere or are not written: what builds on them may be right all the same."""
    return {item.function for item in items.values() if item.status in {"failed", "skipped"}}


def _judge_mistakes(
    exercise: Exercise, failure: Failure, check: Check, items: dict[str, Item], verdicts: dict[Check, Verdict]
) -> None:
    """Hold the known mistakes against what a check saw; a mistake that breaks leaves the item unjudged."""
    with trial.blame(exercise, check) as unjudged:
        verdicts[check] = diagnosis.verdict(exercise, exercise.function_of(check), failure.runs)
    if unjudged:
        items[check.id] = unjudged[0]


def _explained(fresh: Trial, failure: Failure, check: Check, mistake: Mistake | None) -> Item:
    """A failed item with its finding: the smallest example that fails, the mistake's name or the plain facts."""
    exercise = fresh.exercise
    function = exercise.function_of(check)
    with trial.blame(exercise, check) as unjudged:
        failing = [run for run in failure.runs if run.failure is not None]
        example = _smallest(fresh, check)
        form = exercise.forms[function]
        finding = wording.finding(
            exercise,
            function,
            form,
            failure=failing[0].failure,
            facts=diagnosis.facts(form, failing if example is None else [*failing, example]),
            shown=example if example is not None else failing[0] if exercise.public else None,
            mistake=mistake,
            stubs=failure.stubs,
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
