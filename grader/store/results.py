"""A URL → the results that were kept there.  Out: what need not be judged again, the latest, all; or a sentence."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from sqlalchemy import Connection, func, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from grader.database import READS, connect_to, refusal, without_password
from grader.history import Attempt, Conditions, Run
from grader.report import Result, clean, named
from grader.sandbox import LEVELS, Level
from grader.store import StoreError, tables
from grader.store.documents import read_result
from grader.submission import Submission
from grader.submission.file import File, open_file

PATIENCE = 15.0
"""Seconds to wait for another process that writes: one submission's transaction takes a hundredth."""
CONDITIONS = tuple(field.name for field in fields(Conditions))
_AT_A_TIME = 500  # SQLite's oldest limit of variables in a statement is 999


Key = tuple[str, str, str]
"""What a submission is found again by: the student, the file's digest and its ending."""


@dataclass(frozen=True, slots=True)
class Known:
    """A result that need not be found again."""

    id: int
    notices_of_folder: int
    """The first so many of its notices are about the folder that the file lay in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The last result of one student, and what was judged."""

    submission: Submission
    result: Result


class Store:
    """A database of results."""

    def __init__(self, where: str, root: Path | None = None, *, patience: float | None = None) -> None:
        """Open nothing yet. `where` is a URL, or a file for SQLite; a relative one is below `root`.

        Raises:
            StoreError: it is neither.

        """
        self.patience = PATIENCE if patience is None else patience
        try:
            self._engine = connect_to(_located(where, root), lambda: self.patience)
        except (ValueError, ArgumentError) as error:
            raise StoreError(
                f"--store takes a file, or a URL such as sqlite:///results.db, and {without_password(where)!r} is none "
                f"that works here: {error}"
            ) from None
        self.name = f"The store {self}"
        self._is_checked = False

    def __str__(self) -> str:
        return str(self._engine.url.database if self._engine.dialect.name == "sqlite" else self._engine.url)

    @property
    def exists(self) -> bool:
        """Whether there is something to read: looking into a file that is not there would make it."""
        return self._engine.dialect.name != "sqlite" or Path(str(self._engine.url.database)).exists()

    @contextlib.contextmanager
    def transaction(self, *, writes: bool) -> Iterator[Connection]:
        """Everything in the block, or nothing.

        Raises:
            StoreError: the database refuses, or is no store.

        """
        if not writes and not self.exists:
            raise StoreError(f"{self.name} does not exist yet; `grader grade … --store` makes it.")
        try:
            with self._engine.connect().execution_options(**{READS: not writes}) as connection, connection.begin():
                if not self._is_checked:
                    self._check(connection, make=writes)
                yield connection
            self._is_checked = self._is_checked or writes
        except DBAPIError as error:
            raise StoreError(refusal(self.name, error, {})) from error

    def _check(self, connection: Connection, *, make: bool) -> None:
        try:
            tables.check_schema(connection, make=make)
        except StoreError as error:
            raise StoreError(f"{self.name} {error}") from None

    def known(self, conditions: Conditions, submissions: Sequence[Submission], level: Level) -> dict[int, Known]:
        """What was judged before by the same checks, by its place in the list: the same file of the same student.

        The walls were at least those of `level`. What is unjudged was never judged.
        """
        if not (found := self._judged(conditions, _at_least(level))):
            return {}
        keys = (_key(submission) for submission in submissions)  # reads each file
        return {place: found[key] for place, key in enumerate(keys) if key in found}

    def results(self, known: Mapping[int, Known], submissions: Sequence[Submission]) -> Iterator[tuple[int, Result]]:
        """The results that are `known`, as they are found today: where the file lies now, and what lies beside it."""
        r, places = tables.result.c, list(known)
        for start in range(0, len(places), _AT_A_TIME):
            some = places[start : start + _AT_A_TIME]
            query = select(r.id, r.document, r.locations).where(r.id.in_([known[place].id for place in some]))
            with self.transaction(writes=False) as connection:
                documents = {id_: texts for id_, *texts in connection.execute(query)}
            for place in some:
                result, submission = self._read(*documents[known[place].id]), submissions[place]
                found = tuple(clean(notice, 500) for notice in submission.notices)
                yield (
                    place,
                    replace(
                        result,
                        file=clean(str(submission.path), 1000),
                        notices=(*found, *result.notices[known[place].notices_of_folder :]),
                    ),
                )

    def _judged(self, conditions: Conditions, levels: Sequence[str]) -> dict[Key | None, Known]:
        """By student, digest and kind of file: the latest such result."""
        r = tables.result.c
        query = (
            select(r.student, r.sha256, r.file, r.id, r.notices_of_folder)
            .join_from(tables.result, tables.run)
            .where(*_under(conditions), r.isolation.in_(levels), r.status != "unjudged", r.sha256.is_not(None))
            .order_by(r.id)
        )
        with self.transaction(writes=False) as connection:
            return {
                (student, sha256, _kind(file)): Known(id_, notices)
                for student, sha256, file, id_, notices in connection.execute(query)
            }

    def latest(self, slug: str) -> list[Kept]:
        """The last result of every student, by name."""
        r = tables.result.c
        last = select(func.max(r.id)).where(r.assignment == slug).group_by(r.student)
        query = select(r.student, r.file, r.notices_of_folder, r.document).where(r.id.in_(last)).order_by(r.student)
        with self.transaction(writes=False) as connection:
            rows = connection.execute(query).all()
        found = ((student, file, notices, self._read(document)) for student, file, notices, document in rows)
        return [
            Kept(Submission(student, slug, path_of(file), result.notices[:notices]), result)
            for student, file, notices, result in found
        ]

    def points(self, slug: str) -> dict[str, float]:
        """The points of every student's last result that has any."""
        r = tables.result.c
        last = select(func.max(r.id)).where(r.assignment == slug, r.points.is_not(None)).group_by(r.student)
        query = select(r.student, r.points).where(r.id.in_(last))
        with self.transaction(writes=False) as connection:
            return {student: points for student, points in connection.execute(query)}  # noqa: C416 - rows, no pairs

    def attempts(self, slugs: Iterable[str] = ()) -> Iterator[Attempt]:
        """Everything that was ever judged, in the order of time; of these assignments, or of all."""
        r, wanted = tables.result.c, list(slugs)
        query = select(r.run, r.judged_at, r.document).order_by(r.id).execution_options(yield_per=_AT_A_TIME)
        with self.transaction(writes=False) as connection:
            runs = {run.number: run for run in _runs(connection)}
            for run, at, document in connection.execute(query.where(r.assignment.in_(wanted)) if wanted else query):
                yield Attempt(self._read(document), runs[run], at)

    def _read(self, document: str, locations: str = "{}") -> Result:
        try:
            return read_result(document, locations)
        except StoreError as error:
            raise StoreError(f"{self.name} {error}") from None

    def runs(self) -> list[Run]:
        """All runs, in the order of time, also those that found nothing new."""
        with self.transaction(writes=False) as connection:
            return list(_runs(connection))


