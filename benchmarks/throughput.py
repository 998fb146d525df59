"""How many submissions a second?  The same notebook through several graders, interleaved, in one run.

    python benchmarks/throughput.py [SLUG] [--rounds 5] [--markdown] [--otter new]

Side by side: our engine at each isolation that the machine gives; the floor (same checks, draws and comparisons, the
student's code called directly in a fresh fork a submission, no sandbox, no wire); stock `nbgrader autograde` and `otter
run`, which execute each notebook in a Jupyter kernel. The notebook is as it is handed in; our engine does not run the
cells that only draw figures, and `--without-figures` leaves them out for everybody. Of nbgrader's time its start-up is
subtracted, and otter's tests ask for nothing but whether each function is there. Every grader gets all cores where it
can use them; nbgrader cannot.

Figures are medians over the rounds, ratios the medians of each round's: on a noisy machine they are what counts.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
from others import NBGRADER, OTTER, Nbgrader, Otter, otter_in
from watch import Peak, watched

from grader import course, inprocess, judge, recorded, run, submission, workers
from grader.sandbox import LEVELS, best_level

ROOT = Path(__file__).resolve().parent.parent
SECRET = bytes(range(16))
FLOOR = "floor"


@dataclass(frozen=True)
class Grader:
    """One column's worth of work: a class, one student, and a command to look at the memory of."""

    students: int
    a_class: Callable[[], object]
    one: Callable[[], object]
    command: Sequence[str]
    folder: Path | None = None
    starts: bool = False
    """Whether one student's time is its start-up, which a class pays once."""


def main() -> None:
    """Measure, and print the tables."""
    options = arguments()
    os.environ.pop("OPENBLAS_CORETYPE", None)  # it slows a current NumPy, in us and in them
    if options.only:
        found = submission.find([options.classroom], options.slug)
        return (
            floor(prepared(options.slug), found)
            if options.only == FLOOR
            else ours(prepared(options.slug), found, options.only)
        )
    with tempfile.TemporaryDirectory() as folder:
        graders = dict(contestants(options, Path(folder)))
        rounds = measured(graders, options.rounds)
        peaks = {name: watched(grader.command, grader.folder) for name, grader in graders.items()}
        print(f"{options.slug}, {len(os.sched_getaffinity(0))} cores, medians of {options.rounds} rounds\n")
        show(list(table(graders, rounds, peaks)), markdown=options.markdown)
    one_student(options.slug, options.rounds)
    return None


def arguments() -> argparse.Namespace:
    """What is asked for; `--only` and `--classroom` are for the commands whose memory is looked at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slug", nargs="?", default="linear_regression")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--submissions", type=int, default=200, help="the class that our engine and the floor get a round"
    )
    parser.add_argument("--nbgrader", type=int, default=4, help="students that stock nbgrader gets a round; 0: none")
    parser.add_argument("--otter", default="", help="a Python that has otter-grader; `new` makes one, in a minute")
    parser.add_argument("--without-figures", action="store_true", help="leave out the cells that only draw")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--only", default="", help=argparse.SUPPRESS)
    parser.add_argument("--classroom", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


# --- who takes part ---


def contestants(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Grader]]:
    """Everybody who is here, on one class of links to one notebook; who is not is said in a line."""
    source = ROOT / "source" / options.slug
    notebook = handed_in(source / f"{options.slug}.ipynb", folder, figures=not options.without_figures)
    classroom = folder / "submitted"
    for i in range(options.submissions):
        place = classroom / f"student{i:04}" / options.slug
        place.mkdir(parents=True)
        os.link(notebook, place / notebook.name)
    marking, found = prepared(options.slug), submission.find([classroom], options.slug)
    again = [sys.executable, __file__, options.slug, "--classroom", str(classroom), "--only"]
    for level in LEVELS[LEVELS.index(best_level()) :]:
        yield (
            f"ours, {level}",
            Grader(
                len(found),
                lambda level=level: ours(marking, found, level),
                lambda level=level: ours(marking, found[:1], level),
                [*again, level],
            ),
        )
    yield FLOOR, Grader(len(found), lambda: floor(marking, found), lambda: floor(marking, found[:1]), [*again, FLOOR])
    if options.nbgrader and importlib.util.find_spec("nbgrader"):
        stock = Nbgrader(folder / "stock", source, notebook, options.nbgrader)
        yield (
            NBGRADER,
            Grader(
                options.nbgrader,
                stock.grade,
                lambda: stock.grade("student0000"),
                stock.command(),
                stock.folder,
                starts=True,
            ),
        )
    else:
        print(f"{NBGRADER} is left out: it is not asked for, or nbgrader is not installed here.")
    if options.otter:
        python = otter_in(folder / "otter-venv") if options.otter == "new" else Path(options.otter)
        otter = Otter(python, folder / "otter", source, notebook, list(marking.exercise.forms))
        lanes = len(os.sched_getaffinity(0))
        yield OTTER, Grader(2 * lanes, lambda: otter.grade(2 * lanes), otter.grade, otter.command(), otter.folder)
    else:
        print(f"{OTTER} is left out: --otter names a Python that has otter-grader, --otter new makes one.")


def handed_in(file: Path, folder: Path, *, figures: bool) -> Path:
    """The source notebook, solutions and all; perhaps without the cells that our engine would not run."""
    book = nbformat.read(file, as_version=4)
    book.cells = [cell for cell in book.cells if figures or "figure" not in cell.metadata.get("tags", ())]
    nbformat.write(book, folder / file.name)
    return folder / file.name


def prepared(slug: str) -> run.Marking:
    """The exercise with its draws and right answers, which a class pays for once."""
    opened = course.open_course(ROOT)
    exercise = course.exercise(opened, slug, SECRET)
    release = submission.released_notebook(ROOT / "source" / slug / f"{slug}.ipynb", slug)
    return run.Marking(exercise, release, recorded.make_ready(exercise), opened.limits)


def ours(marking: run.Marking, found: Sequence[submission.Submission], level: str) -> None:
    """The engine, on all cores."""
    jobs = len(os.sched_getaffinity(0))
    for one in workers.grade([workers.Batch(marking, found)], isolation=level, jobs=jobs):
        assert one.result.points == one.result.max_points, one.result


def floor(marking: run.Marking, found: Sequence[submission.Submission]) -> None:
    """A lane of forks a core, each fork judging one in its own process."""
    lanes = len(os.sched_getaffinity(0))
    children = []
    for lane in range(lanes):
        child = os.fork()
        if child == 0:
            for one in found[lane::lanes]:
                inner = os.fork()
                if inner == 0:
                    directly(marking, one)
                    os._exit(0)
                assert os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]) == 0
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def directly(marking: run.Marking, one: submission.Submission) -> None:
    """The student's cells run here, and the checks call the functions themselves."""
    program = submission.read(one.path, marking.release).program
    names: dict[str, object] = {"__name__": "__main__"}

    @contextlib.contextmanager
    def start(_stubs: Sequence[str] = ()) -> Iterator[inprocess.InProcess]:
        yield inprocess.InProcess(names, quiet=True)

    with contextlib.chdir(ROOT / "source" / marking.exercise.slug):
        for cell in program.cells:
            exec(compile(cell.source, cell.label, "exec"), names)
        items = list(judge.judge(marking.exercise, start, follow_through=False))
    assert all(item.status in {"passed", "manual"} for item in items), items


