"""Autograding of numerical programming.

A student writes `from grader import check`. Nothing heavy is imported until a name is asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.student_check import check

__version__ = "0.1.0"
__all__ = ["__version__", "check"]


def __getattr__(name: str) -> object:
    """Import `check` at first use: the sandbox and the command line need none of it."""
    if name == "check":
        from grader.student_check import check  # noqa: PLC0415 - late on purpose, see the module's docstring

        return check
    raise AttributeError(f"module 'grader' has no attribute {name!r}")
