"""The known mistakes of minibatch SGD, as data.

`sgd_step` is deterministic: a mistake says what it makes of the right answer. The other functions draw at random, and
so a mistake names the predicate in `checks.py` that recognises it, and a function that makes it.
"""

from itertools import pairwise

import numpy as np

from grader.mistakes import Mistake

CHANCE = 1e-12
"""As in `checks.py`."""


def data(*, noise=None, X=None, y=None, size=None):
    """`synthetic_data` with another noise (rng, noise_std, X, w), X, or y = y(X, w, b)."""
    noise = noise or (lambda rng, noise_std, X, w: noise_std * rng.standard_normal(len(X)))
    X = X or (lambda rng, n, f, noise_std: rng.standard_normal((n, f)))
    y = y or (lambda X, w, b: X @ w + b)

    def synthetic_data(w, b, n_samples, noise_std, rng):
        rows = X(rng, n_samples, len(w), noise_std)
        return rows, y(rows, w, b) + noise(rng, noise_std, rows, w)

    return synthetic_data


def epoch(*, order=None, starts=None, stop=None):
    """`minibatches` with another order (n, batch_size, rng), or other starts and lengths of the batches."""
    order = order or (lambda n, batch_size, rng: rng.permutation(n))
    starts = starts or (lambda n, batch_size: range(0, n, batch_size))
    stop = stop or (lambda start, n, batch_size: start + batch_size)

    def minibatches(X, y, batch_size, rng):
        rows = order(len(X), batch_size, rng)
        cuts = [rows[start : stop(start, len(X), batch_size)] for start in starts(len(X), batch_size)]
        return [(X[rows], y[rows]) for rows in cuts]

    return minibatches


def in_pieces(pieces):
    """Batches by `np.array_split`."""

    def minibatches(X, y, batch_size, rng):
        cuts = np.array_split(rng.permutation(len(X)), pieces(len(X), batch_size))
        return [(X[rows], y[rows]) for rows in cuts]

    return minibatches


def apart(order_of_X, order_of_y):
    """X and y each in an order of its own."""

    def minibatches(X, y, batch_size, rng):
        X, y = X[order_of_X(len(X), rng)], y[order_of_y(len(y), rng)]
        return [(X[at : at + batch_size], y[at : at + batch_size]) for at in range(0, len(X), batch_size)]

    return minibatches


def as_they_lie(n, rng):
    """No order."""
    return np.arange(n)


def shuffled(n, rng):
    """A random order."""
    return rng.permutation(n)


def filled_up(X, y, batch_size, rng):
    """The last batch takes the first samples of the epoch once more."""
    rows = rng.permutation(len(X))
    rows = np.concatenate([rows, np.resize(rows, -len(X) % batch_size)])
    return [(X[rows[at : at + batch_size]], y[rows[at : at + batch_size]]) for at in range(0, len(rows), batch_size)]


def blocks_shuffled(X, y, batch_size, rng):
    """The batches of the unshuffled data, in random order."""
    starts = rng.permutation(np.arange(0, len(X), batch_size))
    return [(X[at : at + batch_size], y[at : at + batch_size]) for at in starts]


def within_blocks(n, batch_size, rng):
    """Each batch of the unshuffled data shuffled by itself."""
    return np.concatenate([rng.permutation(np.arange(n)[at : at + batch_size]) for at in range(0, n, batch_size)])


def sorted_batches(n, batch_size, rng):
    """Each batch sorted."""
    order = rng.permutation(n)
    return np.concatenate([np.sort(order[at : at + batch_size]) for at in range(0, n, batch_size)])


def gradient(w, b, X, y):
    """Of the squared loss."""
    error = X @ w + b - y
    return X.T @ error / len(y), error.mean()


def loss_of(w, b, X, y):
    """The squared loss."""
    return np.mean((X @ w + b - y) ** 2) / 2


def downhill(w, b, X, y, rate, batch_size):
    """A right step."""
    grad_w, grad_b = gradient(w, b, X, y)
    return w - rate * grad_w, b - rate * grad_b


def scaled(factor):
    """A step whose gradient is `factor(rows, nominal size)` times the right one."""
    return lambda w, b, X, y, rate, batch_size: downhill(w, b, X, y, rate * factor(len(y), batch_size), batch_size)


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


def keep_going(losses, tolerance):
    """Never before the end."""
    return False


def falls_short(losses, tolerance):
    """The right rule; `losses` begins with the loss at zeros."""
    return losses[-2] - losses[-1] < tolerance


