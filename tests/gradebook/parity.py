"""The same submissions through stock nbgrader, which executes notebooks, and through ours: each grade that differs.

`python tests/gradebook/parity.py [SLUG…]` does it for tests/classroom and prints the table of docs/nbgrader.md. It
takes some minutes, nearly all of them nbgrader's.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CLASSROOM = ROOT / "tests" / "classroom" / "submitted"
SEED = "000102030405060708090a0b0c0d0e0f"

# Ours after this line of nbgrader_config.py; without it the course is one of stock nbgrader.
OURS_BEGINS = "# nbgrader's own list, but `Judge`"
STOCK = "c.Execute.timeout = 10  # seconds a cell; nbgrader's own 30 only make the endless ones longer\n"

UNREADABLE = "nbgrader cannot read the file, and leaves the student without a grade; ours says what the file is"
LATIN = "the file is not UTF-8 throughout: nbgrader cannot read it, ours can"
NO_CELL = "the test cell is not in the submission: nbgrader has nothing to run; ours judges the function itself"
FOLLOWED = "one mistake costs once: judged again with a right helper in the place of the student's wrong one"
BELOW = "what it needs is defined in a cell further down: nbgrader runs the test cell in its place, ours at the end"
MACHINE = "nbgrader gave up on a busy machine (4 s without output); the student stays without a grade"
FORGED = "the submission replaces `check`: nbgrader pays a test cell that prints nothing in full"
STDERR = "something is printed on stderr below the test cell: nbgrader pays nothing for that"
UNKNOWN = "NOT EXPLAINED"


@dataclass(frozen=True, slots=True)
class Row:
    """A grade that differs."""

    student: str
    slug: str
    cell: str
    stock: float | None
    ours: float | None
    reason: str


def make(root: Path, slugs: Sequence[str], submitted: Path, *, stock: bool) -> Path:
    """A copy of the course, with nbgrader's own settings or with ours."""
    for slug in slugs:
        shutil.copytree(ROOT / "source" / slug, root / "source" / slug, ignore=shutil.ignore_patterns("__pycache__"))
        for student in sorted(path.name for path in submitted.iterdir()):
            if (submitted / student / slug).is_dir():
                shutil.copytree(submitted / student / slug, root / "submitted" / student / slug)
    shutil.copytree(ROOT / "solutions", root / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    config = (ROOT / "nbgrader_config.py").read_text("utf-8")
    assert OURS_BEGINS in config
    (root / "nbgrader_config.py").write_text(config[: config.index(OURS_BEGINS)] + STOCK if stock else config, "utf-8")
    return root


def run(root: Path, *command: str, seconds: float = 900) -> subprocess.CompletedProcess[str]:
    """One of nbgrader's commands, or ours, in a course, with no settings but the course's own."""
    (home := root.parent / "home").mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    environment = kept | {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # nbgrader starts alembic, a kernel
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "COURSE_SEED": SEED,
    }
    command = (sys.executable, "-m", *command)
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )


def through_stock(root: Path, slugs: Sequence[str]) -> Mapping[str, str]:
    """Run nbgrader on a course; what it said, by assignment."""
    said: dict[str, str] = {}
    for slug in slugs:
        made = run(root, "nbgrader", "generate_assignment", slug, "--force")
        assert made.returncode == 0, made.stderr[-3000:]
        said[slug] = run(root, "nbgrader", "autograde", slug).stderr
    return said


def through_ours(root: Path, slugs: Sequence[str], *options: str) -> Mapping[str, Any]:
    """Run `grader grade --gradebook` on a course; the reports, by assignment."""
    for slug in slugs:
        command = ("grader.cli", "grade", slug, "submitted", "--gradebook", "sqlite:///gradebook.db")
        done = run(root, *command, "--json", f"{slug}.json", *options)
        assert done.returncode == 0, done.stderr[-3000:]
    return {slug: json.loads((root / f"{slug}.json").read_text("utf-8")) for slug in slugs}


