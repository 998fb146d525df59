"""Files that belong together, as a value.  In: names and bytes.  Out: a zip or a folder, whole or not at all."""

import io
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from grader.emit.json import put
from grader.exercise import AuthorError

PLAIN, PROGRAM, SECRET = 0o644, 0o755, 0o600


@dataclass(frozen=True, slots=True)
class Entry:
    """One file's bytes, and who may do what with it."""

    data: bytes
    mode: int = PLAIN


Bundle = Mapping[str, Entry]
"""Files by their path within, with `/`."""


def write_zip(bundle: Bundle, path: Path) -> None:
    """Write a zip with these modes, the same bytes for the same files; raises OSError and leaves what was there."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, entry in sorted(bundle.items()):
            info = zipfile.ZipInfo(name)  # of the year 1980: the time of writing is no part of it
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o100000 | entry.mode) << 16
            archive.writestr(info, entry.data)
    put(made.getvalue(), path, mode=SECRET if any(e.mode == SECRET for e in bundle.values()) else PLAIN)


def write_folder(bundle: Bundle, path: Path) -> None:
    """Write a new folder; raises OSError, also where something is in it, and leaves nothing half-made."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FileExistsError(17, "it is there, and not empty", str(path))
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        for name, entry in sorted(bundle.items()):
            file = beside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, entry.mode)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(entry.data)
            file.chmod(entry.mode)
        if path.exists():
            path.rmdir()
        beside.replace(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def template(name: str, **values: str) -> bytes:
    """A template's text, `@NAME@` replaced by each value. Only for values of ours: nothing is escaped."""
    text = resources.files("grader.export").joinpath("templates", *name.split("/")).read_text("utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text.encode()


def folder(path: Path, under: str) -> dict[str, Entry]:
    """The files of a folder and of those in it, but for what Python and editors leave there."""
    found = sorted(file for file in path.rglob("*") if file.is_file())
    kept = (file for file in found if not any(_leftover(part) for part in file.relative_to(path).parts))
    try:
        return {f"{under}{file.relative_to(path).as_posix()}": Entry(file.read_bytes()) for file in kept}
    except OSError as error:
        raise AuthorError(f"{error.filename} cannot be read: {error.strerror}.") from None


def _leftover(name: str) -> bool:
    return name == "__pycache__" or name.startswith(".")
