"""No file of the host's is read, changed, made or removed; not even its name is seen in the jail."""

import pytest

from attacks.conftest import Attack
from grader.sandbox import Zygote

READING = {
    "open": "return open(host['secret']).read()",
    "raw open": "return os.read(ask(257, 56, -100, host['secret'].encode(), 0), 99).decode()",
    "openat2": "return os.read(ask(437, 437, -100, host['secret'].encode(), bytes(24), 24), 99).decode()",
    "symbolic link": "os.symlink(host['secret'], 'link'); return open('link').read()",
    "hard link": "os.link(host['secret'], 'link'); return open('link').read()",
    "copy": "import shutil; return open(shutil.copyfile(host['secret'], 'copy')).read()",
    "from the folder": "return os.read(os.open('secret', 0, dir_fd=os.open(host['folder'], 0)), 99).decode()",
    "by a path": "return os.read(os.open('secret', 0, dir_fd=os.open(host['folder'], os.O_PATH)), 99).decode()",
    "change directory": "os.chdir(host['folder']); return open('secret').read()",
    "change root": "os.chroot(host['folder']); return open('/secret').read()",
    "mmap": "return bytes(np.memmap(host['secret'], 'u1')).decode()",
    "by numpy": "return ''.join(np.loadtxt(host['secret'], str, ndmin=1))",
    "by the C library": "f = libc.fopen(host['secret'].encode(), b'r'); return f == 0 or libc.fgetc(f) > 0",
    "io_uring": "return ask(425, 425, 8, bytes(120)) and host['secret']",
    "the grader's environment": "return open(f\"/proc/{host['grader']}/environ\").read()",
    "the grader's memory": "return open(f\"/proc/{host['grader']}/mem\", 'rb').read(1).hex()",
    "the grader's directory": "return os.listdir(f\"/proc/{host['grader']}/cwd\")",
    "its own environment": "return open('/proc/self/environ').read()",
    "passwords": "return open('/etc/passwd').read()",
    "a home": "return os.listdir(os.path.expanduser('~root'))",
    "devices": "return [n for n in os.listdir('/dev')]",
    "open by handle": "return ask(304, 265, -100, bytes(32), 0)",
    "the grader's own program": "import importlib.util; return importlib.util.find_spec('grader.judge').origin",
    "a course beside": "return [n for n in os.listdir(os.path.dirname(os.path.dirname(host['folder'])))]",
}


@pytest.mark.parametrize("way", READING)
def test_nothing_is_read(walled: Zygote, attack: Attack, way: str) -> None:
    assert attack(f"def attack(host):\n    {READING[way]}") in (None, True)


WRITING = {
    "write": "open(host['secret'], 'w').write('x')",
    "append": "open(host['secret'], 'a').write('x')",
    "truncate": "os.truncate(host['secret'], 0)",
    "read and truncate": "os.open(host['secret'], os.O_RDONLY | os.O_TRUNC)",
    "read and truncate Python": "os.open(os.__file__, os.O_RDONLY | os.O_TRUNC)",
    "delete": "os.unlink(host['secret'])",
    "create": "open(host['folder'] + '/new', 'w')",
    "make a folder": "os.mkdir(host['folder'] + '/new')",
    "link into": "os.symlink('/', host['folder'] + '/new')",
    "hard link into": "open('x', 'w').close(); os.link('x', host['folder'] + '/new')",
    "move into": "open('x', 'w').close(); os.rename('x', host['folder'] + '/new')",
    "move away": "os.rename(host['secret'], 'mine')",
    "mode": "os.chmod(host['secret'], 0)",
    "mode by number": "ask(90, 53, host['secret'].encode() if X86 else -100, 0 if X86 else host['secret'].encode(), 0)",
    "owner": "os.chown(host['secret'], os.getuid(), os.getgid())",
    "times": "os.utime(host['secret'])",
    "attributes": "os.setxattr(host['secret'], 'user.x', b'x')",
    "a pipe": "os.mkfifo(host['folder'] + '/new')",
    "a device": "os.mknod('disk', 0o60666, os.makedev(8, 0)); return True",
    "a named socket": "ask(49, 200, ask(41, 198, 1, 1, 0), struct.pack('H', 1) + host['folder'].encode() + b'/s', 110)",
    "Python's own": "open(os.__file__, 'a')",
    "Python's bytecode": "open(os.path.join(os.path.dirname(os.__file__), '__pycache__', 'x.pyc'), 'w')",
    "NumPy": "open(np.__file__, 'a')",
    "NumPy's mode": "os.fchmod(os.open(np.__file__, 0), 0)",
    "beside NumPy": "open(os.path.join(os.path.dirname(np.__path__[0]), 'sitecustomize.py'), 'w')",
    "temporary": "open('/tmp/grader-left', 'w')",
    "shared memory": "open('/dev/shm/grader-left', 'w')",
    "a mount": "ask(165, 40, b'none', host['folder'].encode(), b'tmpfs', 0, None)",
}


@pytest.mark.parametrize("way", WRITING)
def test_nothing_is_written(walled: Zygote, attack: Attack, way: str) -> None:
    assert attack(f"def attack(host):\n    {WRITING[way]}\n    return True") is None


def test_in_the_jail_not_even_a_name_is_seen(jailed: Zygote, attack: Attack) -> None:
    seen = "[p for p in (host['secret'], '/etc/passwd', '/home', '/proc', '/sys', '/var', '/bin') if os.path.exists(p)]"
    assert attack(f"def attack(host): return {seen}") == []


def test_no_sibling_is_seen(walled: Zygote, attack: Attack) -> None:
    found = attack("""
        def attack(host):
            up, found = os.path.dirname(os.getcwd()), []
            for number in range(1, 200):
                if f"job-{number}" != os.path.basename(os.getcwd()):
                    try: found += os.listdir(f"{up}/job-{number}")
                    except OSError: pass
            try: found += os.listdir(up)
            except OSError: pass
            return found
        """)
    assert found == []
