"""The zygote's process: started inside its walls, asked to fork, asked how a fork ended.

Whatever fails here is the machine's fault (`SandboxLost`). Knows nothing of what a child says.
"""

import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import partial
from time import monotonic
from typing import IO, Literal

from grader.blame import SandboxLost, StudentDied, StudentError
from grader.sandbox import bubblewrap, launch
from grader.sandbox.channel import PipeChannel
from grader.sandbox.jobs import ForkedJob, Output, ended_with
from grader.sandbox.limits import Limits
from grader.sandbox.places import Places

Level = Literal["jail", "filter", "none"]

_MESSAGE = struct.Struct("<cqq")  # JOB in inside/zygote.py: what, job, a number
_START_SECONDS = 60.0  # a cold disk and a busy machine; a warm one needs 0.2
_FORK_SECONDS = 10.0
_END_SECONDS = 5.0


class Server:
    """A running zygote. Thread-safe; made and used in one process."""

    def __init__(self, level: Level, where: Places, limits: Limits, files: Mapping[str, bytes], *, plots: bool) -> None:
        self._limits = limits
        self.owner = os.getpid()
        self._lock = threading.RLock()
        self._jobs = 0
        self._ended: dict[int, tuple[bytes, int]] = {}
        self._root = None if level == "jail" else tempfile.mkdtemp(prefix="grader-")
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        base = self._root or bubblewrap.BASE
        try:
            with theirs:
                first = launch.configuration(
                    where, limits, files, base, control=theirs.fileno(), plots=plots, walls=level != "none"
                )
                command = launch.command(where)
                self._process = subprocess.Popen(  # noqa: S603 - our own command
                    bubblewrap.around(command, where, die_with_parent=launch.dies_with_parent())
                    if level == "jail"
                    else command,
                    env=launch.environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    cwd=self._root or "/",
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # Ctrl-C is for the grader
                )
                assert self._process.stdin is not None  # noqa: S101 - for the type checker
                with self._process.stdin as stdin:
                    stdin.write(first)
            self._receive(b"r", 0, _START_SECONDS)
        except (OSError, SandboxLost) as error:
            trouble = self._trouble()
            self.close()
            raise SandboxLost(f"the sandbox did not start: {trouble or error}") from error
        except BaseException:  # told to end meanwhile: it takes along what it has begun
            self.close()
            raise

    def fork(self) -> ForkedJob:
        """Have a child forked."""
        with self._lock:
            self._jobs += 1
            job = self._jobs
            reads, our_write = os.pipe()
            our_read, writes = os.pipe()
            output = Output(self._limits)
            forked = ForkedJob(PipeChannel(our_read, our_write), output, partial(self._how_it_ended, job))
            try:
                handed = [reads, writes, output.fileno()]
                socket.send_fds(self._control, [_MESSAGE.pack(b"f", job, 0)], handed)
                forked.pidfd = self._receive(b"s", job, _FORK_SECONDS)
            except OSError as error:
                forked.close()
                raise SandboxLost("the sandbox's process is gone") from error
            except SandboxLost:
                forked.close()
                raise
            finally:
                os.close(reads)
                os.close(writes)
            return forked

    def _how_it_ended(self, job: int) -> StudentError:
        """Wait for the zygote's word on a job that has ended."""
        with self._lock:
            if job not in self._ended:
                self._receive(b"e", job, _END_SECONDS)
            what, code = self._ended.pop(job)
        if what == b"d":
            return StudentDied(f"wrote more than {self._limits.disk_mb} MB or {self._limits.files} files")
        return ended_with(code, self._limits)

    def _receive(self, wanted: bytes, job: int, seconds: float) -> int:
        """Read messages until the wanted one came; return the descriptor that came along."""
        deadline = monotonic() + seconds
        while True:
            self._control.settimeout(max(deadline - monotonic(), 1e-3))
            try:
                message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE.size, 1)
            except OSError as error:
                raise SandboxLost("the sandbox's process does not answer") from error
            if len(message) < _MESSAGE.size:
                raise SandboxLost("the sandbox's process is gone")
            what, number, code = _MESSAGE.unpack(message)
            if what in (b"e", b"d"):
                self._ended[number] = (what, code)
            if number == job and (what == wanted or (what == b"d" and wanted == b"e")):
                return descriptors[0] if descriptors else -1
            for descriptor in descriptors:
                os.close(descriptor)
            if what == b"x" and number == job:
                raise SandboxLost(f"a child could not be started: {os.strerror(code)}")

    def _trouble(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read(1 << 16).decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else ""

    def close(self) -> None:
        """End the zygote and all its children, and leave no file."""
        if os.getpid() != self.owner:
            return
        self._control.close()
        process = getattr(self, "_process", None)
        if process is not None:
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._errors.close()
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)


def can_fork() -> bool:
    """Whether this system has what a zygote needs: fork, and a descriptor of a process."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (OSError, AttributeError):
        return False
    return bool(select.poll)
