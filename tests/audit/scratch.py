"""The seventh exercise: the files that docs/writing-an-exercise.md shows, in a course of its own."""

import re
from pathlib import Path
from typing import Any

import nbformat

from grader.audit.subject import Extent
from grader.course import Course, open_course

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "writing-an-exercise.md"
SLUG = "ridge"
POINTS = {"ridge_loss": 3, "ridge_gradient": 4}
SMALL = Extent("full", seeds=10, right_seeds=4, turns=2, every=1)
"""All parts, on few seeds: what many seeds show is the audit of the course itself."""


def shown_files() -> dict[str, str]:
    """The page's files by their path."""
    return dict(re.findall(r"^`([\w/.]+)`\n\n```\w+\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))


def make(root: Path, changes: dict[str, tuple[str, str]] | None = None) -> Course:
    """The page's course, in `root`; `changes` replaces text: file name → (old, new)."""
    for path, text in shown_files().items():
        old, new = (changes or {}).get(Path(path).name, ("", ""))
        assert old in text
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.replace(old, new) if old else text, "utf-8")
    (root / "source" / SLUG / f"{SLUG}.ipynb").write_text(nbformat.writes(notebook()) + "\n", "utf-8")
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text("utf-8"), "utf-8")
    return open_course(root)


def notebook() -> Any:
    """A notebook with a solution cell and a test cell for each function."""
    cells = [_cell("import numpy as np\n\ndef check(function):\n    return None", "setup", locked=True)]
    for name, points in POINTS.items():
        stub = f'def {name}(X, y, w, strength):\n    """Yours."""\n    ### BEGIN SOLUTION\n    ### END SOLUTION'
        cells.append(_cell(stub, name, solution=True))
        cells.append(_cell(f"check({name})", f"check_{name}", grade=True, locked=True, points=points, cell_type="code"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(book)


def _cell(source: str, name: str, **marks: object) -> dict[str, Any]:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": name}
    metadata = {"nbgrader": flags | marks}
    return {
        "cell_type": "code", "id": name, "metadata": metadata, "source": source, "outputs": [], "execution_count": None,
    }  # fmt: skip
