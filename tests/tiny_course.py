"""A course of one small assignment with every part that the engine knows, and backends that fail on demand."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import nbformat
from small_course import cell, check_cell, stub

from grader import course, judge, recorded, trial
from grader.blame import StudentError
from grader.exercise import Exercise
from grader.inprocess import InProcess
from grader.report import Item

SLUG = "tiny"

CHECKS = '''
"""What a right answer does."""

import numpy as np

from grader.claims import agrees, claim, derivative_of, entry_by_entry, function, keeps_inputs, require

scale = function("x, factor", returns="y (n,)")
total = function("x", returns="t float")
encode = function("x", returns="code (n,), key opaque")
decode = function("code, key", returns="x (n,)")
noise = function("n, rng", returns="y (n,)")


def square_of_a_sample(m, x, w):
    """Half a squared product."""
    return m.dot(x, w) ** 2 / 2


def scaled(student, truth, draw):
    """Three entries."""
    x = draw.array(3)
    return entry_by_entry("Yours beside the right ones", ("y",), student.scale(x, 3.0), truth.scale(x, 3.0))


SQUARE = derivative_of(square_of_a_sample, by="w", x="x (2,)", w="w (2,)")


@claim(scale, points=2, picture=scaled, formula=SQUARE)
def scales(student, truth, draw):
    """`scale` is factor times x."""
    for n in (4, 3):
        x, factor = draw.array(n), draw.number(2.5, 3.5)
        agrees(student.scale(x, factor), truth.scale(x, factor))


@claim(scale, points=1)
def scale_leaves_x(student, truth, draw):
    """`scale` leaves x as it was."""
    x = draw.array(3)
    keeps_inputs(student, "scale", (x, 2.0), truth.scale(x, 2.0))


@claim(total, points=3, builds_on=("scale",))
def totals_twice(student, truth, draw):
    """`total` is the sum of 2 x."""
    for n in (5, 4):
        x = draw.array(n)
        agrees(student.total(x), truth.total(x))


@claim(decode, points=2, builds_on=("encode",), example=False)
def comes_back(student, truth, draw):
    """`decode` gives back what `encode` was given."""
    x = draw.array(4)
    code, key = student.encode(x)
    agrees(student.decode(code, key), x)


@claim(encode, points=1)
def code_is_longer(student, truth, draw):
    """`encode` hides x."""
    x = draw.array(4)
    code, _ = student.encode(x)
    require(not np.allclose(code, x), "the code is x itself", f"it is {code}")


@claim(noise, points=1, chance=1e-12, example=False, draws=1)
def noise_is_the_generators(student, truth, draw):
    """`noise` comes from rng alone, and is new each time."""
    rng = draw.rng()
    first, second = student.noise(5, rng), student.noise(5, rng)
    again = student.noise(5, draw.twin(rng))
    require(not np.array_equal(first, second), "the same noise comes twice")
    require(np.array_equal(first, again), "the same state of rng gives other noise")
'''

MISTAKES = '''
"""What goes wrong."""

import numpy as np

from grader.mistakes import Mistake

MISTAKES = [
    Mistake(
        name="factor squared", function="scale", instead=lambda x, factor: x * factor**2,
        finding="You multiply by the factor twice.", hint="Multiply once.",
    ),
    Mistake(
        name="factor left out", function="scale", answer=lambda right, x, **_: x,
        finding="You return x itself.", hint="Multiply by the factor.",
    ),
    Mistake(
        name="mean for sum", function="total", times=lambda x, **_: 1 / len(x),
        finding="Your total is the mean.", hint="Use np.sum.",
    ),
    Mistake(
        name="twice left out", function="total", times=lambda **_: 0.5,
        finding="Your total is the sum of x.", hint="Multiply x by two first.",
    ),
]
'''

SOLUTION = '''
"""The answers."""

import numpy as np


def scale(x, factor):
    """Factor times x."""
    return factor * x


def total(x):
    """The sum of 2 x."""
    return np.sum(scale(x, 2.0))


def encode(x):
    """Hide x."""
    return x + 7.0, 7.0


def decode(code, key):
    """Find x."""
    return code - key


def noise(n, rng):
    """Noise."""
    return rng.normal(size=n)
'''

POINTS = {"scale": 3, "total": 3, "encode": 1, "decode": 2, "noise": 1}


def notebook() -> str:
    """The source notebook."""
    cells = [cell("import numpy as np", "setup", locked=True)]
    for name, points in POINTS.items():
        arguments = {"scale": "x, factor", "decode": "code, key", "noise": "n, rng"}.get(name, "x")
        cells += [cell(stub(name).replace("(x)", f"({arguments})"), name, solution=True), check_cell(name, points)]
    cells.append(
        cell("Because.", "written_answer", "markdown", grade=True, solution=True, points=4, cell_type="markdown")
    )
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return str(nbformat.writes(nbformat.from_dict(book))) + "\n"


def make(root: Path, **files: str) -> course.Course:
    """Write the course; `checks`, `mistakes`, `solution` replace a part, `pyproject` adds settings."""
    texts = {
        f"source/{SLUG}/checks.py": files.get("checks", CHECKS),
        f"source/{SLUG}/mistakes.py": files.get("mistakes", MISTAKES),
        f"solutions/{SLUG}.py": files.get("solution", SOLUTION),
        f"source/{SLUG}/{SLUG}.ipynb": notebook(),
        f"source/{SLUG}/numbers.csv": "1,2\n",
        "pyproject.toml": files.get("pyproject", ""),
        "nbgrader_config.py": (Path(__file__).parents[1] / "nbgrader_config.py").read_text("utf-8"),
    }
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return course.open_course(root)


def exercise(root: Path, secret: bytes = bytes(range(16)), **files: str) -> Exercise:
    """The assignment, its draws made."""
    made = course.exercise(make(root, **files), SLUG, secret)
    recorded.make_ready(made)
    return made


def names(text: str = "") -> dict[str, Any]:
    """What a submission defines: the reference, and then `text`."""
    found: dict[str, Any] = {"__name__": SLUG}
    exec(SOLUTION + dedent(text), found)
    return found


class Failing:
    """A backend like another one that raises at a call of some functions, and may be gone afterwards."""

    def __init__(self, inner: InProcess, errors: Mapping[str, Exception]) -> None:
        self.inner, self.errors = inner, errors
        self.alive = True
        self.calls: list[str] = []

    def kind(self, name: str) -> Any:
        return self.inner.kind(name)

    def why_missing(self, name: str) -> str | None:
        return f"cell 3 stopped before {name}."

    def call(self, name: str, *args: Any, **options: Any) -> Any:
        self.calls.append(name)
        if name in self.errors:
            self.alive = False
            raise self.errors[name]
        return self.inner.call(name, *args, **options)

    def many(self, name: str, calls: Sequence[tuple[Any, ...]], **options: Any) -> list[Any]:
        try:
            return [self.call(name, args, {}, **options) for args in calls]
        except StudentError as error:
            return [error for _ in calls]


def starter(
    submission: Mapping[str, Any],
    errors: Mapping[str, Exception] | None = None,
    reference: Mapping[str, Any] | None = None,
    log: list[Any] | None = None,
) -> trial.Start:
    """Start a submission in this process; `reference` takes the place of stubbed functions, `log` keeps backends."""

    @contextlib.contextmanager
    def start(stubs: Sequence[str] = ()) -> Iterator[Any]:
        functions = dict(submission)
        for name in stubs:
            functions[name] = (reference or {})[name]
            for value in functions.values():  # a function calls what its globals hold
                getattr(value, "__globals__", {})[name] = functions[name]
        backend = Failing(InProcess(functions, quiet=True), errors or {})
        if log is not None:
            log.append(SimpleNamespace(stubs=tuple(stubs), backend=backend))
        yield backend

    return start


def judged(made: Exercise, text: str = "", **options: Any) -> dict[str, Item]:
    """The items by id, of the reference with `text` behind it."""
    return {item.id: item for item in judge.judge(made, starter(names(text)), **({"follow_through": False} | options))}


Function = Callable[..., Any]
