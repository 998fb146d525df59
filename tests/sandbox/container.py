"""A machine like the inside of a container: no privileges to be had, and a seccomp filter of its own.

    python container.py [--without userns] [--without landlock] … -- COMMAND

In: what the kernel must refuse. Then it becomes the command. A plain user calls it; for root it is first
`unshare --user --map-user=1000`, by which files stay readable and every privilege is gone.
"""

import argparse
import ctypes
import errno
import os
import struct
import sys

LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06  # BPF_*, linux/bpf_common.h
ALLOW, DENY, UNKNOWN = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
NEW_USER = 0x10000000  # CLONE_NEWUSER
X86 = os.uname().machine == "x86_64"
CALLS = {  # name: numbers on x86_64 and aarch64
    "clone": (56, 220), "clone3": (435, 435), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
    "pivot_root": (155, 41), "landlock": (444, 444), "prctl": (157, 167), "seccomp": (317, 277),
    "pidfd_open": (434, 434),
}  # fmt: skip
REFUSED = {
    "userns": ("unshare", "setns", "mount", "pivot_root"),
    "landlock": ("landlock",),
    "old kernel": ("landlock",),
    "seccomp": ("seccomp",),
    "pidfd": ("pidfd_open",),
}


def number(name: str) -> int:
    return CALLS[name][0 if X86 else 1]


def program(without: list[str]) -> list[tuple[int, int, int, int]]:
    """The filter, as Docker's default profile has it for namespaces."""
    code = [(LOAD, 0, 0, 0)]
    for what in without:
        answer = UNKNOWN if what in ("old kernel", "pidfd") else DENY
        for name in REFUSED[what]:
            code += [(EQUAL, 0, 1, number(name)), (RETURN, 0, 0, answer)]
        if what == "userns":
            code += [(EQUAL, 0, 1, number("clone3")), (RETURN, 0, 0, UNKNOWN)]
            block = [(LOAD, 0, 0, 16), (ANY_BIT, 0, 1, NEW_USER), (RETURN, 0, 0, DENY), (RETURN, 0, 0, ALLOW)]
            code += [(EQUAL, 0, len(block), number("clone")), *block]
        if what == "seccomp":  # prctl(PR_SET_SECCOMP)
            block = [(LOAD, 0, 0, 16), (EQUAL, 0, 1, 22), (RETURN, 0, 0, DENY), (RETURN, 0, 0, ALLOW)]
            code += [(EQUAL, 0, len(block), number("prctl")), *block]
    return [*code, (RETURN, 0, 0, ALLOW)]


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", action="append", default=[], choices=REFUSED)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    libc = ctypes.CDLL(None, use_errno=True)
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program(options.without))
    filter_ = Program(len(code) // 8, code)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(filter_), 0, 0):  # no_new_privs; seccomp
        raise OSError(ctypes.get_errno(), "seccomp")
    sys.stdout.flush()
    os.execvp(options.command[0], options.command)


if __name__ == "__main__":
    main()
