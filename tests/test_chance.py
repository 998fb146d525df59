"""Each bound against what is known exactly: by counting, by enumeration, by fractions without rounding."""

import math
from fractions import Fraction
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.chance import (
    BUDGET,
    binomial_bounds,
    distance_from,
    dkw_distance,
    hoeffding_distance,
    log_evidence,
    mixed,
    most_successions,
    normal_distribution,
    quantile_distance,
    unseen,
)

CHANCES = st.floats(1e-13, 0.5)


def binomial(n: int, p: Fraction) -> list[Fraction]:
    return [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


def test_the_budget_is_one_in_a_billion() -> None:
    assert BUDGET == 1e-9


@given(st.integers(1, 10**6), CHANCES)
def test_dkw_is_solved_for_the_distance(n: int, chance: float) -> None:
    assert 2 * math.exp(-2 * n * dkw_distance(n, chance) ** 2) == pytest.approx(chance)


@pytest.mark.parametrize("n", [2, 20])
def test_samples_lie_beyond_the_dkw_distance_as_seldom_as_stated(n: int) -> None:
    samples = np.sort(np.random.default_rng(n).random((20_000, n)), axis=1)
    beyond = np.mean([distance_from(sample, sample) > dkw_distance(n, 0.2) for sample in samples])
    assert beyond <= 0.2


def test_the_distance_of_a_sample_from_a_distribution_is_the_largest_gap_on_either_side_of_a_step() -> None:
    assert distance_from([0.5], np.array([0.5])) == 0.5
    assert distance_from([0.1, 0.2], np.array([0.1, 0.2])) == pytest.approx(0.8)
    assert distance_from([0.9, 0.9], np.array([0.9, 0.9])) == pytest.approx(0.9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_the_distance_at_quantiles_is_never_more_than_the_distance_everywhere(values: list[float]) -> None:
    sample = np.sort(values)
    assert quantile_distance(sample, np.arange(1, 20) / 20) <= distance_from(sample, sample) + 1e-12


def test_the_normal_distribution_has_its_known_values() -> None:
    assert normal_distribution([0.0, 1.959963984540054, -1.6448536269514722]) == pytest.approx([0.5, 0.975, 0.05])
    assert normal_distribution([-10.0])[0] == pytest.approx(7.619853024160527e-24, rel=1e-12)


@pytest.mark.parametrize("n", [1, 2, 7, 60])
@pytest.mark.parametrize("p", [Fraction(1, 6), Fraction(1, 2), Fraction(9, 10)])
@pytest.mark.parametrize("chance", [1e-11, 1e-3, 0.1])
def test_binomial_bounds_are_the_narrowest_whose_tails_are_small_enough(n: int, p: Fraction, chance: float) -> None:
    low, high = binomial_bounds(n, float(p), chance)
    terms, tail = binomial(n, p), Fraction(chance) / 2
    assert sum(terms[:low]) <= tail
    assert sum(terms[high + 1 :]) <= tail
    assert sum(terms[: low + 1]) > tail
    assert sum(terms[high:]) > tail


@given(CHANCES)
def test_evidence_is_the_logarithm_by_which_markov_bounds_a_likelihood_ratio(chance: float) -> None:
    assert math.exp(-log_evidence(chance)) == pytest.approx(chance)


def test_a_right_sample_reaches_the_evidence_as_seldom_as_stated() -> None:
    # all samples of ten fair throws, against a coin that falls on heads three times in four
    fair, biased = binomial(10, Fraction(1, 2)), binomial(10, Fraction(3, 4))
    for chance in (0.5, 0.1, 0.01):
        reached = [math.log(q / p) >= log_evidence(chance) for p, q in zip(fair, biased, strict=True)]
        assert sum(p for p, yes in zip(fair, reached, strict=True) if yes) <= chance


@given(st.integers(1, 10**6), st.floats(0.1, 10), CHANCES)
def test_hoeffding_is_solved_for_the_distance(n: int, width: float, chance: float) -> None:
    d = hoeffding_distance(n, width, chance)
    assert 2 * math.exp(-2 * n * d**2 / width**2) == pytest.approx(chance)


@pytest.mark.parametrize("chance", [0.3, 1e-2, 1e-6])
def test_hoeffding_holds_for_the_half_of_a_random_order_that_lies_in_front(chance: float) -> None:
    n = 40  # of 2 n samples, the share of the first n that come from the first n
    total = math.comb(2 * n, n)
    far = hoeffding_distance(n, 1, chance)
    beyond = sum(Fraction(math.comb(n, k) ** 2, total) for k in range(n + 1) if abs(k / n - 0.5) >= far)
    assert beyond <= chance


def successions(order: tuple[int, ...]) -> int:
    return sum(after == before + 1 for before, after in pairwise(order))


@pytest.mark.parametrize("n", range(1, 8))
@pytest.mark.parametrize("chance", [0.6, 0.2, 0.02, 1e-3])
def test_successions_reach_their_bound_as_seldom_as_stated_among_all_orders(n: int, chance: float) -> None:
    reached = sum(successions(order) >= most_successions(chance) for order in permutations(range(n)))
    assert reached / math.factorial(n) <= chance


def test_successions_are_bounded_by_a_factorial() -> None:
    assert most_successions(1 / 24) == 4
    assert most_successions(1e-12) == 15


@pytest.mark.parametrize(("kinds", "draws"), [(2, 1), (2, 5), (6, 20), (6, 150)])
def test_the_chance_that_an_outcome_never_comes_is_bounded(kinds: int, draws: int) -> None:
    one = Fraction(1, kinds)
    exactly = sum((-1) ** (k + 1) * math.comb(kinds, k) * (1 - k * one) ** draws for k in range(1, kinds + 1))
    assert exactly <= Fraction(unseen(kinds, draws)) * (1 + Fraction(1, 10**12))


def test_mixing_turns_independent_normal_entries_into_such_again() -> None:
    identity = np.array([mixed(e.reshape(2, 2)) for e in np.eye(4)])
    assert identity @ identity.T == pytest.approx(np.eye(4)), "a rotation"
    sample = np.random.default_rng(1).standard_normal((5, 3))
    assert mixed(sample).shape == (8,), "a last odd row and column is left out"
    assert np.sum(mixed(sample) ** 2) == pytest.approx(np.sum(sample[:4, :2] ** 2))


def test_mixing_shows_what_repeats_its_neighbours() -> None:
    column = np.random.default_rng(2).standard_normal((10, 1))
    assert np.sum(mixed(np.repeat(column, 2, axis=1)) == 0) == 10, "half of the entries: differences of the columns"
    assert np.sum(np.abs(mixed(np.repeat(column, 2, axis=0).reshape(10, 2))) < 1e-15) == 10
