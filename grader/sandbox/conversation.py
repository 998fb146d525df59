"""One conversation with one child: requests out, replies in, our functions called back on the way, the clock always on.

Out comes a decoded reply or a `StudentError`. Of the references in it only those are accepted that we gave; what
the rest of a reply means is `reply`'s to say.
"""

import contextlib
from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

import numpy as np

from grader.blame import StudentDied, StudentError, StudentTimeout
from grader.sandbox.bounds import Overrun, memory_bound, time_bound
from grader.sandbox.channel import Channel
from grader.sandbox.decode import decode
from grader.sandbox.encode import Writer
from grader.sandbox.limits import MB, Limits
from grader.sandbox.values import EXCEPTIONS, Function, Handle, Rng, Token
from grader.sandbox.wire import NODE_BYTES, NODES, WireError

_REQUEST_BYTES = 256 * MB
_FRAME_BYTES = NODES * NODE_BYTES + 8192
"""What a frame may have beside the texts and arrays that the limits count."""

_ARGUMENTS_FAULT = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError)
"""What bad arguments make a function raise: told to whoever called it. Any other exception is our own bug."""

Reply = tuple[Any, ...]


class Job(Protocol):
    """A child's process, however it was started."""

    @property
    def channel(self) -> Channel:
        """The way to it."""

    def kill(self) -> None:
        """End it now."""

    def how_it_ended(self) -> StudentError:
        """Say how it ended by itself.

        Raises:
            SandboxLost: it did not; what it ran in is gone.

        """

    def output(self) -> str:
        """Return what it printed, up to the cap."""

    def close(self) -> None:
        """End it and let go of it."""


