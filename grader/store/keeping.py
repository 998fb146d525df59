"""Results as they come → the store, one transaction each.  In: results.  Out: rows; sentences; what was known before.

What the store does not take at once waits here and is tried again with the next result, and at the end.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from grader.history import Conditions
from grader.report import Result
from grader.sandbox import Level
from grader.store import StoreError, tables
from grader.store.conditions import conditions
from grader.store.documents import written, written_locations
from grader.store.results import Store, address_of
from grader.submission import Submission
from grader.workers import Batch, Graded

IMPATIENT = 0.2
"""Seconds to wait for a store that was locked a moment ago: each result of a class would wait the whole time again."""


class Keeping:
    """One run's place in the store."""

    def __init__(self, store: Store, conditions: Conditions) -> None:
        """Begin a run.

        Raises:
            StoreError: the store cannot be written, or is no store; nothing was judged in vain.

        """
        self._store, self._patience, self._assignment = store, store.patience, conditions.assignment
        self._told = ""
        with store.transaction(writes=True) as connection:
            row = asdict(conditions) | {"started": _now()}
            self._run = connection.scalars(insert(tables.run).returning(tables.run.c.id), [row]).one()
        self.kept = 0
        """How many results are in the store."""
        self.lost: deque[tuple[Submission, Result, datetime]] = deque()
        """Those that are not, with the time when they were judged."""

    def keep(self, submission: Submission, result: Result) -> Iterator[str]:
        """Write one result, and what waits; when this ends without a sentence, all of them are kept for good."""
        self.lost.append((submission, result, _now()))
        try:
            self._write_all()
        except StoreError as error:
            self._store.patience = min(self._patience, IMPATIENT)
            if str(error) != self._told:
                self._told = str(error)
                yield f"{submission.student}, {submission.assignment}: not in the store yet: {error}"

    def again(self) -> Iterator[str]:
        """Try once more what could not be written, and yield what is lost to the store."""
        self._store.patience = self._patience
        try:
            self._write_all()
        except StoreError as error:
            missing = f"{len(self.lost)} of {self.kept + len(self.lost)} results are not in the store"
            yield f"{self._assignment}: {missing}: {error}"

    def _write_all(self) -> None:
        while self.lost:
            with self._store.transaction(writes=True) as connection:
                self._write(connection, *self.lost[0])
            self.lost.popleft()
            self.kept += 1
        self._store.patience = self._patience

    def _write(self, connection: Connection, submission: Submission, result: Result, at: datetime) -> None:
        row = {
            "run": self._run,
            "file": address_of(submission.path),
            "judged_at": at,
            "notices_of_folder": len(submission.notices),
            "document": written(result),
            "locations": written_locations(result),
        }
        columns = ("student", "assignment", "sha256", "isolation", "status", "points", "max_points", "seconds")
        row |= {name: getattr(result, name) for name in columns}
        connection.execute(insert(tables.result).values(**row))


def _now() -> datetime:
    """In UTC, without saying so: SQLite keeps no zone."""
    return datetime.now(UTC).replace(tzinfo=None)


class Before:
    """What of a call's submissions need not be judged."""

    def __init__(self, store: Store, batches: Sequence[Batch], level: Level) -> None:
        """Look.

        Raises:
            StoreError: the store cannot be read, or is no store.

        """
        self._store, self._batches = store, batches
        under = (conditions(batch.marking.exercise, batch.marking.feedback) for batch in batches)
        self._known = [store.known(one, batch.submissions, level) for one, batch in zip(under, batches, strict=True)]

    @property
    def places(self) -> set[tuple[int, int]]:
        """Which: the batch's number, and the place in it."""
        return {(number, place) for number, known in enumerate(self._known) for place in known}

    def results(self) -> Iterator[Graded]:
        """Their results."""
        for number, (batch, known) in enumerate(zip(self._batches, self._known, strict=True)):
            for place, result in self._store.results(known, batch.submissions):
                yield Graded(number, place, batch.submissions[place], result, known=True)


class Storing:
    """The store as one of those who take the results of a whole call: a run for each batch."""

    def __init__(self, store: Store, batches: Sequence[Batch]) -> None:
        """Begin the runs.

        Raises:
            StoreError: the store cannot be written, or is no store; nothing was judged in vain.

        """
        self._store = store
        under = [conditions(batch.marking.exercise, batch.marking.feedback) for batch in batches]
        self._runs = [Keeping(store, one) for one in under]
        self._points = [store.points(one.assignment) for one in under]
        self._down: list[str] = []
        self._known = 0

    @property
    def complete(self) -> bool:
        """Whether everything is in the store."""
        return not any(run.lost for run in self._runs)

    def take(self, one: Graded) -> Iterator[str]:
        """Keep one result, if it is new."""
        if one.known:
            self._known += 1
            return
        before, now = self._points[one.batch].get(one.result.student), one.result.points
        if before is not None and now is not None and now < before:
            self._down.append(f"{one.result.student}, {one.result.assignment}: {before:g} → {now:g} points")
        yield from self._runs[one.batch].keep(one.submission, one.result)

    def end(self) -> Iterator[str]:
        """Try again what failed; say what was known, and whose points are fewer than before."""
        for run in self._runs:
            yield from run.again()
        kept = sum(run.kept for run in self._runs)
        if self._known:
            yield f"{self._known} of {self._known + kept} were judged before, by the same checks, and not again."
        yield f"{kept} new result{'' if kept == 1 else 's'} in {self._store}."
        yield from (f"fewer than before: {sentence}" for sentence in self._down[:MOST_LISTED])
        if len(self._down) > MOST_LISTED:
            yield f"and {len(self._down) - MOST_LISTED} more; `grader report` shows them all."


MOST_LISTED = 20
"""Lines that a person reads at the end of a run."""
