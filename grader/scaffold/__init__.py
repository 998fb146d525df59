"""The beginning of an exercise or of a course.  In: a folder, a name.  Out: files that release and audit as they are.

- `new_exercise(course, slug)`: a small, real exercise under a name of its own, to be rewritten file by file
- `new_course(folder)`: settings for us and for nbgrader, and such an exercise

Never overwrites anything: a sentence says what is there already, and then nothing is written.
"""

import os
from pathlib import Path

from grader.course import Course
from grader.exercise import AuthorError
from grader.scaffold import names, settings, texts
from grader.scaffold.placing import place

__all__ = ["EXAMPLE", "new_course", "new_exercise"]

EXAMPLE = "ridge_regression"
"""What the exercise of a new course is called."""


def new_exercise(course: Course, slug: str) -> None:
    """Make an exercise and add it to the course's assignments.

    Raises:
        AuthorError: the name will not do, something of that name is there, or pyproject.toml is not understood.
        OSError: it could not be written, and nothing was.

    """
    if fault := names.fault(slug):
        raise AuthorError(fault)
    there = [path for path in texts.places(slug) if os.path.lexists(course.root / path)]
    if there:
        raise AuthorError(f"{there[0]} is there already, so nothing was made.")
    listed = settings.with_assignment(course, slug)
    place(texts.exercise(slug), course.root, over={settings.FILE: listed})


def new_course(folder: Path) -> None:
    """Make a course of one exercise; the folder is new, or holds nothing but `.git`.

    Raises:
        AuthorError: something is there.
        OSError: it could not be written, and nothing was.

    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise AuthorError(f"{folder} is there already, and is no folder.")
    there = sorted(path.name for path in folder.iterdir() if path.name != ".git") if folder.is_dir() else []
    if there:
        raise AuthorError(f"{folder} is not empty ({there[0]} is in it), so nothing was made. Name a new folder.")
    place(texts.course(EXAMPLE), folder)
