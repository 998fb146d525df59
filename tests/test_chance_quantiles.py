"""The bounds that look at a sample through quantiles, and at what a sample should have reached."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from grader.chance import distance_from, dkw_distance, quantile_distance, unreached

UNIFORM = np.arange(1, 200) / 200
NORMAL = np.array([NormalDist().inv_cdf(k / 200) for k in range(1, 200)])


@pytest.mark.parametrize("seed", range(20))
def test_the_distance_at_quantiles_lies_within_one_part_below_the_largest_distance(seed: int) -> None:
    sample = np.sort(np.random.default_rng(seed).beta(1 + seed / 10, 1, 500))
    largest = distance_from(sample, sample)
    at_quantiles = quantile_distance(sample, UNIFORM)
    assert at_quantiles <= largest + 1e-12
    assert at_quantiles >= largest - 1 / 200 - 1 / 500


def test_the_order_and_the_shape_of_a_sample_do_not_matter() -> None:
    sample = np.random.default_rng(1).normal(size=600)
    assert quantile_distance(sample, NORMAL) == quantile_distance(np.sort(sample).reshape(20, 30), NORMAL)


def test_a_point_on_a_quantile_counts_as_below_it() -> None:
    assert quantile_distance(np.array([0.5]), np.array([0.5])) == pytest.approx(0.5)
    assert quantile_distance(np.array([0.25, 0.75]), np.array([0.5])) == 0.0


def test_samples_beyond_the_dkw_distance_are_rarer_than_the_stated_chance() -> None:
    rng = np.random.default_rng(2)
    allowed = dkw_distance(300, 0.05)
    beyond = sum(quantile_distance(rng.normal(size=300), NORMAL) > allowed for _ in range(2000))
    assert beyond / 2000 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)


def test_another_scale_lies_far_beyond_the_dkw_distance() -> None:
    sample = np.random.default_rng(3).normal(size=30_000) * math.sqrt(4 / 3)
    assert quantile_distance(sample, NORMAL) > dkw_distance(30_000, 1e-12)


@pytest.mark.parametrize("n", [1, 10, 30_000])
def test_a_set_that_a_sample_should_have_reached_is_missed_with_at_most_the_stated_chance(n: int) -> None:
    p = unreached(n, 1e-12)
    assert p >= 1 or n * math.log1p(-p) <= math.log(1e-12)
