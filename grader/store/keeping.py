"""Results of one run as they come → the store, one transaction each.  In: results.  Out: rows; sentences.

What the store does not take at once waits here and is tried again with the next result, and at the end.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from grader.history import Conditions
from grader.report import Result
from grader.store import StoreError, tables
from grader.store.documents import written
from grader.store.results import Store, address_of
from grader.submission import Submission

IMPATIENT = 0.2
"""Seconds to wait for a store that was locked a moment ago: each result of a class would wait the whole time again."""


class Keeping:
    """One run's place in the store."""

    def __init__(self, store: Store, conditions: Conditions) -> None:
        """Begin a run.

        Raises:
            StoreError: the store cannot be written, or is no store; nothing was judged in vain.

        """
        self._store, self._patience = store, store.patience
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
            yield f"{len(self.lost)} of {self.kept + len(self.lost)} results are not in the store: {error}"

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
        }
        columns = ("student", "assignment", "sha256", "isolation", "status", "points", "max_points", "seconds")
        row |= {name: getattr(result, name) for name in columns}
        connection.execute(insert(tables.result).values(**row))


def _now() -> datetime:
    """In UTC, without saying so: SQLite keeps no zone."""
    return datetime.now(UTC).replace(tzinfo=None)
