"""Bounds for random answers, each with a proof.  In: sizes and an allowed chance.  Out: a bound that holds with it.

Never an asymptotic tail: a right answer beyond one of these bounds has at most the stated probability, at every n.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BUDGET = 1e-9
"""The most that all checks together may fail a right submission by chance: in a class of a thousand over a thousand
terms, one mark in a thousand such courses."""


def dkw_distance(n: int, chance: float) -> float:
    """Bound the distance between an empirical and the true distribution function: exceeded with at most `chance`.

    P(sup |F_n - F| > d) <= 2 exp(-2 n d^2)
    Source: Dvoretzky, Kiefer & Wolfowitz (1956), the constant by Massart (1990).
    """
    return math.sqrt(math.log(2 / chance) / (2 * n))


def distance_from(sample: Sequence[float] | NDArray[np.float64], distribution: NDArray[np.float64]) -> float:
    """Measure sup |F_n - F| of a sample, where `distribution` holds F at the sorted sample's points."""
    n = len(sample)
    steps = np.arange(1, n + 1) / n
    return float(max(np.max(steps - distribution), np.max(distribution - steps + 1 / n)))


def normal_distribution(x: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Evaluate the standard normal distribution function, entry by entry."""
    return np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in x])


def mixed(sample: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn blocks of four entries, two rows by two columns, by the Hadamard matrix H / 2.

    H / 2 is orthogonal, and a rotation of independent standard normal entries gives independent standard normal
    entries. Entries that repeat their neighbours or follow them do not stay normal: a sum has another variance than a
    difference. In: a matrix; a last odd row or column is left out. Out: a vector.
    """
    rows, columns = (size - size % 2 for size in np.shape(sample))
    X = np.asarray(sample, dtype=np.float64)[:rows, :columns]
    a, b, c, d = X[::2, ::2], X[::2, 1::2], X[1::2, ::2], X[1::2, 1::2]
    return np.stack([a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d]).ravel() / 2


def binomial_bounds(n: int, p: float, chance: float) -> tuple[int, int]:
    """Find the narrowest (low, high) with P(K < low) and P(K > high) each at most chance / 2, for K binomial (n, p).

    Exact: the terms are summed from each end, in logarithms.
    """
    k = np.arange(n + 1)
    log_choose = np.array([math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in k])
    with np.errstate(divide="ignore"):
        terms = np.exp(log_choose + k * math.log(p) + (n - k) * math.log1p(-p))
    low = int(np.searchsorted(np.cumsum(terms), chance / 2))
    high = n - int(np.searchsorted(np.cumsum(terms[::-1]), chance / 2))
    return low, high


def log_evidence(chance: float) -> float:
    """Bound the log likelihood ratio of a known wrong distribution q against the right one p, at every n.

    A right sample reaches the bound with at most `chance`: E[q(x)/p(x)] = 1 under p, so P(q/p >= 1/chance) <= chance
    by Markov's inequality.
    """
    return math.log(1 / chance)


def hoeffding_distance(n: int, width: float, chance: float) -> float:
    """Bound how far a mean of n independent values from an interval of that width strays from its expectation.

    P(|mean - E| >= d) <= 2 exp(-2 n d^2 / width^2)
    It holds as well for n values drawn without replacement, as a part of a random order is (his theorem 4).
    Source: Hoeffding (1963).
    """
    return width * math.sqrt(math.log(2 / chance) / (2 * n))


def most_successions(chance: float) -> int:
    """Bound how often v + 1 comes right after v in a random order of 0 … n-1: reached with at most `chance`, any n.

    The pairs (v, v + 1) of k given v stand together in (n - k)! of the n! orders, and there are C(n - 1, k) choices of
    k values, so the expected number of such choices is (n - k) / (n k!). Where there are k successions there is one
    such choice: by Markov's inequality P(at least k) <= 1 / k!. By symmetry the same holds for v right after v + 1.
    """
    k = 1
    while math.factorial(k) * chance < 1:
        k += 1
    return k


def chi_square_bounds(n: int, chance: float) -> tuple[float, float]:
    """Bound the sum of squares of n independent standard normal numbers: it lies outside with at most `chance`.

    P(sum >= n + 2 sqrt(n t) + 2 t) <= exp(-t),  P(sum <= n - 2 sqrt(n t)) <= exp(-t)
    Source: Laurent & Massart (2000), lemma 1.
    """
    t = math.log(2 / chance)
    return n - 2 * math.sqrt(n * t), n + 2 * math.sqrt(n * t) + 2 * t


def unseen(kinds: int, draws: int) -> float:
    """Bound the probability that one of `kinds` equally likely outcomes never comes in so many independent draws.

    The union bound: each stays away with probability (1 - 1 / kinds)^draws.
    """
    return kinds * (1 - 1 / kinds) ** draws


def quantile_distance(sample: NDArray[np.float64], quantiles: NDArray[np.float64]) -> float:
    """Measure the largest |F_n - F| at the K - 1 inner quantiles F^-1(k / K) of a continuous distribution.

    It is never more than sup |F_n - F|, so that `dkw_distance` bounds it, and never less than that minus 1 / K:
    between two quantiles F_n and F only rise, F by 1 / K.
    """
    parts = len(quantiles) + 1
    below = np.searchsorted(np.sort(sample, axis=None), quantiles, side="right") / np.size(sample)
    return float(np.max(np.abs(below - np.arange(1, parts) / parts)))


def unreached(n: int, chance: float) -> float:
    """Give the probability p of a set that n independent values all miss with at most `chance`.

    P(all miss) = (1 - p)^n <= exp(-n p)
    """
    return math.log(1 / chance) / n
