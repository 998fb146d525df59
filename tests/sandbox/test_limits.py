import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from grader.blame import SandboxLost, StudentDied, StudentError, StudentRaised, StudentTimeout
from grader.sandbox import Limits, Zygote
from grader.sandbox.jobs import ended_with
from grader.sandbox.server import can_fork
from sandbox.conftest import FILES, LIMITS, Submit, notebook

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system has no fork to bound")


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "while True:\n                try: time.sleep(9)\n                except BaseException: pass",
        "return sum(range(10**12))",
        "return np.linalg.svd(np.random.default_rng(0).random((1500, 1500)))",  # seconds in one call of C
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 60)); time.sleep(60)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "return forever()",
    ],
)
def test_a_call_without_end_costs_the_child_and_its_time_only(submit: Submit, body: str) -> None:
    child = submit(f"""
        import time, signal, os, itertools, numpy as np
        def forever():
            while True: pass
            yield
        def f():
            {body}
        """)
    began = time.monotonic()
    with pytest.raises(StudentTimeout) as caught:
        child.call("f", drain=True)
    assert caught.value == StudentTimeout(LIMITS.call_seconds, "call")
    assert time.monotonic() - began < 10  # it ends; a busy machine may take its time
    assert not child.alive
    with pytest.raises(StudentTimeout):
        child.call("f")


def test_a_batch_ends_at_the_call_that_hangs(submit: Submit) -> None:
    child = submit("def f(x):\n    while x: pass\n    return x")
    results = child.many("f", [(0,), (0,), (1,), (0,)])
    assert [type(result).__name__ for result in results] == ["Answer", "Answer", "StudentTimeout", "StudentTimeout"]
    assert not child.alive


def test_memory_has_a_bound(submit: Submit) -> None:
    child = submit(
        "import numpy as np\ndef f(): return len(np.ones(10**9)) and 1\ndef g(): return np.ones(10**6).sum()"
    )
    with pytest.raises(StudentRaised) as caught:
        child.call("f")
    assert caught.value.builtin_name == "MemoryError"
    assert child.call("g").value == np.array(1e6)
    with pytest.raises(StudentError):
        submit("def f():\n    x = [0]\n    while True: x += x").call("f")


def test_a_crash_is_told(submit: Submit) -> None:
    child = submit("import ctypes\ndef f(): ctypes.string_at(0)")
    with pytest.raises(StudentDied, match=r"crashed \(SIGSEGV\)"):
        child.call("f")


def test_how_a_process_ended_spells_out_nothing() -> None:
    assert len({str(ended_with(code, LIMITS)) for code in range(256)}) == 1
    signals = set(range(1, 65)) - {signal.SIGKILL, signal.SIGXCPU, signal.SIGSEGV}
    assert {str(ended_with(-number, LIMITS)) for number in signals} == {"crashed"}


def test_a_file_has_a_bound(submit: Submit) -> None:
    child = submit("def f():\n    with open('x', 'wb') as file: file.write(bytes(3 << 20))")
    with pytest.raises(StudentRaised) as caught:
        child.call("f")
    assert caught.value.builtin_name == "OSError"


def test_all_files_together_have_a_bound() -> None:
    source = "import time\ndef f():\n    for i in range(60): open(f'{i}', 'w')\n    time.sleep(8)"
    with (
        Zygote("none", Limits(call_seconds=8, disk_mb=4, files=50)) as zygote,
        zygote.start(notebook(source)) as child,
        pytest.raises(StudentDied, match="wrote more than 4 MB or 50 files"),
    ):
        child.call("f")


def test_a_deep_directory_is_removed(tmp_path: Path) -> None:
    from grader.sandbox.inside.room import remove

    top = tmp_path / "top"
    top.mkdir()
    here = os.open(top, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=inner))
        os.symlink("/", "link", dir_fd=inner)
        os.close(here)
        here = inner
    os.close(here)
    remove(str(top))
    assert not top.exists()


