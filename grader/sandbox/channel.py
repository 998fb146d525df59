"""Frames between the grader and one child, each read and written against a deadline.

Trusts no length: a frame is gathered as it arrives, up to the caller's limit. Knows nothing of what is in it.
"""

import os
import queue
import select
import struct
import threading
from collections.abc import Callable
from subprocess import Popen
from time import monotonic
from typing import Protocol

from grader.sandbox.wire import WireError

_LENGTH = struct.Struct("<I")
_PIECE = 1 << 16

_WORTH_WAITING = 0.02
"""Seconds of waiting for a processor from which on a deadline is put off: a busy machine is nobody's time-out."""


class Channel(Protocol):
    """What both kinds can do.

    Raises: TimeoutError at the deadline, EOFError where the child is gone, WireError for a frame beyond `limit`.
    """

    def send(self, frame: bytes, deadline: float) -> None:
        """Write one frame."""

    def receive(self, deadline: float, limit: int) -> bytes:
        """Read one frame's body."""

    @property
    def credit(self) -> float:
        """Seconds by which the machine kept the child waiting; a deadline is in `monotonic() - credit`."""

    def close(self) -> None:
        """Let go; a second time does nothing."""


class _Gathering:
    """Cuts frames out of the pieces that arrive."""

    credit = 0.0
    """Seconds that do not count, since the machine kept the child from running; deadlines are in time less these."""

    def __init__(self) -> None:
        self._pending = b""

    def _piece(self, deadline: float) -> bytes:
        raise NotImplementedError

    def receive(self, deadline: float, limit: int) -> bytes:
        """Read one frame's body."""
        size: int = _LENGTH.unpack(self._take(4, deadline))[0]
        if size > limit:
            raise WireError(f"a frame of {size} bytes")
        return self._take(size, deadline)

    def _take(self, size: int, deadline: float) -> bytes:
        data = self._pending
        if len(data) < size:
            parts, have = [data], len(data)
            while have < size:
                piece = self._piece(deadline)
                if not piece:
                    raise EOFError
                parts.append(piece)
                have += len(piece)
            data = b"".join(parts)
        self._pending = data[size:]
        return data[:size]


class PipeChannel(_Gathering):
    """Over two pipes of which a fork of the zygote has the other ends."""

    def __init__(self, read: int, write: int) -> None:
        super().__init__()
        self.held_back: Callable[[], float] = lambda: 0.0
        """Tells how long in all the child was ready to run and did not."""
        self._read, self._write = read, write
        os.set_blocking(read, False)
        os.set_blocking(write, False)
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(read, select.POLLIN)
        self._writable.register(write, select.POLLOUT)

    def send(self, frame: bytes, deadline: float) -> None:
        """Write one frame; a small one fits into the empty pipe at once."""
        left = memoryview(frame)
        while left:
            try:
                left = left[os.write(self._write, left) :]
            except BlockingIOError:
                self._wait(self._writable, deadline)
            except OSError as error:
                raise EOFError from error

    def _piece(self, deadline: float) -> bytes:
        self._wait(self._readable, deadline)
        return os.read(self._read, _PIECE)

    def _wait(self, poll: "select.poll", deadline: float) -> None:
        while not poll.poll(max(deadline + self.credit - monotonic(), 0.0) * 1000):
            waited = self.held_back() - self.credit
            if waited < _WORTH_WAITING:
                raise TimeoutError
            self.credit += waited

    def close(self) -> None:
        """Let go."""
        if self._read >= 0:
            os.close(self._read)
            os.close(self._write)
            self._read = self._write = -1


class ThreadChannel(_Gathering):
    """Over the standard streams of a process, where no socket can be handed over; a thread reads, since pipes block."""

    def __init__(self, process: Popen[bytes], end: Callable[[], None]) -> None:
        super().__init__()
        self._process, self._end = process, end
        self._pieces: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._closed = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None  # noqa: S101 - for the type checker
        piece = b"-"
        while piece and not self._closed:
            piece = stdout.read1(_PIECE)  # type: ignore[attr-defined]
            while not self._closed:
                try:
                    self._pieces.put(piece, timeout=0.1)
                    break
                except queue.Full:
                    continue
        stdout.close()

    def send(self, frame: bytes, deadline: float) -> None:
        """Write one frame; where the process does not read it in time, it is ended."""
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - for the type checker
        timer = threading.Timer(_left(deadline), self._end)
        timer.daemon = True
        timer.start()
        try:
            stdin.write(frame)
            stdin.flush()
        except OSError as error:
            raise (EOFError if monotonic() < deadline else TimeoutError) from error
        finally:
            timer.cancel()

    def _piece(self, deadline: float) -> bytes:
        try:
            return self._pieces.get(timeout=_left(deadline))
        except queue.Empty:
            raise TimeoutError from None

    def close(self) -> None:
        """Let go."""
        self._closed = True
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                return


def _left(deadline: float) -> float:
    """Seconds left; never zero, which would mean "do not block"."""
    return max(deadline - monotonic(), 1e-6)
