"""Item analysis: how hard a claim is, and whether it tells students apart.  In: results.  Out: `ItemFigures`.

Difficulty is the share who pass. Discrimination is the point-biserial correlation of passing with the rest of the
score, the item's own points left out, since an item would agree with itself (Henrysson, 1963, Psychometrika 28, 211):

    r = (M1 - M0) / s * sqrt(p (1 - p))

    M1, M0   mean rest score of those who pass, and of those who do not
    s        standard deviation of the rest score over all n, divided by n
    p        the share who pass

Counted are submissions that were judged and have at least one function written: a file that cannot be read and an empty
handout say nothing of a claim.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from grader.overview.values import ItemFigures
from grader.report import Item, Result

FEWEST = 10
"""Below, the standard error of r, about 1 / sqrt(n - 1), is more than a third: no figure is better than that one."""


def items_of(results: Sequence[Result]) -> tuple[ItemFigures, ...]:
    """The figures of every claim that somebody's work was held to."""
    counted = [result for result in results if result.status == "judged" and _begun(result)]
    claims = {item.id: item for result in counted for item in result.items if item.status != "manual"}
    total = np.array([result.points for result in counted], dtype=float)
    by_id = [{item.id: item for item in result.items} for result in counted]
    return tuple(_figures(claim, [items.get(claim.id) for items in by_id], total) for claim in claims.values())


def _begun(result: Result) -> bool:
    return any(item.status in {"passed", "failed"} for item in result.items)


def _figures(claim: Item, items: Sequence[Item | None], total: NDArray[np.float64]) -> ItemFigures:
    held = np.array([item is not None for item in items], dtype=bool)
    passed = np.array([item is not None and item.status == "passed" for item in items], dtype=bool)
    points = np.array([item.points if item is not None else 0.0 for item in items])
    return ItemFigures(
        claim.id,
        claim.function or "",
        claim.claim,
        claim.max_points,
        int(held.sum()),
        int(passed.sum()),
        sum(item is not None and item.status == "skipped" for item in items),
        point_biserial(passed[held], (total - points)[held]),
    )


def point_biserial(passed: NDArray[np.bool_], rest: NDArray[np.float64]) -> float | None:
    """The correlation; None for too few students, or where all or none pass, or where the rest is one number."""
    n = len(passed)
    deviation = rest.std() if n else 0.0
    # A constant's computed deviation is not 0 but its rounding error.
    if n < FEWEST or passed.all() or not passed.any() or deviation <= 1e-9 * max(1.0, float(np.abs(rest).max())):
        return None
    p = passed.mean()
    return float((rest[passed].mean() - rest[~passed].mean()) / deviation * sqrt(p * (1 - p)))


def chance_level(n: int) -> float:
    """How large |r| gets by chance alone in 1 of 20 unrelated items: two standard errors, 2 / sqrt(n)."""
    return 2 / sqrt(n) if n else 1.0
