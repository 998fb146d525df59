"""The course's cells and a file's → one order with each of the course's cells once.  Pure; believes the course."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.gradebook.handed_in import HandedIn
from grader.gradebook.official import OfficialCell
from grader.release.solutions import functions


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the judged notebook: of the course, of the file, or of both."""

    cell: OfficialCell | None
    given: HandedIn | None

    @property
    def is_code(self) -> bool:
        """The type that counts: the course's, where nbgrader has to do with the cell; else what its author made it."""
        if self.cell is not None and (self.cell.claims or self.given is None):
            return self.cell.is_code
        return self.given is not None and self.given.cell.is_code


def arranged(official: Sequence[OfficialCell], given: Sequence[HandedIn]) -> list[Place]:
    """The file's order; what nbgrader knows and the file lacks stands where it would have stood.

    Of several copies the last counts, as nbgrader has it; of an answer, the last that is not as it was handed out.
    """
    at = _positions(official, given)
    taken = {position: cell for cell, position in at.items()}
    missing: dict[int, list[Place]] = {}
    latest = -1
    for cell in official:
        latest = at.get(cell, latest)
        if cell not in at and cell.claims:
            missing.setdefault(latest, []).append(Place(cell, None))
    places = missing.get(-1, [])
    for position, one in enumerate(given):
        cell_here = taken.get(position)
        if cell_here is not None or one.source.strip():
            places.append(Place(cell_here, one))
        places.extend(missing.get(position, ()))
    return places


def _positions(official: Sequence[OfficialCell], given: Sequence[HandedIn]) -> dict[OfficialCell, int]:
    """Where each cell of the course is found: by its nbgrader id, else its cell id, else its text."""
    by_name = {cell.grade_id: cell for cell in official if cell.claims}
    by_id = {cell.id: cell for cell in official}
    by_source = {cell.source.strip(): cell for cell in official}
    found: dict[OfficialCell, list[int]] = {}
    for position, one in enumerate(given):
        name, id_ = one.cell.claims.grade_id, one.cell.cell_id
        origin = by_name.get(name or "") or by_id.get(id_ or "") or by_source.get(one.source.strip())
        if origin is not None:
            found.setdefault(origin, []).append(position)
    at = {cell: _counting(cell, positions, given) for cell, positions in found.items()}
    return _by_content(official, given, at)


def _by_content(
    official: Sequence[OfficialCell], given: Sequence[HandedIn], at: dict[OfficialCell, int]
) -> dict[OfficialCell, int]:
    """Some editors lose every name. Then an answer is the last cell that defines the functions of the course's cell,
    or the text that stands right below the question.
    """
    free = [position for position in range(len(given)) if position not in set(at.values())]
    wanted = {name: cell for cell in official if cell.is_solution and cell not in at for name in cell.functions}
    defining = {p: functions(given[p].source) for p in free if wanted and "def " in given[p].source}
    for position, names in defining.items():
        cell = next((wanted[name] for name in wanted if name in names), None)
        if cell is not None:
            at[cell] = position
    for question, cell in pairwise(official):
        below = at.get(question, -2) + 1
        if cell.is_solution and not cell.is_code and cell not in at and below in free and not given[below].cell.is_code:
            at[cell] = below
    return at


def _counting(cell: OfficialCell, positions: Sequence[int], given: Sequence[HandedIn]) -> int:
    changed = [p for p in positions if given[p].source != cell.source] if cell.is_solution else []
    return (changed or positions)[-1]
