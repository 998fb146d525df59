"""The student's cells, run in order in a module of their own; out comes what stopped each one, if anything did.

A cell that raises or runs out of time stops only itself. Never decides what a fault costs.
"""

import __future__

import ast
import builtins
import linecache
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType, ModuleType
from typing import Any

from grader.sandbox.inside.faults import Fault, TimeUp, fault

Row = tuple[str, str, int, int]
"""A cell as it crosses: source, label, line, flags."""

_AGAIN_SECONDS = 0.05  # an alarm that `except:` swallowed rings again, until the grader ends the process
_FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


def _display(*values: object, **_: object) -> None:
    """Print what a notebook would show."""
    for value in values:
        print(repr(value))  # noqa: T201 - for the student's own output


class Alarm:
    """Raises `TimeUp` in the student's code, as long as it is armed; where the system has no alarm, nothing happens."""

    def __init__(self) -> None:
        self.armed = False
        self.real = hasattr(signal, "setitimer")
        if self.real:
            signal.signal(signal.SIGALRM, self._ring)

    def _ring(self, *_: object) -> None:
        if self.armed:
            raise TimeUp

    def arm(self, seconds: float) -> None:
        """Ring after `seconds`, and again and again."""
        self.armed = True
        if self.real:
            signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)

    def disarm(self) -> None:
        """Be quiet. From the first line on no alarm raises any more."""
        self.armed = False
        if self.real:
            signal.setitimer(signal.ITIMER_REAL, 0.0)


class Namespace:
    """The module that the cells run in, and where its source is."""

    def __init__(self, name: str, file: str | None, stubs: Mapping[str, Callable[..., object]]) -> None:
        self.module = ModuleType(name)
        self.names: dict[str, Any] = self.module.__dict__
        if file is not None:
            self.names["__file__"] = file
        else:
            vars(builtins)["display"] = _display  # as in every notebook
        self.stubs = stubs
        self.cells: dict[str, int] = {}
        sys.modules[name] = self.module

    def run(self, rows: Sequence[Row], skip: Sequence[int], seconds: float) -> Iterator[tuple[int, str, Fault | None]]:
        """Run each cell that is not to be skipped; yield its index and "ok", "raised" or "slow"."""
        alarm = Alarm()
        for index, row in enumerate(rows):
            if index in skip:
                continue
            yield index, *self._run_cell(index, row, alarm, seconds)

    def _run_cell(self, index: int, row: Row, alarm: Alarm, seconds: float) -> tuple[str, Fault | None]:
        source, label, line, flags = row
        filename = self._file(source, label, line, index)
        try:
            pieces = self._pieces("\n" * (line - 1) + source, filename, flags)
        except BaseException as error:  # noqa: BLE001 - also ValueError, MemoryError, RecursionError: it does not parse
            return "raised", fault(error, self.cells, (index, line))
        try:
            try:
                alarm.arm(seconds)
                for piece in pieces:
                    exec(piece, self.names)  # noqa: S102 - this is what the wall is for
                    self._set_stubs()
            finally:
                alarm.disarm()
        except TimeUp:
            alarm.disarm()
            return "slow", None
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt end a cell like any other
            return "raised", fault(error, self.cells, (index, line))
        return "ok", None

    def _pieces(self, source: str, filename: str, flags: int) -> list[CodeType]:
        """Compile the cell: whole, or by statement, so that a stub is set right after what it replaces."""
        if not self.stubs:
            return [compile(source, filename, "exec", flags, dont_inherit=True)]
        tree = compile(source, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        flags |= compile(source, filename, "exec", flags, dont_inherit=True).co_flags & _FUTURE
        return [
            compile(ast.Module([statement], []), filename, "exec", flags, dont_inherit=True) for statement in tree.body
        ]

    def _set_stubs(self) -> None:
        for name, stub in self.stubs.items():
            if self.names.get(name, stub) is not stub:
                self.names[name] = stub

    def _file(self, source: str, label: str, line: int, index: int) -> str:
        """Give the cell a name for tracebacks, and its source to those who print them."""
        name = f"<{label}>"
        while name in self.cells:
            name = f"<{label}, {index}>" if name == f"<{label}>" else name + "'"
        self.cells[name] = index
        lines = ["\n"] * (line - 1) + [text + "\n" for text in source.split("\n")]
        linecache.cache[name] = (len(source), None, lines, name)
        return name
