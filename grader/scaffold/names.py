"""What an exercise may be called.  In: a name.  Out: a sentence about what is wrong with it, or nothing."""

import keyword
import re
import sys

LONGEST = 64
"""Characters: the name is part of files' names, of which file systems take 255 bytes, endings and prefixes included."""

TAKEN = {"all", "grader", "matplotlib", "numpy", "sympy"} | sys.stdlib_module_names
"""`grade all` means every exercise; the others are modules, and a submission in a `.py` file is one of its own name."""


def fault(slug: str) -> str:
    """Why a name will not do, in a sentence; empty where it will."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", slug) or len(slug) > LONGEST:
        hint = f"; {_near(slug)} would do" if _near(slug) else ""
        return (
            f"{slug!r} is no name for an exercise, which is also a module's: lower-case letters, digits and _, "
            f"a letter first, {LONGEST} characters at most{hint}."
        )
    if keyword.iskeyword(slug) or slug in TAKEN:
        return f"{slug!r} is no name for an exercise: the word is taken. Add another to it, as in {slug}_exercise."
    return ""


def _near(slug: str) -> str:
    """A name that will do, made from one that does not; empty where too little is left."""
    near = re.sub(r"[^a-z0-9]+", "_", slug.lower()).strip("_0123456789")[:LONGEST]
    return "" if not near or fault(near) else near
