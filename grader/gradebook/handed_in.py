"""A submission's file → its cells as they can be shown.  In: bytes that were judged.  Out: cells; believes nothing."""

import json
from dataclasses import dataclass

from grader.gradebook.official import Json
from grader.submission.notebook import Claims, NotANotebook, NotebookCell, notebook_cells
from grader.submission.text import text_of


@dataclass(frozen=True, slots=True, eq=False)
class HandedIn:
    """A cell of the file."""

    cell: NotebookCell
    raw: Json
    """Its JSON, for outputs and pictures; empty where the file can be read only in part."""
    number: int | None
    """How findings count it: only code cells are counted."""

    @property
    def source(self) -> str:
        """Its text."""
        return self.cell.source

    @property
    def label(self) -> str:
        """Its name for a person."""
        if self.number is not None:
            return f"cell {self.number}"
        return f"the text “{' '.join(self.source.split())[:40]}”"


def handed_in(data: bytes) -> tuple[HandedIn, ...]:
    """The cells of a notebook; of a `.py` file one cell."""
    try:
        cells = notebook_cells(data)
    except NotANotebook:
        script = NotebookCell(is_code=True, source=text_of(data)[0], cell_id=None, claims=Claims(), tags=frozenset())
        return (HandedIn(script, {}, None),)
    raws = _raw_cells(data)
    if len(raws) != len(cells):
        raws = [{}] * len(cells)
    made: list[HandedIn] = []
    count = 0
    for cell, raw in zip(cells, raws, strict=True):
        count += cell.is_code
        made.append(HandedIn(cell, raw, count if cell.is_code else None))
    return tuple(made)


def _raw_cells(data: bytes) -> list[Json]:
    try:
        cells = json.loads(text_of(data)[0], parse_constant=lambda _: None, strict=False)["cells"]
        return [cell if isinstance(cell, dict) else {} for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
