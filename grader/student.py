"""What a check calls: `student.predict(X, w, b)`.  In: a backend that runs the student's code.  Out: plain answers.

Every call is kept in `trace`, so that a failure can be explained from what was asked and answered. Never compares.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from grader.blame import StudentError, StudentRaised
from grader.forms import Form, FormError
from grader.sandbox.values import Answer


class Backend(Protocol):
    """Something that runs a student's functions: a child of the sandbox, or the student's own kernel."""

    @property
    def alive(self) -> bool:
        """Whether it can still be called."""

    def kind(self, name: str) -> Literal["missing", "callable", "value"]:
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


class Student:
    """The submission's functions, by name."""

    def __init__(self, backend: Backend, forms: Mapping[str, Form]) -> None:
        """Call through `backend`; `forms` says what each function promises."""
        self._backend = backend
        self._forms = forms
        self.trace: list[Call] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The student's function of that name; raises StudentError where the answer is not of its form."""
        if name not in self._forms:
            raise AttributeError(f"checks.py declares no function {name!r}")
        return lambda *args, **kwargs: self._call(name, args, kwargs)

    def _call(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        form = self._forms[name]
        call = Call(name, (*args, *kwargs.values()))
        self.trace.append(call)
        try:
            self._present(name)
            raw = self._backend.call(name, args, kwargs, keep=form.keep, drain=form.drain, seconds=form.seconds)
            call.answer = form.read(raw.value, args)
        except StudentError as error:
            call.error = _judged(error, name)
            raise call.error from None
        return call.answer

    def many(self, name: str, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        """The answers to several calls, sent in one go; raises the first StudentError among them."""
        form = self._forms[name]
        self._present(name)
        answers = []
        for args, raw in zip(
            calls, self._backend.many(name, calls, drain=form.drain, seconds=form.seconds), strict=True
        ):
            call = Call(name, args)
            self.trace.append(call)
            try:
                if isinstance(raw, StudentError):
                    raise raw
                call.answer = form.read(raw.value, args)
            except StudentError as error:
                call.error = _judged(error, name)
                raise call.error from None
            answers.append(call.answer)
        return answers

    def kept(self, name: str, *args: Any) -> Any:
        """What a function keeps for another one (a cache), whatever the other parts of its answer are.

        A wrong prediction is the business of the claims about it, and costs nothing where only the cache is used.
        """
        form = self._forms[name]
        call = Call(name, args)
        self.trace.append(call)
        try:
            self._present(name)
            raw = self._backend.call(name, args, {}, keep=form.keep, seconds=form.seconds).value
            if not isinstance(raw, tuple) or len(raw) != len(form.kinds):
                raise FormError(f"should be {form.text}")
        except StudentError as error:
            call.error = _judged(error, name)
            raise call.error from None
        call.answer = tuple(part if i in form.keep else None for i, part in enumerate(raw))
        return raw[form.keep[0]]

    def parameters(self, name: str) -> tuple[str, ...]:
        """The names that checks.py gives to a function's arguments."""
        return self._forms[name].parameters

    def with_inputs(self, name: str, *args: Any) -> tuple[Any, tuple[Any, ...]]:
        """The answer, and the arguments as the student's function leaves them."""
        form = self._forms[name]
        call = Call(name, args)
        self.trace.append(call)
        try:
            self._present(name)
            raw = self._backend.call(name, args, {}, keep=form.keep, drain=form.drain, echo=True, seconds=form.seconds)
            call.answer = form.read(raw.value, args)
        except StudentError as error:
            call.error = _judged(error, name)
            raise call.error from None
        return call.answer, raw.inputs_after or ()

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
