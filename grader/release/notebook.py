"""A source notebook → what its author must mend, and the student's version, byte for byte as nbgrader makes it.

nbgrader's own preprocessors would do the second half, but importing them takes 5 to 8 s and installing them 500 MB,
which every CI run of `grader release --check` would pay. What they do to a notebook of a course is `student_version`.
What they would do to others (hidden tests, marking schemes, generated tests) is refused, so that the two never differ
in silence, and a test holds them equal by running nbgrader's command.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Annotated, Any, Literal

import msgspec
import nbformat
from msgspec import UNSET, UnsetType

from grader.release.solutions import Unfit, regions
from grader.submission import ReleasedNotebook, Role

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"

# Marks by which nbgrader would change a cell further.
_OTHER_MARKS = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME", "END MARK SCHEME", "AUTOTEST")


# A line of a code cell that `grader release` fills; the comment says from where.
_ADDRESS = re.compile(r"^([ \t]*\w+ = )(.*?)(  # \[tool\.grader\] course)$", re.MULTILINE)


class _OutlineCell(msgspec.Struct):
    id: str | None = None


class _Outline(msgspec.Struct):
    """What has to be known of a notebook before nbformat reads it: it would give out ids, and only warn of it."""

    nbformat: int
    nbformat_minor: int
    cells: list[_OutlineCell] = []


class Metadata(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A cell's `nbgrader` metadata, schema 3."""

    grade: bool
    locked: bool
    solution: bool
    schema_version: Literal[3]
    grade_id: Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9_\-]+$")]
    task: bool = False
    points: Annotated[float, msgspec.Meta(ge=0)] | UnsetType = UNSET
    cell_type: Literal["code", "markdown", "raw"] | UnsetType = UNSET
    checksum: Annotated[str, msgspec.Meta(min_length=32, max_length=32)] | UnsetType = UNSET

    @property
    def is_fixed(self) -> bool:
        """Whether the cell is overwritten with the release's text before grading."""
        return not self.solution and (self.grade or self.locked)


def parsed(text: str) -> Any:
    """Return the notebook in `text` as nbformat has it, or raise Unfit."""
    try:
        document = msgspec.convert(json.loads(text), _Outline)
    except (ValueError, RecursionError):
        raise Unfit("it is no notebook") from None
    if (document.nbformat, document.nbformat_minor) < (4, 5):
        version = f"{document.nbformat}.{document.nbformat_minor}"
        raise Unfit(f"it is in notebook format {version}; from 4.5 on cells have ids")
    counts = Counter(cell.id for cell in document.cells)
    if repeated := [name for name, count in counts.items() if count > 1 or name is None]:
        raise Unfit(f"the cell id {repeated[0]} is not unique" if repeated[0] else "a cell has no id")
    try:
        nbformat.validate(json.loads(text))
    except nbformat.ValidationError as error:
        raise Unfit(f"it is not a valid notebook: {error.message[:200]}") from None
    return nbformat.reads(text, as_version=4)


def faults(notebook: Any) -> Iterator[str]:
    """Yield a sentence for each cell that nbgrader, or we, could not release."""
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        yield f"its language is {language}, not python"
    seen: set[str] = set()
    for cell in notebook.cells:
        for fault in _cell_faults(cell, seen):
            yield f"cell `{cell.id}`: {fault}"


def _cell_faults(cell: Any, seen: set[str]) -> Iterator[str]:
    yield from (f"{mark} is not supported" for mark in _OTHER_MARKS if mark in cell.source)
    try:
        found = regions(cell.source)
        claims = claims_of(cell)
    except Unfit as error:
        yield str(error)
        return
    if claims is None:
        if found:
            yield "it has a solution region but is no solution cell"
        return
    if claims.grade_id in seen:
        yield f"the grade_id {claims.grade_id} is there twice"
    seen.add(claims.grade_id)
    if found and not claims.solution:
        yield "it has a solution region but is no solution cell"
    if claims.grade and claims.points is UNSET:
        yield "it is graded but has no points"
    if cell.cell_type != "code" and claims.grade != claims.solution and not claims.task:
        yield "prose that a person grades must be both grade and solution"
    if cell.cell_type != "markdown" and claims.task:
        yield "a task must be a markdown cell"


