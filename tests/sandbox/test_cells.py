import pytest

from grader.blame import StudentDied, StudentRaised, StudentTimeout
from grader.program import Cell, Program
from grader.sandbox import Child, Zygote
from sandbox.conftest import LIMITS, Submit, answers, notebook


def kinds(child: Child) -> list[str]:
    return [type(outcome.error).__name__ if outcome.error else "ok" for outcome in child.outcomes]


def test_a_cell_that_raises_stops_only_itself(submit: Submit) -> None:
    child = submit("x = 1", "y = 2\nraise KeyError('no')\nz = 3", "import sys\nsys.exit(3)", "w = 4")
    assert kinds(child) == ["ok", "StudentRaised", "StudentRaised", "ok"]
    assert [child.kind(name) for name in "xyzw"] == ["value", "value", "missing", "value"]
    error = child.outcomes[1].error
    assert isinstance(error, StudentRaised)
    assert (error.label, error.line, error.source_line) == ("cell 2", 2, "raise KeyError('no')")
    assert error.innermost_name == "<module>"


@pytest.mark.parametrize(
    "stuck",
    [
        "while True: pass",
        "import time\ntime.sleep(60)",
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
        "sum(range(10**12))",
        "9 ** 9 ** 9",
        "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: pass",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    ],
)
def test_a_cell_without_end_stops_only_itself(submit: Submit, stuck: str) -> None:
    child = submit("x = 1", stuck, "y = 2\ndef f(): return x + y")
    assert kinds(child) == ["ok", "StudentTimeout", "ok"]
    assert child.outcomes[1].error == StudentTimeout(LIMITS.cell_seconds, "cell")
    assert answers(child, "f") == 3


@pytest.mark.parametrize("end", ["os._exit(3)", "os.abort()", "os.kill(os.getpid(), 9)", "os.closerange(0, 100)"])
def test_a_cell_that_ends_the_process_stops_only_itself(submit: Submit, end: str) -> None:
    child = submit("x = 1", f"import os\n{end}", "def f(): return x")
    assert kinds(child) == ["ok", "StudentDied", "ok"]
    assert answers(child, "f") == 1


def test_a_program_that_hangs_everywhere_ends_with_its_time(zygote: Zygote) -> None:
    with zygote.start(notebook("def f(): pass", *["sum(range(10**12))"] * 20), seconds=2.5) as child:
        assert kinds(child) == ["ok"] + ["StudentTimeout"] * 20
        assert not child.alive
        with pytest.raises(StudentTimeout):
            child.call("f")


def test_a_cell_that_does_not_parse_says_where(submit: Submit) -> None:
    child = submit("x = 1", "y = 2\ndef f(:\n", "z = 3")
    assert kinds(child) == ["ok", "StudentRaised", "ok"]
    error = child.outcomes[1].error
    assert isinstance(error, StudentRaised)
    assert (error.type_name, error.line, error.source_line) == ("SyntaxError", 2, "def f(:")
    assert error.label == "cell 2"


@pytest.mark.parametrize("source", ["\0", "(" * 500, "-" * 200_000 + "1", "1" * 10_000])
def test_a_cell_that_the_compiler_chokes_on_is_an_outcome(submit: Submit, source: str) -> None:
    assert kinds(submit(source, "y = 1")) in (["StudentRaised", "ok"], ["StudentDied", "ok"])


def test_lines_count_from_the_cells_place_in_the_file(zygote: Zygote) -> None:
    cells = (
        Cell("from __future__ import annotations", "line 3", 3),
        Cell("def f(x: Nothing):\n    return 1 / x", "line 7", 7, flags=0x1000000),
        Cell("x = 1\ny = 1 / 0", "line 20", 20),
    )
    with zygote.start(Program(cells, "regression", "regression.py")) as child:
        with pytest.raises(StudentRaised) as caught:
            child.call("f", (0,))
        assert (caught.value.label, caught.value.line, caught.value.source_line) == ("line 7", 8, "    return 1 / x")
        assert caught.value.innermost_name == "f"
        error = child.outcomes[2].error
        assert isinstance(error, StudentRaised)
        assert (error.line, error.source_line) == (21, "y = 1 / 0")


def test_the_namespace_is_a_module_as_in_jupyter_or_a_file(zygote: Zygote) -> None:
    source = """
import sys, dataclasses, pickle
@dataclasses.dataclass
class A:
    x: "int" = 3
def f(): return __name__, globals().get("__file__"), sys.modules[__name__].f is f, pickle.loads(pickle.dumps(A())).x
"""
    cell = Cell(source, "cell 1")
    with zygote.start(Program((cell,), "__main__")) as child:
        assert answers(child, "f") == ("__main__", None, True, 3)
    with zygote.start(Program((cell,), "regression", "regression.py")) as child:
        assert answers(child, "f") == ("regression", "regression.py", True, 3)


def test_tracebacks_have_source(submit: Submit) -> None:
    child = submit(
        "def g(): return 1 / 0",
        "import traceback\ndef f():\n    try: g()\n    except Exception: return traceback.format_exc()",
    )
    text = answers(child, "f")
    assert isinstance(text, str)
    assert "def g(): return 1 / 0" in text
    assert "<cell 1>" in text


