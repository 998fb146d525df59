"""A zygote for the whole run, and submissions written in the test that needs them."""

from collections.abc import Callable, Iterator
from textwrap import dedent
from typing import Any

import pytest

from grader.program import Cell, Program
from grader.sandbox import LEVELS, Child, IsolationUnavailable, Limits, Zygote

LIMITS = Limits(
    call_seconds=0.3, cell_seconds=0.3, submission_seconds=10, memory_mb=256, file_mb=2, yields=1000, calls=500
)
FILES = {"houses.csv": b"price,area\n1,2\n3,4\n"}

Submit = Callable[..., Child]


@pytest.fixture(scope="session", params=LEVELS)
def zygote(request: pytest.FixtureRequest) -> Iterator[Zygote]:
    """One at every level that the machine has."""
    try:
        made = Zygote(request.param, LIMITS, FILES)
    except IsolationUnavailable as error:
        pytest.skip(str(error))
    with made:
        yield made


def notebook(*sources: str) -> Program:
    cells = tuple(Cell(dedent(source).lstrip("\n"), f"cell {n}") for n, source in enumerate(sources, 1))
    return Program(cells, "__main__")


def answers(child: Child, name: str, *args: object, **options: Any) -> Any:
    """The bare value of one call."""
    return child.call(name, args, **options).value


@pytest.fixture
def submit(zygote: Zygote) -> Iterator[Submit]:
    """Start a notebook of these cells; keyword arguments are the stubs."""
    children: list[Child] = []

    def start(*sources: str, **stubs: Callable[..., object]) -> Child:
        children.append(zygote.start(notebook(*sources), stubs))
        return children[-1]

    yield start
    for child in children:
        child.close()
