"""One assignment of a course, ready to judge one submission after the other.  In: a course.  Out: judged notebooks."""

import weakref
from functools import lru_cache
from pathlib import Path

from grader import recorded, run
from grader.course import Course, exercise, open_course, version
from grader.gradebook import GradebookError
from grader.gradebook.notebook import JudgedNotebook, judged_notebook
from grader.gradebook.official import Official, official
from grader.report import Result
from grader.sandbox import LEVELS, Level, Zygote, best_level, what_would_help
from grader.submission import Submission, released_notebook
from grader.submission.file import File, open_file


class Bench:
    """Right answers and a sandbox; the sandbox ends with the last who holds this."""

    def __init__(self, course: Course, slug: str, secret: bytes, level: Level) -> None:
        """Make all that is the same for every submission.

        Raises:
            AuthorError: the course has a fault.
            SandboxLost: the sandbox does not start.

        """
        made = exercise(course, slug, secret)
        release = released_notebook(course.source(slug) / f"{slug}.ipynb", slug)
        self._marking = run.Marking(
            made, release, recorded.make_ready(made), course.limits, course.feedback, illustrated=True
        )
        self.broken = tuple(self._marking.broken.values())
        """Sentences about checks that contradict the reference."""
        self._zygote = Zygote(level, course.limits, made.data)
        self.official: Official = official(course, slug)
        weakref.finalize(self, self._zygote.close)

    def judged(self, submission: Submission) -> tuple[Result, JudgedNotebook]:
        """Judge one submission.

        Raises:
            SandboxLost: the machine failed.

        """
        result = run.judged(self._marking, submission, self._zygote)
        file = None if result.sha256 is None else open_file(submission.path)
        return result, judged_notebook(self.official, file.data if isinstance(file, File) else None, result)


def bench(course: Course, slug: str, secret: bytes, level: Level) -> Bench:
    """The bench of the last call, where nothing has changed since: nbgrader asks anew for every submission."""
    return _bench(course.root, slug, version(course, slug), secret, level)


@lru_cache(maxsize=1)
def _bench(root: Path, slug: str, _version: str, secret: bytes, level: Level) -> Bench:
    return Bench(open_course(root), slug, secret, level)


@lru_cache
def isolation(least: Level) -> Level:
    """The strongest level that this machine gives.

    Raises:
        GradebookError: it is less than `least`.

    """
    level = best_level()
    if LEVELS.index(level) > LEVELS.index(least):
        raise GradebookError(
            f"This machine gives the isolation {level!r}, and {least!r} is required; it would need "
            f"{what_would_help(least)}. With c.Judge.unsafe_no_sandbox = True submissions run with your own rights."
        )
    return level
