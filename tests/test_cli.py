"""The command: exit codes as promised, results on stdout, all else on stderr, a report whole or not at all."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import tiny_course
from course_copy import SEED, Done, grade, grader
from small_course import cell

from grader.making import make

RIGHT = tiny_course.SOLUTION
WRONG = tiny_course.SOLUTION + "\ndef scale(x, factor): return x * factor**2\n"
NOTHING = "import numpy as np\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    opened = tiny_course.make(tmp_path_factory.mktemp("course") / "c")
    make(opened, ["tiny"])
    return opened.root


@pytest.fixture(scope="module")
def submitted(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An nbgrader tree: ada is right, bao has a mistake, chidi handed in what he was given."""
    root = tmp_path_factory.mktemp("submitted")
    handout = json.loads((course / "assignments/tiny/tiny.ipynb").read_text("utf-8"))
    for student, text in {"ada": RIGHT, "bao": WRONG, "chidi": ""}.items():
        book = dict(handout, cells=[*handout["cells"], *([cell(text, "mine")] if text else [])])
        (root / student / "tiny").mkdir(parents=True)
        (root / student / "tiny" / "tiny.ipynb").write_text(json.dumps(book), "utf-8")
    return root


@pytest.fixture(scope="module")
def done(course: Path, submitted: Path) -> Done:
    return grade(course, "tiny", submitted, json_to=submitted.with_suffix(".json"), options=("--feedback", "bao"))


def plain(text: str) -> str:
    return " ".join(text.split())


# --- grade ---


def test_a_class_is_judged_with_exit_code_0_whatever_the_points(done: Done) -> None:
    assert done.code == 0
    points = {student: (one["points"], one["status"]) for student, one in done.by_student.items()}
    assert points == {"ada": (10, "judged"), "bao": (7, "judged"), "chidi": (0, "judged")}


def test_the_table_the_mistakes_and_one_students_feedback_are_on_stdout(done: Done) -> None:
    assert "tiny: 3 submissions" in done.out
    for student in ("ada", "bao", "chidi"):
        assert student in done.out
    assert "The most frequent mistakes" in done.out
    assert "factor squared" in done.out
    assert "bao, tiny: 7 of 10 points" in done.out
    assert "chidi, tiny" not in done.out


def test_that_nothing_walls_a_submission_is_said_once_on_stderr_and_in_every_result(done: Done) -> None:
    assert done.err.count("Isolation: none.") == 1
    assert {one["isolation"] for one in done.by_student.values()} == {"none"}


def test_the_secret_is_nowhere(done: Done) -> None:
    assert SEED not in done.out + done.err + json.dumps(done.report)
    assert done.report["seed_id"]


def test_the_same_seed_gives_the_same_report(course: Path, submitted: Path, done: Done, tmp_path: Path) -> None:
    again = grade(course, "tiny", submitted, json_to=tmp_path / "again.json", options=("--jobs", "1"))

    def timeless(report: Any) -> Any:
        return {**report, "submissions": [{**one, "seconds": 0} for one in report["submissions"]]}

    assert timeless(again.report) == timeless(done.report)


def test_another_secret_judges_alike_under_another_name(
    course: Path, submitted: Path, done: Done, tmp_path: Path
) -> None:
    other = grader("grade", "tiny", submitted, "--course", course, "--unsafe-no-sandbox", "--seed", SEED[::-1],
                   json_to=tmp_path / "other.json")  # fmt: skip
    assert other.report["seed_id"] != done.report["seed_id"]
    assert {s: one["points"] for s, one in other.by_student.items()} == {
        s: one["points"] for s, one in done.by_student.items()
    }


