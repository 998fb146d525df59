"""The store: what was kept is there for good, is found again under the same conditions, and under no others."""

import dataclasses
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import conditions, report, result, submission, unjudged

from grader.emit.json import text as json_of
from grader.report import Item, Location, Result, named
from grader.store import StoreError
from grader.store.documents import read_result, written, written_locations
from grader.store.keeping import Keeping
from grader.store.results import Store, address_of, path_of
from grader.submission import Submission


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/results.db"


def keep(url: str, *pairs: tuple[Submission, Result], **changed: Any) -> Store:
    store = Store(url, patience=0.2)
    keeping = Keeping(store, conditions(**changed))
    for one, found in pairs:
        assert list(keeping.keep(one, found)) == []
    return store


def of(one: Submission, **changed: Any) -> Result:
    """A result of exactly this file."""
    digest = sha256(one.path.read_bytes()).hexdigest()
    return result(one.student, **{"sha256": digest, "file": str(one.path)} | changed)


def known(store: Store, submissions: list[Submission], level: Any = "jail", **changed: Any) -> dict[int, Result]:
    return dict(store.results(store.known(conditions(**changed), submissions, level), submissions))


def rows(url: str, query: str) -> list[Any]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        return connection.execute(query).fetchall()


# --- what was judged is not judged again ---


def test_what_was_judged_by_the_same_checks_is_known(tmp_path: Path, url: str) -> None:
    ada, bao = submission(tmp_path, "ada"), submission(tmp_path, "bao", "x = 2\n")
    store = keep(url, (ada, of(ada)))
    assert known(store, [bao, ada]) == {1: of(ada)}


@pytest.mark.parametrize(
    "changed",
    [
        {"checks_version": "c2"}, {"seed_id": "s2"}, {"seed_id": None}, {"grader": "0.2.0"}, {"numpy": "2.1"},
        {"python": "3.12"}, {"engine": "e2"}, {"feedback": "points"}, {"assignment": "other"},
    ],
    ids=str,
)  # fmt: skip
def test_under_other_conditions_nothing_is_known(tmp_path: Path, url: str, changed: dict[str, Any]) -> None:
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada)))
    assert known(store, [ada], "jail", **changed) == {}


def test_the_public_draws_are_known_again_too(tmp_path: Path, url: str) -> None:
    """Their seed has no name, and two nothings are alike."""
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada)), seed_id=None)
    assert list(known(store, [ada], "jail", seed_id=None)) == [0]


def test_a_changed_file_is_judged_again_and_the_file_of_before_is_known(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada)))
    submission(tmp_path, text="x = 2\n")
    assert known(store, [ada]) == {}
    submission(tmp_path)
    assert list(known(store, [ada])) == [0]


def test_the_same_bytes_under_another_ending_are_another_submission(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada)))
    assert known(store, [submission(tmp_path, name="tiny.ipynb")]) == {}


def test_the_same_bytes_of_another_student_are_judged_for_themselves(tmp_path: Path, url: str) -> None:
    ada, bao = submission(tmp_path), submission(tmp_path, "bao")
    store = keep(url, (ada, of(ada)))
    assert known(store, [bao]) == {}


@pytest.mark.parametrize(
    ("stored", "wanted", "is_known"),
    [("jail", "jail", True), ("jail", "filter", True), ("filter", "jail", False), ("none", "filter", False),
     ("none", "none", True), ("jail", "none", True), ("vm", "jail", True), ("filter", "filter", True)],
)  # fmt: skip
def test_a_result_is_known_where_its_walls_were_at_least_as_strong(
    tmp_path: Path, url: str, stored: str, wanted: Any, is_known: bool
) -> None:
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada, isolation=stored)))
    assert bool(known(store, [ada], wanted)) == is_known


def test_what_is_unjudged_is_kept_and_never_known(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    lost = dataclasses.replace(of(ada), status="unjudged", points=None)
    store = keep(url, (ada, lost))
    assert known(store, [ada]) == {}
    assert [attempt.result for attempt in store.attempts()] == [lost]


def test_what_was_unreadable_is_known_and_what_cannot_be_read_now_is_not(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada, status="unreadable", points=0.0)))
    gone = Submission("bao", "tiny", tmp_path / "gone.py")
    link = Submission("ada", "tiny", tmp_path / "link.py")
    link.path.symlink_to(ada.path)
    assert list(known(store, [gone, link, ada])) == [2]