def training(
    *, step=downhill, order=None, batches=None, start=None, tally=None, rule=falls_short, epochs=None, give=None
):
    """`train` and `train_until` (with a tolerance in the place of its own) with one thing wrong."""
    order = order or (lambda epoch, kept, n, rng: rng.permutation(n))
    batches = batches or (lambda epoch, cuts, size: cuts)
    tally = tally or (lambda losses, seen: losses[-1])
    give = give or (lambda states, noted, losses: (*states[-1], np.array(noted)))

    def run(X, y, batch_size, rate, tolerance, n_epochs, rng):
        w, b = (np.zeros(X.shape[1]), 0.0) if start is None else (start(X.shape[1], rng), 0.0)
        states, losses, noted = [(w, b)], [loss_of(w, b, X, y)], []
        kept = rng.permutation(len(X))
        for epoch in range(epochs(n_epochs) if epochs else n_epochs):
            rows = order(epoch, kept, len(X), rng)
            cuts = [rows[at : at + batch_size] for at in range(0, len(X), batch_size)]
            seen = []
            for batch in batches(epoch, cuts, batch_size):
                seen.append(loss_of(w, b, X[batch], y[batch]))
                w, b = step(w, b, X[batch], y[batch], rate, batch_size)
            states.append((w, b))
            losses.append(loss_of(w, b, X, y))
            noted.append(tally(losses, seen or [0.0]))
            if tolerance is not None and rule(losses, tolerance):
                break
        return give(states, noted, losses)

    return run


def for_train(**wrong):
    """A `train` with that mistake."""
    run = training(**wrong)
    return lambda X, y, batch_size, rate, n_epochs, rng: run(X, y, batch_size, rate, None, n_epochs, rng)


def forgetting(until):
    """A training that begins every epoch at zero."""

    def run(X, y, batch_size, rate, tolerance, n_epochs, rng):
        losses = [loss_of(np.zeros(X.shape[1]), 0.0, X, y)]
        for _ in range(n_epochs):
            w, b, (loss,) = for_train()(X, y, batch_size, rate, 1, rng)
            losses.append(loss)
            if tolerance is not None and falls_short(losses, tolerance):
                break
        return w, b, np.array(losses[1:])

    if until:
        return run
    return lambda X, y, batch_size, rate, n_epochs, rng: run(X, y, batch_size, rate, None, n_epochs, rng)


def with_other_rng(make, function):
    """A function that makes its own generator instead of taking the one it is given."""
    return lambda *args: function(*args[:-1], make())


def fixed():
    """A generator with a fixed seed."""
    return np.random.default_rng(0)


def unseeded():
    """A generator that nobody seeded."""
    return np.random.default_rng()


def random(function, name, shows, mutant, finding, hint):
    """A mistake of a function that draws at random."""
    return Mistake(
        name=name, function=function, shows=shows, mutant=mutant, chance=CHANCE, finding=finding, hint=hint
    )


def of_data(*entry):
    """A mistake in `synthetic_data`."""
    return random("synthetic_data", *entry)


def of_batches(*entry):
    """A mistake in `minibatches`."""
    return random("minibatches", *entry)


SEEDLESS = {"synthetic_data": data(), "minibatches": epoch(), "train": for_train(), "train_until": training()}
SAME_AGAIN = {
    "synthetic_data": "same_data_again", "minibatches": "same_epoch_again",
    "train": "same_training_again", "train_until": "same_training_again",
}

GENERATORS = [
    mistake
    for function, right in SEEDLESS.items()
    for mistake in (
        random(
            function, "chance from elsewhere", "from_elsewhere", with_other_rng(unseeded, right),
            "Two generators in the same state gave two results: some of your chance does not come from `rng`.",
            "Use rng.permutation, rng.standard_normal and the like; not np.random, random, or a generator of your own.",
        ),
        random(
            function, "the same each time", SAME_AGAIN[function], with_other_rng(fixed, right),
            "The same `rng` gives the same result each time: it is drawn with a fixed seed, or kept from an earlier call.",
            "Draw anew in every call, from the `rng` that was passed in.",
        ),
    )
]

