"""`grader grade`: a class."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.judging import before_in, hand_round, judged_with, opened_store, recorder_for, storing_in
from grader.cli.parts import (
    ALL,
    STOPPED,
    UNJUDGED,
    AgainOption,
    CourseOption,
    JobsOption,
    JsonOption,
    RequireOption,
    SeedOption,
    StoreOption,
    UnsafeOption,
    WriteOption,
    fail,
    isolation,
    open_console,
    processors,
    secret_for,
    to_stdout,
    wanted_formats,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course import Course
    from grader.sinks import Sink, Tallies
    from grader.workers import Batch


def grade(
    slug: Annotated[str, typer.Argument(help="The assignment, or `all`.")],
    paths: Annotated[list[Path], typer.Argument(help="Files, a folder of files, or an nbgrader `submitted/` tree.")],
    course: CourseOption = Path(),
    json: JsonOption = None,
    write: WriteOption = None,
    gradebook: Annotated[
        str, typer.Option("--gradebook", metavar="URL", help="Write nbgrader's gradebook, and autograded/, too.")
    ] = "",
    feedback: Annotated[str, typer.Option("--feedback", help="Print this student's findings in full.")] = "",
    store: StoreOption = "",
    again: AgainOption = False,
    jobs: JobsOption = processors(),
    require_isolation: RequireOption = "filter",
    unsafe_no_sandbox: UnsafeOption = False,
    seed: SeedOption = "",
) -> None:
    """Judge a class: files, a folder of files, or an nbgrader tree, on draws of the course's own secret."""
    from grader.course import open_course
    from grader.exercise import AuthorError
    from grader.gradebook import GradebookError
    from grader.sinks import Formats, Reports, Tallies, not_written
    from grader.store import StoreError
    from grader.submission import UsageError

    wanted = wanted_formats(write)
    try:
        opened = open_course(course.resolve())
        slugs = opened.slugs if slug == ALL else [slug]
        for name in slugs:
            opened.source(name)
        secret = secret_for(opened, seed)
        level = isolation(require_isolation, unsafe=unsafe_no_sandbox)
        recorder = [recorder_for(opened, gradebook, slugs, unsafe=unsafe_no_sandbox)] if gradebook else []
        batches = [_batch(opened, name, paths, secret, illustrated=bool(recorder)) for name in slugs]
        reports = [Reports(batches, json, many=slug == ALL)] if json is not None else []
        kept = opened_store(opened, store)
        storing = [storing_in(kept, batches)] if kept else []  # which makes a store where there is none
        before = before_in(kept, batches, level) if kept and not again else None
    except (AuthorError, UsageError, GradebookError, StoreError) as error:
        fail(str(error))
    except OSError as error:  # of the reports alone
        fail(not_written(json or Path(), error))
    tallies, formats = Tallies(slugs, feedback), Formats(batches, wanted, many=slug == ALL)
    sinks: list[Sink] = [tallies, *reports, formats, *recorder, *storing]
    stopped = hand_round(batches, level, jobs, sinks, before)
    _show(tallies, many=slug == ALL, err=to_stdout(wanted))
    for sink in sinks:
        for sentence in sink.end():
            typer.echo(sentence, err=True)
    for text in formats.for_stdout:
        typer.echo(text, nl=False)
    if any(report.complete for report in reports):
        typer.echo(f"The report is in {json}.", err=to_stdout(wanted))
    if stopped:
        total = sum(len(batch.submissions) for batch in batches)
        fail(f"Stopped: {tallies.count} of {total} submissions are judged, and kept.", STOPPED)
    if tallies.unjudged or not all(sink.complete for sink in sinks):
        raise typer.Exit(UNJUDGED)


def _batch(course: "Course", slug: str, paths: "Sequence[Path]", secret: bytes, *, illustrated: bool) -> "Batch":
    """`illustrated` where the results go into a gradebook, whose notebooks are looked at."""
    from grader.submission import find

    return judged_with(course, slug, find(paths, slug), secret, illustrated=illustrated)


def _show(seen: "Tallies", *, many: bool, err: bool) -> None:
    from grader.emit import terminal, text

    console = open_console(err=err)
    console.print(terminal.assignments(seen.tallies) if many else terminal.students(seen.tallies[0]))
    if any(tally.mistakes for tally in seen.tallies):
        console.print(terminal.mistakes(seen.tallies))
    for result in seen.in_full:
        console.print()
        for line in text.feedback(result):
            console.print(line, soft_wrap=True)
