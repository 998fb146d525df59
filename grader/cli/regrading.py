"""`grader regrade`: what is in the store, judged again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.judging import asked_store, before_in, hand_round, judged_with, recorder_for, storing_in
from grader.cli.parts import (
    ALL,
    STOPPED,
    UNJUDGED,
    AgainOption,
    CourseOption,
    JobsOption,
    KeptOption,
    RequireOption,
    SeedOption,
    UnsafeOption,
    fail,
    isolation,
    open_console,
    processors,
    secret_for,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.regrade import Differences
    from grader.sinks import Sink
    from grader.store.results import Kept


def regrade(
    slug: Annotated[str, typer.Argument(help="The assignment, or `all`.")],
    diff: Annotated[bool, typer.Option("--diff", help="Only show it. So it is without --apply.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Show it, and write it.")] = False,
    store: KeptOption = "",
    gradebook: Annotated[
        str, typer.Option("--gradebook", metavar="URL", help="With --apply, write nbgrader's gradebook too.")
    ] = "",
    again: AgainOption = False,
    course: CourseOption = Path(),
    jobs: JobsOption = processors(),
    require_isolation: RequireOption = "filter",
    unsafe_no_sandbox: UnsafeOption = False,
    seed: SeedOption = "",
) -> None:
    """Judge again what the store holds, and show who gains and who loses, by which item and why."""
    from grader.course import open_course
    from grader.exercise import AuthorError
    from grader.gradebook import GradebookError
    from grader.regrade import Differences
    from grader.store import StoreError
    from grader.submission import UsageError

    if diff and apply:
        fail("--diff only shows, --apply shows and writes: give one of them.")
    writes_gradebook = apply and bool(gradebook)
    try:
        opened = open_course(course.resolve())
        slugs = opened.slugs if slug == ALL else [slug]
        for name in slugs:
            opened.source(name)
        kept = asked_store(opened, store)
        last = [_still_there(kept.latest(name)) for name in slugs]
        secret = secret_for(opened, seed)
        level = isolation(require_isolation, unsafe=unsafe_no_sandbox)
        batches = [
            judged_with(opened, name, [one.submission for one in some], secret, illustrated=writes_gradebook)
            for name, some in zip(slugs, last, strict=True)
        ]
        before = None if again else before_in(kept, batches, level)
        recorder = [recorder_for(opened, gradebook, slugs, unsafe=unsafe_no_sandbox)] if writes_gradebook else []
    except (AuthorError, UsageError, GradebookError, StoreError) as error:
        fail(str(error))
    differences = Differences([[one.result for one in some] for some in last])
    whole = True
    try:
        if hand_round(batches, level, jobs, [differences], before):
            fail("Stopped: nothing is written.", STOPPED)
        _show_differences(differences)
        if apply:
            whole = _write_differences(differences, [storing_in(kept, batches), *recorder])
    except StoreError as error:
        fail(str(error))
    if not apply:
        typer.echo("Nothing is written; --apply writes it.", err=True)
    if differences.unjudged or not whole:
        raise typer.Exit(UNJUDGED)


def _still_there(kept: "Sequence[Kept]") -> "list[Kept]":
    """Those whose files can be judged again; of the others it is said that their results stay."""
    from grader.submission.find import printable

    found = []
    for one in kept:
        if one.submission.path.exists():
            found.append(one)
            continue
        who = f"{one.result.student}, {one.result.assignment}"
        typer.echo(
            f"{who}: {printable(str(one.submission.path))} is not there any more; the result stays as it is.", err=True
        )
    return found


def _show_differences(found: "Differences") -> None:
    from grader.emit import differences

    changes = found.changes
    if changes:
        open_console().print(differences.table(changes))
    for line in differences.summary(changes, found.count):
        typer.echo(line)


def _write_differences(found: "Differences", sinks: "Sequence[Sink]") -> bool:
    """Hand the results on; whether all of them were taken."""
    for sink in sinks:
        for one in found.to_write:
            for sentence in sink.take(one):
                typer.echo(sentence, err=True)
        for sentence in sink.end():
            typer.echo(sentence, err=True)
    return all(sink.complete for sink in sinks)
