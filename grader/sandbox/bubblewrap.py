"""The outer wall: bubblewrap's namespaces around the zygote. The one module that knows the program `bwrap`.

Inside there are no network, no other processes, no /proc, and of the files only Python's, the packages' and a private
tmpfs that ends with the zygote.
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from grader.sandbox.launch import OURS
from grader.sandbox.limits import MB
from grader.sandbox.places import Places

_OWN = "/sandbox"  # the jail's tmpfs, where nobody keeps a Python; some do below /tmp
BASE = f"{_OWN}/jobs"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_SHARED_MB = 512
"""Of the tmpfs: some children that each write all they may, `Limits.disk_mb`."""


def found() -> str | None:
    """Find the program: the distribution's, or the one that a Python package brought along."""
    beside = Path(sys.executable).parent / "bwrap"
    return shutil.which("bwrap") or (str(beside) if beside.exists() else None)


@cache
def _options(program: str) -> str:
    """Ask which options this version has."""
    run = subprocess.run([program, "--help"], capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    return run.stdout + run.stderr


def around(command: list[str], where: Places, *, die_with_parent: bool) -> list[str]:
    """Put the jail around a command; `die_with_parent`: with the thread that starts it, as the kernel means it.

    Raises:
        FileNotFoundError: there is no bubblewrap.

    """
    program = found()
    if program is None:
        raise FileNotFoundError("bubblewrap is not installed")
    known = _options(program)
    size = ["--size", str(_SHARED_MB * MB)] if "--size" in known else []
    return [
        program,
        *_namespaces(known),
        *(["--die-with-parent"] if die_with_parent else []),
        *("--new-session", "--hostname", "sandbox"),
        *_files(where),
        *("--perms", "1777"),
        *size,
        *("--tmpfs", _OWN),
        *("--chdir", "/", "--"),
        *command,
    ]


def _namespaces(known: str) -> list[str]:
    """A user namespace of its own; root needs none, and becomes nobody inside, which takes two capabilities."""
    if os.geteuid() == 0:
        spaces = ["pid", "net", "ipc", "uts", "cgroup-try"]
        return [*(f"--unshare-{space}" for space in spaces), *("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")]
    return ["--unshare-all", *(["--unshare-user", "--disable-userns"] if "--disable-userns" in known else [])]


def _files(where: Places) -> list[str]:
    """Show the tops, hide what is foreign in them, show the packages again.

    The folders on the way are made first, for nobody to pass: Python may lie in a home that is closed outside.
    """
    options: list[str] = []
    own = (where.python, str(OURS))
    outer = [path for path in where.tops if path not in where.packages]
    ways = {str(way) for path in (*outer, *own, *where.packages) for way in Path(path).parents}
    for way in sorted(ways - {"/"} - {*where.tops}):
        options += ["--perms", "0755", "--dir", way]
    for path in [*outer, *own]:
        options += ["--ro-bind", path, path]
    for path in where.foreign:
        options += ["--tmpfs", path]
    for path in where.packages:
        options += ["--ro-bind", path, path]
    for path in _DEVICES:
        options += ["--dev-bind", path, path]
    return options
