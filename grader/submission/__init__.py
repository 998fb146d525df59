"""A file or a folder of strangers → the cells to run. Never executes anything, never believes the file's metadata.

- `find(paths, slug)`: the submissions: who, and where
- `handed_in(folder, slug)`: the one in a folder of one person's
- `read(path, release)`: one of them: its digest, and its `Program`, or why there is none
- `assignment_of(file, slugs)`, `release_of(file)`: what a file belongs to, by where it lies
- `released_notebook(path, assignment)`: the course's side, which says which cells run
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.program import Program
from grader.submission.belonging import assignment_of, release_of
from grader.submission.file import Refused, open_file
from grader.submission.find import Submission, UsageError, find, handed_in
from grader.submission.notebook import NotANotebook, notebook_cells
from grader.submission.released import ReleasedCell, ReleasedNotebook, Role, released_in, released_notebook
from grader.submission.script import script
from grader.submission.selection import program
from grader.submission.text import foreign, text_of

__all__ = [
    "Reading",
    "Refused",
    "ReleasedCell",
    "ReleasedNotebook",
    "Role",
    "Submission",
    "Unreadable",
    "UsageError",
    "assignment_of",
    "find",
    "handed_in",
    "read",
    "release_of",
    "released_in",
    "released_notebook",
]

# Python's parser takes up to a second and 250 MB for this much; a file or cell written by hand is a fiftieth of it.
MAX_TEXT = 250_000

# All cells of a notebook together; the sandbox runs them.
MAX_CODE = 1_000_000

# What a page shows of them; a hostile notebook could ask for a hundred thousand.
MAX_NOTICES = 20


@dataclass(frozen=True, slots=True)
class Unreadable:
    """There is no notebook or Python in the file; the sentence says what there is."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a submission's file."""

    program: Program | Unreadable | Refused
    sha256: str | None
    """None where the file was refused, since it was not read."""


def read(path: Path, release: ReleasedNotebook) -> Reading:
    """Read the submission at `path` to the assignment of `release`. An OSError is nobody's fault and rises."""
    file = open_file(path)
    if isinstance(file, Refused):
        return Reading(file, None)
    is_notebook = path.suffix.lower() == ".ipynb" or _looks_like_a_notebook(file.data)
    outcome = _notebook(file.data, release) if is_notebook else _script(file.data, release.assignment)
    return Reading(_finished(outcome) if isinstance(outcome, Program) else outcome, file.sha256)


def _looks_like_a_notebook(data: bytes) -> bool:
    """Whether a file is a notebook under another name, as some download buttons give it."""
    return data[:100].lstrip().startswith(b"{") and b'"nbformat"' in data


def _notebook(data: bytes, release: ReleasedNotebook) -> Program | Unreadable | Refused:
    try:
        cells = notebook_cells(data)
    except NotANotebook as error:
        return Unreadable(str(error))
    names = {name for cell in release.of_role(Role.SOLUTION) for name in (cell.grade_id, cell.cell_id)} - {None}
    # Code, and what is read as code since it stands where the release has some.
    sizes = [len(c.source) for c in cells if c.is_code or {c.claims.grade_id, c.cell_id} & names]
    return _too_much(sizes) or program(cells, release)


def _script(data: bytes, assignment: str) -> Program | Unreadable | Refused:
    if what := foreign(data):
        return Unreadable(f"The file is {what}, not Python.")
    if refused := _too_much([len(data)]):
        return refused
    text, notice = text_of(data)
    outcome = script(text, assignment)
    if outcome is None:
        return Unreadable("The file is not Python: none of its statements can be read.")
    return replace(outcome, notices=(*filter(None, [notice]), *outcome.notices))


def _too_much(sizes: Sequence[int]) -> Refused | None:
    size, largest = sum(sizes), max(sizes, default=0)
    if size > MAX_CODE:
        return Refused(f"It holds {size / 1e6:.1f} MB of code; at most {MAX_CODE / 1e6:.0f} MB are read.")
    if largest > MAX_TEXT:
        return Refused(
            f"It holds {largest / 1e3:.0f} kB of code in one piece; at most {MAX_TEXT / 1e3:.0f} kB are read."
        )
    return None


def _finished(outcome: Program) -> Program:
    """Set what is known only when all cells are there."""
    notices = outcome.notices
    if len(notices) > MAX_NOTICES:
        notices = (*notices[:MAX_NOTICES], f"and {len(notices) - MAX_NOTICES} more notices like these")
    mentioned = any(re.search(r"\bmatplotlib\b", cell.source) for cell in outcome.cells)
    return replace(outcome, notices=notices, uses_matplotlib=mentioned)
