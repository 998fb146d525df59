"""A class on all cores: one pool for all assignments, a worker that dies, whoever stops early."""

import contextlib
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_course
from test_run import LIMITS, WRONG

from grader import recorded, run, workers
from grader.course import exercise
from grader.report import Result
from grader.run import Marking
from grader.sandbox import Limits, Zygote
from grader.submission import ReleasedNotebook, Submission
from grader.workers import Batch, grade


@pytest.fixture(scope="module")
def marking(tmp_path_factory: pytest.TempPathFactory) -> Marking:
    made = exercise(tiny_course.make(tmp_path_factory.mktemp("tiny")), "tiny", bytes(range(16)))
    return Marking(made, ReleasedNotebook("tiny"), recorded.make_ready(made), LIMITS)


@pytest.fixture(scope="module")
def students(tmp_path_factory: pytest.TempPathFactory) -> list[Submission]:
    folder = tmp_path_factory.mktemp("class")
    texts = {
        "ada": "",
        "bao": WRONG,
        "chidi": "def noise(n, rng):\n    while True: pass",
        "dana": "def total(x): return None",
        "elif": "import os\nos._exit(1)",
        "farid": "x =",
    }
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(tiny_course.SOLUTION + "\n" + text, "utf-8")
    return [Submission(name, "tiny", folder / f"{name}.py") for name in texts]


def verdicts(batches: Sequence[Batch], jobs: int) -> dict[tuple[int, int], Any]:
    def verdict(one: Result) -> tuple[Any, ...]:
        return one.student, one.status, one.points, [(i.id, i.status, i.finding) for i in one.items], one.notices

    return {(one.batch, one.place): verdict(one.result) for one in grade(batches, jobs=jobs)}


def test_workers_judge_as_one_process_does(marking: Marking, students: list[Submission]) -> None:
    batches = [Batch(marking, students)]
    alone, together = verdicts(batches, 1), verdicts(batches, 3)
    assert alone == together
    assert list(alone) == [(0, place) for place in range(len(students))]
    assert [points for _, _, points, _, _ in alone.values()] == [10, 7, 9, 7, 10, 10]


def test_no_more_workers_are_hired_than_there_is(marking: Marking, students: list[Submission]) -> None:
    assert list(grade([], jobs=8)) == []
    assert list(grade([Batch(marking, [])], jobs=8)) == []
    assert [one.place for one in grade([Batch(marking, students[:1])], jobs=8)] == [0]


def test_a_slow_submission_holds_up_no_other_assignment(marking: Marking, students: list[Submission]) -> None:
    slow = Batch(replace(marking, limits=replace(LIMITS, call_seconds=1.0)), [students[2]])
    came = [one.batch for one in grade([slow, Batch(marking, students[:1] * 5)], jobs=2)]
    assert came == [1] * 5 + [0]


def test_each_assignment_is_judged_by_its_own(marking: Marking, students: list[Submission]) -> None:
    other = Batch(replace(marking, functions=("noise",)), students[:2])
    found = verdicts([Batch(marking, students[:2]), other, Batch(marking, students[:1])], 2)
    assert {key: points for key, (_, _, points, _, _) in found.items()} == {
        (0, 0): 10, (0, 1): 7, (1, 0): 1, (1, 1): 1, (2, 0): 10
    }  # fmt: skip


def test_a_worker_that_dies_leaves_one_submission_unjudged_and_the_others_judged(
    marking: Marking, students: list[Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = run.judged

    def fragile(marking: Marking, submission: Submission, zygote: Zygote) -> Result:
        if submission.student == "bao":
            os.kill(os.getpid(), signal.SIGKILL)
        return real(marking, submission, zygote)

    monkeypatch.setattr(workers, "judged", fragile)
    results = {one.place: one.result for one in grade([Batch(marking, students[:4])], jobs=2)}
    assert {results[place].student: results[place].status for place in sorted(results)} == {
        "ada": "judged", "bao": "unjudged", "chidi": "judged", "dana": "judged"
    }  # fmt: skip
    assert results[1].points is None
    assert {item.status for item in results[1].items} == {"unjudged", "manual"}
    assert "own process was lost" in results[1].notices[0]
    assert results[1].max_points == 10


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_sandbox_that_does_not_start_is_nobodys_zero(
    marking: Marking, students: list[Submission], monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    from grader.sandbox import launch

    monkeypatch.setattr(launch, "command", lambda _: ["/does/not/exist"])
    results = [one.result for one in grade([Batch(marking, students[:2])], jobs=jobs)]
    assert [(one.status, one.points) for one in results] == [("unjudged", None)] * 2
    findings = {item.finding for one in results for item in one.items if item.status == "unjudged"}
    assert findings
    assert all("did not start" in str(finding) for finding in findings)


def children() -> set[int]:
    """The processes that this one has started."""
    mine = str(os.getpid())
    found = set()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "stat").read_text().rpartition(")")[2].split()[1] == mine:
                found.add(int(entry.name))
    return found


@pytest.mark.parametrize("how", ["by closing", "by asking"])
def test_whoever_stops_early_leaves_no_process_and_no_folder_behind(
    marking: Marking, students: list[Submission], how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = children()
    came: list[int] = []
    results = grade([Batch(marking, students * 3)], jobs=2, stop=lambda: how == "by asking" and len(came) >= 2)
    for one in results:
        came.append(one.place)
        if how == "by closing":
            results.close()  # type: ignore[attr-defined] # it is a generator
    assert 1 <= len(came) <= 3
    ends = time.monotonic() + 10
    while children() - before and time.monotonic() < ends:
        time.sleep(0.05)
    assert children() <= before
    assert list(tmp_path.iterdir()) == []


def test_no_thread_is_there_when_a_worker_is_forked(marking: Marking, students: list[Submission]) -> None:
    """From Python 3.12 on a fork beside threads is a warning, and warnings are errors here: the bar adds none."""
    import io
    import threading

    from rich.console import Console

    from grader.emit.progress import Bar

    before = threading.active_count()  # a test runner may have one of its own
    with Bar(Console(file=io.StringIO(), force_terminal=True), 3) as bar:
        for one in grade([Batch(marking, students[:3])], jobs=2):
            bar.step(one.result.assignment)
            assert threading.active_count() == before


def test_a_zygote_serves_a_worker_as_long_as_the_assignment_is_the_same(
    marking: Marking, students: list[Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Limits] = []

    class Counted(Zygote):
        def __init__(self, isolation: Any, limits: Limits, files: Any) -> None:
            made.append(limits)
            super().__init__(isolation, limits, files)

    monkeypatch.setattr(workers, "Zygote", Counted)
    batches = [Batch(marking, students[:2]), Batch(marking, students[:2])]
    assert len(list(grade(batches, jobs=1))) == 4
    assert len(made) == 2
