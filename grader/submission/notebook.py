"""The bytes of a file → a notebook's cells: bounded, typed, and without nbformat, which takes a second to load.

Everything here is the file's own claim. What is believed of it, `selection` decides.
"""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from grader.submission.text import foreign, newlines, text_of

# The tolerant reader builds every object of the file in memory, up to 30 times the file's size; the quick one skips
# what is not needed. 16 MB is more than a notebook without pictures ever has.
TOLERANT_BYTES = 16_000_000

# Empty cells take few bytes of a file and many of memory; this many take a second.
MAX_CELLS = 150_000


class NotANotebook(Exception):
    """The file holds no notebook."""


class Claims(msgspec.Struct, frozen=True):
    """What a cell says of itself in its `nbgrader` metadata."""

    grade_id: str | None = None
    grade: bool = False
    solution: bool = False
    locked: bool = False
    points: float | None = None

    @property
    def is_test(self) -> bool:
        """An autograded cell: it carries points, and no student writes in it."""
        return self.grade and not self.solution


class _Metadata(msgspec.Struct, frozen=True):
    nbgrader: Claims = Claims()
    tags: list[str] = []


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""
    input: str | list[str] = ""  # a code cell's source in version 3
    id: str | None = None
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


class _Worksheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Notebook(msgspec.Struct):
    cells: list[_Cell] | None = None
    worksheets: list[_Worksheet] | None = None  # where version 3 keeps its cells


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A cell as the file has it."""

    is_code: bool
    source: str
    cell_id: str | None
    claims: Claims
    tags: frozenset[str]


def notebook_cells(data: bytes) -> tuple[NotebookCell, ...]:
    """Return the cells of the notebook in `data`, in order, or raise NotANotebook with a sentence about what it is."""
    try:
        notebook = _decoded(data)
    except msgspec.ValidationError as error:
        raise NotANotebook(f"The file is JSON, but no notebook: {error}.") from None
    except RecursionError:
        raise NotANotebook("The file is no notebook: its JSON is nested too deeply.") from None
    cells = notebook.cells
    if cells is None and notebook.worksheets is not None:
        cells = [cell for sheet in notebook.worksheets for cell in sheet.cells]
    if cells is None:
        raise NotANotebook("The file is JSON, but no notebook: it has no cells.")
    if len(cells) > MAX_CELLS:
        raise NotANotebook(f"The file is no notebook that anyone could read: it has {len(cells)} cells.")
    return tuple(map(_cell, cells))


def _decoded(data: bytes) -> _Notebook:
    try:
        return msgspec.json.decode(data, type=_Notebook)
    except msgspec.ValidationError:  # JSON indeed; the tolerant reader would find the same
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(_rewritten(data), type=_Notebook)


def _rewritten(data: bytes) -> bytes:
    """Write anew what Jupyter reads and strict JSON is not: NaN, lone surrogates, other encodings."""
    if what := foreign(data):
        raise NotANotebook(f"The file is {what}, not a notebook.")
    if len(data) > TOLERANT_BYTES:
        raise NotANotebook("The file is no notebook: it is not valid JSON.")
    text, _ = text_of(data)
    try:
        tree: Any = json.loads(text, parse_constant=lambda _: None, strict=False)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("{") and (error.msg.startswith("Unterminated") or error.pos > len(text) - 10):
            # The end came within a text, or within the last few letters: `nul`, `\u00`.
            raise NotANotebook("The file is cut off: its end is missing. Save the notebook again.") from None
        raise NotANotebook(f"The file is no notebook: it is not valid JSON from line {error.lineno} on.") from None
    except ValueError:  # Python converts no number of more than 4300 digits
        raise NotANotebook("The file is no notebook: it holds a number of thousands of digits.") from None
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace")


def _cell(cell: _Cell) -> NotebookCell:
    source = cell.source or cell.input
    try:
        metadata = msgspec.json.decode(cell.metadata, type=_Metadata)
    except (msgspec.DecodeError, UnicodeDecodeError):  # of the wrong form: nothing of it is believed
        metadata = _Metadata()
    return NotebookCell(
        is_code=cell.cell_type == "code",
        source=newlines(source if isinstance(source, str) else "".join(source)),
        cell_id=cell.id,
        claims=metadata.nbgrader,
        tags=frozenset(metadata.tags),
    )
