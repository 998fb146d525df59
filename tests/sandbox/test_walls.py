"""The walls are believed only where they were run at, and a level that has a gap is refused."""

import os
import struct
import threading
from pathlib import Path
from typing import Any

import pytest

from grader.blame import SandboxLost, StudentRaised
from grader.sandbox import LEVELS, IsolationUnavailable, Zygote, best_level, bubblewrap, examine, launch
from grader.sandbox.inside import seccomp
from grader.sandbox.inside.syscalls import ALLOWED, CONDITIONAL, UNKNOWN, numbers
from grader.sandbox.places import places
from sandbox.conftest import LIMITS, Submit, notebook


def walled(level: Any) -> None:
    if LEVELS.index(best_level()) > LEVELS.index(level):
        pytest.skip(f"this machine has no {level}")


@pytest.mark.parametrize("level", ["jail", "filter"])
def test_every_wall_of_a_level_is_run_at(level: Any) -> None:
    walled(level)
    walls = examine(level)
    assert [wall.name for wall in walls if not wall.holds] == []
    assert len(walls) >= 9


def test_without_walls_the_probe_comes_through() -> None:
    through = [wall.name for wall in examine("none") if not wall.holds]
    assert "no network" in through
    assert "no second process" in through
    assert all(wall.help for wall in examine("none"))


def test_no_jail_without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "found", lambda: None)
    with pytest.raises(IsolationUnavailable, match="bubblewrap is not installed"):
        Zygote("jail")
    (wall,) = examine("jail")
    assert not wall.holds
    assert "apt-get install bubblewrap" in wall.help


def test_the_best_level_is_the_strongest_that_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    walled("filter")
    monkeypatch.setattr(bubblewrap, "found", lambda: None)
    best_level.cache_clear()
    assert best_level() == "filter"
    monkeypatch.setattr("grader.sandbox.zygote.can_fork", lambda: False)
    best_level.cache_clear()
    assert best_level() == "none"
    best_level.cache_clear()


def test_a_level_with_a_gap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    walled("filter")
    configured: Any = launch.configuration
    monkeypatch.setattr(
        launch, "configuration", lambda *args, **options: configured(*args, **{**options, "walls": False})
    )
    with pytest.raises(IsolationUnavailable, match="filter does not hold: no file of the grader's can be read"):
        Zygote("filter")


@pytest.mark.parametrize("broken", ["seccomp.install", "landlock.restrict"])
def test_where_a_wall_cannot_be_raised_nothing_of_the_students_runs(
    monkeypatch: pytest.MonkeyPatch, broken: str, tmp_path: Path
) -> None:
    walled("filter")
    module, name = broken.split(".")
    breaking = f"""
from grader.sandbox.inside import {module}
def broken(*_): raise OSError("no such wall today")
{module}.{name} = broken
main()"""
    monkeypatch.setattr(launch, "_BOOT", launch._BOOT.replace("\nmain()", breaking))
    with pytest.raises(IsolationUnavailable, match="no such wall today"):
        Zygote("filter")
    with Zygote("filter", verify=False) as zygote, pytest.raises(SandboxLost):
        zygote.start(notebook(f"open({str(tmp_path / 'ran')!r}, 'w')"))
    assert not (tmp_path / "ran").exists()


def verdict(program: list[tuple[int, int, int, int]], architecture: int, number: int, *arguments: int) -> int:
    """Run the filter as the kernel would."""
    data = struct.pack("<IIQ6Q", number, architecture, 0, *(*arguments, *(0,) * (6 - len(arguments))))
    at = accumulator = 0
    while True:
        code, true, false, operand = program[at]
        at += 1
        if code == 0x20:
            accumulator = struct.unpack_from("<I", data, operand)[0]
        elif code == 0x54:
            accumulator &= operand
        elif code == 0x15:
            at += true if accumulator == operand else false
        elif code == 0x35:
            at += true if accumulator >= operand else false
        else:
            assert code == 0x06
            return operand


