"""A judged notebook and the files beside it → `autograded/<student>/<slug>/`.  Each file is the old or the new one."""

import os
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from grader.gradebook import GradebookError
from grader.submission.file import File, open_file

MOST_FILES = 200
MOST_BYTES = 64_000_000
"""Beside a notebook: a folder of a whole environment was handed in by mistake, and nobody reads it."""


def files_beside(folder: Path, ignored: tuple[str, ...]) -> dict[str, bytes]:
    """The plain files that were handed in beside a notebook, by their path in the folder; links are not followed."""
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_ignored(name, ignored))
        for name in sorted(names):
            if name.endswith(".ipynb") or _is_ignored(name, ignored) or len(found) >= MOST_FILES:
                continue
            path = Path(parent, name)
            try:
                file = open_file(path)
            except OSError:
                continue  # what cannot be read was not judged either
            if isinstance(file, File) and len(file.data) <= left:
                left -= len(file.data)
                found[path.relative_to(folder).as_posix()] = file.data
    return found


def _is_ignored(name: str, ignored: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in ignored)


def write_folder(folder: Path, files: Mapping[str, bytes], mode: int, folder_mode: int = 0) -> None:
    """Write files whose content is another, each in one step, the notebooks last; then remove what was there before.

    As nbgrader does, which empties the folder first. Other notebooks stay: they are nbgrader's, or a person's.

    Raises:
        GradebookError: the folder cannot be written.

    """
    try:
        for name in sorted(files, key=lambda name: (name.endswith(".ipynb"), name)):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_symlink() and path.is_file() and path.read_bytes() == files[name]:
                continue
            beside = path.with_name(f".{path.name}.new")
            beside.unlink(missing_ok=True)
            beside.write_bytes(files[name])
            beside.chmod(mode)
            beside.replace(path)
        for path in _others(folder, files):
            path.unlink()
        if folder_mode:
            folder.chmod(folder.stat().st_mode | folder_mode)
    except OSError as error:
        raise GradebookError(f"{error.filename or folder} cannot be written: {error.strerror}.") from error


def _others(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """What an earlier submission brought along, or a process that was killed left half written."""
    there = [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]
    return [p for p in there if p.suffix != ".ipynb" and p.relative_to(folder).as_posix() not in files]
