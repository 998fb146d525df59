"""The same submissions through stock nbgrader, which executes notebooks, and through ours: each grade that differs.

- `python tests/gradebook/parity.py` does it for tests/classroom, keeps what nbgrader gave in `stock.csv` beside this
  file, and prints the table of docs/nbgrader.md. It takes a quarter of an hour, nearly all of it nbgrader's.
- `python tests/gradebook/parity.py --recorded` takes nbgrader's side from `stock.csv`, and a few seconds.
"""

import csv
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
STOCK = """
c.Execute.timeout = 20  # seconds a cell; nbgrader's own 30 only make the endless ones longer
c.Execute.iopub_timeout = 60  # with nbgrader's own 4 it gives up on students where the machine is busy
"""

UNREADABLE = "nbgrader cannot read the file, and leaves the student without a grade; ours says what the file is"
LATIN = "the file is not UTF-8 throughout: nbgrader cannot read it, ours can"
NO_CELL = "the test cell is not in the submission: nbgrader has nothing to run; ours judges the function itself"
FOLLOWED = "one mistake costs once: judged again with a right helper in the place of the student's wrong one"
BELOW = "what it needs is defined in a cell further down: nbgrader runs the test cell in its place, ours at the end"
FORGED = "the submission replaces `check`: nbgrader pays a test cell that prints nothing in full"
STDERR = "something is printed on stderr below the test cell: nbgrader pays nothing for that"
UNKNOWN = "NOT EXPLAINED"


@dataclass(frozen=True, slots=True)
class Seen:
    """What stock nbgrader made of a graded cell."""

    score: float | None
    said: str = ""
    """NOT_UTF8, MISSING, …; empty where there is nothing remarkable."""


# What can be remarkable.
NOT_UTF8, BROKEN = "not UTF-8", "error"
MISSING, SILENT, UNDEFINED, ON_STDERR = "no such cell", "no output", "undefined name", "stderr"

Stock = Mapping[tuple[str, str, str], Seen]
"""By student, assignment and cell."""
RECORD = Path(__file__).with_name("stock.csv")


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
    which, report = ("all", "report") if len(slugs) > 1 else (slugs[0], f"report/{slugs[0]}.json")
    (root / "report").mkdir(exist_ok=True)
    command = ("grader.cli", "grade", which, "submitted", "--gradebook", "sqlite:///gradebook.db", "--json", report)
    done = run(root, *command, *options)
    assert done.returncode == 0, done.stderr[-3000:]
    return {slug: json.loads((root / "report" / f"{slug}.json").read_text("utf-8")) for slug in slugs}


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


def seen(root: Path, said: Mapping[str, str]) -> Stock:
    """What stock nbgrader gave, and what it showed below each test cell."""
    return {key: Seen(score, _remarkable(root, key, said[key[1]])) for key, score in grades(root).items()}


def _remarkable(root: Path, key: tuple[str, str, str], said: str) -> str:
    student = key[0]
    failed = re.search(rf"There was an error processing assignment: \S*/{student}/.*?Removing failed", said, re.DOTALL)
    if failed:
        return NOT_UTF8 if "UnicodeDecodeError" in failed[0] else BROKEN
    shown = outputs(root, *key)
    if shown is None:
        return MISSING
    if "is not defined" in shown:
        return UNDEFINED
    if '"name": "stderr"' in shown:
        return ON_STDERR
    return SILENT if shown == "[]" else ""


def record(stock: Stock) -> None:
    """Keep what nbgrader gave."""
    with RECORD.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["student", "assignment", "cell", "score", "said"])
        lines.writerows([*key, "" if s.score is None else repr(s.score), s.said] for key, s in sorted(stock.items()))


def recorded() -> Stock:
    """What nbgrader gave when it was last asked."""
    with RECORD.open(encoding="utf-8", newline="") as file:
        return {
            (line["student"], line["assignment"], line["cell"]): Seen(
                float(line["score"]) if line["score"] else None, line["said"]
            )
            for line in csv.DictReader(file)
        }


def differences(stock: Stock, ours: Grades, reports: Mapping[str, Any]) -> Iterator[Row]:
    """Every grade that is another, with its reason."""
    for key in sorted(stock.keys() | ours.keys()):
        student, slug, cell = key
        there = stock.get(key, Seen(None, BROKEN))
        if there.score != ours.get(key):
            result = next(one for one in reports[slug]["submissions"] if one["student"] == student)
            yield Row(student, slug, cell, there.score, ours.get(key), reason(cell, result, there.said))


def outputs(root: Path, student: str, slug: str, cell: str) -> str | None:
    """What stock nbgrader's run printed below a test cell; None where the notebook has no such cell."""
    file = root / "autograded" / student / slug / f"{slug}.ipynb"
    if not file.is_file():
        return None
    for one in json.loads(file.read_text("utf-8"))["cells"]:
        if one["metadata"].get("nbgrader", {}).get("grade_id") == cell:
            return json.dumps(one.get("outputs"))  # a written answer has none
    return None


REASONS = {NOT_UTF8: LATIN, BROKEN: UNKNOWN, MISSING: NO_CELL}


def reason(cell: str, result: Mapping[str, Any], said: str) -> str:
    """Why a grade differs, by what both said of it."""
    items = [item for item in result["items"] if item["function"] == cell.removeprefix("check_")]
    if result["status"] in {"unreadable", "refused"}:
        return UNREADABLE
    if said in REASONS:
        return REASONS[said]
    if any(item["followed_through"] for item in items):
        return FOLLOWED
    if said == UNDEFINED and all(item["status"] == "passed" for item in items):
        return BELOW
    if said == ON_STDERR:
        return STDERR
    if said == SILENT and any(item["status"] != "passed" for item in items):
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


def slugs() -> Sequence[str]:
    """The course's assignments."""
    return sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir())


def todays_table(root: Path, stock: Stock, *options: str) -> Iterator[str]:
    """The table of docs/nbgrader.md, by what ours gives today."""
    ours = make(root, slugs(), CLASSROOM, stock=False)
    reports = through_ours(ours, slugs(), *options)
    mine = grades(ours)
    return table(list(differences(stock, mine, reports)), len(mine))


def main(*, again: bool) -> None:
    """Run both, or ours alone, and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        if again:
            root = make(Path(folder, "stock"), slugs(), CLASSROOM, stock=True)
            record(seen(root, through_stock(root, slugs())))
        print("\n".join(todays_table(Path(folder, "ours"), recorded())))  # noqa: T201 - it is what the command is for


if __name__ == "__main__":
    main(again="--recorded" not in sys.argv[1:])
