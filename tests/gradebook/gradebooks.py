"""A class of the tiny course: submissions, results without a sandbox, and what a gradebook holds of them."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tiny_course
from tiny_course import SLUG

from grader.course import Course
from grader.gradebook.official import Official, official
from grader.gradebook.recorder import Recorder
from grader.report import Item, Result, total
from grader.submission import Submission

POINTS = {"scale": 3.0, "total": 3.0, "encode": 1.0, "decode": 2.0, "noise": 1.0}
CODE = {
    "scale": "def scale(x, factor):\n    return factor * x",
    "total": "def total(x):\n    return (2 * x).sum()",
    "encode": "def encode(x):\n    return x + 7.0, 7.0",
    "decode": "def decode(code, key):\n    return code - key",
    "noise": "def noise(n, rng):\n    return rng.normal(size=n)",
}
ANSWER = "Because of *this*."

Book = dict[str, Any]


def course(root: Path, **files: str) -> Course:
    return tiny_course.make(root / "course", **files)


def released(made: Course) -> Book:
    """The notebook as a student receives it."""
    book: Book = json.loads(json.dumps(official(made, SLUG).document))
    return book


def the_official(made: Course) -> Official:
    return official(made, SLUG)


def at(book: Book, name: str) -> Book:
    """A cell by its id."""
    found: Book = next(cell for cell in book["cells"] if cell["id"] == name)
    return found


def written(made: Course, **changed: str) -> Book:
    """The notebook with every answer in it, some of them others."""
    book = released(made)
    for name, source in {**CODE, "written_answer": ANSWER, **changed}.items():
        at(book, name)["source"] = source
    return book


def plain(source: str, kind: str = "code", **more: Any) -> Book:
    """A cell of a student's own."""
    made: Book = {"cell_type": kind, "id": f"own{hashlib.sha256(source.encode()).hexdigest()[:8]}", "metadata": {}}
    code: Book = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return made | {"source": source} | code | more


def hand_in(made: Course, student: str, book: Book | str | None = None, *, time: str = "") -> Submission:
    """Put a submission where nbgrader collects it."""
    path = made.root / "submitted" / student / SLUG / f"{SLUG}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(book if isinstance(book, str) else json.dumps(book or written(made)), "utf-8")
    if time:
        (path.parent / "timestamp.txt").write_text(time, "utf-8")
    return Submission(student, SLUG, path)


def items(points: Mapping[str, float] = POINTS, status: str = "") -> tuple[Item, ...]:
    """An item a function."""
    return tuple(
        Item(
            f"{name}_holds",
            name,
            f"`{name}` holds <everywhere>.",
            status or ("passed" if points.get(name, 0.0) == most else "failed"),  # type: ignore[arg-type]
            points.get(name, 0.0) if not status else 0.0,
            most,
            None if points.get(name, 0.0) == most else "It gave <b>7</b>.",
            None if points.get(name, 0.0) == most else "Use np.sum.",
        )
        for name, most in POINTS.items()
    )


def result(
    submission: Submission,
    points: Mapping[str, float] = POINTS,
    *,
    status: str = "judged",
    notices: Sequence[str] = (),
    isolation: str = "jail",
    of_items: str = "",
) -> Result:
    """What the judge would have found."""
    found = items(points, of_items)
    data = submission.path.read_bytes() if submission.path.is_file() else b""
    return Result(
        submission.student,
        SLUG,
        str(submission.path),
        hashlib.sha256(data).hexdigest(),
        status,  # type: ignore[arg-type]
        tuple(notices),
        isolation,
        total(found),
        10.0,
        0.1,
        found,
    )


def url(made: Course) -> str:
    return f"sqlite:///{made.root / 'gradebook.db'}"


def recorder(made: Course, **options: Any) -> Recorder:
    """A recorder that knows the assignment."""
    ready = Recorder(made, url(made), patience=0.2, **options)
    ready.prepare(SLUG)
    return ready


def rows(made: Course, query: str) -> list[tuple[Any, ...]]:
    """What stands in the gradebook's file, read without nbgrader."""
    with sqlite3.connect(made.root / "gradebook.db") as connection:
        return connection.execute(query).fetchall()


def change(made: Course, statement: str, *values: Any) -> None:
    """What a person, or formgrader, wrote there."""
    connection = sqlite3.connect(made.root / "gradebook.db")
    with connection:
        connection.execute(statement, values)
    connection.close()


GRADES = """
select student.id, base_cell.name, grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade
from grade join base_cell on base_cell.id = grade.cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
join student on student.id = submitted_assignment.student_id
"""


def grades(made: Course) -> dict[tuple[str, str], tuple[Any, ...]]:
    """By student and cell: the automatic score, the manual one, extra credit, whether a person has to look."""
    return {(student, cell): tuple(rest) for student, cell, *rest in rows(made, GRADES)}


def judged(made: Course, student: str) -> Book:
    """The notebook in `autograded/`."""
    book: Book = json.loads((made.root / "autograded" / student / SLUG / f"{SLUG}.ipynb").read_text("utf-8"))
    return book
