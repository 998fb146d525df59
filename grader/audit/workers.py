"""Run many small jobs in forked processes, each within its time.  In: jobs.  Out: what they return, as they end.

A mutant may loop forever or eat all memory: its worker is killed, and another takes the next job. Jobs reach workers by
the fork and need not be picklable; what they return must be.
"""

import contextlib
import multiprocessing as mp
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

MOST_MEMORY = 4 << 30
"""Bytes a worker may hold: far more than any exercise needs, and less than what brings a small machine down."""


def possible() -> bool:
    """Whether this system can fork."""
    return "fork" in mp.get_all_start_methods()


@dataclass(frozen=True, slots=True)
class Lost:
    """A job that did not end by itself."""

    how: str
    """A clause: "did not end within 5 s"."""


@dataclass(slots=True)
class _Worker:
    process: Any
    connection: Connection
    job: int
    ends: float


def run(jobs: Sequence[Callable[[], T]], *, seconds: float, workers: int = 2) -> Iterator[tuple[int, T | Lost]]:
    """Yield each job's place and its result, in the order in which they end.

    Raises:
        RuntimeError: a job raised; that is the audit's own fault.

    """
    left = iter(range(len(jobs)))
    busy: list[_Worker] = []
    try:
        for _, job in zip(range(workers), left, strict=False):  # in this order, or a job is taken and dropped
            busy.append(_hired(jobs, job, seconds, busy))
        while busy:
            wait([worker.connection for worker in busy], max(0.0, min(w.ends for w in busy) - time.monotonic()))
            for worker in list(busy):
                result = _result(worker, seconds)
                if result is None:
                    continue
                busy.remove(worker)
                yield worker.job, result[0]
                job = next(left, -1)
                if job < 0:
                    _dismiss(worker)
                elif isinstance(result[0], Lost):
                    _dismiss(worker)
                    busy.append(_hired(jobs, job, seconds, busy))
                else:
                    worker.connection.send(job)
                    busy.append(_Worker(worker.process, worker.connection, job, time.monotonic() + seconds))
    finally:
        for worker in busy:
            _dismiss(worker)


def _result(worker: _Worker, seconds: float) -> tuple[Any] | None:
    """What a worker has to say, in a tuple; None where it is still at work."""
    if not worker.connection.poll():
        return None if time.monotonic() < worker.ends else (Lost(f"did not end within {seconds:g} s"),)
    try:
        good, value = worker.connection.recv()
    except (EOFError, OSError):
        return (Lost("ended its process"),)
    if not good:
        raise RuntimeError(value)
    return (value,)


def _hired(jobs: Sequence[Callable[[], Any]], job: int, seconds: float, busy: Sequence[_Worker]) -> _Worker:
    context = mp.get_context("fork")
    ours, theirs = context.Pipe()
    inherited = [*(worker.connection for worker in busy), ours]
    process = context.Process(target=_work, args=(jobs, theirs, inherited), daemon=True)
    process.start()
    theirs.close()
    ours.send(job)
    return _Worker(process, ours, job, time.monotonic() + seconds)


def _dismiss(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.kill()
    worker.process.join()


def _work(jobs: Sequence[Callable[[], Any]], connection: Connection, inherited: Sequence[Connection]) -> None:
    """A worker's whole life; it closes the ends of others' pipes, so that each pipe has one owner."""
    for other in inherited:
        other.close()
    _bound_memory()
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            job = connection.recv()
            np.random.seed(0)  # noqa: NPY002 - a mutant that uses the global state does so alike in every audit
            try:
                value = jobs[job]()
            except Exception:  # noqa: BLE001 - the parent raises it
                connection.send((False, traceback.format_exc()))
            else:
                connection.send((True, value))


def _bound_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - there is none on Windows, and no fork either

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
