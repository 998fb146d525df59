"""The command `grader`.  In: arguments.  Out: text and files; an exit code as the report says. Holds no logic.

Heavy imports wait until the command that needs them runs.
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from grader import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console

    from grader.course import Course
    from grader.exercise import Exercise
    from grader.gradebook.recorder import Recorder
    from grader.history import Attempt, Run
    from grader.regrade import Differences
    from grader.report import Report
    from grader.sandbox import Level
    from grader.sinks import Sink, Tallies
    from grader.store.keeping import Before, Storing
    from grader.store.results import Kept, Store
    from grader.submission import ReleasedNotebook, Submission
    from grader.workers import Batch

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

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
AgainOption = Annotated[bool, typer.Option("--again", help="Judge also what the store knows.")]
JobsOption = Annotated[int, typer.Option("--jobs", min=1, help="Submissions judged at a time.")]


def _fail(sentence: str, code: int = USAGE) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def _jobs() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _console(*, err: bool = False) -> "Console":
    from rich.console import Console

    console = Console(stderr=err, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    return console


@app.command()
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
    jobs: JobsOption = _jobs(),
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

    wanted = _wanted(write)
    try:
        opened = open_course(course.resolve())
        slugs = opened.slugs if slug == ALL else [slug]
        for name in slugs:
            opened.source(name)
        secret = _secret(opened, seed)
        level = _isolation(require_isolation, unsafe=unsafe_no_sandbox)
        recorder = [_recorder(opened, gradebook, slugs, unsafe=unsafe_no_sandbox)] if gradebook else []
        batches = [_batch(opened, name, paths, secret, illustrated=bool(recorder)) for name in slugs]
        reports = [Reports(batches, json, many=slug == ALL)] if json is not None else []
        kept = _store(opened, store)
        storing = [_storing(kept, batches)] if kept else []  # which makes a store where there is none
        before = _before(kept, batches, level) if kept and not again else None
    except (AuthorError, UsageError, GradebookError, StoreError) as error:
        _fail(str(error))
    except OSError as error:  # of the reports alone
        _fail(not_written(json or Path(), error))
    tallies, formats = Tallies(slugs, feedback), Formats(batches, wanted, many=slug == ALL)
    sinks: list[Sink] = [tallies, *reports, formats, *recorder, *storing]
    stopped = _hand_round(batches, level, jobs, sinks, before)
    _show(tallies, many=slug == ALL, err=_to_stdout(wanted))
    for sink in sinks:
        for sentence in sink.end():
            typer.echo(sentence, err=True)
    for text in formats.for_stdout:
        typer.echo(text, nl=False)
    if any(report.complete for report in reports):
        typer.echo(f"The report is in {json}.", err=_to_stdout(wanted))
    if stopped:
        total = sum(len(batch.submissions) for batch in batches)
        _fail(f"Stopped: {tallies.count} of {total} submissions are judged, and kept.", STOPPED)
    if tallies.unjudged or not all(sink.complete for sink in sinks):
        raise typer.Exit(UNJUDGED)


def _recorder(course: "Course", url: str, slugs: "Sequence[str]", *, unsafe: bool) -> "Recorder":
    """Refuses a gradebook that could not be written, before anything is judged."""
    from grader.submission import UsageError

    try:
        from grader.gradebook.recorder import Recorder
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--gradebook needs nbgrader ({error.name} is missing): pip install 'numerical-autograder[nbgrader]'"
        ) from None
    recorder = Recorder(course, url, unsafe=unsafe)
    for slug in slugs:
        for sentence in recorder.prepare(slug):
            typer.echo(sentence, err=True)
    return recorder


def _storing(store: "Store", batches: "Sequence[Batch]") -> "Storing":
    from grader.store.keeping import Storing

    return Storing(store, batches)


def _before(store: "Store", batches: "Sequence[Batch]", level: "Level") -> "Before":
    from grader.store.keeping import Before

    return Before(store, batches, level)


def _store(course: "Course | None", where: str) -> "Store | None":
    if not where and (course is None or not course.store):
        return None
    from grader.store.results import Store

    return Store(where) if where or course is None else Store(course.store, course.root)


def _batch(course: "Course", slug: str, paths: "Sequence[Path]", secret: bytes, *, illustrated: bool) -> "Batch":
    """`illustrated` where the results go into a gradebook, whose notebooks are looked at."""
    from grader.submission import find

    return _judged_with(course, slug, find(paths, slug), secret, illustrated=illustrated)


def _judged_with(
    course: "Course", slug: str, submissions: "Sequence[Submission]", secret: bytes, *, illustrated: bool = False
) -> "Batch":
    from grader import recorded, run
    from grader.course import exercise
    from grader.workers import Batch

    made = exercise(course, slug, secret)
    broken = recorded.make_ready(made)
    marking = run.Marking(made, _release(course, slug), broken, course.limits, course.feedback, illustrated=illustrated)
    for sentence in marking.broken.values():
        typer.echo(f"{slug}: {sentence}", err=True)
    return Batch(marking, submissions)


def _release(course: "Course", slug: str) -> "ReleasedNotebook":
    from grader.exercise import AuthorError
    from grader.submission import released_in

    try:
        return released_in(course.source(slug), slug)
    except ValueError as error:
        raise AuthorError(str(error)) from None


def _hand_round(
    batches: "Sequence[Batch]", level: "Level", jobs: int, sinks: "Sequence[Sink]", before: "Before | None"
) -> bool:
    """Give each result to every sink, once; True where Ctrl-C ended it before all were judged."""
    from itertools import chain

    from grader import workers
    from grader.emit.progress import Bar

    total = sum(len(batch.submissions) for batch in batches)
    known = before.places if before else set[tuple[int, int]]()
    with _interrupts() as stop, Bar(_console(err=True), total) as bar:
        for one in chain(
            before.results() if before else (),
            workers.grade(batches, isolation=level, jobs=jobs, stop=stop, known=known),
        ):
            for sink in sinks:
                for sentence in sink.take(one):
                    bar.say(sentence)
            bar.step(one.result.assignment)
            total -= 1
    return total > 0


@contextlib.contextmanager
def _interrupts() -> "Iterator[Callable[[], bool]]":
    """Tells whether Ctrl-C was pressed, which then ends nothing half-way; pressed again, it does."""
    import signal

    pressed: list[int] = []

    def note(number: int, _frame: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _isolation(require: str, *, unsafe: bool) -> "Level":
    """The strongest level that holds here; ends with a sentence where that is less than what is required."""
    from grader.sandbox import LEVELS, best_level, what_would_help

    if unsafe:
        typer.echo("Isolation: none. Submissions run with your rights; only time and memory are limited.", err=True)
        return "none"
    wanted = next((level for level in LEVELS[:-1] if level == require), None)
    if wanted is None:
        _fail(f"--require-isolation is jail or filter, and not {require!r}; --unsafe-no-sandbox runs without.")
    level = best_level()
    if LEVELS.index(level) > LEVELS.index(wanted):
        _fail(
            f"This machine gives the isolation {level!r}, and {wanted!r} is required. It would need "
            f"{what_would_help(wanted)}; `grader doctor` says more. --unsafe-no-sandbox judges without isolation."
        )
    return level


def _show(seen: "Tallies", *, many: bool, err: bool) -> None:
    from grader.emit import terminal, text

    console = _console(err=err)
    console.print(terminal.assignments(seen.tallies) if many else terminal.students(seen.tallies[0]))
    if any(tally.mistakes for tally in seen.tallies):
        console.print(terminal.mistakes(seen.tallies))
    for result in seen.in_full:
        console.print()
        for line in text.feedback(result):
            console.print(line, soft_wrap=True)


def _write(report: "Report", path: Path) -> None:
    from grader.emit import json

    try:
        json.write(report, path)
    except OSError as error:
        _fail(f"The report could not be written to {path}: {error.strerror}.")
    typer.echo(f"The report is in {path}.")


def _wanted(options: "Sequence[str] | None", *, one: bool = False) -> "list[tuple[str, Path]]":
    """The pairs of `--write`; a slip ends the command before anything is judged."""
    if not options:
        return []
    from grader.emit.formats import FORMATS

    wanted = []
    for option in options:
        name, _, path = option.partition("=")
        if name not in FORMATS or not path:
            _fail(f"--write takes FORMAT=PATH, where FORMAT is one of {', '.join(FORMATS)}; and not {option!r}.")
        if path == "-" and not one and FORMATS[name].holds == "submission":
            _fail(f"{name} holds one submission, so of a class it makes a folder, which stdout is not: {option!r}.")
        wanted.append((name, Path(path)))
    return wanted


def _to_stdout(wanted: "Sequence[tuple[str, Path]]") -> bool:
    """Whether stdout is asked for by a format; people read stderr then."""
    return any(str(path) == "-" for _, path in wanted)


def _emit(report: "Report", wanted: "Sequence[tuple[str, Path]]") -> bool:
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


@app.command()
def report(
    what: Annotated[
        list[str] | None, typer.Argument(help="Assignments of the store, all where none is named; or `--json` reports.")
    ] = None,
    store: StoreOption = "",
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
        found = _of_reports(files) if files else _of_store(_asked_store(opened, store), what or [])
        made = overview(*found, order=opened.slugs if opened else ())
        put(classpage.page(made), output)
    except StoreError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"The page could not be written to {output}: {error.strerror}.")
    typer.echo(f"The class is in {output}: students: {len(made.students)}, assignments: {len(made.assignments)}.")


def _reports(what: "Sequence[str]") -> list[Path]:
    """The files among the arguments: reports are files, or folders of them."""
    files: list[Path] = []
    for text in what:
        path = Path(text)
        found = sorted(path.glob("*.json")) if path.is_dir() else [path] if path.suffix == ".json" else []
        files += found
        if files and not found:
            _fail(f"{text} is no report; reports are files that `grade --json` wrote, or folders of them.")
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


def _asked_store(course: "Course | None", where: str) -> "Store":
    from grader.store import StoreError

    if (store := _store(course, where)) is None:
        raise StoreError(
            "Which results? Name the store with --store, or in the course's pyproject.toml as [tool.grader] store, "
            "or give the reports that `grade --json` wrote."
        )
    return store


@app.command()
def regrade(
    slug: Annotated[str, typer.Argument(help="The assignment, or `all`.")],
    diff: Annotated[bool, typer.Option("--diff", help="Only show it. So it is without --apply.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Show it, and write it.")] = False,
    store: StoreOption = "",
    gradebook: Annotated[
        str, typer.Option("--gradebook", metavar="URL", help="With --apply, write nbgrader's gradebook too.")
    ] = "",
    again: AgainOption = False,
    course: CourseOption = Path(),
    jobs: JobsOption = _jobs(),
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
        _fail("--diff only shows, --apply shows and writes: give one of them.")
    try:
        opened = open_course(course.resolve())
        slugs = opened.slugs if slug == ALL else [slug]
        for name in slugs:
            opened.source(name)
        kept = _asked_store(opened, store)
        last = [_still_there(kept.latest(name)) for name in slugs]
        secret = _secret(opened, seed)
        level = _isolation(require_isolation, unsafe=unsafe_no_sandbox)
        batches = [
            _judged_with(opened, name, [one.submission for one in some], secret)
            for name, some in zip(slugs, last, strict=True)
        ]
        before = None if again else _before(kept, batches, level)
        writes = apply and gradebook
        recorder = [_recorder(opened, gradebook, slugs, unsafe=unsafe_no_sandbox)] if writes else []
    except (AuthorError, UsageError, GradebookError, StoreError) as error:
        _fail(str(error))
    differences = Differences([[one.result for one in some] for some in last])
    if _hand_round(batches, level, jobs, [differences], before):
        _fail("Stopped: nothing is written.", STOPPED)
    _show_differences(differences)
    if not apply:
        typer.echo("Nothing is written; --apply writes it.", err=True)
    elif not _write_differences(differences, [_storing(kept, batches), *recorder]):
        raise typer.Exit(UNJUDGED)
    if differences.unjudged:
        raise typer.Exit(UNJUDGED)


def _still_there(kept: "Sequence[Kept]") -> "list[Kept]":
    """Those whose files can be judged again; of the others it is said that their results stay."""
    found = []
    for one in kept:
        if one.submission.path.exists():
            found.append(one)
            continue
        who = f"{one.result.student}, {one.result.assignment}"
        typer.echo(f"{who}: {one.submission.path} is not there any more; the result stays as it is.", err=True)
    return found


def _show_differences(found: "Differences") -> None:
    from grader.emit import differences

    changes = found.changes
    if changes:
        _console().print(differences.table(changes))
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


@app.command()
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

    wanted = _wanted(write, one=True)
    if not file.exists():
        _fail(f"{file} does not exist.")
    try:
        if course is None:
            report = _own_run(file.resolve(), functions or [])
        else:
            level = _isolation(require_isolation, unsafe=unsafe_no_sandbox)
            report = _course_run(file.resolve(), functions or [], course, assignment, seed, level, ci=ci)
    except (AuthorError, UsageError) as error:
        _fail(str(error))
    whole = _show_own(report, ci=ci, err=_to_stdout(wanted))
    if json is not None:
        _write(report, json)
    whole = _emit(report, wanted) and whole
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
    whole = _emit(seen, at.files())
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
    made = exercise(opened, slug, _secret(opened, seed, known=ci))
    marking = run.Marking(
        made, _release(opened, slug), recorded.make_ready(made), opened.limits, opened.feedback, _known(made, functions)
    )
    submission = handed_in(file, slug) if file.is_dir() else Submission(file.stem, slug, file)
    with Zygote(isolation, opened.limits, made.data) as zygote:
        return run.report(made, [run.judged(marking, submission, zygote)])


def _secret(course: "Course", seed: str, *, known: bool = False) -> bytes:
    """The course's secret; with `known` one that is there already, since a new one would be lost with the machine."""
    from grader.course import secret_of, seed_bytes
    from grader.submission import UsageError

    there = seed or os.environ.get("COURSE_SEED", "").strip() or (course.root / ".grader-seed").exists()
    if known and not there:
        raise UsageError("The course's secret is not here, so no points can count: set COURSE_SEED to it.")
    return seed_bytes(seed) if seed else secret_of(course, tell=lambda text: typer.echo(text, err=True))


