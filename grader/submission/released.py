"""A notebook of the course → what the release says of each of its cells. This side is believed; submissions are not."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from grader.submission.notebook import NotANotebook, NotebookCell, notebook_cells

_CHECK = re.compile(r"\s*check\(\s*(\w+)\s*\)\s*")


class Role(Enum):
    """What a cell of the release is for."""

    TEXT = auto()
    """Prose."""
    SOLUTION = auto()
    """The student writes here."""
    TEST = auto()
    """Graded by us, never run."""
    WRITTEN = auto()
    """Graded by a person."""
    READ_ONLY = auto()
    """Code that runs with the release's text, whatever became of it."""
    FIGURE = auto()
    """A plot of what the student wrote; never run."""
    PLAIN = auto()
    """Any other code."""


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """A cell of the release."""

    role: Role
    source: str
    is_code: bool
    grade_id: str | None
    cell_id: str | None
    points: float
    """Of a test or a written answer; else 0."""

    @property
    def function(self) -> str | None:
        """The function that a test cell checks: `predict` for `check(predict)`."""
        check = _CHECK.fullmatch(self.source) if self.role is Role.TEST else None
        return check[1] if check else None


@dataclass(frozen=True, slots=True)
class ReleasedNotebook:
    """The release of one assignment. Without cells, every cell of a submission is the student's own."""

    assignment: str
    cells: tuple[ReleasedCell, ...] = ()

    def of_role(self, role: Role) -> tuple[ReleasedCell, ...]:
        """Return the cells of one role, in the notebook's order."""
        return tuple(cell for cell in self.cells if cell.role is role)


def released_notebook(path: Path, assignment: str) -> ReleasedNotebook:
    """Read a notebook of `source/` or `assignments/`; raise ValueError with a sentence where it is none."""
    try:
        cells = notebook_cells(path.read_bytes())
    except NotANotebook as error:
        raise ValueError(f"{path}: {error}") from None
    return ReleasedNotebook(assignment, tuple(map(_released, cells)))


def released_in(folder: Path, assignment: str) -> ReleasedNotebook:
    """Read the notebook of an assignment's folder; one without cells where the folder has none. Raises ValueError."""
    notebook = folder / f"{assignment}.ipynb"
    return released_notebook(notebook, assignment) if notebook.is_file() else ReleasedNotebook(assignment)


def _released(cell: NotebookCell) -> ReleasedCell:
    return ReleasedCell(
        role=_role(cell),
        source=cell.source,
        is_code=cell.is_code,
        grade_id=cell.claims.grade_id,
        cell_id=cell.cell_id,
        points=cell.claims.points or 0.0 if cell.claims.grade else 0.0,
    )


def _role(cell: NotebookCell) -> Role:
    claims = cell.claims
    if claims.grade and claims.solution:  # nbgrader has a person grade such a cell, be it prose or code
        return Role.WRITTEN
    if not cell.is_code:
        return Role.TEXT
    if claims.grade:
        return Role.TEST
    if claims.solution:
        return Role.SOLUTION
    if claims.locked:
        return Role.READ_ONLY
    return Role.FIGURE if "figure" in cell.tags else Role.PLAIN
