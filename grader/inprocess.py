"""Run functions in this very process: the reference while an exercise is made ready, or a student's own notebook.

In: a namespace. Out: a backend like a child of the sandbox, with the same conversions. No wall stands here: it runs
only code that its caller trusts or owns. Never used for a submission that counts.
"""

import collections
import contextlib
import io
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.blame import StudentError, StudentRaised
from grader.sandbox import Kind
from grader.sandbox.arraylike import numbers_held
from grader.sandbox.values import EXCEPTIONS, Answer, Handle, Opaque, Rng
from grader.truth import writable

MOST_ITEMS = 10_000
"""An iterable with more items is endless for a person who waits; no honest epoch has so many batches."""


class InProcess:
    """A backend over plain callables."""

    def __init__(self, functions: Mapping[str, Any], *, quiet: bool = False) -> None:
        """`functions` by name; `quiet` swallows what they print."""
        self._functions = functions
        self._quiet = quiet
        self._kept: list[Any] = []
        self._generators: dict[int, np.random.Generator] = {}

    alive = True

    def kind(self, name: str) -> Kind:
        """What the namespace has under that name."""
        if name not in self._functions:
            return "missing"
        return "callable" if callable(self._functions[name]) else "value"

    def why_missing(self, name: str) -> None:
        """Nothing is known: the notebook's cells were run by somebody else."""

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        *,
        keep: tuple[int, ...] = (),
        drain: bool = False,
        echo: bool = False,
        seconds: float | None = None,  # noqa: ARG002 - nobody ends a loop here
    ) -> Answer:
        """Call a function on copies of the arguments."""
        given = tuple(self._arrive(arg) for arg in args)
        with _mind(quiet=self._quiet), _blamed():
            value = self._functions[name](*given, **{key: self._arrive(arg) for key, arg in kwargs.items()})
            value = self._drain(value) if drain else self._leave(value, keep)
        return Answer(value, tuple(plain(arg) for arg in given) if echo else None)

    def many(
        self, name: str, calls: Sequence[tuple[Any, ...]], *, drain: bool = False, seconds: float | None = None
    ) -> list[Answer | StudentError]:
        """Several calls, one after the other."""
        answers: list[Answer | StudentError] = []
        for args in calls:
            try:
                answers.append(self.call(name, args, {}, drain=drain, seconds=seconds))
            except StudentError as error:
                answers.append(error)
        return answers

    def _arrive(self, value: Any) -> Any:
        if isinstance(value, Handle):
            return self._kept[value.id]
        if isinstance(value, Rng):
            if value.id not in self._generators:
                self._generators[value.id] = value.generator()
            return self._generators[value.id]
        return writable(value)

    def _leave(self, value: Any, keep: tuple[int, ...]) -> Any:
        if not keep or not isinstance(value, tuple | list):
            return plain(value)
        return tuple(self._kept_part(part) if i in keep else plain(part) for i, part in enumerate(value))

    def _kept_part(self, part: Any) -> Handle:
        self._kept.append(part)
        return Handle(len(self._kept) - 1)

    @staticmethod
    def _drain(value: Any) -> Any:
        try:
            items = iter(value)
        except TypeError:
            return plain(value)
        drained = []
        for item in items:
            drained.append(writable(plain(item)))  # a copy at each yield: the buffer may be reused
            if len(drained) > MOST_ITEMS:
                return Opaque(f"an iterable of more than {MOST_ITEMS} items")
        return drained


def plain(value: Any) -> Any:
    """A value as it would arrive from a child of the sandbox."""
    kind = type(value)
    if value is None or kind in {bool, int, float, str} or isinstance(value, Handle | Rng):
        return value
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        return array if array.dtype.kind in "biufc" else Opaque("array of objects")
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {str(key): plain(item) for key, item in value.items()}
    for base in (bool, int, float, str):
        if isinstance(value, base):
            return base(value)
    held = numbers_held(value)
    return Opaque(kind.__name__[:80]) if held is None else held


@contextlib.contextmanager
def _mind(*, quiet: bool) -> Iterator[None]:
    """Warnings and prints cost nothing."""
    with warnings.catch_warnings(), np.errstate(all="warn"), contextlib.ExitStack() as stack:
        warnings.simplefilter("ignore")
        if quiet:
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            stack.enter_context(contextlib.redirect_stderr(io.StringIO()))  # stock nbgrader takes it for a failure
        yield


@contextlib.contextmanager
def _blamed() -> Iterator[None]:
    """Whatever the function raises is the student's; an interrupt by the person at the keyboard is not."""
    try:
        yield
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a student may raise anything, SystemExit too
        raise raised(error) from None


def raised(error: BaseException) -> StudentRaised:
    """An exception as a finding: its class, its text, and the innermost line of the student's own code."""
    here = Path(__file__).resolve()
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _own(f.filename, here)]
    builtin = next(c for c in type(error).__mro__ if EXCEPTIONS.get(c.__name__) is c)
    inner = frames[-1] if frames else None
    return StudentRaised(
        type(error).__name__,
        builtin.__name__,
        _text(error),
        None
        if inner is None
        else (
            "your cell"
            if inner.filename.startswith("<") or "ipykernel" in inner.filename
            else Path(inner.filename).name
        ),
        inner.lineno if inner else None,
        (inner.line or "") if inner else "",
        inner.name if inner else "",
    )


def _own(filename: str, here: Path) -> bool:
    """Whether a frame lies in the student's code, and not in ours or in a library's."""
    if "site-packages" in filename or "dist-packages" in filename or filename.startswith("<__array_function__"):
        return False
    path = Path(filename)
    return here.parent not in path.parents and Path(collections.__file__).parent.parent not in path.parents


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a student's __str__ may raise anything
        return ""


@contextlib.contextmanager
def started(functions: Mapping[str, Any], *, quiet: bool = False) -> Iterator[InProcess]:
    """A backend over `functions`, for code that wants one to start."""
    yield InProcess(functions, quiet=quiet)
