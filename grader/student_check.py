"""`check(predict)` in a student's notebook.  In: a function of theirs.  Out: points, with a page that says why.

It needs the release beside the notebook and nothing else: no server, no secret, no reference. The answer's repr is
the plain number of points, which stock nbgrader takes as the cell's score; its HTML is the feedback. Needs nothing of
one system: Linux, macOS, Windows. Never prints to stderr.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader import course, inprocess, judge
from grader.emit import html, text
from grader.exercise import AuthorError, Exercise
from grader.report import Item, clean

OWN_RUN = "Own run on public draws; the marks come from draws of their own."


class Points:
    """What a check found: prints as a number, shows itself as a page."""

    def __init__(self, title: str, items: Sequence[Item]) -> None:
        """Hold the items of one function, or of all."""
        self.title = title
        self.items = tuple(items)

    def __float__(self) -> float:
        return float(sum(item.points for item in self.items if item.status != "manual"))

    def __repr__(self) -> str:
        return repr(round(float(self), 6))

    def __str__(self) -> str:
        left = html.left_over(self.items)
        todo = [f"Left: {left}."] if left else []
        head = f"{self.title}: {float(self):g} of {self.max_points:g} points"
        return "\n".join([head, *todo, *text.claims(self.items), OWN_RUN])

    @property
    def max_points(self) -> float:
        """The most that the items give."""
        return float(sum(item.max_points for item in self.items if item.status != "manual"))

    def _repr_html_(self) -> str:
        return html.claims(self.title, self.items, note=OWN_RUN)


class _Check:
    """The function `check`, with `check.all()` beside it."""

    def __init__(self) -> None:
        self._loaded: tuple[tuple[Path, int], Exercise] | None = None

    def __call__(self, function: Any) -> Points:
        """Judge one function of this notebook.

        Raises:
            ValueError: it is no function of the assignment, or the release is not beside the notebook.

        """
        names = _names_at(1)
        exercise = self._exercise(names)
        name = _name(function, names, exercise)
        own = names if isinstance(function, str) else {**names, name: function}
        return Points(name, _judged(exercise, own, [name]))

    def all(self) -> Points:
        """Judge every function of the assignment, and name what a person grades."""
        names = _names_at(1)
        exercise = self._exercise(names)
        by_hand = [Item(id_, None, what, "manual", 0.0, points) for id_, what, points in exercise.manual]
        return Points(exercise.slug, [*_judged(exercise, names, list(exercise.forms)), *by_hand])

    def _exercise(self, names: Mapping[str, Any]) -> Exercise:
        folder = next((folder for folder in _folders(names) if (folder / "recorded.json").is_file()), None)
        if folder is None:
            raise ValueError(
                "recorded.json is not beside this notebook "
                f"(looked in {next(_folders(names))}): take the assignment's whole folder."
            )
        file = folder / "recorded.json"
        key = (file, file.stat().st_mtime_ns)
        if self._loaded is None or self._loaded[0] != key:
            try:
                self._loaded = (key, course.released(folder))
            except AuthorError as error:
                raise ValueError(str(error)) from None
        return self._loaded[1]


def _names_at(depth: int) -> Mapping[str, Any]:
    """The caller's names, those of a function that calls us too."""
    frame = sys._getframe(depth + 1)  # noqa: SLF001 - the caller's notebook is where the function's name stands
    return {**frame.f_globals, **frame.f_locals}


def _folders(names: Mapping[str, Any]) -> Iterator[Path]:
    """Where the notebook may lie: the working directory, or where VS Code or Jupyter say that it does."""
    yield Path.cwd()
    for file in (names.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")):
        if isinstance(file, str) and file:
            yield Path(file).parent


def _name(function: Any, names: Mapping[str, Any], exercise: Exercise) -> str:
    """The contract's name under which the notebook has this very object."""
    found = [name for name in exercise.forms if names.get(name) is function and name in names]
    if found:
        return found[0]
    own = getattr(function, "__name__", "")
    if own in exercise.forms:
        return str(own)
    if isinstance(function, str) and function in exercise.forms:
        return function
    known = ", ".join(exercise.forms)
    raise ValueError(f"check(…) takes one of this assignment's functions: {known}.")


def _judged(exercise: Exercise, names: Mapping[str, Any], functions: list[str]) -> list[Item]:
    """The items, in order. Where one failed, the helpers that it may call are tried too: points may come with them."""
    items = {item.id: item for function in functions for item in _tried(exercise, names, function)}
    failed = [check for check in exercise.checks if check.id in items and items[check.id].status == "failed"]
    helpers = {name for check in failed for name in check.builds_on} - set(functions)
    known = items | {item.id: item for name in sorted(helpers) for item in _tried(exercise, names, name)}
    judge.may_come(exercise, known)
    return [known[id_] for id_ in items]


def _tried(exercise: Exercise, names: Mapping[str, Any], function: str) -> list[Item]:
    """One function's items; an interrupt from the keyboard ends the function that runs, and the finding says so."""
    try:
        return list(
            judge.judge(
                exercise,
                lambda _stubs=(): inprocess.started(names, quiet=True),
                functions=[function],
                follow_through=False,
                illustrated=True,
            )
        )
    except KeyboardInterrupt:
        sentence = f"{function} was interrupted. Is there a loop that never ends?"
        return [Item(c.id, function, clean(c.claim), "failed", 0.0, c.points, sentence) for c in exercise.of(function)]


check = _Check()
