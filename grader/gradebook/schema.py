"""A connection → a gradebook of this nbgrader's schema, made where there is none.  Never changes one that is there."""

from importlib.util import find_spec
from pathlib import Path

import sqlalchemy
from alembic.script import ScriptDirectory

from grader.gradebook import GradebookError

# Without these tables a database is no gradebook; older ones lack others.
TABLES = {"assignment", "grade", "student", "submitted_notebook"}


def check_schema(connection: sqlalchemy.Connection, metadata: sqlalchemy.MetaData) -> None:
    """Make the tables in an empty database, within the transaction that is open.

    Raises:
        GradebookError: the database is another program's, or of another version of nbgrader.

    """
    there = set(sqlalchemy.inspect(connection).get_table_names())
    scripts = _scripts()
    head = scripts.get_current_head()
    if not there:
        metadata.create_all(connection)
        connection.execute(sqlalchemy.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(sqlalchemy.text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
        return
    if not there >= TABLES:
        raise GradebookError("The database is no gradebook: it holds another program's tables.")
    version = None
    if "alembic_version" in there:
        version = connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalar()
    if version == head:
        # To find out now whether it may be written at all. SQLite begins to write a read-only file without a word, and
        # where nothing changes it does not even ask its folder for a journal.
        for text in ("", head):
            connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = :text"), {"text": text})
        return
    if version is None or version in {script.revision for script in scripts.walk_revisions()}:
        raise GradebookError("The gradebook is of an older nbgrader: back it up, then run `nbgrader db upgrade`.")
    raise GradebookError("The gradebook is of a newer nbgrader than the one that is installed here.")


def _scripts() -> ScriptDirectory:
    spec = find_spec("nbgrader")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return ScriptDirectory(str(folder / "alembic"))
