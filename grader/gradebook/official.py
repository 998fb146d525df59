"""The course's notebook as nbgrader knows it → what each of its cells is.  In: a source folder.  Out: plain data.

This side is believed: ids, points, types and the text of locked cells come from here, whatever a submission says.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from grader.course import Course
from grader.exercise import AuthorError
from grader.release.notebook import parsed, student_version
from grader.release.solutions import Unfit, functions

Json = dict[str, Any]

_CHECK = re.compile(r"\s*check\(\s*(\w+)\s*\)\s*")


@dataclass(frozen=True, slots=True, eq=False)
class OfficialCell:
    """A cell of the release."""

    raw: Json
    """As the notebook's file has it; not to be changed."""
    id: str
    source: str
    is_code: bool
    claims: Mapping[str, Any] | None
    """Its nbgrader metadata; None where nbgrader has nothing to do with it."""
    functions: tuple[str, ...] = ()
    """What it is about: the function that a test cell checks, those that a solution cell defines."""

    @property
    def grade_id(self) -> str:
        """Its name in the gradebook; empty where it has none."""
        return str(self.claims["grade_id"]) if self.claims else ""

    @property
    def is_graded(self) -> bool:
        """Whether it carries points."""
        return bool(self.claims and self.claims["grade"])

    @property
    def is_solution(self) -> bool:
        """Whether the student writes in it."""
        return bool(self.claims and self.claims["solution"])

    @property
    def is_test(self) -> bool:
        """Whether its points come from our judging."""
        return self.is_graded and not self.is_solution

    @property
    def is_fixed(self) -> bool:
        """Whether its text is the course's, whatever became of it."""
        return bool(self.claims and (self.is_test or (self.claims["locked"] and not self.is_solution)))

    @property
    def points(self) -> float:
        """The most that it gives."""
        return float(self.claims["points"]) if self.claims and self.is_graded else 0.0


@dataclass(frozen=True)
class Official:
    """The release's notebook."""

    slug: str
    document: Json
    cells: tuple[OfficialCell, ...]

    @cached_property
    def known(self) -> Sequence[OfficialCell]:
        """The cells that nbgrader has to do with, in order."""
        return tuple(cell for cell in self.cells if cell.claims)


def official(course: Course, slug: str) -> Official:
    """The notebook that students receive, made from the source as `grader release` makes it.

    Raises:
        AuthorError: the source has no notebook, or one that cannot be released.

    """
    file = course.source(slug) / f"{slug}.ipynb"
    try:
        document = json.loads(student_version(parsed(file.read_text("utf-8"))))
    except FileNotFoundError:
        raise AuthorError(f"source/{slug}/{slug}.ipynb is missing; its cells carry the points.") from None
    except (Unfit, UnicodeDecodeError) as error:
        raise AuthorError(f"source/{slug}/{slug}.ipynb: {error}") from None
    return Official(slug, document, tuple(map(_cell, document["cells"])))


def _cell(raw: Json) -> OfficialCell:
    claims = raw["metadata"].get("nbgrader")
    if claims is not None and not (claims["grade"] or claims["solution"] or claims["locked"] or claims.get("task")):
        claims = None  # nbgrader's mark that a cell was once graded
    cell = OfficialCell(raw, raw["id"], text_of(raw["source"]), raw["cell_type"] == "code", claims)
    return replace(cell, functions=_functions(cell))


def _functions(cell: OfficialCell) -> tuple[str, ...]:
    if cell.is_test:
        check = _CHECK.fullmatch(cell.source)
        return (check[1],) if check else ()
    return tuple(sorted(functions(cell.source), key=cell.source.find)) if cell.is_solution and cell.is_code else ()


def text_of(source: Any) -> str:
    """The text of a cell or an output, which the format keeps in one piece or in lines."""
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""
