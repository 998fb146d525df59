"""The store's tables, and whether a database has them.  In: a connection.  Out: nothing, or a sentence.

`store` holds one row, the version of the schema; `run` a row each call of the grader over one assignment, with all that
its verdicts depend on; `result` a row each judged submission, the whole of it as JSON beside the columns to ask for.
"""

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
)

from grader.store import StoreError

SCHEMA = 1

METADATA = MetaData()

store = Table("store", METADATA, Column("schema", Integer, primary_key=True, autoincrement=False))

run = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("assignment", String(200), nullable=False, index=True),
    Column("checks_version", String(64), nullable=False),
    Column("seed_id", String(64)),
    Column("grader", String(64), nullable=False),
    Column("numpy", String(64), nullable=False),
    Column("python", String(64), nullable=False),
    Column("engine", String(64), nullable=False),
    Column("feedback", String(16), nullable=False),
    Column("started", DateTime, nullable=False),  # UTC, as all times here
)

result = Table(
    "result",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey("run.id"), nullable=False),
    Column("student", String(200), nullable=False),
    Column("assignment", String(200), nullable=False),
    Column("file", Text, nullable=False),  # a file:// address: lossless, whatever bytes the name has
    Column("sha256", String(64)),
    Column("isolation", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("points", Float),
    Column("max_points", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("judged_at", DateTime, nullable=False),
    Column("notices_of_folder", Integer, nullable=False),  # the first so many say what lay beside the file, not in it
    Column("document", Text, nullable=False),  # JSON, as a report has it
    Column("locations", Text, nullable=False),  # of the functions in the file, for who annotates it
    Index("of_a_student", "assignment", "student"),
)


def check_schema(connection: Connection, *, make: bool) -> None:
    """Say whether the database is a store of this version; `make` makes an empty one a store, in this transaction.

    Raises:
        StoreError: it is another program's, of another version, or empty and not to be made.

    """
    there = set(inspect(connection).get_table_names())
    if not there and make:
        METADATA.create_all(connection)
        connection.execute(insert(store).values(schema=SCHEMA))
        return
    if not there:
        raise StoreError("holds no results yet; `grader grade … --store` writes them.")
    if not there >= set(METADATA.tables):
        raise StoreError("is no store of results: it holds another program's tables.")
    found = connection.execute(select(store.c.schema)).scalars().all()
    if found == [SCHEMA]:
        return
    age = "a newer" if found and max(found) > SCHEMA else "an older"
    raise StoreError(
        f"is of {age} version of the grader (schema {', '.join(map(str, found)) or 'unknown'}, and this one has "
        f"{SCHEMA}). It stays as it is: keep it, and give another file to --store."
    )
