"""What of a submission runs: in from `submission`, out to `sandbox`; never holds anything but the student's text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of source that runs, or fails, by itself."""

    source: str
    label: str
    """How the student finds it: "cell 3" (code cells, from 1), or "line 12" in a `.py` file."""
    line: int = 1
    """The line of the shown file at which the source starts; 1 in a notebook's cell."""
    flags: int = 0
    """Compiler flags of `from __future__` statements further up."""


@dataclass(frozen=True, slots=True)
class Program:
    """The cells of one submission, in order."""

    cells: tuple[Cell, ...]
    module: str
    """`__name__`: "__main__" in a notebook, the assignment's slug in a `.py` file."""
    file: str | None = None
    """`__file__`, where the submission is a `.py` file."""
    uses_matplotlib: bool = False
    notices: tuple[str, ...] = ()
    """Sentences for the student about lines that were left out."""


NOT_DATA = {".py", ".ipynb", ".md", ".json"}
"""Suffixes of what lies beside a notebook without being read by it."""


def data_of(folder: Path) -> Mapping[str, bytes]:
    """The files beside a notebook that it reads."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file() and p.suffix not in NOT_DATA}
