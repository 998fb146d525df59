"""Grade the grader.  In: a course, an assignment.  Out: an `Audit`: what its checks, mistakes and reference are worth.

Each part asks one question; what one part finds broken, the others leave out. Never mends anything.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from grader.audit import author, cost, mutants, plants, replay, right, seeds, wrong
from grader.audit.subject import FULL, LONG, QUICK, Extent, Subject, open_subject, recording, replayed
from grader.audit.workers import possible
from grader.course import Course
from grader.exercise import AuthorError
from grader.outcome import Audit, Finding, Part

__all__ = ["EXTENTS", "FULL", "PARTS", "audit", "possible"]

EXTENTS = {extent.name: extent for extent in (QUICK, FULL, LONG)}
PARTS = ("author", "chance", "right", "replay", "mistakes", "mutants", "wrong", "checks", "cost")
"""The parts in their order."""
Tell = Callable[[str, float], None]
Progress = Callable[[float], None]


def audit(course: Course, slug: str, extent: Extent = FULL, tell: Tell = lambda *_: None) -> Audit:
    """Ask everything about one assignment; `tell` hears which part is at work, and how much of it is done.

    What cannot be read at all is a red part, as every other fault of the author is.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")  # submissions may plot, and nobody looks
    try:
        subject = open_subject(course, slug, extent)
    except AuthorError as error:
        unread = Part("author", "the exercise cannot be read", (Finding(str(error)),))
        return Audit(slug, extent.name, "", (unread,))
    first = _timed("author", partial(author.part, subject), tell)
    subject = subject.without([str(row["check"]) for row in first.rows])
    parts = [first, *(_timed(name, ask, tell) for name, ask in _questions(subject).items())]
    return Audit(slug, extent.name, subject.exercise.version, tuple(parts))


def _questions(subject: Subject) -> dict[str, Callable[[Progress], Part]]:
    """What is asked once the checks are known to hold; the order matters: `checks` adds up what others noted."""
    raw = recording(subject)
    replay_of = replayed(subject, raw)
    return {
        "chance": partial(seeds.part, subject),
        "right": partial(right.part, subject),
        "replay": partial(replay.part, subject, replay_of, len(raw)),
        "mistakes": partial(plants.part, subject, replay_of),
        "mutants": partial(mutants.part, subject),
        "wrong": partial(wrong.part, subject),
        "checks": partial(author.idle, subject),
        "cost": partial(cost.part, subject),
    }


def _timed(name: str, ask: Callable[[Progress], Part], tell: Tell) -> Part:
    began = time.monotonic()
    tell(name, 0.0)
    part = ask(partial(tell, name))
    tell(name, 1.0)
    return replace(part, seconds=round(time.monotonic() - began, 2))
