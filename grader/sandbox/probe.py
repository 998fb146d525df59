"""Is there a wall? Found out by running at it: a submission of ours that tries what none may do.

In: something that starts submissions. Out: one `Wall` for each attempt, and whether it held. Believes no configuration.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from grader.blame import StudentError, StudentRaised
from grader.program import Cell, Program
from grader.sandbox.child import Child

_ATTEMPTS = """
import ctypes, mmap, os, socket

libc = ctypes.CDLL(None, use_errno=True)

def asked(number, *arguments):
    answer = libc.syscall(number, *arguments)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return answer

def read(path, port, pid):
    open(path).read()

def write(path, port, pid):
    open(path + ".new", "w").close()

def see(path, port, pid):
    os.stat(path)

def connect(path, port, pid):
    socket.create_connection(("127.0.0.1", port), 1)

def fork(path, port, pid):
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)

def execute(path, port, pid):
    for program in ("/bin/true", "/usr/bin/true"):
        if os.path.exists(program):
            os.execv(program, [program])
    raise FileNotFoundError

def signal(path, port, pid):
    os.kill(pid, 0)

def share(path, port, pid):
    get, control = {"x86_64": (29, 31), "aarch64": (194, 195)}[os.uname().machine]
    asked(control, asked(get, 0, 4096, 0o1600), 0, 0)  # shmget, and shmctl removes it: it would outlive us

def rise(path, port, pid):
    os.setuid(0)

def reign(path, port, pid):
    if os.geteuid() != 0:
        raise PermissionError("not root")

def grow(path, port, pid):
    mmap.mmap(-1, 1 << 45)
"""

_LANDLOCK = "a Linux kernel from 5.13 on that starts with Landlock (its name in /sys/kernel/security/lsm)"
_SECCOMP = "Linux on x86_64 or aarch64 with seccomp filters"
_LIMITS = "Linux, where the address space of a process has a limit"
_NAMESPACES = "bubblewrap with namespaces"


@dataclass(frozen=True, slots=True)
class Wall:
    """One thing that a submission must not be able to do."""

    name: str
    holds: bool
    help: str
    """What would make it hold."""


_WALLS = {
    "read": ("no file of the grader's can be read", _LANDLOCK),
    "write": ("no file outside can be written", _LANDLOCK),
    "connect": ("no network", _SECCOMP),
    "fork": ("no second process", _SECCOMP),
    "execute": ("no other program", _SECCOMP),
    "signal": ("no signal to another process", _SECCOMP),
    "share": ("no shared memory", _SECCOMP),
    "rise": ("no privileges", _SECCOMP),
    "grow": ("no more memory than is granted", _LIMITS),
}
_OF_THE_JAIL = {
    "see": ("no name of a file outside", _NAMESPACES),
    "reign": ("nobody is root inside", _NAMESPACES),
}


class Starts(Protocol):
    """What a `Zygote` does here."""

    @property
    def isolation(self) -> str:
        """The level that is tried."""

    def start(self, program: Program, /) -> Child:
        """Start a submission."""


def walls(zygote: Starts) -> tuple[Wall, ...]:
    """Run at every wall that the zygote's level has.

    Raises:
        SandboxLost: no child could be started at all.

    """
    tried = {**_WALLS, **(_OF_THE_JAIL if zygote.isolation == "jail" else {})}
    program = Program((Cell(_ATTEMPTS, "cell 1"),), "__main__")
    found = []
    with _canaries() as arguments:
        child = zygote.start(program)
        for attempt, (name, help_) in tried.items():
            if not child.alive:
                child.close()
                child = zygote.start(program)
            found.append(Wall(name, _held(child, attempt, arguments), help_))
        child.close()
    return tuple(found)


@contextmanager
def _canaries() -> Iterator[tuple[str, int, int]]:
    """A file that this process can read, a port that listens, a process that lives: this one."""
    with tempfile.NamedTemporaryFile(prefix="grader-canary-") as file, socket.socket() as listening:
        os.chmod(file.name, 0o644)  # noqa: PTH101 - its mode must not be what protects it
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        try:
            yield file.name, listening.getsockname()[1], os.getpid()
        finally:
            if os.path.exists(file.name + ".new"):  # noqa: PTH110
                os.unlink(file.name + ".new")  # noqa: PTH108


def _held(child: Child, attempt: str, arguments: tuple[str, int, int]) -> bool:
    """A wall holds where the attempt was refused; not where it came through, nor where it took the process along."""
    try:
        child.call(attempt, arguments)
    except StudentRaised as error:
        return error.builtin_name in {"PermissionError", "FileNotFoundError", "ProcessLookupError", "OSError"}
    except StudentError:
        return False
    return False
