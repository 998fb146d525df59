"""What stands in `nbgrader_config.py`: nbgrader's commands, judged by this engine.  In: nbgrader's notebook and names.

- `Reader`, nbgrader's reader of notebooks, which ends no student's grading where a file is none
- `Restore`, first of `sanitize_preprocessors`: the course's cells, once each, whatever became of them in a submission
- `Judge`, in the place of Execute and SaveAutoGrades: judges the submitted file, writes grades, comments and outputs
"""

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Enum

from grader.course import Course, open_course, secret_of
from grader.gradebook import grades
from grader.gradebook.bench import bench, isolation
from grader.gradebook.database import Database
from grader.gradebook.marks import marks
from grader.gradebook.notebook import judged_notebook
from grader.gradebook.official import official
from grader.release.notebook import parsed
from grader.report import Result
from grader.submission import Submission, handed_in
from grader.submission.file import File, open_file

Processed = tuple[Any, Any]
"""nbconvert's pair of a notebook and its resources."""


class Reader(NotebookExporter):  # type: ignore[misc]  # nbconvert has no types
    """Reads a submission for nbgrader; in the place of one that is no notebook, the course's own stands empty."""

    def from_filename(self, filename: str, resources: Any = None, **named: Any) -> Processed:
        """Convert the notebook in a file."""
        try:
            return super().from_filename(filename, resources=resources, **named)  # type: ignore[no-any-return]
        except Exception as error:
            course = open_course(Path(_coursedir(self).root))
            slug = resources["nbgrader"]["assignment"] if resources else ""
            if slug not in course.slugs or resources["nbgrader"]["notebook"] != slug:
                raise
            self.log.warning("%s is no notebook that nbgrader reads: %s", filename, error)
            return self.from_notebook_node(_restored(course, slug, None), resources, **named)  # type: ignore[no-any-return]


class Restore(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the course's cells back, so that none of nbgrader's own steps stumbles over what became of them."""

    def preprocess(self, nb: Any, resources: Any) -> Processed:
        """Restore a notebook that there are checks for; leave any other as it is."""
        names = resources["nbgrader"]
        course = open_course(Path(_coursedir(self).root))
        if names["assignment"] != names["notebook"] or names["assignment"] not in course.slugs:
            return nb, resources
        file = open_file(_submitted(self, names))
        return _restored(course, names["assignment"], file.data if isinstance(file, File) else None), resources


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """Judges a submission and writes nbgrader's grades, comments and outputs."""

    require_isolation = Enum(
        ("jail", "filter"), default_value="filter", help="The least isolation that is accepted."
    ).tag(config=True)
    unsafe_no_sandbox = Bool(
        default_value=False, help="Run strangers' code with your own rights. Every judged notebook says so."
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> Processed:
        """Judge a notebook that there are checks for; the cells of any other wait for a person."""
        names = resources["nbgrader"]
        slug, student = names["assignment"], names["student"]
        course = open_course(Path(_coursedir(self).root))
        if slug not in course.slugs or names["notebook"] != slug:
            self.log.warning("There are no checks for %s/%s: its cells wait for a person.", slug, names["notebook"])
            return nb, resources
        level = "none" if self.unsafe_no_sandbox else isolation(self.require_isolation)
        place = bench(course, slug, secret_of(course, tell=self.log.warning), level)
        for sentence in place.broken:
            self.log.error(sentence)
        file = _submitted(self, names)
        found = handed_in(file.parent, slug)  # for what it says of other files there
        notices = found.notices if found.path == file else ()
        result, judged = place.judged(Submission(student, slug, file, notices))
        self._tell(result)
        with Database(names["db_url"], _coursedir(self).course_id).transaction() as gradebook:
            notebook = gradebook.find_submission_notebook(slug, slug, student)
            grades.write(notebook, marks(place.official, result, judged.sources))
        return parsed(judged.data.decode()), resources

    def _tell(self, result: Result) -> None:
        points = "not judged" if result.points is None else f"{result.points:g} of {result.max_points:g} points"
        self.log.info("%s: %s, in %.2f s, isolation %s", result.student, points, result.seconds, result.isolation)
        if result.isolation == "none":
            self.log.warning("%s was judged without isolation.", result.student)
        for notice in result.notices:
            self.log.warning("%s: %s", result.student, notice)


def _restored(course: Course, slug: str, data: bytes | None) -> Any:
    """The notebook before it is judged."""
    blank = Result("", slug, "", None, "judged", (), "", None, 0.0, 0.0, ())
    return parsed(judged_notebook(official(course, slug), data, blank).data.decode())


def _submitted(step: Any, names: Any) -> Path:
    folders = _coursedir(step)
    folder = folders.format_path(folders.submitted_directory, names["student"], names["assignment"])
    return Path(folder) / f"{names['notebook']}.ipynb"


def _coursedir(step: Any) -> Any:
    """The course's folders as the running command has them; it is the parent of each of its steps, or theirs."""
    parent = step.parent
    while parent is not None:
        if isinstance(getattr(parent, "coursedir", None), CourseDirectory):
            return parent.coursedir
        parent = parent.parent
    return CourseDirectory(config=step.config)
