"""A child's process as the grader holds it: a fork of the zygote, or a process of its own where the system cannot fork.

Out: a channel, what was printed, and how it ended. Starts nothing but the fresh process; forks are the server's.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from time import monotonic
from typing import IO

from grader.blame import SandboxLost, StudentDied, StudentError, StudentTimeout
from grader.sandbox import launch
from grader.sandbox.channel import PipeChannel, ThreadChannel
from grader.sandbox.limits import Limits
from grader.sandbox.places import Places

_START_SECONDS = 60.0
_END_SECONDS = 5.0


class Output:
    """A file that a child writes to and that never blocks it; its size has the child's own limit."""

    def __init__(self, limits: Limits) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile("a+b")  # noqa: SIM115 - lives as long as the job
        self._most = limits.output_kb * 1024
        self._text = ""

    def fileno(self) -> int:
        """Return the descriptor to hand over."""
        return self._file.fileno()

    def text(self) -> str:
        """Return what has been written, up to the cap."""
        if not self._file.closed:
            self._file.seek(0)
            self._text = self._file.read(self._most).decode("utf-8", "replace")
        return self._text

    def close(self) -> None:
        """Let go of the file and keep the text."""
        self.text()
        self._file.close()


def ended_with(code: int, limits: Limits) -> StudentError:
    """Say what an exit code means; negative is a signal.

    The code itself is not told, nor a signal that is chosen: either could spell out what the code was given.
    """
    if code == -24:  # SIGXCPU, by number: Windows has neither name
        return StudentTimeout(limits.submission_seconds, "submission")
    if code == -9:
        return StudentDied("was ended by the system, most likely for the memory that it used")
    if code >= 0:
        return StudentDied("ended the whole program")
    return StudentDied("crashed (SIGSEGV)" if code == -11 else "crashed")  # 11: a pointer into nowhere, as C code has


class ForkedJob:
    """A fork of the zygote."""

    def __init__(self, channel: PipeChannel, output: Output, ask: Callable[[], StudentError]) -> None:
        self._output, self._ask = output, ask
        self.channel = channel
        channel.held_back = self.held_back
        self.pidfd = -1
        self._owner = os.getpid()

    def kill(self) -> None:
        """End it now; a fork of the grader, which has a copy of this, lets it live."""
        if self.pidfd >= 0 and os.getpid() == self._owner:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def held_back(self) -> float:
        """Seconds in all that the process was ready to run while others had the processors; 0 where nobody tells."""
        try:
            with open(f"/proc/self/fdinfo/{self.pidfd}", encoding="ascii") as about:  # noqa: PTH123 - no path to keep
                pid = next(line.split()[1] for line in about if line.startswith("Pid:"))
            with open(f"/proc/{int(pid)}/schedstat", encoding="ascii") as waiting:  # noqa: PTH123
                return int(waiting.read().split()[1]) / 1e9
        except (OSError, ValueError, IndexError, StopIteration):
            return 0.0

    def how_it_ended(self) -> StudentError:
        """Ask the zygote."""
        self.kill()  # a process that closed its channel and goes on has ended itself all the same
        return self._ask()

    def output(self) -> str:
        """Return what it printed, up to the cap."""
        return self._output.text()

    def close(self) -> None:
        """End it and let go of it."""
        self.kill()
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1
        self.channel.close()
        self._output.close()


class FreshJob:
    """A process of its own, where the system cannot fork one."""

    def __init__(self, where: Places, limits: Limits, files: Mapping[str, bytes], *, plots: bool) -> None:
        self._limits = limits
        self._output = Output(limits)
        self._root = tempfile.mkdtemp(prefix="grader-")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                launch.command(where),
                env=launch.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._output.fileno(),
                cwd=self._root,
                start_new_session=True,
            )
        except OSError as error:
            self._output.close()
            raise SandboxLost(f"the sandbox did not start: {error}") from error
        self.channel = ThreadChannel(self._process, self.kill)
        with contextlib.suppress(EOFError):  # whoever speaks first hears of it
            first = launch.configuration(where, limits, files, self._root, control=None, plots=plots, walls=False)
            self.channel.send(first, monotonic() + _START_SECONDS)

    def kill(self) -> None:
        """End it now, and with it what it started in its session."""
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def how_it_ended(self) -> StudentError:
        """Read the exit code."""
        try:
            return ended_with(self._process.wait(_END_SECONDS), self._limits)
        except subprocess.TimeoutExpired:
            self.kill()
            return ended_with(self._process.wait(), self._limits)

    def output(self) -> str:
        """Return what it printed, up to the cap."""
        return self._output.text()

    def close(self) -> None:
        """End it and let go of it."""
        self.kill()
        self._process.wait()
        self.channel.close()
        self._output.close()
        shutil.rmtree(self._root, ignore_errors=True)