def test_the_innermost_line_of_the_students_own_is_told(submit: Submit) -> None:
    child = submit("""
        import numpy as np
        def inner(A):
            return np.linalg.inv(A)
        def outer(A):
            return inner(A)
        class MyError(ValueError): pass
        def own(): raise MyError("mine")
        def silent():
            class Bad(Exception):
                def __str__(self): raise SystemExit
            raise Bad
        """)
    import numpy as np

    with pytest.raises(StudentRaised) as caught:
        child.call("outer", (np.zeros((2, 2)),))
    error = caught.value
    assert (error.builtin_name, error.innermost_name, error.line) == ("LinAlgError", "inner", 3)
    with pytest.raises(StudentRaised) as caught:
        child.call("own")
    assert (caught.value.type_name, caught.value.builtin_name, caught.value.text) == ("MyError", "ValueError", "mine")
    with pytest.raises(StudentRaised) as caught:
        child.call("silent")
    assert (caught.value.type_name, caught.value.text) == ("Bad", "")


@pytest.mark.parametrize("end", ["sys.exit()", "raise KeyboardInterrupt", "raise BaseException", "exit()"])
def test_a_call_that_asks_python_to_end_has_raised(submit: Submit, end: str) -> None:
    child = submit(f"import sys\ndef f(): {end}\ndef g(): return 1")
    with pytest.raises(StudentRaised):
        child.call("f")
    assert answers(child, "g") == 1


def test_of_grader_only_a_check_that_does_nothing_can_be_imported(submit: Submit) -> None:
    child = submit(
        "from grader import check\ncheck(len)\ncheck.all()\ncheck.all(1, x=2)\nimport grader",
        "import grader.sandbox",
        "from grader import judge",
        """
        import sys
        left = [name for name in sys.modules if name.startswith('grader.')]
        def f(): return left, dir(grader)[-1]
        """,
    )
    assert kinds(child) == ["ok", "StudentRaised", "StudentRaised", "ok"]
    assert answers(child, "f") == ([], "check")


def test_a_warning_never_costs_a_cell(submit: Submit) -> None:
    child = submit(
        "import warnings, numpy as np\nwarnings.warn('x')\ny = np.float64(1) / 0", "def f(): return float(y)"
    )
    assert kinds(child) == ["ok", "ok"]
    assert answers(child, "f") == float("inf")
    assert child.output == ""


def test_data_lies_in_the_working_directory_and_is_gone_afterwards(submit: Submit) -> None:
    child = submit("""
        import os, csv, tempfile, pathlib
        def rows(): return list(csv.reader(open("houses.csv")))
        def mode(): return os.stat("houses.csv").st_mode & 0o777
        def write():
            with tempfile.NamedTemporaryFile("w", delete=False) as file: file.write("x")
            return os.getcwd(), file.name
        """)
    assert answers(child, "rows") == [["price", "area"], ["1", "2"], ["3", "4"]]
    assert answers(child, "mode") == 0o444
    here, written = answers(child, "write")
    assert written.startswith(here)
    other = submit("import os\ndef f(): return os.getcwd(), os.listdir()")
    there, names = answers(other, "f")
    assert there != here
    assert names == ["houses.csv"]


def test_no_data_file_has_a_folder() -> None:
    for name in ("../x", "/x", "a/b", "", ".."):
        with pytest.raises(ValueError, match="working directory"):
            Zygote(files={name: b""})


def test_what_is_printed_is_kept_up_to_a_cap_and_never_blocks(submit: Submit) -> None:
    child = submit(
        """
        import sys
        print('héllo')
        print('err', file=sys.stderr)
        def f():
            for _ in range(100): print('x' * 100_000)
            return 1
        """
    )
    assert child.output == "héllo\nerr\n"
    assert answers(child, "f") == 1
    assert len(child.output) == 64 * 1024 - 1  # two bytes are one é


def test_a_notebook_has_display(submit: Submit) -> None:
    child = submit("display([1], 'a')")
    assert kinds(child) == ["ok"]
    assert child.output == "[1]\n'a'\n"


def test_input_is_empty(submit: Submit) -> None:
    child = submit("input()")
    assert isinstance(child.outcomes[0].error, StudentRaised)
    assert child.outcomes[0].error.type_name == "EOFError"


def test_matplotlib_draws_without_a_window(zygote: Zygote) -> None:
    source = """
import matplotlib.pyplot as plt
plt.plot([1, 2, 3]); plt.title("$x^2$"); plt.show(); plt.savefig("figure.png")
import os
def f(): return plt.get_backend().lower(), os.path.getsize("figure.png") > 1000
"""
    program = Program((Cell(source, "cell 1"),), "__main__", uses_matplotlib=True)
    with Zygote(zygote.isolation, verify=False) as unhurried, unhurried.start(program) as child:
        assert kinds(child) == ["ok"], child.outcomes
        assert answers(child, "f") == ("agg", True)
        assert child.output == ""


def test_the_environment_tells_nothing(submit: Submit, monkeypatch: pytest.MonkeyPatch) -> None:
    child = submit("import os\ndef f(): return sorted(os.environ)")
    names = answers(child, "f")
    assert isinstance(names, list)
    assert all(
        name.endswith("_NUM_THREADS") or name in {"HOME", "LANG", "MPLBACKEND", "PATH", "TEMP", "TMPDIR"}
        for name in names
    )


def test_siblings_do_not_share_the_global_random_state(submit: Submit) -> None:
    source = "import numpy as np, random\ndef f(): return np.random.rand(), random.random()"
    first, second = answers(submit(source), "f"), answers(submit(source), "f")
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_a_dead_cell_is_named_in_the_outcomes(submit: Submit) -> None:
    child = submit("import os; os._exit(3)")
    assert child.outcomes[0].error == StudentDied("ended the whole program")
    assert child.alive
