"""A path from a stranger → the bytes of a plain file of reasonable size, or the reason why it is not read."""

import os
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

# A notebook with a hundred pictures stays below. One of this size is read in a second and some 300 MB of memory.
MAX_BYTES = 32_000_000

# Kinds of things that no submission is: a link may lead to another's work, a pipe or a device never ends.
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Not read because of what the file is; the sentence is for the instructor."""

    sentence: str


@dataclass(frozen=True, slots=True)
class File:
    """What a plain file holds."""

    data: bytes

    @property
    def sha256(self) -> str:
        """The digest by which a report names what was judged."""
        return sha256(self.data).hexdigest()


def open_file(path: Path) -> File | Refused:
    """Read a file that may have been put there to trap the reader. Any OSError is the machine's and rises."""
    if refusal := _refusal(path.lstat()):
        return refusal
    # The file may be another one by now: never follow a link, never wait for a pipe, look again at what was opened.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as opened:  # noqa: PTH123 - by descriptor
        if refusal := _refusal(os.fstat(descriptor)):
            return refusal
        data = opened.read(MAX_BYTES + 1)
    return File(data) if len(data) <= MAX_BYTES else _too_large(len(data))


def _refusal(status: os.stat_result) -> Refused | None:
    if not stat.S_ISREG(status.st_mode):
        return Refused(f"It is {_KINDS.get(stat.S_IFMT(status.st_mode), 'something else')}, not a plain file.")
    return _too_large(status.st_size) if status.st_size > MAX_BYTES else None


def _too_large(size: int) -> Refused:
    return Refused(
        f"It is too large: {size / 1e6:.0f} MB, and at most {MAX_BYTES / 1e6:.0f} MB are read. "
        "Outputs make a notebook large; without them it can be handed in again."
    )