ALLOW, EPERM, ENOSYS, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_lets_through_what_is_listed_and_nothing_else(machine: str) -> None:
    program = seccomp.program(machine, 42)
    own, other = 0xC000003E, 0xC00000B7
    if machine == "aarch64":
        own, other = other, own
    allowed, terms, unknown = (numbers(table, machine) for table in (ALLOWED, CONDITIONAL, UNKNOWN))
    listed = {*allowed.values(), *terms.values(), *unknown.values()}
    assert {verdict(program, own, number) for number in allowed.values()} == {ALLOW}
    assert {verdict(program, own, number) for number in unknown.values()} == {ENOSYS}
    assert {verdict(program, own, number) for number in range(452) if number not in listed} == {EPERM}
    assert verdict(program, own, 9_999) == ENOSYS
    assert {verdict(program, other, number) for number in range(500)} == {KILL}
    if machine == "x86_64":
        assert verdict(program, own, 0x40000000) == verdict(program, own, 0xFFFFFFFF) == KILL
    asked: dict[tuple[Any, ...], int] = {
        ("kill", 42): ALLOW,
        ("kill", 41): EPERM,
        ("kill", 0xFFFFFFFF): EPERM,
        ("kill", 0): EPERM,
        ("tgkill", 42): ALLOW,
        ("tgkill", 1): EPERM,
        ("mprotect", 0, 0, 1): ALLOW,
        ("mprotect", 0, 0, 5): EPERM,
        ("mmap", 0, 0, 3, 0x22): ALLOW,
        ("mmap", 0, 0, 5, 0x02): ALLOW,
        ("mmap", 0, 0, 5, 0x22): EPERM,
        ("mmap", 0, 0, 7, 0x02): EPERM,
        ("openat", 0, 0, 0o0): ALLOW,
        ("openat", 0, 0, 0o1101): ALLOW,
        ("openat", 0, 0, 0o1000): EPERM,
        ("prlimit64", 0): ALLOW,
        ("prlimit64", 7): EPERM,
        ("prctl", 15): ALLOW,
        ("prctl", 22): EPERM,
        ("fcntl", 3, 4): ALLOW,
        ("fcntl", 3, 8): EPERM,
        ("ioctl", 1, 0x5401): ALLOW,
        ("ioctl", 1, 0x5412): EPERM,
    }
    for (name, *arguments), expected in asked.items():
        assert verdict(program, own, terms[name], *arguments) == expected, (name, arguments)


def test_the_process_number_in_the_packed_program_is_a_mark_and_nothing_else() -> None:
    for machine in ("x86_64", "aarch64"):
        packed = seccomp.packed_program(machine)
        assert packed.count(seccomp._PID) == 3  # kill, tgkill, prlimit64
        assert len(packed) // 8 < 4096  # BPF_MAXINSNS


SYMPY = "import sympy\ndef f(): return str(sympy.diff(sympy.Symbol('x') ** 2))"


def test_a_package_that_the_course_does_not_allow_is_named_when_imported(submit: Submit) -> None:
    child = submit("def f():\n    import sympy\ndef g():\n    import numpy.polynomial, statistics, sqlite3")
    with pytest.raises(StudentRaised, match="'sympy' among those that the course allows") as caught:
        child.call("f")
    assert caught.value.builtin_name == "ModuleNotFoundError"
    child.call("g")
    with Zygote("none", packages=("numpy", "sympy")) as zygote, zygote.start(notebook(SYMPY)) as child:
        assert child.call("f").value == "2*x"


def test_the_places_hold_neither_the_grader_nor_another_package() -> None:
    where = places()
    here = Path(__file__).resolve()
    assert all(Path(path).exists() for path in (*where.tops, *where.readable, *where.listed))
    assert not any(here.is_relative_to(path) for path in (*where.tops, *where.readable))
    assert {"numpy", "matplotlib", "PIL"} <= set(where.names)
    assert not {"sympy", "grader", "pytest"} & set(where.names)


def test_a_zygote_outlives_the_thread_that_made_it() -> None:
    for level in LEVELS:
        if LEVELS.index(best_level()) > LEVELS.index(level):
            continue
        made: list[Zygote] = []
        thread = threading.Thread(target=lambda level=level, made=made: made.append(Zygote(level, LIMITS)))
        thread.start()
        thread.join()
        with made[0] as zygote, zygote.start(notebook("def f(): return 1")) as child:
            assert child.call("f").value == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_of_the_grader_starts_a_zygote_of_its_own(zygote: Zygote) -> None:
    with zygote.start(notebook("def f(): return 1")) as child:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                child.close()
                with zygote.start(notebook("def f(): return 2")) as own:
                    status = 0 if own.call("f").value == 2 else 2
                zygote._servers[False].close()
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert child.call("f").value == 1
