"""How many submissions a second?  The same notebooks through several graders, interleaved, in one run.

    python benchmarks/throughput.py [SLUG] [--rounds 3] [--submissions 60] [--nbgrader 3]

Side by side: our engine at each isolation that the machine gives; the floor (same checks, draws and comparisons, the
student's code called directly in a fresh fork a submission, no sandbox, no wire); and stock `nbgrader autograde`, which
executes each notebook in a kernel. Every grader gets both cores where it can use them; nbgrader cannot. Figures are
medians over the rounds; the ratios are what counts on a noisy machine.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from grader import course, inprocess, judge, recorded, run, submission
from grader.sandbox import LEVELS, best_level

ROOT = Path(__file__).resolve().parent.parent
SECRET = bytes(range(16))


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slug", nargs="?", default="linear_regression")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--nbgrader", type=int, default=3, help="submissions that stock nbgrader gets a round; 0: none")
    options = parser.parse_args()
    os.environ.pop("OPENBLAS_CORETYPE", None)  # it slows a current NumPy, in us and in them

    with tempfile.TemporaryDirectory() as folder:
        classroom = Path(folder) / "submitted"
        for i in range(options.submissions):
            place = classroom / f"student{i:04}" / options.slug
            place.mkdir(parents=True)
            shutil.copy(ROOT / "source" / options.slug / f"{options.slug}.ipynb", place)
        marking = prepared(options.slug)
        found = submission.find([classroom], options.slug)
        graders: dict[str, tuple[Callable[[], object], int]] = {}
        levels = LEVELS[LEVELS.index(best_level()) :]
        for level in levels:
            graders[f"ours, {level}"] = (lambda level=level: ours(marking, found, level), len(found))
        graders["floor"] = (lambda: floor(marking, found), len(found))
        if options.nbgrader and importlib.util.find_spec("nbgrader"):
            stock = StockCourse(Path(folder) / "stock", options.slug, options.nbgrader)
            graders["nbgrader autograde"] = (stock.autograde, options.nbgrader)
        seconds: dict[str, list[float]] = {name: [] for name in graders}
        for _ in range(options.rounds):
            for name, (grade, count) in graders.items():
                began = time.perf_counter()
                grade()
                seconds[name].append((time.perf_counter() - began) / count)
        show(options.slug, {name: statistics.median(times) for name, times in seconds.items()})
        one_student(options.slug)


def prepared(slug: str) -> run.Marking:
    """The exercise with its draws and right answers, which a class pays for once."""
    opened = course.open_course(ROOT)
    exercise = course.exercise(opened, slug, SECRET)
    release = submission.released_notebook(ROOT / "source" / slug / f"{slug}.ipynb", slug)
    return run.Marking(exercise, release, recorded.make_ready(exercise), opened.limits)


def ours(marking: run.Marking, found: Sequence[submission.Submission], level: str) -> None:
    """The engine, on all cores."""
    jobs = len(os.sched_getaffinity(0))
    for _, result in run.grade(marking, found, isolation=level, jobs=jobs):
        assert result.points == result.max_points, result


def floor(marking: run.Marking, found: Sequence[submission.Submission]) -> None:
    """Two lanes of forks, each judging in its own process."""
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
                os.waitpid(inner, 0)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


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


class StockCourse:
    """A course of nbgrader's own, with the same assignment and nbgrader's default configuration."""

    def __init__(self, root: Path, slug: str, students: int) -> None:
        """Lay out source and submissions, and make the assignment once."""
        self._root, self._slug = root, slug
        shutil.copytree(ROOT / "source" / slug, root / "source" / slug)
        (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'stock'\n")
        self._nbgrader("generate_assignment", slug)
        for i in range(students):
            place = root / "submitted" / f"student{i:04}" / slug
            shutil.copytree(root / "release" / slug, place)
            shutil.copy(ROOT / "source" / slug / f"{slug}.ipynb", place)

    def autograde(self) -> None:
        """All submissions, as an instructor types it."""
        self._nbgrader("autograde", self._slug, "--force")

    def _nbgrader(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self._root,
            check=True,
            capture_output=True,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        )


def show(slug: str, seconds: dict[str, float]) -> None:
    """One line a grader."""
    print(f"{slug}, {len(os.sched_getaffinity(0))} cores, medians\n")
    print("| grader | submissions a second | ms each | times nbgrader | times the floor's time |")
    print("|---|---:|---:|---:|---:|")
    stock, lowest = seconds.get("nbgrader autograde"), seconds["floor"]
    for name, each in seconds.items():
        ratio = f"{stock / each:.0f}" if stock else ""
        print(f"| {name} | {1 / each:.1f} | {1000 * each:.1f} | {ratio} | {each / lowest:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\npeak memory of the grader's process: {peak} MB")


def one_student(slug: str) -> None:
    """The whole process of `grader check FILE`, and `check(f)` in a warm kernel."""
    file = ROOT / "source" / slug / f"{slug}.ipynb"
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "grader.cli", "check", str(file)], check=False, capture_output=True)
        times.append(time.perf_counter() - began)
    print(f"grader check {file.name}: {statistics.median(times):.2f} s")
    script = f"""
import json, os, sys, time
os.chdir({str(ROOT / "source" / slug)!r}); sys.path.insert(0, {str(ROOT / "solutions")!r})
from {slug} import *
from grader import check
check.all()
times = []
for _ in range(5):
    began = time.perf_counter(); check.all(); times.append(time.perf_counter() - began)
print(json.dumps(sorted(times)[2]))
"""
    out = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    print(f"check.all() in a warm kernel, every function: {1000 * json.loads(out):.0f} ms")


if __name__ == "__main__":
    main()