def _known(exercise: "Exercise", functions: list[str]) -> tuple[str, ...] | None:
    """The functions asked for; None for all."""
    from grader.submission import UsageError

    for name in functions:
        if name not in exercise.forms:
            raise UsageError(f"{exercise.slug} has no function {name!r}; it has {', '.join(exercise.forms)}.")
    return tuple(functions) or None


@app.command()
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
        _fail(str(error))
    for sentence in stale:
        typer.echo(sentence if check else f"{sentence}: made anew.")
    if check and stale:
        raise typer.Exit(FAILED)
    if not stale:
        typer.echo("Everything is up to date.")


@app.command()
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

    console = _console()
    try:
        opened = open_course(course.resolve())
        for name in slugs or []:
            opened.source(name)
    except AuthorError as error:
        _fail(str(error))
    if not auditing.possible():
        _fail("An audit runs wrong programs in forked processes: it needs Linux, macOS or WSL.")
    if part not in auditing.EXTENTS:
        _fail(f"--part is one of: {', '.join(auditing.EXTENTS)}.")
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
            _fail(f"The audit could not be written to {json}: {error.strerror}.")
    if not all(each.green for each in audits):
        raise typer.Exit(FAILED)


@contextlib.contextmanager
def _asking(slug: str) -> "Iterator[Callable[[str, float], None]]":
    """A progress bar over the parts of one assignment's audit."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from grader.audit import PARTS

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[part]}"), TimeElapsedColumn())
    with Progress(*columns, console=_console(err=True), transient=True) as progress:
        task = progress.add_task(slug, total=float(len(PARTS)), part="")
        yield lambda part, share: progress.update(task, completed=PARTS.index(part) + share, part=part)


export = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Make what platforms and repositories take.")
app.add_typer(export, name="export")

SlugArgument = Annotated[str, typer.Argument(help="The assignment.")]
OutputOption = Annotated[Path, typer.Option("--output", metavar="PATH", help="Where to write it.")]


@export.command()
def gradescope(slug: SlugArgument, output: OutputOption, course: CourseOption = Path(), seed: SeedOption = "") -> None:
    """Write the zip of a Gradescope autograder. It holds the course's secret."""
    with _exporting(course, output) as opened:
        from grader import export as exporting

        exporting.write_zip(exporting.gradescope(opened, slug, _secret(opened, seed)), output)
        _tell(exporting.holds_the_secret(opened, output))