def test_a_known_result_tells_of_its_folder_as_it_is_now(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    before = dataclasses.replace(ada, notices=("not read: copy.py",))
    store = keep(url, (before, of(ada, notices=("not read: copy.py", "cell 3 stopped."))))
    assert known(store, [ada])[0].notices == ("cell 3 stopped.",)
    moved = dataclasses.replace(ada, path=submission(tmp_path / "elsewhere").path, notices=("not read: b.py",))
    found = known(store, [moved])[0]
    assert (found.notices, found.file) == (("not read: b.py", "cell 3 stopped."), str(moved.path))


def test_the_latest_of_several_verdicts_is_the_one_that_is_known(tmp_path: Path, url: str) -> None:
    """Somebody asked for another judgement, of a machine with more time."""
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada)), (ada, of(ada, points=1.0)))
    assert known(store, [ada])[0].points == 1.0


# --- every result stays ---


def test_older_results_stay_as_attempts_in_the_order_of_time(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    keep(url, (ada, of(ada, points=1.0)))
    store = keep(url, (ada, of(ada, points=2.0)), checks_version="c2")
    found = list(store.attempts())
    assert [(one.result.points, one.run.conditions.checks_version) for one in found] == [(1.0, "c1"), (2.0, "c2")]
    assert found[0].run.number < found[1].run.number
    assert all(one.at is not None and one.run.started is not None and one.run.started <= one.at for one in found)
    assert [kept.result.points for kept in store.latest("tiny")] == [2.0]
    assert store.latest("other") == []
    assert list(store.attempts(["other"])) == []


def test_a_row_can_be_asked_for_all_that_its_verdict_depends_on(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    keep(url, (ada, of(ada)))
    query = """select student, result.assignment, sha256, checks_version, seed_id, grader, numpy, isolation, points
               from result join run on run.id = result.run"""
    assert rows(url, query) == [("ada", "tiny", of(ada).sha256, "c1", "s1", "0.1.0", "2.0", "jail", 6.0)]


names = st.text(st.characters(codec="utf-8"), max_size=300)
texts = st.none() | names
kept_items = st.builds(
    Item, names, texts, names, st.sampled_from(["passed", "failed", "skipped", "unjudged", "manual"]),
    st.floats(0, 1e6), st.floats(0, 1e6), texts, texts, texts, st.booleans(),
)  # fmt: skip
kept_results = st.builds(
    Result, names.map(named), st.just("tiny"), names, texts,
    st.sampled_from(["judged", "unreadable", "refused"]), st.lists(names, max_size=3).map(tuple),
    st.sampled_from(["vm", "jail", "filter", "none"]), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e3),
    st.lists(kept_items, max_size=4).map(tuple),
)  # fmt: skip


@given(kept_results)
def test_a_result_survives_its_document(found: Result) -> None:
    assert read_result(written(found), written_locations(found)) == found


def test_a_document_is_what_the_report_has(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    keep(url, (ada, of(ada, locations={"loss": Location(3, "cell 2")})))
    ((document,),) = rows(url, "select document from result")
    assert json.loads(document) == json.loads(json_of(report([of(ada)])))["submissions"][0]


def test_a_known_result_still_says_where_its_functions_stand(tmp_path: Path, url: str) -> None:
    """It is the same file."""
    ada = submission(tmp_path)
    there = {"loss": Location(3), "fit": Location(1, "cell 2")}
    store = keep(url, (ada, of(ada, locations=there)))
    assert known(store, [ada])[0].locations == there


@settings(max_examples=30, deadline=None)
@given(st.lists(kept_results, min_size=1, max_size=5))
def test_the_store_gives_back_what_it_was_given(tmp_path_factory: pytest.TempPathFactory, found: list[Result]) -> None:
    folder = tmp_path_factory.mktemp("store")
    one = Submission("x", "tiny", folder / "x.py")
    store = keep(f"sqlite:///{folder}/results.db", *((one, each) for each in found))
    assert [attempt.result for attempt in store.attempts()] == found
    latest = {each.student: each for each in found}
    assert {kept.result.student: kept.result for kept in store.latest("tiny")} == latest


@pytest.mark.parametrize(
    "student", ["=cmd|' /C calc'!A0", "../../etc/passwd", "a" * 4096, "'; drop table result; --", "☃"]
)
def test_a_students_name_is_text_and_nothing_else(tmp_path: Path, url: str, student: str) -> None:
    one = Submission(student, "tiny", submission(tmp_path).path)
    store = keep(url, (one, result(named(student), sha256=of(submission(tmp_path)).sha256)))
    assert [kept.result.student for kept in store.latest("tiny")] == [named(student)]
    assert list(known(store, [one])) == [0]


@given(st.binary(min_size=1, max_size=80).filter(lambda raw: not {0, 0x2F} & set(raw) and raw not in {b".", b".."}))
def test_a_files_address_is_lossless_whatever_bytes_its_name_has(raw: bytes) -> None:
    path = Path("/somewhere") / os.fsdecode(raw)
    assert path_of(address_of(path)) == path
    address_of(path).encode("ascii")


# --- what it refuses, it refuses with a sentence, and nothing is lost ---


@contextmanager
def locked(url: str) -> Iterator[None]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("begin exclusive")
    yield
    connection.execute("rollback")
    connection.close()


def test_a_store_that_is_locked_when_a_run_begins_is_said_before_anything_is_judged(tmp_path: Path, url: str) -> None:
    store = keep(url)
    with locked(url), pytest.raises(StoreError, match=r"results\.db is in use by another process"):
        Keeping(store, conditions())


def test_what_a_locked_store_does_not_take_waits_and_is_kept_with_the_next(tmp_path: Path, url: str) -> None:
    ada, bao, chidi = (submission(tmp_path, name) for name in ("ada", "bao", "chidi"))
    store = Store(url, patience=0.1)
    keeping = Keeping(store, conditions())
    with locked(url):
        first, second = list(keeping.keep(ada, of(ada))), list(keeping.keep(bao, of(bao)))
    assert (len(first), "in use" in first[0], second) == (1, True, []), "said once"
    assert rows(url, "select count(*) from result") == [(0,)]
    assert list(keeping.keep(chidi, of(chidi))) == []
    assert [one.result.student for one in store.attempts()] == ["ada", "bao", "chidi"]
    assert (keeping.kept, list(keeping.lost)) == (3, [])


def test_what_is_not_kept_in_the_end_is_counted(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    keeping = Keeping(Store(url, patience=0.1), conditions())
    with locked(url):
        list(keeping.keep(ada, of(ada)))
        (said,) = keeping.again()
    assert said.startswith("tiny: 1 of 1 results are not in the store: ")
    assert list(keeping.again()) == []
    assert rows(url, "select student from result") == [("ada",)]


def test_a_full_disk_is_said_and_what_was_kept_stays(tmp_path: Path, url: str) -> None:
    """SQLite's own limit of pages says what a full disk says."""
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada)))
    pages = rows(url, "pragma page_count")[0][0]
    full = lambda connection, _: connection.execute(f"pragma max_page_count = {pages}")  # noqa: E731
    keeping = Keeping(store, conditions())
    sqlalchemy.event.listen(store._engine, "connect", full)
    bulky = of(ada, notices=("n" * 400,) * 1000)
    (said,) = keeping.keep(ada, bulky)
    assert "the disk is full" in said
    assert rows(url, "select count(*) from result") == [(1,)]
    sqlalchemy.event.remove(store._engine, "connect", full)
    assert list(keeping.again()) == []
    assert [one.result for one in store.attempts()] == [of(ada), bulky]


