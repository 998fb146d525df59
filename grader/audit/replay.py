"""Does a student's own run say the same?  In: a subject, and its exercise in replay.  Out: what it cannot judge.

A right answer that is rounded otherwise is full there; nothing is asked of the truth but draws; and what was released
untouched has no points, there and officially.
"""

from collections.abc import Callable

from grader.audit import manners, right
from grader.audit.subject import Subject, tried
from grader.exercise import Exercise
from grader.outcome import Finding, Part
from grader.run import Marking, judged
from grader.sandbox import Zygote
from grader.submission import ReleasedNotebook, Submission, released_notebook


def part(subject: Subject, replay: Exercise, size: int, tell: Callable[[float], None]) -> Part:
    """Judge the reference, the same rounded otherwise, and the release."""
    findings = []
    tries = {
        "the reference": subject.namespace,
        "the reference, rounded otherwise": lambda: right.mannered(subject, manners.manners()["rounded otherwise"]),
    }
    for name, make in tries.items():
        verdict = tried(replay, subject.starter(make), replay.checks)
        findings += [Finding(f"In replay {check} fails {name}: {failure}") for check, failure in verdict.failed.items()]
        findings += verdict.broke
        tell(0.4)
    untouched = _untouched(subject, {"a student's own run": replay, "the official run": subject.exercise})
    tell(1.0)
    summary = f"{len(replay.checks)} checks replay, recorded.json has {size / 1000:.0f} kB, {untouched.sentence}"
    if untouched.red:
        findings.append(untouched)
    return Part("replay", summary, tuple(findings), {"bytes": float(size)})


def _untouched(subject: Subject, exercises: dict[str, Exercise]) -> Finding:
    """What the release is worth as it is handed out."""
    folder = subject.course.root / "assignments" / subject.slug
    file = folder / f"{subject.slug}.ipynb"
    if not file.is_file():
        return Finding("it is not released yet", red=False)
    try:
        release = released_notebook(file, subject.slug)
    except ValueError as error:
        return Finding(str(error), str(file))
    for name, exercise in exercises.items():
        marking = Marking(exercise, release or ReleasedNotebook(subject.slug), {}, subject.course.limits)
        with Zygote("none", subject.course.limits, exercise.data) as zygote:
            result = judged(marking, Submission("untouched", subject.slug, file), zygote)
        if result.points != 0:
            return Finding(f"the untouched release has {result.points} points in {name}")
    return Finding("the untouched release has 0 points", red=False)
