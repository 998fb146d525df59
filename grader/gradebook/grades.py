"""Marks → rows of nbgrader's gradebook.  What a person gave stays: scores, comments, extra credit, extensions."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from grader.gradebook import GradebookError
from grader.gradebook.database import Joined
from grader.gradebook.marks import Marks

LatePenalty = Callable[[str, float, float], float | None]
"""A student's name, their score and the seconds they are late → what to take off."""


def record(
    gradebook: Joined,
    slug: str,
    student: str,
    marks: Marks,
    *,
    handed_in: datetime | None = None,
    late_penalty: LatePenalty | None = None,
) -> None:
    """Write one student's marks, and what their being late costs.

    Raises:
        GradebookError: the gradebook's cells are of another form of the assignment.

    """
    when = {} if handed_in is None else {"timestamp": handed_in}
    submission = gradebook.update_or_create_submission(slug, student, **when)
    for other in submission.notebooks:
        if other.name == slug:
            write(other, marks)
    if late_penalty is not None:
        gradebook.db.flush()
        for notebook in submission.notebooks:
            gradebook.db.refresh(notebook)
            notebook.late_submission_penalty = _penalty(student, notebook, submission, late_penalty)


def write(notebook: Any, marks: Marks) -> None:
    """Write marks into nbgrader's record of a submitted notebook."""
    grades = {row.cell.name: row for row in notebook.grades}
    comments = {row.cell.name: row for row in notebook.comments}
    for grade in marks.grades:
        row = grades.get(grade.cell)
        if row is None or row.cell.max_score != grade.most:
            raise GradebookError(
                f"The gradebook is of another release: it has no cell {grade.cell} of {grade.most:g} points. "
                f"`nbgrader generate_assignment {notebook.name} --force` brings it up to date."
            )
        row.auto_score = grade.points
        # As nbgrader has it: after a new judging, a person looks again at what they decided.
        row.needs_manual_grade = row.manual_score is not None or grade.points is None
    for comment in marks.comments:
        if comment.cell in comments:
            comments[comment.cell].auto_comment = comment.text


def _penalty(student: str, notebook: Any, submission: Any, late_penalty: LatePenalty) -> float | None:
    late = submission.total_seconds_late
    penalty = late_penalty(student, notebook.score, late) if late > 0 else None
    return None if penalty is None else min(max(penalty, 0.0), notebook.score)
