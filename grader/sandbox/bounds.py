"""Bounds on our own work where a stranger chooses the arguments: a function of ours that a submission calls back.

In: seconds, megabytes. Out: what was called, or `Overrun` or MemoryError. A right helper asked for 10⁹ epochs, or for a
matrix of 10⁵ times 10⁵ numbers, must cost the one who asked.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

from grader.sandbox.limits import MB

_AGAIN_SECONDS = 0.1  # where something between us and the alarm caught it


class Overrun(BaseException):
    """It took too long. No Exception: nothing of ours may catch it on its way."""


def _overrun(_number: int, _frame: FrameType | None) -> None:
    raise Overrun


@contextlib.contextmanager
def time_bound(seconds: float) -> Iterator[None]:
    """Raise Overrun in what is inside; only the main thread can be interrupted, and only between Python's steps."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _overrun)
    try:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-3), _AGAIN_SECONDS)  # 0 would mean: never
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def memory_bound(megabytes: int) -> Iterator[None]:
    """Let this process have so much more than it has, and raise MemoryError beyond; 40 µs, on Linux alone."""
    if sys.platform != "linux":
        yield
        return
    import resource  # noqa: PLC0415 - not on every system

    with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123
        most = int(sizes.read().split()[0]) * os.sysconf("SC_PAGESIZE") + megabytes * MB
    before = resource.getrlimit(resource.RLIMIT_AS)
    known = [limit for limit in before if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(most, *known) if known else most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
