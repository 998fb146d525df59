"""The first cell of a released notebook, for a student who has not our package: one sentence how to install it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from judging import COURSE, ROOT, SLUGS

STRANGERS = {
    "none": None,
    "without check": "value = 7\n",
    "of another Python": "print 'hello'\n",
    "that needs what is not there": "import a_module_that_nobody_has\n",
    "that gives up": "raise RuntimeError('no display')\n",
}

ASK = """
for ask in (lambda: check(None), lambda: check.all(), lambda: check("x")):
    try:
        value = ask()
    except ImportError as error:
        said.append((str(error), error.__cause__, error.__context__))
    else:
        said.append(value)
import json, sys
json.dump({"said": [s if isinstance(s, str) else s[0] for s in said],
           "bare": all(s[1] is None and s[2] is None for s in said), "numpy": np.__name__}, open(sys.argv[1], "w"))
"""


def setup_cell(slug: str) -> str:
    cells = json.loads((ROOT / "assignments" / slug / f"{slug}.ipynb").read_text("utf-8"))["cells"]
    (first,) = (cell for cell in cells if cell["id"] == "setup")
    assert first["metadata"]["nbgrader"]["locked"]
    return "".join(first["source"])


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_student_without_the_package_gets_one_sentence_and_no_output(tmp_path: Path, stranger: str) -> None:
    text = STRANGERS[stranger]
    if text is not None:
        (tmp_path / "grader.py").write_text(text, "utf-8")
    blocked = (
        "import sys\nsys.modules['grader'] = None\n"
        if text is None
        else f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n"
    )
    script = tmp_path / "cell.py"
    script.write_text(f"{blocked}said = []\n{setup_cell(SLUGS[0])}\n{ASK}", "utf-8")
    out = tmp_path / "out.json"
    done = subprocess.run(
        [sys.executable, "-P", script, out], capture_output=True, text=True, cwd=tmp_path, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("", ""), "what prints earns points under stock nbgrader, or loses them"
    found = json.loads(out.read_text("utf-8"))
    assert found["numpy"] == "numpy"
    assert found["bare"]
    assert len(set(found["said"])) == 1
    assert "is not installed" in found["said"][0]
    assert COURSE.address in found["said"][0]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_notebook_begins_with_the_same_cell(slug: str) -> None:
    assert setup_cell(slug) == setup_cell(SLUGS[0])
    assert COURSE.address in setup_cell(slug)


def test_numpy_is_imported_outside_of_the_try() -> None:
    """Who lacks NumPy reads that NumPy is missing, and not that the grader is."""
    assert setup_cell(SLUGS[0]).startswith("import numpy as np\n")
