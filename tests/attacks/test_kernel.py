"""The kernel answers what numerical Python asks, and nothing else."""

import platform
from textwrap import dedent

import pytest

from attacks.conftest import PRELUDE, Attack
from grader.program import Cell, Program
from grader.sandbox import Zygote

NETWORK = {
    "TCP": "socket.create_connection(('127.0.0.1', host['tcp']), 1)",
    "UDP": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', host['udp']))",
    "IPv6": "socket.socket(socket.AF_INET6)",
    "an abstract socket": "socket.socket(socket.AF_UNIX).connect('\\0' + host['abstract'])",
    "a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "netlink": "socket.socket(16, socket.SOCK_RAW, 0)",
    "a socket by number": "ask(41, 198, 2, 1, 0)",
    "a pair": "socket.socketpair()",
    "names": "socket.getaddrinfo('example.org', 80)",
    "listening": "socket.create_server(('', 0))",
    "the web": "__import__('urllib.request').request.urlopen(f\"http://127.0.0.1:{host['tcp']}\", timeout=1)",
}


@pytest.mark.parametrize("way", NETWORK)
def test_there_is_no_network(walled: Zygote, attack: Attack, way: str) -> None:
    assert attack(f"def attack(host):\n    {NETWORK[way]}\n    return True") is None


PROCESSES = {
    "fork": "os.fork() or time.sleep(9)",
    "vfork": "ask(58, 220, 0)",
    "clone": "ask(56, 220, 0, None, None, None, None)",
    "clone3": "ask(435, 435, bytes(88), 88)",
    "a new session": "os.setsid()",
    "a subprocess": "__import__('subprocess').run(['/bin/true'])",
    "a shell": "os.system('true') == 0 or 1 / 0",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "execute": "os.execv('/bin/true', ['true'])",
    "execute its own": "open('x', 'w').write('#!/bin/true'); os.execv('x', ['x'])",
    "execute by descriptor": "ask(322, 281, os.open('/bin/true', 0), b'', None, None, 0x1000)",
    "execute through the loader": "os.execv('/lib64/ld-linux-x86-64.so.2', ['ld', '/bin/true'])",
    "a multiprocessing pool": "__import__('multiprocessing').Pool(2)",
    "a thread": "threading.Thread(target=time.sleep, args=(9,)).start()",
    "signal a process": "os.kill(host['pid'], 9)",
    "signal the grader": "os.kill(host['grader'], 9)",
    "signal its parent": "os.kill(os.getppid(), 9)",
    "signal everybody": "os.kill(-1, 9)",
    "signal its group": "os.kill(0, 9)",
    "signal by thread": "ask(234, 131, host['pid'], host['pid'], 9)",
    "queue a signal": "ask(129, 138, host['pid'], 9, bytes(128))",
    "signal by descriptor": "signal.pidfd_send_signal(os.pidfd_open(host['pid']), 9)",
    "signal by a pipe's owner": "__import__('fcntl').fcntl(os.pipe()[0], 8, host['pid'])",
    "trace": "ask(101, 117, 16, host['pid'], 0, 0)",
    "trace its parent": "ask(101, 117, 0x4206, os.getppid(), 0, 0)",
    "read memory": "ask(310, 270, host['grader'], bytes(16), 1, bytes(16), 1, 0)",
    "write memory": "ask(311, 271, os.getppid(), bytes(16), 1, bytes(16), 1, 0)",
    "take a descriptor": "ask(438, 438, ask(434, 434, os.getppid(), 0), 4, 0)",
    "outlive its parent": "ask(157, 167, 1, 0, 0, 0, 0)",
    "limits of another": "__import__('resource').prlimit(os.getppid(), 7, (0, 0))",
    "priority": "os.setpriority(os.PRIO_USER, 0, 19)",
}


@pytest.mark.parametrize("way", PROCESSES)
def test_there_is_no_other_process(walled: Zygote, attack: Attack, way: str) -> None:
    assert attack(f"def attack(host):\n    {PROCESSES[way]}\n    return True") is None


