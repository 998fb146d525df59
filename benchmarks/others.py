"""Two graders that execute a notebook in a Jupyter kernel.  In: a notebook.  Out: it is graded, once a student."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

NBGRADER, OTTER = "nbgrader autograde", "otter run"


class Nbgrader:
    """A course of nbgrader's own, with the same assignment and nbgrader's default configuration."""

    def __init__(self, root: Path, source: Path, notebook: Path, students: int) -> None:
        """Lay out source and submissions, and make the assignment once."""
        self._root, self._slug = root, source.name
        shutil.copytree(source, root / "source" / self._slug)
        (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'stock'\n")
        self._nbgrader("generate_assignment", self._slug)
        for i in range(students):
            place = root / "submitted" / f"student{i:04}" / self._slug
            shutil.copytree(root / "release" / self._slug, place)
            shutil.copy(notebook, place / f"{self._slug}.ipynb")

    def command(self, student: str = "*") -> list[str]:
        """What an instructor types; the star is everybody."""
        return [sys.executable, "-m", "nbgrader", "autograde", self._slug, "--force", "--student", student]

    @property
    def folder(self) -> Path:
        """Where it is typed."""
        return self._root

    def grade(self, student: str = "*") -> None:
        """Run it."""
        self._nbgrader(*self.command(student)[3:])

    def _nbgrader(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self._root,
            check=True,
            capture_output=True,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        )


TEST = """
OK_FORMAT = True
test = {{
    "name": "{name}", "points": 1,
    "suites": [{{
        "cases": [{{"code": ">>> callable({name})\\nTrue", "hidden": False, "locked": False}}],
        "scored": True, "setup": "", "teardown": "", "type": "doctest",
    }}],
}}
"""
"""For a function: whether it is there. Otter has less to check than the others, and none of the difference is that."""


class Otter:
    """An autograder of otter-grader's; two submissions at a time, each by the command."""

    def __init__(self, python: Path, root: Path, source: Path, notebook: Path, functions: Sequence[str]) -> None:
        """Make the autograder once."""
        self._otter, self.folder, self._notebook = python.parent / "otter", root, root / notebook.name
        self._lanes = len(os.sched_getaffinity(0))
        (root / "tests").mkdir(parents=True)
        book = nbformat.read(notebook, as_version=4)
        book.cells = [cell for cell in book.cells if not cell.source.startswith("check(")]  # it has tests of its own
        nbformat.write(book, self._notebook)
        for name in functions:
            (root / "tests" / f"{name}.py").write_text(TEST.format(name=name))
        data = [Path(shutil.copy(path, root)).name for path in source.glob("*.csv")]
        for lane in range(self._lanes):
            (root / f"out{lane}").mkdir()
        self._run([str(self._otter), "generate", "-t", "tests", "-o", "autograder.zip", *data])
        self.grade()
        outcome = json.loads((root / "out0" / "results.json").read_text())
        assert sum(test.get("score", 0) for test in outcome["tests"]) == len(functions), outcome

    def command(self, number: int = 0) -> list[str]:
        """What is typed for one submission."""
        options = ["-a", "autograder.zip", "-o", f"out{number % self._lanes}", "--no-logo"]
        return [str(self._otter), "run", str(self._notebook), *options]

    def grade(self, students: int = 1) -> None:
        """Run it for each."""
        with ThreadPoolExecutor(self._lanes) as lanes:
            list(lanes.map(self._run, map(self.command, range(students))))

    def _run(self, command: Sequence[str]) -> None:
        path = f"{self._otter.parent}:{os.environ['PATH']}"
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, env={**os.environ, "PATH": path})


def otter_in(folder: Path) -> Path:
    """A Python with otter-grader, in a virtual environment of its own, which is made now."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    python = folder / "bin" / "python"
    wanted = ["otter-grader", "numpy", "matplotlib", "ipykernel"]
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
    subprocess.run(install, check=True, capture_output=True)
    return python