def claims_of(cell: Any) -> Metadata | None:
    """Return a cell's nbgrader metadata, None where it has none, or raise Unfit."""
    if "nbgrader" not in cell.metadata:
        return None
    try:
        return msgspec.convert(dict(cell.metadata.nbgrader), Metadata)
    except msgspec.ValidationError as error:
        raise Unfit(f"its nbgrader metadata is not valid: {error}") from None


def addressed(notebook: Any, address: str) -> Iterator[str]:
    """Write the course's address into the lines that ask for it; yield a sentence where there is none to write."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and _ADDRESS.search(cell.source):
            if not address:
                yield f"cell `{cell.id}` tells the course's address: set `course` in [tool.grader] of pyproject.toml"
            text = json.dumps(address, ensure_ascii=False)
            cell.source = _ADDRESS.sub(lambda line: f"{line[1]}{text}{line[3]}", cell.source)  # noqa: B023 - used at once


def is_solution(cell: Any) -> bool:
    """Whether students write in the cell."""
    claims = claims_of(cell)
    return claims is not None and claims.solution


def uncovered(notebook: ReleasedNotebook, defined: set[str], points: Mapping[str, float]) -> Iterator[str]:
    """Yield a sentence for each function without its solution cell or its test cell, or with other points.

    `defined` are the functions of the solution cells, `points` what each function of the assignment is worth.
    """
    tests = notebook.of_role(Role.TEST)
    by_function = {test.function: test for test in tests}
    for name, worth in points.items():
        if name not in defined:
            yield f"no solution cell defines `{name}`"
        test = by_function.get(name)
        if test is None:
            yield f"no test cell says `check({name})`"
        elif test.points != worth:
            yield f"cell `{test.grade_id}`: {test.points:g} points, but the checks of `{name}` are worth {worth:g}"
    for test in tests:
        if test.function not in points:
            yield f"cell `{test.grade_id}`: a test cell is `check(f)`, f a function that checks.py declares"
        elif by_function[test.function] is not test:
            yield f"cell `{test.grade_id}`: `{test.function}` has another test cell"


def student_version(notebook: Any) -> str:
    """Return the text of the notebook that a student receives. `notebook` is without faults, and stays as it is."""
    released = deepcopy(notebook)
    released.metadata.pop("celltoolbar", None)
    for cell in released.cells:
        claims = claims_of(cell)
        if claims is not None:
            _lock(cell, claims)
            if claims.solution:
                cell.source = _without_solution(cell.source, CODE_STUB if cell.cell_type == "code" else TEXT_STUB)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("collapsed", None)
            cell.metadata.pop("scrolled", None)
        if claims is not None and (claims.solution or claims.is_fixed):
            cell.metadata.nbgrader.update(checksum=_checksum(cell, claims), cell_type=cell.cell_type)
    return written(released)


def written(notebook: Any) -> str:
    """Return a notebook's text as Jupyter saves it."""
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def _lock(cell: Any, claims: Metadata) -> None:
    if claims.solution or claims.is_fixed:
        cell.metadata.deletable = False
    if claims.is_fixed:
        cell.metadata.editable = False


def _without_solution(source: str, stub: str) -> str:
    lines = source.split("\n")
    found = regions(source)
    for region in reversed(found):
        lines[region.begin : region.end + 1] = [region.indent + line for line in stub.split("\n")]
    return "\n".join(lines) if found else stub


def _checksum(cell: Any, claims: Metadata) -> str:
    """Return nbgrader's digest of all that a student may not change; it is no matter of security."""
    parts = [
        cell.source,
        cell.cell_type,
        str(claims.grade),
        str(claims.solution),
        str(claims.is_fixed),
        claims.grade_id,
    ]
    if claims.grade and claims.points is not UNSET:
        parts.append(str(float(claims.points)))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
