"""A class of cheats: none has a point that it did not work for, none learns a number, the honest have all of theirs.

One run of the whole grader at each level, two workers beside each other; every cheat is one submission of it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
import pytest
import tiny_course

from attacks.conftest import PRELUDE, SECRET, Host
from grader import recorded, run
from grader.agreement import leaves
from grader.course import exercise, open_course
from grader.emit import json as emitter
from grader.exercise import Exercise
from grader.run import Marking
from grader.sandbox import LEVELS, IsolationUnavailable, Level, Limits, Zygote
from grader.submission import ReleasedNotebook, Submission
from grader.workers import Batch, grade

LIMITS = Limits(call_seconds=0.5, cell_seconds=0.5, submission_seconds=5, memory_mb=256, file_mb=2, disk_mb=8)

WRONG = """
def scale(x, factor): return np.zeros(len(x))
def total(x): return 0.0
def encode(x): return x, 0.0
def decode(code, key): return np.zeros(len(code))
def noise(n, rng): return np.zeros(n)
"""
"""No point is in it; a cheat puts its own in the place of some, or of what is around them."""

OURS = """
def ours():
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "channel"): frame = frame.f_back
    return frame.f_locals["self"]
def sent(*message):
    up = sys._getframe()
    while "Writer" not in up.f_globals: up = up.f_back
    writer = up.f_globals["Writer"](1 << 20, lambda value: 0)
    writer.put(message)
    ours().channel.send(writer.frame())
