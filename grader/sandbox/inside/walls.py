"""The inner walls, in order: privileges, Landlock, seccomp; first the zygote's own, then each child's. Linux alone.

Imported only where walls are asked for. Raises OSError where the kernel refuses: then nothing of the student's runs.
"""

import os
import platform
from collections.abc import Mapping, Sequence

from grader.sandbox.inside import landlock, privileges, seccomp

Paths = Mapping[str, Sequence[str]]
"""tops, readable, listed: see `places.Places`."""


def around_zygote(paths: Paths, base: str) -> None:
    """Lose all privileges, and see no file beside Python's, the packages' and the children's."""
    privileges.drop(paths["listed"], base)
    os.makedirs(base, 0o700, exist_ok=True)  # noqa: PTH103 - in the jail; owned by who it is from here on
    seccomp.no_new_privileges()
    seccomp.packed_program(platform.machine())  # once for all forks
    landlock.restrict(paths["readable"], paths["listed"], [base, os.devnull])


def around_child(paths: Paths, directory: str) -> None:
    """See of the children's files only its own, and ask of the kernel only what is listed.

    What is foreign among the `tops` the zygote's wall has excluded already; these rules are the shorter.
    """
    landlock.restrict(paths["tops"], paths["listed"], [directory, os.devnull])
    seccomp.install()
