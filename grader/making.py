"""Bring what is made from a course's sources up to date.  In: a course.  Out: sentences about what was not.

Joins `release`, which runs nothing, with the recording of public draws and right answers, which runs the reference.
"""

from collections.abc import Sequence

import msgspec

from grader import recorded
from grader.course import Course, exercise, made_from
from grader.exercise import AuthorError
from grader.release import Unreleasable, release


def make(course: Course, slugs: Sequence[str], *, check: bool = False) -> list[str]:
    """Fill solution cells, record right answers, make `assignments/`; with `check` only say what is out of date.

    Raises:
        AuthorError: the sources have faults; nothing was written.

    """
    points = {slug: exercise(course, slug).points for slug in slugs}
    try:
        return release(
            course.root,
            points,
            record=lambda slug: _record(course, slug),
            is_current=lambda slug: _current(course, slug),
            address=course.address,
            check=check,
        )
    except Unreleasable as error:
        raise AuthorError(str(error)) from None
    except OSError as error:
        raise AuthorError(f"{error.filename or course.root}: {error.strerror}.") from None


def _record(course: Course, slug: str) -> bytes:
    return recorded.dump(exercise(course, slug), made_from(course, slug))


def _current(course: Course, slug: str) -> bool:
    """By the hash of what it is made from: figures may differ in the last digit from machine to machine."""
    try:
        document = recorded.load((course.root / "source" / slug / "recorded.json").read_bytes())
    except (OSError, AuthorError, msgspec.DecodeError):
        return False
    return bool(document.get("made_from") == made_from(course, slug))