def test_the_report_is_written_in_the_folders_that_it_needs(course: Path, submitted: Path, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "er" / "report.json"
    assert grade(course, "tiny", submitted / "ada", json_to=file).code == 0
    assert [path.name for path in file.parent.iterdir()] == ["report.json"]


def test_all_assignments_make_one_table_and_a_report_each(course: Path, submitted: Path, tmp_path: Path) -> None:
    done = grade(course, "all", submitted, options=("--json", str(tmp_path / "report")))
    assert done.code == 0
    assert "3 students × 1 assignments" in done.out
    assert [path.name for path in (tmp_path / "report").iterdir()] == ["tiny.json"]


def test_a_check_that_contradicts_the_reference_is_told_and_exits_with_3(submitted: Path, tmp_path: Path) -> None:
    solution = tiny_course.SOLUTION.replace("return code - key", "return code")
    broken = tiny_course.make(tmp_path / "broken", solution=solution).root
    done = grade(broken, "tiny", submitted, json_to=tmp_path / "report.json")
    assert done.code == 3
    assert "tiny: The check comes_back does not hold for the reference" in done.err
    assert {one["status"] for one in done.by_student.values()} == {"unjudged"}
    assert {one["points"] for one in done.by_student.values()} == {None}
    others = [i for i in done.by_student["ada"]["items"] if i["id"] not in {"comes_back", "written_answer"}]
    assert {item["status"] for item in others} == {"passed"}


def hanging(course: Path, tmp_path: Path) -> "subprocess.Popen[str]":
    """A run of six submissions of which two hang: as they begin, three before them are judged, one never starts."""
    texts = dict.fromkeys(("ada", "bao", "chidi", "zoe"), RIGHT)
    for name in ("hang1", "hang2"):
        texts[name] = f"{RIGHT}\nopen({str(tmp_path / name)!r}, 'w').close()\nwhile True: pass"
    for folder in ("class", "tmp"):
        (tmp_path / folder).mkdir()
    for name, text in texts.items():
        (tmp_path / "class" / f"{name}.py").write_text(text, "utf-8")
    command = ["grade", "tiny", tmp_path / "class", "--course", course, "--jobs", 2, "--unsafe-no-sandbox"]
    command += ["--seed", SEED, "--json", tmp_path / "out" / "report.json"]
    running = subprocess.Popen(
        [sys.executable, "-m", "grader.cli", *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
    )
    ends = time.monotonic() + 60
    while not all((tmp_path / name).exists() for name in ("hang1", "hang2")) and time.monotonic() < ends:
        time.sleep(0.02)
    return running


def alive(group: int) -> list[str]:
    """The processes of a group that run; one that has ended may wait for somebody to hear of it."""
    found = []
    for stat_file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat_file.read_text().rpartition(")")[2].split()
            found += [stat_file.parent.name] if fields[2] == str(group) and fields[0] != "Z" else []
    return found


def test_ctrl_c_keeps_what_is_finished_says_so_and_leaves_nothing_running(course: Path, tmp_path: Path) -> None:
    running = hanging(course, tmp_path)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does it
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert "Stopped: 3 of 6 submissions are judged, and kept." in err
    assert "Traceback" not in err
    assert "tiny: 3 submissions" in out
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert [(one["student"], one["points"]) for one in report["submissions"]] == [
        ("ada", 10), ("bao", 10), ("chidi", 10)
    ]  # fmt: skip
    assert list((tmp_path / "tmp").iterdir()) == []
    assert alive(running.pid) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere workers end with their submission")
def test_a_grader_that_is_killed_takes_its_workers_along_and_leaves_no_half_report(
    course: Path, tmp_path: Path
) -> None:
    running = hanging(course, tmp_path)
    running.kill()
    running.communicate(timeout=30)  # until the last process has let go of its output
    ends = time.monotonic() + 10
    while (alive(running.pid) or any((tmp_path / "tmp").iterdir())) and time.monotonic() < ends:
        time.sleep(0.05)
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list((tmp_path / "out").iterdir()) == []
    assert alive(running.pid) == []


def test_a_student_of_that_name_may_not_be_there(course: Path, submitted: Path) -> None:
    done = grade(course, "tiny", submitted / "ada", options=("--feedback", "nobody"))
    assert done.code == 0
    assert "There is no submission of 'nobody'." in done.err


def test_the_courses_secret_is_made_at_first_use_and_said(submitted: Path, tmp_path: Path) -> None:
    root = tiny_course.make(tmp_path / "new").root
    env = {key: value for key, value in os.environ.items() if key != "COURSE_SEED"}
    command = ("grade", "tiny", submitted / "ada", "--course", root, "--unsafe-no-sandbox")
    first, second = (grader(*command, env=env, json_to=tmp_path / f"{i}.json") for i in range(2))
    assert (first.code, second.code) == (0, 0)
    assert "A new secret" in first.err
    assert "A new secret" not in second.err
    assert first.report["seed_id"] == second.report["seed_id"]
    assert stat.S_IMODE((root / ".grader-seed").stat().st_mode) == 0o600
    refused = grader(*command, env=env | {"COURSE_SEED": "1234"})
    assert (refused.code, "32 hexadecimal digits" in refused.err) == (2, True)


def test_feedback_is_as_narrow_as_the_course_says(submitted: Path, tmp_path: Path) -> None:
    root = tiny_course.make(tmp_path / "narrow", pyproject='[tool.grader]\nfeedback = "points"\n').root
    done = grade(root, "tiny", submitted, json_to=tmp_path / "report.json")
    items = done.by_student["bao"]["items"]
    assert {item["finding"] for item in items if item["status"] == "failed"} == {None}
    assert "factor squared" not in done.out


@pytest.mark.parametrize("fault", ["checks", "mistakes", "solution", "pyproject"])
def test_a_fault_of_the_author_is_a_sentence_and_exit_code_2(submitted: Path, tmp_path: Path, fault: str) -> None:
    text = "[tool.grader" if fault == "pyproject" else "import nothing_of_that_name\n"
    root = tmp_path / "broken"
    tiny_course.make(root)
    name = {"checks": "source/tiny/checks.py", "mistakes": "source/tiny/mistakes.py", "solution": "solutions/tiny.py",
            "pyproject": "pyproject.toml"}[fault]  # fmt: skip
    (root / name).write_text(text, "utf-8")
    done = grade(root, "tiny", submitted)
    assert (done.code, done.out) == (2, "")
    assert Path(name).name in done.err
    assert "Traceback" not in done.err


def test_isolation_that_this_machine_has_not_is_refused_or_held(course: Path, submitted: Path, tmp_path: Path) -> None:
    """Strangers' code never runs without walls unless somebody said so."""
    best = grader("doctor", "--level").out.strip()
    done = grader("grade", "tiny", submitted, "--course", course, "--seed", SEED, json_to=tmp_path / "report.json")
    if best == "none":
        assert (done.code, done.out) == (2, "")
        assert "--unsafe-no-sandbox" in done.err
    else:
        assert done.code == 0
        assert {one["isolation"] for one in done.by_student.values()} == {best}
        assert {s: one["points"] for s, one in done.by_student.items()} == {"ada": 10, "bao": 7, "chidi": 0}
    odd = grader("grade", "tiny", submitted, "--course", course, "--seed", SEED, "--require-isolation", "moon")
    assert odd.code == 2
    assert "moon" in odd.err


# --- check ---


@pytest.fixture
def mine(course: Path, tmp_path: Path) -> Path:
    """A student's own folder: the release, and nothing of the course beside it."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for file in (course / "assignments" / "tiny").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.mark.parametrize(("text", "code"), [(RIGHT, 0), (WRONG, 1), (NOTHING, 1), ("def f(:", 1)])
def test_an_own_run_needs_the_release_alone_and_exits_by_what_came_out(mine: Path, text: str, code: int) -> None:
    (mine / "tiny.py").write_text(text, "utf-8")
    done = grader("check", "tiny.py", cwd=mine)
    assert done.code == code, done.err
    assert "Own run, public checks" in done.out
    assert done.err == ""
    assert not list(mine.glob(".grader*"))


def test_an_own_run_shows_figures_and_names(mine: Path) -> None:
    (mine / "tiny.py").write_text(WRONG, "utf-8")
    said = grader("check", "tiny.py", cwd=mine).out
    assert "should give" in said
    assert "You multiply by the factor twice." in said
    assert "scale is not right yet: once that is mended, these points may come by themselves." in plain(said)


def test_only_the_functions_named_are_checked_and_decide(mine: Path) -> None:
    (mine / "tiny.py").write_text(WRONG, "utf-8")
    done = grader("check", "tiny.py", "noise", "encode", cwd=mine)
    assert done.code == 0
    assert "factor times x" not in done.out
    assert grader("check", "tiny.py", "noise", "scale", cwd=mine).code == 1


def test_a_written_answer_waits_and_fails_nothing(mine: Path) -> None:
    (mine / "tiny.py").write_text(RIGHT, "utf-8")
    done = grader("check", "tiny.py", cwd=mine, json_to=mine / "report.json")
    assert done.code == 0
    assert "by hand" in done.out
    assert done.report["seed_id"] is None
    assert done.report["submissions"][0]["points"] == 10


def test_what_was_handed_out_is_not_written_yet_and_no_crash(mine: Path) -> None:
    done = grader("check", "tiny.ipynb", cwd=mine)
    assert done.code == 1
    assert done.out.count("not written") >= 6
    assert "FAILED" not in done.out


def test_a_release_that_is_not_whole_is_told_with_exit_code_2(mine: Path) -> None:
    (mine / "recorded.json").write_text('{"format":', "utf-8")
    (mine / "tiny.py").write_text(RIGHT, "utf-8")
    done = grader("check", "tiny.py", cwd=mine)
    assert (done.code, done.out) == (2, "")
    assert "take it from the release again" in done.err


def test_with_the_course_at_hand_the_points_count(course: Path, tmp_path: Path) -> None:
    file = tmp_path / "tiny.py"
    file.write_text(WRONG, "utf-8")
    done = grader("check", file, "--course", course, "--unsafe-no-sandbox", "--seed", SEED, json_to=tmp_path / "r.json")
    assert done.code == 1
    assert "Own run" not in done.out
    assert done.report["seed_id"]
    (result,) = done.report["submissions"]
    assert result["points"] == 7
    assert any(item["followed_through"] for item in result["items"])


def test_an_item_that_could_not_be_judged_exits_with_3(tmp_path: Path) -> None:
    broken = tiny_course.make(
        tmp_path / "broken", checks=tiny_course.CHECKS.replace("agrees(student.total(x)", "agrees(1 / 0")
    )
    (tmp_path / "tiny.py").write_text(WRONG, "utf-8")
    done = grader("check", tmp_path / "tiny.py", "--course", broken.root, "--unsafe-no-sandbox", "--seed", SEED)
    assert done.code == 3
    assert "NOT JUDGED" in done.out


# --- release and doctor ---


def test_a_release_is_made_checked_and_out_of_date_again(tmp_path: Path) -> None:
    root = tiny_course.make(tmp_path).root
    stale = grader("release", "--check", "--course", root)
    assert stale.code == 1
    assert "is missing" in stale.out
    assert grader("release", "--course", root).code == 0
    current = grader("release", "--check", "--course", root)
    assert (current.code, plain(current.out)) == (0, "Everything is up to date.")
    solution = root / "solutions" / "tiny.py"
    solution.write_text(solution.read_text("utf-8").replace("factor * x", "x * factor"), "utf-8")
    assert grader("release", "tiny", "--check", "--course", root).code == 1


def test_a_course_that_cannot_be_released_is_told_with_exit_code_2(tmp_path: Path) -> None:
    root = tiny_course.make(tmp_path, solution=tiny_course.SOLUTION.replace("return code - key", "return code")).root
    done = grader("release", "--course", root)
    assert (done.code, done.out) == (2, "")
    assert "does not hold for the reference" in done.err
    assert not (root / "assignments").exists()
    assert grader("release", "nothing", "--course", root).code == 2


def test_the_doctor_says_what_holds_here(course: Path, tmp_path: Path) -> None:
    done = grader("doctor", "--course", course)
    assert done.code == 0
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in done.out
    assert "assignments: tiny" in done.out
    assert grader("doctor", "--course", tmp_path).code == 0, "outside a course it tells of the machine"
    assert grader("doctor", "--level").out.strip() in {"jail", "filter", "none"}


def test_every_command_tells_its_use() -> None:
    for command in ("grade", "check", "release", "doctor"):
        done = grader(command, "--help")
        assert done.code == 0
        assert "Usage" in done.out


def test_a_reader_that_goes_away_ends_the_command_quietly(course: Path, submitted: Path) -> None:
    command = [sys.executable, "-m", "grader.cli", "grade", "tiny", str(submitted), "--course", str(course),
               "--unsafe-no-sandbox", "--seed", SEED]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait(60) in {0, 1}
    assert "Traceback" not in said
