"""The memory of a command and of all that it starts.  In: a process's number.  Out: peaks in MB, seen by looking."""

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.1
MB = 1024
"""kB in one, as /proc counts."""


@dataclass(frozen=True)
class Peak:
    """Of one command."""

    own: float
    """Its own process (VmHWM), MB."""
    together: float
    """All its processes at one time, a page that several share counted once (PSS), MB."""
    seconds: float


def watched(command: Sequence[str], cwd: Path | None = None) -> Peak:
    """Run a command that must succeed, and look at it now and then."""
    began, own, together = time.monotonic(), 0, 0
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            own = max(own, _field(running.pid, "status", "VmHWM:"))
            together = max(together, sum(_field(pid, "smaps_rollup", "Pss:") for pid in _family(running.pid)))
            time.sleep(SAMPLE_SECONDS)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    return Peak(own / MB, together / MB, time.monotonic() - began)


def _family(pid: int) -> set[int]:
    """A process and all below it."""
    found, left = set(), [pid]
    while left:
        found.add(here := left.pop())
        for task in Path(f"/proc/{here}/task").glob("*/children"):
            left += map(int, _read(task).split())
    return found


def _field(pid: int, name: str, key: str) -> int:
    """A figure of a process, which may be gone by now."""
    lines = _read(Path(f"/proc/{pid}/{name}")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
