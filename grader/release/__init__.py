"""A course's sources → what its students receive. Runs nothing: whoever calls does, to record right answers.

1. `source/<slug>/<slug>.ipynb`: its solution regions are filled from `solutions/<slug>.py`, and the course's address
   from the settings;
2. `source/<slug>/recorded.json`: made by the caller's `record` where `is_current` says no;
3. `assignments/<slug>/`: the notebook without solutions, and the files beside it.

All is made in memory first: a fault anywhere means that nothing is written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.release.files import files_in, ignored_names, replace_file, replace_folder
from grader.release.notebook import addressed, faults, is_solution, parsed, student_version, uncovered, written
from grader.release.solutions import Unfit, bodies, functions, refilled
from grader.submission import released_notebook

__all__ = ["Unreleasable", "release"]

RECORDED = "recorded.json"


class Unreleasable(Exception):
    """The sources have faults, so that nothing was written; the sentences name file and cell."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the files of one assignment should hold."""

    source: Path
    made: dict[str, bytes]
    """Those of the source folder that are made, by name."""
    folder: Path
    handout: dict[str, bytes]
    """Those that a student receives, by their path in `folder`."""


def release(
    course: Path,
    points: Mapping[str, Mapping[str, float]],
    *,
    record: Callable[[str], bytes],
    is_current: Callable[[str], bool],
    address: str = "",
    check: bool = False,
) -> list[str]:
    """Bring assignments up to date and return a sentence for each file that was not; `check` writes nothing.

    `points` says for each assignment what its functions are worth; `record(slug)` makes `recorded.json`, and
    `is_current(slug)` says whether the one that is there will do; `address` is where a student finds how to install the
    grader. Raises Unreleasable where the sources have faults,
    and OSError where a file cannot be read or written.
    """
    try:
        ignored = ignored_names(course / "nbgrader_config.py")
    except Unfit as error:
        raise Unreleasable(f"nbgrader_config.py: {error}") from None
    notebooks: dict[str, dict[str, str]] = {}
    sentences: list[str] = []
    for slug, worth in points.items():
        try:
            notebooks[slug] = _notebooks(course, slug, worth, address)
        except Unreleasable as error:
            sentences.extend(error.sentences)
    if sentences:
        raise Unreleasable(*sentences)
    stale: list[str] = []
    plans: list[_Plan] = []
    for slug, texts in notebooks.items():
        made = {name: text.encode() for name, text in texts.items()}
        if not is_current(slug):
            stale.append(_outdated(course, course / "source" / slug / RECORDED))
            made |= {} if check else {RECORDED: record(slug)}
        plans.append(_plan(course, slug, made, ignored))
    stale.extend(sentence for plan in plans for sentence in _stale(course, plan, ignored))
    if not check:
        for plan in plans:
            _write(plan)
    return list(dict.fromkeys(stale))


def _notebooks(course: Path, slug: str, worth: Mapping[str, float], address: str) -> dict[str, str]:
    """Return the texts of the assignment's notebooks, by name, solutions and address filled in."""
    folder = course / "source" / slug
    main = f"{slug}.ipynb"
    texts: dict[str, str] = {}
    for name in sorted({main, *(path.name for path in folder.glob("[!.]*.ipynb"))}):
        try:
            notebook = parsed(_text(folder / name))
            found = [*faults(notebook), *addressed(notebook, address)]
            if not found and name == main:
                found = list(_filled(course, slug, notebook, worth))
        except Unfit as error:
            found = [str(error)]
        if found:
            raise Unreleasable(*(f"source/{slug}/{name}: {fault}" for fault in found))
        texts[name] = written(notebook)
    return texts


def _filled(course: Path, slug: str, notebook: Any, worth: Mapping[str, float]) -> Iterator[str]:
    """Fill the solution cells of `notebook` in place; yield a sentence for each fault."""
    try:
        reference = bodies(_text(course / "solutions" / f"{slug}.py"))
    except Unfit as error:
        raise Unreleasable(f"solutions/{slug}.py: {error}") from None
    defined: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_solution(cell):
            try:
                cell.source = refilled(cell.source, reference)
            except Unfit as error:
                yield f"cell `{cell.id}`: {error}"
            defined |= functions(cell.source)
    yield from uncovered(released_notebook(course / "source" / slug / f"{slug}.ipynb", slug), defined, worth)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        raise Unfit("it is missing") from None
    except UnicodeDecodeError:
        raise Unfit("it is not UTF-8") from None


def _plan(course: Path, slug: str, made: dict[str, bytes], ignored: tuple[str, ...]) -> _Plan:
    source = course / "source" / slug
    handout = files_in(source, (*ignored, "*.ipynb")) | made
    for name, data in made.items():
        if name.endswith(".ipynb"):
            handout[name] = student_version(parsed(data.decode())).encode()
    return _Plan(source, made, course / "assignments" / slug, handout)


def _stale(course: Path, plan: _Plan, ignored: tuple[str, ...]) -> Iterator[str]:
    """Yield a sentence for each file that is not as planned."""
    for path in (plan.source / name for name in plan.made):
        if not path.is_file() or path.read_bytes() != plan.made[path.name]:
            yield _outdated(course, path)
    there = files_in(plan.folder, ignored)
    for name in sorted(there.keys() | plan.handout.keys()):
        if name not in there:
            what = "is missing"
        elif name not in plan.handout:
            what = "does not belong there"
        elif there[name] != plan.handout[name]:
            what = "is out of date"
        else:
            continue
        yield f"{(plan.folder / name).relative_to(course).as_posix()} {what}"


def _outdated(course: Path, path: Path) -> str:
    return f"{path.relative_to(course).as_posix()} {'is out of date' if path.is_file() else 'is missing'}"


def _write(plan: _Plan) -> None:
    for name, data in plan.made.items():
        path = plan.source / name
        if not path.is_file() or path.read_bytes() != data:
            replace_file(path, data)
    if files_in(plan.folder, ()) != plan.handout:
        replace_folder(plan.folder, plan.handout)
