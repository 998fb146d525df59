"""Attempts in the order of time → what a class looks like.  Out: an `Overview`, plain data.  Never judges.

- `values`: what is computed
- `figures`: one assignment's numbers: distribution, functions, mistakes
- `analysis`: one item's difficulty and discrimination
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grader.changes import change
from grader.history import Attempt, Run
from grader.overview.figures import assignment
from grader.overview.values import Overview, Past, Standing, Student

__all__ = ["Overview", "overview"]


@dataclass
class _Track:
    """One student's way through one assignment: of the attempts before the last two only the sums are kept."""

    now: Attempt
    before: Attempt | None = None
    past: list[Past] = field(default_factory=list)


def overview(attempts: Iterable[Attempt], runs: Iterable[Run] = (), order: Sequence[str] = ()) -> Overview:
    """A class's overview; `runs` names those that found nothing new as well, `order` the assignments' order."""
    tracks: dict[str, dict[str, _Track]] = {}
    last: dict[str, list[Run]] = {}
    latest = None
    for run in runs:
        last.setdefault(run.conditions.assignment, []).append(run)
    for attempt in attempts:
        slug = attempt.result.assignment
        _follow(tracks.setdefault(slug, {}), attempt)
        known = last.setdefault(slug, [])
        if attempt.run not in known[-1:] and attempt.run not in known:
            known.append(attempt.run)
        latest = max(filter(None, (latest, attempt.at)), default=None)
    slugs = sorted(tracks, key=lambda slug: (order.index(slug) if slug in order else len(order), slug))
    standings = {slug: {name: _standing(track) for name, track in tracks[slug].items()} for slug in slugs}
    names = sorted({name for by_student in standings.values() for name in by_student})
    return Overview(
        tuple(Student(n, {slug: standings[slug][n] for slug in slugs if n in standings[slug]}) for n in names),
        tuple(assignment(slug, standings[slug], last[slug]) for slug in slugs),
        latest,
    )


def _follow(tracks: dict[str, _Track], attempt: Attempt) -> None:
    track = tracks.get(attempt.result.student)
    if track is None:
        tracks[attempt.result.student] = track = _Track(attempt)
    else:
        track.before, track.now = track.now, attempt
    r = attempt.result
    track.past.append(Past(attempt.at, attempt.run, r.status, r.points, r.max_points, r.isolation, r.sha256))


def _standing(track: _Track) -> Standing:
    before = track.before.result if track.before else None
    last = change(before, track.now.result) if before else None
    return Standing(track.now.result, tuple(track.past), last)
