"""`Zygote`: an isolated process with NumPy imported, which starts a `Child` a submission in a few milliseconds.

The grader's side; `inside/zygote.py` is what it starts. Restarts that process once where the machine lost it.
"""

import os
import weakref
from collections.abc import Mapping, Sequence
from time import monotonic
from types import MappingProxyType
from typing import Self

from grader.blame import SandboxLost, StudentError, StudentTimeout
from grader.program import Program
from grader.sandbox import probe
from grader.sandbox.child import Child
from grader.sandbox.conversation import Job
from grader.sandbox.jobs import FreshJob
from grader.sandbox.limits import Limits
from grader.sandbox.places import PACKAGES, places
from grader.sandbox.server import Level, Server, can_fork
from grader.sandbox.values import Stubs

_NOTHING: Mapping[str, bytes] = MappingProxyType({})
_NO_STUBS: Stubs = MappingProxyType({})


class IsolationUnavailable(SandboxLost):
    """The level that was asked for does not hold on this machine; the text says why."""


class Zygote:
    """Starts submissions at one isolation level. A context manager; one a process is enough."""

    def __init__(
        self,
        isolation: Level = "none",
        limits: Limits | None = None,
        files: Mapping[str, bytes] = _NOTHING,
        *,
        packages: Sequence[str] = PACKAGES,
        verify: bool = True,
    ) -> None:
        """Try the level's walls, unless told not to. Of what is installed, submissions see `packages` alone.

        Raises:
            IsolationUnavailable: one does not hold.

        """
        if any(name != os.path.basename(name) or name in ("", ".", "..") for name in files):  # noqa: PTH119
            raise ValueError("data files lie in the working directory itself")
        self.isolation: Level = isolation
        """What really holds."""
        self._limits = limits or Limits()
        self._files = dict(files)
        self._where = places(tuple(packages))
        self._servers: dict[bool, Server] = {}
        self._children: weakref.WeakSet[Child] = weakref.WeakSet()
        self._forks = can_fork()
        if isolation != "none" and not self._forks:
            raise IsolationUnavailable(f"{isolation}: this system has no walls; it needs Linux, from 5.3 on")
        if isolation != "none" and verify:
            self._verify()

    def _verify(self) -> None:
        try:
            gaps = [f"{wall.name} (it needs {wall.help})" for wall in self.walls() if not wall.holds]
        except SandboxLost as error:
            self.close()
            raise IsolationUnavailable(f"{self.isolation}: {error}") from error
        except BaseException:
            self.close()
            raise
        if gaps:
            self.close()
            raise IsolationUnavailable(f"{self.isolation} does not hold: " + "; ".join(gaps))

    def walls(self) -> tuple[probe.Wall, ...]:
        """Try every wall and tell which hold."""
        return probe.walls(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every child of it; a second time does nothing."""
        for child in list(self._children):
            child.close()
        while self._servers:
            self._servers.popitem()[1].close()

    def start(self, program: Program, stubs: Stubs = _NO_STUBS, seconds: float | None = None) -> Child:
        """Run the program's cells in a new child and return it, ready for calls.

        A cell that costs the process (a loop that no alarm ends, an exit) is left out of a new run of the others.
        `seconds` bounds the child's whole life and defaults to `Limits.submission_seconds`.

        Raises:
            SandboxLost: no child could be started.

        """
        seconds = self._limits.submission_seconds if seconds is None else seconds
        ends = monotonic() + seconds
        skip: dict[int, StudentError] = {}
        while True:
            child = Child(self._job(plots=program.uses_matplotlib), program, self._limits, ends, seconds)
            self._children.add(child)
            try:
                culprit = child.load(stubs, skip)
            except BaseException:
                child.close()
                raise
            if culprit is None or monotonic() >= ends:
                return child
            error = child.outcomes[culprit].error
            skip[culprit] = error or StudentTimeout(self._limits.cell_seconds, "cell")
            child.close()

    def _job(self, *, plots: bool) -> Job:
        if not self._forks:
            return FreshJob(self._where, self._limits, self._files, plots=plots)
        try:
            return self._server(plots=plots).fork()
        except SandboxLost:
            server = self._servers.pop(plots, None)
            if server is None:
                raise  # it did not even start
            server.close()
            return self._server(plots=plots).fork()

    def _server(self, *, plots: bool) -> Server:
        server = self._servers.get(plots)
        if server is None or server.owner != os.getpid():  # after a fork of the grader: its parent's is not its own
            server = self._servers[plots] = Server(self.isolation, self._where, self._limits, self._files, plots=plots)
        return server