GRADES = """
select student.id, notebook.name, base_cell.name, grade.auto_score
from grade join base_cell on base_cell.id = grade.cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join notebook on notebook.id = submitted_notebook.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
join student on student.id = submitted_assignment.student_id
"""

Grades = Mapping[tuple[str, str, str], float | None]


def grades(root: Path) -> Grades:
    """By student, assignment and cell."""
    with sqlite3.connect(root / "gradebook.db") as connection:
        return {(student, slug, cell): score for student, slug, cell, score in connection.execute(GRADES)}


def differences(stock: Path, ours: Path, said: Mapping[str, str], reports: Mapping[str, Any]) -> Iterator[Row]:
    """Every grade that is another, with its reason."""
    theirs, mine = grades(stock), grades(ours)
    for key in sorted(theirs.keys() | mine.keys()):
        student, slug, cell = key
        if theirs.get(key) != mine.get(key):
            result = next(one for one in reports[slug]["submissions"] if one["student"] == student)
            why = reason(cell, result, said[slug], outputs(stock, *key))
            yield Row(student, slug, cell, theirs.get(key), mine.get(key), why)


def outputs(root: Path, student: str, slug: str, cell: str) -> str | None:
    """What stock nbgrader's run printed below a test cell; None where the notebook has no such cell."""
    file = root / "autograded" / student / slug / f"{slug}.ipynb"
    if not file.is_file():
        return None
    for one in json.loads(file.read_text("utf-8"))["cells"]:
        if one["metadata"].get("nbgrader", {}).get("grade_id") == cell:
            return json.dumps(one["outputs"])
    return None


def reason(cell: str, result: Mapping[str, Any], said: str, shown: str | None) -> str:
    """Why a grade differs, by what both said of it."""
    function = cell.removeprefix("check_")
    items = [item for item in result["items"] if item["function"] == function]
    failed = re.search(
        rf"There was an error processing assignment: \S*/{result['student']}/.*?Removing failed", said, re.DOTALL
    )
    if result["status"] in {"unreadable", "refused"}:
        return UNREADABLE
    if failed:
        return MACHINE if "CellTimeoutError" in failed[0] else LATIN if "UnicodeDecodeError" in failed[0] else UNKNOWN
    if shown is None:
        return NO_CELL
    if any(item["followed_through"] for item in items):
        return FOLLOWED
    if "is not defined" in shown and all(item["status"] == "passed" for item in items):
        return BELOW
    if '"name": "stderr"' in shown:
        return STDERR
    if shown == "[]" and any(item["status"] != "passed" for item in items):
        return FORGED
    return UNKNOWN


def table(rows: Sequence[Row], compared: int) -> Iterator[str]:
    """The rows as Markdown, a student's test cells of one reason in one line."""
    yield f"{len(rows)} of {compared} grades differ.\n"
    yield "| student | assignment | cells | nbgrader | ours | why |\n|---|---|---|---|---|---|"
    for (student, slug, why), found in groupby(rows, lambda row: (row.student, row.slug, row.reason)):
        group = list(found)
        cells = ", ".join(row.cell.removeprefix("check_") for row in group)
        stock, ours = _sum([row.stock for row in group]), _sum([row.ours for row in group])
        yield f"| {student} | {slug} | {cells} | {stock} | {ours} | {why} |"


def _sum(points: Sequence[float | None]) -> str:
    known = [value for value in points if value is not None]
    return f"{sum(known):g}" if known else "none"


def main(slugs: Sequence[str]) -> None:
    slugs = slugs or sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir())
    with tempfile.TemporaryDirectory() as folder:
        stock = make(Path(folder, "stock"), slugs, CLASSROOM, stock=True)
        ours = make(Path(folder, "ours"), slugs, CLASSROOM, stock=False)
        reports = through_ours(ours, slugs)
        rows = list(differences(stock, ours, through_stock(stock, slugs), reports))
        print("\n".join(table(rows, len(grades(ours)))))  # noqa: T201 - it is what the command is for


if __name__ == "__main__":
    main(sys.argv[1:])
