"""The exercise under audit, and submissions that the audit makes from its reference.  Out: what the checks say of them.

A variant is a function that makes a namespace: it is called in a worker, once for every start. Never decides whether
what the checks say is good.
"""

import ast
import contextlib
import io
import types
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader import recorded, symbolic, trial
from grader.agreement import Disagreement
from grader.audit.places import place_of
from grader.blame import StudentError
from grader.claims import Check
from grader.course import Course, exercise, made_from
from grader.diagnosis import Run
from grader.exercise import PUBLIC, Exercise, Reference
from grader.inprocess import InProcess
from grader.outcome import Finding

Namespace = dict[str, Any]
Make = Callable[[], Namespace]

SEED = b"seed of an audit"
"""An audit repeats itself: its draws are hidden ones, and the same every time."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much an audit looks at."""

    name: str
    seeds: int
    """For the reference."""
    right_seeds: int
    """For right submissions and rewritings, which take turns on them."""
    turns: int
    """On how many of these each of them is judged."""
    every: int
    """Every how many-th mistake, mutant and wrong submission is tried."""

    @property
    def whole(self) -> bool:
        """Whether everything is looked at."""
        return self.every == 1


FULL = Extent("full", seeds=800, right_seeds=200, turns=20, every=1)
"""The reference is judged on the seeds of right submissions too: 1000 in all."""
LONG = replace(FULL, name="long", turns=FULL.right_seeds)
"""Every right answer on every seed: half an hour for six assignments, where the full audit keeps under ten minutes."""
QUICK = Extent("quick", seeds=16, right_seeds=4, turns=1, every=4)


@dataclass(frozen=True)
class Subject:
    """One exercise, ready to judge, with the text of its reference."""

    course: Course
    exercise: Exercise
    tree: ast.Module
    extent: Extent = FULL
    workers: int = 2
    found: dict[str, list[str]] = field(default_factory=dict)
    """For each check what failed it, filled by the parts that try wrong answers."""

    @property
    def slug(self) -> str:
        """The assignment's name."""
        return self.exercise.slug

    @property
    def solution(self) -> Path:
        """The file of the reference."""
        return self.course.root / "solutions" / f"{self.slug}.py"

    @property
    def reference(self) -> Reference:
        """The reference; an exercise under audit has one."""
        assert self.exercise.reference is not None  # noqa: S101 - made from sources
        return self.exercise.reference

    def without(self, checks: Collection[str]) -> "Subject":
        """The same without some checks."""
        left = tuple(check for check in self.exercise.checks if check.id not in checks)
        return replace(self, exercise=replace(self.exercise, checks=left))

    def note(self, verdict: "Verdict", what: str) -> None:
        """Keep which checks failed a wrong answer: a check that never fails anything proves nothing."""
        for check in verdict.failed:
            self.found.setdefault(check, []).append(what)

    def namespace(self, tree: ast.Module | None = None) -> Namespace:
        """A fresh copy of the reference's module, or of a changed one."""
        return run_module(self.tree if tree is None else tree, self.slug, str(self.solution))

    def starter(self, make: Make) -> trial.Start:
        """Starts a variant, the reference's functions in the place of stubs."""

        @contextlib.contextmanager
        def start(stubs: Sequence[str] = ()) -> Iterator[InProcess]:
            with self.reference.within():
                with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    functions = make()
                functions |= {name: getattr(self.reference.module, name) for name in self.exercise.paired(stubs)}
                yield InProcess(functions, quiet=True)

        return start


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed reference."""

    function: str
    line: int
    was: str
    becomes: str
    make: Make


def open_subject(course: Course, slug: str, extent: Extent = FULL, secret: bytes = SEED) -> Subject:
    """Read an exercise for an audit; its checks have not run yet.

    Raises:
        AuthorError: it cannot be read at all.

    """
    made = exercise(course, slug, secret)
    tree = ast.parse((course.root / "solutions" / f"{slug}.py").read_text("utf-8"))
    return Subject(course, made, tree, extent)


def run_module(tree: ast.Module, name: str, file: str) -> Namespace:
    """The namespace of a module, run from its tree."""
    module = types.ModuleType(name)
    module.__dict__["__file__"] = file
    exec(compile(tree, file, "exec"), module.__dict__)  # noqa: S102 - the course's own reference, or a change of it
    return module.__dict__


def reseeded(subject: Subject, secret: bytes) -> Exercise:
    """The same exercise with other draws; what does not depend on them is shared."""
    return replace(subject.exercise, secret=secret, tapes={}, complete=set(), expected={})


def recording(subject: Subject) -> bytes:
    """The exercise's `recorded.json`, made now.

    Raises:
        AuthorError: a check does not hold for the reference.

    """
    public = replace(exercise(subject.course, subject.slug), checks=subject.exercise.checks)
    return recorded.dump(public, made_from(subject.course, subject.slug))


def replayed(subject: Subject, raw: bytes) -> Exercise:
    """The exercise as a student's own run knows it: no reference, everything from the recording, nothing derived."""
    document = recorded.load(raw)
    made = replace(
        reseeded(subject, PUBLIC),
        reference=None,
        mistakes=recorded.mistakes(document),
        derivations=symbolic.Derivations(subject.exercise.derivations.module_source),
    )
    recorded.play(made, document)
    return made


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of a variant."""

    failed: Mapping[str, str]
    """The checks that failed it, each with the failure in a line."""
    distance: float
    """The largest error in tolerances, over the failing checks."""
    broke: tuple[Finding, ...] = ()
    """Checks that raised by themselves: an author's fault."""


def tried(exercise: Exercise, start: trial.Start, checks: Sequence[Check]) -> Verdict:
    """Run checks on a variant, each up to its first failure; nothing is explained."""
    failed: dict[str, str] = {}
    broke: list[Finding] = []
    distance = 0.0
    with start() as backend:
        for check in checks:
            for index in range(check.draws):
                try:
                    run = trial.attempt(
                        exercise, lambda _=(): contextlib.nullcontext(backend), check, index, small=False
                    )
                except Exception as error:  # noqa: BLE001 - a check that raises is what an audit looks for
                    broke.append(raised(check, error))
                    break
                if run.failure is not None:
                    failed[check.id] = one_line(run.failure)
                    distance = max(distance, far(run))
                    break
    return Verdict(failed, distance, tuple(broke))


def raised(check: Check, error: Exception) -> Finding:
    """The finding about a check that raised by itself."""
    return Finding(
        f"The check {check.id} itself raises {type(error).__name__}: {error}", place_of(error) or place_of(check)
    )


def one_line(failure: Disagreement | StudentError) -> str:
    """A failure as a person reads it in a table."""
    return " ".join(str(failure).split())[:160]


def far(run: Run) -> float:
    """How many tolerances the answer is from the right one; infinite where it is no matter of size."""
    failure = run.failure
    if not isinstance(failure, Disagreement) or not failure.parts:
        return float("inf")
    return max(part.error / part.allowed if part.allowed else float("inf") for part in failure.parts)