FORGERIES = {
    "garbage": "b'garbage' * 100",
    "an endless frame": "b'\\xff\\xff\\xff\\xff'",
    "an empty frame": "b'\\0\\0\\0\\0'",
    "half a frame": "b'\\x05\\0'",
    "a bare value": "b'\\1\\0\\0\\0\\0'",
    "a flood": "b'\\1\\0\\0\\0\\0' * 100_000",
    "an unknown reply": "frame('passed', 1, 1)",
    "no fault": "frame('raised', (1, 2), None)",
    "a handle": "frame('answer', Handle(5), None)",
    "a token": "frame('answer', Token(5), None)",
    "a function": "frame('answer', Function(0, 'f'), None)",
    "an rng": "frame('answer', Rng(5, (), 0), None)",
    "echo unasked": "frame('answer', 1, (1,))",
    "call back to none of ours": "frame('callback', 5, (), {})",
    "call back with text for a number": "frame('callback', 'x', (), {})",
    "call back with a flood": "frame('callback', 0, (bytes(9),), {})",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_nonsense_on_the_channel_is_the_students_end(submit: Submit, name: str) -> None:
    child = submit(f"""
        import os, sys, time
        up = sys._getframe()
        while "Writer" not in up.f_globals: up = up.f_back
        ours = up.f_globals
        values = dict(ours, **ours["Writer"].put.__globals__)
        Handle, Token, Function, Rng, Writer = (values[n] for n in ("Handle", "Token", "Function", "Rng", "Writer"))
        def frame(*message):
            writer = Writer(1 << 20, lambda value: 0)
            writer.put(message)
            return writer.frame()
        def f():
            data = {FORGERIES[name]}
            for descriptor in (3, 4):
                try: os.write(descriptor, data)
                except OSError: pass
            time.sleep(5)
        """)
    assert child.outcomes[0].error is None, child.outcomes
    with pytest.raises(StudentError) as caught:
        child.call("f")
    assert isinstance(caught.value, StudentDied if name != "half a frame" else StudentTimeout)
    assert not child.alive


def test_a_forged_answer_is_worth_no_more_than_a_wrong_one(submit: Submit) -> None:
    child = submit(
        "import os\ndef f():\n    os.write(4, b'\\x11\\0\\0\\0' + b'x' * 17)\n    return 1\ndef g(): return 2"
    )
    with pytest.raises(StudentDied, match="not an answer"):
        child.call("f")


def test_a_lost_zygote_is_started_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with Zygote("none", LIMITS) as zygote:
        child = zygote.start(notebook("def f():\n    import time; time.sleep(0.3)"))
        server = zygote._servers[False]
        os.kill(server._process.pid, signal.SIGKILL)
        with pytest.raises(SandboxLost):
            child.call("f")
        with zygote.start(notebook("def f(): return 1")) as again:
            assert again.call("f").value == 1
        child.close()


def test_a_sandbox_that_cannot_start_is_the_machines_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    from grader.sandbox import launch

    monkeypatch.setattr(launch, "command", lambda _: [sys.executable, "-c", "raise SystemExit('no numpy here')"])
    with Zygote("none", LIMITS) as zygote, pytest.raises(SandboxLost, match="no numpy here"):
        zygote.start(notebook("x = 1"))
    monkeypatch.setattr(launch, "command", lambda _: ["/does/not/exist"])
    with Zygote("none", LIMITS) as zygote, pytest.raises(SandboxLost, match="did not start"):
        zygote.start(notebook("x = 1"))


def descendants(pid: int) -> set[int]:
    found = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found |= {int(child)} | descendants(int(child))
    return found


def test_nothing_outlives_a_grader_that_is_killed(zygote: Zygote) -> None:
    level = zygote.isolation
    source = "import time\ndef f(): time.sleep(60)"
    script = textwrap.dedent(f"""
        import tempfile
        from grader.program import *
        from grader.sandbox import *
        zygote = Zygote({level!r})
        child = zygote.start(Program((Cell({source!r}, "cell 1"),), "__main__"))
        print(zygote._servers[False]._root or "", flush=True)
        child.call("f", seconds=50)
        """)
    command = [sys.executable, "-c", script]
    grader = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert grader.stdout is not None
    root = grader.stdout.readline().strip()
    grader.stdout.close()
    time.sleep(0.2)
    processes = descendants(grader.pid)
    assert len(processes) >= 2
    grader.kill()
    grader.wait()
    for _ in range(50):
        left = [str(pid) for pid in processes if Path(f"/proc/{pid}").exists()]
        if root and Path(root).exists():  # Landlock lets the zygote empty its folder, not remove it
            left += [root] if level == "none" else map(str, Path(root).iterdir())
        if not left:
            return
        time.sleep(0.1)
    raise AssertionError(left)


def test_closing_leaves_no_process_and_no_file() -> None:
    zygote = Zygote("none", LIMITS, FILES)
    zygote.start(notebook("open('x', 'w').write('y')"))
    server = zygote._servers[False]
    processes = descendants(os.getpid())
    zygote.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in processes & descendants(server._process.pid))
    assert server._process.returncode == 0
    assert server._root is not None
    assert not Path(server._root).exists()


def test_a_child_inherits_no_descriptor_but_its_own(submit: Submit) -> None:
    child = submit("""
        import os
        def opened(descriptor):
            try: return bool(os.fstat(descriptor))
            except OSError: return False
        def f(): return [descriptor for descriptor in range(64) if opened(descriptor)]
        """)
    assert child.call("f").value == [0, 1, 2, 3, 4]


def test_what_a_child_left_running_is_ended_where_it_could_fork() -> None:
    source = """
        import os, time
        def f():
            pid = os.fork()
            if pid: return pid
            os.setsid()
            if os.fork() == 0: time.sleep(60)
            time.sleep(60)
        """
    with Zygote("none", LIMITS, FILES) as zygote:
        child = zygote.start(notebook(source))
        pid = child.call("f").value
        child.close()
        for _ in range(50):
            if not Path(f"/proc/{pid}").exists():
                return
            time.sleep(0.05)
    raise AssertionError("it goes on")


def test_children_of_one_zygote_do_not_disturb_each_other(submit: Submit) -> None:
    honest = submit("def f(x): return x + 1")
    for _ in range(3):
        hostile = submit("def f():\n    while True: pass")
        with pytest.raises(StudentTimeout):
            hostile.call("f", seconds=0.1)
        assert honest.call("f", (1,)).value == 2
