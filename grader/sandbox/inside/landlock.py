"""The wall around files (and TCP, signals, abstract sockets where the kernel knows how): Landlock, by its own calls.

No privilege is needed. What is not listed cannot be opened, and what is listed for reading cannot be written.
"""

import ctypes
import os
import struct
from collections.abc import Sequence

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every machine
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_DIR, _MAKE_REG, _MAKE_SYM, _REFER, _TRUNCATE = 1 << 7, 1 << 8, 1 << 12, 1 << 13, 1 << 14
_READING = _READ_FILE | _READ_DIR
_WRITING = _READING | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SYM | _REFER | _TRUNCATE
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # number of rights by version of the interface; 5 added the last, ioctl
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def require() -> int:
    """Return the kernel's version of the interface.

    Raises:
        OSError: there is none (ENOSYS), it is switched off (EOPNOTSUPP), or somebody refuses the call.

    """
    return _called(_CREATE, None, ctypes.c_size_t(0), _VERSION)


def restrict(reading: Sequence[str], listing: Sequence[str], writing: Sequence[str]) -> None:
    """Keep this process, for good, to these paths and what is below; those that are not there are passed over.

    `listing`: only the names in folders may be read. Landlock adds up what several rules allow.

    Raises:
        OSError: the kernel has no Landlock, or refused.

    """
    known = require()
    rights = (1 << _FILE_RIGHTS.get(known, 16)) - 1
    network = 3 if known >= 4 else 0  # bind and connect
    scopes = 3 if known >= 6 else 0  # abstract sockets and signals
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = _called(_CREATE, struct.pack("QQQ", rights, network, scopes)[:size], ctypes.c_size_t(size), 0)
    try:
        for paths, wanted in ((reading, _READING), (listing, _READ_DIR), (writing, _WRITING)):
            for path in paths:
                _add(ruleset, path, wanted & rights)
        _called(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _add(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - as a string, for speed
            rights &= _OF_A_FILE
        _called(_ADD, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _called(number: int, *args: object) -> int:
    result = int(_libc.syscall(number, *args))
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock: " + os.strerror(ctypes.get_errno()))
    return result
