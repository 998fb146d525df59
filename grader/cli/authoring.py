"""`grader release`, `audit` and `doctor`: for whoever keeps the course."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.parts import FAILED, CourseOption, fail, open_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def release(
    slugs: Annotated[list[str] | None, typer.Argument(help="The assignments; all where none is named.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is out of date; exit 1 if anything is.")
    ] = False,
    course: CourseOption = Path(),
) -> None:
    """Fill the solution cells from `solutions/`, write recorded.json, and make `assignments/`."""
    from grader.course import open_course
    from grader.exercise import AuthorError
    from grader.making import make

    try:
        opened = open_course(course.resolve())
        stale = make(opened, slugs or opened.slugs, check=check)
    except AuthorError as error:
        fail(str(error))
    for sentence in stale:
        typer.echo(sentence if check else f"{sentence}: made anew.")
    if check and stale:
        raise typer.Exit(FAILED)
    if not stale:
        typer.echo("Everything is up to date.")


def audit(
    slugs: Annotated[list[str] | None, typer.Argument(help="The assignments; all where none is named.")] = None,
    part: Annotated[
        str, typer.Option("--part", help="`quick` (a sample, for CI), `full` or `long` (on more seeds).")
    ] = "full",
    json: Annotated[Path | None, typer.Option("--json", help="Write everything as JSON to this file.")] = None,
    course: CourseOption = Path(),
) -> None:
    """Grade the grader: are right answers full, known mistakes caught and named, mutants killed? Exit 1 if not."""
    from grader import audit as auditing
    from grader.course import open_course
    from grader.emit import audit_json, audit_table
    from grader.exercise import AuthorError

    console = open_console()
    try:
        opened = open_course(course.resolve())
        for name in slugs or []:
            opened.source(name)
    except AuthorError as error:
        fail(str(error))
    if not auditing.possible():
        fail("An audit runs wrong programs in forked processes: it needs Linux, macOS or WSL.")
    if part not in auditing.EXTENTS:
        fail(f"--part is one of: {', '.join(auditing.EXTENTS)}.")
    audits = []
    for name in slugs or opened.slugs:
        with _asking(name) as tell:
            audits.append(auditing.audit(opened, name, auditing.EXTENTS[part], tell))
        console.print(audit_table.one(audits[-1]))
        for line in audit_table.findings(audits[-1]):
            console.print(line, soft_wrap=True)
    console.print(audit_table.slowest(audits))
    console.print(audit_table.together(audits))
    if json is not None:
        try:
            audit_json.write(audits, json)
        except OSError as error:
            fail(f"The audit could not be written to {json}: {error.strerror}.")
    if not all(each.green for each in audits):
        raise typer.Exit(FAILED)


@contextlib.contextmanager
def _asking(slug: str) -> "Iterator[Callable[[str, float], None]]":
    """A progress bar over the parts of one assignment's audit."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from grader.audit import PARTS

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[part]}"), TimeElapsedColumn())
    with Progress(*columns, console=open_console(err=True), transient=True) as progress:
        task = progress.add_task(slug, total=float(len(PARTS)), part="")
        yield lambda part, share: progress.update(task, completed=PARTS.index(part) + share, part=part)


def doctor(
    course: CourseOption = Path(),
    level: Annotated[bool, typer.Option("--level", help="Print nothing but the isolation that holds here.")] = False,
) -> None:
    """Say which isolation this machine gives, wall by wall, and what would raise it; and what the course is."""
    import platform

    from grader.course import open_course
    from grader.exercise import AuthorError
    from grader.sandbox import LEVELS, best_level, examine, what_would_raise
    from grader.symbolic import cache_folder

    best = best_level()
    if level:
        typer.echo(best)
        return
    typer.echo(f"Python {platform.python_version()} on {platform.system()} {platform.release()} ({platform.machine()})")
    typer.echo(f"Isolation here: {best}.")
    for name in LEVELS[:-1]:
        typer.echo(f"\n{name}:")
        walls = examine(name)
        helpful = [] if all(wall.holds for wall in walls) else what_would_raise(name)
        for wall in walls:
            needs = "" if wall.holds or wall.help in helpful else f"; it needs {wall.help}"
            typer.echo(f"  {'holds' if wall.holds else 'OPEN '}  {wall.name}{needs}")
        if helpful:
            typer.echo("  To have it:")
        for remedy in helpful:
            typer.echo(f"  - {remedy}.")
    typer.echo(f"\nDerived gradients are kept in {cache_folder()}.")
    try:
        opened = open_course(course.resolve())
        typer.echo(f"Course: {opened.root}; assignments: {', '.join(opened.slugs) or 'none'}.")
    except AuthorError as error:
        typer.echo(f"Course: {error}")
