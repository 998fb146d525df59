"""What right minibatch SGD does: one claim a check, each on draws of its own.

The contract of the functions stands in the notebook. `squared_loss_of_a_sample` is the loss that SymPy differentiates.
What is random is held by bounds with a proof, never by a tail of an approximation. Three samples have so few orders
that every result of two epochs can be listed: a right `train` returns one of them.
"""

import contextlib
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from grader.blame import StudentError
from grader.chance import (
    binomial_bounds,
    chi_square_bounds,
    dkw_distance,
    hoeffding_distance,
    log_evidence,
    mixed,
    most_successions,
    quantile_distance,
    unseen,
)
from grader.claims import (
    Contours,
    Curves,
    Disagreement,
    Level,
    Series,
    Surface,
    agrees,
    all_agree,
    claim,
    derivative_of,
    function,
    keeps_inputs,
    layouts,
    require,
)

synthetic_data = function("w, b, n_samples, noise_std, rng", returns="X (n_samples, n_features), y (n_samples,)")
minibatches = function("X, y, batch_size, rng", returns="batches")
sgd_step = function("w, b, X_batch, y_batch, learning_rate", returns="w (n_features,), b float")
train = function("X, y, batch_size, learning_rate, n_epochs, rng", returns="w (n_features,), b float, losses (n_epochs,)")
train_until = function(
    "X, y, batch_size, learning_rate, tolerance, max_epochs, rng",
    returns="w (n_features,), b float, losses (n_epochs_run,)",
)

QUANTILES = np.array([NormalDist().inv_cdf(k / 250) for k in range(1, 250)])
"""Of the standard normal distribution: at these points the distance of a sample is measured."""

ORDERS = math.factorial(3)
"""The orders of three samples."""


def squared_loss_of_a_sample(m, x, y, w, b):
    """Half the squared error of one sample; the loss is its mean."""
    return (m.dot(x, w) + b - y) ** 2 / 2


def alike(one, other):
    """Whether two answers of the student are the same result."""
    try:
        agrees(one, other)
    except Disagreement:
        return False
    return True


def gives_the_same_for_the_same_state(student, name, args, rng, twin):
    """Two generators in the same state give the same result."""
    call = getattr(student, name)
    require(
        alike(call(*args, rng), call(*args, twin)),
        "the same state of `rng` gives two different results: take all chance from `rng`",
    )


def gives_another_for_the_same_rng(student, name, args, rng, times):
    """The same rng, used so many times in a row, does not give one result each time."""
    first, *others = student.many(name, [(*args, rng)] * times)
    require(
        not all(alike(first, other) for other in others),
        "the same `rng`, used again and again, gives the same result each time",
    )


# ---------------------------------------------------------------------------------------------------- synthetic_data


def on_the_line(student, draw, n_samples, n_features, layout=lambda w: w):
    """Without noise, y is X w + b to 1e-12."""
    w, b = draw.array(n_features), draw.number(0.5, 1.5)
    n_samples = draw.size(n_samples)
    X, y = student.synthetic_data(layout(w), b, n_samples, 0.0, draw.rng())
    has_shape(X, y, n_samples, len(w))
    require(np.any(X != 0), "X is zero")
    off = float(np.max(np.abs(y - (X @ w + b))))
    require(
        off <= 1e-12 * max(1.0, float(np.max(np.abs(y)))),
        "with noise_std 0, y is not X w + b",
        f"the largest difference is {off:.3g}",
    )


def has_shape(X, y, n_samples, n_features):
    """One row and one y a sample, one column a weight."""
    require(
        X.shape == (n_samples, n_features),
        "X has not one row a sample and one column a weight",
        f"expected shape {(n_samples, n_features)}, got {X.shape}",
    )
    require(y.shape == (n_samples,), "y has not one entry a sample", f"expected shape {(n_samples,)}, got {y.shape}")


@claim(synthetic_data, points=1)
def data_without_noise_lie_on_the_line(student, truth, draw):
    """`synthetic_data` with noise_std 0 gives y = X w + b, exactly."""
    on_the_line(student, draw, 7, 3)
    on_the_line(student, draw, 4, 5)


@claim(synthetic_data, points=0.25, draws=1)
def data_of_one_sample_or_one_feature(student, truth, draw):
    """`synthetic_data` makes one sample, and samples of one feature; w may be a view of another array."""
    for n_samples, n_features in ((1, 3), (5, 1), (1, 1)):
        on_the_line(student, draw, n_samples, n_features)
    for at in range(3):
        on_the_line(student, draw, 4, 3, layout=lambda w, at=at: layouts(w)[at])


def many_samples(student, w, b, n_samples, noise_std, draw):
    """So many samples; a few first, for a matrix (n_samples, n_samples) in the place of y would fill the memory."""
    has_shape(*student.synthetic_data(w, b, 60, noise_std / 16, draw.rng()), 60, len(w))
    X, y = student.synthetic_data(w, b, n_samples, noise_std, draw.rng())
    has_shape(X, y, n_samples, len(w))
    return X, y


N_ENTRIES = 40_000
X_CHANCE = 2e-11
"""For each of two distances: at 40 000 entries a distance of 0.018 is seen; a uniform X of variance 1 has 0.058."""


