"""A result → what nbgrader keeps of it: a grade for each graded cell, a comment for each cell that a student wrote in.

Never a number where none was found out: what is unjudged waits for a person, like a written answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.gradebook.official import Official, OfficialCell
from grader.report import Item, Result

NO_RESPONSE = "No response."  # nbgrader's own words, which its users know
LEFT = "What does not hold yet:"
CLAIM = "- {claim}"
TRY = " Try: {hint}"
NOT_JUDGED = "Not judged, since the grader could not: {reason}"


@dataclass(frozen=True, slots=True)
class Grade:
    """What a graded cell was found to be worth."""

    cell: str
    """Its grade_id."""
    points: float | None
    """None where a person has to say."""
    most: float


@dataclass(frozen=True, slots=True)
class Comment:
    """What is said beside a cell that a student wrote in; None where all is right."""

    cell: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Marks:
    """All that one submission leaves in the gradebook."""

    grades: tuple[Grade, ...]
    comments: tuple[Comment, ...]


def marks(official: Official, result: Result, sources: Mapping[str, str]) -> Marks:
    """The marks of a result; `sources` holds what the student's file has in the cells that students write in."""
    written = [cell for cell in official.known if cell.is_solution]
    return Marks(
        tuple(Grade(c.grade_id, _points(c, result, sources), c.points) for c in official.known if c.is_graded),
        tuple(Comment(c.grade_id, _comment(c, result, sources)) for c in written),
    )


def items_of(cell: OfficialCell, result: Result) -> Sequence[Item]:
    """The claims that a cell of the notebook is about."""
    return [item for item in result.items if item.function in cell.functions]


def _points(cell: OfficialCell, result: Result, sources: Mapping[str, str]) -> float | None:
    if not cell.is_test:  # a written answer
        return 0.0 if sources.get(cell.grade_id) == cell.source else None
    items = items_of(cell, result)
    if not items or any(item.status == "unjudged" for item in items):
        return None
    return round(sum(item.points for item in items), 6)


def _comment(cell: OfficialCell, result: Result, sources: Mapping[str, str]) -> str | None:
    items = items_of(cell, result)
    reasons = [item.finding or "" for item in items if item.status == "unjudged"]
    if reasons:
        return NOT_JUDGED.format(reason=" ".join(reasons[0].split()))
    if result.status not in {"judged", "unjudged"}:
        return None
    if sources.get(cell.grade_id, cell.source) == cell.source and all(item.status == "skipped" for item in items):
        return NO_RESPONSE
    lines = list(_lines(items))
    return "\n".join([LEFT, "", *lines]) if lines else None


def _lines(items: Sequence[Item]) -> Iterator[str]:
    """The claims that do not hold, in their author's words only: nbgrader shows a comment as Markdown."""
    told: set[str | None] = {None}
    for item in items:
        if item.status == "failed" and not item.followed_through:
            hint = "" if item.hint in told else TRY.format(hint=item.hint)
            told.add(item.hint)
            yield CLAIM.format(claim=item.claim) + hint
