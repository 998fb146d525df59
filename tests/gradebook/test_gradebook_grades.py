"""What `--gradebook` writes: grades, comments and times; and that what a person gave stays."""

from pathlib import Path

import pytest
from gradebooks import (
    POINTS,
    change,
    course,
    grades,
    hand_in,
    judged,
    recorder,
    released,
    result,
    rows,
    written,
)
from tiny_course import SLUG

from grader.gradebook import GradebookError

MANUAL = "update grade set manual_score = ?, extra_credit = ?, needs_manual_grade = 0 where cell_id in (%s)"
CELL = "select id from base_cell where name = 'check_total' and type = 'GradeCell'"


def test_points_reach_the_gradebook_and_an_answer_waits_for_a_person(tmp_path: Path) -> None:
    made = course(tmp_path)
    book = recorder(made)
    submission = hand_in(made, "ada")
    assert book.record(submission, result(submission, {**POINTS, "total": 1.25})) == []
    found = grades(made)
    assert found["ada", "check_scale"] == (3.0, None, None, 0)
    assert found["ada", "check_total"] == (1.25, None, None, 0)
    assert found["ada", "written_answer"] == (None, None, None, 1)
    assert len(found) == len(POINTS) + 1


def test_an_answer_as_it_was_handed_out_is_worth_nothing_and_needs_nobody(tmp_path: Path) -> None:
    made = course(tmp_path)
    submission = hand_in(made, "hiro", released(made))
    recorder(made).record(submission, result(submission, {}))
    assert grades(made)["hiro", "written_answer"] == (0.0, None, None, 0)


def test_an_answer_that_is_not_found_is_never_a_zero(tmp_path: Path) -> None:
    made = course(tmp_path)
    book = released(made)
    book["cells"] = [cell for cell in book["cells"] if cell["id"] != "written_answer"]
    submission = hand_in(made, "ines", book)
    recorder(made).record(submission, result(submission))
    assert grades(made)["ines", "written_answer"] == (None, None, None, 1)


def test_what_is_unjudged_waits_for_a_person_and_is_no_zero(tmp_path: Path) -> None:
    made = course(tmp_path)
    submission = hand_in(made, "ada")
    recorder(made).record(submission, result(submission, status="unjudged", of_items="unjudged"))
    assert {row for cell, row in grades(made).items() if cell[1] != "written_answer"} == {(None, None, None, 1)}
    comments = rows(made, "select distinct auto_comment from comment where auto_comment is not null")
    assert all(comment.startswith("Not judged") for (comment,) in comments)


def test_what_a_person_gave_stays_and_is_looked_at_again(tmp_path: Path) -> None:
    made = course(tmp_path)
    book = recorder(made)
    submission = hand_in(made, "ada")
    book.record(submission, result(submission))
    change(made, MANUAL % CELL, 2.5, 0.5)
    change(made, "update comment set manual_comment = 'Talk to me.'")
    change(made, "update submitted_notebook set flagged = 1")
    change(made, "update submitted_assignment set extension = '1970-01-03 00:00:00.000000'")
    book.record(submission, result(submission, {**POINTS, "total": 0.0}))
    assert grades(made)["ada", "check_total"] == (0.0, 2.5, 0.5, 1)
    assert rows(made, "select distinct manual_comment from comment") == [("Talk to me.",)]
    assert rows(made, "select flagged from submitted_notebook") == [(1,)]
    assert rows(made, "select extension from submitted_assignment") == [("1970-01-03 00:00:00.000000",)]


def test_running_again_ends_in_the_same_state(tmp_path: Path) -> None:
    made = course(tmp_path)
    book = recorder(made)
    submissions = [hand_in(made, name) for name in ("ada", "bao")]
    states = []
    for _ in range(2):
        for submission in submissions:
            book.record(submission, result(submission))
        states.append((grades(made), judged(made, "ada"), rows(made, "select id from student order by id")))
    assert states[0] == states[1]


def test_comments_hold_claims_and_hints_and_no_word_of_a_student(tmp_path: Path) -> None:
    made = course(tmp_path)
    submission = hand_in(made, "ada", written(made, noise=released(made)["cells"][9]["source"]))
    recorder(made).record(submission, result(submission, {"scale": 3.0}))
    query = "select base_cell.name, auto_comment from comment join base_cell on base_cell.id = comment.cell_id"
    comments = dict(rows(made, query))
    assert comments["scale"] is None
    assert comments["total"] == "What does not hold yet:\n\n- `total` holds <everywhere>. Try: Use np.sum."


