"""`grader report`: a class on one page."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.judging import asked_store
from grader.cli.parts import CourseOption, KeptOption, fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.history import Attempt, Run
    from grader.store.results import Store


def report(
    what: Annotated[
        list[str] | None, typer.Argument(help="Assignments of the store, all where none is named; or `--json` reports.")
    ] = None,
    store: KeptOption = "",
    output: Annotated[Path, typer.Option("--output", help="The page to write.")] = Path("class.html"),
    course: CourseOption = Path(),
) -> None:
    """Make one page of a class: who is done with what, what stops people, how good each claim is, what changed."""
    from grader.course import open_course
    from grader.emit import classpage
    from grader.emit.json import put
    from grader.exercise import AuthorError
    from grader.overview import overview
    from grader.store import StoreError

    opened = None
    with contextlib.suppress(AuthorError):  # the page can be made of reports anywhere; a course gives the order
        opened = open_course(course.resolve())
    try:
        files = _reports(what or [])
        found = _of_reports(files) if files else _of_store(asked_store(opened, store), what or [])
        made = overview(*found, order=opened.slugs if opened else ())
        put(classpage.page(made), output)
    except StoreError as error:
        fail(str(error))
    except OSError as error:
        fail(f"The page could not be written to {output}: {error.strerror}.")
    typer.echo(f"The class is in {output}: students: {len(made.students)}, assignments: {len(made.assignments)}.")


def _reports(what: "Sequence[str]") -> list[Path]:
    """The files among the arguments: reports are files, or folders of them."""
    files: list[Path] = []
    for text in what:
        path = Path(text)
        found = sorted(path.glob("*.json")) if path.is_dir() else [path] if path.suffix == ".json" else []
        files += found
        if files and not found:
            fail(f"{text} is no report; reports are files that `grade --json` wrote, or folders of them.")
    return files


def _of_reports(files: "Sequence[Path]") -> "tuple[Iterable[Attempt], Iterable[Run]]":
    from grader.history import of_reports
    from grader.store.documents import read_report

    return of_reports(map(read_report, files)), ()


def _of_store(store: "Store", slugs: "Sequence[str]") -> "tuple[Iterable[Attempt], Iterable[Run]]":
    from grader.store import StoreError

    runs = store.runs()
    known = {run.conditions.assignment for run in runs}
    if unknown := [slug for slug in slugs if slug not in known]:
        raise StoreError(f"{store.name} holds no result of {unknown[0]}; it has {', '.join(sorted(known)) or 'none'}.")
    return store.attempts(slugs), runs  # of the runs, those of other assignments are not looked at
