"""An exercise as the engine knows it: forms, checks, mistakes, reference, tapes.  In: from `course`.  Out: to `judge`.

Never runs a submission. Right answers and draws are computed once a run and kept on the tapes.
"""

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader import symbolic
from grader.claims import Check
from grader.draw import SMALL_SIZES, Draw, Tape, entropy
from grader.forms import Form
from grader.mistakes import Mistake
from grader.picture import Formula
from grader.sandbox.values import Handle, Rng
from grader.student import Call, origin
from grader.truth import Truth, writable

RunKey = tuple[str, str, int]
"""(check, "general", "small" or "picture", index)."""
PUBLIC = b"public"


class AuthorError(Exception):
    """Something in the course is wrong; the sentence is for its author."""


class Reference:
    """The reference's functions, run in the folder with the assignment's data."""

    def __init__(self, module: ModuleType, folder: Path) -> None:
        """`module` is `solutions/<slug>.py`; its functions read files of `folder` by bare name."""
        self.module = module
        self._folder = folder

    def within(self) -> contextlib.AbstractContextManager[None]:
        """The data's folder as working directory."""
        return contextlib.chdir(self._folder)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The reference's function, called in the data's folder."""
        function = getattr(self.module, name)

        def call(*args: Any, **named: Any) -> Any:
            with self.within():
                return function(*args, **named)

        return call


@dataclass(frozen=True, slots=True)
class Expected:
    """What one recorded call should give, and what each mistake would give."""

    digest: str
    right: Any
    wrong: Mapping[str, Any]


@dataclass
class Exercise:
    """One assignment, ready to judge."""

    slug: str
    module: ModuleType
    forms: Mapping[str, Form]
    checks: tuple[Check, ...]
    mistakes: tuple[Mistake, ...]
    reference: Reference | None
    derivations: symbolic.Derivations
    version: str
    data: Mapping[str, bytes]
    """The files beside the notebook that a submission may read."""
    manual: tuple[tuple[str, str, float], ...] = ()
    """(id, what it is, points) of the answers that a person grades."""
    secret: bytes = PUBLIC
    tapes: dict[RunKey, Tape] = field(default_factory=dict)
    complete: set[RunKey] = field(default_factory=set)
    expected: dict[tuple[RunKey, int], Expected] = field(default_factory=dict)

    @cached_property
    def name_of(self) -> Mapping[int, str]:
        """The functions' names by the identity of their form."""
        return {id(form): name for name, form in self.forms.items()}

    def function_of(self, check: Check) -> str:
        """The name of the function that a check is about."""
        return self.name_of[id(check.function.form)]

    def of(self, function: str) -> tuple[Check, ...]:
        """The checks of one function."""
        return tuple(check for check in self.checks if self.function_of(check) == function)

    def makers(self, function: str) -> list[str]:
        """The functions that make what this one is given and nobody else can read, as a cache."""
        taken = set(self.forms[function].parameters)
        return [name for name, form in self.forms.items() if {k.name for k in form.kinds if k.word == "opaque"} & taken]

    def paired(self, names: Sequence[str]) -> list[str]:
        """These functions, and those that share what is private with one of them: a pair is replaced on both sides."""
        with_makers = {*names, *(maker for name in names for maker in self.makers(name))}
        return [name for name in self.forms if name in with_makers or set(names) & set(self.makers(name))]

    @property
    def points(self) -> Mapping[str, float]:
        """Points a function."""
        return {name: sum(check.points for check in self.of(name)) for name in self.forms}

    @property
    def chance(self) -> float:
        """The bound for failing a right submission by chance: the union bound over all checks."""
        return sum(check.chance for check in self.checks)

    @property
    def public(self) -> bool:
        """Whether every draw is public, so that figures of it may be shown."""
        return self.secret == PUBLIC

    def inputs(self, check: Check, index: int, *, small: bool) -> tuple[RunKey, Truth, Draw]:
        """The truth and the draws for one run of a check; the first run makes them, the others replay."""
        secret = PUBLIC if small else self.secret
        return self._inputs(run_key(check, index, small=small), secret, index if small else None)

    def picture_inputs(self, check: Check) -> tuple[RunKey, Truth, Draw]:
        """The truth and the draws for a check's picture: public ones, whatever the secret is."""
        return self._inputs(picture_key(check), PUBLIC, None)

    def _inputs(self, key: RunKey, secret: bytes, level: int | None) -> tuple[RunKey, Truth, Draw]:
        complete = key in self.complete
        if self.reference is None and not complete:
            kind = f"run {key[2]}" if key[1] != "picture" else "picture"
            raise AuthorError(f"{self.slug}/recorded.json knows no {kind} of {key[0]}: `grader release` makes it")
        if not complete:
            self.tapes[key] = Tape()
        tape = self.tapes[key]
        draw = Draw(tape, entropy(secret, self.slug, *key), level, complete=complete)
        return key, Truth(self.reference, tape, self.derivations, complete=complete), draw

    def formulas(self, check: Check) -> tuple[Formula, ...]:
        """The derivative that a check is about, as people read it; none where it names none."""
        if (shown := check.formula) is None:
            return ()
        made = symbolic.formulas(self.derivations, shown.loss, shown.by, shown.arguments, shown.where)
        return tuple(Formula(latex, text) for latex, text in made)

    def finished(self, key: RunKey) -> None:
        """The run came to its end on the reference: its tape is complete."""
        self.complete.add(key)

    def right(self, key: RunKey, trace: list[Call], at: int) -> Any:
        """The right answer to a call of a run, or None where it cannot be known."""
        call = trace[at]
        if (known := self._known(key, trace, at)) is not None:
            return known.right
        if self.reference is None or _has_rng(call.args):
            return None
        return self._answer(getattr(self.reference, call.function), trace, at)

    def wrong(self, mistake: Mistake, key: RunKey, trace: list[Call], at: int) -> Any:
        """What `mistake` gives for a call of a run, or None where it cannot be known."""
        call = trace[at]
        if (known := self._known(key, trace, at)) is not None and mistake.name in known.wrong:
            return known.wrong[mistake.name]
        if self.reference is None or _has_rng(call.args):
            return None
        args = self._arguments(trace, at)
        if args is None:
            return None
        right = None if mistake.instead else self._answer(getattr(self.reference, call.function), trace, at)
        try:
            with np.errstate(all="ignore"), self.reference.within():
                return mistake.wrong(self.forms[call.function].parameters, right, args)
        except (ArithmeticError, ValueError, TypeError, IndexError, np.linalg.LinAlgError):
            return None  # the mistake breaks on this input: it explains nothing here

    def _known(self, key: RunKey, trace: list[Call], at: int) -> Expected | None:
        known = self.expected.get((key, at))
        return known if known is not None and known.digest == digest(trace[at].function, trace[at].args) else None

    def _answer(self, function: Callable[..., Any], trace: list[Call], at: int) -> Any:
        args = self._arguments(trace, at)
        if args is None:
            return None
        try:
            with np.errstate(all="ignore"):
                return function(*args)
        except Exception:  # noqa: BLE001 - a student's own values went in: the reference may refuse them
            return None

    def _arguments(self, trace: list[Call], at: int) -> tuple[Any, ...] | None:
        """The arguments of a call, a kept part of an earlier answer replaced by the reference's own."""
        args: list[Any] = []
        for arg in trace[at].args:
            if not isinstance(arg, Handle):
                args.append(writable(arg))
                continue
            found = origin(trace[:at], arg)
            if found is None or self.reference is None:
                return None
            made_at, part = found
            whole = self._answer(getattr(self.reference, trace[made_at].function), trace, made_at)
            if whole is None:
                return None
            args.append(whole[part])
        return tuple(args)

    def small_levels(self, check: Check) -> range:
        """The sizes of example that a check is tried on."""
        return range(len(SMALL_SIZES)) if check.example else range(0)

    def runs(self, check: Check) -> list[tuple[int, bool]]:
        """Every run of a check as (index, small): the general ones, then the examples."""
        return [(i, False) for i in range(check.draws)] + [(i, True) for i in self.small_levels(check)]