def test_an_untouched_cell_whose_function_is_not_written_has_no_response(tmp_path: Path) -> None:
    made = course(tmp_path)
    submission = hand_in(made, "hiro", released(made))
    recorder(made).record(submission, result(submission, {}, of_items="skipped"))
    comments = {text for (text,) in rows(made, "select auto_comment from comment")}
    assert comments == {"No response."}


def test_what_was_judged_without_isolation_is_refused_unless_it_was_asked_for(tmp_path: Path) -> None:
    made = course(tmp_path)
    submission = hand_in(made, "ada")
    unsafe = result(submission, isolation="none")
    with pytest.raises(GradebookError, match="--unsafe-no-sandbox"):
        recorder(made).record(submission, unsafe)
    assert grades(made) == {}
    recorder(made, unsafe=True).record(submission, unsafe)
    assert "judged without isolation" in "".join(judged(made, "ada")["cells"][0]["source"])


LATE = """
c = get_config()
c.LateSubmissionPlugin.penalty_method = "zero"
"""


@pytest.mark.parametrize(
    ("time", "extension", "penalty"),
    [
        ("2030-01-01 12:00:00 UTC", None, None),
        ("2030-01-02 12:00:00.5 UTC", None, 10.0),
        ("2030-01-02 12:00:00 UTC", "1970-01-03 00:00:00.000000", None),
        ("", None, None),
    ],
)
def test_late_rules_and_extensions_hold(tmp_path: Path, time: str, extension: str | None, penalty: float) -> None:
    made = course(tmp_path)
    config = made.root / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + LATE, "utf-8")
    book = recorder(made)
    change(made, "update assignment set duedate = '2030-01-02 00:00:00.000000'")
    submission = hand_in(made, "ada", time=time)
    book.record(submission, result(submission))
    change(made, "update submitted_assignment set extension = ?", extension)
    book.record(submission, result(submission))
    assert rows(made, "select late_submission_penalty from submitted_notebook") == [(penalty,)]


def test_a_time_that_is_none_is_told_and_costs_nothing(tmp_path: Path) -> None:
    made = course(tmp_path)
    submission = hand_in(made, "ada", time="yesterday, I swear")
    assert recorder(made).record(submission, result(submission)) == [
        "timestamp.txt holds no time; lateness was not judged"
    ]
    assert grades(made)["ada", "check_scale"][0] == 3.0


def test_a_student_who_is_not_in_the_roster_is_told_of(tmp_path: Path) -> None:
    made = course(tmp_path)
    recorder(made)
    change(made, "insert into student (id) values ('ada')")
    book = recorder(made)
    for name, told in (("ada", []), ("bao", ["the student was not in the gradebook, and is now"])):
        submission = hand_in(made, name)
        assert book.record(submission, result(submission)) == told


def test_a_closed_roster_takes_nobody(tmp_path: Path) -> None:
    made = course(tmp_path)
    config = made.root / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + "\nc.Autograde.create_student = False\n", "utf-8")
    book = recorder(made)
    submission = hand_in(made, "ada")
    with pytest.raises(GradebookError, match="create_student"):
        book.record(submission, result(submission))
    assert rows(made, "select count(*) from student") == [(0,)]
    assert not (made.root / "autograded").exists()


@pytest.mark.parametrize("name", ["a/b", " ada", ""])
def test_what_has_no_students_name_is_told_of(tmp_path: Path, name: str) -> None:
    made = course(tmp_path)
    submission = hand_in(made, "ada")
    nameless = type(submission)(name, SLUG, submission.path)
    with pytest.raises(GradebookError, match="no student's name"):
        recorder(made).record(nameless, result(submission))


def test_a_file_that_changed_while_it_was_judged_is_not_written(tmp_path: Path) -> None:
    made = course(tmp_path)
    submission = hand_in(made, "ada")
    before = result(submission)
    hand_in(made, "ada", released(made))
    with pytest.raises(GradebookError, match="changed while"):
        recorder(made).record(submission, before)
    assert grades(made) == {}
