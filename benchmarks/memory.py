"""How much memory does a class take?  The grader's own process, and all of them together, for classes of several sizes.

    python benchmarks/memory.py [SLUG] [--sizes 200 2000]

The students of a class are links to one right notebook, and the command is what an instructor types: `grader grade
--json`. A class of ten times the size should show the same figures.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from watch import Peak, watched

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Measure each size, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slug", nargs="?", default="linear_regression")
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 2000])
    options = parser.parse_args()
    print("| students | grader's own process, MB | all processes, MB | seconds |")
    print("|---:|---:|---:|---:|")
    for size in options.sizes:
        peak = measured(options.slug, size)
        print(f"| {size} | {peak.own:.0f} | {peak.together:.0f} | {peak.seconds:.0f} |", flush=True)


def measured(slug: str, size: int) -> Peak:
    """Grade a class of that size in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        classroom, notebook = Path(folder) / "submitted", Path(folder) / f"{slug}.ipynb"
        notebook.write_bytes((ROOT / "source" / slug / f"{slug}.ipynb").read_bytes())
        for i in range(size):
            place = classroom / f"student{i:05}" / slug
            place.mkdir(parents=True)
            os.link(notebook, place / notebook.name)
        command = [sys.executable, "-m", "grader.cli", "grade", slug, str(classroom), "--course", str(ROOT)]
        return watched([*command, "--json", str(Path(folder) / "report.json"), "--seed", bytes(range(16)).hex()])


if __name__ == "__main__":
    main()