DATA = [
    of_data(
        "variance for standard deviation", "noise_squared", data(noise=lambda rng, s, X, w: s**2 * rng.standard_normal(len(X))),
        "The standard deviation of your noise is noise_std squared.", "noise_std is the standard deviation itself: do not square it.",
    ),
    of_data(
        "root of the standard deviation", "noise_root", data(noise=lambda rng, s, X, w: np.sqrt(s) * rng.standard_normal(len(X))),
        "The standard deviation of your noise is the root of noise_std: you take it for the variance.",
        "Pass noise_std to rng.normal as it is: its scale is the standard deviation.",
    ),
    of_data(
        "noise_std ignored", "noise_std_ignored", data(noise=lambda rng, s, X, w: rng.standard_normal(len(X))),
        "Your noise has the same size whatever noise_std is.", "Multiply the noise by noise_std.",
    ),
    of_data(
        "no noise", "noise_forgotten", data(noise=lambda rng, s, X, w: 0.0),
        "Your y is X w + b without noise.", "Add noise_std times a standard normal number to each y.",
    ),
    of_data(
        "one noise for all", "one_noise_for_all", data(noise=lambda rng, s, X, w: s * rng.standard_normal()),
        "One random number is added to all samples; each sample has noise of its own.", "Draw n_samples numbers: size=n_samples.",
    ),
    of_data(
        "noise from 0 to 1", "noise_positive", data(noise=lambda rng, s, X, w: s * rng.random(len(X))),
        "Your noise is uniform from 0 to noise_std; it should be normal with mean 0.", "Use rng.standard_normal and not rng.random.",
    ),
    of_data(
        "uniform noise", "noise_uniform", data(noise=lambda rng, s, X, w: rng.uniform(-s, s, len(X))),
        "Your noise is uniform between −noise_std and noise_std; it should be normal.", "Use rng.normal.",
    ),
    of_data(
        "noise never negative", "noise_absolute", data(noise=lambda rng, s, X, w: np.abs(s * rng.standard_normal(len(X)))),
        "Your noise is never negative; normal noise has mean 0.", "Leave the absolute value out.",
    ),
    of_data(
        "noise on the features", "noise_on_the_features",
        data(noise=lambda rng, s, X, w: (s * rng.standard_normal(X.shape)) @ w),
        "The noise is added to X before the weights are applied; it belongs to y.", "Add the noise to X w + b, one number a sample.",
    ),
    of_data(
        "features from 0 to 1", "features_positive", data(X=lambda rng, n, f, s: rng.random((n, f))),
        "Your X is uniform from 0 to 1; it should be standard normal.", "Use rng.standard_normal and not rng.random.",
    ),
    of_data(
        "uniform features", "features_uniform", data(X=lambda rng, n, f, s: rng.uniform(-1, 1, (n, f))),
        "Your X is uniform from −1 to 1; it should be standard normal.", "Use rng.standard_normal.",
    ),
    of_data(
        "features scaled by noise_std", "features_scaled", data(X=lambda rng, n, f, s: rng.normal(0, s, (n, f))),
        "The entries of your X have the standard deviation noise_std; it should be 1, whatever the noise.",
        "noise_std belongs to the noise only.",
    ),
    of_data(
        "whole features", "features_whole", data(X=lambda rng, n, f, s: np.round(3 * rng.standard_normal((n, f)))),
        "The entries of your X are whole numbers; they should be standard normal.", "Use rng.standard_normal.",
    ),
    of_data(
        "one column for all features", "one_column_for_all",
        data(X=lambda rng, n, f, s: np.repeat(rng.standard_normal((n, 1)), f, axis=1)),
        "All columns of your X are the same.", "Draw the whole matrix: size=(n_samples, n_features).",
    ),
    of_data(
        "one row for all samples", "one_row_for_all", data(X=lambda rng, n, f, s: np.tile(rng.standard_normal(f), (n, 1))),
        "All rows of your X are the same.", "Draw the whole matrix: size=(n_samples, n_features).",
    ),
    of_data(
        "bias left out", "bias_left_out", data(y=lambda X, w, b: X @ w),
        "Your y is X w plus noise; the bias is missing.", "Add b.",
    ),
    of_data(
        "bias subtracted", "bias_subtracted", data(y=lambda X, w, b: X @ w - b),
        "Your y is X w − b plus noise; the model is X w + b.", "Look at the sign in front of b.",
    ),
    of_data(
        "bias once a feature", "bias_once_a_feature", data(y=lambda X, w, b: X @ w + len(w) * b),
        "The bias is added once for each feature; it belongs to y once.", "Add b after the sum over the features.",
    ),
    of_data(
        "transposed", "transposed_data",
        lambda w, b, n_samples, noise_std, rng: (rng.standard_normal((len(w), n_samples)), np.zeros(n_samples)),
        "Your X has a row a feature; it should have a row a sample.", "The size of X is (n_samples, n_features).",
    ),
]

