"""What a submission sends is data: nothing that it changes or claims decides anything; at every level."""

import numpy as np
import pytest

from attacks.conftest import PRELUDE, SECRET, Attack
from grader.blame import StudentDied, StudentError, StudentRaised
from grader.program import Cell, Program
from grader.sandbox import Opaque, Zygote

FORGED = {
    "an object equal to everything": (
        "class E:\n    __eq__ = __ge__ = __le__ = lambda *_: True\n    __hash__ = None\n    __array_priority__ = 1e9",
        "E()",
        Opaque("E"),
    ),
    "an object of a lying class": (
        "class E:\n    __class__ = np.ndarray\n    dtype = np.dtype('f8'); shape = (1,); ndim = 1",
        "E()",
        Opaque("E"),
    ),
    "an array of such objects": (
        "class E:\n    __eq__ = lambda *_: True\n    __hash__ = None",
        "np.array([E()])",
        Opaque("array of dtype object"),
    ),
    "an array that answers for NumPy": (
        """
        class A(np.ndarray):
            __array_function__ = __array_ufunc__ = __eq__ = lambda *a, **k: True
            dtype = np.dtype("f8")
            shape = property(lambda s: (9,))
            tobytes = lambda s: b""
            __array__ = lambda *a, **k: np.ones(7)
        """,
        "np.zeros(2).view(A)",
        np.zeros(2),
    ),
    "a float that lies": (
        """
        class F(float):
            __eq__ = lambda *_: True
            __float__ = lambda s: 7.0
            __sub__ = __rsub__ = lambda *_: 0.0
        """,
        "F(1.0)",
        1.0,
    ),
    "an int that lies": ("class I(int):\n    __index__ = __int__ = lambda s: 7", "I(1)", 1),
    "a text that lies": (
        "class S(str):\n    __str__ = lambda s: 'passed'\n    encode = lambda *a: b'x'",
        "S('a')",
        "a",
    ),
    "a tuple that lies": (
        "class T(tuple):\n    __iter__ = lambda s: iter((7,))\n    __len__ = __getitem__ = lambda *_: 1",
        "T((1, 2))",
        (1, 2),
    ),
    "a dict that lies": (
        "class D(dict):\n    items = lambda s: [('x', 7)]\n    __iter__ = lambda s: iter('x')",
        "D(a=1)",
        {"a": 1},
    ),
    "an array with fields": ("", "np.zeros(2, [('a', 'f8')])", Opaque("array of dtype [('a', '<f8')]")),
    "a dtype with notes": ("", "np.zeros(2, np.dtype('f8', metadata={'passed': True}))", np.zeros(2)),
    "an array that changes": (
        "class A:\n    n = 0\n    def __array__(self, *a, **k): A.n += 1; return np.full(2, A.n)",
        "(A(), A.n)",
        (np.full(2, 1), 0),
    ),
    "a metaclass that lies": (
        """
        class M(type):
            __mro__ = (float,)
            __name__ = property(lambda s: "ndarray")
            mro = lambda s: [s, object]
        class A(metaclass=M): pass
        """,
        "A()",
        Opaque("A"),
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_answer_crosses_as_what_it_is(attack: Attack, name: str) -> None:
    definition, expression, expected = FORGED[name]
    got = attack(definition, f"def attack(host): return {expression}")
    assert repr(got) == repr(expected)
    assert type(got) is type(expected)


PATCHED = {
    "NumPy's comparisons": "np.allclose = np.array_equal = np.isclose = np.all = lambda *a, **k: True",
    "NumPy's arrays": "np.asarray = np.array = np.ndarray = np.ones",
    "NumPy's testing": "np.testing.assert_allclose = lambda *a, **k: None",
    "NumPy itself": "sys.modules['numpy'] = sys.modules['os']",
    "the built-ins": "for n in ('len', 'isinstance', 'type', 'sum', 'str', 'repr', 'open', 'hasattr', 'all'):\n"
    "    setattr(builtins, n, lambda *a, **k: True)",
    "exceptions": "builtins.Exception = builtins.BaseException = builtins.OSError = KeyboardInterrupt",
    "struct and json": "struct.pack = struct.unpack = struct.Struct = None; import json; json.loads = None",
    "os": "os.read = os.write = os._exit = lambda *a: b''",
    "imports": "builtins.__import__ = None; sys.meta_path.clear(); sys.path.clear(); sys.modules.clear()",
    "the import of check": "sys.modules['grader'] = sys; sys.grader = sys",
    "tracing": "sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)",
    "the collector": "gc.disable(); gc.set_threshold(1, 1, 1); gc.callbacks.append(lambda *a: None)",
    "output": "sys.stdout = sys.stderr = None",
    "warnings": "import warnings; warnings.simplefilter('error'); np.seterr(all='raise')",
    "exits": "import atexit; atexit.register(os._exit, 0)",
    "hooks": "sys.excepthook = sys.unraisablehook = sys.displayhook = None; sys.breakpointhook = None",
    "audits": "sys.addaudithook(lambda *a: None)",
}


@pytest.mark.parametrize("name", PATCHED)
def test_what_it_patches_is_its_own_only(attack: Attack, name: str) -> None:
    got = attack(PATCHED[name], "def attack(host): return [1.5, (2,)]")
    assert got in ([1.5, (2,)], None)
    assert np.allclose([1.0], [2.0]) is False
    assert np.array_equal([1.0], [1.0]) is True


WALK = """
def ours():
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back
def objects():
    return [o for o in gc.get_objects()]
"""

SEARCHES = {
    "frames": "[repr(f.f_locals) + repr(f.f_globals) for f in ours()]",
    "everything that is collected": "[repr(o) for o in objects() if type(o) in (str, bytes, dict, list, tuple)]",
    "modules": "[repr(vars(m)) for m in list(sys.modules.values()) if hasattr(m, '__dict__')]",
    "the environment": "[repr(dict(os.environ)), repr(os.environb), repr(sys.argv), repr(sys.orig_argv)]",
    "functions": "[repr(o.__code__.co_consts) + repr(o.__closure__) for o in objects() if hasattr(o, '__code__')]",
}


@pytest.mark.parametrize("where", SEARCHES)
def test_the_child_holds_nothing_worth_stealing(attack: Attack, where: str) -> None:
    words = [SECRET, "COURSE_SEED", "Mistake(", "gradebook.db", "recorded.json"]
    got = attack(
        WALK,
        f"""
        def attack(host):
            texts = {SEARCHES[where]}
            words = ["".join(reversed(word)) for word in {[word[::-1] for word in words]}]  # or it would find these
            return [word for word in words if any(word in text for text in texts)]
        """,
    )
    assert got in ([], None)


def run(zygote: Zygote, source: str) -> StudentError | object:
    with zygote.start(Program((Cell(PRELUDE, "cell 1"), Cell(source, "cell 2")), "__main__")) as child:
        try:
            return child.call("attack", ({},)).value
        except StudentError as error:
            return error


def test_a_forged_traceback_names_no_line_that_is_not_there(zygote: Zygote) -> None:
    for line in (0, -5, 3, 10**9, 1 << 31):
        source = "def attack(host): exec(compile('\\n' * 2 + '1 / 0', '<cell 2>', 'exec'))"
        forged = f"code = compile('1 / 0', '<cell 2>', 'exec').replace(co_firstlineno={line} % (1 << 31))\n"
        error = run(zygote, forged + "def attack(host): exec(code)" if line != 3 else source)
        assert isinstance(error, StudentRaised)
        assert error.line is None or 1 <= error.line <= 2


def test_names_and_texts_of_a_stranger_are_bounded_and_printable(zygote: Zygote) -> None:
    error = run(
        zygote, "E = type('A\\n\\x1b[2J' + 'x' * 999, (Exception,), {})\ndef attack(host): raise E('y' * 10**6)"
    )
    assert isinstance(error, StudentRaised)
    assert error.type_name.isprintable()
    assert len(error.type_name) <= 80
    assert len(error.text) <= 500
    assert error.builtin_name == "Exception"


def test_an_exception_cannot_pass_as_another(zygote: Zygote) -> None:
    for source in (
        "E = type('E', (Exception,), {'__module__': 'builtins', '__name__': 'SandboxLost'})",
        "E = type('SandboxLost', (Exception,), {'__module__': 'grader.blame'})",
        "class E(Exception):\n    __traceback__ = property(lambda s: 1 / 0)",
        "class E(Exception):\n    __class__ = SystemExit",
        "class M(type):\n    __mro__ = ()\nclass E(Exception, metaclass=M): __module__ = 3",
    ):
        error = run(zygote, f"{source}\ndef attack(host): raise E()")
        assert isinstance(error, StudentRaised | StudentDied)
        if isinstance(error, StudentRaised):
            assert error.builtin_name == "Exception"


def test_nothing_passes_from_one_submission_to_the_next(attack: Attack) -> None:
    assert attack(
        """
        np.left = sys.left = builtins.left = os.left = "state"
        open("left", "w").write("state")
        import grader; grader.left = "state"
        def attack(host): return True
        """
    )
    left = attack("""
        import grader
        def attack(host): return [hasattr(o, "left") for o in (np, sys, builtins, os, grader)] + os.listdir()
        """)
    assert left == [False] * 5 + ["data.csv"]


def test_answers_sent_ahead_are_answers_all_the_same(zygote: Zygote) -> None:
    """Ten answers for one call: they are data for the next calls, no better than what those would have said."""
    source = """
def attack(host):
    frame = sys._getframe()
    while "self" not in frame.f_locals or not hasattr(frame.f_locals["self"], "channel"): frame = frame.f_back
    channel = frame.f_locals["self"].channel
    body = b"\\x07\\x03\\0\\0\\0\\x06\\x06\\0\\0\\0answer\\x01\\0"
    for _ in range(10): channel.send(struct.pack("<I", len(body)) + body)
    return False
"""
    with zygote.start(Program((Cell(PRELUDE, "cell 1"), Cell(source, "cell 2")), "__main__")) as child:
        for _ in range(5):
            try:
                assert child.call("attack", ({},)).value in (True, False)
            except StudentError:
                break
