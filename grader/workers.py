"""A class on all cores.  In: batches of submissions.  Out: a stream of results, each handed on as it comes.

Workers are forks of a process that has the draws and right answers ready; one pool serves all assignments, so that a
slow submission holds up nobody. A worker has one submission at a time and a result is kept by nobody here, so that ten
thousand need no more memory than ten.
"""

import contextlib
import multiprocessing as mp
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Self

from grader.blame import SandboxLost
from grader.report import Result
from grader.run import Marking, judged, unjudged
from grader.sandbox import Level, Zygote
from grader.sandbox.inside.room import die_with_parent
from grader.submission import Submission

_GLANCE_SECONDS = 0.2
"""How often it is asked whether to stop: sooner than whoever pressed Ctrl-C presses it again."""

_END_SECONDS = 10.0
"""A worker takes its zygote along, in a hundredth of it; after that it is ended."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One assignment's submissions, and what they are judged with."""

    marking: Marking
    submissions: Sequence[Submission]


@dataclass(frozen=True, slots=True)
class Graded:
    """A result on its way to whoever wants it."""

    batch: int
    place: int
    """The submission's among those of its batch: results come in any order."""
    submission: Submission
    result: Result
    known: bool = False
    """It was found in an earlier run, and taken from where that kept it."""


def grade(
    batches: Sequence[Batch],
    *,
    isolation: Level = "none",
    jobs: int = 2,
    stop: Callable[[], bool] = lambda: False,
    known: Collection[tuple[int, int]] = (),
) -> Iterator[Graded]:
    """Results as they come, but of those `known` by batch and place. Once `stop` says so, no more are waited for."""
    places = ((number, place) for number, batch in enumerate(batches) for place in range(len(batch.submissions)))
    tasks = [task for task in places if task not in known]
    jobs = max(1, min(jobs, len(tasks)))
    if jobs == 1 or "fork" not in mp.get_all_start_methods() or sys.platform == "darwin":
        with _Bench(batches, isolation) as bench:
            for number, place in tasks:
                if stop():
                    return
                yield Graded(number, place, batches[number].submissions[place], bench.judge(number, place))
        return
    with _Workers(batches, tasks, isolation) as workers:
        workers.hire(jobs)
        yield from workers.results(stop)


class _Bench:
    """Where one process judges: a zygote of the assignment that it is at."""

    def __init__(self, batches: Sequence[Batch], isolation: Level) -> None:
        self._batches, self._isolation = batches, isolation
        self._at, self._zygote = -1, contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zygote.close()

    def judge(self, number: int, place: int) -> Result:
        """Judge one submission; where the machine failed, the result says so."""
        marking, submission = self._batches[number].marking, self._batches[number].submissions[place]
        try:
            return judged(marking, submission, self._zygote_for(number))
        except SandboxLost as error:
            return unjudged(marking, submission, self._isolation, f"The machine failed: {error}")

    def _zygote_for(self, number: int) -> Zygote:
        if self._at != number:
            self._zygote.close()
            marking = self._batches[number].marking
            self._served = self._zygote.enter_context(Zygote(self._isolation, marking.limits, marking.exercise.data))
            self._at = number
        return self._served


class _Workers:
    """Forks that judge; each has one submission at a time and says when it wants the next."""

    def __init__(self, batches: Sequence[Batch], tasks: Sequence[tuple[int, int]], isolation: Level) -> None:
        self._batches, self._isolation = batches, isolation
        self._left = iter(tasks)
        self._busy: dict[Connection, tuple[Any, tuple[int, int]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection, (process, _task) in self._busy.items():
            connection.close()
            process.terminate()
        for process, _task in self._busy.values():
            process.join(_END_SECONDS)
            process.kill()  # where it did not end by itself

    def hire(self, jobs: int) -> None:
        """Start workers and give each its first submission."""
        context = mp.get_context("fork")
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            inherited = [*self._busy, ours]
            work = (self._batches, self._isolation, theirs, inherited)
            process = context.Process(target=_work, args=work, daemon=True)
            process.start()
            theirs.close()
            self._next(ours, process)

    def results(self, stop: Callable[[], bool]) -> Iterator[Graded]:
        """Hand out the submissions in order, and the results as they come."""
        while self._busy and not stop():
            for ready in wait(list(self._busy), _GLANCE_SECONDS):
                assert isinstance(ready, Connection)  # noqa: S101 - for the type checker: only connections were waited for
                process, (number, place) = self._busy.pop(ready)
                submission = self._batches[number].submissions[place]
                try:
                    result = ready.recv()
                except (EOFError, OSError):
                    process.join()
                    self.hire(1)
                    result = self._lost(number, submission)
                else:
                    self._next(ready, process)  # before the result is handed on: nobody waits, nobody is forgotten
                yield Graded(number, place, submission, result)

    def _next(self, connection: Connection, process: Any) -> None:
        task = next(self._left, None)
        with contextlib.suppress(BrokenPipeError):  # it died while it was idle: reading from it tells
            connection.send(task)
        if task is not None:
            self._busy[connection] = (process, task)
            return
        connection.close()
        process.join()

    def _lost(self, number: int, submission: Submission) -> Result:
        """A worker that died took one submission with it: unjudged, and nobody's zero."""
        reason = "The grader's own process was lost while it judged this submission."
        return unjudged(self._batches[number].marking, submission, self._isolation, reason)


def _work(batches: Sequence[Batch], isolation: Level, connection: Connection, inherited: Sequence[Connection]) -> None:
    """A worker's whole life. It lets go of the other ends that the fork gave it: else nobody would notice a death."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who hands out: it ends the workers
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # in order: no process and no folder is left
    die_with_parent(signal.SIGTERM)  # who is killed cannot tell
    for other in inherited:
        other.close()
    with contextlib.suppress(EOFError, BrokenPipeError), _Bench(batches, isolation) as bench:
        while (task := connection.recv()) is not None:
            connection.send(bench.judge(*task))
