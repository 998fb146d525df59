"""What `grade` and `regrade` share: submissions, handed round among those who want the results."""

import contextlib
from typing import TYPE_CHECKING

import typer

from grader.cli.parts import fail, open_console, release_of_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.course import Course
    from grader.gradebook.recorder import Recorder
    from grader.sandbox import Level
    from grader.sinks import Sink
    from grader.store.keeping import Before, Storing
    from grader.store.results import Store
    from grader.submission import Submission
    from grader.workers import Batch


def judged_with(
    course: "Course", slug: str, submissions: "Sequence[Submission]", secret: bytes, *, illustrated: bool = False
) -> "Batch":
    """Submissions, and what they are judged with, made ready; what an author got wrong is said."""
    from grader import recorded, run
    from grader.course import exercise
    from grader.workers import Batch

    made = exercise(course, slug, secret)
    broken = recorded.make_ready(made)
    marking = run.Marking(
        made, release_of_source(course, slug), broken, course.limits, course.feedback, illustrated=illustrated
    )
    for sentence in marking.broken.values():
        typer.echo(f"{slug}: {sentence}", err=True)
    return Batch(marking, submissions)


def hand_round(
    batches: "Sequence[Batch]", level: "Level", jobs: int, sinks: "Sequence[Sink]", before: "Before | None"
) -> bool:
    """Give each result to every sink, once; True where Ctrl-C ended it before all were judged."""
    from itertools import chain

    from grader import workers
    from grader.emit.progress import Bar
    from grader.store import StoreError

    total = sum(len(batch.submissions) for batch in batches)
    known = before.places if before else set[tuple[int, int]]()
    with _interrupts() as stop, Bar(open_console(err=True), total) as bar:
        judged = workers.grade(batches, isolation=level, jobs=jobs, stop=stop, known=known)
        try:
            for one in chain(before.results() if before else (), judged):
                for sink in sinks:
                    for sentence in sink.take(one):
                        bar.say(sentence)
                bar.step(one.result.assignment)
                total -= 1
        except StoreError as error:  # what was judged before cannot be read
            fail(str(error))
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


def recorder_for(course: "Course", url: str, slugs: "Sequence[str]", *, unsafe: bool) -> "Recorder":
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


def opened_store(course: "Course | None", where: str) -> "Store | None":
    """The store that was asked for, or the course's own; None where neither is."""
    if not where and (course is None or not course.store):
        return None
    from grader.store.results import Store

    return Store(where) if where or course is None else Store(course.store, course.root)


def asked_store(course: "Course | None", where: str) -> "Store":
    """The same, where a command cannot do without."""
    from grader.store import StoreError

    if (store := opened_store(course, where)) is None:
        raise StoreError(
            "Which results? Name the store with --store, or in the course's pyproject.toml as [tool.grader] store, "
            "or give the reports that `grade --json` wrote."
        )
    return store


def storing_in(store: "Store", batches: "Sequence[Batch]") -> "Storing":
    """The store as one of those who take results; it is made where there is none."""
    from grader.store.keeping import Storing

    return Storing(store, batches)


def before_in(store: "Store", batches: "Sequence[Batch]", level: "Level") -> "Before":
    """What need not be judged again."""
    from grader.store.keeping import Before

    return Before(store, batches, level)
