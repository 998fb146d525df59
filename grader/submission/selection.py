"""A notebook's cells and the release → the cells that run. Believes the release; the file's metadata only says where.

A cell of the file is taken for a cell of the release by its nbgrader id, else by its cell id, else by its exact source:
the first two are lost in some editors, and a lost name must cost nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.program import Cell, Program
from grader.submission.notebook import NotebookCell
from grader.submission.released import ReleasedCell, ReleasedNotebook, Role
from grader.submission.statements import future_flags, left_out_notice, may_hold_commands, parse, without_commands

_NEVER_RUN = frozenset({Role.TEST, Role.FIGURE})


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell of the file beside the cell of the release that it comes from."""

    cell: NotebookCell
    position: int
    label: str
    """How the student finds it: all code cells count, those that do not run too."""
    original: ReleasedCell | None

    @property
    def is_marked(self) -> bool:
        return self.original is not None and self.cell.claims.grade_id == self.original.grade_id

    @property
    def is_changed(self) -> bool:
        return self.original is not None and self.cell.source.strip() != self.original.source.strip()

    @property
    def is_retyped(self) -> bool:
        """Whether a student's code stands in prose: one key in Jupyter does that, and the release's type counts."""
        return self.original is not None and self.original.role is Role.SOLUTION and not self.cell.is_code


def program(cells: Sequence[NotebookCell], release: ReleasedNotebook) -> Program:
    """Return what of a notebook runs, in order, with notices about all that was changed on the way."""
    placed = _placed(cells, release)
    running: list[Cell] = []
    notices: list[str] = []
    flags = 0
    for cell in _sources(placed, release):
        source = cell.source
        if may_hold_commands(source) and parse(source, flags) is None:
            source, left_out = without_commands(source)
            notices.extend(left_out_notice(cell.label, line) for line in left_out)
        running.append(Cell(source, cell.label, cell.line, flags))
        if "__future__" in source and (tree := parse(source, flags)) is not None:
            flags |= future_flags(tree)  # a kernel carries them from cell to cell too
    return Program(tuple(running), "__main__", notices=(*notices, *_differences(placed, release)))


def _placed(cells: Sequence[NotebookCell], release: ReleasedNotebook) -> list[_Placed]:
    by_grade_id: dict[str | None, ReleasedCell] = {cell.grade_id: cell for cell in release.cells if cell.grade_id}
    by_cell_id: dict[str | None, ReleasedCell] = {cell.cell_id: cell for cell in release.cells if cell.cell_id}
    by_source = {cell.source.strip(): cell for cell in release.cells if cell.is_code}
    placed: list[_Placed] = []
    count = 0
    for position, cell in enumerate(cells):
        count += cell.is_code
        original = by_grade_id.get(cell.claims.grade_id) or by_cell_id.get(cell.cell_id)
        if original is None and cell.is_code:
            original = by_source.get(cell.source.strip())
        placed.append(_Placed(cell, position, f"cell {count}", original))
    return placed


def _sources(placed: Sequence[_Placed], release: ReleasedNotebook) -> Iterator[Cell]:
    """Yield the cells that run, the release's read-only ones with the release's text, also where they are missing."""
    restored = _restored(placed, release)
    yield from restored.get(-1, ())
    written = {place.original for place in placed if place.cell.is_code}
    seen: set[ReleasedCell] = set()
    for position, place in enumerate(placed):
        original = place.original
        if original is not None and original.role is Role.READ_ONLY and original not in seen:
            seen.add(original)  # a copy of it further down is the student's own cell
            yield Cell(original.source, place.label)
        elif place.cell.is_code and not place.cell.claims.is_test and (not original or original.role not in _NEVER_RUN):
            yield Cell(place.cell.source, place.label)
        elif place.is_retyped and original not in written:
            yield Cell(place.cell.source, f"the course's cell “{place.cell.claims.grade_id or place.cell.cell_id}”")
        yield from restored.get(position, ())


def _restored(placed: Sequence[_Placed], release: ReleasedNotebook) -> dict[int, list[Cell]]:
    """Return the missing read-only cells by the position in the file after which they belong; -1 is the front."""
    positions = {place.original: position for position, place in enumerate(placed)}
    restored: dict[int, list[Cell]] = {}
    latest = -1
    for cell in release.cells:
        if cell in positions:
            latest = positions[cell]
        elif cell.role is Role.READ_ONLY:
            restored.setdefault(latest, []).append(Cell(cell.source, f"the course's cell “{cell.grade_id}”"))
    return restored


def _differences(placed: Sequence[_Placed], release: ReleasedNotebook) -> Iterator[str]:
    """Yield a sentence for each way in which cells of the release were changed; none of them moves a point."""
    found: dict[ReleasedCell, list[_Placed]] = {cell: [] for cell in release.cells if cell.grade_id}
    for place in placed:
        if place.original in found:
            found[place.original].append(place)
    yield from _of_the_whole(found)
    for original, places in found.items():
        name = f"`{original.grade_id}`"
        for place in places:
            yield from _changes(place, original, name)
        if len(places) > 1:
            yield f"the course's cell {name} is there {len(places)} times, first as {places[0].label}"
    for place in placed:
        if place.cell.is_code and place.cell.claims.is_test and place.original is None:
            yield f"{place.label}: a test cell that the course does not have; it does not run, and gives no points"


def _of_the_whole(found: Mapping[ReleasedCell, Sequence[_Placed]]) -> Iterator[str]:
    missing = [cell for cell, places in found.items() if not places and cell.is_code]
    if missing:
        yield f"cells of the course are missing: {_names(missing)}; the judging is the same without them"
    if unmarked := [cell for cell, places in found.items() if places and not any(p.is_marked for p in places)]:
        yield f"nbgrader's marks of these cells are gone or changed: {_names(unmarked)}; the course's count"
    first = [places[0].position for places in found.values() if places]
    if first != sorted(first):
        yield "the course's cells stand in another order than they were handed out in"


def _changes(place: _Placed, original: ReleasedCell, name: str) -> Iterator[str]:
    claims = place.cell.claims
    if place.is_retyped:
        yield f"the course's cell {name} is no code cell any more; it is read as one"
    elif original.is_code and not place.cell.is_code:
        yield f"the course's cell {name} is no code cell any more; what it holds does not run"
    elif original.role is Role.TEST and place.is_changed:
        yield f"{place.label}: the test cell {name} was changed; what it holds does not run"
    elif original.role is Role.READ_ONLY and place.is_changed:
        yield f"{place.label}: the read-only cell {name} was changed; the course's text runs in its place"
    if claims.grade and claims.points is not None and claims.points != original.points:
        yield f"{place.label}: {name} claims {claims.points:g} points; {original.points:g} count"


def _names(cells: Sequence[ReleasedCell]) -> str:
    return ", ".join(f"`{cell.grade_id}`" for cell in cells)
