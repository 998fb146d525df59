"""Paths that a person typed → who handed in what, and where it lies. Lists folders; opens no file.

- `FILE.py`, `FILE.ipynb`: one submission
- `FOLDER/*.py`, `FOLDER/*.ipynb`: one submission a file
- `submitted/`, of an nbgrader tree `submitted/<student>/<slug>/…`: one submission a student
- `submitted/<student>`: one student of it
"""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = frozenset({".py", ".ipynb"})

# Files of a release that are Python and come back with a submission.
_OF_THE_COURSE = frozenset({"checks.py", "mistakes.py"})


class UsageError(Exception):
    """The command was given something that cannot be; the sentence is for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One student's work on one assignment."""

    student: str
    """Printable and unique in a call; holds `/` where only paths tell two students apart, so it is no file's name."""
    assignment: str
    path: Path
    """The file; or the folder, where it holds no file that can be meant."""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    owner: Path
    """What the student is named after: the folder in a tree, else the file."""
    notices: tuple[str, ...] = ()

    def name(self, depth: int) -> str:
        """Return the student's name: the bare one at depth 0, else that many parts of the path."""
        owner = Path(os.path.abspath(self.owner))  # noqa: PTH100 - resolve() would follow links
        if depth == 0:
            return printable(owner.stem if self.owner == self.path else owner.name)
        return "/".join(printable(part) for part in owner.parts[-depth:])


def find(paths: Iterable[str | Path], slug: str) -> list[Submission]:
    """Return the submissions for the assignment `slug`, in the order of the paths and by name within a folder.

    A student without the assignment is left out. Raises UsageError for a path that is not there or cannot be meant.
    """
    found: dict[str, _Found] = {}
    for path in map(Path, paths):
        for one in _at(path, slug):
            found.setdefault(os.path.abspath(one.path), one)  # noqa: PTH100 - resolve() would follow links
    return [
        Submission(name, slug, one.path, one.notices)
        for one, name in zip(found.values(), _names(list(found.values())), strict=True)
    ]


def handed_in(folder: Path, slug: str) -> Submission:
    """The work in a folder that is one person's, whatever the folder is called; nobody's name is known there."""
    found = _in_assignment(folder, folder, slug)
    return Submission(slug, slug, found.path, found.notices)


def printable(name: str) -> str:
    r"""Return a file's name as text that can be shown anywhere, distinct names distinct: `\x1b` for an escape.

    Python stands for the bytes of a name that are no UTF-8 with surrogates, which no report can hold.
    """
    return "".join(c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode() for c in name)


def _names(found: list[_Found]) -> list[str]:
    """Lengthen equal names by their folders, until all are distinct."""
    depths = [0] * len(found)
    while True:
        names = [one.name(depth) for one, depth in zip(found, depths, strict=True)]
        counts = Counter(names)
        if len(counts) == len(names):
            return names
        depths = [depth + (counts[name] > 1) for name, depth in zip(names, depths, strict=True)]


def _at(path: Path, slug: str) -> Iterator[_Found]:
    if not os.path.lexists(path):
        raise UsageError(f"There is no file or folder {printable(str(path))}.")
    if path.suffix.lower() in SUFFIXES:
        yield _Found(path, path)
    elif path.is_dir():
        yield from _in_folder(path, slug)
    else:
        raise UsageError(f"{printable(str(path))} is neither a .py file nor a notebook nor a folder.")


def _in_folder(folder: Path, slug: str) -> Iterator[_Found]:
    if os.path.lexists(folder / slug):
        yield _in_assignment(folder / slug, folder, slug)
        return
    names = _names_in(folder)
    students = [folder / name for name in names if os.path.lexists(folder / name / slug)]
    if students:
        yield from (_in_assignment(student / slug, student, slug) for student in students)
        return
    files = [folder / name for name in names if _is_work(name)]
    absolute = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links
    if absolute.name == slug and any(file.stem == slug for file in files):
        yield _in_assignment(folder, absolute.parent, slug)
    else:
        yield from (_Found(file, file) for file in files)


def _in_assignment(folder: Path, student: Path, slug: str) -> _Found:
    """Choose among what one student handed in: the notebook of the right name, or the only one; else the `.py`."""
    try:
        names = [name for name in _names_in(folder) if _is_work(name)] if stat.S_ISDIR(folder.lstat().st_mode) else []
    except OSError:  # of one student; reading it will say what is wrong
        names = []
    for suffix in (".ipynb", ".py"):
        files = [name for name in names if Path(name).suffix.lower() == suffix]
        if not files:
            continue
        others = [printable(name) for name in files if name != slug + suffix]
        if len(others) < len(files):
            notices = (f"not read, since {slug}{suffix} is there: {', '.join(others)}",) if others else ()
            return _Found(folder / (slug + suffix), student, notices)
        if len(files) == 1:
            return _Found(folder / files[0], student)
        return _Found(folder, student, (f"none of the files is named {slug}{suffix}: {', '.join(others)}",))
    return _Found(folder, student, ("the folder holds neither a notebook nor a .py file",))


def _names_in(folder: Path) -> list[str]:
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208 - names are enough


def _is_work(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES and name not in _OF_THE_COURSE
