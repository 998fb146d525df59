"""A submission's file and its result → the judged notebook that nbgrader shows to instructor and student.

The course's cells stand in it once each, with the course's ids, types, points and locked texts; the student's own cells
stand between them, disarmed; each test cell's output is what was found out. Nothing of the file's metadata is kept.
"""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from grader.emit import html, text
from grader.gradebook import harmless
from grader.gradebook.arranged import Place, arranged
from grader.gradebook.handed_in import HandedIn, handed_in
from grader.gradebook.marks import items_of
from grader.gradebook.official import Json, Official
from grader.report import Result, clean

NOTES = "**Notes of the grader**"
WITHOUT_ISOLATION = "judged without isolation: this submission ran with the instructor's own rights"
HTML_SHOWN = "{label}: what its text holds of HTML is not shown as such"
LEFT_OUT = "{count} of the submission's own cells are not shown here"
ABSENT = "# This cell is not in the submission. Judged wherever the submission has it: {names}"

MOST_CELLS = 1000
"""Of the student's own: ten times what anyone wrote by hand; a page of a hundred thousand cells opens nowhere."""
LONGEST_CELL = 250_000
"""Characters that are shown of a cell, more than any that runs."""


@dataclass(frozen=True, slots=True)
class JudgedNotebook:
    """What goes into `autograded/`, and what marks are made from."""

    document: Json
    sources: Mapping[str, str]
    """What the student's file has in the course's cells that students write in, by grade_id."""

    @property
    def data(self) -> bytes:
        """The file, as Jupyter saves it."""
        cells = [_in_lines(cell) for cell in self.document["cells"]]
        return (
            json.dumps({**self.document, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        ).encode()


def _in_lines(part: Json) -> Json:
    """A cell or an output as the format keeps its texts: line by line, for those who compare files."""
    split = {k: v.splitlines(keepends=True) for k, v in part.items() if k in _TEXTS and isinstance(v, str)}
    outputs = {"outputs": [_in_lines(output) for output in part["outputs"]]} if "outputs" in part else {}
    return part | split | outputs | ({"data": _in_lines(part["data"])} if "data" in part else {})


_TEXTS = frozenset({"source", "text", "text/plain", "text/html"})


def judged_notebook(official: Official, data: bytes | None, result: Result) -> JudgedNotebook:
    """The judged notebook. `data` is the submitted file, None where none of it can be shown."""
    given = handed_in(data) if data is not None and result.status in {"judged", "unjudged"} else ()
    places = arranged(official.cells, given)
    shown = [place for place in places if place.cell or place.given in given[:MOST_CELLS]]
    notes = list(result.notices)
    if len(shown) < len(places):
        notes.append(LEFT_OUT.format(count=len(places) - len(shown)))
    pictures = harmless.Pictures()
    cells = [_cell(place, number, result, pictures, notes) for number, place in enumerate(shown, 1)]
    if result.isolation == "none":
        notes.append(WITHOUT_ISOLATION)
    sources = {place.cell.grade_id: place.given.source for place in places if place.cell and place.given}
    return JudgedNotebook({**official.document, "cells": [*_notes(notes), *cells]}, sources)


def _cell(place: Place, number: int, result: Result, pictures: harmless.Pictures, notes: list[str]) -> Json:
    official, given = place.cell, place.given
    made: Json = deepcopy(official.raw) if official else {"id": f"own-{number}", "metadata": {}}
    made["cell_type"] = "code" if place.is_code else "markdown"
    source = given.source if given else ""
    if official is not None and (given is None or official.is_fixed or source == official.source):
        absent = given is None and place.is_code and not official.is_fixed
        made["source"] = ABSENT.format(names=", ".join(official.functions)) if absent else official.source
    elif place.is_code:
        made["source"] = clean(source, LONGEST_CELL)
    else:
        made["source"], changed = harmless.prose(clean(source, LONGEST_CELL))
        if changed and given is not None:
            notes.append(HTML_SHOWN.format(label=given.label))
        if given is not None and (kept := harmless.attachments(given.raw.get("attachments"), pictures)):
            made["attachments"] = kept
    if place.is_code:
        made["execution_count"] = given.number if given else None
        made["outputs"] = _outputs(place, result, pictures)
    else:
        made.pop("execution_count", None)
        made.pop("outputs", None)
    return made


def _outputs(place: Place, result: Result, pictures: harmless.Pictures) -> list[Json]:
    if place.cell is None or not place.cell.is_test:
        return harmless.outputs(place.given.raw.get("outputs"), pictures) if place.given else []
    items = items_of(place.cell, result)
    title = " ".join(place.cell.functions) or place.cell.grade_id
    found = {"text/plain": "\n".join(text.claims(items)), "text/html": html.claims(title, items)}
    outputs: list[Json] = [{"output_type": "display_data", "data": found, "metadata": {}}]
    if not items or any(item.status == "unjudged" for item in items):
        # nbgrader pays a cell without a number in full, and one with an error nothing: should it ever look.
        error = {"output_type": "error", "ename": "NotJudged", "evalue": "", "traceback": ["not judged"]}
        return [*outputs, error]
    points = {"text/plain": repr(round(float(sum(item.points for item in items)), 6))}
    number = place.given.number if place.given else None
    return [*outputs, {"output_type": "execute_result", "data": points, "metadata": {}, "execution_count": number}]


def _notes(notes: Sequence[str]) -> list[Json]:
    """A cell of what the instructor should know; indented, since it repeats words of a stranger."""
    if not notes:
        return []
    lines = "\n".join(f"    - {' '.join(note.split())}" for note in dict.fromkeys(notes))
    return [{"cell_type": "markdown", "id": "notes-of-the-grader", "metadata": {}, "source": f"{NOTES}\n\n{lines}"}]


__all__ = ["HandedIn", "JudgedNotebook", "judged_notebook"]
