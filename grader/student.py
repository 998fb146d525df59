"""What a check calls: `student.predict(X, w, b)`.  In: a backend that runs the student's code.  Out: plain answers.

Every call is kept in `trace`, so that a failure can be explained from what was asked and answered. Never compares.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from grader.agreement import leaves
from grader.blame import StudentError, StudentRaised
from grader.forms import Form, FormError, describe
from grader.sandbox import Answer, Handle, Kind


class Backend(Protocol):
    """Something that runs a student's functions: a child of the sandbox, or the student's own kernel."""

    @property
    def alive(self) -> bool:
        """Whether it can still be called."""

    def kind(self, name: str) -> Kind:
        """What the submission has under that name."""

    def why_missing(self, name: str) -> str | None:
        """A sentence about what kept the name from being defined, where that is known."""

    def call(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        *,
        keep: tuple[int, ...] = (),
        drain: bool = False,
        echo: bool = False,
        seconds: float | None = None,
    ) -> Answer:
        """One call; raises StudentError. `seconds` is its own limit, where the function has one."""

    def many(
        self, name: str, calls: Sequence[tuple[Any, ...]], *, drain: bool = False, seconds: float | None = None
    ) -> list[Answer | StudentError]:
        """Several calls in one go."""


class NotWritten(StudentError):
    """The function is missing, or its own body raised NotImplementedError; the text is the sentence."""


class NotCallable(StudentError):
    """The name stands for something that cannot be called."""


@dataclass(slots=True, eq=False)
class Call:
    """One call of a student's function."""

    function: str
    args: tuple[Any, ...]
    answer: Any = None
    error: StudentError | None = None
    named: tuple[str, ...] = ()
    """The names of the last arguments, where they were given by name."""

    def path_to(self, got: Any) -> tuple[int, ...] | None:
        """Where a check's `got` stands in the answer: () for the whole, (1,) for its second part; None if nowhere."""
        if got is None or self.answer is None:
            return None  # a statement about no answer, or a part that nobody looked at
        if self.answer is got:
            return ()
        parts = self.answer if isinstance(self.answer, tuple | list) else ()
        return next(((i,) for i, part in enumerate(parts) if part is got), None)


def origin(trace: Sequence[Call], handle: Handle) -> tuple[int, int] | None:
    """The call that returned a kept part, and the part's place in its answer."""
    return next(
        (
            (at, place)
            for at, call in enumerate(trace)
            for place, part in enumerate(call.answer if isinstance(call.answer, tuple) else ())
            if isinstance(part, Handle) and part == handle
        ),
        None,
    )


ROOM = 64 << 20
"""Bytes of answers that one run of a check keeps: a hundred times what right answers take, and a grader of 2000
submissions stays within the memory of a small machine whatever they return."""


class Student:
    """The submission's functions, by name."""

    def __init__(self, backend: Backend, forms: Mapping[str, Form]) -> None:
        """Call through `backend`; `forms` says what each function promises."""
        self._backend = backend
        self._forms = forms
        self._room = ROOM
        self.trace: list[Call] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The student's function of that name; raises StudentError where the answer is not of its form."""
        if name not in self._forms:
            raise AttributeError(f"checks.py declares no function {name!r}")
        return lambda *args, **named: self._ask(name, args, named)[0]

    def with_inputs(self, name: str, *args: Any) -> tuple[Any, tuple[Any, ...]]:
        """The answer, and the arguments as the student's function leaves them."""
        return self._ask(name, args, {}, echo=True)

    def _ask(
        self, name: str, args: tuple[Any, ...], named: Mapping[str, Any], *, echo: bool = False
    ) -> tuple[Any, tuple[Any, ...]]:
        form = self._forms[name]
        with self._calling(name, (*args, *named.values()), tuple(named)) as call:
            raw = self._backend.call(
                name, args, named, keep=form.keep, drain=form.drain, echo=echo, seconds=form.seconds
            )
            call.answer = self._kept(form.read(raw.value, args))
        return call.answer, raw.inputs_after or ()

    def many(self, name: str, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The answers to several calls, sent in one go; raises the first StudentError among them."""
        form = self._forms[name]
        self._present(name)
        answers = []
        all_raw = self._backend.many(name, calls, drain=form.drain, seconds=form.seconds)
        for args, raw in zip(calls, all_raw, strict=True):
            with self._calling(name, args) as call:
                if isinstance(raw, StudentError):
                    raise raw
                call.answer = self._kept(form.read(raw.value, args))
            answers.append(call.answer)
        return answers

    def kept(self, name: str, *args: Any) -> Any:
        """What a function keeps for another one (a cache), whatever the other parts of its answer are.

        A wrong prediction is the business of the claims about it, and costs nothing where only the cache is used.
        """
        form = self._forms[name]
        with self._calling(name, args) as call:
            raw = self._backend.call(name, args, {}, keep=form.keep, seconds=form.seconds).value
            if not isinstance(raw, tuple | list) or len(raw) != len(form.kinds):
                raise FormError(f"should be {form.text}; it is {describe(raw)}")
            try:
                call.answer = self._kept(form.read(raw, args))
            except FormError:
                call.answer = tuple(part if i in form.keep else None for i, part in enumerate(raw))
        return raw[form.keep[0]]

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names that checks.py gives to a function's arguments."""
        return self._forms[name].parameters

    @contextlib.contextmanager
    def _calling(self, name: str, args: tuple[Any, ...], named: tuple[str, ...] = ()) -> Iterator[Call]:
        """One call in the trace; what goes wrong in it is kept there, and raised."""
        call = Call(name, args, named=named)
        self.trace.append(call)
        try:
            self._present(name)
            yield call
        except StudentError as error:
            call.error = _judged(error, name)
            raise call.error from None

    def _kept(self, answer: Any) -> Any:
        self._room -= sum(leaf.nbytes for _, leaf in leaves(answer))
        if self._room < 0:
            raise FormError("holds far more numbers than any right one")
        return answer

    def _present(self, name: str) -> None:
        kind = self._backend.kind(name)
        if kind == "missing":
            why = self._backend.why_missing(name)
            raise NotWritten(f"{name} is not written yet." if why is None else f"{name} is missing. {why}")
        if kind == "value":
            raise NotCallable(f"`{name}` is not a function: the name stands for something that cannot be called")


def _judged(error: StudentError, name: str) -> StudentError:
    """NotImplementedError from the function's own body means that it is not written yet."""
    if (
        isinstance(error, StudentRaised)
        and error.builtin_name == "NotImplementedError"
        and error.innermost_name == name
    ):
        return NotWritten(f"{name} is not written yet.")
    return error
