"""The grader's side of one submission: calls go in, checked values come out.

Out comes an `Answer` or a `StudentError`; what a child sends is believed in nothing but the numbers it answers with.
Compares nothing and holds no right answer.
"""

import weakref
from collections.abc import Mapping, Sequence
from typing import Literal, Self, cast

from grader.blame import SandboxLost, StudentDied, StudentError, StudentTimeout
from grader.program import Program
from grader.sandbox.conversation import Conversation, Job
from grader.sandbox.limits import GRACE_SECONDS, MB, Limits
from grader.sandbox.reply import Nonsense, checked_reply, raised
from grader.sandbox.values import Answer, Argument, CellOutcome, Stubs
from grader.sandbox.wire import DRAIN, ECHO

_WALLS_SECONDS = 10.0  # on a busy machine; a free one needs 0.005
_SMALL = 8192  # bytes of a reply without a value

Kind = Literal["missing", "callable", "value"]


class Child:
    """One running submission; made by `Zygote.start`, over when it ends or `close` is called."""

    def __init__(self, job: Job, program: Program, limits: Limits, ends: float, seconds: float) -> None:
        self._job, self._program, self._limits = job, program, limits
        self._talk = Conversation(job, limits, ends, seconds)
        self._let_go = weakref.finalize(self, job.close)  # also where nobody closes it
        self.outcomes: tuple[CellOutcome, ...] = ()
        """One a cell, in order."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; a second time does nothing."""
        if self._talk.gone is None:
            self._talk.gone = StudentDied("was closed")
        self._let_go()

    @property
    def alive(self) -> bool:
        """False once the process is gone."""
        return self._talk.gone is None

    @property
    def output(self) -> str:
        """What the student's code printed, stdout and stderr together, up to `Limits.output_kb`; never trusted."""
        return self._job.output()

    def kind(self, name: str) -> Kind:
        """Say what the name is bound to in the student's namespace."""
        self._talk.send(("kind", name), self._limits.call_seconds)
        reply, _ = self._talk.reply(self._limits.call_seconds, _SMALL)
        match reply:
            case ("kind", str(kind)) if kind in ("missing", "callable", "value"):
                return cast("Kind", kind)
        raise self._talk.nonsense()

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
            TypeError: an argument cannot cross.
            Exception: a function of ours, called back, failed for another reason than its arguments.

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
        talk = self._talk
        numbered = tuple(zip(keep, talk.new_handles(len(keep)), strict=True)) if keep else ()
        request = ("call", name, calls, dict(kwargs) if kwargs else None, numbered, flags)
        seconds = self._limits.call_seconds if seconds is None else seconds
        results: list[Answer | StudentError] = []
        left = 2 * talk.answer_bytes  # of all replies together
        try:
            talk.send(request, seconds)
            for _ in calls:
                reply, size = talk.reply(seconds, min(left, talk.answer_bytes))
                left -= size
                results.append(checked_reply(reply, self._program, echo=flags & ECHO > 0))
        except Nonsense:
            results.append(talk.nonsense())
        except (StudentTimeout, StudentDied) as error:
            results.append(error)
        except (KeyboardInterrupt, SystemExit):
            self.close()  # in the middle of a sentence: nobody could go on from here
            raise
        talk.raise_own_error()
        if len(results) < len(calls):
            results += [cast("StudentError", results[-1])] * (len(calls) - len(results))
        return results

    def load(self, stubs: Stubs, skip: Mapping[int, StudentError]) -> int | None:
        """Run the cells but those to skip; return the index of the cell that cost the process, if one did.

        Called by `Zygote.start` alone.

        Raises:
            SandboxLost: a wall could not be raised, or the process was lost.

        """
        self._expect_walls()
        ends: dict[int, StudentError | None] = dict(skip)
        culprit: int | None = None
        try:
            self._talk.send(self._start(stubs, skip), self._limits.cell_seconds)
            for index in range(len(self._program.cells)):
                if index not in skip:
                    culprit = index
                    ends[index] = self._outcome(index)
            culprit = None
            if self._talk.reply(self._limits.cell_seconds, _SMALL)[0] != ("ready",):
                raise self._talk.nonsense()
        except StudentError as error:
            if culprit is not None:
                ends[culprit] = self._as_cell(error)
        rest = self._as_cell(self._talk.gone) if self._talk.gone else None
        self.outcomes = tuple(CellOutcome(cell.label, ends.get(i, rest)) for i, cell in enumerate(self._program.cells))
        self._talk.raise_own_error()
        return culprit

    def _expect_walls(self) -> None:
        """Read the first frame: nothing of the student's runs before it."""
        try:
            reply, _ = self._talk.reply(_WALLS_SECONDS, _SMALL)
        except StudentError as error:
            raise SandboxLost(f"the sandbox's child {error}") from error
        if reply != ("walls", ""):
            raise SandboxLost(f"the sandbox has a gap: {reply[-1]}")

    def _start(self, stubs: Stubs, skip: Mapping[int, StudentError]) -> tuple[object, ...]:
        """Write the first request: what to run, and within what."""
        limits = self._limits
        program = {
            "module": self._program.module,
            "file": self._program.file,
            "cells": [(cell.source, cell.label, cell.line, cell.flags) for cell in self._program.cells],
            "skip": list(skip),
            "stubs": dict(stubs),
        }
        inner = {
            "answer_bytes": limits.answer_mb * MB,
            "callback_bytes": limits.callback_kb * 1024,
            "yields": limits.yields,
            "cell_seconds": limits.cell_seconds,
        }
        return "start", program, inner

    def _outcome(self, index: int) -> StudentError | None:
        """Read how a cell ended."""
        seconds = self._limits.cell_seconds
        reply, _ = self._talk.reply(seconds + GRACE_SECONDS, _SMALL)
        try:
            match reply:
                case ("cell", int(at), str(how), what) if at == index:
                    if how == "raised":
                        return raised(what, self._program)
                    if how in ("ok", "slow") and what is None:
                        return None if how == "ok" else StudentTimeout(seconds, "cell")
        except Nonsense:
            pass
        raise self._talk.nonsense()

    def _as_cell(self, error: StudentError) -> StudentError:
        return StudentTimeout(self._limits.cell_seconds, "cell") if isinstance(error, StudentTimeout) else error
