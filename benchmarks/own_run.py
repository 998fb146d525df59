"""How long a student waits for `check(f)`: each function of each assignment, once warm, page and pictures included.

    python benchmarks/own_run.py [SLUG …]

The promise is 50 ms. The median of eleven calls is printed, with the reference as the student's code, in one process
each assignment as a notebook's kernel is one.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CALLS = 11


def measured(slug: str) -> None:
    """Print a line a function; in a process of its own, in the assignment's folder."""
    from grader import check  # noqa: PLC0415 - its import is part of the first answer

    names: dict[str, object] = {"check": check}
    os.chdir(ROOT / "assignments" / slug)
    exec((ROOT / "solutions" / f"{slug}.py").read_text("utf-8"), names)
    began = time.perf_counter()
    points = eval("check.all()", names)
    print(f"{slug}: the first answer about everything after {(time.perf_counter() - began) * 1e3:.0f} ms")
    for function in dict.fromkeys(item.function for item in points.items if item.function):
        seconds = []
        for _ in range(CALLS):
            began = time.perf_counter()
            eval(f"check({function})", names)._repr_html_()
            seconds.append(time.perf_counter() - began)
        print(f"  {function:28} {statistics.median(seconds) * 1e3:6.1f} ms")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measured(sys.argv[2])
    else:
        for slug in sys.argv[1:] or sorted(path.stem for path in (ROOT / "solutions").glob("*.py")):
            subprocess.run([sys.executable, __file__, "--one", slug], check=True)