def run_key(check: Check, index: int, *, small: bool) -> RunKey:
    """The name under which a run's draws are kept."""
    return check.id, "small" if small else "general", index


def picture_key(check: Check) -> RunKey:
    """The name under which the draws of a check's picture are kept."""
    return check.id, "picture", 0


def _has_rng(args: tuple[Any, ...]) -> bool:
    return any(isinstance(arg, Rng) for arg in args)


def digest(function: str, args: tuple[Any, ...]) -> str:
    """A short hash of what a function was asked; what stays in a process counts by its kind only."""
    made = hashlib.blake2b(function.encode(), digest_size=12)
    for arg in args:
        _feed(made, arg)
    return made.hexdigest()


def _feed(made: "hashlib.blake2b", value: Any) -> None:
    if isinstance(value, np.ndarray):
        made.update(str(value.shape).encode() + np.ascontiguousarray(value, dtype=np.float64).tobytes())
    elif isinstance(value, tuple | list):
        made.update(f"({len(value)}".encode())
        for item in value:
            _feed(made, item)
    elif isinstance(value, Handle):
        made.update(b"handle")
    elif isinstance(value, Rng):
        made.update(f"rng {value.entropy} {value.spawn_key}".encode())  # its id counts within one process only
    elif callable(value):
        made.update(b"callable")
    else:
        made.update(repr(value).encode())
