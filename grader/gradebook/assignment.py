"""An assignment's official notebook → what nbgrader's gradebook has to know of it before anyone hands in.

As `nbgrader generate_assignment` does, and with its rule: once somebody handed in, cells neither come nor go.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from grader.gradebook import GradebookError
from grader.gradebook.database import DEFAULT_COURSE, Joined
from grader.gradebook.official import Official, OfficialCell


def prepare(gradebook: Joined, official: Official, slugs: Sequence[str]) -> list[str]:
    """Make the gradebook know the assignment as `nbgrader generate_assignment` does; return what was new or changed.

    Raises:
        GradebookError: it belongs to another course, or has submissions to another form of the assignment.

    """
    _check_course(gradebook, slugs)
    told: list[str] = []
    slug = official.slug
    gradebook.check_course(gradebook.course_id)
    known = {a.name: a for a in gradebook.assignments}.get(slug)
    if known is None:
        gradebook.add_assignment(slug, course_id=gradebook.course_id)
        told.append(f"{slug} is new in the gradebook")
    notebook = None if known is None else {n.name: n for n in known.notebooks}.get(slug)
    if notebook is not None and _names(notebook) != _official_names(official):
        if notebook.submissions:
            raise GradebookError(_other_cells(slug, _names(notebook), _official_names(official)))
        gradebook.remove_notebook(slug, slug)
        notebook = None
    if notebook is None:
        if known is not None and known.submissions:
            raise GradebookError(
                f"The gradebook has submissions to {slug}, but no notebook {slug}: it is of another course."
            )
        kernel = json.dumps(official.document["metadata"].get("kernelspec", {}))
        gradebook.add_notebook(slug, slug, kernelspec=kernel)
    before = {} if notebook is None else {cell.name: cell.max_score for cell in notebook.grade_cells}
    for cell in official.known:
        told.extend(_prepare_cell(gradebook, slug, cell, before.get(cell.grade_id)))
    return told


def _check_course(gradebook: Joined, slugs: Sequence[str]) -> None:
    held = {a.name: a.course_id or DEFAULT_COURSE for a in gradebook.assignments}
    ours = gradebook.course_id
    if held and ours not in held.values():
        raise GradebookError(
            f"The gradebook is of the course {min(held.values())!r}, and this is {ours!r} "
            "(c.CourseDirectory.course_id in nbgrader_config.py)."
        )
    if held and not held.keys() & set(slugs):
        names = ", ".join(sorted(held)[:5])
        raise GradebookError(f"The gradebook is of another course: it holds {names}, and no assignment of this one.")


def _names(notebook: Any) -> set[tuple[str, str]]:
    cells = [("grade", c) for c in notebook.grade_cells] + [("solution", c) for c in notebook.solution_cells]
    cells += [("task", c) for c in notebook.task_cells] + [("source", c) for c in notebook.source_cells]
    return {(kind, str(cell.name)) for kind, cell in cells}


def _official_names(official: Official) -> set[tuple[str, str]]:
    names = {("source", cell.grade_id) for cell in official.known}
    names |= {("grade", cell.grade_id) for cell in official.known if cell.is_graded}
    return names | {("solution", cell.grade_id) for cell in official.known if cell.is_solution}


def _other_cells(slug: str, held: set[tuple[str, str]], ours: set[tuple[str, str]]) -> str:
    more, less = sorted({name for _, name in ours - held}), sorted({name for _, name in held - ours})
    parts = [f"{word} {', '.join(names)}" for word, names in (("it lacks", more), ("it has", less)) if names]
    return (
        f"The gradebook has submissions to another form of {slug}: {'; '.join(parts)}. nbgrader keeps the cells of an "
        "assignment once somebody handed in: release the changed one under another name, or start another gradebook."
    )


def _prepare_cell(gradebook: Joined, slug: str, cell: OfficialCell, before: float | None) -> Iterator[str]:
    kind = "code" if cell.is_code else "markdown"
    names = (cell.grade_id, slug, slug)
    if cell.is_graded:
        if before is not None and before != cell.points:
            yield f"{slug}: {cell.grade_id} is worth {cell.points:g} points now; the gradebook had {before:g}"
        gradebook.update_or_create_grade_cell(*names, max_score=cell.points, cell_type=kind)
    if cell.is_solution:
        gradebook.update_or_create_solution_cell(*names)
    checksum = cell.claims.get("checksum") if cell.claims else None
    fields = {"cell_type": kind, "locked": cell.is_fixed, "source": cell.source, "checksum": checksum}
    gradebook.update_or_create_source_cell(*names, **fields)
