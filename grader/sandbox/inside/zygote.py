"""One process with NumPy imported that forks a child a submission; it holds no secret and runs no student's code.

In: over the control socket, a job's number with the child's two pipes and output file. Out: the child's pid (and a
descriptor of it, by which the grader ends it at once), and later how it ended. Ends with the control socket.
"""

import contextlib
import errno
import os
import select
import signal
import socket
import struct
from collections.abc import Mapping
from time import monotonic
from typing import Any

from grader.sandbox.inside import room
from grader.sandbox.inside.child import Channel

_READ, _WRITE = 3, 4  # a child's channel
JOB = struct.Struct("<cqq")  # what, job, a number
WATCH_SECONDS = 0.05
"""How often a running child's files are counted: 50 µs of work, and until then a bomb makes 2000 files or 50 MB."""


class Zygote:
    """The forking server: jobs by pidfd."""

    def __init__(
        self,
        control: socket.socket,
        base: str,
        files: Mapping[str, bytes],
        limits: Mapping[str, Any],
        wall: room.Wall | None,
    ) -> None:
        import fcntl  # noqa: PLC0415 - not on every system, but wherever there is a fork

        self.fcntl, self.wall = fcntl, wall
        self.control, self.base, self.files, self.limits = control, base, files, limits
        self.jobs: dict[int, tuple[int, int, str]] = {}
        self.stopped: set[int] = set()
        self.poll = select.poll()
        self.poll.register(control.fileno(), select.POLLIN)
        _adopt_orphans()

    def serve(self) -> None:
        """Fork when asked, tell how children ended; return when the grader is gone."""
        self._tell(b"r", 0, os.getpid())
        watched = monotonic()
        while True:
            events = self.poll.poll(WATCH_SECONDS * 1000 if self.jobs else None)
            for descriptor, _ in events:
                if descriptor in self.jobs:
                    self._end(descriptor)
                elif not self._fork():
                    return
            if monotonic() - watched > WATCH_SECONDS:
                self._watch()
                watched = monotonic()

    def _fork(self) -> bool:
        """Start the job that is asked for; False where the grader is gone."""
        message, descriptors, _, _ = socket.recv_fds(self.control, JOB.size, 3)
        if len(message) < JOB.size or len(descriptors) != 3:
            return False
        job = JOB.unpack(message)[1]
        directory = os.path.join(self.base, f"job-{job}")  # noqa: PTH118
        try:
            self._furnish(directory)
            pid = os.fork()
        except OSError as error:
            self._tell(b"x", job, error.errno or 0)
            pid = -1
        if pid == 0:
            self.control.detach()  # closed below; a late `__del__` must not close what then has its number
            self._be_child(descriptors, directory)
        for descriptor in descriptors:
            os.close(descriptor)
        if pid > 0:
            pidfd = os.pidfd_open(pid)
            self.jobs[pidfd] = (job, pid, directory)
            self.poll.register(pidfd, select.POLLIN)
            socket.send_fds(self.control, [JOB.pack(b"s", job, pid)], [pidfd])
        return True

    def _furnish(self, directory: str) -> None:
        """Make the child's directory. Where a sibling has filled the disk, that one ends first."""
        for last in (False, True):
            try:
                os.mkdir(directory, 0o700)  # noqa: PTH102
                room.furnish(directory, self.files)
            except OSError:
                room.remove(directory)
                if last or not self._watch():
                    raise
                for pidfd in [pidfd for pidfd, (job, _, _) in self.jobs.items() if job in self.stopped]:
                    self._end(pidfd)
            else:
                return

    def _be_child(self, descriptors: list[int], directory: str) -> None:
        """Keep the null device, the output file and the channel; nothing else is inherited."""
        try:
            room.die_with_parent(signal.SIGKILL)
            os.setsid()
            read, write, output = descriptors
            os.dup2(output, 1)
            os.dup2(output, 2)
            read, write = (
                self.fcntl.fcntl(end, self.fcntl.F_DUPFD, 100) for end in (read, write)
            )  # out of each other's way
            os.dup2(read, _READ, inheritable=False)
            os.dup2(write, _WRITE, inheritable=False)
            os.closerange(_WRITE + 1, 1 << 16)
        except BaseException:  # noqa: BLE001 - never go on as a second zygote
            os._exit(70)
        room.become_child(Channel(_READ, _WRITE), directory, self.limits, self.wall)

    def _end(self, pidfd: int) -> None:
        job, pid, directory = self.jobs.pop(pidfd)
        self.poll.unregister(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        self._end_orphans()
        what = b"d" if job in self.stopped else b"e"
        self.stopped.discard(job)
        self._tell(what, job, os.waitstatus_to_exitcode(status))
        with contextlib.suppress(OSError):
            room.remove(directory)

    def _watch(self) -> bool:
        """End each child whose files have grown beyond their limits; tell whether there was one."""
        most = self.limits["files"] + len(self.files)
        for job, pid, directory in self.jobs.values():
            size, count = _usage(directory, most)
            if size > self.limits["disk_bytes"] or count > most:
                self.stopped.add(job)
                os.kill(pid, signal.SIGKILL)
        return bool(self.stopped)

    def _end_orphans(self) -> None:
        """End what an ended child has left running; where forks are forbidden there is nothing."""
        known = {pid for _, pid, _ in self.jobs.values()}
        while strays := _children() - known:
            for pid in strays:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def end_all(self) -> None:
        """End every child and leave no file. What became of them is nobody's fault: it is not told."""
        self.control.close()
        for _, pid, _ in self.jobs.values():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for pidfd in list(self.jobs):
            with contextlib.suppress(OSError):
                self._end(pidfd)
        with contextlib.suppress(OSError):
            room.remove(self.base)

    def _tell(self, what: bytes, job: int, number: int) -> None:
        with contextlib.suppress(OSError):  # the grader is gone: the next poll says so
            self.control.send(JOB.pack(what, job, number))


def _adopt_orphans() -> None:
    import ctypes  # noqa: PLC0415

    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _children() -> set[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123
            return {int(pid) for pid in file.read().split()}
    except OSError:
        return set()


def _usage(directory: str, most: int) -> tuple[int, int]:
    """Bytes and number of the files below, counted no further than `most`; follows no link.

    A folder that cannot be looked into (too deep for a path, made unreadable) counts as too many.
    """
    size = count = 0
    left = [directory]
    while left and count <= most:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    count += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    if count > most:
                        break
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR):  # those are gone by now
                count = most + 1
    return size, count
