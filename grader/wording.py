"""The sentences that people read, in one place.  In: failures and examples.  Out: text.  Never computes a verdict.

A figure is shown only where every draw behind it is public.
"""

import inspect
import textwrap
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.agreement import Disagreement
from grader.blame import StudentError, StudentRaised, StudentTimeout
from grader.claims import Check
from grader.diagnosis import Run, rounded
from grader.exercise import Exercise
from grader.forms import Form, FormError
from grader.mistakes import Mistake
from grader.report import clean
from grader.sandbox.values import CellOutcome, Handle, Rng
from grader.student import Call, origin

LONGEST_EXAMPLE = 320
"""Characters of a call that a person still reads; a longer one is left out."""


def cell_stopped(outcome: CellOutcome) -> str:
    """For a cell that did not run to its end."""
    error = outcome.error
    if isinstance(error, StudentTimeout):
        return f"{outcome.label} did not finish within {error.seconds:g} s: is there a loop that never ends?"
    if isinstance(error, StudentRaised):
        text = f": {clean(error.text, 160)}" if error.text else ""
        return f"{_place(outcome.label, error.line)} stopped with {clean(error.type_name, 60)}{text}."
    return f"{outcome.label} {clean(str(error), 200)}."


def worth_a_notice(outcome: CellOutcome) -> bool:
    """Whether a student should hear of it: a cell that calls what is not written yet stops, and that is known."""
    error = outcome.error
    return error is not None and not (isinstance(error, StudentRaised) and error.builtin_name == "NotImplementedError")


def lost(function: str, error: StudentError) -> str:
    """For a function that took its process down."""
    if isinstance(error, StudentTimeout):
        return f"{function} did not finish within {error.seconds:g} s. Is there a loop that never ends?"
    loop = " Is there a loop that never ends?" if "more than" in str(error) else ""
    return f"{function} {clean(str(error), 200)}.{loop}"


def followed(function: str, helpers: Sequence[str]) -> str:
    """For a claim that holds once the helpers are right."""
    names = " and ".join(helpers)
    return f"{function} is right: judged with a right {names} in the place of yours."


def may_come(helpers: Sequence[str]) -> str:
    """For a claim that fails beside a wrong helper, in a student's own run."""
    names = " and ".join(helpers)
    be = "is" if len(helpers) == 1 else "are"
    return f"{names} {be} not right yet: once that is mended, these points may come by themselves."


def check_broke(check: Check, error: Exception) -> str:
    """For the author of a check that raised by itself."""
    return f"The check {check.id} itself {_broke(error)}"


def picture_broke(check: Check, error: Exception) -> str:
    """For the author of a picture that cannot be drawn of the reference."""
    return f"The picture of {check.id} {_broke(error)}"


