"""Gradebooks and folders that cannot be written: a sentence, nothing lost, and the others done."""

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from gradebooks import POINTS, change, course, grades, hand_in, judged, recorder, result, rows, url
from tiny_course import SLUG

from grader.course import Course
from grader.gradebook import GradebookError
from grader.gradebook.database import Database
from grader.gradebook.recorder import Recorder

TESTS = Path(__file__).parents[1]


def refusal(made: Course, address: str = "") -> str:
    """The sentence that a gradebook is refused with, before anything is judged."""
    with pytest.raises(GradebookError) as caught:
        Recorder(made, address or url(made), patience=0.2).prepare(SLUG)
    return str(caught.value)


def test_a_new_gradebook_is_made_and_the_next_run_has_nothing_to_tell(tmp_path: Path) -> None:
    made = course(tmp_path)
    book = Recorder(made, url(made))
    assert book.prepare(SLUG) == [f"{SLUG} is new in the gradebook"]
    assert book.prepare(SLUG) == []
    assert rows(made, "select count(*) from source_cell") == [(2 * len(POINTS) + 2,)]


@pytest.mark.parametrize("address", ["gradebook.db", "nothing://x", "sqlite:/x", "oracle://nobody@nowhere/x"])
def test_an_address_that_is_none_is_said_with_an_example(tmp_path: Path, address: str) -> None:
    assert "sqlite:///gradebook.db" in refusal(course(tmp_path), address)


def test_a_driver_that_is_not_installed_is_said_and_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = refusal(course(tmp_path), "postgresql+psycopg://ann:geheim@somewhere/grades")
    assert "'postgresql+psycopg://ann:***@somewhere/grades'" in said
    assert "its driver is not installed; pip install psycopg" in said
    assert "geheim" not in refusal(course(tmp_path), "nonsense://ann:geheim@somewhere/grades")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(course(tmp_path), f"sqlite:///{tmp_path}/nowhere/gradebook.db")


def test_a_file_that_is_no_database_is_said_and_stays_as_it_was(tmp_path: Path) -> None:
    made = course(tmp_path)
    file = made.root / "gradebook.db"
    file.write_text("my grades: all of them\n" * 99, "utf-8")
    before = file.read_bytes()
    assert "is no database" in refusal(made)
    assert file.read_bytes() == before


def test_another_programs_database_is_said_and_stays_as_it_was(tmp_path: Path) -> None:
    made = course(tmp_path)
    change(made, "create table recipe (name text)")
    assert "another program" in refusal(made)
    assert rows(made, "select name from sqlite_master") == [("recipe",)]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update alembic_version set version_num = '50a4d84c131a'", "nbgrader db upgrade"),
        ("drop table alembic_version", "nbgrader db upgrade"),
        ("update alembic_version set version_num = 'ffffffffffff'", "newer nbgrader"),
        ("update assignment set course_id = 'biology'", "of the course 'biology', and this is 'default_course'"),
        ("update assignment set name = 'frogs'", "it holds frogs, and no assignment of this one"),
    ],
)
def test_a_gradebook_of_another_schema_or_course_is_said_and_stays_as_it_was(
    tmp_path: Path, statement: str, words: str
) -> None:
    made = course(tmp_path)
    recorder(made)
    change(made, statement)
    before = (made.root / "gradebook.db").read_bytes()
    assert words in refusal(made)
    assert (made.root / "gradebook.db").read_bytes() == before


def test_the_courses_own_name_in_its_settings_counts(tmp_path: Path) -> None:
    made = course(tmp_path)
    recorder(made)
    change(made, "update assignment set course_id = 'biology'")
    config = made.root / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + "\nc.CourseDirectory.course_id = 'biology'\n", "utf-8")
    assert Recorder(made, url(made)).prepare(SLUG) == []


def test_settings_with_a_slip_are_said(tmp_path: Path) -> None:
    made = course(tmp_path)
    (made.root / "nbgrader_config.py").write_text("c = get_config(\n", "utf-8")
    assert "nbgrader's settings cannot be read: SyntaxError" in refusal(made)


def test_a_read_only_gradebook_is_said_before_anything_is_judged(tmp_path: Path) -> None:
    made = course(tmp_path)
    recorder(made)
    assert "read-only" in refusal(made, f"sqlite:///file:{made.root}/gradebook.db?mode=ro&uri=true")


def in_the_way(made: Course) -> Path:
    """What keeps SQLite from writing, as a read-only folder does: its journal cannot be made."""
    journal = made.root / "gradebook.db-journal"
    journal.mkdir()
    return journal


def test_a_gradebook_in_a_read_only_folder_is_said_before_anything_is_judged(tmp_path: Path) -> None:
    made = course(tmp_path)
    recorder(made)
    in_the_way(made)
    assert "cannot be written" in refusal(made)


def test_a_gradebook_that_becomes_read_only_is_said_without_a_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = course(tmp_path)
    book = recorder(made)
    journal = in_the_way(made)
    submission = hand_in(made, "ada")
    (said,) = book.keep(submission, result(submission))
    assert said.endswith("cannot be written: the disk does not take it. Look at its room, and run the command again.")
    assert caplog.text == ""
    journal.rmdir()
    assert list(book.again()) == ["1 of 1 results are in the gradebook."]


