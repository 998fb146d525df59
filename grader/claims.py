"""What an author writes in `checks.py`: the form of each function, and claims about it.  Out: frozen values to collect.

Nothing registers itself: `collect` looks at a module's names in the order in which they stand.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType

from grader.agreement import ACCURACY, Disagreement, Tolerance, agrees, all_agree, require, unchanged
from grader.chance import binomial_bounds, dkw_distance, log_evidence
from grader.draw import Draw, layouts
from grader.forms import Form, parse
from grader.student import Call, Student
from grader.truth import Truth

__all__ = [
    "ACCURACY",
    "Call",
    "Disagreement",
    "Draw",
    "Student",
    "Tolerance",
    "Truth",
    "agrees",
    "all_agree",
    "binomial_bounds",
    "claim",
    "dkw_distance",
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

    """

    def make(run: Callable[[Student, Truth, Draw], object]) -> Check:
        sentence = " ".join((run.__doc__ or "").split())
        if not sentence:
            raise ValueError(f"{run.__name__}: a check needs a docstring; it is the claim that the student reads")
        return Check(run.__name__, sentence, about, float(points), draws, tuple(builds_on), chance, example, run)

    return make


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


def collect(module: ModuleType) -> tuple[dict[str, Form], tuple[Check, ...]]:
    """The functions and the checks of a module, in the order in which they stand."""
    forms = {name: value.form for name, value in vars(module).items() if isinstance(value, Function)}
    checks = tuple(value for value in vars(module).values() if isinstance(value, Check))
    return forms, checks
