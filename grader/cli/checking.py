"""`grader check`: one file."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.parts import (
    FAILED,
    UNJUDGED,
    USAGE,
    JsonOption,
    RequireOption,
    SeedOption,
    UnsafeOption,
    WriteOption,
    emit,
    fail,
    isolation,
    release_of_source,
    secret_for,
    to_stdout,
    wanted_formats,
)

if TYPE_CHECKING:
    from grader.exercise import Exercise
    from grader.report import Report
    from grader.sandbox import Level


def check(
    file: Annotated[Path, typer.Argument(help="Your notebook or .py file.")],
    functions: Annotated[list[str] | None, typer.Argument(help="Only these functions.")] = None,
    course: Annotated[Path | None, typer.Option("--course", help="The course's folder: judge as `grade` does.")] = None,
    assignment: Annotated[
        str, typer.Option("--assignment", metavar="SLUG", help="With --course: which one, where no name says it.")
    ] = "",
    ci: Annotated[
        bool, typer.Option("--ci", help="Find out which CI or platform this is, and write what it shows.")
    ] = False,
    json: JsonOption = None,
    write: WriteOption = None,
    require_isolation: RequireOption = "filter",
    unsafe_no_sandbox: UnsafeOption = False,
    seed: SeedOption = "",
) -> None:
    """Judge your own file on public draws, beside the assignment's release; no secret, no course folder needed."""
    from grader.exercise import AuthorError
    from grader.submission import UsageError

    wanted = wanted_formats(write, one=True)
    if not file.exists():
        fail(f"{file} does not exist.")
    try:
        if course is None:
            report = _own_run(file.resolve(), functions or [])
        else:
            level = isolation(require_isolation, unsafe=unsafe_no_sandbox)
            report = _course_run(file.resolve(), functions or [], course, assignment, seed, level, ci=ci)
    except (AuthorError, UsageError) as error:
        fail(str(error))
    whole = _show_own(report, ci=ci, err=to_stdout(wanted))
    if json is not None:
        _write(report, json)
    whole = emit(report, wanted) and whole
    statuses = {item.status for item in report.submissions[0].items}
    if "unjudged" in statuses:
        raise typer.Exit(UNJUDGED)
    if not whole:
        raise typer.Exit(USAGE)
    if statuses & {"failed", "skipped"}:
        raise typer.Exit(FAILED)


def _show_own(report: "Report", *, ci: bool, err: bool) -> bool:
    """Show one file's report where it is looked at; whether all of that could be written."""
    from grader import ci as places

    at = places.place(os.environ) if ci else places.Place("plain")
    seen = places.seen_from(at.base, report)
    for line in places.log(at, seen):
        typer.echo(line, err=err)
    whole = emit(seen, at.files())
    if at.summary is not None:
        try:
            places.add_summary(at.summary, seen)
        except OSError as error:
            typer.echo(f"The summary could not be written to {at.summary}: {error.strerror}.", err=True)
            whole = False
    return whole


def _own_run(file: Path, functions: list[str]) -> "Report":
    """Public draws, from the release beside the file; the sandbox starts while the release is read."""
    from concurrent.futures import ThreadPoolExecutor

    from grader.program import Program, data_of
    from grader.sandbox import Limits, Zygote
    from grader.submission import release_of

    folder, limits = release_of(file), Limits()
    with Zygote("none", limits, data_of(folder)) as zygote, ThreadPoolExecutor(1) as beside:
        started = beside.submit(lambda: zygote.start(Program((), "warm")).close())
        from grader import run
        from grader.course import released
        from grader.submission import Submission, released_in

        made = released(folder)
        marking = run.Marking(
            made, released_in(folder, made.slug), {}, limits, functions=_known(made, functions), follow_through=False
        )
        started.exception()  # whatever it was, the submission's own start meets it too, and says so
        return run.report(made, [run.judged(marking, Submission(file.stem, made.slug, file), zygote)])


def _course_run(
    file: Path, functions: list[str], course: Path, assignment: str, seed: str, isolation: "Level", *, ci: bool
) -> "Report":
    """The course's own draws, as `grade` judges."""
    from grader import recorded, run
    from grader.course import exercise, open_course
    from grader.sandbox import Zygote
    from grader.submission import Submission, assignment_of, handed_in

    opened = open_course(course.resolve())
    slug = assignment or assignment_of(file, opened.slugs)
    made = exercise(opened, slug, secret_for(opened, seed, known=ci))
    marking = run.Marking(
        made,
        release_of_source(opened, slug),
        recorded.make_ready(made),
        opened.limits,
        opened.feedback,
        _known(made, functions),
    )
    submission = handed_in(file, slug) if file.is_dir() else Submission(file.stem, slug, file)
    with Zygote(isolation, opened.limits, made.data) as zygote:
        return run.report(made, [run.judged(marking, submission, zygote)])


def _known(exercise: "Exercise", functions: list[str]) -> tuple[str, ...] | None:
    """The functions asked for; None for all."""
    from grader.submission import UsageError

    for name in functions:
        if name not in exercise.forms:
            raise UsageError(f"{exercise.slug} has no function {name!r}; it has {', '.join(exercise.forms)}.")
    return tuple(functions) or None


def _write(report: "Report", path: Path) -> None:
    from grader.emit import json

    try:
        json.write(report, path)
    except OSError as error:
        fail(f"The report could not be written to {path}: {error.strerror}.")
    typer.echo(f"The report is in {path}.")
