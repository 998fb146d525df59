"""A URL → a database that is written in whole transactions, and what it refuses as a sentence.  Knows no table.

For SQLite, which leaves to a program what a server does by itself: a transaction that will write says so when it
begins, and waits a while for another process to be done.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

READS = "reads"
"""The execution option of a connection that only reads: it waits for nobody, and works on a read-only file."""


def connect_to(url: str, patience: Callable[[], float]) -> sqlalchemy.Engine:
    """An engine that holds no connection between two transactions, so that a fork inherits none.

    `patience` says, when a transaction begins, for how many seconds to wait where another process writes.

    Raises:
        ValueError: the text is no URL of a database, or its driver is not installed.

    """
    try:
        made = sqlalchemy.create_engine(sqlalchemy.make_url(url), poolclass=sqlalchemy.NullPool)
    except ModuleNotFoundError as error:
        raise ValueError(f"its driver is not installed; pip install {error.name}") from None
    except (ArgumentError, NoSuchModuleError) as error:
        raise ValueError(str(error).splitlines()[0]) from None
    if made.dialect.name == "sqlite":

        def connected(connection: Any, _record: object) -> None:
            connection.isolation_level = None  # else Python's driver begins late, and never before it makes a table
            connection.execute(f"PRAGMA busy_timeout = {patience() * 1000:.0f}")

        sqlalchemy.event.listen(made, "connect", connected)
        sqlalchemy.event.listen(made, "begin", _begin)
    if made.dialect.name == "postgresql":

        def begun(connection: sqlalchemy.Connection) -> None:
            # Of its own a server waits for ever; 0 would mean that too.
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(patience() * 1000))}")

        sqlalchemy.event.listen(made, "begin", begun)
    return made


def without_password(url: str) -> str:
    """A URL as it may be shown, also one that is wrong."""
    return re.sub(r"(?<=://)([^:/@]*):[^/]*@", r"\1:***@", url)


def _begin(connection: sqlalchemy.Connection) -> None:
    # Not to write yet, but to say so: two that had begun to read could not both go on to write.
    reads = connection.get_execution_options().get(READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def refusal(where: str, error: DBAPIError, others: Mapping[str, str]) -> str:
    """What a person can do about a database's words; the known ones are SQLite's, and `others` of one's own."""
    reason = str(error.orig)
    for words, sentence in {**REFUSALS, **others}.items():
        if words in reason:
            return f"{where} {sentence}"
    return f"{where} gives an error: {' '.join(reason.split())[:300]}"


IN_USE = "is in use by another process that did not let go of it in time; run the command again."
REFUSALS: Mapping[str, str] = {
    "locked": IN_USE,
    "lock timeout": IN_USE,
    "permission denied": "may not be written by this user; ask whoever keeps it.",
    "readonly": "cannot be written: the file, or the folder that it is in, is read-only.",
    "unable to open": "cannot be opened: its folder does not exist, or may not be read and written.",
    "is full": "cannot grow: the disk is full. Make room, and run the command again.",
    "disk I/O error": "cannot be written: the disk does not take it. Look at its room, and run the command again.",
    "not a database": "is no database.",
    "malformed": "is damaged; take its last backup.",
}