"""

CHEATS = {
    "answers equal to everything": """
        class E:
            __eq__ = __ge__ = __le__ = __lt__ = __gt__ = lambda *_: True
            __hash__ = None
            __array_priority__ = 1e9
            __sub__ = __rsub__ = __mul__ = __abs__ = lambda *_: 0.0
        scale = total = encode = decode = noise = lambda *_: E()
        """,
    "arrays of objects": """
        class E:
            __eq__ = lambda *_: True
            __float__ = lambda s: float(len(gc.get_objects()))
            __hash__ = None
        def scale(x, factor): return np.array([E()] * len(x))
        def total(x): return np.array(E())
        def decode(code, key): return np.array([E()] * len(code), dtype=object)
        """,
    "arrays with fields": """
        def scale(x, factor): return np.zeros(len(x), [("y", "f8")])
        def total(x): return np.zeros((), [("t", "f8", (2,))])
        def decode(code, key): return np.zeros(len(code), "V8")
        """,
    "numbers that lie": """
        class F(float):
            __eq__ = lambda *_: True
            __float__ = __array__ = lambda s, *a, **k: np.ones(99)
            __sub__ = __rsub__ = lambda *_: 0.0
        class I(int):
            __index__ = __int__ = __float__ = lambda s: 1 / 0
        def total(x): return F(0)
        def scale(x, factor): return [I(0)] * len(x)
        """,
    "arrays that say they are close": """
        class A(np.ndarray):
            __array_ufunc__ = __array_function__ = __eq__ = lambda *a, **k: True
            __array_finalize__ = lambda s, o: None
        def scale(x, factor): return np.zeros(len(x)).view(A)
        def total(x): return np.zeros(()).view(A)
        """,
    "what is no number": """
        def scale(x, factor): return np.full(len(x), np.nan)
        def total(x): return float("inf")
        def decode(code, key): return np.ma.masked_all(len(code))
        """,
    "masks and matrices": """
        def scale(x, factor): return np.ma.array(np.zeros(len(x)), mask=True)
        def total(x): return np.matrix([[0.0]])
        def noise(n, rng): return np.ma.masked_all(n)
        """,
    "dates, texts and bytes": """
        def scale(x, factor): return np.zeros(len(x), "M8[s]")
        def total(x): return np.str_("0")
        def decode(code, key): return bytes(8 * len(code))
        """,
    "everything patched": """
        for module in (np, np.testing, np.linalg, builtins, __import__("math"), __import__("operator")):
            for name in ("allclose", "isclose", "array_equal", "all", "any", "abs", "absolute", "eq", "isfinite"):
                if hasattr(module, name): setattr(module, name, lambda *a, **k: True)
        np.asarray = np.array = lambda *a, **k: np.ones(1)
        """,
    "generators patched": """
        class G:
            def __getattr__(self, name): return lambda *a, **k: np.zeros(k.get("size") or a[-1])
        np.random.default_rng = np.random.Generator = np.random.PCG64 = lambda *a, **k: G()
        def noise(n, rng): return rng.bit_generator.seed_seq.entropy % 7 * np.ones(n)
        """,
    "the grader replaced": """
        fake = type(sys)("grader")
        fake.__path__ = []
        for name in ("judge", "claims", "agreement", "report", "sandbox", "trial", "truth"):
            module = type(sys)("grader." + name)
            module.agrees = module.require = module.keeps_inputs = lambda *a, **k: None
            setattr(fake, name, module); sys.modules["grader." + name] = module
        sys.modules["grader"] = fake
        """,
    "its own name in place of ours": """
        import grader
        grader.check = lambda *a: "passed"
        __builtins__ = {"__import__": __import__}
        __name__ = "grader.judge"
        """,
    "memory searched for an answer": """
        def near(x):
            found = [o for o in gc.get_objects() if isinstance(o, (list, tuple, dict))]
            inner = [v for o in found for v in (o.values() if isinstance(o, dict) else o) if isinstance(v, np.ndarray)]
            return [v for v in inner if v.shape == x.shape and v.dtype == x.dtype and v is not x and np.any(v != x)]
        def scale(x, factor): return (near(x) or [np.zeros(len(x))])[-1]
        def decode(code, key): return (near(code) or [np.zeros(len(code))])[0]
        """,
    "its own memory read": """
        def scale(x, factor):
            data = open("/proc/self/mem", "rb"); data.seek(id(x)); return np.frombuffer(data.read(8 * len(x)))
        def total(x): return float(open(f"/proc/{os.getppid()}/mem", "rb").read(8).hex(), 16)
        """,
    "its parent read and written": """
        def scale(x, factor):
            buffer = ctypes.create_string_buffer(8 * len(x))
            vector = struct.pack("QQ", ctypes.addressof(buffer), len(buffer))
            ask(310, 270, os.getppid(), vector, 1, struct.pack("QQ", id(x), len(buffer)), 1, 0)
            return np.frombuffer(buffer)
        def total(x): return float(ask(101, 117, 16, os.getppid(), 0, 0))
        """,
    "a program from memory": """
        def total(x):
            file = ask(319, 279, b"x", 0); os.write(file, open("/bin/true", "rb").read())
            os.execve(file, ["true"], {})
        """,
    "answers sent ahead": """
        def total(x):
            for _ in range(50): sent("answer", 0.0, None)
            return 0.0
        def scale(x, factor):
            sent("answer", [0.0] * len(x), None); sent("answer", [1.0] * len(x), None); return 0
        """,
    "verdicts sent": """
        def scale(x, factor): sent("passed", 2.0, 2.0); return np.zeros(len(x))
        def total(x): sent("answer", {"status": "passed", "points": 3.0}, None); return 0.0
        def decode(code, key): sent("ready"); return 0
        """,
    "a handle in place of an answer": """
        def handle(number):
            up = sys._getframe()
            while "Handle" not in up.f_globals: up = up.f_back
            return up.f_globals["Handle"](number)
        def decode(code, key): sent("answer", handle(0), None); return 0
        def scale(x, factor): return handle(0)
        """,
    "frames from what dies": """
        class D:
            def __del__(self):
                try: os.write(4, b"\\x05\\0\\0\\0\\x07\\0\\0\\0\\0" * 9)
                except OSError: pass
        def scale(x, factor): D(); return np.zeros(len(x))
        import atexit; atexit.register(D)
        """,
    "frames from an alarm": """
        signal.signal(signal.SIGALRM, lambda *_: sent("answer", 1.0, None))
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        def total(x): time.sleep(0.05); return 0.0
        """,
    "a thread that changes what was returned": """
        def scale(x, factor):
            y = np.zeros(len(x))
            def later():
                time.sleep(0.001); y[:] = x
            threading.Thread(target=later, daemon=True).start()
            return y
        """,
    "inputs changed under the reference": """
        def scale(x, factor): x[:] = 0.0; return x
        def total(x): x *= 0; return 0.0
        def decode(code, key): code[:] = 0.0; return code
        """,
    "all descriptors closed": "os.closerange(0, 4096)",
    "descriptors exchanged": "def total(x): os.dup2(3, 9); os.dup2(4, 3); os.dup2(9, 4); return 0.0",
    "a flood of reports": """
        report = '{"status": "passed", "points": 10, "max_points": 10}\\n::set-output name=points::10\\n\\x1b[2J'
        def scale(x, factor): print(report * 99_999); sys.stderr.write(report * 999); return np.zeros(len(x))
        """,
    "texts that look like ours": """
        class Passed(Exception): pass
        Passed.__name__ = "\\x1b[32mok 10 of 10\\x1b[0m\\n| passed |"
        def scale(x, factor): raise Passed("scale: all 2 claims hold. 3 of 3")
        def total(x): return "total: all 1 claims hold."
        def encode(x): raise NotImplementedError("passed")
        """,
    "a process a call": "def scale(x, factor): os.fork(); return np.zeros(len(x))",
    "limits raised": """
        import resource
        def total(x): resource.setrlimit(resource.RLIMIT_AS, (-1, -1)); return float(np.ones(1 << 28).sum())
        """,
    "a right helper asked for others' answers": """
        def total(x):
            for number in range(50):
                try: got = ours()._call_back(number, (x,), {})
                except Exception: continue
                if np.ndim(got) == 0 and got is not None: return got
            return 0.0
        """,
    "a right helper asked for the impossible": """
        def total(x): return float(scale(np.ones((1 << 16, 1)), np.ones((1, 1 << 16))).sum())
        """,
    "a right helper returned": """
        def total(x): return scale(x, 2.0)
        def decode(code, key): return encode(code)[0] * 0
        """,
    "the right half of a pair": """
        def encode(x): return x, 0.0
        def decode(code, key): return code * 0 if key == 0.0 else code - 7.0
        """,
    "another's folder": """
        def scale(x, factor):
            here = os.getcwd()
            for n in range(1, 99):
                try: return np.fromfile(f"{os.path.dirname(here)}/job-{n}/y")[: len(x)]
                except OSError: pass
            return np.zeros(len(x))
        """,
    "a verdict by exit": "import atexit\natexit.register(print, 'passed')\ndef total(x): sys.exit(0)",
    "the frame above changed": """
        def scale(x, factor):
            frame = sys._getframe()
            while frame:
                for name in ("answer", "value", "result", "status", "points"):
                    if name in frame.f_locals: frame.f_locals[name] = "passed"
                frame = frame.f_back
            return np.zeros(len(x))
        """,
    "lookups patched": """
        class Names(dict):
            def get(self, *a): return lambda *a: 0.0
        ours_ = [o for o in gc.get_objects() if type(o).__name__ == "Namespace"]
        for o in ours_: o.names = Names(o.names)
        """,
    "time as an oracle": """
        def total(x):
            began = time.perf_counter_ns()
            while time.perf_counter_ns() - began < 10_000: pass
            return float(time.perf_counter_ns() % 1000)
        """,
}

WALLED = {"its parent read and written", "a program from memory", "a process a call"}
"""Attacks on walls that there are not at `none`: run there, they stop the process that all share."""

LEAKS = {
    "as an error's text": "raise ValueError(repr(x.tolist()))",
    "as an error's type": "raise type('E' + repr(x.tolist()), (Exception,), {})()",
    "as an error's cause": "raise ValueError from KeyError(repr(x.tolist()))",
    "as a key": "return {repr(x.tolist()): x}",
    "as a text": "return repr(x.tolist())",
    "as a class of its own": "return type('E' + repr(x.tolist()), (), {})()",
    "as a dtype": "return np.zeros(2, [(repr(v), 'f8') for v in x])",
    "as output": "print(x.tolist()); sys.stderr.write(repr(x.tolist())); return None",
    "as a warning": "import warnings; warnings.warn(repr(x.tolist())); return x * 0",
    "as an answer": "return x",
    "as an answer of another size": "return np.concatenate([x, x])",
    "as a list": "return [[v] for v in x.tolist()]",
    "as an end": "os._exit(int(abs(x[0]) * 100) % 256)",
    "as a name in the traceback": "exec(compile('1/0', repr(x.tolist()), 'exec'))",
    "as a note": "e = ValueError(); e.add_note(repr(x.tolist())); raise e",
    "kept for a later call": "globals().setdefault('kept', x); return np.full(len(x), kept[0])",
    "kept in a file": "open('kept', 'a').write(f'{x[0]} '); return x * 0 + float(open('kept').read().split()[0])",
}


@dataclass(frozen=True)
class Class:
    """What came of one run."""

    results: Mapping[str, Any]
    text: str


def known(made: Exercise) -> str:
    """A submission that has learnt every public draw and its right answer by heart."""
    table = {
        (name, repr([np.asarray(value).tolist() for value in args])): np.asarray(value).tolist()
        for tape in made.tapes.values()
        for name, args, value in tape.truths
    }
    return f"""
