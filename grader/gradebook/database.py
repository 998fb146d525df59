"""A URL → nbgrader's gradebook by its own API, one transaction at a time.  Out: what it holds, or a sentence.

nbgrader commits after every step; here its API works on a session whose commits are held back until all of a submission
is written, so that a kill at any moment leaves the gradebook as it was before the submission, or as it is after.
"""

import contextlib
import logging
from collections.abc import Iterator, Mapping

from nbgrader import api
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from grader.database import connect_to, refusal, without_password
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
            self._engine = connect_to(url, lambda: patience)
        except ValueError as error:
            raise GradebookError(
                f"--gradebook takes a URL such as sqlite:///gradebook.db, and {without_password(url)!r} is none that "
                f"works here: {error}"
            ) from None
        self._name = f"The gradebook {self._engine.url}"
        self.course_id = course_id or DEFAULT_COURSE
        self._is_checked = False

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Joined]:
        """The API of nbgrader, with everything written at the end of the block, or nothing.

        Raises:
            GradebookError: the database refuses.

        """
        try:
            with _without_its_log(), self._engine.begin() as connection:
                if not self._is_checked:
                    check_schema(connection, api.Base.metadata)
                # Without autoflush: nbgrader makes rows that belong together one by one, and flushes by committing.
                with Session(connection, autoflush=False, join_transaction_mode="rollback_only") as session:
                    yield Joined(session, self.course_id)
                    session.commit()  # writes what is left into the transaction, whose end comes with the block's
            self._is_checked = True
        except DBAPIError as error:
            raise GradebookError(refusal(self._name, error, OTHER_SCHEMA)) from error
        except (api.MissingEntry, api.InvalidEntry) as error:
            if isinstance(error.__context__, DBAPIError):  # nbgrader wraps what the database says
                raise GradebookError(refusal(self._name, error.__context__, OTHER_SCHEMA)) from error
            raise GradebookError(f"The gradebook does not take it: {' '.join(str(error).split())[:300]}") from error


@contextlib.contextmanager
def _without_its_log() -> Iterator[None]:
    """For nbgrader logs a database's error with its traceback before it raises it."""
    log = logging.getLogger("tornado.application")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


OTHER_SCHEMA: Mapping[str, str] = {
    "no such column": "is of another version of nbgrader; back it up, then `nbgrader db upgrade`.",
}
