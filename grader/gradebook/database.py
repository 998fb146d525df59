"""A URL → nbgrader's gradebook by its own API, one transaction at a time.  Out: what it holds, or a sentence.

nbgrader commits after every step; here its API works on a session whose commits are held back until all of a submission
is written, so that a kill at any moment leaves the gradebook as it was before the submission, or as it is after.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy
from nbgrader import api
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from grader.gradebook import GradebookError
from grader.gradebook.schema import check_schema

DEFAULT_COURSE = "default_course"  # nbgrader's name for a course without one


class Joined(api.Gradebook):  # type: ignore[misc]  # nbgrader has no types
    """nbgrader's gradebook on a session of ours."""

    def __init__(self, session: Session, course_id: str) -> None:
        """Take the session as it is; nbgrader's own way opens the database and writes to it at once."""
        self.db, self.course_id, self.authenticator = session, course_id, None

    def knows(self, student: str) -> bool:
        """Whether the student is in the roster."""
        return self.db.get(api.Student, student) is not None


class Database:
    """A gradebook at a URL."""

    def __init__(self, url: str, course_id: str = "", *, patience: float = 15.0) -> None:
        """Connect to nothing yet. `patience` is how many seconds to wait where another process writes.

        Raises:
            GradebookError: the text is no URL of a database, or its driver is not installed.

        """
        try:
            self._url = sqlalchemy.make_url(url)
            lite = self._url.get_backend_name() == "sqlite"
            options: dict[str, Any] = {"connect_args": {"timeout": patience}} if lite else {}
            self._engine = sqlalchemy.create_engine(self._url, poolclass=sqlalchemy.NullPool, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise GradebookError(
                f"--gradebook takes a URL such as sqlite:///gradebook.db, and {url!r} is none that works here: "
                f"{str(error).splitlines()[0]}"
            ) from None
        if lite:
            sqlalchemy.event.listen(self._engine, "connect", _leave_transactions_to_us)
            sqlalchemy.event.listen(self._engine, "begin", _begin_to_write)
        self.course_id = course_id or DEFAULT_COURSE
        self._is_checked = False

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Joined]:
        """The API of nbgrader, with everything written at the end of the block, or nothing.

        Raises:
            GradebookError: the database refuses.

        """
        try:
            with self._engine.begin() as connection:
                if not self._is_checked:
                    check_schema(connection, api.Base.metadata)
                # Without autoflush: nbgrader makes rows that belong together one by one, and flushes by committing.
                with Session(connection, autoflush=False, join_transaction_mode="rollback_only") as session:
                    yield Joined(session, self.course_id)
                    session.commit()  # writes what is left into the transaction, whose end comes with the block's
            self._is_checked = True
        except DBAPIError as error:
            raise GradebookError(self._refusal(str(error.orig))) from error
        except (api.MissingEntry, api.InvalidEntry) as error:
            raise GradebookError(f"The gradebook does not take it: {' '.join(str(error).split())[:300]}") from error

    def _refusal(self, reason: str) -> str:
        """What a person can do about a database's words; the known ones are SQLite's."""
        where = f"The gradebook {self._url.render_as_string()}"
        for words, sentence in REFUSALS.items():
            if words in reason:
                return f"{where} {sentence}"
        return f"{where} gives an error: {' '.join(reason.split())[:300]}"


REFUSALS: Mapping[str, str] = {
    "locked": "is in use by another process that did not let go of it in time; run the command again.",
    "readonly": "cannot be written: the file, or the folder that it is in, is read-only.",
    "unable to open": "cannot be opened: its folder does not exist, or may not be read and written.",
    "not a database": "is no database.",
    "malformed": "is damaged; take its last backup.",
    "no such column": "is of another version of nbgrader; back it up, then `nbgrader db upgrade`.",
}


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # else Python's driver begins late, and never before it creates a table


def _begin_to_write(connection: sqlalchemy.Connection) -> None:
    # Not to write yet, but to say so: two that had begun to read could not both go on to write.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
