"""Results as they come → gradebook and `autograded/`, one submission at a time, all of it or nothing of it.

The notebook is written first: where that fails the grades stay as they were, and where the process is ended in between,
running again ends in the same state.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from grader.course import Course
from grader.gradebook import GradebookError, assignment, grades
from grader.gradebook.database import Database
from grader.gradebook.folder import files_beside, write_folder
from grader.gradebook.marks import marks
from grader.gradebook.notebook import judged_notebook
from grader.gradebook.official import Official, official
from grader.gradebook.settings import settings
from grader.release.files import files_in
from grader.report import Result
from grader.submission import Submission
from grader.submission.file import File, open_file
from grader.workers import Graded


class Recorder:
    """What `grader grade` writes into one gradebook."""

    def __init__(self, course: Course, url: str, *, unsafe: bool = False, patience: float = 15.0) -> None:
        """Read nbgrader's settings; `unsafe` takes results that were found without isolation.

        Raises:
            GradebookError: the URL or the settings are not understood.

        """
        self._course, self._unsafe = course, unsafe
        self._settings = settings(course)
        self._database = Database(url, self._settings.course_id, patience=patience)
        self._official: dict[str, Official] = {}
        self._handout: dict[str, Mapping[str, bytes]] = {}
        self._has_roster = False
        self._told: set[str] = set()
        self.kept = 0
        """How many results were written."""
        self.lost: dict[Submission, Result] = {}
        """Those that were not."""

    def prepare(self, slug: str) -> list[str]:
        """Make the gradebook know the assignment, before anything is judged; return what is new there.

        Raises:
            GradebookError: it is no gradebook of this course and this nbgrader, or cannot be written.
            AuthorError: the source cannot be released.

        """
        self._official[slug] = official(self._course, slug)
        ignored = (*self._settings.ignored, "*.ipynb")
        self._handout[slug] = files_in(self._course.source(slug), ignored)
        with self._database.transaction() as gradebook:
            self._has_roster = self._has_roster or bool(gradebook.students)
            return assignment.prepare(gradebook, self._official[slug], self._course.slugs)

    def keep(self, submission: Submission, result: Result) -> Iterator[str]:
        """Write one result and yield what the instructor should know of it; what fails is tried `again`."""
        try:
            told = self.record(submission, result)
            self.kept += 1
        except GradebookError as error:
            self.lost[submission] = result
            told = [f"not in the gradebook: {error}"]
        for sentence in (f"{submission.student}, {submission.assignment}: {sentence}" for sentence in told):
            if sentence not in self._told:  # what failed for the same reason again was said
                self._told.add(sentence)
                yield sentence

    def again(self) -> Iterator[str]:
        """Try once more what could not be written, and yield what came of everything."""
        lost, self.lost = self.lost, {}
        for submission, result in lost.items():
            yield from self.keep(submission, result)
        yield f"{self.kept} of {self.kept + len(self.lost)} results are in the gradebook."

    @property
    def complete(self) -> bool:
        """Whether everything was written; with `take` and `end`, what `grader.sinks` asks of a sink."""
        return not self.lost

    def take(self, one: Graded) -> Iterator[str]:
        """Keep one result of a stream."""
        return self.keep(one.submission, one.result)

    def end(self) -> Iterator[str]:
        """Try again what failed, and say what came of everything."""
        return self.again()

    def record(self, submission: Submission, result: Result) -> list[str]:
        """Write one result; return what the instructor should know of it.

        Raises:
            GradebookError: it was not written, and nothing of it was.

        """
        slug, student = submission.assignment, submission.student
        if result.isolation == "none" and not self._unsafe:
            raise GradebookError(
                "It was judged without isolation: a gradebook takes that with --unsafe-no-sandbox only."
            )
        if "/" in student or student != student.strip() or not student:
            raise GradebookError("It has no student's name: hand it in as submitted/<student>/<assignment>/.")
        told: list[str] = []
        judged = judged_notebook(self._official[slug], self._data(submission, result), result)
        beside = submission.path.parent if submission.path.parent.name == slug else None
        handed_in = _time(beside, told) if beside else None
        with self._database.transaction() as gradebook:
            if not gradebook.knows(student):
                if not self._settings.creates_students:
                    raise GradebookError("The student is not in the gradebook, and c.Autograde.create_student is off.")
                gradebook.add_student(student)
                if self._has_roster:
                    told.append("the student was not in the gradebook, and is now")
            grades.record(
                gradebook,
                slug,
                student,
                marks(self._official[slug], result, judged.sources),
                handed_in=handed_in,
                late_penalty=self._settings.late_penalty,
            )
            gradebook.db.flush()
            self._write(slug, student, judged.data, beside)
        return told

    def _data(self, submission: Submission, result: Result) -> bytes | None:
        """The very bytes that were judged."""
        if result.sha256 is None:
            return None
        try:
            file = open_file(submission.path)
        except OSError as error:
            raise GradebookError(f"Its file cannot be read any more: {error.strerror}.") from error
        if not isinstance(file, File) or file.sha256 != result.sha256:
            raise GradebookError("Its file was changed while it was judged; run the command again.")
        return file.data

    def _write(self, slug: str, student: str, notebook: bytes, beside: Path | None) -> None:
        handed_in = files_beside(beside, self._settings.ignored) if beside else {}
        kept = {name: handed_in[name] for name in self._settings.kept.get(slug, ()) if name in handed_in}
        files = {**handed_in, **self._handout[slug], **kept, f"{slug}.ipynb": notebook}
        write_folder(self._settings.autograded(student, slug), files, self._settings.mode, self._settings.folder_mode)


def _time(folder: Path, told: list[str]) -> datetime | None:
    """When it was handed in, as `nbgrader collect` or a person left it in timestamp.txt."""
    try:
        file = open_file(folder / "timestamp.txt")
        text = file.data[:100].decode().strip() if isinstance(file, File) else "no plain file"
        time: datetime | None = parse_utc(text) if text else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, OverflowError):
        told.append("timestamp.txt holds no time; lateness was not judged")
        return None
    return time