def test_a_read_only_store_can_be_read_and_says_that_it_cannot_be_written(tmp_path: Path, url: str) -> None:
    """SQLite's own lock against writing says what a read-only file says, to root as well."""
    ada = submission(tmp_path)
    store = keep(url, (ada, of(ada)))
    sqlalchemy.event.listen(store._engine, "connect", lambda connection, _: connection.execute("pragma query_only = 1"))
    assert len(list(store.attempts())) == 1
    with pytest.raises(StoreError, match="read-only"):
        Keeping(store, conditions())


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update store set schema = 0", "an older version"),
        ("update store set schema = 99", "a newer version"),
        ("delete from store", "an older version"),
        ("drop table result", "another program's tables"),
    ],
)
def test_a_store_of_another_version_is_said_and_stays_as_it_was(
    tmp_path: Path, url: str, statement: str, words: str
) -> None:
    ada = submission(tmp_path)
    keep(url, (ada, of(ada)))
    rows(url, statement)
    before = (tmp_path / "results.db").read_bytes()
    for use in (lambda s: Keeping(s, conditions()), lambda s: list(s.attempts()), lambda s: s.latest("tiny")):
        with pytest.raises(StoreError, match=words):
            use(Store(url))
    assert (tmp_path / "results.db").read_bytes() == before


