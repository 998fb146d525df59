"""nbgrader's own commands accept the sources and make the very bytes that `grader release` makes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_course import Course

from grader.course import open_course
from grader.release import release
from grader.submission import Role, released_notebook

ROOT = Path(__file__).parents[1]
SLUGS = sorted(path.stem for path in ROOT.glob("source/*/*.ipynb"))

pytestmark = pytest.mark.stock


def nbgrader(root: Path, *arguments: str) -> str:
    """Run nbgrader in a course, with no settings but the course's own, and return what it says."""
    pytest.importorskip("nbgrader")
    home = root.parent / "home"
    home.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    environment = kept | {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # nbgrader starts alembic, a kernel
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def handout(root: Path) -> dict[str, bytes]:
    folder = root / "assignments"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stock_release(root: Path, *slugs: str) -> dict[str, bytes]:
    shutil.rmtree(root / "assignments")
    for slug in slugs:
        nbgrader(root, "generate_assignment", slug, "--force")
    return handout(root)


def test_a_small_release_is_byte_for_byte_nbgraders(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    course.release()
    ours = handout(course.root)
    assert len(ours) == 4
    assert stock_release(course.root, "sums") == ours


def test_nbgrader_validates_a_small_source(tmp_path: Path) -> None:
    course = Course(tmp_path / "course")
    course.release()
    assert "Success! Your notebook passes all the tests." in nbgrader(course.root, "validate", str(course.source))


@pytest.fixture(name="copy")
def a_copy_of_the_course(tmp_path: Path) -> Path:
    root = tmp_path / "course"
    left_out = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ("source", "solutions"):
        shutil.copytree(ROOT / name, root / name, ignore=left_out)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root


def test_the_courses_release_is_byte_for_byte_nbgraders(copy: Path) -> None:
    points: dict[str, dict[str, float]] = {}
    for slug in SLUGS:
        tests = released_notebook(copy / "source" / slug / f"{slug}.ipynb", slug).of_role(Role.TEST)
        points[slug] = {str(test.function): test.points for test in tests}
    address = open_course(ROOT).address
    release(copy, points, record=lambda _: b"{}\n", is_current=lambda _: True, address=address)
    ours = handout(copy)
    assert {name.split("/")[0] for name in ours} == set(SLUGS)
    assert stock_release(copy, *SLUGS) == ours


@pytest.mark.parametrize("slug", SLUGS)
def test_nbgrader_validates_the_courses_source(copy: Path, slug: str) -> None:
    source = copy / "source" / slug / f"{slug}.ipynb"
    assert "Success! Your notebook passes all the tests." in nbgrader(copy, "validate", str(source))
