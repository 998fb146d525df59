"""What becomes of results as they come: figures, reports, and no memory that grows with the class."""

import dataclasses
import json
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import tiny_course

from grader import recorded
from grader.course import exercise
from grader.emit import json as emitter
from grader.report import Item, Result
from grader.run import Marking
from grader.sandbox import Limits
from grader.sinks import Reports, Sink, Tallies
from grader.submission import ReleasedNotebook, Submission
from grader.workers import Batch, Graded


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    made = exercise(tiny_course.make(tmp_path_factory.mktemp("tiny")), "tiny", bytes(range(16)))
    return Batch(Marking(made, ReleasedNotebook("tiny"), recorded.make_ready(made), Limits()), [])


def graded(place: int, number: int = 0, **changed: Any) -> Graded:
    """A result of the usual size, of texts of its own, as it comes from a worker."""
    items = tuple(
        Item(
            f"claim_{i}",
            "f",
            f"{place}: " + "claim " * 20,
            "failed",
            0.0,
            1.0,
            f"{place}: " + "finding " * 60,
            mistake="m",
        )
        for i in range(25)
    )
    result = Result(f"student{place}", "tiny", f"{place}.py", "0" * 64, "judged", (), "none", 1.5, 20.0, 0.1, items)
    return Graded(number, place, Submission("s", "tiny", Path("x")), dataclasses.replace(result, **changed))


def passed_on(sinks: Sequence[Sink], places: range) -> None:
    for place in places:
        for sink in sinks:
            assert list(sink.take(graded(place))) == []


def test_memory_does_not_grow_with_the_class(batch: Batch, tmp_path: Path) -> None:
    """Of 15 KB a result not 500 bytes stay: where on disk it lies."""
    reports = Reports([batch], tmp_path / "report.json", many=False)
    sinks: list[Sink] = [Tallies(["tiny"], "student7"), reports]
    passed_on(sinks, range(200))
    tracemalloc.start()
    passed_on(sinks, range(200, 700))
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 500 * 500
    assert list(reports.end()) == []
    assert len(json.loads((tmp_path / "report.json").read_text("utf-8"))["submissions"]) == 700


def test_results_that_come_in_any_order_are_reported_in_the_submissions(batch: Batch, tmp_path: Path) -> None:
    reports = Reports([batch, batch], tmp_path / "reports" / "r.json", many=False)
    for number, place in ((1, 0), (0, 2), (0, 0), (1, 1), (0, 1)):
        assert list(reports.take(graded(place, number))) == []
    assert list(reports.end()) == []
    assert reports.complete


def test_one_students_results_are_kept_in_full_and_others_are_counted() -> None:
    tallies = Tallies(["tiny", "other"], "student1")
    for place, number in ((1, 1), (0, 0), (1, 0)):
        tallies.take(graded(place, number, points=None if place == 0 else 1.5))
    assert [one.student for one in tallies.in_full] == ["student1", "student1"]
    assert (tallies.count, tallies.unjudged) == (3, 1)
    assert list(tallies.end()) == []
    assert list(Tallies(["tiny"], "nobody").end()) == ["There is no submission of 'nobody'."]


def test_a_disk_that_is_full_is_said_once_and_the_old_report_stays(
    batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.json").write_text("old", "utf-8")
    reports = Reports([batch], tmp_path / "report.json", many=False)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(emitter.Stream, "take", full)
    said = [sentence for place in range(3) for sentence in reports.take(graded(place))]
    assert said == [f"The report could not be written to {tmp_path / 'report.json'}: No space left on device."]
    assert list(reports.end()) == []
    assert not reports.complete
    assert (tmp_path / "report.json").read_text("utf-8") == "old"
