"""A polite word before the wall: a package that the course does not allow is named as such when it is imported.

The wall itself is that its files cannot be opened; this keeps runs without walls to the same rule.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder


class Guard(MetaPathFinder):
    """Finds nothing; refuses what is neither Python's own nor allowed."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = frozenset(allowed)
        self.own = sys.stdlib_module_names

    def find_spec(self, name: str, path: object = None, target: object = None, /) -> None:  # noqa: ARG002
        """Let the next finder look, or raise."""
        top = name.partition(".")[0]
        if top not in self.allowed and top not in self.own and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"No module named {name!r} among those that the course allows", name=name)


def install(allowed: Sequence[str]) -> None:
    """Be asked before every other finder."""
    sys.meta_path.insert(0, Guard(allowed))