BATCHES = [
    of_batches(
        "not shuffled", "never_shuffled", epoch(order=lambda n, size, rng: np.arange(n)),
        "The samples come in the order in which they lie in X.", "Shuffle: rng.permutation(len(X)) is a random order.",
    ),
    of_batches(
        "reversed", "always_reversed", epoch(order=lambda n, size, rng: np.arange(n)[::-1]),
        "The samples come in reversed order each time; the order should be random.", "Use rng.permutation(len(X)).",
    ),
    of_batches(
        "only rotated", "only_rotated", epoch(order=lambda n, size, rng: np.roll(np.arange(n), -rng.integers(n))),
        "Your epoch starts at a random sample and then follows the old order.", "Use rng.permutation(len(X)).",
    ),
    of_batches(
        "only batches shuffled", "only_batches_shuffled", blocks_shuffled,
        "You shuffle the batches of a fixed cut; the samples in each are always the same.", "Shuffle the samples first, then cut.",
    ),
    of_batches(
        "shuffled within batches", "shuffled_within_batches", epoch(order=within_blocks),
        "You cut first and shuffle each batch within itself: each batch always holds the same samples.",
        "Shuffle the samples first, then cut.",
    ),
    of_batches(
        "batches sorted", "sorted_in_batches", epoch(order=sorted_batches),
        "Each of your batches is sorted by the old order; every order should be equally likely.",
        "Take the rows as the shuffled indices name them.",
    ),
    of_batches(
        "X and y shuffled apart", "rows_and_targets_apart", apart(shuffled, shuffled),
        "X and y are shuffled apart, so that a row of X meets another row's y.", "Draw one order and use it for both.",
    ),
    of_batches(
        "only X shuffled", "only_rows_shuffled", apart(shuffled, as_they_lie),
        "X is shuffled and y is not, so that a row of X meets another row's y.", "Use the same order for y.",
    ),
    of_batches(
        "only y shuffled", "only_targets_shuffled", apart(as_they_lie, shuffled),
        "y is shuffled and X is not, so that a row of X meets another row's y.", "Use the same order for X.",
    ),
    of_batches(
        "with replacement", "drawn_with_replacement", epoch(order=lambda n, size, rng: rng.integers(0, n, n)),
        "Samples are drawn with replacement: some come twice in an epoch and others not at all.",
        "Use rng.permutation, or rng.choice with replace=False over all samples.",
    ),
    of_batches(
        "last batch dropped", "last_batch_dropped", epoch(starts=lambda n, size: range(0, n - size + 1, size)),
        "The samples that fill no whole batch are dropped; they make a shorter last batch.",
        "Let the range run up to the number of samples: a slice may end beyond.",
    ),
    of_batches(
        "last batch joined", "last_batch_joined",
        epoch(
            starts=lambda n, size: range(0, max(n - size, 0) + 1, size) if n >= size else [0],
            stop=lambda start, n, size: n if n - start < 2 * size else start + size,
        ),
        "The samples that remain are added to the last full batch; they make a shorter batch of their own.",
        "Yield what remains after the loop.",
    ),
    of_batches(
        "last batch filled up", "last_batch_filled_up", filled_up,
        "The last batch is filled up with samples that came before, which are then used twice.",
        "Leave the last batch shorter.",
    ),
    of_batches(
        "empty last batch", "last_batch_empty", epoch(starts=lambda n, size: range(0, n + 1, size)),
        "There is an empty batch at the end where batch_size divides the number of samples.",
        "n_samples // batch_size + 1 is one batch too many there: use range(0, n_samples, batch_size).",
    ),
    of_batches(
        "one batch only", "one_batch_only", epoch(starts=lambda n, size: [0]),
        "There is one batch and then no more; an epoch is all samples.", "Is there a return inside the loop?",
    ),
    of_batches(
        "batch_size taken for the number of batches", "size_taken_for_number", in_pieces(lambda n, size: size),
        "batch_size is the number of your batches; it should be the number of samples in each.",
        "np.array_split and np.split count pieces: cut every batch_size samples instead.",
    ),
    of_batches(
        "batches of equal size", "batches_of_equal_size", in_pieces(lambda n, size: -(-n // size)),
        "Your batches are as equal as can be; each should be full but the last.",
        "np.array_split evens the pieces out: cut every batch_size samples instead.",
    ),
    of_batches(
        "last sample missing", "last_sample_missing", epoch(
            starts=lambda n, size: range(0, n - 1, size), stop=lambda start, n, size: min(start + size, n - 1)
        ),
        "One sample is missing in each epoch.", "A slice ends before its end: X[a:n] holds the last row, X[a:n-1] does not.",
    ),
    of_batches(
        "batches overlap", "batches_overlap", epoch(stop=lambda start, n, size: start + size + 1),
        "Each batch is one sample too long and holds the first sample of the next.", "A slice ends before its end: no + 1.",
    ),
]


def broadcast(w, b, X, y, rate):
    """A column of predictions minus a row of targets; what the mean over both axes makes of it."""
    error = (X @ w + b)[:, None] - y[None, :]
    return w - rate * (X.T @ error).mean(axis=1) / len(y), b - rate * error.mean()


def without_bias(w, b, X, y, rate):
    """The error inside leaves b out."""
    error = X @ w - y
    return w - rate * X.T @ error / len(y), b - rate * error.mean()


def part(change):
    """A step from `change(grad_w, grad_b, X)`."""

    def sgd_step(w, b, X, y, rate):
        grad_w, grad_b = change(*gradient(w, b, X, y), X)
        return w - rate * grad_w, b - rate * grad_b

    return sgd_step


def of_step(name, instead, finding, hint):
    """A mistake in `sgd_step`."""
    return Mistake(name=name, function="sgd_step", instead=instead, finding=finding, hint=hint)


STEP = [
    of_step(
        "sum for mean", part(lambda grad_w, grad_b, X: (len(X) * grad_w, len(X) * grad_b)),
        "Your gradient is the sum over the batch; the loss is the mean.", "Divide by the number of rows in the batch.",
    ),
    of_step(
        "factor 2", part(lambda grad_w, grad_b, X: (2 * grad_w, 2 * grad_b)),
        "Your step is twice as long as it should be: the loss has one half in front, which cancels the 2 of the square.",
        "Leave the 2 out.",
    ),
    of_step(
        "one half kept", part(lambda grad_w, grad_b, X: (grad_w / 2, grad_b / 2)),
        "Your step is half as long as it should be: the one half cancels with the 2 of the square.", "Leave the one half out.",
    ),
    of_step(
        "sum for mean and factor 2", part(lambda grad_w, grad_b, X: (2 * len(X) * grad_w, 2 * len(X) * grad_b)),
        "Your gradient is that of the plain sum of squares; the loss is half their mean.", "Divide by n, and leave the 2 out.",
    ),
    of_step(
        "uphill", part(lambda grad_w, grad_b, X: (-grad_w, -grad_b)),
        "Your step goes uphill: the gradient is added, or the error is target minus prediction.", "Look at the signs.",
    ),
    of_step(
        "w uphill", part(lambda grad_w, grad_b, X: (-grad_w, grad_b)),
        "w goes uphill while b goes down.", "Subtract both gradients.",
    ),
    of_step(
        "b uphill", part(lambda grad_w, grad_b, X: (grad_w, -grad_b)),
        "b goes uphill while w goes down.", "Subtract both gradients.",
    ),
    of_step(
        "bias gradient summed", part(lambda grad_w, grad_b, X: (grad_w, len(X) * grad_b)),
        "The bias moves by the sum of the errors; it should be their mean.", "Use the mean for b as you do for w.",
    ),
    of_step(
        "weight gradient summed", part(lambda grad_w, grad_b, X: (len(X) * grad_w, grad_b)),
        "The weights move by the sum over the batch; it should be the mean.", "Divide Xᵀe by the number of rows.",
    ),
    of_step(
        "mean over features too", part(lambda grad_w, grad_b, X: (grad_w / X.shape[1], grad_b)),
        "The weights' gradient is divided by the number of features as well.", "Divide by len(X_batch) and not by X_batch.size.",
    ),
    of_step(
        "bias not moved", part(lambda grad_w, grad_b, X: (grad_w, 0.0)),
        "Only w is moved; b has a gradient, too.", "Step b as you step w.",
    ),
    of_step(
        "weights not moved", part(lambda grad_w, grad_b, X: (0.0 * grad_w, grad_b)),
        "Only b is moved; w stays as it was.", "Step w as you step b.",
    ),
    of_step(
        "no learning rate", lambda w, b, X, y, rate: part(lambda grad_w, grad_b, X: (grad_w, grad_b))(w, b, X, y, 1.0),
        "The gradient is subtracted as it is; the learning rate is missing.", "Multiply the gradient by learning_rate.",
    ),
    of_step(
        "divided by the learning rate",
        lambda w, b, X, y, rate: part(lambda grad_w, grad_b, X: (grad_w, grad_b))(w, b, X, y, 1 / rate),
        "The gradient is divided by the learning rate.", "Multiply the gradient by learning_rate.",
    ),
    of_step(
        "new w for the bias", lambda w, b, X, y, rate: weights_first(w, b, X, y, rate, 0),
        "w is moved first, and the bias's gradient is taken with the new w.", "Compute both gradients first, then step.",
    ),
    of_step(
        "new b for the weights", lambda w, b, X, y, rate: bias_first(w, b, X, y, rate, 0),
        "b is moved first, and the weights' gradient is taken with the new b.", "Compute both gradients first, then step.",
    ),
    of_step(
        "bias left out of the prediction", without_bias,
        "The error inside your step is X w − y; the prediction has a b.", "Add b to the prediction.",
    ),
    of_step(
        "every pair of samples", broadcast,
        "A column minus a row is a matrix: every prediction is compared with every target.", "Subtract arrays of the same shape (n,).",
    ),
    of_step(
        "the step alone", lambda w, b, X, y, rate: tuple(-rate * g for g in gradient(w, b, X, y)),
        "You return the step alone; the new w and b are the old ones plus the step.", "Add the step to w and b.",
    ),
    of_step(
        "the gradient alone", lambda w, b, X, y, rate: gradient(w, b, X, y),
        "You return the gradient; the new w and b are wanted.", "Subtract learning_rate times the gradient from w and b.",
    ),
    of_step(
        "the old ones", lambda w, b, X, y, rate: (w, b),
        "You return the old w and b.", "Return what the step makes of them.",
    ),
]

# (name, predicate, what is wrong, finding, hint), the same for `train` and `train_until`
TRAINING = [
    (
        "sum for mean", "gradient_summed", {"step": scaled(lambda rows, size: rows)},
        "The gradient of each step is the sum over the batch; the loss is the mean.", "Divide by the number of rows in the batch.",
    ),
    (
        "factor 2", "gradient_doubled", {"step": scaled(lambda rows, size: 2)},
        "Each step is twice as long as it should be: the one half of the loss cancels the 2 of the square.", "Leave the 2 out.",
    ),
    (
        "one half kept", "gradient_halved", {"step": scaled(lambda rows, size: 0.5)},
        "Each step is half as long as it should be: the one half cancels with the 2 of the square.", "Leave the one half out.",
    ),
    (
        "uphill", "uphill", {"step": scaled(lambda rows, size: -1)},
        "The steps go uphill.", "Subtract learning_rate times the gradient.",
    ),
    (
        "nominal batch size", "divided_by_nominal_size", {"step": scaled(lambda rows, size: rows / size)},
        "A short batch is divided by batch_size; its loss is the mean over the rows that it really has.",
        "Divide by len(y_batch).",
    ),
    (
        "bias not trained", "bias_not_trained", {"step": bias_kept},
        "The bias is never moved.", "Keep both parts of what a step returns.",
    ),
    (
        "new w for the bias", "bias_stepped_last", {"step": weights_first},
        "w is moved first, and the bias's gradient is taken with the new w.", "Compute both gradients first, then step.",
    ),
    (
        "new b for the weights", "weights_stepped_last", {"step": bias_first},
        "b is moved first, and the weights' gradient is taken with the new b.", "Compute both gradients first, then step.",
    ),
    (
        "not shuffled", "trained_on_no_order", {"order": lambda epoch, kept, n, rng: np.arange(n)},
        "The samples are taken in the order in which they lie in X.", "Use minibatches, with rng, in every epoch.",
    ),
    (
        "same order every epoch", "trained_on_one_order", {"order": lambda epoch, kept, n, rng: kept},
        "Every epoch has the order of the first; each should have a new one.", "Call minibatches inside the loop over the epochs.",
    ),
    (
        "with replacement", "trained_with_replacement", {"order": lambda epoch, kept, n, rng: rng.integers(0, n, n)},
        "Samples are drawn with replacement: in an epoch some come twice and others not at all.",
        "Go through minibatches once an epoch.",
    ),
    (
        "last batch dropped", "trained_without_the_rest",
        {"batches": lambda epoch, cuts, size: [rows for rows in cuts if len(rows) == size]},
        "The short last batch makes no step.", "Use all batches that minibatches gives.",
    ),
    (
        "only the first epoch", "trained_in_one_epoch_only", {"batches": lambda epoch, cuts, size: cuts if epoch == 0 else []},
        "After the first epoch nothing moves: a generator was made once, and is empty when it was used.",
        "Call minibatches inside the loop over the epochs.",
    ),
    (
        "one batch an epoch", "trained_on_one_batch_an_epoch", {"batches": lambda epoch, cuts, size: cuts[:1]},
        "An epoch is one step on one batch; it should be one step for each batch.", "Loop over all minibatches in every epoch.",
    ),
    (
        "all rows at once", "trained_on_all_rows_at_once",
        {"batches": lambda epoch, cuts, size: [np.concatenate(cuts)]},
        "Each epoch is one step on all rows, whatever batch_size is.", "Loop over the minibatches in every epoch.",
    ),
    (
        "one half missing in the losses", "loss_not_halved", {"tally": lambda losses, seen: 2 * losses[-1]},
        "The losses are mean squared errors; the loss is half of that.", "Divide by 2 n.",
    ),
    (
        "one half twice in the losses", "loss_halved_twice", {"tally": lambda losses, seen: losses[-1] / 2},
        "The losses are quarters of the mean squared errors; the one half is in them twice.", "Divide by 2 once.",
    ),
    (
        "root in the losses", "loss_rooted", {"tally": lambda losses, seen: np.sqrt(2 * losses[-1])},
        "The losses are roots of mean squared errors; the loss has no root.", "Leave np.sqrt out, and halve the mean.",
    ),
    (
        "loss before the epoch", "loss_before_the_epoch", {"tally": lambda losses, seen: losses[-2]},
        "Each loss is that before the epoch; the loss after it is wanted.", "Note the loss after the loop over the batches.",
    ),
    (
        "loss of the last batch", "loss_of_the_last_batch", {"tally": lambda losses, seen: seen[-1]},
        "Each loss is that of the last batch alone; the loss over all samples after the epoch is wanted.",
        "Compute the loss from X and y after the loop over the batches.",
    ),
    (
        "mean of the batches' losses", "loss_of_batches_on_average", {"tally": lambda losses, seen: np.mean(seen)},
        "Each loss is a mean over the batches of the epoch, while the weights still moved.",
        "Compute the loss from all of X and y after the epoch.",
    ),
    (
        "sum of the batches' losses", "loss_of_batches_summed", {"tally": lambda losses, seen: np.sum(seen)},
        "Each loss is a sum over the batches of the epoch, while the weights still moved.",
        "Compute the loss from all of X and y after the epoch.",
    ),
    (
        "a loss a batch", "loss_of_every_batch",
        {"tally": lambda losses, seen: seen, "give": lambda states, noted, losses: (*states[-1], np.concatenate(noted))},
        "There is a loss for every batch; one an epoch is wanted.",
        "Note the loss after the loop over the batches.",
    ),
    (
        "only the last loss", "only_the_last_loss",
        {"give": lambda states, noted, losses: (*states[-1], np.array(noted[-1:]))},
        "There is one loss only, that at the end; one an epoch is wanted.", "Collect the losses in a list.",
    ),
    (
        "loss at zeros included", "loss_at_zeros_included",
        {"give": lambda states, noted, losses: (*states[-1], np.array(losses))},
        "The losses begin with the loss at zeros; the first should be that after the first epoch.",
        "Keep the loss at zeros apart from the list.",
    ),
    (
        "last loss left out", "last_loss_left_out", {"give": lambda states, noted, losses: (*states[-1], np.array(noted[:-1]))},
        "The loss of the last epoch is left out.", "Note the loss before the loop is left.",
    ),
    (
        "weights with the lowest loss", "weights_with_the_lowest_loss",
        {"give": lambda states, noted, losses: (*states[1 + int(np.argmin(noted))], np.array(noted))},
        "The weights are those with the lowest loss; the ones at the end are wanted.", "Return the weights as they are at the end.",
    ),
    (
        "weights one epoch back", "weights_one_epoch_back",
        {"give": lambda states, noted, losses: (*states[-2], np.array(noted))},
        "The weights are those from before the last epoch; the ones after it are wanted.", "Return the weights as they are at the end.",
    ),
    (
        "one epoch too many", "one_epoch_too_many", {"epochs": lambda n: n + 1},
        "There is one epoch too many.", "range(n) runs n times.",
    ),
    (
        "one epoch too few", "one_epoch_too_few", {"epochs": lambda n: n - 1},
        "There is one epoch too few.", "range(n) runs n times, range(1, n) does not.",
    ),
    (
        "not from zero", "started_elsewhere", {"start": lambda n_features, rng: rng.standard_normal(n_features)},
        "With learning rate 0 your weights are not zero: training does not start from zero.", "Start with np.zeros and 0.0.",
    ),
]


def summing(until):
    """The losses are sums over the samples."""

    def run(X, y, batch_size, rate, tolerance, n_epochs, rng):
        return training(tally=lambda losses, seen: len(X) * losses[-1])(X, y, batch_size, rate, tolerance, n_epochs, rng)

    return run if until else lambda X, y, size, rate, n_epochs, rng: run(X, y, size, rate, None, n_epochs, rng)


OF_TRAINING = [
    random(function, name, shows, make(**wrong), finding, hint)
    for function, make in (("train", for_train), ("train_until", training))
    for name, shows, wrong, finding, hint in TRAINING
] + [
    random(function, name, shows, make(function == "train_until"), finding, hint)
    for function in ("train", "train_until")
    for name, shows, make, finding, hint in (
        (
            "forgotten between epochs", "forgotten_between_epochs", forgetting,
            "Every epoch starts from zero again.", "Set w and b to zero once, before the loop over the epochs.",
        ),
        (
            "losses summed", "loss_summed", summing,
            "The losses are sums over the samples; the loss is their mean.", "Divide by the number of samples.",
        ),
    )
]


def of_rule(name, shows, rule, finding, hint):
    """A mistake in when `train_until` ends."""
    return random("train_until", name, shows, training(rule=rule), finding, hint)


def one_late(losses, tolerance):
    """The rule is asked before each epoch, about the two epochs before."""
    return len(losses) > 2 and any(a - b < tolerance for a, b in pairwise(losses[:-1]))


UNTIL = [
    of_rule(
        "relative to the loss", "rule_relative", lambda losses, tol: 1 - losses[-1] / losses[-2] < tol,
        "The fall is divided by the loss before; the tolerance is absolute.", "Compare the difference itself with the tolerance.",
    ),
    of_rule(
        "relative to the first loss", "rule_relative_to_the_start", lambda losses, tol: (losses[-2] - losses[-1]) / losses[0] < tol,
        "The fall is divided by the loss at zeros; the tolerance is absolute.", "Compare the difference itself with the tolerance.",
    ),
    of_rule(
        "a rise goes on", "rule_of_any_change", lambda losses, tol: abs(losses[-2] - losses[-1]) < tol,
        "A loss that rises by much does not end your training; a rise is less than any fall.",
        "Compare previous loss minus loss with the tolerance, with its sign.",
    ),
    of_rule(
        "difference turned round", "rule_turned_round", lambda losses, tol: losses[-1] - losses[-2] < tol,
        "You subtract the previous loss from the new one; the fall is previous loss minus loss.", "Turn the difference round.",
    ),
    of_rule(
        "comparison turned round", "rule_of_fast_falls", lambda losses, tol: losses[-2] - losses[-1] > tol,
        "Training ends when the loss falls by more than the tolerance; it should go on then.", "Turn the comparison round.",
    ),
    of_rule(
        "first epoch not compared", "rule_from_the_second_epoch",
        lambda losses, tol: len(losses) > 2 and losses[-2] - losses[-1] < tol,
        "The first epoch is not compared with the loss at zeros.", "Begin with the loss at w = 0, b = 0 and not with infinity.",
    ),
    of_rule(
        "one epoch late", "rule_one_epoch_late", one_late,
        "Training runs one epoch more after the one that should have been its last.", "Ask right after the epoch, and before the next.",
    ),
    of_rule(
        "compared with the start", "rule_against_the_start", lambda losses, tol: losses[0] - losses[-1] < tol,
        "Each loss is compared with the loss at zeros; it should be compared with that of the epoch before.",
        "Keep the loss of each epoch for the next comparison.",
    ),
    of_rule(
        "loss below the tolerance", "rule_of_a_small_loss", lambda losses, tol: losses[-1] < tol,
        "Training ends when the loss itself is below the tolerance; its fall should be.", "Compare previous loss minus loss.",
    ),
    of_rule(
        "only a rise ends it", "rule_of_a_rise", lambda losses, tol: losses[-1] > losses[-2],
        "Training ends only when the loss rises; the tolerance plays no part.", "Compare previous loss minus loss with the tolerance.",
    ),
    of_rule(
        "never ends early", "rule_forgotten", keep_going,
        "Training always runs for max_epochs.", "Leave the loop when the loss fell by less than the tolerance.",
    ),
]

MISTAKES = [*GENERATORS, *DATA, *BATCHES, *STEP, *OF_TRAINING, *UNTIL]
