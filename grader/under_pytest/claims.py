"""A submission as a file of tests.  In: its path, pytest's folder.  Out: one test a claim.  Never decides points."""

import contextlib
import inspect
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader import judge, recorded
from grader.agreement import Disagreement
from grader.blame import StudentError
from grader.claims import Check
from grader.course import exercise, open_course, released
from grader.exercise import AuthorError
from grader.program import Program
from grader.run import Attempt, Marking
from grader.sandbox import Limits, Zygote, best_level
from grader.student import NotWritten, Student
from grader.submission import UsageError, assignment_of, read, release_of, released_in

A_DAY = 86_400.0
"""Seconds for all tests together: whoever sits in a debugger is in no hurry. Each call has its own limit."""


class SubmissionFile(pytest.File):
    """A submission; its children are the claims of its assignment."""

    marking: Marking
    attempt: Attempt

    def collect(self) -> Iterator["Claim"]:
        """One test a claim."""
        try:
            self.marking = marking_of(self.path.resolve(), self.config.rootpath)
            outcome = read(self.path, self.marking.release).program
        except (AuthorError, UsageError, ValueError) as error:
            raise self.CollectError(str(error)) from None
        if not isinstance(outcome, Program):
            raise self.CollectError(outcome.sentence)
        stack = contextlib.ExitStack()
        self.config.add_cleanup(stack.close)
        zygote = stack.enter_context(Zygote(best_level(), self.marking.limits, self.marking.exercise.data))
        self.attempt = Attempt(self.marking.exercise, zygote, outcome, self.marking.limits, time.monotonic() + A_DAY)
        for check in self.marking.exercise.checks:
            claim = Claim.from_parent(self, name=check.id)
            claim.check = check
            claim.file = self
            yield claim


class Claim(pytest.Item):
    """One claim about the submission."""

    check: Check
    file: SubmissionFile

    def runtest(self) -> None:
        """Run the check on each of its draws; what it finds rises."""
        sentence = self.file.marking.broken.get(self.check.id)
        if sentence is not None:
            raise RuntimeError(sentence)
        made = self.file.marking.exercise
        with self.file.attempt.start() as backend:
            for index in range(self.check.draws):
                _, truth, draw = made.inputs(self.check, index, small=False)
                try:
                    self.check.run(Student(backend, made.forms), truth, draw)
                except NotWritten as error:
                    pytest.skip(str(error))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What the submission's author would read; a fault of the check itself with its traceback."""
        if not isinstance(excinfo.value, Disagreement | StudentError):
            return super().repr_failure(excinfo, style)
        made = self.file.marking.exercise
        function = made.function_of(self.check)
        items = judge.judge(made, self.file.attempt.start, functions=[function], follow_through=False)
        item = next(item for item in items if item.id == self.check.id)
        hint = f"\nTry: {item.hint}" if item.hint else ""
        return f"{item.claim}\n\n{item.finding}{hint}"

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the check stands, and whose claim it is."""
        code = self.check.run.__code__
        function = self.file.marking.exercise.function_of(self.check)
        return Path(inspect.getfile(code)), code.co_firstlineno - 1, f"{function}: {self.check.id}"


def marking_of(file: Path, root: Path) -> Marking:
    """What a file is judged with: the sources of the course in `root` where there is one, else the release beside it.

    Raises:
        AuthorError: the course or the release cannot be read.
        UsageError: it cannot be known which assignment the file is for.
        ValueError: the assignment's notebook is none.

    """
    if (root / "source").is_dir() and (root / "solutions").is_dir():
        course = open_course(root)
        slug = assignment_of(file, course.slugs)
        made, folder, limits = exercise(course, slug), course.source(slug), course.limits
        broken = recorded.make_ready(made)
    else:
        folder, limits, broken = release_of(file), Limits(), {}
        made = released(folder)
    return Marking(made, released_in(folder, made.slug), broken, limits)
