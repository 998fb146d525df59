"""The wall against the kernel: a seccomp-BPF program that lets through a closed list of system calls.

Architecture first: another one, or x86_64's x32 range, ends the process. Allowed calls pass, some on terms; unknown
new ones are answered ENOSYS, so that the C library falls back, all others EPERM.
"""

import ctypes
import errno
import os
import platform
import struct
from functools import cache
from typing import NamedTuple

from grader.sandbox.inside.syscalls import ALLOWED, CONDITIONAL, FIRST_UNKNOWN, UNKNOWN, numbers

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_*, linux/audit.h
_X32 = 0x40000000

_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06  # BPF_*, linux/bpf_common.h
_ALLOW, _KILL = 0x7FFF0000, 0x80000000  # SECCOMP_RET_*, linux/seccomp.h
_DENY, _MISSING = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

_PROT_EXEC, _MAP_ANONYMOUS = 0x4, 0x20
_O_ACCMODE, _O_TRUNC = 0o3, 0o1000


class Term(NamedTuple):
    """If the argument, masked, is one of the values, that is the verdict; else the next term is asked."""

    argument: int
    mask: int
    values: tuple[int, ...]
    verdict: int


_ALL = 0xFFFFFFFF


def _terms(own_pid: int) -> dict[str, tuple[Term, ...]]:
    """On what terms a call is allowed; where no term applies, it is refused."""
    # Reading while truncating: without a right to write Landlock before ABI 3 would let it pass.
    opening = (Term(1, _O_TRUNC | _O_ACCMODE, (_O_TRUNC,), _DENY), Term(1, 0, (0,), _ALLOW))
    itself = (Term(0, _ALL, (own_pid,), _ALLOW),)
    return {
        "open": opening,
        "openat": tuple(term._replace(argument=2) for term in opening),
        # Memory to execute comes from a file, as a library does, and is not writable.
        "mmap": (Term(2, _PROT_EXEC, (0,), _ALLOW), Term(2, 2, (2,), _DENY), Term(3, _MAP_ANONYMOUS, (0,), _ALLOW)),
        "mprotect": (Term(2, _PROT_EXEC, (0,), _ALLOW),),
        "kill": itself,
        "tgkill": itself,
        # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: what `isatty` and `open` ask.
        "ioctl": (Term(1, _ALL, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451), _ALLOW),),
        # F_DUPFD to F_SETLKW, F_DUPFD_CLOEXEC, F_GETPIPE_SZ; not F_SETOWN, which sends signals, nor F_SETPIPE_SZ.
        "fcntl": (Term(1, _ALL, (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032), _ALLOW),),
        "prlimit64": (Term(0, _ALL, (0, own_pid), _ALLOW),),
        "prctl": (Term(0, _ALL, (3, 15, 16), _ALLOW),),  # PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME
    }


def program(machine: str, own_pid: int) -> list[tuple[int, int, int, int]]:
    """Assemble the filter: (code, jump if true, jump if false, operand)."""
    code = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, _ARCHITECTURES[machine]), (_RETURN, 0, 0, _KILL)]
    code.append((_LOAD, 0, 0, _NUMBER))
    if machine == "x86_64":
        code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for number in numbers(ALLOWED, machine).values():
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    terms = _terms(own_pid)
    for name, number in numbers(CONDITIONAL, machine).items():
        block = [part for term in terms[name] for part in _asked(term)] + [(_RETURN, 0, 0, _DENY)]
        code += [(_EQUAL, 0, len(block), number), *block]
    for number in numbers(UNKNOWN, machine).values():
        code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _MISSING)]
    code += [(_AT_LEAST, 0, 1, FIRST_UNKNOWN), (_RETURN, 0, 0, _MISSING), (_RETURN, 0, 0, _DENY)]
    return code


_PLACE = 0xF17D_F17D  # no number in the program is this
_PID = struct.pack("I", _PLACE)


@cache
def packed_program(machine: str) -> bytes:
    """The program as the kernel reads it, with a mark where the process's own number belongs."""
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program(machine, _PLACE))


def _asked(term: Term) -> list[tuple[int, int, int, int]]:
    """Compare the low half of an argument: the kernel reads no more of an int, and flags lie there."""
    code = [(_LOAD, 0, 0, _ARGUMENTS + 8 * term.argument), (_AND, 0, 0, term.mask)]
    for value in term.values:
        code += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, term.verdict)]
    return code


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


_libc = ctypes.CDLL(None, use_errno=True)


def install() -> None:
    """Filter this process and all that it becomes, for good.

    Raises:
        OSError: the kernel refused, or the machine is not one of the two that we know.

    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine}")
    packed = packed_program(machine).replace(_PID, struct.pack("I", os.getpid()))
    loaded = _Program(len(packed) // 8, packed)
    no_new_privileges()
    if _libc.prctl(22, 2, ctypes.byref(loaded), 0, 0) != 0:  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        raise OSError(ctypes.get_errno(), "seccomp: " + os.strerror(ctypes.get_errno()))


def no_new_privileges() -> None:
    """Let no program that this process starts have more rights than it has."""
    if _libc.prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS
        raise OSError(ctypes.get_errno(), "no_new_privs: " + os.strerror(ctypes.get_errno()))
