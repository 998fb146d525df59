"""`grader grade … --gradebook`, and the steps in nbgrader's settings, without nbgrader's commands."""

import logging
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
import tiny_course
from gradebooks import POINTS, change, course, grades, hand_in, judged, plain, recorder, result, rows, url, written
from nbgrader.coursedir import CourseDirectory
from tiny_course import SLUG
from traitlets.config import Config, LoggingConfigurable
from typer.testing import CliRunner

from grader.cli import app
from grader.course import Course
from grader.gradebook import GradebookError, bench
from grader.gradebook.preprocessor import Judge, Restore
from grader.release.notebook import parsed

SEED = "000102030405060708090a0b0c0d0e0f"
WRONG = "def scale(x, factor):\n    return x * factor**2"


def grade(made: Course, *options: str, slug: str = SLUG) -> Any:
    arguments = ["grade", slug, str(made.root / "submitted"), "--course", str(made.root), "--seed", SEED, "--jobs", "1"]
    return CliRunner().invoke(app, [*arguments, "--unsafe-no-sandbox", *options])


@pytest.fixture(name="made")
def a_class_of_two(tmp_path: Path) -> Course:
    made = course(tmp_path)
    hand_in(made, "ada")
    hand_in(made, "bao", written(made, scale=WRONG))
    return made


def test_the_command_writes_grades_comments_and_notebooks(made: Course) -> None:
    done = grade(made, "--gradebook", url(made))
    assert done.exit_code == 0, done.output
    assert "2 of 2 results are in the gradebook." in done.output
    found = grades(made)
    assert [found["ada", f"check_{name}"][0] for name in POINTS] == list(POINTS.values())
    assert [found["bao", f"check_{name}"][0] for name in POINTS] == [0.0, 3.0, 1.0, 2.0, 1.0]
    comments = "".join(text for (text,) in rows(made, "select auto_comment from comment") if text)
    assert comments.startswith("What does not hold yet:\n\n- `scale` is factor times x. Try: Multiply once.\n- ")
    cells = {cell["id"]: cell for cell in judged(made, "bao")["cells"]}
    assert "You multiply by the factor twice." in "".join(cells["check_scale"]["outputs"][0]["data"]["text/plain"])


def test_what_cannot_be_written_is_said_and_is_exit_code_three(made: Course) -> None:
    (made.root / "autograded").mkdir()
    (made.root / "autograded" / "bao").write_text("in the way", "utf-8")
    done = grade(made, "--gradebook", url(made))
    assert done.exit_code == 3
    assert f"bao, {SLUG}: not in the gradebook: " in done.output
    assert "1 of 2 results are in the gradebook." in done.output
    assert "2 submissions" in done.output, "the table is printed all the same"


def test_a_gradebook_that_is_none_is_wrong_usage_and_nothing_is_judged(made: Course) -> None:
    (made.root / "gradebook.db").write_text("mine\n" * 999, "utf-8")
    done = grade(made, "--gradebook", url(made))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is no database" in done.stderr


def test_without_nbgrader_the_command_says_how_to_install_it(made: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "grader.gradebook.recorder")
    monkeypatch.setitem(sys.modules, "nbgrader.utils", None)
    done = grade(made, "--gradebook", url(made))
    assert done.exit_code == 2
    assert "pip install 'numerical-autograder[nbgrader]'" in done.stderr


def test_a_second_notebook_of_an_assignment_waits_for_a_person(made: Course) -> None:
    book = recorder(made)
    change(made, "insert into notebook (id, name, assignment_id) select 'n2', 'essay', id from assignment")
    change(made, "insert into base_cell (id, name, notebook_id, type) values ('c2', 'check_scale', 'n2', 'GradeCell')")
    change(made, "insert into grade_cells (id, max_score, cell_type) values ('c2', 3.0, 'code')")
    submission = hand_in(made, "ada")
    book.record(submission, result(submission))
    query = "select auto_score, needs_manual_grade from grade where cell_id = 'c2'"
    assert rows(made, query) == [(None, 1)]
    assert rows(made, "select count(*) from grade where auto_score is not null") == [(len(POINTS),)]


def test_two_notebooks_in_one_folder_are_told_of(made: Course) -> None:
    folder = made.root / "submitted" / "ada" / SLUG
    shutil.copy(folder / f"{SLUG}.ipynb", folder / "Untitled.ipynb")
    assert grade(made, "--gradebook", url(made)).exit_code == 0
    assert "Untitled.ipynb" in "".join(judged(made, "ada")["cells"][0]["source"])
    assert not (made.root / "autograded" / "ada" / SLUG / "Untitled.ipynb").exists()