def test_a_result_of_another_version_in_the_store_is_said(tmp_path: Path, url: str) -> None:
    ada = submission(tmp_path)
    keep(url, (ada, of(ada)))
    rows(url, 'update result set document = \'{"student": "ada"}\'')
    with pytest.raises(StoreError, match=r"results\.db holds a result.*does not understand.*missing required"):
        list(Store(url).attempts())


def test_a_store_that_does_not_exist_is_said_and_not_made_by_looking(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreError, match="does not exist yet"):
        list(Store(url).attempts())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_stays_as_it_was(tmp_path: Path, url: str) -> None:
    (tmp_path / "results.db").write_text("points: all of them\n" * 99, "utf-8")
    before = (tmp_path / "results.db").read_bytes()
    with pytest.raises(StoreError, match="is no database"):
        Keeping(Store(url), conditions())
    assert (tmp_path / "results.db").read_bytes() == before


@pytest.mark.parametrize("where", ["nothing://x", "sqlite://", "sqlite:///:memory:", ":memory:", ""])
def test_an_address_that_is_none_is_said_with_an_example(where: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///results\.db"):
        Store(where)


def test_a_bare_file_and_a_relative_address_lie_below_the_given_folder(tmp_path: Path) -> None:
    for where in ("a.db", "sqlite:///b.db", str(tmp_path / "c.db"), f"sqlite:///{tmp_path}/d.db"):
        Keeping(Store(where, tmp_path), conditions())
    assert {path.name for path in tmp_path.iterdir()} == {"a.db", "b.db", "c.db", "d.db"}


# --- a kill at any moment ---

WRITER = """
import sys
from pathlib import Path
from synthetic import conditions, result
from grader.store.keeping import Keeping
from grader.store.results import Store
from grader.submission import Submission
keeping = Keeping(Store(sys.argv[1]), conditions())
for number in range(100_000):
    assert not list(keeping.keep(Submission("s", "tiny", Path("x.py")), result(f"s{number}")))
    print(number, flush=True)
"""


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.1, 0.2])
def test_a_kill_loses_nothing_that_was_reported_as_done(url: str, seconds: float) -> None:
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        said = [process.stdout.readline()]
        time.sleep(seconds)
        process.kill()
        said += process.stdout.readlines()
    done = [int(line) for line in said if line.endswith("\n")]
    found = [one.result for one in Store(url).attempts()]
    assert found == [result(f"s{number}") for number in range(len(found))], "each whole, none left out"
    assert len(done) <= len(found) <= len(done) + 1, "the last one may be kept, and not yet reported"
    assert rows(url, "pragma integrity_check") == [("ok",)]
    assert list(Keeping(Store(url), conditions()).keep(Submission("t", "tiny", Path("x.py")), unjudged("t"))) == []


def test_two_runs_at_once_wait_for_each_other_and_both_are_whole(url: str) -> None:
    """Each on its own core, or each on half of one."""
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", WRITER.replace("100_000", "40"), url]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) for _ in range(2)]
    assert [len(process.communicate(timeout=60)[0].splitlines()) for process in both] == [40, 40]
    found = [(one.run.number, one.result.student) for one in Store(url).attempts()]
    assert sorted(found) == sorted((run, f"s{number}") for run in (1, 2) for number in range(40))
