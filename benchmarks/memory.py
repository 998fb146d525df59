"""How much memory does a class take?  The grader's own process, and all of them together, for classes of several sizes.

    python benchmarks/memory.py [SLUG] [--sizes 200 2000] [--markdown]

The students of a class are links to one right notebook. What is measured is `grader grade --json` as an instructor
types it: the peak of its own process (VmHWM), and the peak of the sum over it, its workers and the sandboxes, where a
page that several share counts once (PSS). A class of ten times the size should show the same figures.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_SECONDS = 0.25


@dataclass(frozen=True)
class Peak:
    """Of one run, in MB."""

    students: int
    own: float
    together: float
    seconds: float


def main() -> None:
    """Measure each size, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slug", nargs="?", default="linear_regression")
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 2000])
    options = parser.parse_args()
    print(f"`grader grade {options.slug} --json`, {len(os.sched_getaffinity(0))} cores\n")
    print("| students | grader's own process, MB | all processes, MB | submissions a second |")
    print("|---:|---:|---:|---:|")
    for size in options.sizes:
        peak = measured(options.slug, size)
        print(f"| {size} | {peak.own:.0f} | {peak.together:.0f} | {size / peak.seconds:.0f} |", flush=True)


def measured(slug: str, size: int) -> Peak:
    """Grade a class of that size in a process of its own, and watch it."""
    with tempfile.TemporaryDirectory() as folder:
        classroom, notebook = Path(folder) / "submitted", Path(folder) / f"{slug}.ipynb"
        notebook.write_bytes((ROOT / "source" / slug / f"{slug}.ipynb").read_bytes())
        for i in range(size):
            place = classroom / f"student{i:05}" / slug
            place.mkdir(parents=True)
            os.link(notebook, place / notebook.name)
        command = [sys.executable, "-m", "grader.cli", "grade", slug, str(classroom), "--course", str(ROOT)]
        began = time.monotonic()
        with subprocess.Popen(
            [*command, "--json", str(Path(folder) / "report.json"), "--seed", bytes(range(16)).hex()],
            stdout=subprocess.DEVNULL,
        ) as running:
            own = together = 0
            while running.poll() is None:
                own = max(own, field(running.pid, "status", "VmHWM:"))
                together = max(together, sum(field(pid, "smaps_rollup", "Pss:") for pid in family(running.pid)))
                time.sleep(SAMPLE_SECONDS)
        assert running.returncode == 0, running.returncode
        return Peak(size, own / 1024, together / 1024, time.monotonic() - began)


def family(pid: int) -> set[int]:
    """A process and all below it."""
    found, left = set(), [pid]
    while left:
        found.add(here := left.pop())
        for task in Path(f"/proc/{here}/task").glob("*/children"):
            left += map(int, read(task).split())
    return found


def field(pid: int, name: str, key: str) -> int:
    """A figure in kB of a process that may be gone by now."""
    lines = read(Path(f"/proc/{pid}/{name}")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)


def read(path: Path) -> str:
    """A file of /proc."""
    try:
        return path.read_text()
    except OSError:
        return ""


if __name__ == "__main__":
    main()