def test_a_gradebook_that_another_process_holds_is_said(tmp_path: Path) -> None:
    made = course(tmp_path)
    recorder(made)
    holder = sqlite3.connect(made.root / "gradebook.db", isolation_level=None)
    holder.execute("begin immediate")
    assert "in use by another process" in refusal(made)
    holder.close()
    assert Recorder(made, url(made)).prepare(SLUG) == []


def test_what_was_lost_to_a_lock_is_tried_again_at_the_end(tmp_path: Path) -> None:
    made = course(tmp_path)
    book = recorder(made)
    first, second = hand_in(made, "ada"), hand_in(made, "bao")
    holder = sqlite3.connect(made.root / "gradebook.db", isolation_level=None)
    holder.execute("begin immediate")
    said = list(book.keep(first, result(first)))
    holder.close()
    assert len(said) == 1
    assert said[0].startswith(f"ada, {SLUG}: not in the gradebook: The gradebook")
    assert list(book.keep(second, result(second))) == []
    assert list(book.again()) == ["2 of 2 results are in the gradebook."]
    assert {student for student, _ in grades(made)} == {"ada", "bao"}


def test_points_that_the_source_changed_are_told_and_count(tmp_path: Path) -> None:
    made = course(tmp_path)
    recorder(made)
    change(
        made, "update grade_cells set max_score = 2 where id in (select id from base_cell where name = 'check_total')"
    )
    assert Recorder(made, url(made)).prepare(SLUG) == [
        f"{SLUG}: check_total is worth 3 points now; the gradebook had 2"
    ]


def test_an_assignment_of_other_cells_is_made_anew_until_somebody_handed_in(tmp_path: Path) -> None:
    made = course(tmp_path)
    book = recorder(made)
    change(made, "update base_cell set name = 'check_sum' where name = 'check_total'")
    change(made, "update source_cell set name = 'check_sum' where name = 'check_total'")
    book = recorder(made)
    submission = hand_in(made, "ada")
    book.record(submission, result(submission))
    change(made, "update base_cell set name = 'check_sum' where name = 'check_total'")
    said = refusal(made)
    assert "it lacks check_total; it has check_sum" in said
    with pytest.raises(GradebookError, match="another release"):
        book.record(submission, result(submission))


def test_a_folder_that_cannot_be_written_costs_nobody_else_and_leaves_the_grades_as_they_were(tmp_path: Path) -> None:
    made = course(tmp_path)
    book = recorder(made)
    submissions = [hand_in(made, name) for name in ("ada", "bao", "cem")]
    book.record(submissions[1], result(submissions[1], {"scale": 3.0}))
    shutil.rmtree(made.root / "autograded" / "bao")
    (made.root / "autograded" / "bao").write_text("in the way", "utf-8")
    said = [sentence for one in submissions for sentence in book.keep(one, result(one))]
    assert len(said) == 1
    assert "cannot be written" in said[0]
    assert grades(made)["bao", "check_total"][0] == 0.0
    assert {student for student, _ in grades(made)} == {"ada", "bao", "cem"}
    assert list(book.again())[-1] == "2 of 3 results are in the gradebook."


def test_an_error_in_the_middle_leaves_nothing_of_it(tmp_path: Path) -> None:
    made = course(tmp_path)
    recorder(made)
    before = rows(made, "select name from sqlite_master order by name")
    database = Database(url(made))

    def half_of_it() -> None:
        with database.transaction() as gradebook:
            gradebook.add_student("ada")
            gradebook.add_submission(SLUG, "ada")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_of_it()
    assert rows(made, "select count(*) from student union all select count(*) from submitted_assignment") == [
        (0,),
        (0,),
    ]
    assert rows(made, "select name from sqlite_master order by name") == before


MANY = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {here!r}]
from gradebooks import POINTS, course, hand_in, recorder, result, the_official
from grader.course import open_course
from grader.submission import Submission
made = open_course(Path({root!r}))
book = recorder(made)
submissions = [hand_in(made, f"s{{i}}") for i in range(40)]
print("ready", flush=True)
for submission in submissions:
    book.record(submission, result(submission))
"""


def test_a_kill_at_any_moment_leaves_the_gradebook_whole(tmp_path: Path) -> None:
    made = course(tmp_path)
    script = MANY.format(tests=str(TESTS), here=str(TESTS / "gradebook"), root=str(made.root))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        wait_until(lambda: len(grades(made)) >= 3 * (len(POINTS) + 1))
        process.kill()
    found = grades(made)
    students = {student for student, _ in found}
    assert 3 <= len(students) <= 40
    assert len(found) == len(students) * (len(POINTS) + 1)
    assert all(row[0] is not None for (_, cell), row in found.items() if cell != "written_answer")
    for student in students:
        assert judged(made, student)["nbformat"] == 4
    book = recorder(made)
    for i in range(40):
        submission = hand_in(made, f"s{i}")
        book.record(submission, result(submission))
    assert {student for student, _ in grades(made)} == {f"s{i}" for i in range(40)}


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return
        time.sleep(0.002)
    pytest.fail("it did not come to that")
