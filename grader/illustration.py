"""Pictures and formulas beside claims.  In: a submission, its items.  Out: the same items, for whoever looks at a page.

A picture shows figures, so no hidden draw may be in it: it is a run of its own on public draws, in a child that has
seen no other ones and so has none to give away in its answers. A picture that does not come off is left out. Never
changes what a claim is worth.
"""

import contextlib
from dataclasses import replace

import numpy as np

from grader.claims import Check
from grader.exercise import Exercise
from grader.picture import Picture
from grader.report import Item
from grader.student import Student
from grader.trial import Start, Trial


def illustrate(exercise: Exercise, start: Start, items: dict[str, Item], gone: set[str]) -> None:
    """Put picture and formula into the items of the claims that have them; no picture of the functions in `gone`."""
    with contextlib.closing(Trial(exercise, start)) as trial:
        for check in exercise.checks:
            item, function = items.get(check.id), exercise.function_of(check)
            if item is None or item.status not in {"passed", "failed"} or item.followed_through:
                continue
            picture = None if function in gone else drawn(trial, check)
            if trial.lost:
                gone.add(function)
            items[check.id] = replace(item, picture=picture, formulas=exercise.formulas(check))


def drawn(trial: Trial, check: Check) -> Picture | None:
    """A check's picture of a submission; None where it has none, or where it does not come off."""
    if check.picture is None:
        return None
    exercise = trial.exercise
    try:
        key, truth, draw = exercise.picture_inputs(check)
        with np.errstate(all="ignore"):
            picture = check.picture(Student(trial.backend(), exercise.forms), truth, draw)
    except Exception:  # noqa: BLE001 - a student's answer that cannot be drawn; the author's own faults end a release
        return None
    exercise.finished(key)
    return picture