# --- measuring ---


@dataclass(frozen=True)
class Round:
    """What one grader took in one round, in seconds."""

    each: float
    """For a submission of a class, on the wall's clock."""
    processors: float
    """The same, of all processors together: what is left of the noise where others have them too. Of the jail it is too
    little: its processes end with their namespace, and what they used is told to nobody."""
    alone: float
    """For one student."""


def measured(graders: dict[str, Grader], rounds: int) -> dict[str, list[Round]]:
    """Everybody in turn, round by round."""
    found: dict[str, list[Round]] = {name: [] for name in graders}
    for _ in range(rounds):
        for name, grader in graders.items():
            alone, alone_processors = took(grader.one)
            wall, processors = took(grader.a_class)
            students = grader.students
            if grader.starts:  # the first student's time is mostly the start-up
                wall, processors, students = wall - alone, processors - alone_processors, students - 1
            found[name].append(Round(wall / students, processors / students, alone))
    return found


def took(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall's clock, and of the processors: ours and those of all that was started and has ended."""
    began, used = time.perf_counter(), sum(os.times()[:4])
    work()
    return time.perf_counter() - began, sum(os.times()[:4]) - used


def table(
    graders: dict[str, Grader], rounds: dict[str, list[Round]], peaks: dict[str, Peak]
) -> Iterator[tuple[str, ...]]:
    """One row a grader."""

    def middle(of: Callable[[Round], float], name: str) -> float:
        return statistics.median(map(of, rounds[name]))

    def ratio(above: str, below: str) -> float:
        return statistics.median(a.each / b.each for a, b in zip(rounds[above], rounds[below], strict=True))

    yield ("grader", "a second", "ms each", "processor ms", "× nbgrader", "÷ floor", "one student, s", "memory, MB")
    for name in graders:
        each = middle(lambda one: one.each, name)
        yield (
            name,
            f"{1 / each:.0f}" if each < 0.1 else f"{1 / each:.2f}",
            f"{1000 * each:.1f}",
            f"{1000 * middle(lambda one: one.processors, name):.1f}",
            f"{ratio(NBGRADER, name):.3g}" if NBGRADER in rounds else "",
            f"{ratio(name, FLOOR):.3g}",
            f"{middle(lambda one: one.alone, name):.2f}",
            f"{peaks[name].together:.0f}",
        )


def show(rows: Sequence[Sequence[str]], *, markdown: bool) -> None:
    """Print a table, its columns below each other."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [
            text.rjust(width) if i else text.ljust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("| " + " | ".join(cells) + " |" if markdown else "  ".join(cells))
        if number == 0 and markdown:
            print("|" + "|".join(["---", *["---:"] * (len(row) - 1)]) + "|")


def one_student(slug: str, rounds: int) -> None:
    """The whole process of `grader check FILE`, and `check(f)` in a warm kernel."""
    folder = ROOT / "source" / slug
    command = [sys.executable, "-m", "grader.cli", "check", str(folder / f"{slug}.ipynb")]

    def whole() -> None:
        subprocess.run(command, check=False, capture_output=True)

    whole()  # the disk is warm from here on
    times = [took(whole)[0] for _ in range(2 * rounds)]
    print(f"\n`grader check {slug}.ipynb`, the whole process: {statistics.median(times):.2f} s")
    script = f"""
import json, os, sys, time
os.chdir({str(folder)!r}); sys.path.insert(0, {str(ROOT / "solutions")!r})
import {slug} as solution
from grader import check
def took(f):
    began = time.perf_counter(); f(); return time.perf_counter() - began
functions = [f for name, f in vars(solution).items() if getattr(f, "__module__", "") == {slug!r} and callable(f)]
for f in functions: check(f)
print(json.dumps([sorted(took(lambda: check(f)) for _ in range(5))[2] for f in functions]))
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    times = json.loads(done.stdout.splitlines()[-1])
    middle, most = 1000 * statistics.median(times), 1000 * max(times)
    print(f"`check(f)` in a warm kernel: {middle:.0f} ms, the slowest function {most:.0f} ms")


if __name__ == "__main__":
    main()
