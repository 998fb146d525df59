"""What the commands have in common: options, the way to end, where the secret and the isolation come from."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from grader.course import Course
    from grader.report import Report
    from grader.sandbox import Level
    from grader.submission import ReleasedNotebook

USAGE, UNJUDGED, FAILED = 2, 3, 1
STOPPED = 130
"""By Ctrl-C, as shells have it: 128 and the signal's number."""
ALL = "all"
WIDE = 150
"""Columns where nobody looks at a terminal: a log scrolls, and a folded table is hard to read."""
CourseOption = Annotated[Path, typer.Option("--course", help="The course's folder, with `source/` and `solutions/`.")]
JsonOption = Annotated[
    Path | None,
    typer.Option(
        "--json", help="Write the report as JSON to this file (with `all`: a file an assignment in this folder)."
    ),
]
WriteOption = Annotated[
    list[str] | None,
    typer.Option(
        "--write",
        metavar="FORMAT=PATH",
        help="Write the report in another format, too; may be repeated. `-` for PATH is stdout. "
        "A format of single submissions makes a folder of a class. docs/formats.md names them all.",
    ),
]
SeedOption = Annotated[
    str,
    typer.Option("--seed", help="For tests: 32 hexadecimal digits in the place of the course's secret.", hidden=True),
]
RequireOption = Annotated[
    str, typer.Option("--require-isolation", metavar="jail|filter", help="The least isolation that is accepted.")
]
UnsafeOption = Annotated[
    bool, typer.Option("--unsafe-no-sandbox", help="Run strangers' code with your own rights. Every result says so.")
]
StoreOption = Annotated[
    str,
    typer.Option(
        "--store", metavar="FILE|URL", help="Keep every result there; what the same checks judged is not judged again."
    ),
]
KeptOption = Annotated[str, typer.Option("--store", metavar="FILE|URL", help="Where `grade --store` kept results.")]
AgainOption = Annotated[bool, typer.Option("--again", help="Judge also what the store knows.")]


def fail(sentence: str, code: int = USAGE) -> NoReturn:
    """End the command with a sentence."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


JobsOption = Annotated[int, typer.Option("--jobs", min=1, help="Submissions judged at a time.")]


def open_console(*, err: bool = False) -> "Console":
    """Where people read: rich, without guessing at what a text means."""
    from rich.console import Console

    console = Console(stderr=err, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    return console


def secret_for(course: "Course", seed: str, *, known: bool = False) -> bytes:
    """The course's secret; with `known` one that is there already, since a new one would be lost with the machine."""
    from grader.course import secret_of, seed_bytes
    from grader.submission import UsageError

    there = seed or os.environ.get("COURSE_SEED", "").strip() or (course.root / ".grader-seed").exists()
    if known and not there:
        raise UsageError("The course's secret is not here, so no points can count: set COURSE_SEED to it.")
    return seed_bytes(seed) if seed else secret_of(course, tell=lambda text: typer.echo(text, err=True))


def isolation(require: str, *, unsafe: bool) -> "Level":
    """The strongest level that holds here; ends with a sentence where that is less than what is required."""
    from grader.sandbox import LEVELS, best_level, what_would_help

    if unsafe:
        typer.echo("Isolation: none. Submissions run with your rights; only time and memory are limited.", err=True)
        return "none"
    wanted = next((level for level in LEVELS[:-1] if level == require), None)
    if wanted is None:
        fail(f"--require-isolation is jail or filter, and not {require!r}; --unsafe-no-sandbox runs without.")
    level = best_level()
    if LEVELS.index(level) > LEVELS.index(wanted):
        fail(
            f"This machine gives the isolation {level!r}, and {wanted!r} is required. It would need "
            f"{what_would_help(wanted)}; `grader doctor` says more. --unsafe-no-sandbox judges without isolation."
        )
    return level


def release_of_source(course: "Course", slug: str) -> "ReleasedNotebook":
    """What of the source says which cells of a submission run."""
    from grader.exercise import AuthorError
    from grader.submission import released_in

    try:
        return released_in(course.source(slug), slug)
    except ValueError as error:
        raise AuthorError(str(error)) from None


def wanted_formats(options: "Sequence[str] | None", *, one: bool = False) -> "list[tuple[str, Path]]":
    """The pairs of `--write`; a slip ends the command before anything is judged."""
    if not options:
        return []
    from grader.emit.formats import FORMATS

    wanted = []
    for option in options:
        name, _, path = option.partition("=")
        if name not in FORMATS or not path:
            fail(f"--write takes FORMAT=PATH, where FORMAT is one of {', '.join(FORMATS)}; and not {option!r}.")
        if path == "-" and not one and FORMATS[name].holds == "submission":
            fail(f"{name} holds one submission, so of a class it makes a folder, which stdout is not: {option!r}.")
        wanted.append((name, Path(path)))
    return wanted


def to_stdout(wanted: "Sequence[tuple[str, Path]]") -> bool:
    """Whether stdout is asked for by a format; people read stderr then."""
    return any(str(path) == "-" for _, path in wanted)


def emit(report: "Report", wanted: "Sequence[tuple[str, Path]]") -> bool:
    """Write the report of one file in every format that was asked for; whether all of it could be, and was."""
    if not wanted:
        return True
    from grader.emit.formats import STDOUT, files
    from grader.emit.json import put

    whole = True
    for name, path in wanted:
        for file in files(name, report, path):
            if file.text is None:
                typer.echo(f"{name}: {file.sentence}", err=True)
                whole = whole and file.expected
            elif path == STDOUT:
                typer.echo(file.text, nl=False)
            else:
                try:
                    put(file.text, file.path)
                except OSError as error:
                    typer.echo(f"{name} could not be written to {file.path}: {error.strerror}.", err=True)
                    whole = False
    return whole
