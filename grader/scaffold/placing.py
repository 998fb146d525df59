"""New files among others, all or none.  In: a bundle, a folder.  Out: the files there; after an error, as it was.

Everything is written beside first, on the same disk; what is left to do then are renames, which are undone where one
of them fails.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from grader.emit.json import put
from grader.export.bundle import Bundle, write_folder


def place(bundle: Bundle, root: Path, *, over: Mapping[str, bytes] | None = None) -> None:
    """Put new files into a folder, which is made where there is none; then those of `over` in the place of older ones.

    Raises:
        OSError: something is in the way, or could not be written; the folder is as it was before.

    """
    with ExitStack() as undo, ExitStack() as leftover:
        _make(root, undo)
        beside = root / f".new.{os.getpid()}"
        leftover.callback(shutil.rmtree, beside, ignore_errors=True)
        write_folder(bundle, beside)
        for name in _tops(bundle, root):
            target = root / name
            if os.path.lexists(target):  # a rename would take its place
                raise FileExistsError(17, f"{name} is there already", str(target))
            (beside / name).rename(target)
            undo.callback(_remove, target)
        for name, data in (over or {}).items():
            put(data, root / name)
        undo.pop_all()


def _tops(bundle: Bundle, root: Path) -> list[str]:
    """The paths that are renamed: of each file the outermost of its folders that is not there yet, or itself.

    Those of `source` come last: its folder is what makes an exercise.
    """
    found = set()
    for name in bundle:
        path = PurePosixPath(name)
        ways = [*reversed(path.parents[:-1]), path]
        found.add(str(next((way for way in ways if not os.path.lexists(root / way)), path)))
    return sorted(found, key=lambda name: (name.startswith("source"), name))


def _make(folder: Path, undo: ExitStack) -> None:
    """Make a folder and those above it."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir()
        undo.callback(path.rmdir)  # empty again: what was put there is gone by then


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()
