"""What an author writes in `checks.py`: the form of each function, and claims about it.  Out: frozen values to collect.

Nothing registers itself: `collect` looks at a module's names in the order in which they stand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from grader.agreement import ACCURACY, Disagreement, Tolerance, agrees, all_agree, compare, require, unchanged
from grader.chance import binomial_bounds, dkw_distance, log_evidence
from grader.draw import Draw, layouts
from grader.forms import Form, parse
from grader.picture import Bars, Contours, Curves, Level, Picture, Points, Series, Surface
from grader.student import Call, Student
from grader.truth import Truth

__all__ = [
    "ACCURACY",
    "Bars",
    "Call",
    "Contours",
    "Curves",
    "Disagreement",
    "Draw",
    "Level",
    "Points",
    "Series",
    "Student",
    "Surface",
    "Tolerance",
    "Truth",
    "agrees",
    "all_agree",
    "binomial_bounds",
    "claim",
    "derivative_of",
    "dkw_distance",
    "entry_by_entry",
    "function",
    "keeps_inputs",
    "layouts",
    "log_evidence",
    "require",
    "unchanged",
]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the assignment, as `checks.py` declares it; its name is the variable's."""

    form: Form


@dataclass(frozen=True, slots=True, eq=False)
class Derivative:
    """A loss whose derivative is shown beside a claim, and the symbols in which it is written."""

    loss: Callable[..., Any]
    by: tuple[str, ...]
    arguments: Mapping[str, Any]
    where: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One claim and the code that tries it."""

    id: str
    claim: str
    function: Function
    points: float
    draws: int
    """How often the check runs, each time with draws of its own."""
    builds_on: tuple[str, ...]
    chance: float
    """Upper bound for failing a right answer by chance, over all its draws."""
    example: bool
    """Whether small whole numbers can show the failure."""
    run: Callable[[Student, Truth, Draw], object]
    picture: Callable[[Student, Truth, Draw], Picture] | None = None
    formula: Derivative | None = None


def function(parameters: str, returns: str, *, seconds: float | None = None) -> Function:
    """Declare a function's form, once.

        loss_gradient = function("X, y, w, b", returns="grad_w (n_features,), grad_b float")

    The language of `returns` is that of `grader.forms`; `seconds` is a time limit of its own for each call.
    """
    return Function(parse(parameters, returns, seconds))


def claim(
    about: Function,
    *,
    points: float,
    draws: int = 2,
    builds_on: Sequence[str] = (),
    chance: float = 0.0,
    example: bool = True,
    picture: Callable[[Student, Truth, Draw], Picture] | None = None,
    formula: Derivative | None = None,
) -> Callable[[Callable[[Student, Truth, Draw], object]], Check]:
    """Make a check of a function `(student, truth, draw)` whose docstring is the claim that a student reads.

    Args:
        about: the function that the claim is about.
        points: what the claim is worth.
        draws: how many independent draws it is tried on.
        builds_on: functions of the assignment that a submission may well call here; where one of them is wrong,
            the claim is judged again with the right one in its place.
        chance: bound for the probability that a right answer fails it; 0 where nothing is random.
        example: False where small whole numbers show nothing, as for a distribution.
        picture: a function `(student, truth, draw)` that returns a picture of what the student's function does beside
            what is right. It is a run of its own and not what the check returns, since a check that fails returns
            nothing, and what it saw may be a hidden draw: a picture's draws are public, whatever the course's secret
            is, and the child that is asked for it has seen no others. It never costs a point.
        formula: the derivative that the claim is about, shown beside it.

    """

    def make(run: Callable[[Student, Truth, Draw], object]) -> Check:
        sentence = " ".join((run.__doc__ or "").split())
        if not sentence:
            raise ValueError(f"{run.__name__}: a check needs a docstring; it is the claim that the student reads")
        worth, helpers = float(points), tuple(builds_on)
        return Check(run.__name__, sentence, about, worth, draws, helpers, chance, example, run, picture, formula)

    return make


def derivative_of(
    loss: Callable[..., Any],
    by: str,
    *,
    where: Mapping[str, Callable[..., Any]] | None = None,
    **arguments: Any,
) -> Derivative:
    """The derivative of one sample's loss, for people to read; SymPy's, made at the release.

        formula=derivative_of(squared_loss_of_a_sample, by="w b", x="x (3,)", y="y", w="w (3,)", b="b")

    Each argument is given the symbols in which it is written, in lists and tuples where it is built so; a parameter
    that is not given is a function, and stays one. `where` names what the formula holds again and again.
    """
    return Derivative(loss, tuple(by.split()), arguments, where or {})


def keeps_inputs(
    student: Student,
    name: str,
    args: tuple[object, ...],
    right: object = None,
    *,
    within: Tolerance = ACCURACY,
    floor: float = 0.0,
) -> None:
    """Call a function once: its answer is right, and its arguments hold the values they held.

    The answer is compared too (unless `right` is None), since a function that does nothing changes nothing.

    Raises:
        Disagreement: the answer is wrong, or an argument was changed.

    """
    answer, after = student.with_inputs(name, *args)
    if right is not None:
        agrees(answer, right, within)
    parameters = student.parameters(name)
    for parameter, before, now in zip(parameters, args, after, strict=False):
        require(
            unchanged(before, now, floor=floor),
            f"the answer is right, but `{parameter}` is changed on the way: work on a copy",
        )


def entry_by_entry(title: str, names: Sequence[str], got: object, right: object) -> Bars:
    """An answer beside the right one, a pair of bars for each entry.

    Args:
        title: what is shown.
        names: of the answer's arrays and numbers in order; an entry is called by its place too, "w[0]".
        got: what the student's function returned.
        right: the right answer.

    Raises:
        ValueError: the answers are not built alike.

    """
    parts = compare(got, right)
    if not all(part.same_shape for part in parts):
        raise ValueError("an answer of another shape cannot be shown entry by entry")
    labels, mine, theirs = [], [], []
    for name, part in zip(names, parts, strict=True):
        for at in np.ndindex(part.right.shape):
            labels.append(f"{name}[{', '.join(map(str, at))}]" if at else name)
            mine.append(float(part.right[at]))
            theirs.append(float(part.got[at]))
    x = range(len(labels))
    return Bars(title, tuple(labels), (Series("yours", x, theirs), Series("right", x, mine)))


def collect(module: ModuleType) -> tuple[dict[str, Form], tuple[Check, ...]]:
    """The functions and the checks of a module, in the order in which they stand."""
    forms = {name: value.form for name, value in vars(module).items() if isinstance(value, Function)}
    checks = tuple(value for value in vars(module).values() if isinstance(value, Check))
    return forms, checks
