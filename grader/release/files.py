"""Folders as values: which of their files nbgrader would copy, and how they are replaced in one step."""

import ast
import os
import shutil
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from grader.release.solutions import Unfit
from grader.submission.statements import parse

# nbgrader's own list and, since they hold solutions, the mistakes.
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "mistakes.py")

# Settings of nbgrader that change what a student receives in ways that we do not follow.
_UNKNOWN = frozenset(
    {"ClearSolutions", "ClearOutput", "LockCells", "IncludeHeaderFooter", "InstantiateTests", "GenerateAssignment"}
)


def ignored_names(config: Path) -> tuple[str, ...]:
    """Return the patterns of files that stay out of a release, as `nbgrader_config.py` says, without running it.

    Raises Unfit where the file says what we cannot know or do.
    """
    if not config.is_file():
        return IGNORED
    names: tuple[str, ...] = ()
    tree = parse(config.read_text("utf-8"))
    if tree is None:
        raise Unfit("it is not valid Python")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        setting = ast.unparse(node.targets[0]).split(".")
        if len(setting) == 3 and setting[1] in _UNKNOWN:
            raise Unfit(f"it sets {'.'.join(setting)}, which `grader release` does not follow")
        if setting[1:] == ["CourseDirectory", "ignore"]:
            try:
                names = tuple(map(str, ast.literal_eval(node.value)))
            except (ValueError, TypeError):
                raise Unfit("c.CourseDirectory.ignore is not written as a plain list of names") from None
    if "mistakes.py" not in names:
        raise Unfit("c.CourseDirectory.ignore must name mistakes.py, which holds solutions")
    return names


def files_in(folder: Path, ignored: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files below `folder` by their relative path, those of ignored names and folders left out."""
    found: dict[str, bytes] = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_ignored(name, ignored)]
        for name in names:
            if not _is_ignored(name, ignored):
                path = Path(parent, name)
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def _is_ignored(name: str, ignored: tuple[str, ...]) -> bool:
    """Match as a shell does, and so nbgrader: a star stands for no leading dot."""
    return any(fnmatchcase(name, p) and name.startswith(".") <= p.startswith(".") for p in ignored)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that at any time it is either the old one or the new one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make `folder` hold these files and nothing else; until all are written, it stays as it was."""
    beside, before = (folder.with_name(f".{folder.name}.{word}") for word in ("new", "old"))
    for leftover in (beside, before):
        shutil.rmtree(leftover, ignore_errors=True)
    for name, data in files.items():
        path = beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o644)  # nbgrader's default for a release
    if folder.exists():
        folder.rename(before)
    beside.rename(folder)
    shutil.rmtree(before, ignore_errors=True)
