"""The child's side of the conversation: runs the cells, then answers calls until the channel closes.

In: frames of the grader's. Out: frames of plain values, no verdicts. Nothing here is a wall: whoever runs beside us
can change all of it, so the grader checks every frame again.
"""

import os
import struct
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from grader.sandbox.decode import decode
from grader.sandbox.encode import Writer
from grader.sandbox.inside.cells import Namespace
from grader.sandbox.inside.faults import fault, raised_by_us
from grader.sandbox.inside.flatten import Kept, plain, with_rngs, write, write_drained
from grader.sandbox.values import Function, Handle, Opaque, Rng, Token
from grader.sandbox.wire import DRAIN, ECHO, TooLarge

_LENGTH = struct.Struct("<I")
_missing = object()
_read, _write = os.read, os.write


class Gone(BaseException):
    """The grader closed the channel, or has no use for this process any more."""


class Channel:
    """Frames over two descriptors, blocking: the grader watches the clock."""

    def __init__(self, read: int, write: int) -> None:
        self.read, self.write = read, write
        self.pending = b""

    def receive(self) -> bytes:
        """Read one frame's body."""
        size = _LENGTH.unpack(self._take(4))[0]
        return self._take(size)

    def _take(self, size: int) -> bytes:
        data = self.pending
        if len(data) < size:
            parts, have = [data], len(data)
            while have < size:
                part = _read(self.read, max(size - have, 1 << 16))
                if not part:
                    raise Gone
                parts.append(part)
                have += len(part)
            data = b"".join(parts)
        self.pending = data[size:]
        return data[:size]

    def send(self, frame: bytes) -> None:
        """Write one frame."""
        done = _write(self.write, frame)
        while done < len(frame):
            done += _write(self.write, frame[done:])


class Child:
    """Holds the student's namespace, the kept parts of answers and the generators."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.rngs: dict[int, object] = {}
        self.kept: dict[int, object] = {}
        self.tokens: dict[int, Kept] = {}
        self.functions: dict[int, Callable[..., object]] = {}
        self.answer_bytes = self.callback_bytes = self.yields = 0
        self.namespace: Namespace

    def begin(self, trouble: str) -> None:
        """Tell whether all walls stand; where not, nothing of the student's ever runs."""
        writer = Writer(1 << 16, plain)
        writer.put(("walls", trouble))
        self.channel.send(writer.frame())
        if trouble:
            raise Gone

    def serve(self) -> NoReturn:
        """Answer frames until the channel closes."""
        while True:
            kind, *rest = decode(self.channel.receive(), self._resolve, layouts=True)
            getattr(self, f"_on_{kind}")(*rest)

    def _on_start(self, program: Mapping[str, Any], limits: Mapping[str, Any]) -> None:
        self.answer_bytes, self.callback_bytes = limits["answer_bytes"], limits["callback_bytes"]
        self.yields = limits["yields"]
        self.namespace = Namespace(program["module"], program["file"], program["stubs"])
        for index, status, what in self.namespace.run(program["cells"], program["skip"], limits["cell_seconds"]):
            self._send("cell", index, status, what)
        self._send("ready")

    def _on_kind(self, name: str) -> None:
        value = self.namespace.names.get(name, _missing)
        self._send("kind", "missing" if value is _missing else "callable" if callable(value) else "value")

    def _on_call(
        self,
        name: str,
        calls: list[tuple[Any, ...]],
        kwargs: dict[str, Any] | None,
        keep: tuple[tuple[int, int], ...],
        flags: int,
    ) -> None:
        """Answer each call with a frame of its own, so that the grader has a clock for each."""
        left = self.answer_bytes
        for args in calls:
            writer = Writer(left, plain)
            self._answer(writer, name, args, kwargs or {}, keep, flags)
            frame = writer.frame()
            left = max(left - len(frame), 0)
            self.channel.send(frame)

    def _answer(
        self,
        writer: Writer,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        keep: tuple[tuple[int, int], ...],
        flags: int,
    ) -> None:
        writer.open_tuple(3)
        start, left, nodes = len(writer.parts), writer.left, writer.nodes
        try:
            function = self.namespace.names.get(name, _missing)
            if function is _missing:
                raise NameError(f"name {name!r} is not defined")  # noqa: TRY301 - told like the student's own
            value = function(*args, **kwargs)
            writer.put("answer")
            if flags & DRAIN:
                write_drained(writer, value, self.yields)
            else:
                write(writer, self._keep(value, keep) if keep else value, 1)
        except Gone:
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt end a call like any other
            del writer.parts[start:]
            writer.left, writer.nodes = left + 4096, nodes
            writer.put("raised")
            writer.put(fault(error, self.namespace.cells))
        write(writer, args if flags & ECHO else None, 1)

    def _keep(self, value: object, keep: tuple[tuple[int, int], ...]) -> object:
        """Replace the parts to keep by handles; `keep` holds each part's index and its handle's number."""
        if not isinstance(value, tuple | list):
            return value
        parts = list(value)
        for index, number in keep:
            if index < len(parts):
                self.kept[number] = parts[index]
                parts[index] = Handle(number)
        return tuple(parts) if isinstance(value, tuple) else parts

    def _resolve(self, reference: Any) -> object:
        """Find what a reference stands for here."""
        if isinstance(reference, Rng):
            if reference.id not in self.rngs:
                self.rngs[reference.id] = reference.generator()
            return self.rngs[reference.id]
        if isinstance(reference, Handle):
            return self.kept[reference.id]
        if isinstance(reference, Token):
            return self.tokens.setdefault(reference.id, Kept(reference.id))
        if isinstance(reference, Function):
            if reference.id not in self.functions:
                self.functions[reference.id] = self._function(reference)
            return self.functions[reference.id]
        return Kept(0) if isinstance(reference, Opaque) else reference

    def _function(self, reference: Function) -> Callable[..., object]:
        """Make the student's end of a callable of ours."""

        def function(*args: object, **kwargs: object) -> object:
            return self._call_back(reference.id, args, kwargs)

        function.__name__ = function.__qualname__ = reference.name
        function.__module__ = "grader"
        return function

    def _call_back(self, number: int, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        writer = Writer(self.callback_bytes, with_rngs)
        try:
            writer.add(("callback", number, args, kwargs))
        except TooLarge as error:
            raise ValueError(f"the arguments are too large: {error}") from None
        self.channel.send(writer.frame())
        kind, *rest = decode(self.channel.receive(), self._resolve, layouts=True)
        if kind == "raise":
            raise raised_by_us(*rest)
        return rest[0]

    def _send(self, *message: object) -> None:
        writer = Writer(self.answer_bytes, plain)
        writer.put(message)
        self.channel.send(writer.frame())
