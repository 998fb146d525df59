"""The figure cells of the notebooks, for students whose answers are right and no arrays: lists, and 0-d arrays."""

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from judging import ROOT, SLUGS, ready

from grader.forms import Form


def cells(slug: str) -> Iterator[tuple[str, str, list[str]]]:
    """Of the source notebook: each code cell's id, text and tags."""
    for cell in json.loads((ROOT / "source" / slug / f"{slug}.ipynb").read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield cell["id"], "".join(cell["source"]), cell["metadata"].get("tags", [])


def listed(value: Any) -> Any:
    """The same answer as the contract also takes it: a list for an array, a 0-d array for a float."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        return value.tolist()
    if isinstance(value, tuple):
        return [listed(item) for item in value]
    if isinstance(value, list):
        return tuple(listed(item) for item in value)
    if isinstance(value, dict):
        return {key: listed(item) for key, item in value.items()}
    return np.asarray(value) if isinstance(value, float) else value


def handed_arrays(name: str, args: tuple[Any, ...]) -> None:
    """A function gets what the contract says: a list holds pairs of arrays, or sizes, and never numbers of an array."""
    for arg in args:
        for part in arg if isinstance(arg, list | tuple) else ():
            pair = isinstance(part, tuple) and all(isinstance(one, np.ndarray) for one in part)
            assert pair or isinstance(part, int), f"{name} is handed lists"


def as_lists(name: str, function: Callable[..., Any], form: Form) -> Callable[..., Any]:
    """A student's function whose answers are lists."""

    def call(*args: Any, **named: Any) -> Any:
        handed_arrays(name, args)
        value = function(*args, **named)
        if form.drain:
            return (listed(pair) for pair in value)
        if form.keep:
            return tuple(part if i in form.keep else listed(part) for i, part in enumerate(value))
        return listed(value)

    return call


@pytest.mark.parametrize("slug", SLUGS)
def test_the_figures_are_drawn_from_lists_too(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.chdir(ROOT / "assignments" / slug)
    own: dict[str, Any] = {"np": np, "__name__": "__main__"}
    seen_by_figures = dict(own)
    forms = ready(slug).forms
    drawn = 0
    for name, text, tags in cells(slug):
        if name == "setup" or text.startswith("check("):
            continue
        names = seen_by_figures if "figure" in tags else own
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(text, f"{slug}, cell {name}", "exec"), names)
        if "figure" in tags:
            drawn += 1
            assert plt.get_fignums(), name
            plt.close("all")
        else:
            seen_by_figures |= {n: as_lists(n, f, forms[n]) if n in forms else f for n, f in own.items()}
    assert drawn