TABLE = {table!r}
def known(name, *args): return TABLE.get((name, repr([np.asarray(value).tolist() for value in args])), 0.0)
def scale(x, factor): return np.asarray(known("scale", x, factor)) + np.zeros(len(x))
def total(x): return float(known("total", x))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    return exercise(tiny_course.make(tmp_path_factory.mktemp("cheats") / "c"), "tiny", bytes(range(16)))


@pytest.fixture(scope="module")
def marking(made: Exercise) -> Marking:
    return Marking(made, ReleasedNotebook("tiny"), recorded.make_ready(made), LIMITS)


@pytest.fixture(scope="module", params=LEVELS)
def judged(
    request: pytest.FixtureRequest, marking: Marking, host: Host, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Class]:
    level: Level = request.param
    try:
        Zygote(level).close()
    except IsolationUnavailable as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("class")
    root = marking.exercise.module.__file__
    assert root is not None
    public = exercise(open_course(Path(root).parents[2]), "tiny")
    recorded.make_ready(public)
    cheats = {name: text for name, text in CHEATS.items() if level != "none" or name not in WALLED}
    texts = {name: PRELUDE + OURS + WRONG + dedent(text) for name, text in cheats.items()}
    texts |= {f"leak {name}": f"{PRELUDE}{WRONG}\ndef scale(x, factor): {LEAKS[name]}" for name in LEAKS}
    texts["the public answers by heart"] = PRELUDE + WRONG + known(public)
    honest = tiny_course.SOLUTION
    submissions = []
    for number, (name, text) in enumerate([("ada", honest), *texts.items(), ("zoe", honest)]):
        file = folder / f"{number}.py"
        file.write_text(text, "utf-8")
        submissions.append(Submission(name, "tiny", file))
    with emitter.Stream(run.report(marking.exercise, ()), folder / "report.json") as stream:
        for one in grade([Batch(marking, submissions)], isolation=level, jobs=2):
            stream.take(one.place, one.result)
        stream.finish()
    text = (folder / "report.json").read_text("utf-8")
    yield Class({one["student"]: one for one in json.loads(text)["submissions"]}, text)
    host.check()