class Conversation:
    """Holds what only both sides together know: the numbers of functions, handles and tokens, and who is gone."""

    def __init__(self, job: Job, limits: Limits, ends: float, seconds: float) -> None:
        self.gone: StudentError | None = None
        self._job, self._limits = job, limits
        self._ends, self._seconds = ends, seconds
        self._functions: list[Callable[..., object]] = []
        self._numbers: dict[int, int] = {}
        self._tokens: set[int] = set()
        self._handles = 0
        self._saw_rng = False
        self._answering = False
        self._own_error: Exception | None = None
        self.answer_bytes = limits.answer_mb * MB + _FRAME_BYTES
        self._callback_bytes = limits.callback_kb * 1024 + _FRAME_BYTES

    def new_handles(self, count: int) -> range:
        """Give numbers to parts that the child is to keep."""
        self._handles += count
        return range(self._handles - count, self._handles)

    def send(self, request: Reply, seconds: float) -> None:
        """Write a request.

        Raises:
            StudentError: the child is gone, or does not read.
            TypeError: the request holds what cannot cross; nothing was sent.

        """
        if self.gone is not None:
            raise self.gone
        if self._answering:
            raise RuntimeError("a function of ours called the submission that had called it")
        self._write(self._encoded(request), seconds)

    def _encoded(self, message: Reply) -> bytes:
        writer = Writer(_REQUEST_BYTES, self._plain, layouts=True)
        writer.put(message)
        if writer.tokens:
            self._tokens.update(writer.tokens)
        return writer.frame()

    def _write(self, frame: bytes, seconds: float) -> None:
        try:
            self._job.channel.send(frame, min(self._now() + seconds, self._ends))
        except TimeoutError:
            raise self._too_slow(seconds) from None
        except EOFError:
            raise self.ended() from None

    def reply(self, seconds: float, limit: int | None = None) -> tuple[Reply, int]:
        """Read the next reply and its size; calls of our functions are answered on the way.

        The time that our functions take is not the student's.
        """
        deadline = self._now() + seconds
        limit = self.answer_bytes if limit is None else limit
        most = max(limit, self._callback_bytes) if self._functions else limit
        with contextlib.ExitStack() as bounds:
            for number in range(self._limits.calls + 1):
                message, size = self._message(min(deadline, self._ends), most, seconds)
                if message[0] != "callback":
                    if self._saw_rng or size > limit:
                        raise self.nonsense()
                    return message, size
                if not number:
                    bounds.enter_context(memory_bound(self._limits.memory_mb))
                began = self._now()
                self._write(self._called_back(message, size), seconds)
                deadline += self._now() - began
        raise self.end(StudentDied(f"called a function it was given more than {self._limits.calls} times"))

    def _now(self) -> float:
        """The time, less what the child spent waiting for a processor: a busy machine costs nobody a point."""
        return monotonic() - self._job.channel.credit

    def _message(self, deadline: float, limit: int, seconds: float) -> tuple[Reply, int]:
        try:
            body = self._job.channel.receive(deadline, limit)
            self._saw_rng = False
            message = decode(body, self._resolve)
        except TimeoutError:
            raise self._too_slow(seconds) from None
        except EOFError:
            raise self.ended() from None
        except WireError:
            raise self.nonsense() from None
        if type(message) is not tuple or not message or type(message[0]) is not str:  # an array equals nothing simply
            raise self.nonsense()
        return message, len(body)

    def _called_back(self, message: Reply, size: int) -> bytes:
        """Call a function of ours and encode what it answered, or what it raised.

        Raises:
            StudentError: it was asked for more than a submission may take, in time or in memory.

        """
        if [type(part) for part in message] != [str, int, tuple, dict] or size > self._callback_bytes:
            raise self.nonsense()
        _, number, args, kwargs = message
        if not 0 <= number < len(self._functions):
            raise self.nonsense()
        if self._own_error is None:
            self._answering = True
            try:
                with time_bound(self._ends - self._now()):
                    answer = self._called(self._functions[number], args, kwargs)
                return self._encoded(("value", answer))
            except Overrun:
                raise self.end(StudentTimeout(self._seconds, "submission")) from None
            except MemoryError:
                raise self.end(StudentDied(f"asked for an answer beyond {self._limits.memory_mb} MB")) from None
            except _Told as told:
                return self._encoded(("raise", *told.args))
            except Exception as error:  # noqa: BLE001 - kept, and raised when the child has come to an end with it
                self._own_error = error
            finally:
                self._answering = False
        return self._encoded(("raise", "RuntimeError", "this function failed"))

    @staticmethod
    def _called(function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
        try:
            return function(*args, **kwargs)
        except _ARGUMENTS_FAULT as error:
            names = (kind.__name__ for kind in type(error).__mro__ if EXCEPTIONS.get(kind.__name__) is kind)
            raise _Told(next(names, "Exception"), str(error)[:500]) from error

    def raise_own_error(self) -> None:
        """Raise what one of our functions failed with for a reason of its own: nobody may take it for the student's."""
        if self._own_error is not None:
            error, self._own_error = self._own_error, None
            raise error

    def _plain(self, value: object) -> object:
        """Let a callable of ours cross by number; of anything else that is not plain the author must hear."""
        if callable(value):
            if id(value) not in self._numbers:
                self._numbers[id(value)] = len(self._functions)
                self._functions.append(value)
            return Function(self._numbers[id(value)], str(getattr(value, "__name__", "function")))
        what = f"array of dtype {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"a value of type {what} cannot cross into the sandbox")

    def _resolve(self, reference: Any) -> object:
        """Accept of the references only those that we gave."""
        if isinstance(reference, Rng) and reference.spawn_key == () and reference.entropy < 1 << 256:
            self._saw_rng = True
            return Rng(reference.entropy)
        if isinstance(reference, Handle) and not 0 <= reference.id < self._handles:
            raise WireError("a handle that is not ours")
        if isinstance(reference, Token) and reference.id not in self._tokens:
            raise WireError("a token that is not ours")
        if isinstance(reference, Rng | Function):
            raise WireError("a reference that never comes this way")
        return reference

    def _too_slow(self, seconds: float) -> StudentError:
        if self._now() >= self._ends:
            return self.end(StudentTimeout(self._seconds, "submission"))
        return self.end(StudentTimeout(seconds, "call"))

    def nonsense(self) -> StudentError:
        """End it for having sent what our own code in the child would not."""
        return self.end(StudentDied("answered with something that is not an answer"))

    def ended(self) -> StudentError:
        """Find out how it ended by itself."""
        return self.end(self._job.how_it_ended())

    def end(self, error: StudentError) -> StudentError:
        """End it for this reason."""
        self.gone = error
        self._job.kill()
        return error


class _Told(Exception):
    """A function of ours did not take its arguments: class name, text."""
