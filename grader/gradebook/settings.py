"""A course's `nbgrader_config.py` → what of it holds for writing a gradebook.  In: the course.  Out: plain values.

nbgrader itself reads the file, and the user's and the system's settings before it, as for any of its commands.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties

from grader.course import Course
from grader.gradebook import GradebookError
from grader.gradebook.grades import LatePenalty


@dataclass(frozen=True, slots=True)
class Settings:
    """What of nbgrader's settings holds here too."""

    course_id: str
    creates_students: bool
    late_penalty: LatePenalty
    mode: int
    """Of the files in `autograded/`."""
    folder_mode: int
    ignored: tuple[str, ...]
    kept: dict[str, tuple[str, ...]]
    """By assignment: files of the submission that the course's do not replace."""
    coursedir: Any

    def autograded(self, student: str, slug: str) -> Path:
        """The folder of a judged submission."""
        return Path(self.coursedir.format_path(self.coursedir.autograded_directory, student, slug))


def settings(course: Course) -> Settings:
    """Read the settings.

    Raises:
        GradebookError: they cannot be read.

    """
    app = NbGrader(raise_config_file_errors=True, log_level=logging.ERROR)
    app.load_cwd_config = False  # the folder that the command runs in need not be the course
    try:
        app.initialize([], root=str(course.root))
        autograde = Autograde(coursedir=app.coursedir, parent=app)
        late = AssignLatePenalties(parent=autograde)
        late.init_plugin()
    except (Exception, SystemExit) as error:  # the file is a program, and may raise anything
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        raise GradebookError(f"nbgrader's settings cannot be read: {reason}") from error
    shared = app.coursedir.groupshared
    return Settings(
        course_id=app.coursedir.course_id,
        creates_students=autograde.create_student,
        late_penalty=late.plugin_inst.late_submission_penalty,
        mode=int(str(autograde.permissions), 8),
        folder_mode=0o2770 if shared else 0,
        ignored=tuple(app.coursedir.ignore),
        kept={slug: tuple(names) for slug, names in autograde.exclude_overwriting.items()},
        coursedir=app.coursedir,
    )
