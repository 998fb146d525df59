"""Bombs and endless things cost the one who made them; at every level."""

import time

import pytest

from attacks.conftest import Attack
from grader.sandbox import Zygote

LIE = {"shape": (9,), "typestr": "<f8", "data": (8, False), "version": 3}

BOMBS = {
    "memory": "return len(b'x' * (1 << 34))",
    "memory by NumPy": "return np.ones(1 << 32).sum()",
    "memory by and by": "x = [0]\n    while True: x += x",
    "memory in small pieces": "x = []\n    while True: x.append(object())",
    "memory by mmap": "x = []\n    while True: x.append(mmap.mmap(-1, 1 << 24))",
    "memory that is not touched": "x = []\n    while True: x.append(np.zeros(1 << 24))",
    "digits": "return str(9 ** 9 ** 7)",
    "a regular expression": "import re; return bool(re.match('(a+)+$', 'a' * 60 + 'b'))",
    "recursion": "sys.setrecursionlimit(1 << 30)\n    return attack(host)",
    "recursion in C": "x = []\n    for _ in range(10**6): x = [x]\n    return repr(x)",
    "descriptors": "x = []\n    while True: x.append(open('data.csv'))",
    "pipes": "x = []\n    while True: x.append(os.pipe())",
    "a large file": "f = open('x', 'wb')\n    while True: f.write(bytes(1 << 20))",
    "a sparse file": "os.ftruncate(os.open('x', os.O_CREAT | os.O_RDWR), 1 << 40)",
    "output": "while True: print('x' * 10_000)",
    "output past Python": "while True: os.write(1, bytes(1 << 16))",
    "errors": "while True: sys.stderr.write('x' * 10_000)",
    "warnings": "import warnings\n    while True: warnings.warn('x')",
    "a full channel": "while True: os.write(4, bytes(1 << 16))",
    "a lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "waiting": "time.sleep(1000)",
    "waiting for input": "os.read(3, 1); return sys.stdin.read() + 'x'",
    "pause with everything blocked": "signal.pthread_sigmask(0, set(range(1, 65)) - {9, 19}); signal.pause()",
    "signals ignored": "[signal.signal(s, signal.SIG_IGN) for s in (1, 2, 14, 15)]\n    while True: pass",
    "stopped": "os.kill(os.getpid(), signal.SIGSTOP)",
    "in C": "return sum(iter(int, 1))",
    "in NumPy": "while True: np.linalg.svd(np.ones((600, 600)))",
    "in its answer's array": "return type('A', (), {'__array__': lambda *a, **k: time.sleep(99)})()",
    "in its error's text": "raise type('E', (Exception,), {'__str__': lambda s: time.sleep(99)})",
    "in its answer's end": "return type('A', (), {'__del__': lambda s: time.sleep(99)})()",
    "a chain of errors": "e = None\n    for _ in range(10**5): n = ValueError(); n.__cause__ = e; e = n\n    raise e",
    "a deep answer": "x = []\n    for _ in range(10**5): x = [x]\n    return x",
    "a wide answer": "return [0] * 10**7",
    "a heavy answer": "return np.zeros(10**7)",
    "a heavy text": "return 'x' * 10**8",
    "a broadcast answer": "return np.broadcast_to(1.0, (10**6, 10**6))",
    "an empty answer of great shape": "return np.zeros((0, 10**15))",
    "a lying buffer": "return type('A', (), {'__array_interface__': LIE})()",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_its_maker(attack: Attack, bomb: str) -> None:
    began = time.monotonic()
    attack(f"LIE = {LIE}\ndef attack(host):\n    {BOMBS[bomb]}")
    assert time.monotonic() - began < 30  # none of them goes on for ever; a busy machine may take its time


HANGING = {
    "at import": ("while True: pass", "def attack(host): return 1"),
    "at import, for all it is worth": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "def attack(host): return 1",
    ),
    "in a decorator": ("def hang(f):\n    while True: pass\n@hang\ndef g(): pass", "def attack(host): return 1"),
    "in a class body": ("class A:\n    while True: pass", "def attack(host): return 1"),
    "when it is collected": (
        "class A:\n    def __del__(self):\n        while True: pass\na = A()\ndel a",
        "def attack(host): return 1",
    ),
    "by an exit": ("os._exit(0)", "def attack(host): return 1"),
    "at the third call": ("n = 0", "def attack(host):\n    global n\n    n += 1\n    return n"),
}


@pytest.mark.parametrize("place", HANGING)
def test_what_hangs_elsewhere_leaves_the_functions(attack: Attack, place: str) -> None:
    assert attack(*HANGING[place]) == 1


def test_files_beyond_number_end_their_maker(zygote: Zygote, attack: Attack) -> None:
    code = "def attack(host):\n    for n in range(10**9): open(f'{n}', 'w').close()"
    assert attack(code) is None


def test_disk_beyond_measure_ends_its_maker(attack: Attack) -> None:
    code = (
        "def attack(host):\n    for n in range(10**9):\n        with open(f'{n}', 'wb') as f: f.write(bytes(1 << 20))"
    )
    assert attack(code) is None


def test_deep_folders_are_no_trouble_to_clear(attack: Attack) -> None:
    code = "def attack(host):\n    for n in range(10**9): os.mkdir('d'); os.chdir('d')"
    assert attack(code) is None


@pytest.mark.parametrize("many", ["os.fork()", "threading.Thread(target=time.sleep, args=(9,)).start()"])
def test_processes_and_threads_do_not_multiply(walled: Zygote, attack: Attack, many: str) -> None:
    assert attack(f"def attack(host):\n    while True: {many}") is None
