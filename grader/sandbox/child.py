"""The grader's side of the conversation with one submission: calls go in, checked values come out.

Out comes an `Answer` or a `StudentError`; what a child sends is believed in nothing but the numbers it answers with.
Compares nothing and holds no right answer.
"""

import weakref
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Literal, Protocol, Self, cast

import numpy as np

from grader.blame import SandboxLost, StudentDied, StudentError, StudentTimeout
from grader.program import Program
from grader.sandbox.channel import Channel
from grader.sandbox.limits import GRACE_SECONDS, MB, Limits
from grader.sandbox.reply import Nonsense, checked_reply, raised
from grader.sandbox.values import EXCEPTIONS, Answer, Argument, CellOutcome, Function, Handle, Rng, Stubs, Token
from grader.sandbox.wire import DRAIN, ECHO, WireError, Writer, decode

_REQUEST_BYTES = 256 * MB
_WALLS_SECONDS = 10.0  # on a busy machine; a free one needs 0.005
_SLACK = 8192  # what a frame has beside the answer

Kind = Literal["missing", "callable", "value"]


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


class Child:
    """One running submission; made by `Zygote.start`, over when it ends or `close` is called."""

    def __init__(self, job: Job, program: Program, limits: Limits, ends: float, seconds: float) -> None:
        self._job, self._program, self._limits = job, program, limits
        self._ends, self._seconds = ends, seconds
        self._functions: list[Callable[..., object]] = []
        self._numbers: dict[int, int] = {}
        self._tokens: set[int] = set()
        self._handles = 0
        self._saw_rng = False
        self._gone: StudentError | None = None
        self._let_go = weakref.finalize(self, job.close)  # also where nobody closes it
        self.outcomes: tuple[CellOutcome, ...] = ()
        """One a cell, in order."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; a second time does nothing."""
        if self._gone is None:
            self._gone = StudentDied("was closed")
        self._let_go()

    @property
    def alive(self) -> bool:
        """False once the process is gone."""
        return self._gone is None

    @property
    def output(self) -> str:
        """What the student's code printed, stdout and stderr together, up to `Limits.output_kb`; never trusted."""
        return self._job.output()

    def kind(self, name: str) -> Kind:
        """Say what the name is bound to in the student's namespace."""
        reply = self._exchange(("kind", name), self._limits.call_seconds)
        if len(reply) == 2 and reply[0] == "kind" and reply[1] in ("missing", "callable", "value"):
            return cast("Kind", reply[1])
        raise self._nonsense()

    def call(
        self,
        name: str,
        args: Sequence[Argument] = (),
        kwargs: Mapping[str, Argument] | None = None,
        *,
        keep: Sequence[int] = (),
        drain: bool = False,
        echo: bool = False,
        seconds: float | None = None,
    ) -> Answer:
        """Call the student's function.

        `keep`: these parts of a tuple or list stay in the child, as Handles. `drain`: the answer is iterated, each item
        copied at its yield, and crosses as a list. `echo`: the arguments come back as the call left them.

        Raises:
            StudentRaised: it raised; the child goes on.
            StudentTimeout, StudentDied: the child is gone.
            SandboxLost: the machine failed.

        """
        (result,) = self._calls(name, [tuple(args)], kwargs, keep, DRAIN * drain | ECHO * echo, seconds)
        if isinstance(result, StudentError):
            raise result
        return result

    def many(
        self,
        name: str,
        calls: Sequence[Sequence[Argument]],
        kwargs: Mapping[str, Argument] | None = None,
        *,
        drain: bool = False,
        echo: bool = False,
        seconds: float | None = None,
    ) -> list[Answer | StudentError]:
        """Call the function once for each tuple of arguments; `seconds` is for each call.

        Where the child is gone at one of them, the rest have the same error.
        """
        return self._calls(name, [tuple(args) for args in calls], kwargs, (), DRAIN * drain | ECHO * echo, seconds)

    def _calls(
        self,
        name: str,
        calls: list[tuple[Argument, ...]],
        kwargs: Mapping[str, Argument] | None,
        keep: Sequence[int],
        flags: int,
        seconds: float | None,
    ) -> list[Answer | StudentError]:
        numbered = tuple((index, self._handles + position) for position, index in enumerate(keep))
        self._handles += len(numbered)
        request = ("call", name, calls, dict(kwargs) if kwargs else None, numbered, flags)
        seconds = self._limits.call_seconds if seconds is None else seconds
        results: list[Answer | StudentError] = []
        left = self._limits.answer_mb * MB + _SLACK
        try:
            self._send(request, seconds)
            for _ in calls:
                reply, size = self._reply(seconds, left)
                left += _SLACK - size
                results.append(checked_reply(reply, self._program, echo=flags & ECHO > 0))
        except Nonsense:
            results.append(self._nonsense())
        except (StudentTimeout, StudentDied) as error:
            results.append(error)
        last = results[-1] if results else None
        return results + [cast("StudentError", last)] * (len(calls) - len(results))

    def load(self, stubs: Stubs, skip: Mapping[int, StudentError]) -> int | None:
        """Run the cells but those to skip; return the index of the cell that cost the process, if one did.

        Called by `Zygote.start` alone.
        """
        ends: dict[int, StudentError | None] = dict(skip)
        rows = [(cell.source, cell.label, cell.line, cell.flags) for cell in self._program.cells]
        limits = self._limits
        program = {"module": self._program.module, "file": self._program.file, "cells": rows, "skip": list(skip)}
        inner = {
            "answer_bytes": limits.answer_mb * MB,
            "callback_bytes": limits.callback_kb * 1024,
            "yields": limits.yields,
            "cell_seconds": limits.cell_seconds,
        }
        culprit: int | None = None
        waiting = [index for index in range(len(rows)) if index not in skip]
        self._expect_walls()
        try:
            self._send(("start", {**program, "stubs": dict(stubs)}, inner), limits.cell_seconds)
            for index in waiting:
                culprit = index
                ends[index] = self._outcome(index)
            culprit = None
            if self._reply(limits.cell_seconds, _SLACK)[0] != ("ready",):
                raise self._nonsense()
        except StudentError as error:
            cause = self._as_cell(error)
            if culprit is not None:
                ends[culprit] = cause
        rest = self._as_cell(self._gone) if self._gone else None
        self.outcomes = tuple(CellOutcome(cell.label, ends.get(i, rest)) for i, cell in enumerate(self._program.cells))
        return culprit

    def _expect_walls(self) -> None:
        """Read the first frame: nothing of the student's runs before it.

        Raises:
            SandboxLost: a wall could not be raised.

        """
        try:
            reply, _ = self._reply(_WALLS_SECONDS, _SLACK)
        except StudentError as error:
            raise SandboxLost(f"the sandbox's child {error}") from error
        if reply != ("walls", ""):
            raise SandboxLost(f"the sandbox has a gap: {reply[-1]}")

    def _outcome(self, index: int) -> StudentError | None:
        seconds = self._limits.cell_seconds
        reply, _ = self._reply(seconds + GRACE_SECONDS, _SLACK)
        if len(reply) == 4 and reply[0] == "cell" and reply[1] == index and type(reply[1]) is int:
            status, what = reply[2:]
            if status == "ok":
                return None
            if status == "slow":
                return StudentTimeout(seconds, "cell")
            try:
                return raised(what, self._program)
            except Nonsense:
                raise self._nonsense() from None
        raise self._nonsense()

    def _as_cell(self, error: StudentError) -> StudentError:
        return StudentTimeout(self._limits.cell_seconds, "cell") if isinstance(error, StudentTimeout) else error

    def _exchange(self, request: tuple[Any, ...], seconds: float) -> tuple[Any, ...]:
        self._send(request, seconds)
        return self._reply(seconds, _SLACK)[0]

    def _send(self, request: tuple[Any, ...], seconds: float) -> None:
        if self._gone is not None:
            raise self._gone
        writer = Writer(_REQUEST_BYTES, self._plain, layouts=True)
        writer.put(request)
        self._tokens |= writer.tokens
        try:
            self._job.channel.send(writer.frame(), min(monotonic() + seconds, self._ends))
        except TimeoutError:
            raise self._too_slow(seconds) from None
        except EOFError:
            raise self._ended() from None

    def _reply(self, seconds: float, limit: int) -> tuple[tuple[Any, ...], int]:
        """Read the next reply and its size; calls back to functions of ours are answered on the way.

        The time that our functions take is not the student's.
        """
        deadline = monotonic() + seconds
        limit = max(limit, self._limits.callback_kb * 1024 + _SLACK) if self._functions else limit
        for _ in range(self._limits.calls + 1):
            try:
                body = self._job.channel.receive(min(deadline, self._ends), limit)
                self._saw_rng = False
                reply = decode(body, self._resolve)
            except TimeoutError:
                raise self._too_slow(seconds) from None
            except EOFError:
                raise self._ended() from None
            except WireError:
                raise self._nonsense() from None
            if type(reply) is not tuple or not reply:
                raise self._nonsense()
            if reply[0] != "callback":
                if self._saw_rng:
                    raise self._nonsense()
                return reply, len(body)
            began = monotonic()
            self._answer_callback(reply, len(body), seconds)
            deadline += monotonic() - began
        raise self._end(StudentDied(f"called a function it was given more than {self._limits.calls} times"))

    def _answer_callback(self, reply: tuple[Any, ...], size: int, seconds: float) -> None:
        if (
            len(reply) != 4
            or type(reply[1]) is not int
            or not 0 <= reply[1] < len(self._functions)
            or type(reply[2]) is not tuple
            or type(reply[3]) is not dict
            or size > self._limits.callback_kb * 1024 + _SLACK
        ):
            raise self._nonsense()
        answer: tuple[Any, ...]
        try:
            answer = ("value", self._functions[reply[1]](*reply[2], **reply[3]))
        except Exception as error:  # noqa: BLE001 - raised by arguments of the student's: it is theirs to see
            kinds = (kind.__name__ for kind in type(error).__mro__ if EXCEPTIONS.get(kind.__name__) is kind)
            answer = ("raise", next(kinds, "Exception"), str(error)[:500])
        self._send(answer, seconds)

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
        if monotonic() >= self._ends:
            return self._end(StudentTimeout(self._seconds, "submission"))
        return self._end(StudentTimeout(seconds, "call"))

    def _nonsense(self) -> StudentError:
        return self._end(StudentDied("answered with something that is not an answer"))

    def _ended(self) -> StudentError:
        return self._end(self._job.how_it_ended())

    def _end(self, error: StudentError) -> StudentError:
        self._gone = error
        self._job.kill()
        return error
