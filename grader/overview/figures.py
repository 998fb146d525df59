"""One assignment's standings → its figures.  In: by student, the runs.  Out: an `Assignment`."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import fmean, median

from grader.history import Run
from grader.overview.analysis import items_of
from grader.overview.values import Assignment, Bin, FunctionFigures, MistakeFigures, Standing, Times
from grader.report import Item, Result

BINS = 10
"""Of equal width, and one for full marks alone, which is what an exercise aims at."""
SLOWEST = 5


def assignment(slug: str, standings: Mapping[str, Standing], runs: Sequence[Run]) -> Assignment:
    """The figures of one assignment that somebody handed in."""
    results = [standings[name].result for name in sorted(standings)]
    points = [result.points for result in results if result.points is not None]
    most = max(result.max_points for result in results)
    run = max(runs, key=lambda one: one.number)
    recent = [one for _, one in sorted(standings.items()) if one.attempts[-1].run.number == run.number]
    return Assignment(
        slug,
        tuple(_functions(results)),
        most,
        run,
        len(runs),
        len(results),
        sum(result.points == result.max_points for result in results),
        fmean(points) if points else None,
        median(points) if points else None,
        distribution(points, most),
        items_of(results),
        tuple(_mistakes(results)),
        tuple(result for result in results if result.status != "judged"),
        _times(results),
        Counter(result.isolation for result in results),
        tuple(one.last for one in recent if one.last is not None and one.last.matters),
        sum(len(one.attempts) == 1 for one in recent),
    )


def distribution(points: Collection[float], most: float) -> tuple[Bin, ...]:
    """How many have how many points."""
    width = most / BINS
    counts = Counter(BINS if got >= most else min(int(got / width), BINS - 1) for got in points)
    return tuple(Bin(round(i * width, 6), round(min(i + 1, BINS) * width, 6), counts[i]) for i in range(BINS + 1))


def state(items: Sequence[Item]) -> str:
    """How one student's items of one function stand together."""
    if any(item.status == "unjudged" for item in items):
        return "unjudged"
    if all(item.status == "skipped" for item in items):
        return "unwritten"
    if all(item.points >= item.max_points for item in items):
        return "full"
    return "part" if any(item.points > 0 for item in items) else "wrong"


def by_function(result: Result) -> dict[str, list[Item]]:
    """A result's items by function, in the notebook's order as far as the items tell it."""
    found: dict[str, list[Item]] = {}
    for item in result.items:
        if item.function and item.status != "manual":
            found.setdefault(item.function, []).append(item)
    return found


def _functions(results: Sequence[Result]) -> Iterator[FunctionFigures]:
    counts: dict[str, Counter[str]] = {}
    most: dict[str, float] = {}
    for result in results:
        stopped = result.status not in {"judged", "unjudged"}  # no code was read: no function is to blame
        for name, items in by_function(result).items():
            found = state(items)
            most[name] = max(most.get(name, 0.0), sum(item.max_points for item in items))
            counted = counts.setdefault(name, Counter())
            if result.status in {"judged", "unjudged"}:
                counted[found] += 1
            if not stopped and found not in {"full", "unjudged"}:
                counted["stops"] += 1
                stopped = True
    for name, counted in counts.items():
        yield FunctionFigures(
            name,
            round(most[name], 6),
            *(counted[one] for one in ("full", "part", "wrong", "unwritten", "unjudged", "stops")),
        )


def _mistakes(results: Sequence[Result]) -> Iterator[MistakeFigures]:
    """What went wrong, the most frequent first; a student counts once for each."""
    who: dict[tuple[str, str | None, str], dict[str, None]] = {}
    example: dict[tuple[str, str | None, str], Item] = {}
    for result in results:
        for item in result.items if result.status == "judged" else ():
            if item.status == "failed" and item.function and (item.finding or item.mistake):
                key = (item.function, item.mistake, "" if item.mistake else sentence(item))
                who.setdefault(key, {})[result.student] = None
                example.setdefault(key, item)
    for key in sorted(who, key=lambda key: -len(who[key])):  # of equals the first seen, as sorting is stable
        item = example[key]
        yield MistakeFigures(key[0], item.mistake, sentence(item), item.hint, tuple(who[key]))


def sentence(item: Item) -> str:
    """What a student reads of it: of a named mistake its own words, which end the finding; else how it begins."""
    lines = (item.finding or "").splitlines() or [""]
    said = lines[-1] if item.mistake else lines[0].removeprefix(f"{item.function}: ")
    return said or item.mistake or item.claim


def _times(results: Sequence[Result]) -> Times | None:
    judged = [(result.student, result.seconds) for result in results if result.status in {"judged", "unjudged"}]
    if not judged:
        return None
    seconds = [took for _, took in judged]
    slowest = sorted(judged, key=lambda pair: -pair[1])[:SLOWEST]
    return Times(median(seconds), sum(seconds), tuple(slowest))