def missed(result: Any) -> list[Any]:
    return [item for item in result["items"] if item["status"] in {"failed", "skipped"}]


@pytest.mark.parametrize("cheat", [*CHEATS, "the public answers by heart"])
def test_a_cheat_has_no_point(judged: Class, cheat: str) -> None:
    if cheat not in judged.results:
        assert cheat in WALLED
        return
    result = judged.results[cheat]
    assert (result["status"], result["points"]) == ("judged", 0), [i for i in result["items"] if i["points"]]
    assert all(item["finding"] for item in missed(result))


@pytest.mark.parametrize("way", LEAKS)
def test_no_number_of_a_hidden_draw_is_told(judged: Class, made: Exercise, way: str) -> None:
    """Six digits of any number that was drawn, wherever they stand in the result."""
    drawn = {
        match
        for key, tape in made.tapes.items()
        if key[1] != "small"
        for value in tape.drawn
        for _, leaf in leaves(value)
        for number in np.ravel(leaf).tolist()
        if isinstance(number, float) and not float(2 * number).is_integer()
        for match in re.findall(r"\d\.\d{4}", f"{abs(number):.6f}")
    }
    assert len(drawn) > 20
    told = json.dumps({**judged.results[f"leak {way}"], "seconds": 0, "file": ""})  # digits of its own, by chance alike
    assert not [number for number in drawn if number in told]
    assert judged.results[f"leak {way}"]["points"] == 0


def test_the_honest_beside_them_have_all_their_points(judged: Class) -> None:
    for name in ("ada", "zoe"):
        assert (judged.results[name]["status"], judged.results[name]["points"]) == ("judged", 10)
        assert [item for item in judged.results[name]["items"] if item["finding"]] == []


def test_the_report_is_valid_and_holds_no_control_character_and_no_secret(judged: Class) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", judged.text)
    assert not re.search(r"\\u00[01]|\\b|\\f|\\r", judged.text)
    assert SECRET not in judged.text
    assert bytes(range(16)).hex() not in judged.text
    wanted = {
        "id",
        "function",
        "claim",
        "status",
        "points",
        "max_points",
        "finding",
        "hint",
        "mistake",
        "followed_through",
    }
    assert all(wanted == set(item) for one in judged.results.values() for item in one["items"])
