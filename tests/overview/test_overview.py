"""A class's overview: everybody is in it once, every figure adds up, and the last run is told from the others."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import a_class, conditions, report, result, unjudged

from grader.history import Attempt, Run, of_reports
from grader.overview import overview
from grader.overview.figures import BINS, distribution
from grader.overview.values import Assignment, Overview
from grader.report import Result


def of(*runs: Sequence[Result]) -> Overview:
    return overview(of_reports(report(run) for run in runs))


def one(*runs: Sequence[Result]) -> Assignment:
    (found,) = of(*runs).assignments
    return found


@given(st.lists(st.integers(0, 80).map(lambda n: n / 4)))
def test_everybody_is_in_one_bar_of_the_distribution(points: list[float]) -> None:
    bars = distribution(points, 20.0)
    assert sum(bar.count for bar in bars) == len(points)
    for bar in bars[:-1]:
        assert bar.count == sum(bar.low <= got < bar.high for got in points)
    assert bars[-1].count == sum(got >= 20 for got in points)
    assert len(bars) == BINS + 1


def test_a_function_has_every_student_once() -> None:
    found = one(a_class(200))
    for function in found.functions:
        assert function.full + function.part + function.wrong + function.unwritten + function.unjudged == 200
    assert sum(function.stops for function in found.functions) == 200 - found.full_marks


def test_who_stops_where() -> None:
    results = [
        result("all", [True] * 4),
        result("second", [True, True, False, True]),
        result("first", [None, None, True, True]),
        result("unreadable", [False] * 4, status="unreadable"),
        unjudged("lost"),
    ]
    first, second = one(results).functions
    assert (first.full, first.unwritten, first.unjudged, first.stops) == (2, 1, 1, 1)
    assert (second.full, second.part, second.wrong, second.stops) == (2, 1, 0, 1)


def test_mistakes_are_counted_by_students_and_told_as_students_read_them() -> None:
    """Claim 2 is about `loss`, and fails with the sentence of its mistake; a student who fails twice counts once."""
    results = [result(name, [True, True, False, name == "ada"]) for name in ("ada", "bao", "chidi")]
    first, *others = one(results).mistakes
    assert (first.function, first.name, first.students) == ("loss", "sign", ("ada", "bao", "chidi"))
    assert first.sentence == "Your gradient points the other way."
    assert first.hint == "Divide by n."
    assert [(m.name, m.students) for m in others] == [("sum for mean", ("bao", "chidi"))]


def test_a_failure_without_a_name_is_told_by_how_its_finding_begins() -> None:
    made = result(passed=[False])
    items = tuple(dataclasses.replace(item, mistake=None) for item in made.items)
    (found,) = one([dataclasses.replace(made, items=items)]).mistakes
    assert (found.name, found.sentence) == (None, "y is twice the right value.")


def test_what_is_not_judged_is_listed_with_its_reason() -> None:
    found = one([result(), unjudged("bao"), result("kwame", status="refused", points=0.0, notices=("It is a link.",))])
    assert [(p.student, p.status, p.notices) for p in found.problems] == [
        ("bao", "unjudged", ("The machine failed: no memory.",)), ("kwame", "refused", ("It is a link.",)),
    ]  # fmt: skip
    assert found.mean == pytest.approx((6.0 + 0.0) / 2), "an unjudged submission is no zero"


def test_the_last_attempt_counts_and_the_others_are_kept_in_order() -> None:
    found = of([result(passed=[False])], [result(passed=[True])], [result(passed=[None])])
    (student,) = found.students
    standing = student.standings["tiny"]
    assert (standing.result.points, [past.points for past in standing.attempts]) == (0.0, [0.0, 2.0, 0.0])


def test_changes_are_those_of_the_last_run() -> None:
    before = [result("ada", [True]), result("bao", [False]), result("chidi", [True])]
    after = [result("ada", [False]), result("bao", [False]), result("new", [True])]
    found = one(before, after)
    assert [(c.after.student, c.points) for c in found.changes] == [("ada", -2.0)]
    assert (found.new, found.runs) == (1, 2)
    again = one(before, after, [result("bao", [True])])
    assert [(c.after.student, c.points) for c in again.changes] == [("bao", 2.0)]
    assert again.new == 0


def test_a_run_that_found_nothing_new_changed_nothing() -> None:
    """What the store knew has no new row, but the run is there."""
    first, second = (Run(n, conditions(), datetime(2026, 1, n + 1, tzinfo=UTC)) for n in range(2))
    attempts = [
        Attempt(result(passed=[p]), first, datetime(2026, 1, 1, h, tzinfo=UTC)) for h, p in enumerate((False, True))
    ]
    (found,) = overview(attempts, [first, second]).assignments
    assert (found.changes, found.runs, found.run) == ((), 2, second)
    (found,) = overview(attempts, [first]).assignments
    assert [c.points for c in found.changes] == [2.0]


def test_two_submissions_of_one_student_in_one_run_are_two_attempts() -> None:
    found = of([result("ada", [False]), result("ada", [True])])
    (student,) = found.students
    assert [past.points for past in student.standings["tiny"].attempts] == [0.0, 2.0]
    assert found.assignments[0].handed_in == 1


def test_assignments_come_in_the_courses_order_and_what_it_does_not_name_after() -> None:
    attempts = list(of_reports(report([result(assignment=name)], name) for name in "abcd"))
    found = overview(attempts, order=["c", "b"])
    assert [assignment.slug for assignment in found.assignments] == ["c", "b", "a", "d"]
    assert list(found.students[0].standings) == ["c", "b", "a", "d"]


def test_of_nobody_there_is_an_overview_too() -> None:
    assert overview([]) == Overview((), (), None)
    assert one([unjudged()]).mean is None


def test_an_assignment_without_points_has_a_distribution() -> None:
    assert distribution([0.0], 0.0)[-1].count == 1
