"""What a child finds around it: its own directory, a few descriptors, an output that never blocks, limits.

Made right after the process began and before anything of the student's is looked at.
"""

import contextlib
import io
import os
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, NoReturn

import numpy as np

from grader.sandbox.inside.child import Channel, Child, Gone

try:
    import resource
except ImportError:  # Windows has no limits of this kind
    resource = None  # type: ignore[assignment]

Wall = Callable[[str], None]
"""What keeps a child in its directory, once it is called."""


class Capped(io.RawIOBase):
    """Standard output up to its cap; what is beyond is dropped, so that a flood costs time and nothing else."""

    def __init__(self, descriptor: int, cap: int) -> None:
        super().__init__()
        self.descriptor, self.left = descriptor, cap

    def writable(self) -> bool:
        """Say yes."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self.descriptor

    def write(self, data: Any, /) -> int:
        """Write what is below the cap, and claim all of it; a disk that is full is not the student's fault."""
        size = len(data)
        if self.left > 0:
            try:
                self.left -= os.write(self.descriptor, bytes(data[: self.left]))
            except OSError:
                self.left = 0
        return size


def furnish(directory: str, files: Mapping[str, bytes]) -> None:
    """Put the assignment's data, read-only, into a child's new directory."""
    for name, data in files.items():
        with open(os.path.join(directory, name), "wb") as file:  # noqa: PTH118, PTH123 - every microsecond of a fork
            file.write(data)
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o444)


def prepare() -> None:
    """Do once what is the same in all children: an empty environment, and nothing of ours in reach by name."""
    os.environ.clear()
    os.environ.update(PATH="", LANG="C.UTF-8", MPLBACKEND="Agg", **_ONE_THREAD)
    warnings.simplefilter("ignore")  # a warning never costs a mark
    for name in [name for name in sys.modules if name.split(".")[0] == "grader"]:
        del sys.modules[name]

    def check(*_: object, **__: object) -> None:
        """Do nothing: the points are counted elsewhere."""

    check.all = check  # type: ignore[attr-defined]
    check.__module__ = "grader"
    stand_in = ModuleType("grader")
    stand_in.check = check  # type: ignore[attr-defined]
    sys.modules["grader"] = stand_in
    sys.modules["__main__"] = ModuleType("__main__")
    sys.argv = [""]


_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "BLIS", "VECLIB_MAXIMUM", "NUMEXPR")}


def settle(directory: str, limits: Mapping[str, Any]) -> None:
    """Make this process the student's: directory, output, random state, limits."""
    os.chdir(directory)
    for name in ("HOME", "TMPDIR", "TEMP"):
        os.environ[name] = directory
    tempfile.tempdir = directory
    raw: Any = Capped(1, limits["output_bytes"])
    output: Any = io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        setattr(sys, name, output)
    np.random.seed(int.from_bytes(os.urandom(4), "little"))  # noqa: NPY002 - or siblings would share the global state
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _limit(limits)


def become_child(channel: Channel, directory: str, limits: Mapping[str, Any], wall: Wall | None) -> NoReturn:
    """Be a child from here on, and end as one. The first frame says what went wrong until then: nothing, as a rule."""
    trouble = ""
    try:
        settle(directory, limits)
        if wall is not None:
            wall(directory)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the child ends
        trouble = str(error) or type(error).__name__
    try:
        child = Child(channel)
        child.begin(trouble)
        child.serve()
    except Gone:
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever the student did to us; the grader sees the channel close
        os._exit(70)


def die_with_parent(how: int) -> None:
    """Ask the kernel for a signal when the process that started this one ends."""
    if how and sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - loaded already wherever this runs

        ctypes.CDLL(None).prctl(1, how, 0, 0, 0)  # PR_SET_PDEATHSIG


def _limit(limits: Mapping[str, Any]) -> None:
    """Set what the kernel counts. The grader's own clock is shorter than the CPU limit, which outlives a grader."""
    if resource is None:
        return
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": limits["cpu_seconds"],
        "RLIMIT_FSIZE": limits["file_bytes"],
        "RLIMIT_NOFILE": 64,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_AS": limits["address_bytes"],
    }
    for name, value in wanted.items():
        if value is not None and hasattr(resource, name):
            with contextlib.suppress(ValueError, OSError):  # a lower one that holds already
                resource.setrlimit(getattr(resource, name), (value, value))


def address_space() -> int | None:
    """Bytes of address space in use: the least limit under which one more page fits. None where nothing counts it.

    Tried, not read: inside the jail there is no /proc.
    """
    if resource is None or sys.platform != "linux":
        return None
    import mmap  # noqa: PLC0415 - for the one process that asks

    before = resource.getrlimit(resource.RLIMIT_AS)
    low, high = 0, 1 << 47
    try:
        while high - low > 1 << 16:
            middle = (low + high) // 2
            resource.setrlimit(resource.RLIMIT_AS, (middle, before[1]))
            try:
                mmap.mmap(-1, mmap.PAGESIZE).close()
                high = middle
            except (OSError, MemoryError):
                low = middle
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    return high


def remove(directory: str) -> None:
    """Remove a directory that a stranger filled: of any depth, whatever the permissions, following no link."""
    try:
        shutil.rmtree(directory)
    except FileNotFoundError:
        return
    except (OSError, RecursionError):
        _remove_by_levels(directory)


def _remove_by_levels(directory: str) -> None:
    """Lift every inner directory to the top, one level at a time: no recursion, no long path."""
    lifted = 0
    os.chmod(directory, 0o700)  # noqa: PTH101
    while entries := list(os.scandir(directory)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)  # noqa: PTH108
                continue
            os.chmod(entry.path, 0o700)  # noqa: PTH101
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    os.chmod(inner.path, 0o700)  # noqa: PTH101 - a directory is moved by who may write it
                    lifted += 1
                    os.rename(inner.path, os.path.join(directory, f".lifted-{lifted}"))  # noqa: PTH104, PTH118
                else:
                    os.unlink(inner.path)  # noqa: PTH108
            os.rmdir(entry.path)  # noqa: PTH106
    os.rmdir(directory)  # noqa: PTH106