@export.command()
def prairielearn(
    slug: SlugArgument,
    output: OutputOption,
    image: Annotated[str, typer.Option("--image", help="The name of the image that tests/Dockerfile makes.")],
    course: CourseOption = Path(),
    seed: SeedOption = "",
) -> None:
    """Write the folder of a PrairieLearn question with external grading. It holds the course's secret."""
    with _exporting(course, output) as opened:
        from grader import export as exporting

        exporting.write_folder(exporting.prairielearn(opened, slug, _secret(opened, seed), image), output)
        _tell(exporting.holds_the_secret(opened, output))


@export.command()
def repository(
    slug: SlugArgument,
    output: OutputOption,
    package: Annotated[
        str, typer.Option("--package", help="What the workflows install: a version, a file, an address.")
    ] = f"numerical-autograder=={__version__}",
    course: CourseOption = Path(),
) -> None:
    """Write a student's repository: the release, workflows for GitHub and GitLab, a README. It holds no secret."""
    with _exporting(course, output) as opened:
        from grader import export as exporting

        exporting.write_folder(exporting.repository(opened, slug, package), output)


@export.command()
def schema() -> None:
    """Print the JSON Schema of the report's JSON form."""
    from grader.emit.schema import text

    typer.echo(text(), nl=False)


@contextlib.contextmanager
def _exporting(course: Path, output: Path) -> "Iterator[Course]":
    """A course to export from; what is wrong with it, or with the place, ends the command in a sentence."""
    from grader.course import open_course
    from grader.exercise import AuthorError

    try:
        yield open_course(course.resolve())
    except AuthorError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{output} could not be written: {error.strerror}.")
    typer.echo(f"Written to {output}.")


def _tell(sentences: "Iterable[str]") -> None:
    for sentence in sentences:
        typer.echo(sentence, err=True)


@app.command()
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


def main() -> None:
    """Run the command; a reader that goes away ends it quietly."""
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
