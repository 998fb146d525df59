"""What a child may read: Python's own files, the shared libraries, the packages that the course allows.

Read off this process's own Python; nothing of the course, of the grader or of another package is among them.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("numpy", "matplotlib")
_FOREIGN = ("site-packages", "dist-packages")  # beside Python's own modules where there is no virtual environment
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")


@dataclass(frozen=True, slots=True)
class Places:
    """Paths, all of which exist."""

    python: str
    tops: tuple[str, ...]
    """To read, with all that is below: Python's own folders (also what is `foreign` there), libraries, packages."""
    readable: tuple[str, ...]
    """The same without what is foreign; together with `listed` the finer description."""
    listed: tuple[str, ...]
    """Folders whose names may be read: an import looks there."""
    foreign: tuple[str, ...]
    """Folders of packages within Python's own, not to be read but for the packages that are allowed."""
    packages: tuple[str, ...]
    """The allowed packages, their requirements and what lies beside them."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Where imports look for the packages."""
        return tuple(dict.fromkeys(str(Path(path).parent) for path in self.packages))

    @property
    def names(self) -> tuple[str, ...]:
        """The names that can be imported."""
        return tuple(dict.fromkeys(Path(path).name.partition(".")[0] for path in self.packages))


@cache
def places(allowed: Sequence[str] = PACKAGES) -> Places:
    """Look around in this process's Python."""
    base = Path(sys.base_prefix)
    compiled = find_spec("_ctypes")
    origin = compiled.origin if compiled and compiled.has_location and compiled.origin else os.__file__
    standard = _real([Path(os.__file__).parent, Path(origin).parent])
    own = [str(path) for top in standard for path in sorted(Path(top).iterdir()) if path.name not in _FOREIGN]
    libraries = _real([*map(Path, _LIBRARIES), *base.glob("lib/*.so*"), *_loaded()])
    packages = _real(path for found in _closure(allowed) for path in _files_of(found))
    return Places(
        python=os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
        tops=(*standard, *libraries, *packages),
        readable=(*own, *libraries, *packages),
        listed=(*standard, *dict.fromkeys(str(Path(path).parent) for path in packages)),
        foreign=_real(Path(top, name) for top in standard for name in _FOREIGN),
        packages=packages,
    )


def _real(paths: Iterable[Path]) -> tuple[str, ...]:
    """Each that exists, once. Links are kept as well as followed: who opens a library names the link."""
    kept: dict[str, None] = {}
    for path in paths:
        if path.exists():
            kept[str(path)] = kept[os.path.realpath(path)] = None
    return tuple(kept)


def _loaded() -> Iterator[Path]:
    """The libraries that Python has loaded from other places than the usual."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text(encoding="utf-8", errors="replace").splitlines() if maps.exists() else []
    paths = dict.fromkeys("/" + line.partition("/")[2] for line in lines if ".so" in line)
    places = (*_LIBRARIES, *map(os.path.realpath, _LIBRARIES), sys.base_prefix, sys.prefix)
    usual = tuple(f"{place}/" for place in places)
    yield from (Path(path) for path in paths if not path.startswith(usual))


def _closure(names: Sequence[str]) -> Iterator[metadata.Distribution]:
    """The distributions and what they require, without extras; those that are not installed are passed over."""
    seen: set[str] = set()
    left = list(names)
    while left:
        name = re.sub(r"[-_.]+", "-", left.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        yield found
        left += [re.split(r"[^\w.-]", text)[0] for text in found.requires or [] if "extra ==" not in text]


def _files_of(found: metadata.Distribution) -> Iterator[Path]:
    """The files and folders of a distribution that lie where packages lie, its own description left out."""
    record = found.read_text("RECORD") or f"{found.name}/"
    tops = {line.partition(",")[0].partition("/")[0] for line in record.splitlines()}
    yield from (
        Path(str(found.locate_file(top)))
        for top in sorted(tops - {"", "..", "__pycache__"})
        if not top.endswith(".dist-info")
    )
