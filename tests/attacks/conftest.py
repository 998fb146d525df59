"""A host with things to lose, an honest neighbour, and a stranger's program beside them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from grader.blame import StudentError
from grader.program import Cell, Program
from grader.sandbox import LEVELS, Child, IsolationUnavailable, Limits, Value, Zygote

LIMITS = Limits(
    call_seconds=0.3,
    cell_seconds=0.3,
    submission_seconds=6,
    memory_mb=256,
    file_mb=2,
    disk_mb=8,
    files=200,
    yields=1000,
    calls=500,
)
SECRET = "the seed is 0123456789abcdef"

PRELUDE = """
import builtins, ctypes, errno, gc, mmap, os, signal, socket, struct, sys, threading, time
import numpy as np
libc = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"
def ask(x86, arm, *arguments):
    result = libc.syscall(ctypes.c_long(x86 if X86 else arm), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result
"""


@dataclass(frozen=True)
class Host:
    """What the grader's machine has, and a way to see that it is all there still."""

    secret: Path
    folder: Path
    bystander: "subprocess.Popen[bytes]"
    tcp: socket.socket
    udp: socket.socket
    abstract: socket.socket
    before: tuple[object, ...]

    def arguments(self) -> dict[str, Value]:
        """What a well-informed attacker knows."""
        return {
            "secret": str(self.secret),
            "folder": str(self.folder),
            "pid": self.bystander.pid,
            "grader": os.getpid(),
            "tcp": self.tcp.getsockname()[1],
            "udp": self.udp.getsockname()[1],
            "abstract": self.abstract.getsockname().decode()[1:],
        }

    def check(self) -> None:
        """Nothing was touched."""
        assert self.secret.read_text() == SECRET
        assert self.secret.stat().st_mode & 0o777 == 0o666
        assert self.secret.stat().st_mtime == 1_000_000_000
        assert [path.name for path in self.folder.iterdir()] == ["secret"]
        assert self.bystander.poll() is None
        for listening in (self.tcp, self.udp, self.abstract):
            with pytest.raises(BlockingIOError):
                listening.recv(1) if listening is self.udp else listening.accept()
        patience = time.monotonic() + 5  # what other programs share for a moment is not what an attack leaves behind
        while shared() != self.before and time.monotonic() < patience:
            time.sleep(0.05)
        assert shared() == self.before


def shared() -> tuple[object, ...]:
    """What processes can leave behind: POSIX and System V shared memory, semaphores, queues."""
    tables = [Path("/proc/sysvipc", name).read_text().splitlines()[1:] for name in ("shm", "sem", "msg")]
    return sorted(Path("/dev/shm").iterdir()), tables


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("host")
    for path in (folder, *folder.parents):
        if path.is_relative_to("/tmp/pytest-of-" + os.environ.get("USER", "root")):
            path.chmod(0o777)  # its mode must not be what protects it
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o666)
    os.utime(secret, (1_000_000_000, 1_000_000_000))
    os.environ["COURSE_SEED"] = SECRET
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        udp.bind(("127.0.0.1", 0))
        abstract.bind(f"\0grader-attack-{os.getpid()}")
        abstract.listen()
        for listening in (tcp, udp, abstract):
            listening.setblocking(False)
        yield Host(secret, folder, bystander, tcp, udp, abstract, shared())
    bystander.kill()
    bystander.wait()
    del os.environ["COURSE_SEED"]


@pytest.fixture(scope="session", params=LEVELS)
def zygote(request: pytest.FixtureRequest, host: Host) -> Iterator[Zygote]:
    """One at every level that the machine has; started with the secret in the grader's environment."""
    try:
        made = Zygote(request.param, LIMITS, {"data.csv": b"1,2\n"})
    except IsolationUnavailable as error:
        pytest.skip(str(error))
    with made:
        yield made


@pytest.fixture
def walled(zygote: Zygote) -> Zygote:
    """The zygote, where it has walls."""
    return zygote


@pytest.fixture
def jailed(zygote: Zygote) -> Zygote:
    """The zygote, in the jail."""
    return zygote


MEANT = {"walled": ("jail", "filter"), "jailed": ("jail",)}
"""The levels at which there is something to run at."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what has no meaning at a level: an attack on a wall where none is claimed."""
    items[:] = [item for item in items if _meant(item)]


def _meant(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return True
    level = item.callspec.params.get("zygote")
    return level is None or all(level in MEANT[name] for name in MEANT if name in item.fixturenames)


HONEST = "import numpy as np\ndef predict(X, w): return X @ w\ndef data(): return open('data.csv').read()"


@pytest.fixture
def neighbour(zygote: Zygote) -> Iterator[Child]:
    with zygote.start(Program((Cell(HONEST, "cell 1"),), "__main__")) as child:
        yield child
        assert child.call("data").value == "1,2\n"
        assert repr(child.call("predict", (np.array([[1.0, 2.0]]), np.array([3.0, 4.0]))).value) == "array([11.])"


Attack = Callable[..., Value]


@pytest.fixture
def attack(zygote: Zygote, host: Host, neighbour: Child) -> Iterator[Attack]:
    """Run a hostile program's `attack(host)` and give its answer, or None where it was the end of it.

    Beside it runs the honest neighbour; afterwards the host is as it was, and a new submission is served.
    """

    def run(source: str, *more: str) -> Value:
        sources = (PRELUDE, source, *more)
        cells = tuple(Cell(dedent(text).lstrip("\n"), f"cell {n}") for n, text in enumerate(sources, 1))
        with zygote.start(Program(cells, "__main__")) as child:
            try:
                answer = child.call("attack", (host.arguments(),)).value
            except StudentError:
                answer = None
            assert SECRET not in child.output
            assert SECRET not in repr(answer)
            return answer

    yield run
    host.check()
    with zygote.start(Program((Cell(HONEST, "cell 1"),), "__main__")) as child:
        assert child.call("data").value == "1,2\n"