def _broke(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    authors = [f for f in frames if Path(f.filename).name in {"checks.py", "mistakes.py"}]
    own = next(reversed(authors or list(frames)), None)
    where = f" ({Path(own.filename).name}, line {own.lineno})" if own else ""
    return f"raised {type(error).__name__}: {clean(str(error), 300)}{where}"


def finding(
    exercise: Exercise,
    function: str,
    form: Form,
    *,
    failure: Disagreement | StudentError | None,
    facts: str | None,
    shown: Run | None,
    mistake: Mistake | None,
    stubs: Sequence[str] = (),
) -> str:
    """What a student reads about a failed claim: the fact, the smallest example, the mistake's sentence."""
    public = shown is not None and type(shown.failure) is type(failure)
    lines = [f"{function}: {_fact(exercise, shown.failure if shown and public else failure, facts, public=public)}"]
    if shown is not None:
        lines += _example(shown, form, function)
    if stubs:
        lines.append(f"Seen with a right {' and '.join(stubs)} in the place of yours.")
    if mistake is not None:
        lines.append(mistake.finding)
    return "\n".join(lines)


def hint(failure: Disagreement | StudentError | None) -> str | None:
    """One thing to try where no mistake is named."""
    if isinstance(failure, StudentRaised):
        if failure.text == "can't start new thread":
            return "Where this is judged there are no threads and no processes: a plain loop will do."
        return _HINTS.get(
            failure.builtin_name, "Run the call in a cell of its own and print the shapes on the line above."
        )
    if isinstance(failure, FormError) and not ("NaN" in failure.sentence or "infinite" in failure.sentence):
        return "Print the type and the shape of what you return."
    return None


_HINTS = {
    "ValueError": "Print the shapes of the arrays on that line.",
    "NameError": "Is the name spelled as where it is defined, and is that cell above this one?",
    "TypeError": "Print the types of the values on that line.",
    "IndexError": "Print the index and the length on that line.",
    "LinAlgError": "A matrix without an inverse is a case to handle: think of np.linalg.lstsq or np.linalg.pinv.",
    "RecursionError": "Which call ends the recursion?",
}


def _fact(exercise: Exercise, failure: Disagreement | StudentError | None, facts: str | None, *, public: bool) -> str:
    match failure:
        case StudentRaised():
            return _raised(failure, public=public or exercise.public)
        case FormError():
            figures = f" ({failure.figures})" if failure.figures and public else ""
            return f"your answer {failure.sentence}{figures}."
        case Disagreement():
            if facts:
                return f"{facts}."
            if failure.parts:
                return f"the answer {failure.sentence}."
            figures = f" ({failure.figures})" if failure.figures and public else ""
            return f"{failure.sentence}{figures}."
        case _:
            return f"{failure}."


def _raised(error: StudentRaised, *, public: bool) -> str:
    where = f" in {_place(error.label, error.line)}" if error.label else ""
    if not public:
        return f"your code raised {error.builtin_name}{where}."
    text = f": {clean(error.text, 200)}" if error.text else ""
    source = f"\n    {clean(error.source_line.strip(), 160)}" if error.source_line.strip() else ""
    return f"your code raised {clean(error.type_name, 60)}{text}{where}.{source}"


def _place(label: str, line: int | None) -> str:
    """A line of a cell; of a `.py` file the line alone, since its pieces are labelled by the line they start at."""
    if line is None:
        return label
    return f"line {line}" if label.startswith("line") else f"{label}, line {line}"


def _example(run: Run, form: Form, function: str) -> list[str]:
    """The call that fails, as it can be pasted, with what it should give and what it gave."""
    call = _failing_call(run, function)
    if call is None:
        return []
    written = call_text(call)
    if written is None:
        return []
    written = "\n".join([*_defined(call), written])
    if (before := _made_the_cache(run, call)) is not None:
        written = f"{before}\n{written}"
    failure = run.failure
    if not isinstance(failure, Disagreement) or not failure.parts or (prefix := call.path_to(failure.got)) is None:
        return [f"For example: {written}"]
    wrong = [part for part in failure.parts if not part.agrees][:2]
    digits = 6 if any(literal(part.right) != literal(part.got) for part in wrong) else 17
    should = ", ".join(_named(form, (*prefix, *part.path), part.right, digits) for part in wrong)
    gave = ", ".join(_named(form, (*prefix, *part.path), part.got, digits) for part in wrong)
    if len(should) + len(gave) > LONGEST_EXAMPLE:
        return [f"For example: {written}"]
    return [written, f"should give {should}; yours gave {gave}."]


def _defined(call: Call) -> list[str]:
    """The source of the functions of checks.py that a call is given."""
    try:
        return [textwrap.dedent(inspect.getsource(inspect.unwrap(arg))).rstrip() for arg in call.args if callable(arg)]
    except (OSError, TypeError):  # its file is gone, or it was not written in Python
        return []


def _made_the_cache(run: Run, call: Call) -> str | None:
    """The call that returned what this one is given to keep, as a line above it."""
    handle = next((arg for arg in call.args if isinstance(arg, Handle)), None)
    if handle is None:
        return None
    found = origin(run.trace, handle)
    maker = None if found is None else run.trace[found[0]]
    text = None if maker is None else call_text(maker)
    if maker is None or text is None:
        return None
    names = ["cache" if isinstance(part, Handle) else "_" for part in maker.answer]
    return f"{', '.join(names)} = {text}"


def _failing_call(run: Run, function: str) -> Call | None:
    if isinstance(run.failure, Disagreement):
        for call in reversed(run.trace):
            if call.path_to(run.failure.got) is not None:
                return call
    return next((call for call in reversed(run.trace) if call.function == function), None)


def _named(form: Form, path: tuple[int | str, ...], value: Any, digits: int) -> str:
    return f"{form.name_of(path)} {literal(value, digits)}" if path else literal(value, digits)


def call_text(call: Call) -> str | None:
    """A call as it can be pasted into a notebook; None where it is too long to read."""
    names = ("",) * (len(call.args) - len(call.named)) + tuple(f"{name}=" for name in call.named)
    parts = [f"{name}{_argument(arg)}" for name, arg in zip(names, call.args, strict=True)]
    text = f"{call.function}({', '.join(parts)})"
    return text if len(text) <= LONGEST_EXAMPLE else None


def _argument(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return _array(value) if value.size else f"np.zeros({value.shape})"
    if isinstance(value, tuple):
        return f"({', '.join(_argument(v) for v in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(_argument(v) for v in value)}]"
    if isinstance(value, Rng):
        return f"np.random.default_rng({value.entropy})"
    if isinstance(value, Handle):
        return "cache"
    if callable(value):
        return getattr(value, "__name__", "f")
    if isinstance(value, float):
        return rounded(value)
    return repr(value)


def _array(value: "np.ndarray[Any, Any]") -> str:
    """An array with its memory order: a view of another array is pasted as such a view."""
    if value.flags.c_contiguous or min(value.shape) == 0:
        return f"np.array({literal(value)})"
    if value.flags.f_contiguous:
        return f"np.array({literal(value.T)}).T"
    turned = tuple(slice(None, None, -1 if step < 0 else 1) for step in value.strides)
    if any(step < 0 for step in value.strides):
        marks = ", ".join("::-1" if step < 0 else ":" for step in value.strides)
        return f"np.array({literal(value[turned])})[{marks}]"
    return f"np.repeat(np.array({literal(value)}), 2, axis=0)[::2]"


def literal(value: Any, digits: int = 6) -> str:
    """Numbers as Python writes them, whole ones short."""
    if isinstance(value, np.ndarray):
        return literal(value.tolist(), digits)
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(v, digits) for v in value)}]"
    return rounded(value, digits) if isinstance(value, float) else str(value)
