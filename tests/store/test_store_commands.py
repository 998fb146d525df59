"""`grade --store`, `report` and `regrade`, as an instructor types them."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiny_course
from course_copy import SEED, Done
from synthetic import report, result
from typer.testing import CliRunner

from grader.cli import app
from grader.course import open_course
from grader.emit.json import write
from grader.making import make
from grader.store import results

RIGHT = tiny_course.SOLUTION
SQUARED = tiny_course.SOLUTION + "\ndef scale(x, factor): return x * factor**2\n"
HALF = tiny_course.SOLUTION.replace("scale(x, 2.0)", "x")
UNSAFE = ("--unsafe-no-sandbox", "--seed", SEED, "--jobs", "1")


def hand_in(root: Path, **texts: str) -> Path:
    for student, text in texts.items():
        file = root / student / "tiny" / "tiny.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return root


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    opened = tiny_course.make(tmp_path_factory.mktemp("made") / "course")
    make(opened, ["tiny"])
    return opened.root


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "course"))


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    return hand_in(tmp_path / "submitted", ada=RIGHT, bao=SQUARED, chidi=HALF, dana="def f(:\n")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


def typed(*args: str | Path) -> Done:
    """The command in this process, which saves a second a call; an exception is no exit code."""
    done = CliRunner().invoke(app, [str(arg) for arg in args])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def stored(course: Path, submitted: Path, store: Path, *options: str | Path) -> Done:
    return typed("grade", "tiny", submitted, "--course", course, *UNSAFE, "--store", store, *options)


def regrade(course: Path, store: Path, *options: str | Path) -> Done:
    return typed("regrade", "tiny", "--course", course, "--store", store, *UNSAFE, *options)


def rows(store: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(store) as connection:
        return connection.execute(query).fetchall()


def change(course: Path, before: str, after: str) -> None:
    """A deliberate change of a check."""
    file = course / "source/tiny/checks.py"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def lenient(course: Path) -> None:
    """`total` need not be doubled any more."""
    asks = "agrees(student.total(x), truth.total(x))"
    change(course, asks, f"got = student.total(x)\n        {asks.replace('student.total(x)', '2 * got' )} if "
           "np.isclose(2 * got, truth.total(x)) else agrees(got, truth.total(x))")  # fmt: skip


# --- grade --store ---


def test_what_was_judged_is_not_judged_again_and_the_report_is_the_same(
    course: Path, submitted: Path, store: Path, tmp_path: Path
) -> None:
    first = stored(course, submitted, store, "--json", tmp_path / "1.json")
    assert first.code == 0, first.err
    assert "4 new results in" in first.err
    assert "judged before" not in first.err
    second = stored(course, submitted, store, "--json", tmp_path / "2.json")
    assert "4 of 4 were judged before, by the same checks, and not again." in second.err
    assert "0 new results" in second.err
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes(), "to the second that it took"
    assert second.out.replace("2.json", "1.json") == first.out
    assert rows(store, "select count(*) from result") == [(4,)]


def test_a_changed_file_alone_is_judged_and_the_old_result_stays(course: Path, submitted: Path, store: Path) -> None:
    stored(course, submitted, store)
    hand_in(submitted, bao=RIGHT)
    done = stored(course, submitted, store)
    assert "3 of 4 were judged before" in done.err
    assert "1 new result in" in done.err
    assert rows(store, "select points from result where student = 'bao' order by id") == [(7.0,), (10.0,)]


def test_a_total_that_goes_down_is_named(course: Path, submitted: Path, store: Path) -> None:
    stored(course, submitted, store)
    hand_in(submitted, ada=SQUARED)
    assert "fewer than before: ada, tiny: 10 → 7 points" in stored(course, submitted, store).err


def test_again_judges_all_and_other_checks_do(course: Path, submitted: Path, store: Path) -> None:
    stored(course, submitted, store)
    assert "4 new results" in stored(course, submitted, store, "--again").err
    lenient(course)
    assert "4 new results" in stored(course, submitted, store).err
    assert rows(store, "select count(*), count(distinct checks_version) from result join run on run = run.id") == [
        (12, 2)
    ]


def test_results_without_walls_are_marked_and_not_taken_where_walls_are_asked_for(
    course: Path, submitted: Path, store: Path
) -> None:
    stored(course, submitted, store)
    assert rows(store, "select distinct isolation from result") == [("none",)]
    if typed("doctor", "--level").out.strip() == "none":
        return
    done = typed("grade", "tiny", submitted, "--course", course, "--seed", SEED, "--store", store)
    assert "4 new results" in done.err


def test_without_a_store_nothing_is_kept_and_the_course_may_name_one(course: Path, submitted: Path) -> None:
    before = set(course.rglob("*"))
    assert typed("grade", "tiny", submitted / "ada", "--course", course, *UNSAFE).code == 0
    assert not [path for path in set(course.rglob("*")) - before if path.suffix == ".db"]
    (course / "pyproject.toml").write_text('[tool.grader]\nstore = "sqlite:///kept.db"\n', "utf-8")
    done = typed("grade", "tiny", submitted / "ada", "--course", course, *UNSAFE)
    assert "1 new result in" in done.err
    assert rows(course / "kept.db", "select student from result") == [("ada",)]
    assert typed("report", "--course", course, "--output", course / "class.html").code == 0


@pytest.mark.parametrize("make_bad", ["locked", "older", "no folder"])
def test_a_store_that_cannot_be_written_is_said_before_anything_is_judged(
    course: Path, submitted: Path, store: Path, make_bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PATIENCE", 0.1)
    stored(course, submitted / "ada", store)
    if make_bad == "older":
        rows(store, "update store set schema = 0")
    where = store.parent / "nowhere" / "results.db" if make_bad == "no folder" else store
    connection = sqlite3.connect(store, isolation_level=None)
    if make_bad == "locked":
        connection.execute("begin exclusive")
    done = stored(course, submitted, where)
    connection.close()
    words = {"locked": "in use by another process", "older": "an older version", "no folder": "cannot be opened"}
    assert (done.code, done.out) == (2, "")
    assert words[make_bad] in done.err
    assert "Traceback" not in done.err
    assert rows(store, "select count(*) from result") == [(1,)]


def test_a_kill_in_the_middle_loses_nothing_and_the_next_run_goes_on(course: Path, tmp_path: Path, store: Path) -> None:
    submitted = hand_in(tmp_path / "many", **{f"s{n:03}": RIGHT + f"# {n}\n" for n in range(80)})
    grading = (sys.executable, "-m", "grader.cli", "grade", "tiny")
    command = [*map(str, (*grading, submitted, "--course", course, *UNSAFE, "--store", store))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        if store.exists() and len(_kept(store)) >= 10:
            break
        time.sleep(0.01)
    seen = _kept(store)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = _kept(store)
    assert seen <= kept
    assert 10 <= len(kept) < 80, "it was killed in the middle"
    done = stored(course, submitted, store, "--json", tmp_path / "all.json")
    assert done.code == 0
    assert f"{len(kept)} of 80 were judged before" in done.err
    assert rows(store, "select count(*), count(distinct student) from result") == [(80, 80)]
    assert rows(store, "select distinct points from result") == [(10.0,)]


def _kept(store: Path) -> set[object]:
    try:
        return {row[0] for row in rows(store, "select student from result")}
    except sqlite3.OperationalError:  # not made yet, or just being written
        return set()


# --- report ---


def test_the_page_of_a_store_and_of_its_reports_show_the_class(
    course: Path, submitted: Path, store: Path, tmp_path: Path
) -> None:
    stored(course, submitted, store, "--json", tmp_path / "report" / "tiny.json")
    for number, source in enumerate([("tiny", "--store", store), ("--store", store), (tmp_path / "report",)]):
        page = tmp_path / f"{number}.html"
        done = typed("report", *source, "--output", page)
        assert (done.code, done.err) == (0, "")
        assert f"The class is in {page}: students: 4, assignments: 1." in done.out
        text = page.read_text("utf-8")
        assert "You multiply by the factor twice." in text
        assert "The file is not Python" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"grader": "0.0.1", "submissions": []}', "no report of this version"),
        ('{"grader": ', "no JSON, or was cut off"),
        (json.dumps(dict(report([result()]).as_dict(), submissions=[{"student": "ada"}])), "missing required field"),
        (None, "cannot be read"),
    ],
)
def test_a_report_of_another_version_or_cut_off_is_said_and_nothing_is_written(
    tmp_path: Path, text: str | None, words: str
) -> None:
    if text is not None:
        (tmp_path / "old.json").write_text(text, "utf-8")
    done = typed("report", tmp_path / "old.json", "--output", tmp_path / "class.html")
    assert done.code == 2
    assert words in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "class.html").exists()


def test_wrong_usage_of_report_is_a_sentence(tmp_path: Path, store: Path) -> None:
    nothing = typed("report")
    assert (nothing.code, "Name the store with --store" in nothing.err) == (2, True)
    missing = typed("report", "--store", store)
    assert (missing.code, "does not exist yet" in missing.err) == (2, True)
    write(report([result()]), tmp_path / "r.json")
    mixed = typed("report", tmp_path / "r.json", "tiny")
    assert (mixed.code, "tiny is no report" in mixed.err) == (2, True)
    unwritable = typed("report", tmp_path / "r.json", "--output", "/proc/class.html")
    assert (unwritable.code, "could not be written to /proc/class.html" in unwritable.err) == (2, True)


def test_an_assignment_that_the_store_has_not_is_said_with_those_that_it_has(
    course: Path, submitted: Path, store: Path, tmp_path: Path
) -> None:
    stored(course, submitted / "ada", store)
    done = typed("report", "big", "--store", store)
    assert (done.code, "holds no result of big; it has tiny." in done.err) == (2, True)


# --- regrade ---


def test_a_changed_check_shows_who_gains_who_loses_by_which_item_and_why_and_writes_nothing(
    course: Path, submitted: Path, store: Path
) -> None:
    stored(course, submitted, store)
    before = store.read_bytes()
    lenient(course)
    done = regrade(course, store, "--diff")
    assert done.code == 0, done.err
    assert "1 gains points, together 3." in done.out
    assert "totals_twice: 0 of 3 → 3 of 3" in done.out
    assert "before: twice left out: Your total is the sum of x." in done.out
    assert "now: holds" in done.out
    assert "Nothing is written" in done.err
    assert store.read_bytes() == before


def test_apply_writes_what_diff_showed_and_names_every_total_that_went_down(
    course: Path, submitted: Path, store: Path
) -> None:
    stored(course, submitted, store)
    change(course, "@claim(scale, points=1)", "@claim(scale, points=0.5)")
    shown = regrade(course, store)
    done = regrade(course, store, "--apply")
    assert done.out == shown.out
    assert "2 lose points, together 1." in done.out
    assert "scale_leaves_x: 1 of 1 → 0.5 of 0.5 (holds)" in done.out
    for student in ("ada", "chidi"):
        assert f"fewer than before: {student}, tiny" in done.err
    assert rows(store, "select count(*) from result") == [(8,)]
    again = regrade(course, store)
    assert again.out == "4 of 4 have the points of before.\n"


def test_a_changed_file_is_regraded_from_where_it_lay_and_a_missing_one_is_said(
    course: Path, submitted: Path, store: Path
) -> None:
    stored(course, submitted, store)
    hand_in(submitted, bao=RIGHT)
    (submitted / "chidi" / "tiny" / "tiny.py").unlink()
    done = regrade(course, store, "--apply")
    assert done.code == 0
    assert "chidi, tiny:" in done.err
    assert "is not there any more; the result stays as it is." in done.err
    assert "(another file)" in done.out
    assert "1 gains points, together 3." in done.out
    assert rows(store, "select points from result where student = 'bao' order by id") == [(7.0,), (10.0,)]
    assert len(rows(store, "select points from result where student = 'chidi'")) == 1


def test_what_cannot_be_judged_now_takes_no_points_from_anybody(course: Path, submitted: Path, store: Path) -> None:
    """The check contradicts the reference after the change: its author's fault, and nobody's loss."""
    stored(course, submitted, store)
    change(course, "agrees(student.total(x), truth", "agrees(3 * student.total(x), truth")
    done = regrade(course, store, "--apply")
    assert done.code == 3
    assert "keep the result of before: 3." in done.out
    assert rows(store, "select count(*) from result where status = 'unjudged'") == [(0,)]


def test_a_store_that_is_locked_when_it_comes_to_writing_is_said_and_can_be_written_later(
    course: Path, submitted: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "PATIENCE", 0.1)
    stored(course, submitted, store)
    hand_in(submitted, bao=RIGHT)
    connection = sqlite3.connect(store, isolation_level=None)
    connection.execute("begin immediate")  # who reads may go on
    done = regrade(course, store, "--apply")
    connection.close()
    assert done.code == 2
    assert "1 gains points, together 3." in done.out
    assert "in use by another process" in done.err
    assert regrade(course, store, "--apply").code == 0


def test_a_damaged_result_in_the_store_is_said(course: Path, submitted: Path, store: Path) -> None:
    stored(course, submitted, store)
    rows(store, "update result set document = '{}'")
    for done in (stored(course, submitted, store), regrade(course, store), typed("report", "--store", store)):
        assert (done.code, "does not understand" in done.err) == (2, True)
    assert stored(course, submitted, store, "--again").code == 0


def test_wrong_usage_of_regrade_is_a_sentence(course: Path, store: Path) -> None:
    both = regrade(course, store, "--diff", "--apply")
    assert (both.code, "give one of them" in both.err) == (2, True)
    nothing = regrade(course, store)
    assert (nothing.code, "does not exist yet" in nothing.err) == (2, True)
    unknown = typed("regrade", "big", "--course", course, "--store", store, *UNSAFE)
    assert (unknown.code, "There is no assignment 'big'" in unknown.err) == (2, True)


def test_the_gradebook_gets_what_was_applied(course: Path, submitted: Path, store: Path, tmp_path: Path) -> None:
    pytest.importorskip("nbgrader")
    stored(course, submitted, store)
    lenient(course)
    make(open_course(course), ["tiny"])
    book = f"sqlite:///{tmp_path}/gradebook.db"
    shown = regrade(course, store, "--gradebook", book)
    assert not (tmp_path / "gradebook.db").exists(), shown.err
    done = regrade(course, store, "--apply", "--gradebook", book)
    assert "4 of 4 results are in the gradebook." in done.err