RIGHTS = {
    "become root": "os.setuid(0); os.seteuid(0)",
    "become another": "os.setresuid(1, 1, 1)",
    "raise its limits": "__import__('resource').setrlimit(9, (-1, -1))",
    "raise processor time": "__import__('resource').setrlimit(0, (-1, -1))",
    "a user namespace": "ask(272, 97, 0x10000000)",
    "another's namespace": "ask(308, 268, 0, 0)",
    "io_uring": "ask(425, 425, 8, bytes(120))",
    "bpf": "ask(321, 280, 0, bytes(64), 64)",
    "page faults": "ask(323, 282, 0)",
    "performance counters": "ask(298, 241, bytes(128), 0, -1, -1, 0)",
    "keys": "ask(250, 219, 0, -3, 0, 0, 0)",
    "another filter": "ask(317, 277, 1, 0, bytes(16))",
    "personality": "ask(135, 92, 0x0040000)",
    "memory to write and execute": "mmap.mmap(-1, 4096, prot=7)",
    "memory to execute": "mmap.mmap(-1, 4096, prot=5)",
    "make memory executable": "ask(10, 226, ctypes.c_void_p(id(host) & ~4095), ctypes.c_size_t(4096), 7)",
    "an anonymous file": "ask(319, 279, b'x', 0)",
    "shared memory": "ask(29, 194, 0, 4096, 0o1600)",
    "a semaphore": "ask(64, 190, 0, 1, 0o1600)",
    "a message queue": "ask(68, 186, 0, 0o1600)",
    "a POSIX queue": "ask(240, 180, b'grader-left', 0o100 | 2, 0o600, None)",
    "memory to share": "__import__('multiprocessing.shared_memory').shared_memory.SharedMemory('left', True, 9)",
    "the clock": "time.clock_settime(0, 0)",
    "the host's name": "socket.sethostname('x')",
    "reboot": "ask(169, 142, 0xfee1dead, 672274793, 0x1234567, 0)",
    "a kernel module": "ask(313, 273, 0, b'', 0)",
    "type into the terminal": "__import__('fcntl').ioctl(1, 0x5412, b'x')",
    "larger pipes": "__import__('fcntl').fcntl(os.pipe()[0], 1031, 1 << 20)",
    "inotify": "ask(294, 26, 0)",
}


@pytest.mark.parametrize("way", RIGHTS)
def test_there_are_no_privileges(walled: Zygote, attack: Attack, way: str) -> None:
    assert attack(f"def attack(host):\n    {RIGHTS[way]}\n    return True") is None


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the tricks of another machine")
@pytest.mark.parametrize("way", ["x32", "32 bit"])
def test_no_other_door_leads_to_the_kernel(walled: Zygote, attack: Attack, way: str) -> None:
    tricks = {
        "x32": "libc.syscall(ctypes.c_long(0x40000000 | 39))",
        "32 bit": """
            code = b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3'  # mov eax, 20; int 0x80; ret
            with open('code', 'wb') as file: file.write(code.ljust(4096))
            at = libc.mmap
            at.restype = ctypes.c_void_p
            page = at(None, ctypes.c_size_t(4096), 5, 2, os.open('code', 0), ctypes.c_size_t(0))
            ctypes.CFUNCTYPE(ctypes.c_int)(page)()""",
    }
    assert attack(f"def attack(host):\n            {tricks[way].strip()}\n            return True") is None


def test_every_system_call_that_is_not_listed_is_refused(walled: Zygote, attack: Attack) -> None:
    """All 500 numbers, but those that are allowed, and x86_64's 335 and 336: traps of the kernel's own, no doors."""
    from grader.sandbox.inside.syscalls import ALLOWED, CONDITIONAL, numbers

    machine = platform.machine()
    known = sorted({*numbers(ALLOWED, machine).values(), *numbers(CONDITIONAL, machine).values(), 335, 336})
    through = attack(f"""
        known = {known}
        def attack(host):
            through = []
            for number in range(500):
                if number not in known:
                    ctypes.set_errno(0)
                    result = libc.syscall(ctypes.c_long(number), -1, 0, 0, 0, 0, 0)
                    if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
                        through.append(number)
            return through
        """)
    assert through == []


def test_what_numerical_python_needs_goes_through(walled: Zygote) -> None:
    source = dedent("""
        import csv, json, math, random, itertools, functools, collections, dataclasses, typing, tempfile, pathlib
        import decimal, fractions, statistics, copy, datetime, textwrap, string, operator, contextlib, enum, io, re
        import shutil, glob, zlib, bz2, lzma, hashlib, sqlite3, pickle, timeit, cProfile, unittest, doctest, asyncio
        import concurrent.futures, multiprocessing, subprocess, logging, urllib.parse, xml.etree.ElementTree, zoneinfo
        def attack(host):
            A = np.random.default_rng(0).normal(size=(60, 60))
            np.linalg.svd(A), np.linalg.inv(A), np.fft.fft(A), np.einsum("ij,jk", A, A), np.random.rand(3)
            np.save("a.npy", A); np.savetxt("a.txt", A); np.loadtxt("a.txt"); np.load("a.npy")
            np.genfromtxt("data.csv", delimiter=","); np.memmap("m", "f8", "w+", shape=(3,))[:] = 1
            time.sleep(0.001), time.perf_counter(), time.time(), datetime.datetime.now(), time.process_time()
            with tempfile.TemporaryDirectory() as d: pathlib.Path(d, "x").write_text("1")
            with tempfile.NamedTemporaryFile() as f: f.write(b"x")
            os.makedirs("a/b/c"); shutil.rmtree("a"); os.rename("a.txt", "b.txt"); glob.glob("*")
            timeit.timeit("1+1", number=10), secrets()
            sqlite3.connect(":memory:").execute("select 1")
            return "done"
        def secrets():
            import secrets, uuid
            return secrets.token_hex(), uuid.uuid4()
        """)
    program = Program((Cell(PRELUDE, "cell 1"), Cell(source, "cell 2")), "__main__")
    with (
        Zygote(walled.isolation, files={"data.csv": b"1,2\n"}, verify=False) as unhurried,
        unhurried.start(program) as child,
    ):
        assert child.call("attack", ({},)).value == "done", child.outcomes
