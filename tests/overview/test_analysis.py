"""Item analysis: difficulty and discrimination as their formulas say, and nothing where they say nothing."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from synthetic import result, unjudged

from grader.overview.analysis import FEWEST, chance_level, items_of, point_biserial


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 80).map(lambda n: n / 4)), min_size=FEWEST, max_size=60))
def test_the_point_biserial_is_pearsons_correlation_with_a_yes_or_no(pairs: list[tuple[bool, float]]) -> None:
    passed, rest = np.array([p for p, _ in pairs]), np.array([r for _, r in pairs])
    assume(0 < passed.sum() < len(passed))
    assume(rest.std() > 0)
    assert point_biserial(passed, rest) == pytest.approx(np.corrcoef(passed, rest)[0, 1], abs=1e-12)


def test_a_worked_example() -> None:
    """Six pass with a mean rest of 8, four do not, with a mean rest of 3: s is sqrt(7), p 0.6."""
    passed = np.array([True] * 6 + [False] * 4)
    rest = np.array([7, 9, 7, 9, 8, 8, 2, 4, 2, 4], dtype=float)
    by_hand = 5 / np.sqrt(((rest - 6) ** 2).mean()) * np.sqrt(0.6 * 0.4)
    assert point_biserial(passed, rest) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("passed", "rest"),
    [
        ([True, False] * (FEWEST // 2 - 1), range(FEWEST - 2)),
        ([True] * 20, range(20)),
        ([False] * 20, range(20)),
        ([True, False] * 10, [7.1] * 20),
        ([], []),
    ],
    ids=["too few", "all pass", "none pass", "the rest is one number", "nobody"],
)
def test_where_it_says_nothing_there_is_no_figure(passed: list[bool], rest: list[float]) -> None:
    assert point_biserial(np.array(passed, dtype=bool), np.array(rest, dtype=float)) is None


def test_a_claims_own_points_are_not_in_the_rest() -> None:
    """Else a claim worth everything would agree with itself perfectly."""
    results = [result(f"s{n}", [n % 2 == 0, n < 10]) for n in range(20)]
    first, second = items_of(results)
    assert first.discrimination == pytest.approx(0.0)
    assert second.discrimination == pytest.approx(0.0)


def test_the_claim_that_the_strong_pass_discriminates_and_the_one_that_they_fail_is_below_zero() -> None:
    results = [result(f"s{n}", [n > 9, n > 4, n > 14, n < 8]) for n in range(20)]
    figures = items_of(results)
    assert all(item.discrimination is not None for item in figures)
    assert [(item.discrimination or 0) > 0 for item in figures] == [True, True, True, False]


def test_who_is_counted() -> None:
    results = [
        *(result(f"s{n}", [True, n < 5]) for n in range(12)),
        result("empty", [None, None]),
        result("half", [True, None]),
        result("unreadable", [False, False], status="unreadable"),
        unjudged("lost"),
    ]
    first, second = items_of(results)
    assert (first.n, first.passed, first.unwritten, first.difficulty) == (13, 13, 0, 1.0)
    assert (second.n, second.passed, second.unwritten, second.difficulty) == (13, 5, 1, 5 / 13)


def test_of_nobody_there_is_no_item() -> None:
    assert items_of([]) == ()
    assert items_of([result("empty", [None])]) == ()


def test_what_chance_does_gets_smaller_with_the_class() -> None:
    assert chance_level(16) == 0.5
    assert chance_level(400) == 0.1
