"""A course of one small assignment, for tests of what is done to a course."""

from pathlib import Path
from typing import Any

import nbformat

from grader.release import release

SLUG = "sums"
POINTS = {SLUG: {"total": 2.0, "mean": 3.0}}
ROOT = Path(__file__).parents[1]

SOLUTION = '''"""Sums."""


def total(x):
    """Sum of x."""
    return sum(x)  # the secret


def mean(x):
    """Mean of x."""
    # the secret too
    return total(x) / len(x)
'''


def stub(name: str) -> str:
    return f'def {name}(x):\n    """What is it?"""\n    ### BEGIN SOLUTION\n    ### END SOLUTION'


def cell(source: str, name: str, kind: str = "code", **claims: object) -> dict[str, Any]:
    metadata: dict[str, Any] = {"collapsed": True} if kind == "code" else {}
    if claims:
        flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        metadata["nbgrader"] = flags | {"grade_id": name} | claims
    outputs = {"outputs": [], "execution_count": 7} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source} | outputs


def check_cell(name: str, points: float) -> dict[str, Any]:
    return cell(f"check({name})", f"check_{name}", grade=True, locked=True, points=points, cell_type="code")


def notebook() -> dict[str, Any]:
    cells = [
        cell("# Sums ☺\nwith **text**", "text-1", "markdown"),
        cell("def check(function):\n    return None", "setup", locked=True),
        cell(stub("total"), "total", solution=True),
        check_cell("total", 2),
        cell(stub("mean"), "mean", solution=True),
        check_cell("mean", 3),
        cell("print(mean([1, 2]))", "figure-1"),
        cell("Because the secret.", "written", "markdown", grade=True, solution=True, points=4.5, cell_type="markdown"),
        cell("raw", "raw-1", "raw"),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


class Course:
    """A course of one assignment in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.recorded = 0
        self.current = False
        for name, text in {
            "nbgrader_config.py": (ROOT / "nbgrader_config.py").read_text("utf-8"),
            f"solutions/{SLUG}.py": SOLUTION,
            f"source/{SLUG}/checks.py": "# public\n",
            f"source/{SLUG}/mistakes.py": "# the secret\n",
            f"source/{SLUG}/data/more/x.csv": "1,2\n",
            f"source/{SLUG}/__pycache__/checks.pyc": "the secret",
            f"source/{SLUG}/.ipynb_checkpoints/{SLUG}-checkpoint.ipynb": "the secret",
        }.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8")
        self.write(notebook())

    @property
    def source(self) -> Path:
        return self.root / "source" / SLUG / f"{SLUG}.ipynb"

    def write(self, book: dict[str, Any]) -> None:
        text = nbformat.writes(nbformat.from_dict(book)) + "\n"
        self.source.write_text(text, "utf-8")

    def release(self, *, address: str = "", check: bool = False) -> list[str]:
        def record(slug: str) -> bytes:
            assert slug == SLUG
            self.recorded += 1
            self.current = True
            return b'{"answers": []}\n'

        return release(
            self.root, POINTS, record=record, is_current=lambda _: self.current, address=address, check=check
        )

    def files(self, folder: str = ".") -> dict[str, bytes]:
        found = (self.root / folder).rglob("*")
        return {path.relative_to(self.root / folder).as_posix(): path.read_bytes() for path in found if path.is_file()}