def _located(where: str, root: Path | None) -> str:
    """A URL; a bare file is SQLite's, and a relative one lies below `root`."""
    url = make_url(where if "://" in where else f"sqlite:///{where}")
    if url.get_backend_name() != "sqlite":
        return where
    if url.database in {None, "", ":memory:"}:
        raise ValueError("a store in memory would be gone at the end of the command")
    return url.set(database=str((root or Path()) / str(url.database))).render_as_string(hide_password=False)


def _at_least(level: Level) -> Sequence[str]:
    """The levels that are as strong or stronger: a virtual machine is stronger than all that is made here."""
    return ("vm", *LEVELS[: LEVELS.index(level) + 1])


def _under(conditions: Conditions) -> Iterator[Any]:
    for name, value in asdict(conditions).items():
        yield tables.run.c[name].is_not_distinct_from(value)


def _key(submission: Submission) -> Key | None:
    """What a submission is found again by; None for what cannot be read, which is judged to say so."""
    try:
        file = open_file(submission.path)
    except OSError:
        return None
    if not isinstance(file, File):
        return None
    return student_of(submission), file.sha256, _kind(address_of(submission.path))


def _kind(address: str) -> str:
    """A file's ending: the same bytes are a notebook under one name and no Python under another."""
    return os.path.splitext(address)[1].lower()  # noqa: PTH122 - an address is no path


def student_of(submission: Submission) -> str:
    """The student as results name them."""
    return named(submission.student)


def address_of(path: Path) -> str:
    """Where a file is, as text that every database holds."""
    return Path(os.path.abspath(path)).as_uri()  # noqa: PTH100 - resolve() would follow links


def path_of(address: str) -> Path:
    """The file at such an address."""
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(address).path)))


def _runs(connection: Connection) -> Iterator[Run]:
    for row in connection.execute(select(tables.run).order_by(tables.run.c.id)).mappings():
        conditions = Conditions(**{name: row[name] for name in CONDITIONS})
        yield Run(row["id"], conditions, row["started"])