@claim(synthetic_data, points=0.75, draws=1, chance=4 * X_CHANCE, example=False)
def features_are_standard_normal(student, truth, draw):
    """`synthetic_data` draws every entry of X from the standard normal distribution, independently."""
    w, b = draw.array(4), draw.number(0.5, 1.5)
    X, _y = many_samples(student, w, b, N_ENTRIES // 4, 0.5, draw)
    require(not standardized(X), "the columns of X have mean 0 or deviation 1 exactly, which independent entries have not")
    is_standard_normal(X, X_CHANCE, "the entries of X are not standard normal")
    is_standard_normal(mixed(X), X_CHANCE, "the entries of X are not independent of each other")


def standardized(X):
    """Whether all four columns have mean 0, or deviation 1, to 1e-12.

    Each of 10 000 normal entries does so with less than 1e-9 (their mean has deviation 0.01): all four with 1e-36.
    """
    return any(np.all(np.abs(off) < 1e-12) for off in (X.mean(axis=0), X.std(axis=0) - 1, X.std(axis=0, ddof=1) - 1))


def is_standard_normal(sample, chance, sentence):
    """By DKW and by its sum of squares; beyond each of the two bounds a right sample lies with at most `chance`."""
    off, far = quantile_distance(sample, QUANTILES), dkw_distance(sample.size, chance)
    require(off <= far, sentence, f"its distribution function is {off:.3f} off, where {far:.3f} may be chance")
    low, high = chi_square_bounds(sample.size, chance)
    require(low <= np.sum(sample**2) <= high, sentence, f"its mean square is {np.mean(sample**2):.3f} and not 1")


N_NOISE = 30_000
NOISE_CHANCE = 2e-11


@claim(synthetic_data, points=0.5, draws=1, chance=4 * NOISE_CHANCE, example=False)
def noise_is_normal_with_that_standard_deviation(student, truth, draw):
    """`synthetic_data` adds to y normal noise whose standard deviation is noise_std, one draw a sample."""
    w, b, noise_std = np.array([3.0]), draw.number(0.5, 1.5), draw.number(1.7, 2.3)  # noise on X would be 3 times as large
    X, y = many_samples(student, w, b, N_NOISE, noise_std, draw)
    noise = (y - X @ w - b) / noise_std
    is_standard_normal(noise, NOISE_CHANCE, "y − (X w + b) is not normal with standard deviation noise_std")
    both = mixed(np.column_stack([X[:, 0], noise]))
    is_standard_normal(both, NOISE_CHANCE, "the noise is not independent from sample to sample, or not of X")


@claim(synthetic_data, points=0.25, draws=1, example=False)
def data_take_their_chance_from_rng(student, truth, draw):
    """`synthetic_data` gives the same data for the same state of rng, and other data when rng is used again."""
    rng = draw.rng()
    args = (draw.array(2), draw.number(0.5, 1.5), 5, 0.75)
    gives_the_same_for_the_same_state(student, "synthetic_data", args, rng, draw.twin(rng))
    # continuous numbers do not repeat: no chance to declare
    gives_another_for_the_same_rng(student, "synthetic_data", args, rng, times=2)


@claim(synthetic_data, points=0.25, draws=1)
def data_leave_w(student, truth, draw):
    """`synthetic_data` leaves w as it was."""
    w, b, n_samples = draw.array(3), draw.number(0.5, 1.5), draw.size(4)
    keeps_inputs(student, "synthetic_data", (w, b, n_samples, 0.0, draw.rng()))
    X, y = student.trace[-1].answer
    has_shape(X, y, n_samples, len(w))
    require(alike(y, X @ w + b), "with noise_std 0, y is not X w + b")


# ------------------------------------------------------------------------------------------------------- minibatches


def samples(draw, n_samples, n_features):
    """(X, y) whose rows can be told apart by any column; small whole numbers in an example."""
    n_samples, n_features = draw.size(n_samples), draw.size(n_features)

    def make(rng):
        table = np.array([rng.permutation(n_samples) + 1.0 for _ in range(n_features + 1)]).T
        if not draw.small:
            table += rng.uniform(0.1, 0.4, table.shape)
        return table[:, :-1].copy(), table[:, -1] * 10

    return draw.made(make)


def which(values, keys):
    """The place of each value among `keys`, which lie at least 0.1 apart; -1 where it is none of them."""
    order = np.argsort(keys)
    nearest = order[np.minimum(np.searchsorted(keys[order], values - 1e-3), len(keys) - 1)]
    return np.where(np.abs(keys[nearest] - values) <= 1e-9 * np.abs(keys[nearest]), nearest, -1)


class Epoch:
    """What one call of `minibatches` gave: which samples, in which order, in which batches."""

    def __init__(self, X, y, batch_size, batches):
        """Find the rows of each batch in X and y."""
        self.n, self.batch_size = len(X), batch_size
        self.sizes = [len(X_batch) for X_batch, _ in batches]
        self.in_step = all(X_batch.shape == (len(y_batch), X.shape[1]) for X_batch, y_batch in batches)
        if not self.in_step or not batches:
            return
        X_seen = np.concatenate([X_batch for X_batch, _ in batches])
        self.x = which(X_seen[:, 0], X[:, 0])
        self.x[np.any(np.abs(X_seen - X[self.x]) > 1e-9 * np.abs(X[self.x]), axis=1)] = -1
        self.y = which(np.concatenate([y_batch for _, y_batch in batches]), y)

    @property
    def right_sizes(self):
        """The sizes that the batches should have."""
        return sizes_of(self.n, self.batch_size)

    @property
    def batches(self):
        """The places of each batch's rows in X."""
        return np.split(self.x, np.cumsum(self.sizes)[:-1])

    @property
    def aligned(self):
        """Whether every row is one of X, beside its own y."""
        return bool(self.in_step and self.sizes and np.all(self.x >= 0) and np.array_equal(self.x, self.y))

    def once(self, places):
        """Whether these places are every sample exactly once."""
        return np.array_equal(np.sort(places), np.arange(self.n))


def sizes_of(n_samples, batch_size):
    """Full batches, and what remains."""
    full, rest = divmod(n_samples, batch_size)
    return [batch_size] * full + [rest] * (rest > 0)


def epoch(student, X, y, batch_size, rng):
    """Call `minibatches`; what can be looked at at all."""
    seen = Epoch(X, y, batch_size, student.minibatches(X, y, batch_size, rng))
    require(seen.sizes, "there is no batch")
    require(seen.in_step, "in a batch, X_batch has not one row a y, or not the columns of X")
    return seen


@claim(minibatches, points=1.25)
def every_sample_comes_exactly_once(student, truth, draw):
    """`minibatches` gives every sample exactly once, also in the last, short batch."""
    for n_samples, batch_size in ((10, 4), (7, 3)):
        X, y = samples(draw, n_samples, 2)
        seen = epoch(student, X, y, draw.size(2) if draw.small else batch_size, draw.rng())
        for what, places in (("row of X", seen.x), ("entry of y", seen.y)):
            require(np.all(places >= 0), f"a batch holds a {what} that is not in the data")
            require(len(np.unique(places)) == len(places), f"a {what} comes twice")
            require(len(places) == len(X), f"not every {what} comes")


@claim(minibatches, points=1)
def rows_stay_with_their_y(student, truth, draw):
    """`minibatches` puts each row of X beside its own y."""
    for n_samples, batch_size in ((10, 4), (7, 3)):
        X, y = samples(draw, n_samples, 2)
        seen = epoch(student, X, y, batch_size, draw.rng())
        require(np.array_equal(seen.x, seen.y) and np.all(seen.x >= 0), "a row of X comes with the y of another row")


@claim(minibatches, points=0.75)
def every_batch_is_full_but_the_last(student, truth, draw):
    """`minibatches` cuts full batches, and a shorter last one only where the size does not divide the samples."""
    for n_samples, batch_size in ((22, 4), (25, 8), (24, 6)):
        X, y = samples(draw, n_samples, 2)
        has_right_sizes(epoch(student, X, y, 2 if draw.small else batch_size, draw.rng()))


def has_right_sizes(seen):
    """Every batch is full but the last."""
    require(
        seen.sizes == seen.right_sizes,
        "the batches have other sizes than they should have",
        f"{seen.n} samples in batches of {seen.batch_size}: expected sizes {seen.right_sizes}, got {seen.sizes}",
    )


N_LARGE, LARGE_BATCH = 3000, 64
ORDER_CHANCE = 2e-11
MOST_SUCCESSIONS = most_successions(ORDER_CHANCE)
"""1 / 15! is less: blocks that were kept have nearly 3000 successions, sorted batches about 64."""


@claim(minibatches, points=0.5, draws=1, chance=6 * ORDER_CHANCE, example=False)
def all_samples_are_shuffled(student, truth, draw):
    """`minibatches` shuffles all samples, and not the batches of a fixed cut or each batch within itself."""
    rows = np.arange(1.0, N_LARGE + 1)
    X, y = np.column_stack([rows, rows[::-1]]), 2 * rows
    order = epoch(student, X, y, LARGE_BATCH, draw.rng()).x
    require(len(order) > N_LARGE // 2, "most of the samples are missing")
    for step in (1, -1):
        together = int(np.sum(np.diff(order) == step))
        require(together < MOST_SUCCESSIONS, "many samples have their old neighbours", f"{together} of {len(order)}")
    half = N_LARGE // 2
    far = hoeffding_distance(half, 1, ORDER_CHANCE)
    for what, marked in (("the first half of the samples", order < half), ("every other sample", order % 2 == 0)):
        share = float(np.mean(marked[:half]))
        require(abs(share - 0.5) <= far, f"{what} is not spread over the epoch", f"{share:.2f} of it in the first half")


N_EPOCHS = 150
OCCURS_CHANCE = unseen(ORDERS, N_EPOCHS)
"""7.96e-12"""


@claim(minibatches, points=0.75, draws=1, chance=OCCURS_CHANCE, example=False)
def every_order_occurs(student, truth, draw):
    """`minibatches` gives three samples in each of their six orders, if asked often."""
    X, y = np.array([[1.0, 6.0], [2.0, 5.0], [3.0, 4.0]]), np.array([10.0, 20.0, 30.0])
    rng = draw.rng()
    epochs = student.many("minibatches", [(X, y, 1, rng)] * N_EPOCHS)
    orders = {tuple(target for _, y_batch in batches for target in y_batch.tolist()) for batches in epochs}
    require(all(sorted(order) == y.tolist() for order in orders), "not each of three samples comes once")
    require(
        len(orders) == ORDERS,
        "some orders of three samples never occur, however often an epoch is drawn from the same `rng`",
        f"in {N_EPOCHS} epochs {len(orders)} of {ORDERS} orders",
    )


@claim(minibatches, points=0.25, draws=1)
def batches_larger_than_the_data_or_of_one_row(student, truth, draw):
    """`minibatches` gives one batch of all rows where batch_size is larger, and takes one sample or one feature."""
    for n_samples, n_features, batch_size in ((5, 2, 9), (6, 3, 1), (4, 2, 4), (1, 2, 3), (5, 1, 2)):
        X, y = samples(draw, n_samples, n_features)
        seen = epoch(student, X, y, batch_size, draw.rng())
        has_right_sizes(seen)
        require(seen.aligned and seen.once(seen.x), "not each sample comes once, with its y")


@claim(minibatches, points=0.25, draws=1, chance=1 / math.factorial(20), example=False)
def epochs_take_their_chance_from_rng(student, truth, draw):
    """`minibatches` gives the same order for the same state of rng, and another one when rng is used again."""
    X, y = samples(draw, 20, 1)
    rng = draw.rng()
    gives_the_same_for_the_same_state(student, "minibatches", (X, y, 6), rng, draw.twin(rng))
    gives_another_for_the_same_rng(student, "minibatches", (X, y, 6), rng, times=2)


@claim(minibatches, points=0.25, draws=1)
def batches_leave_the_data(student, truth, draw):
    """`minibatches` leaves X and y in the order they had, and takes views of other arrays."""
    X, y = samples(draw, 7, 3)
    for X_view, y_view in ((X, y), (layouts(X)[1], layouts(y)[1]), (layouts(X)[2], layouts(y)[2])):
        keeps_inputs(student, "minibatches", (X_view, y_view, 2, draw.rng()))
        seen = Epoch(X, y, 2, student.trace[-1].answer)
        require(seen.aligned and seen.once(seen.x), "not each sample comes once, with its y")


# ---------------------------------------------------------------------------------------------------------- sgd_step


def stepped(truth, X, y, w, b, rate):
    """One step along the negative gradient that SymPy derives."""
    grad_w, grad_b = truth.gradient(squared_loss_of_a_sample, by="w b")(X, y, w, b)
    return w - rate * grad_w, b - rate * grad_b


def problem_with_a_view(draw):
    """(X, y, lowest loss, surface of the loss over w and b): fourteen samples of one feature."""
    X = draw.made(lambda rng: rng.normal(0.5, 1.0, (14, 1)))
    y = draw.made(lambda rng: 2 * X[:, 0] - 1 + rng.normal(0, 0.5, 14))
    design = np.column_stack([X, np.ones(len(X))])
    best = np.linalg.lstsq(design, y, rcond=None)[0]
    lowest = float(np.mean((design @ best - y) ** 2) / 2)
    w, b = np.linspace(-0.5, 3.5, 33), np.linspace(-2.5, 0.75, 27)
    errors = w[None, :, None] * X[:, 0] + b[:, None, None] - y
    return X, y, lowest, Surface("the loss", w, b, np.mean(errors**2, axis=2) / 2, lowest + np.array([0.02, 0.1, 0.3, 0.8, 1.6, 2.8]))


def steps_over_the_loss(student, truth, draw):
    """Four epochs of batches of four, each step from where the last one ended."""
    X, y, _, surface = problem_with_a_view(draw)
    mine, right = [(np.zeros(1), 0.0)], [(np.zeros(1), 0.0)]
    for rows in 4 * cut(np.arange(14), 4):
        mine.append(student.sgd_step(*mine[-1], X[rows], y[rows], 0.3))
        right.append(stepped(truth, X[rows], y[rows], *right[-1], 0.3))
    return over_the_loss("Sixteen steps over the contours of the loss", surface, {"your steps": mine, "right steps": right})


def over_the_loss(title, surface, named):
    """Paths of (w, b) over the loss; of one that leaves the picture, the part before it does."""
    paths = []
    for name, path in named.items():
        w, b = np.array([w[0] for w, _ in path]), np.array([b for _, b in path])
        inside = (surface.x[0] <= w) & (w <= surface.x[-1]) & (surface.y[0] <= b) & (b <= surface.y[-1])
        shown = slice(0, None if inside.all() else int(np.argmin(inside)))
        paths.append(Series(name, w[shown], b[shown]))
    return Contours(title, "w", "b", (surface,), tuple(paths))


@claim(
    sgd_step,
    points=2,
    picture=steps_over_the_loss,
    formula=derivative_of(squared_loss_of_a_sample, by="w b", x="x (2,)", y="y", w="w (2,)", b="b"),
)
def step_goes_against_the_gradient(student, truth, draw):
    """`sgd_step` goes learning_rate times the gradient of the batch's squared loss downhill, in w and in b."""
    answers = []
    for n_samples, n_features in ((7, 3), (3, 4), (4, 4)):
        X, y, w, b = draw.regression(n_samples, n_features)
        rate = draw.number(0.2, 0.7)
        answers.append((student.sgd_step(w, b, X, y, rate), stepped(truth, X, y, w, b, rate)))
    all_agree(answers)


@claim(sgd_step, points=0.5, draws=1)
def step_for_one_row_one_feature_and_any_memory_order(student, truth, draw):
    """`sgd_step` takes a batch of one row, one feature, and arrays that are views of others."""
    for n_samples, n_features in ((1, 3), (6, 1), (1, 1)):
        X, y, w, b = draw.regression(n_samples, n_features)
        agrees(student.sgd_step(w, b, X, y, 0.25), stepped(truth, X, y, w, b, 0.25))
    X, y, w, b = draw.regression(5, 3)
    for view in layouts(X):
        agrees(student.sgd_step(w, b, view, y, 0.25), stepped(truth, X, y, w, b, 0.25))


@claim(sgd_step, points=0.25, draws=1)
def step_with_learning_rate_zero(student, truth, draw):
    """`sgd_step` with learning rate 0 gives the old w and b."""
    for n_samples, n_features in ((5, 3), (1, 2)):
        X, y, w, b = draw.regression(n_samples, n_features)
        agrees(student.sgd_step(w, b, X, y, 0.0), (w, b))


@claim(sgd_step, points=0.25, draws=1)
def step_leaves_its_inputs(student, truth, draw):
    """`sgd_step` leaves the w that it was given, and the batch, as they were."""
    X, y, w, b = draw.regression(5, 2)
    keeps_inputs(student, "sgd_step", (w, b, X, y, 0.5), stepped(truth, X, y, w, b, 0.5))


# ------------------------------------------------------------------------------------------------------------- train


def cut(order, batch_size):
    """An epoch's order in batches; orders may lie in rows."""
    return [order[..., start : start + batch_size] for start in range(0, order.shape[-1], batch_size)]


def orders_of(n_samples, batch_size):
    """The orders of at most three samples, one a row; those that fill the batches alike only once."""
    if batch_size >= n_samples:
        return np.arange(n_samples)[None, :]
    unlike = {}
    for order in itertools.permutations(range(n_samples)):
        unlike.setdefault(tuple(tuple(sorted(rows)) for rows in cut(np.array(order), batch_size)), order)
    return np.array(list(unlike.values()))


def paths(truth, X, y, batch_size, rate, n_epochs):
    """Every path that training can take, one for each choice of an order in each epoch.

    A path is the list of (w, b, loss over all samples), at the start and after each epoch.
    """
    loss = truth.loss(squared_loss_of_a_sample)
    w, b = np.zeros(X.shape[1]), 0.0
    found = [[(w, b, loss(X, y, w, b))]]
    for _ in range(n_epochs):
        longer = []
        for path in found:
            for order in orders_of(len(X), batch_size):
                w, b, _ = path[-1]
                for rows in cut(order, batch_size):
                    w, b = stepped(truth, X[rows], y[rows], w, b, rate)
                longer.append([*path, (w, b, loss(X, y, w, b))])
        found = longer
    return found


def end(path):
    """What `train` returns at the end of a path."""
    return path[-1][0], path[-1][1], np.array([loss for _, _, loss in path[1:]])


def stopped(path, tolerance):
    """The path up to its first epoch that lowers the loss by less than the tolerance."""
    losses = [loss for _, _, loss in path]
    last = next((e for e in range(1, len(path)) if losses[e - 1] - losses[e] < tolerance), len(path) - 1)
    return path[: last + 1]


def flat(answer, n_features, n_epochs):
    """(w, b, losses) as one vector of fixed length; None where it does not fit."""
    w, b, losses = answer
    if w.shape != (n_features,) or losses.shape[0] > n_epochs:
        return None
    return np.concatenate([w, [b, len(losses)], losses, np.zeros(n_epochs - len(losses))])


def place(answer, ends, n_features):
    """Which row of the possible results an answer is, to 1e-9 of its largest entry; None where it is none of them."""
    got = flat(answer, n_features, ends.shape[1] - n_features - 2)
    if got is None:
        return None
    off = np.max(np.abs(ends - got), axis=1)
    return int(np.argmin(off)) if np.min(off) <= 1e-9 * np.max(np.abs(got)) else None


def step_size(X):
    """A learning rate with which full batches never overshoot: half of 1 / trace of the loss's second derivative."""
    return round(0.5 / (1 + float(np.mean(np.sum(X**2, axis=1)))), 3)


def full_batches(draw, truth, n_samples, n_features, n_epochs):
    """(X, y, learning rate, path) with all rows in one batch: here nothing is random."""
    X, y, _, _ = draw.regression(n_samples, n_features)
    rate = step_size(X)
    return X, y, rate, draw.made(lambda _: paths(truth, X, y, len(X), rate, n_epochs)[0])


def problem(rng, draw, n_samples, n_features, scale):
    """Data of so many samples for a training that can be worked out; small whole numbers in an example."""
    X_sign, y_sign = rng.choice([-1.0, 1.0], (n_samples, n_features)), rng.choice([-1.0, 1.0], n_samples)
    if draw.small:
        return X_sign * rng.integers(1, 4, X_sign.shape), y_sign * rng.integers(1, 4, n_samples) * scale
    return X_sign * rng.uniform(0.3, 1.7, X_sign.shape), y_sign * rng.uniform(1, 3, n_samples) * scale


def three_samples(draw, truth, batch_size):
    """(X, y, learning rate, results), drawn until the results of two epochs, one an order, lie far apart.

    The first epoch lowers the loss by 0.05 at least, in whichever order. Also (tolerance, results) for `train_until`:
    a tolerance that ends some paths after the first epoch, and lies 0.005 from every fall of the loss there.
    """
    rate = 0.125

    def make(rng):
        while True:
            X, y = problem(rng, draw, 3, 2, 1.0)
            found = paths(truth, X, y, batch_size, rate, 2)
            falls = np.sort([path[0][2] - path[1][2] for path in found])
            gap = int(np.argmax(np.diff(falls)))
            tolerance = round(float(falls[gap] + falls[gap + 1]) / 2, 3)
            ends = np.array([flat(end(path), X.shape[1], 2) for path in found])
            stops = np.array([flat(end(stopped(path, tolerance)), X.shape[1], 2) for path in found])
            if falls[0] >= 0.05 and falls[gap + 1] - falls[gap] >= 0.01 and nearest(ends) >= 1e-4:
                return X, y, ends, tolerance, stops

    X, y, ends, tolerance, stops = draw.made(make)
    return X, y, rate, ends, (tolerance, stops)


def nearest(ends):
    """How near the two nearest rows lie."""
    off = np.max(np.abs(ends[:, None] - ends[None, :]), axis=2)
    return float(np.min(off[~np.eye(len(ends), dtype=bool)]))


def losses_above_the_lowest(student, truth, draw):
    """Twelve epochs with a batch of all rows: what is right is known."""
    X, y, lowest, _ = problem_with_a_view(draw)
    _, _, losses = student.train(X, y, len(X), 0.3, 12, draw.rng())
    right = [loss for _, _, loss in paths(truth, X, y, len(X), 0.3, 12)[0]]
    lines = Series("your losses", np.arange(1, len(losses) + 1), losses), Series("right losses", range(1, 13), right[1:])
    levels = (Level("lowest loss there is", lowest),)
    return Curves("The loss after each epoch", "epoch", "squared loss", lines, levels, logarithmic=True)


@claim(train, points=1.5, builds_on=("minibatches", "sgd_step"), picture=losses_above_the_lowest)
def full_batches_make_one_known_step_an_epoch(student, truth, draw):
    """`train` with a batch of all rows makes one gradient step an epoch, from zero, and notes the loss after each."""
    for n_samples, n_features in ((6, 3), (3, 2)):
        X, y, rate, path = full_batches(draw, truth, n_samples, n_features, 3)
        agrees(student.train(X, y, len(X), rate, 3, draw.rng()), end(path))


def training_over_the_loss(student, truth, draw):
    """The weights after 0 to 6 epochs of batches of four, the last one short, beside gradient descent with as many steps on all rows."""
    X, y, _, surface = problem_with_a_view(draw)
    rng = draw.rng()
    calls = [(X, y, 4, 0.15, n_epochs, draw.twin(rng)) for n_epochs in range(1, 7)]
    mine = [(np.zeros(1), 0.0), *((w, b) for w, b, _ in student.many("train", calls))]
    right = [(w, b) for w, b, _ in paths(truth, X, y, len(X), 0.15, 24)[0][::4]]
    named = {"your training, batches of 4": mine, "gradient descent, all 14": right}
    return over_the_loss("Where training is after each epoch, over the contours of the loss", surface, named)


@claim(train, points=1, builds_on=("minibatches", "sgd_step"), example=False, picture=training_over_the_loss)
def every_sample_makes_its_step_in_every_epoch(student, truth, draw):
    """`train` on three samples in batches of one ends where two epochs in some order of the samples end."""
    X, y, rate, ends, _ = three_samples(draw, truth, 1)
    answer = student.train(X, y, 1, rate, 2, draw.rng())
    require(
        place(answer, ends, X.shape[1]) is not None,
        "two epochs over three samples in batches of one end in none of the 36 results that the orders give",
    )


@claim(train, points=0.5, builds_on=("minibatches", "sgd_step"), example=False)
def a_short_last_batch_makes_its_step(student, truth, draw):
    """`train` on three samples in batches of two uses the last batch of one, by the mean of what it holds."""
    X, y, rate, ends, _ = three_samples(draw, truth, 2)
    answer = student.train(X, y, 2, rate, 2, draw.rng())
    require(
        place(answer, ends, X.shape[1]) is not None,
        "two epochs over three samples in batches of two end in none of the 9 results that the orders give",
    )


REPEATS_CHANCE = 1e-11


def shuffles_anew(answers, ends, n_features):
    """The second epoch repeats the first one's order as often as chance does; first orders are not all the same."""
    places = [place(answer, ends, n_features) for answer in answers]
    require(None not in places, "two epochs over three samples end in none of the results that the orders give")
    repeats = sum(at // ORDERS == at % ORDERS for at in places)
    _, most = binomial_bounds(len(places), 1 / ORDERS, REPEATS_CHANCE)
    require(
        repeats <= most,
        "the second epoch repeats the order of the first",
        f"in {repeats} of {len(places)} runs, where chance explains {most}",
    )
    require(len({at // ORDERS for at in places}) > 1, "the first epoch always has the same order")


@claim(train, points=0.75, draws=1, chance=2 * REPEATS_CHANCE, builds_on=("minibatches", "sgd_step"), example=False)
def every_epoch_has_a_new_order(student, truth, draw):
    """`train` shuffles anew for every epoch."""
    X, y, rate, ends, _ = three_samples(draw, truth, 1)
    rng = draw.rng()
    shuffles_anew(student.many("train", [(X, y, 1, rate, 2, rng)] * 60), ends, X.shape[1])


@claim(train, points=0.25, draws=1, builds_on=("minibatches", "sgd_step"))
def losses_are_those_of_all_samples(student, truth, draw):
    """`train` notes the squared loss over all samples, one an epoch, by the weights as they are then."""
    X, y, _, _ = draw.regression(23, 3)
    w, b, losses = student.train(X, y, 4, step_size(X), 5, draw.rng())
    require(len(losses) == 5, "losses has not one entry an epoch", f"expected 5, got {len(losses)}")
    require(w.shape == X.shape[1:], "w has not one entry a feature", f"expected {X.shape[1]}, got {w.size}")
    right = truth.loss(squared_loss_of_a_sample)(X, y, w, b)
    require(abs(losses[-1] - right) <= 1e-9 * right, "the last of the losses is not that of the w and b returned")


@claim(train, points=0.25, draws=1, builds_on=("minibatches", "sgd_step"))
def training_starts_from_zero(student, truth, draw):
    """`train` starts from zero, where it stays with learning rate 0, and ends where its last epoch does, if the loss rises too."""
    X, y, _, path = full_batches(draw, truth, 5, 3, 0)
    still = student.train(X, y, 2, 0.0, 3, draw.rng()), (*path[0][:2], np.full(3, path[0][2]))
    X, y, _, _ = draw.regression(6, 2)
    rate = 24 * step_size(X)  # times the largest of three eigenvalues at least 4, where 2 is the most: the loss rises
    path = draw.made(lambda _: paths(truth, X, y, len(X), rate, 3)[0])
    all_agree([still, (student.train(X, y, len(X), rate, 3, draw.rng()), end(path))])


TIMES = 8
AGAIN_CHANCE = 1 / ORDERS ** (2 * TIMES)
"""All of eight more runs of two epochs end as the first one did."""


@claim(train, points=0.25, draws=1, chance=AGAIN_CHANCE, builds_on=("minibatches", "sgd_step"), example=False)
def training_takes_its_chance_from_rng(student, truth, draw):
    """`train` gives the same result for the same state of rng, and another one when rng is used again."""
    X, y, _, _ = draw.regression(11, 2)
    rng = draw.rng()
    gives_the_same_for_the_same_state(student, "train", (X, y, 2, step_size(X), 2), rng, draw.twin(rng))
    X, y, rate, _, _ = three_samples(draw, truth, 1)
    gives_another_for_the_same_rng(student, "train", (X, y, 1, rate, 2), rng, TIMES + 1)


@claim(train, points=0.25, draws=1, builds_on=("minibatches", "sgd_step"))
def training_on_one_sample_one_feature_or_with_a_larger_batch(student, truth, draw):
    """`train` takes one sample, one feature, one epoch, and a batch_size larger than the data."""
    for n_samples, n_features, more in ((1, 2, 0), (5, 1, 0), (4, 2, 3)):
        X, y, rate, path = full_batches(draw, truth, n_samples, n_features, 1)
        agrees(student.train(X, y, len(X) + more, rate, 1, draw.rng()), end(path))


@claim(train, points=0.25, draws=1, builds_on=("minibatches", "sgd_step"))
def training_leaves_the_data(student, truth, draw):
    """`train` leaves X and y as they were, and takes views of other arrays."""
    X, y, rate, path = full_batches(draw, truth, 5, 2, 2)
    keeps_inputs(student, "train", (X, y, len(X), rate, 2, draw.rng()), end(path))
    for view in layouts(X)[:3]:
        agrees(student.train(view, y, len(X), rate, 2, draw.rng()), end(path))


# ------------------------------------------------------------------------------------------------------- train_until

BUILDS_ON = ("minibatches", "sgd_step", "train")


def falls_of(path):
    """By how much each epoch lowers the loss."""
    return -np.diff([loss for _, _, loss in path])


def descent(draw, truth, n_samples, n_features, scale=1.0):
    """(X, y, learning rate, path, falls) of six full-batch epochs: the loss falls in each, by a fifth less each time."""
    n_samples, n_features = draw.size(n_samples), draw.size(n_features)

    def make(rng):
        while True:
            X, y = problem(rng, draw, n_samples, n_features, scale)
            path = paths(truth, X, y, n_samples, step_size(X), 6)[0]
            falls = falls_of(path)
            if falls[4] >= 5e-4 * scale**2 and np.all(falls[:-1] >= 1.2 * falls[1:]):
                return X, y, path

    X, y, path = draw.made(make)
    return X, y, step_size(X), path, falls_of(path)


def ascent(draw, truth, n_samples, n_features, epoch):
    """(X, y, learning rate, path) of three full-batch epochs with so large steps that the loss rises in that epoch.

    In the epochs before it falls by 0.1 at least. For a fall before a rise there must be two directions.
    """
    n_samples, n_features = draw.size(n_samples) + 1, draw.size(n_features)

    def make(rng):
        while True:
            X, y = problem(rng, draw, n_samples, n_features, 1.0)
            rate = round(rng.uniform(2, 12) * step_size(X), 3)
            path = paths(truth, X, y, n_samples, rate, 3)[0]
            falls = falls_of(path)
            if falls[epoch - 1] <= -0.3 and np.all(falls[: epoch - 1] >= 0.1) and path[-1][2] < 1e3:
                return X, y, rate, path

    return draw.made(make)


def between(falls, epoch):
    """A tolerance that epoch `epoch` is the first to fall short of, with three digits."""
    return float(f"{math.sqrt(falls[epoch - 2] * falls[epoch - 1]):.3g}")


def endings(draw, truth):
    """Trainings with all rows in a batch, for every reason to end: (arguments, right answer) by name."""
    found = {}

    def add(name, X, y, rate, tolerance, max_epochs, path):
        args = (X, y, len(X), rate, tolerance, max_epochs, draw.rng())
        found[name] = args, end(stopped(path[: max_epochs + 1], tolerance))

    X, y, rate, path, falls = descent(draw, truth, 6, 3)
    add("third epoch", X, y, rate, between(falls, 3), 6, path)
    add("fourth epoch", X, y, rate, between(falls, 4), 6, path)
    add("first epoch", X, y, rate, float(f"{1.5 * falls[0]:.3g}"), 4, path)
    add("max_epochs", X, y, rate, between(falls, 4), 2, path)
    add("max_epochs, tolerance 0", X, y, rate, 0.0, 4, path)
    add("one epoch", X, y, rate, 0.0, 1, path)
    add("learning rate 0", X, y, 0.0, 0.125, 3, [path[0]] * 4)
    for name, scale, epoch in (("large losses", 16.0, 4), ("small losses", 0.5, 2)):
        X, y, rate, path, falls = descent(draw, truth, 2, 3, scale)  # so few samples that the loss goes to 0
        add(name, X, y, rate, between(falls, epoch), 6, path)
    for name, epoch, tolerance in (("rise", 1, 0.25), ("rise after a fall", 2, 0.0)):
        X, y, rate, path = ascent(draw, truth, 4, 2, epoch)
        add(name, X, y, rate, tolerance, 3, path)
    return found


def ends_rightly(student, truth, draw, *names):
    """Training ends as it should in the named cases. Where it does not, the other cases are tried: they tell why."""
    others = endings(draw, truth)
    calls, right = zip(*(others.pop(name) for name in names), strict=True)
    try:
        for answer, expected in zip(student.many("train_until", calls), right, strict=True):
            agrees_with_length(answer, expected)
    except Disagreement:
        with contextlib.suppress(StudentError):
            student.many("train_until", [args for args, _ in others.values()])
        raise


def agrees_with_length(answer, right):
    """The right answer; another number of epochs is said in its own words."""
    got, expected = len(answer[2]), len(right[2])
    if got != expected:
        early = "training ends too early, or not every epoch's loss is kept"
        late = "training ends too late, or more than one loss an epoch is kept"
        figures = f"{got} losses, where {expected} epochs should run"
        raise Disagreement(early if got < expected else late, figures, got=answer)
    agrees(answer, right)


def losses_until_the_end(student, truth, draw):
    """Batches of all rows, with a tolerance that the seventh epoch is the first to fall short of."""
    X, y, lowest, _ = problem_with_a_view(draw)
    path = paths(truth, X, y, len(X), 0.3, 12)[0]
    tolerance = between(falls_of(path), 7)
    _, _, losses = student.train_until(X, y, len(X), 0.3, tolerance, 12, draw.rng())
    right = [loss for _, _, loss in stopped(path, tolerance)][1:]
    lines = Series("your losses", np.arange(1, len(losses) + 1), losses), Series("right losses", np.arange(1, len(right) + 1), right)
    title = f"Training until an epoch lowers the loss by less than {tolerance:g}"
    return Curves(title, "epoch", "squared loss", lines, (Level("lowest loss there is", lowest),), logarithmic=True)


@claim(train_until, points=1, builds_on=BUILDS_ON, picture=losses_until_the_end)
def training_stops_where_the_loss_hardly_falls(student, truth, draw):
    """`train_until` ends after the first epoch that lowers the loss by less than the tolerance, and counts it."""
    ends_rightly(student, truth, draw, "third epoch", "fourth epoch")


@claim(train_until, points=0.5, draws=1, builds_on=BUILDS_ON, example=False)
def training_ends_after_max_epochs(student, truth, draw):
    """`train_until` ends after max_epochs where the loss falls fast enough until then; tolerance 0 is one."""
    ends_rightly(student, truth, draw, "max_epochs", "max_epochs, tolerance 0", "one epoch")


@claim(train_until, points=0.5, draws=1, builds_on=BUILDS_ON, example=False)
def a_rise_of_the_loss_ends_training(student, truth, draw):
    """`train_until` ends after an epoch in which the loss rises, however much, also with tolerance 0."""
    ends_rightly(student, truth, draw, "rise", "rise after a fall")


@claim(train_until, points=0.5, draws=1, builds_on=BUILDS_ON, example=False)
def the_first_epoch_is_compared_with_the_loss_at_zeros(student, truth, draw):
    """`train_until` ends after the first epoch where it does not lower the loss at zeros enough, as with learning rate 0."""
    ends_rightly(student, truth, draw, "first epoch", "learning rate 0")


@claim(train_until, points=0.25, draws=1, builds_on=BUILDS_ON, example=False)
def the_tolerance_is_absolute(student, truth, draw):
    """`train_until` compares the fall of the loss itself, not relative to the loss, with the tolerance."""
    ends_rightly(student, truth, draw, "large losses", "small losses")


@claim(train_until, points=0.5, builds_on=BUILDS_ON, example=False)
def minibatches_may_end_training_early(student, truth, draw):
    """`train_until` on three samples ends where some order of the samples ends, in batches of one and of two."""
    for batch_size in (1, 2):
        X, y, rate, _, (tolerance, ends) = three_samples(draw, truth, batch_size)
        answer = student.train_until(X, y, batch_size, rate, tolerance, 2, draw.rng())
        require(
            place(answer, ends, X.shape[1]) is not None,
            f"training on three samples in batches of {batch_size} ends in none of the results that the orders give",
        )


@claim(train_until, points=0.25, draws=1, chance=2 * REPEATS_CHANCE, builds_on=BUILDS_ON, example=False)
def every_epoch_until_the_end_has_a_new_order(student, truth, draw):
    """`train_until` shuffles anew for every epoch."""
    X, y, rate, ends, _ = three_samples(draw, truth, 1)
    rng = draw.rng()
    # no first epoch lowers the loss by less than 0.05
    shuffles_anew(student.many("train_until", [(X, y, 1, rate, 0.025, 2, rng)] * 30), ends, X.shape[1])


@claim(train_until, points=0.25, draws=1, chance=AGAIN_CHANCE, builds_on=BUILDS_ON, example=False)
def training_until_takes_its_chance_from_rng(student, truth, draw):
    """`train_until` gives the same result for the same state of rng, and another one when rng is used again."""
    X, y, _, _ = draw.regression(11, 2)
    rng = draw.rng()
    gives_the_same_for_the_same_state(student, "train_until", (X, y, 2, step_size(X), 0.0, 2), rng, draw.twin(rng))
    X, y, rate, _, _ = three_samples(draw, truth, 1)
    gives_another_for_the_same_rng(student, "train_until", (X, y, 1, rate, 0.025, 2), rng, TIMES + 1)


@claim(train_until, points=0.25, draws=1, builds_on=BUILDS_ON)
def training_until_leaves_the_data(student, truth, draw):
    """`train_until` leaves X and y as they were; one sample, one feature and a batch larger than the data will do."""
    for n_samples, n_features, more in ((5, 2, 0), (1, 2, 0), (4, 1, 3)):
        X, y, rate, path, falls = descent(draw, truth, n_samples, n_features)
        args = (X, y, len(X) + more, rate, between(falls, 2), 3, draw.rng())
        keeps_inputs(student, "train_until", args, end(path[:3]))


# ------------------------------------------------------------------- what known mistakes look like, from what came back
#
# Each name below is a predicate on the calls of one function in one run: true where the mistake explains them all, and
# a right answer gives them with at most CHANCE.

CHANCE = 1e-12
ENOUGH = log_evidence(CHANCE)
CLEAR = dkw_distance(10_000, 1e-4)
"""A sample within this distance follows a distribution; the known ones lie much farther from each other."""


def any_of(*predicates):
    """One mistake in several dresses."""
    return lambda calls: any(shows(calls) for shows in predicates)


def from_elsewhere(calls):
    """Two generators in the same state gave two results."""
    first = {}
    for call in calls:
        first.setdefault(call.args[-1].id, call)
    pairs = itertools.combinations(first.values(), 2)
    return any(a.args[-1].entropy == b.args[-1].entropy and not alike(a.answer, b.answer) for a, b in pairs)


def the_same_again(evidence):
    """The same rng gave the same result each time; `evidence(call)` is the logarithm of the results it may give."""

    def shows(calls):
        together = {}
        for call in calls:
            together.setdefault((call.args[-1].id, id(call.args[0])), []).append(call)
        again = [(same[0], later) for same in together.values() for later in same[1:]]
        return all(alike(a.answer, b.answer) for a, b in again) and sum(evidence(a) for a, _ in again) >= ENOUGH

    return shows


def log_orders(n_samples, batch_size):
    """The logarithm of the number of ways to fill the batches of an epoch."""
    full, rest = divmod(n_samples, batch_size)
    return math.lgamma(n_samples + 1) - full * math.lgamma(batch_size + 1) - math.lgamma(rest + 1)


same_data_again = the_same_again(lambda call: math.inf)  # continuous numbers do not repeat
same_order_again = the_same_again(lambda call: math.lgamma(len(call.args[0]) + 1))


def same_epoch_again(calls):
    """The same order each time, and it looks drawn."""
    orders = [Epoch(*call.args[:3], call.answer) for call in calls]
    plain = all(e.aligned and (in_order(e.x) or in_order(e.x[::-1])) for e in orders)
    return not plain and same_order_again(calls)


same_end_again = the_same_again(lambda call: log_orders(len(call.args[0]), call.args[2]) * len(call.answer[2]))


def data_show(test):
    """A predicate: `test(X, noise, w, b, noise_std)` is true for every large call, of which there is one at least.

    The noise is y − X w − b.
    """

    def shows(calls):
        large = [call for call in calls if call.args[2] >= 1000]
        return bool(large) and all(test(X, y - X @ w - b, w, b, noise_std) for X, y, (w, b, _, noise_std, _) in data(large))

    return shows


def data(calls):
    """X, y and the arguments of calls whose answers are of the right shape."""
    return [
        (*call.answer, call.args)
        for call in calls
        if call.answer[0].shape == (call.args[2], len(call.args[0])) and call.answer[1].shape == (call.args[2],)
    ]


def follows(sample, quantiles):
    """Whether a large sample has these quantiles."""
    return quantile_distance(sample, quantiles) <= CLEAR


UNIFORM = np.arange(1, 250) / 250


def noise_of(scale):
    """The noise is normal with another standard deviation, `scale(noise_std, w)`, and that is clearly not noise_std."""
    return data_show(
        lambda X, noise, w, b, noise_std: follows(noise / scale(noise_std, w), QUANTILES)
        and quantile_distance(noise / noise_std, QUANTILES) > dkw_distance(len(noise), CHANCE)
    )


noise_squared = noise_of(lambda noise_std, w: noise_std**2)
noise_root = noise_of(lambda noise_std, w: math.sqrt(noise_std))
noise_on_the_features = noise_of(lambda noise_std, w: noise_std * float(np.linalg.norm(w)))
noise_positive = data_show(lambda X, noise, w, b, noise_std: follows(noise / noise_std, UNIFORM))
noise_uniform = data_show(lambda X, noise, w, b, noise_std: follows(noise / noise_std, 2 * UNIFORM - 1))
noise_absolute = data_show(lambda X, noise, w, b, noise_std: np.all(noise >= 0) and not follows(noise / noise_std, UNIFORM) and np.ptp(noise) > 1e-9)
noise_forgotten = data_show(lambda X, noise, w, b, noise_std: np.max(np.abs(noise)) <= 1e-9)
one_noise_for_all = data_show(lambda X, noise, w, b, noise_std: np.max(np.abs(noise)) > 1e-9 and np.ptp(noise) <= 1e-9)


def noise_std_ignored(calls):
    """The noise of 60 samples is as large as that of many, which have 16 times their noise_std."""
    spread = {n: float(np.std(y - X @ w - b)) for X, y, (w, b, n, noise_std, _) in data(calls) if noise_std > 0}
    few, many = (spread.get(n, 0.0) for n in (60, N_NOISE))
    # right noise: P(std of 60 > 7 times its own) <= (49 exp(-48))^(59 / 2) by Chernoff's bound on chi-square
    return 1e-9 < max(few, many) < 2 * min(few, many)


features_positive = data_show(lambda X, noise, w, b, noise_std: follows(X, UNIFORM))
features_uniform = data_show(lambda X, noise, w, b, noise_std: follows(X, 2 * UNIFORM - 1))
features_scaled = data_show(lambda X, noise, w, b, noise_std: follows(X / noise_std, QUANTILES) and not follows(X, QUANTILES))
features_whole = data_show(lambda X, noise, w, b, noise_std: np.array_equal(X, np.round(X)))
one_column_for_all = data_show(lambda X, noise, w, b, noise_std: np.all(X[:, :1] == X) and X.shape[1] > 1)
one_row_for_all = data_show(lambda X, noise, w, b, noise_std: np.all(X[:1] == X))


def biased(times):
    """Without noise, y − X w is `times(w)` times b and not b."""

    def shows(calls):
        found = [(y - X @ w, times(w) * b, b) for X, y, (w, b, _, noise_std, _) in data(calls) if noise_std == 0]
        follow = all(np.max(np.abs(rest - wrong)) <= 1e-9 for rest, wrong, _ in found)
        return follow and any(abs(wrong - b) > 1e-3 for _, wrong, b in found)

    return shows


bias_left_out = biased(lambda w: 0)
bias_subtracted = biased(lambda w: -1)
bias_once_a_feature = biased(len)


def transposed_data(calls):
    """X has a row a feature."""
    shapes = [(call.answer[0].shape, (len(call.args[0]), call.args[2])) for call in calls]
    return all(got == turned for got, turned in shapes) and any(a != b for _, (a, b) in shapes)


def epochs_show(test):
    """A predicate: `test(epoch)` is how surprising an epoch would be from right code, in nats; None where it fits not.

    Infinite: right code cannot give it. 0: the epoch is right too.
    """

    def shows(calls):
        found = [test(Epoch(*call.args[:3], call.answer)) for call in calls]
        return None not in found and sum(found) >= ENOUGH

    return shows


def other_sizes(sizes_of):
    """The samples are shuffled and none comes twice, but the batches are of other sizes."""

    def test(e):
        if e.sizes != sizes_of(e.n, e.batch_size) or not (e.aligned or not e.sizes):
            return None
        if e.sizes and len(np.unique(e.x)) < len(e.x):
            return None
        return 0 if e.sizes == e.right_sizes else math.inf

    return epochs_show(test)


def of_pieces(n_samples, pieces):
    """The sizes of so many pieces, as equal as can be."""
    return [len(piece) for piece in np.array_split(np.arange(n_samples), pieces)]


def joined(n, size):
    """Sizes where what remains is added to the last full batch."""
    full, rest = divmod(n, size)
    return [size] * (full - 1) + [size + rest] if full else [rest]


last_batch_dropped = other_sizes(lambda n, size: [size] * (n // size))
last_batch_joined = other_sizes(joined)
last_batch_empty = other_sizes(lambda n, size: [size] * (n // size) + [n % size])
one_batch_only = other_sizes(lambda n, size: [min(n, size)])
size_taken_for_number = any_of(
    other_sizes(of_pieces),
    other_sizes(lambda n, size: sizes_of(n, -(-n // size))),
    other_sizes(lambda n, size: sizes_of(n, max(n // size, 1))),
)
batches_of_equal_size = other_sizes(lambda n, size: of_pieces(n, -(-n // size)))
last_sample_missing = other_sizes(lambda n, size: sizes_of(n - 1, size))


@epochs_show
def last_batch_filled_up(e):
    """Every batch is full, the last one with samples that came before."""
    whole = e.aligned and set(e.sizes) == {e.batch_size} and len(e.sizes) == -(-e.n // e.batch_size)
    if not whole or not e.once(e.x[: e.n]):
        return None
    return math.inf if len(e.x) > e.n else 0


@epochs_show
def batches_overlap(e):
    """Each batch holds the first sample of the next."""
    starts = range(0, e.n, e.batch_size)
    if not e.aligned or e.sizes != [min(e.batch_size + 1, e.n - start) for start in starts]:
        return None
    return math.inf if e.sizes != e.right_sizes else 0


@epochs_show
def drawn_with_replacement(e):
    """As many rows as samples, some of them twice."""
    if not e.aligned or e.sizes != e.right_sizes:
        return None
    return 0 if e.once(e.x) else math.inf


def in_order(places):
    """Whether places count up from 0."""
    return np.array_equal(places, np.arange(len(places)))


def shuffled_otherwise(fits, log_ways):
    """Each sample comes once with its y, and in an order that fits: one of exp(log_ways) of the n! orders.

    The order as it was is passed over, unless it is the only one that fits. Three samples or fewer prove nothing: there
    half of all orders are rotations, and a fixed order may be any.
    """

    def test(e):
        if not e.aligned or e.sizes != e.right_sizes or not e.once(e.x) or not fits(e):
            return None
        if e.n <= 3:
            return 0
        ways = log_ways(e)
        return 0 if in_order(e.x) and ways > 0 else math.lgamma(e.n + 1) - ways

    return epochs_show(test)


def runs_on(rows):
    """Whether the rows of a batch are neighbours in the data, in their old order."""
    return bool(np.all(np.diff(rows) == 1))


def log_batches(e):
    """The logarithm of the orders of the batches."""
    return math.lgamma(len(e.sizes) + 1)


def log_within(e):
    """The logarithm of the orders within the batches."""
    return sum(math.lgamma(size + 1) for size in e.sizes)


never_shuffled = shuffled_otherwise(lambda e: in_order(e.x), lambda e: 0)
always_reversed = shuffled_otherwise(lambda e: in_order(e.x[::-1]), lambda e: 0)
only_rotated = shuffled_otherwise(
    lambda e: np.array_equal(e.x, np.roll(np.arange(e.n), -e.x[0])), lambda e: math.log(e.n)
)
shuffled_within_batches = shuffled_otherwise(lambda e: all(map(in_order, map(np.sort, blocks(e)))), log_within)
sorted_in_batches = shuffled_otherwise(
    lambda e: all(np.all(np.diff(rows) > 0) for rows in e.batches) and not all(map(runs_on, e.batches)),
    lambda e: math.lgamma(e.n + 1) - log_within(e),
)


def blocks(e):
    """The batches' places, each counted from where its batch would start in the old order."""
    return [rows - start for rows, start in zip(e.batches, np.cumsum([0, *e.sizes]), strict=False)]


@epochs_show
def only_batches_shuffled(e):
    """Each batch is one of the unshuffled data, in any order of the batches; the short one may come early."""
    if not e.aligned or sorted(e.sizes) != sorted(e.right_sizes) or not e.once(e.x) or not all(map(runs_on, e.batches)):
        return None
    return 0 if in_order(e.x) else math.lgamma(e.n + 1) - log_batches(e)


def apart(fits):
    """Every row and every y comes once, but not together; `fits(x, y)` on their places."""

    def test(e):
        if not e.in_step or e.sizes != e.right_sizes or not (e.once(e.x) and e.once(e.y)) or not fits(e.x, e.y):
            return None
        return 0 if e.aligned else math.inf

    return epochs_show(test)


rows_and_targets_apart = apart(lambda x, y: len(x) <= 3 or not (in_order(x) or in_order(y)))
only_rows_shuffled = apart(lambda x, y: in_order(y))
only_targets_shuffled = apart(lambda x, y: in_order(x))


# A training's mistakes: what it would end in, for every choice of orders where they can be listed.


def in_every_order(n_samples, batch_size, n_epochs):
    """Every choice of an order for each epoch: (choices, epochs, samples); none where they are too many to list."""
    if n_samples > 3 and batch_size < n_samples:
        return np.empty((0, n_epochs, n_samples), dtype=int)
    orders = orders_of(n_samples, batch_size)
    choices = np.array(list(itertools.product(range(len(orders)), repeat=n_epochs)), dtype=int)
    return orders[choices]


def one_order_kept(n_samples, batch_size, n_epochs):
    """One order for all epochs."""
    return np.repeat(in_every_order(n_samples, batch_size, 1), n_epochs, axis=1)


def no_order(n_samples, batch_size, n_epochs):
    """The samples as they lie."""
    return np.tile(np.arange(n_samples), (1, n_epochs, 1))


def with_replacement(n_samples, batch_size, n_epochs):
    """Any samples, also twice."""
    if n_samples > 3:
        return np.empty((0, n_epochs, n_samples), dtype=int)  # too many to list: nothing is explained
    drawn = np.array(list(itertools.product(range(n_samples), repeat=n_samples)))
    return drawn[np.array(list(itertools.product(range(len(drawn)), repeat=n_epochs)))]


def slopes(w, b, X, y):
    """The gradient of the squared loss, for many (w, b) and batches at once."""
    error = np.einsum("pmf,pf->pm", X, w) + b[:, None] - y
    return np.einsum("pmf,pm->pf", X, error) / error.shape[1], error.mean(axis=1)


def loss_of(w, b, X, y):
    """The squared loss, for many (w, b) and batches at once."""
    return np.mean((np.einsum("pmf,pf->pm", X, w) + b[:, None] - y) ** 2, axis=1) / 2


def downhill(w, b, X, y, rate, batch_size):
    """A right step."""
    grad_w, grad_b = slopes(w, b, X, y)
    return w - rate * grad_w, b - rate * grad_b


def falls_short(losses, tolerance):
    """The right rule: the first epoch that lowers the loss by less than the tolerance."""
    return first(losses[:-1] - losses[1:] < tolerance)


def first(ends):
    """The number of the first epoch that ends training; of the last one where none does."""
    return int(np.argmax(ends)) + 1 if np.any(ends) else len(ends)


@dataclass(frozen=True)
class Way:
    """How a training is done. The defaults are right; each known mistake changes one of them."""

    orders: Callable = in_every_order
    epochs: Callable = lambda n_epochs: n_epochs
    cut: Callable = lambda order, batch_size, epoch: cut(order, batch_size)
    step: Callable = downhill
    start: Callable = lambda epoch, w, b: (w, b)
    """Where an epoch starts."""
    tally: Callable = lambda losses, steps: losses[-1]
    """What is noted after an epoch: from the losses over all samples so far, and from its steps, each with the loss of
    its batch before it, of its batch after it, and of all samples after it."""
    rule: Callable = falls_short
    give: Callable = lambda states, noted, run: (*states[run], noted[:run])
    """What is returned after so many epochs: from (w, b) at the start and after each epoch, and what was noted."""

    def results(self, X, y, batch_size, rate, tolerance, n_epochs):
        """What training may return: (w, b, losses) for each choice of orders, if they can be listed."""
        orders = self.orders if rate > 0 else no_order
        plans = orders(len(X), batch_size, self.epochs(n_epochs))
        w, b = np.zeros((len(plans), X.shape[1])), np.zeros(len(plans))
        everything = np.broadcast_to(X, (len(plans), *X.shape)), np.broadcast_to(y, (len(plans), *y.shape))
        states, losses, noted = [(w, b)], [loss_of(w, b, *everything)], []
        for epoch in range(plans.shape[1]):
            w, b = self.start(epoch, w, b)
            steps = []
            for rows in self.cut(plans[:, epoch], batch_size, epoch):
                batch = X[rows], y[rows]
                before = loss_of(w, b, *batch)
                w, b = self.step(w, b, *batch, rate, batch_size)
                steps.append((before, loss_of(w, b, *batch), loss_of(w, b, *everything)))
            states.append((w, b))
            losses.append(steps[-1][2] if steps else loss_of(w, b, *everything))
            noted.append(self.tally(losses, steps or [(losses[-1],) * 3]))
        for at in range(len(plans)):
            own = np.array([loss[at] for loss in losses])
            run = len(noted) if tolerance is None else self.rule(own, tolerance)
            yield self.give([(w[at], b[at]) for w, b in states], [note[at] for note in noted], run)


RIGHT = Way()


def trained(**changes):
    """A predicate for `train` and `train_until`: every result is one that this way of training gives.

    A result that right training cannot give is enough; so are many results that it gives seldom.
    """
    way = Way(**changes)

    def shows(calls):
        known, found = {}, []
        for call in calls:
            found.append(surprise(way, call.args[:-1], call.answer, known))
            if found[-1] is None:
                return False
        return sum(found) >= ENOUGH

    return shows


def surprise(way, args, answer, known):
    """How surprising a result would be from right training, in nats; None where `way` does not give it.

    `known` keeps what was worked out for the same arguments.
    """
    X, y, batch_size, rate, *tolerance, n_epochs = args
    key = (id(X), id(y), batch_size, rate, *tolerance, n_epochs)
    given = (X, y, batch_size, rate, tolerance[0] if tolerance else None, n_epochs)
    if key not in known:
        with np.errstate(all="ignore"):
            known[key] = table(way.results(*given))
    (got,) = table([answer])
    if not among(got, known[key], 1e-9):
        return None
    if ("right", *key) not in known:
        right = table(RIGHT.results(*given))
        shared = sum(among(result, known[key], 1e-6) for result in right)
        known["right", *key] = right, math.log(len(right) / shared) if shared else 0.0
    right, seldom = known["right", *key]
    return seldom if among(got, right, 1e-6) or not len(right) else math.inf


def table(results):
    """Results (w, b, losses), one a row: w, b, the number of losses, the losses, and zeros."""
    rows = [[*w, b, np.size(losses), *np.ravel(losses)] for w, b, losses in results]
    made = np.zeros((len(rows), max(map(len, rows), default=0)))
    for to, row in zip(made, rows, strict=True):
        to[: len(row)] = row
    return made


def among(row, rows, within):
    """Whether one of the rows is this one, relative to its largest entry; both may end in zeros."""
    if not len(rows) or np.any(row[rows.shape[1] :]):
        return False
    row = row[: rows.shape[1]]
    off = np.max(np.abs(rows[:, : len(row)] - row), axis=1) + np.sum(np.abs(rows[:, len(row) :]), axis=1)
    return bool(np.min(off) <= within * np.max(np.abs(row)))


def scaled(factor):
    """A step whose gradient is `factor(rows, nominal size)` times the right one."""

    def step(w, b, X, y, rate, batch_size):
        return downhill(w, b, X, y, rate * factor(X.shape[1], batch_size), batch_size)

    return trained(step=step)


gradient_summed = scaled(lambda rows, nominal: rows)
gradient_doubled = scaled(lambda rows, nominal: 2)
gradient_halved = scaled(lambda rows, nominal: 0.5)
uphill = scaled(lambda rows, nominal: -1)
divided_by_nominal_size = scaled(lambda rows, nominal: rows / nominal)


def bias_kept(w, b, X, y, rate, batch_size):
    """Only w is moved."""
    return downhill(w, b, X, y, rate, batch_size)[0], b


def weights_first(w, b, X, y, rate, batch_size):
    """The bias's gradient is taken with the new w."""
    new, _ = downhill(w, b, X, y, rate, batch_size)
    return new, downhill(new, b, X, y, rate, batch_size)[1]


def bias_first(w, b, X, y, rate, batch_size):
    """The weights' gradient is taken with the new b."""
    _, new = downhill(w, b, X, y, rate, batch_size)
    return downhill(w, new, X, y, rate, batch_size)[0], new


bias_not_trained = trained(step=bias_kept)
bias_stepped_last = trained(step=weights_first)
weights_stepped_last = trained(step=bias_first)
trained_on_no_order = trained(orders=no_order)
trained_with_replacement = trained(orders=with_replacement)
trained_without_the_rest = trained(cut=lambda order, size, epoch: [r for r in cut(order, size) if r.shape[1] == size])
trained_in_one_epoch_only = trained(cut=lambda order, size, epoch: cut(order, size) if epoch == 0 else [])
trained_on_one_batch_an_epoch = trained(cut=lambda order, size, epoch: cut(order, size)[:1])
trained_on_all_rows_at_once = trained(orders=no_order, cut=lambda order, size, epoch: [order])


def but_not(narrow, wide):
    """The wide way explains the calls, and not the narrow one, which is a rare case of it."""
    return lambda calls: wide(calls) and not (sum(has_orders(call) for call in calls) > 8 and narrow(calls))


def has_orders(call):
    """Whether the order of the samples matters in a training."""
    return call.args[2] < len(call.args[0]) and call.args[3] > 0


trained_on_one_order = but_not(trained_on_no_order, trained(orders=one_order_kept))
same_training_again = but_not(any_of(trained_on_no_order, trained_on_all_rows_at_once), same_end_again)
forgotten_between_epochs = but_not(trained_in_one_epoch_only, trained(start=lambda epoch, w, b: (0 * w, 0 * b)))
one_epoch_too_few = trained(epochs=lambda n_epochs: n_epochs - 1)
one_epoch_too_many = trained(epochs=lambda n_epochs: n_epochs + 1)
loss_not_halved = trained(tally=lambda losses, steps: 2 * losses[-1])
loss_halved_twice = trained(tally=lambda losses, steps: losses[-1] / 2)
loss_before_the_epoch = trained(tally=lambda losses, steps: losses[-2])
loss_of_the_last_batch = any_of(*(trained(tally=lambda losses, steps, i=i: steps[-1][i]) for i in (0, 1)))
loss_of_batches_on_average = any_of(
    *(trained(tally=lambda losses, steps, i=i: np.mean([step[i] for step in steps], axis=0)) for i in range(3))
)
loss_of_batches_summed = any_of(
    *(trained(tally=lambda losses, steps, i=i: np.sum([step[i] for step in steps], axis=0)) for i in range(3))
)
loss_rooted = trained(tally=lambda losses, steps: np.sqrt(2 * losses[-1]))


def loss_summed(calls):
    """The losses are sums over the samples, with or without the one half."""
    sizes = {len(call.args[0]) for call in calls}
    return len(sizes) == 1 and any(
        trained(tally=lambda losses, steps, times=times: times * losses[-1])(calls)
        for times in (min(sizes), 2 * min(sizes))
    )


def started_elsewhere(calls):
    """With learning rate 0 the weights are not zero."""
    still = [call.answer for call in calls if call.args[3] == 0]
    return bool(still) and all(np.any(w) or b for w, b, _ in still)


rule_relative = trained(rule=lambda losses, tol: first(1 - losses[1:] / losses[:-1] < tol))
rule_relative_to_the_start = trained(rule=lambda losses, tol: first((losses[:-1] - losses[1:]) / losses[0] < tol))
rule_of_any_change = trained(rule=lambda losses, tol: first(np.abs(losses[:-1] - losses[1:]) < tol))
rule_turned_round = trained(rule=lambda losses, tol: first(losses[1:] - losses[:-1] < tol))
rule_from_the_second_epoch = trained(rule=lambda losses, tol: first([False, *(losses[1:-1] - losses[2:] < tol)]))
rule_one_epoch_late = trained(rule=lambda losses, tol: min(falls_short(losses, tol) + 1, len(losses) - 1))
rule_against_the_start = trained(rule=lambda losses, tol: first(losses[0] - losses[1:] < tol))
rule_of_a_small_loss = trained(rule=lambda losses, tol: first(losses[1:] < tol))
rule_of_a_rise = trained(rule=lambda losses, tol: first(losses[1:] > losses[:-1]))
rule_forgotten = trained(rule=lambda losses, tol: len(losses) - 1)
rule_of_fast_falls = trained(rule=lambda losses, tol: first(losses[:-1] - losses[1:] > tol))
loss_at_zeros_included = trained(
    tally=lambda losses, steps: np.stack([losses[0], losses[-1]], axis=-1),
    give=lambda states, noted, run: (*states[run], [noted[0][0], *(after for _, after in noted[:run])]),
)
last_loss_left_out = trained(give=lambda states, noted, run: (*states[run], noted[: run - 1]))
weights_with_the_lowest_loss = trained(
    give=lambda states, noted, run: (*states[1 + int(np.argmin(noted[:run]))], noted[:run])
)
weights_one_epoch_back = trained(give=lambda states, noted, run: (*states[run - 1], noted[:run]))
loss_of_every_batch = any_of(
    *(
        trained(
            tally=lambda losses, steps, i=i: np.stack([step[i] for step in steps], axis=-1),
            give=lambda states, noted, run: (*states[run], np.concatenate(noted[:run])),
        )
        for i in range(3)
    )
)
only_the_last_loss = trained(give=lambda states, noted, run: (*states[run], noted[run - 1 : run]))
