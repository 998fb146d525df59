"""Is every known mistake caught and named?  In: a subject.  Out: each one planted in the reference, and what is said.

A planted mistake must fail a claim of its function; its own name must be given and no other one, officially and in a
student's own run; and functions that use the wrong one come to their points by follow-through. It lies at least a
thousand tolerances from the right answer, or it is listed.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from grader import judge
from grader.audit import workers
from grader.audit.places import mistake_line
from grader.audit.subject import Make, Subject, Verdict, tried
from grader.audit.twins import twins
from grader.diagnosis import APART
from grader.exercise import Exercise
from grader.mistakes import Mistake
from grader.outcome import Finding, Part
from grader.report import Item

SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Planted:
    """What is said of the reference with one mistake in it."""

    items: tuple[Item, ...]
    own: tuple[Item, ...]
    """The same in a student's own run, where only `recorded.json` is known."""
    verdict: Verdict

    def named(self, name: str) -> bool:
        """Whether a finding gives the mistake this name."""
        return any(item.mistake == name for item in self.items)


def part(subject: Subject, replay: Exercise | None, tell: Callable[[float], None]) -> Part:
    """Plant every mistake; `replay` is the exercise as a student's own run knows it."""
    mistakes = subject.exercise.mistakes[:: subject.extent.every]
    jobs = [partial(plant, subject, replay, mistake) for mistake in mistakes]
    found: dict[int, Planted | workers.Lost] = {}
    for at, planted in workers.run(jobs, seconds=SECONDS, workers=subject.workers):
        found[at] = planted
        tell(len(found) / len(jobs))
    findings = [
        Finding(sentence, where_of(subject, mistake), red=red)
        for at, mistake in enumerate(mistakes)
        for sentence, red in judged(mistake, found[at])
    ]
    for at, mistake in enumerate(mistakes):
        planted = found[at]
        if isinstance(planted, Planted):
            findings += planted.verdict.broke
            subject.note(planted.verdict, f"mistake of {mistake.function}: {mistake.name}")
    findings += [Finding(sentence, where_of(subject, mistake)) for mistake, sentence in twins(subject.exercise)]
    return _part([_row(mistake, found[at]) for at, mistake in enumerate(mistakes)], findings)


def _part(rows: Sequence[dict[str, Any]], findings: Sequence[Finding]) -> Part:
    caught, named = (sum(bool(row[what]) for row in rows) for what in ("caught_by", "named"))
    nearest = min((row["tolerances"] for row in rows if row["tolerances"] is not None), default=None)
    summary = f"{caught} of {len(rows)} caught, {named} named"
    if nearest is not None:
        summary += f", the nearest {nearest:.0e} tolerances from right"
    figures = {"mistakes": len(rows), "caught": caught, "named_mistakes": named, "nearest": nearest}
    return Part("mistakes", summary, tuple(findings), figures, tuple(rows))


def _row(mistake: Mistake, planted: Planted | workers.Lost) -> dict[str, Any]:
    row: dict[str, Any] = {"function": mistake.function, "mistake": mistake.name}
    if isinstance(planted, workers.Lost):
        return row | {"caught_by": [planted.how], "named": False, "tolerances": None}
    far = planted.verdict.distance
    caught = list(planted.verdict.failed)
    return row | {
        "caught_by": caught,
        "named": planted.named(mistake.name),
        "tolerances": far if caught and math.isfinite(far) else None,
    }


def plant(subject: Subject, replay: Exercise | None, mistake: Mistake) -> Planted:
    """Judge the reference with one mistake in it, officially and as its student would."""
    start = subject.starter(made(subject, mistake))
    items = tuple(judge.judge(subject.exercise, start))
    own = tuple(judge.judge(replay, start, functions=[mistake.function], follow_through=False)) if replay else ()
    return Planted(items, own, tried(subject.exercise, start, subject.exercise.of(mistake.function)))


def made(subject: Subject, mistake: Mistake) -> Make:
    """The reference's namespace with the mistake in it; what is kept for another function stays the reference's."""
    form = subject.exercise.forms[mistake.function]

    def make() -> dict[str, Any]:
        namespace = subject.namespace()
        wrong = mistake.planted(subject.reference.module, form.parameters)
        right = namespace[mistake.function]

        def planted(*args: Any, **named: Any) -> Any:
            value = wrong(*args, **named)
            if not form.keep or not isinstance(value, tuple):
                return value
            whole = right(*args, **named)
            return tuple(whole[i] if i in form.keep else part for i, part in enumerate(value))

        namespace[mistake.function] = planted
        return namespace

    return make


def judged(mistake: Mistake, planted: Planted | workers.Lost) -> Iterator[tuple[str, bool]]:
    """What is not as it should be, and whether it must be mended."""
    title = f"{mistake.function}: {mistake.name!r}"
    if isinstance(planted, workers.Lost):
        yield f"{title} {planted.how}", True
        return
    if not planted.verdict.failed:
        yield f"{title} is not caught by any claim", True
        return
    for sentence in _said(mistake, planted.items, title):
        yield sentence, True
    for sentence in _said(mistake, planted.own, title) if planted.own else ():
        yield f"{sentence}, in a student's own run", True
    if planted.verdict.distance < APART:
        yield f"{title} lies only {planted.verdict.distance:.0f} tolerances from the right answer", False


def _said(mistake: Mistake, items: Sequence[Item], title: str) -> Iterator[str]:
    """What is wrong with what is said of a submission with this mistake."""
    names = {item.mistake for item in items if item.function == mistake.function and item.mistake}
    if mistake.name not in names:
        yield f"{title} is not named"
    yield from (f"{title} is called {name!r}" for name in sorted(names - {mistake.name}))
    for item in items:
        if item.function != mistake.function and item.status == "failed":
            yield f"{title} costs points in {item.function} too ({item.id})"
        if item.status == "unjudged":
            yield f"{title} leaves {item.id} unjudged: {item.finding}"


def where_of(subject: Subject, mistake: Mistake) -> str:
    """The file and line of a mistake."""
    file = subject.course.root / "source" / subject.slug / "mistakes.py"
    return mistake_line(file, mistake.function, mistake.name)