def test_files_beside_the_notebook_come_along_but_links_do_not_and_the_courses_own_count(made: Course) -> None:
    folder = made.root / "submitted" / "ada" / SLUG
    (folder / "photo").mkdir()
    (folder / "photo" / "sketch.png").write_bytes(b"png")
    (folder / "numbers.csv").write_text("9,9\n", "utf-8")
    (folder / "secret").symlink_to(made.root / "nbgrader_config.py")
    assert grade(made, "--gradebook", url(made)).exit_code == 0
    shown = made.root / "autograded" / "ada" / SLUG
    assert (shown / "photo" / "sketch.png").read_bytes() == b"png"
    assert (shown / "numbers.csv").read_text("utf-8") == "1,2\n"
    assert not (shown / "secret").exists()
    assert not (shown / "mistakes.py").exists()


def test_what_an_earlier_submission_brought_along_is_gone_but_other_notebooks_stay(made: Course) -> None:
    handed_in, shown = made.root / "submitted" / "ada" / SLUG, made.root / "autograded" / "ada" / SLUG
    (handed_in / "photo").mkdir()
    (handed_in / "photo" / "sketch.png").write_bytes(b"png")
    assert grade(made, "--gradebook", url(made)).exit_code == 0
    (shown / "essay.ipynb").write_text("judged by a person", "utf-8")
    (shown / ".numbers.csv.new").write_text("1,", "utf-8")  # as a kill would leave it
    shutil.rmtree(handed_in / "photo")
    before = {path.name for path in shown.rglob("*") if path.is_file()}
    assert grade(made, "--gradebook", url(made)).exit_code == 0
    assert before - {path.name for path in shown.rglob("*") if path.is_file()} == {"sketch.png", ".numbers.csv.new"}


@pytest.mark.parametrize(("shared", "mode", "bits"), [(False, 0o444, 0), (True, 0o664, 0o2070)])
def test_instructors_who_share_a_course_can_write_what_the_command_wrote(
    made: Course, shared: bool, mode: int, bits: int
) -> None:
    config = made.root / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + f"\nc.CourseDirectory.groupshared = {shared}\n", "utf-8")
    assert grade(made, "--gradebook", url(made)).exit_code == 0
    folder = made.root / "autograded" / "ada" / SLUG
    assert stat.S_IMODE((folder / f"{SLUG}.ipynb").stat().st_mode) == mode
    assert folder.stat().st_mode & bits == bits


class Command(LoggingConfigurable):  # type: ignore[misc]  # traitlets are read without their types
    """What nbgrader's steps have above them."""

    def __init__(self, made: Course, **settings: Any) -> None:
        super().__init__(config=Config({"Judge": settings}))
        self.coursedir = CourseDirectory(root=str(made.root))


def names(made: Course, notebook: str = SLUG) -> dict[str, Any]:
    return {"nbgrader": {"assignment": SLUG, "notebook": notebook, "student": "bao", "db_url": url(made)}}


def test_nbgraders_step_judges_and_writes_in_one_go(made: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_SEED", SEED)
    shutil.copy(__file__, made.root / "submitted" / "bao" / SLUG / "draft.ipynb")
    grade(made, "--gradebook", url(made))
    before = grades(made), judged(made, "bao")
    change(made, "update grade set auto_score = 77, needs_manual_grade = 0")
    command = Command(made, unsafe_no_sandbox=True)
    blank, _ = Restore(parent=command)(parsed(tiny_course.notebook()), names(made))
    notebook, _ = Judge(parent=command)(blank, names(made))
    after = {key: row for key, row in grades(made).items() if key[0] == "bao"}
    assert after == {key: row for key, row in before[0].items() if key[0] == "bao"}
    ours = [{"source": "".join(cell["source"]), "id": cell["id"]} for cell in before[1]["cells"]]
    assert [{"source": cell.source, "id": cell.id} for cell in notebook.cells] == ours
    assert "draft.ipynb" in notebook.cells[0].source


def test_nbgraders_step_leaves_a_notebook_without_checks_to_a_person(
    made: Course, caplog: pytest.LogCaptureFixture
) -> None:
    book = parsed(tiny_course.notebook())
    with caplog.at_level(logging.WARNING):
        assert Judge(parent=Command(made))(book, names(made, "essay"))[0] == book
    assert Restore(parent=Command(made))(book, names(made, "essay"))[0] == book


def test_nbgraders_step_refuses_a_machine_without_walls(made: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "best_level", lambda: "none")
    bench.isolation.cache_clear()
    with pytest.raises(GradebookError, match=r"c\.Judge\.unsafe_no_sandbox"):
        Judge(parent=Command(made))(parsed(tiny_course.notebook()), names(made))
    bench.isolation.cache_clear()


def test_an_own_cell_that_claims_points_earns_none(made: Course) -> None:
    book = written(made)
    claims = {"grade": True, "solution": False, "locked": True, "schema_version": 3, "task": False}
    book["cells"].append(plain("100.0", metadata={"nbgrader": claims | {"grade_id": "check_more", "points": 100}}))
    hand_in(made, "ada", book)
    assert grade(made, "--gradebook", url(made)).exit_code == 0
    assert sum(row[0] or 0 for (student, _), row in grades(made).items() if student == "ada") == sum(POINTS.values())
