"""The known mistakes of generalisation, as data: what each makes of the right answer, or how it shows."""

from itertools import pairwise

import numpy as np

from grader.mistakes import Mistake


def split(*, size=lambda fraction, n: round(fraction * n), order=lambda rng, n: rng.permutation(n), parts=lambda order, k: (order[k:], order[:k]), apart=False):
    """`train_validation_split` with one thing wrong: the size, the order of the rows, how they are parted, or targets of others."""

    def make(X, y, fraction, rng):
        k = size(fraction, len(X))
        training, validation = parts(order(rng, len(X)), k)
        targets = rng.permutation(y) if apart else y
        return X[training], targets[training], X[validation], targets[validation]

    return make


def split_by_a_block(X, y, fraction, rng):
    """A block of neighbours is held out."""
    k = round(fraction * len(X))
    start = rng.integers(len(X) - k + 1)
    training, validation = np.r_[:start, start + k : len(X)], np.arange(start, start + k)
    return X[training], y[training], X[validation], y[validation]


def split_by_a_coin(X, y, fraction, rng):
    """A coin for each row, thrown again until neither part is empty."""
    held = rng.random(len(X)) < fraction
    while not 0 < held.sum() < len(X):
        held = rng.random(len(X)) < fraction
    return X[~held], y[~held], X[held], y[held]


def split_with_replacement(X, y, fraction, rng):
    """Rows are drawn again and again."""
    validation = rng.integers(len(X), size=round(fraction * len(X)))
    training = np.setdiff1d(np.arange(len(X)), validation)
    return X[training], y[training], X[validation], y[validation]


def scaled(center, spread, other=None):
    """(X - center) / spread of the training rows, or of another set for the other rows."""

    def make(X_train, X_other):
        by = X_train if other is None else other(X_train, X_other)
        with np.errstate(all="ignore"):
            return (X_train - center(X_train)) / spread(X_train), (X_other - center(by)) / spread(by)

    return make


def mean(X):
    """Of each column."""
    return X.mean(axis=0)


def deviation(X):
    """Of each column; 1 where it is constant."""
    return np.where(np.ptp(X, axis=0) == 0, 1.0, X.std(axis=0))


def with_both(X_train, X_other):
    """Both sets by the statistics of both."""
    both = np.vstack([X_train, X_other])
    return (X_train - mean(both)) / deviation(both), (X_other - mean(both)) / deviation(both)


def rows_scaled(X_train, X_other):
    """Each row by its own mean and deviation."""
    with np.errstate(all="ignore"):
        return tuple((X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True) for X in (X_train, X_other))


def constant_columns(value):
    """Right but for constant columns, which become something else."""

    def make(X_train, X_other):
        constant = np.ptp(X_train, axis=0) == 0
        pair = ((X_train - mean(X_train)) / deviation(X_train), (X_other - mean(X_train)) / deviation(X_train))
        for Z, X in zip(pair, (X_train, X_other), strict=True):
            Z[:, constant] = value(X)[:, constant]
        return pair

    return make


def powers(exponents, of=lambda x: x):
    """The columns x^k for these exponents."""
    return lambda x, degree: of(x)[:, np.newaxis] ** np.array(exponents(degree))


def f(z, activation):
    """The activation."""
    return {"relu": lambda: np.maximum(z, 0), "tanh": lambda: np.tanh(z), "sigmoid": lambda: 1 / (1 + np.exp(-z))}[activation]()


def slope(z, activation):
    """Its derivative."""
    if activation == "relu":
        return np.where(z > 0, 1.0, 0.0)
    a = f(z, activation)
    return 1 - a**2 if activation == "tanh" else a * (1 - a)


def outputs(X, params, activation, *, bent=False):
    """Each layer's (input, pre-activation, output)."""
    A, found = X, []
    for i, (W, b) in enumerate(params):
        Z = A @ W + b
        found.append((A, Z, f(Z, activation) if i < len(params) - 1 or bent else Z))
        A = found[-1][2]
    return found


def stepped(params, X, y, activation, rate, *, down=slope, bent=False, biases=True, through_new=False):
    """One gradient step, with a mistake."""
    layers = outputs(X, params, activation, bent=bent)
    dZ = (layers[-1][2] - y[:, np.newaxis]) / len(y)
    if bent:
        dZ = dZ * slope(layers[-1][1], activation)
    new = []
    for i in reversed(range(len(params))):
        W, b = params[i]
        new.append((W - rate * layers[i][0].T @ dZ, b - rate * dZ.sum(axis=0) * biases))
        if i:
            dZ = (dZ @ (new[-1][0] if through_new else W).T) * down(layers[i - 1][1], activation)
    return new[::-1]


def xavier(rng, n, m):
    """Usual weights."""
    return rng.uniform(-1, 1, (n, m)) * np.sqrt(6 / (n + m))


def half_mean_square(y_hat, y):
    """The squared loss."""
    return np.sum((y_hat - y) ** 2) / (2 * len(y))


def right_batches(rng, n, batch, _first):
    """An epoch's rows, batch by batch, each with the number by which it is divided."""
    order = rng.permutation(n)
    return [(order[i : i + batch], None) for i in range(0, n, batch)]


def full_batches(rng, n, batch, first):
    """Without the short last one."""
    return [(rows, size) for rows, size in right_batches(rng, n, batch, first) if len(rows) == min(batch, n) or batch > n]


def nominal_batches(rng, n, batch, first):
    """Divided by the size that a full one would have."""
    return [(rows, batch) for rows, _ in right_batches(rng, n, batch, first)]


def one_batch(rng, n, batch, first):
    """Only one an epoch."""
    return right_batches(rng, n, batch, first)[:1]


def always_in_one_order(_rng, n, batch, first):
    """The order of the first epoch, again and again."""
    return [(first[i : i + batch], None) for i in range(0, n, batch)]


def trainer(
    *, weights=xavier, biases=lambda rng, m: np.zeros(m), batches=right_batches, rates=lambda rate, n: rate, apart=False,
    loss=half_mean_square, train_loss=None, swapped=False, better=lambda new, best: new < best, counts_start=False,
    done=lambda v, best, patience: len(v) - best == patience, epochs=lambda n: n, give="best", cut=False, with_start=False,
    by="validation",
    generator=lambda rng: rng, train_biases=True, **step,
):
    """`train_with_early_stopping` with one thing wrong, each under a name of its own."""

    def train(X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng):
        rng = generator(rng)
        params = [(weights(rng, n, m), biases(rng, m)) for n, m in pairwise(layer_sizes)]
        n, first = len(X_train), rng.permutation(len(X_train))
        losses = {"train": [], "validation": []}

        def measure(X, y):
            return float(loss(outputs(X, params, activation, bent=step.get("bent", False))[-1][2][:, 0], y))

        best, least, kept = 0, measure(X_val, y_val) if counts_start else np.inf, params
        before = (measure(X_train, y_train), measure(X_val, y_val))
        for _ in range(epochs(max_epochs)):
            on_the_way = []
            targets = rng.permutation(y_train) if apart else y_train
            for rows, size in batches(rng, n, batch_size, first):
                on_the_way.append(measure(X_train[rows], targets[rows]))
                rate = rates(learning_rate, len(rows)) * (1 if size is None else len(rows) / size)
                params = stepped(params, X_train[rows], targets[rows], activation, rate, biases=train_biases, **step)
            losses["train"].append(measure(X_train, y_train) if train_loss is None else train_loss(on_the_way))
            losses["validation"].append(measure(X_val, y_val))
            if better(losses[by][-1], least):
                best, least, kept = len(losses[by]), losses[by][-1], params
            if done(losses["validation"], best, patience):
                break
        if cut:
            losses = {key: values[:best] for key, values in losses.items()}
        if with_start:
            losses = {key: [value, *losses[key]] for key, value in zip(losses, before, strict=True)}
        if swapped:
            losses = {"train": losses["validation"], "validation": losses["train"]}
        return params if give == "last" else kept, losses

    return train


def rises_in_a_row(v):
    """How many of the last epochs were each worse than the one before."""
    count = 0
    while count + 1 < len(v) and v[-1 - count] > v[-2 - count]:
        count += 1
    return count


TRAINING = [
    # (name, how it shows, mutant, finding, hint)
    ("weights zero", "start_of_zeros", trainer(weights=lambda rng, n, m: np.zeros((n, m))),
     "All weights start at 0: the units of a layer are copies, and no gradient reaches the layers below.", "Draw the weights from rng."),
    ("units alike", "start_of_copies", trainer(weights=lambda rng, n, m: np.tile(xavier(rng, n, m)[:, :1], (1, m))),
     "The units of a hidden layer start with the same weights and stay copies of one another.", "Draw each weight by itself: size=(fan_in, fan_out)."),
    ("biases random", "start_with_random_biases", trainer(biases=lambda rng, m: rng.normal(size=m)),
     "Your biases start at random; they start at 0.", "Use np.zeros(fan_out)."),
    ("biases one", "start_with_ones_for_biases", trainer(biases=lambda rng, m: np.ones(m)),
     "Your biases start at 1; they start at 0.", "Use np.zeros(fan_out)."),
    ("seed fixed inside", "training_always_the_same", trainer(generator=lambda _: np.random.default_rng(0)),
     "Your training is the same whatever the state of rng, as if a seed were fixed inside the function.", "Draw from the rng that you are given."),
    ("not from rng", "not_from_rng", trainer(generator=lambda _: np.random.default_rng()),
     "The same state of rng gives another training each time: something is drawn from np.random or a generator of your own.",
     "Draw from the rng that you are given."),
    ("sum for mean", "step_of_the_sum", trainer(rates=lambda rate, n: rate * n),
     "Your steps follow the sum over the batch; the loss is its mean.", "Divide by the number of rows in the batch."),
    ("factor 2", "step_twice_as_long", trainer(rates=lambda rate, n: 2 * rate),
     "Your steps are twice as long: the loss has one half in front, which cancels the 2 of the square.", "Start backward from (Y_hat − Y) / n."),
    ("one half kept", "step_half_as_long", trainer(rates=lambda rate, n: rate / 2),
     "Your steps are half as long: the one half cancels with the 2 of the square.", "Start backward from (Y_hat − Y) / n."),
    ("divided twice", "step_divided_twice", trainer(rates=lambda rate, n: rate / n),
     "Your gradient is divided by the size of the batch twice.", "Divide once, at the last layer's error."),
    ("uphill", "step_uphill", trainer(rates=lambda rate, n: -rate),
     "Your steps go uphill: the gradient is added.", "Subtract learning_rate times the gradient."),
    ("biases not trained", "step_without_biases", trainer(train_biases=False),
     "The biases are not updated.", "Step b as you step W."),
    ("derivative left out", "step_without_slope", trainer(down=lambda z, _: np.ones_like(z)),
     "The error goes down through W alone; the activation's derivative is missing.", "Multiply by activation_derivative at Z of the layer below."),
    ("derivative at the activation", "step_slope_at_the_activation", trainer(down=lambda z, activation: slope(f(z, activation), activation)),
     "The activation's derivative is taken at the activation A; it belongs at the pre-activation Z.", "Keep Z of every layer and take the derivative there."),
    ("activation for its derivative", "step_activation_for_slope", trainer(down=f),
     "The error is multiplied by the activation instead of its derivative.", "Use activation_derivative."),
    ("weights already updated", "step_through_new_weights", trainer(through_new=True),
     "The error goes down through weights that were updated already; it belongs through those of the forward pass.",
     "Compute all gradients first, update afterwards."),
    ("activation on the last layer", "step_with_bent_output", trainer(bent=True),
     "You apply the activation to the last layer too, which is linear.", "Leave the activation out in the last round of the loop."),
    ("targets of other rows", "step_on_the_targets_of_others", trainer(apart=True),
     "The rows of X_train and the targets are shuffled apart: a row is trained on the target of another.", "Shuffle row numbers, and index both arrays with them."),
    ("short batch dropped", "short_batch_dropped", trainer(batches=full_batches),
     "The short last batch of an epoch is left out; every row is used once an epoch.", "Let the last batch be smaller."),
    ("divided by the nominal size", "short_batch_by_nominal_size", trainer(batches=nominal_batches),
     "The short last batch is divided by batch_size; it is averaged over the rows that it really has.", "Divide by len of the batch."),
    ("one batch an epoch", "one_batch_an_epoch", trainer(batches=one_batch),
     "You train on one batch an epoch; an epoch goes through all rows.", "Loop over all batches of the order."),
    ("one order for all epochs", "same_order_always", trainer(batches=always_in_one_order),
     "All epochs go through the rows in the same order.", "Draw a new permutation inside the loop over the epochs."),
    ("one half missing", "history_without_half", trainer(loss=lambda p, y: np.mean((p - y) ** 2)),
     "The losses in history lack the one half.", "Divide the sum of squares by 2 n."),
    ("sum for mean in the history", "history_of_sums", trainer(loss=lambda p, y: np.sum((p - y) ** 2) / 2),
     "The losses in history are sums over the rows; the loss is their mean.", "Divide by the number of rows."),
    ("sum of squares in the history", "history_of_plain_sums", trainer(loss=lambda p, y: np.sum((p - y) ** 2)),
     "The losses in history are plain sums of squares.", "Divide by 2 n."),
    ("root in the history", "history_of_roots", trainer(loss=lambda p, y: np.sqrt(np.mean((p - y) ** 2))),
     "The losses in history are roots of the mean squared error; the loss has no root.", "Leave np.sqrt out, and halve."),
    ("all pairs in the history", "history_of_all_pairs", trainer(loss=lambda p, y: np.sum((p[:, None] - y) ** 2) / (2 * len(y))),
     "A column minus a row is a matrix: the losses in history compare every prediction with every target.", "Subtract arrays of the same shape."),
    ("mean of all pairs in the history", "history_of_the_mean_of_all_pairs", trainer(loss=lambda p, y: np.mean((p[:, None] - y) ** 2) / 2),
     "A column minus a row is a matrix: the losses in history compare every prediction with every target.", "Subtract arrays of the same shape."),
    ("lists swapped", "history_swapped", trainer(swapped=True),
     'history["train"] holds the validation losses and history["validation"] the training losses.', "Swap the two."),
    ("mean of the batch losses", "history_of_batch_means", trainer(train_loss=lambda losses: float(np.mean(losses))),
     "The training loss is the mean of the batches' losses on the way; it is the loss over all rows after the epoch.",
     "Predict all of X_train once the epoch is over."),
    ("loss of the last batch", "history_of_the_last_batch", trainer(train_loss=lambda losses: losses[-1]),
     "The training loss is that of the last batch; it is the loss over all rows after the epoch.", "Predict all of X_train once the epoch is over."),
    ("never ends", "ends_never", trainer(done=lambda v, best, patience: False),
     "Your training always runs to max_epochs; patience ends it earlier.", "Break when e − best equals patience."),
    ("one epoch late", "ends_one_late", trainer(done=lambda v, best, patience: len(v) - best > patience),
     "Your training ends one epoch late: when e − best is more than patience, and not when it is equal.", "Write >= and not >."),
    ("one epoch early", "ends_one_early", trainer(done=lambda v, best, patience: len(v) - best >= patience - 1),
     "Your training ends one epoch early.", "Break when e − best equals patience."),
    ("first rise", "ends_at_the_first_rise", trainer(done=lambda v, best, patience: len(v) > 1 and v[-1] > v[-2]),
     "Your training ends at the first rise of the validation loss; patience says how many epochs without a better one it waits.",
     "Count the epochs since the best one."),
    ("first epoch without progress", "ends_at_the_first_epoch_without_progress", trainer(done=lambda v, best, patience: len(v) > best),
     "Your training ends at the first epoch that is no better than the best; patience says how many it waits.", "Count the epochs since the best one."),
    ("rises in a row", "ends_by_rises_in_a_row", trainer(done=lambda v, best, patience: rises_in_a_row(v) >= patience),
     "You count epochs that are worse than the one before; counted are the epochs since the best one.", "Compare with the best loss so far, and not with the last."),
    ("all rises", "ends_by_all_rises", trainer(done=lambda v, best, patience: np.count_nonzero(np.diff(v) > 0) >= patience),
     "You count all rises of the validation loss; counted are the epochs since the best one.", "Begin to count anew whenever a loss is the best so far."),
    ("patience for max_epochs", "ends_after_patience_epochs", trainer(done=lambda v, best, patience: len(v) == patience),
     "Your training ends after `patience` epochs, whatever the losses are.", "Count the epochs since the best one."),
    ("latest of equals", "ends_by_the_latest_of_equals", trainer(better=lambda new, best: new <= best),
     "Of equal validation losses you take the latest as the best; it is the earliest.", "Write < and not <=."),
    ("one epoch less", "ends_one_epoch_short", trainer(epochs=lambda n: n - 1),
     "Your training runs max_epochs − 1 epochs at most.", "Look at the end of your loop over the epochs."),
    ("start counts", "start_counts_as_best", trainer(counts_start=True),
     "The loss before the first epoch counts as the best one; the first epoch is the first that counts.", "Begin with best = infinity."),
    ("history with the start", "history_with_the_start", trainer(with_start=True),
     "history begins with the losses before training; its first entry is that after the first epoch.", "Append after each epoch only."),
    ("history cut at the best", "history_cut_at_the_best", trainer(cut=True),
     "history ends with the best epoch; the epochs after it belong there too.", "Return the whole history."),
    ("training loss decides", "training_loss_decides", trainer(by="train"),
     "The best epoch is that of the lowest training loss, which goes on falling; it is that of the lowest validation loss.",
     "Compare the loss on X_val, y_val."),
    ("last params", "last_params", trainer(give="last"),
     "The params are those of the last epoch: either these are returned, or the best ones were kept without a copy and have changed since.",
     "Keep a copy of the params whenever the validation loss is the best so far."),
]


def fit(X_train, y_train, X_test):
    """The closed form."""
    design = np.column_stack([X_train, np.ones(len(X_train))])
    theta = np.linalg.lstsq(design, y_train, rcond=None)[0]
    return X_test @ theta[:-1] + theta[-1]


def nearest(X_train, X):
    """For each house the number of the nearest one in the training set."""
    return np.array([np.argmin(np.sum((X_train - x) ** 2, axis=1)) for x in X])


def by(rule):
    """`predict_house_prices` by a rule that draws nothing."""
    return lambda X_train, y_train, X_test, rng: rule(X_train, y_train, X_test)


def standard(X, like):
    """Standardized by the mean and the deviation of `like`."""
    return (X - like.mean(axis=0)) / like.std(axis=0)


def looked_up(_X_train, _y_train, X_test):
    """The prices in the file, of the nearest house."""
    houses = np.loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1)
    return houses[nearest(houses[:, :2], X_test), 2]


PRICES = [
    # (name, how it shows, mutant, finding, hint)
    ("mean price", "prices_mean", by(lambda X, y, T: np.full(len(T), y.mean())),
     "Every house gets the mean price.", "Let the price depend on area and age."),
    ("median price", "prices_median", by(lambda X, y, T: np.full(len(T), np.median(y))),
     "Every house gets the median price.", "Let the price depend on area and age."),
    ("age only", "prices_by_age", by(lambda X, y, T: fit(X[:, 1:], y, T[:, 1:])), "Your fit uses the age only.", "Use both columns."),
    ("columns swapped", "prices_of_swapped_columns", by(lambda X, y, T: fit(X, y, T[:, ::-1])),
     "Area and age change places in the test houses.", "Keep the order of the columns."),
    ("left standardized", "prices_standardized", by(lambda X, y, T: (fit(X, y, T) - y.mean()) / y.std()),
     "Your prices are on the scale of standardized ones.", "Multiply by the deviation of y_train and add its mean."),
    ("mean not added back", "prices_without_mean", by(lambda X, y, T: fit(X, y, T) - y.mean()),
     "Your prices lack the mean of y_train: it was subtracted before the fit, or there is no intercept.", "Add the mean of y_train, or fit an intercept."),
    ("in thousands", "prices_in_thousands", by(lambda X, y, T: fit(X, y, T) / 1000), "Your prices are in thousands of dollars.", "Return dollars."),
    ("left as logarithms", "prices_as_logarithms", by(lambda X, y, T: fit(X, np.log(y), T)),
     "Your prices are logarithms.", "Take np.exp in the end."),
    ("test houses unscaled", "prices_of_unscaled_test_houses", by(lambda X, y, T: fit(standard(X, X), y, T)),
     "The training houses are standardized and the test houses are not.", "Standardize X_test by the mean and the deviation of X_train."),
    ("looked up", "prices_looked_up", by(looked_up),
     "Your prices are those that the file has for these houses; the prices to predict are others, made by a line and the errors of real houses.",
     "Learn the prices from X_train and y_train."),
    ("nearest house", "prices_of_the_nearest", by(lambda X, y, T: y[nearest(X, T)]),
     "Each price is that of the single nearest house, with all its luck.", "Average over many houses, or fit a line."),
    ("nearest house, standardized", "prices_of_the_nearest_standardized", by(lambda X, y, T: y[nearest(standard(X, X), standard(T, X))]),
     "Each price is that of the single nearest house, with all its luck.", "Average over many houses, or fit a line."),
]

SPLIT = [
    # (name, how it shows, mutant, finding, hint)
    ("rounded down", "size_rounded_down", split(size=lambda fraction, n: int(fraction * n)),
     "The number of validation rows is rounded down.", "Use round(validation_fraction * n_samples)."),
    ("rounded up", "size_rounded_up", split(size=lambda fraction, n: int(np.ceil(fraction * n))),
     "The number of validation rows is rounded up.", "Use round(validation_fraction * n_samples)."),
    ("fraction for training", "size_of_the_training_set", split(size=lambda fraction, n: n - round(fraction * n)),
     "The fraction is taken for the training set; it is that of the validation set.", "Swap the two parts."),
    ("a coin for each row", "size_by_chance", split_by_a_coin,
     "The number of validation rows changes from split to split.", "Take exactly round(validation_fraction * n_samples) rows of a permutation."),
    ("last rows", "last_rows", split(order=lambda rng, n: np.arange(n), parts=lambda order, k: (order[: len(order) - k], order[len(order) - k :])),
     "The last rows are always held out; nothing is shuffled.", "Take the rows in the order of rng.permutation(len(X))."),
    ("first rows", "first_rows", split(order=lambda rng, n: np.arange(n)),
     "The first rows are always held out; nothing is shuffled.", "Take the rows in the order of rng.permutation(len(X))."),
    ("a block of rows", "block_of_rows", split_by_a_block,
     "A block of neighbouring rows is held out.", "Take the rows in the order of rng.permutation(len(X))."),
    ("all rows for training", "training_keeps_all", split(parts=lambda order, k: (np.arange(len(order)), order[:k])),
     "The rows that are held out stay in the training set.", "Leave them out of the training set."),
    ("parts drawn apart", "parts_overlap", split(parts=lambda order, k: (np.random.default_rng(order).permutation(len(order))[k:], order[:k])),
     "The training rows are drawn without a look at the validation rows: some rows are in both parts, some in none.",
     "Draw one permutation and cut it in two."),
    ("with replacement", "held_out_twice", split_with_replacement,
     "Some rows are in the validation set more than once.", "Draw without replacement: rng.permutation(len(X))."),
    ("shuffled apart", "shuffled_apart", split(apart=True),
     "X and y are shuffled apart: rows stand beside the targets of others.", "Shuffle row numbers, and index both arrays with them."),
    ("seed fixed inside", "split_always_the_same", split(order=lambda _, n: np.random.default_rng(0).permutation(n)),
     "Your split is the same whatever the state of rng, as if a seed were fixed inside the function.", "Draw from the rng that you are given."),
    ("not from rng", "not_from_rng", split(order=lambda _, n: np.random.default_rng().permutation(n)),
     "The same state of rng gives another split each time: something is drawn from np.random or a generator of your own.",
     "Draw from the rng that you are given."),
]

MISTAKES = [
    *[
        Mistake(name=name, function=function, shows=shows, chance=1e-12, finding=finding, hint=hint, mutant=mutant)
        for function, table in (("train_validation_split", SPLIT), ("train_with_early_stopping", TRAINING), ("predict_house_prices", PRICES))
        for name, shows, mutant, finding, hint in table
    ],
    Mistake(
        name="sample deviation", function="standardize",
        instead=scaled(mean, lambda X: np.where(np.ptp(X, axis=0) == 0, 1.0, X.std(axis=0, ddof=1))),
        finding="Your deviation is divided by n − 1; the population standard deviation is divided by n.", hint="Leave ddof out.",
    ),
    Mistake(
        name="each set by itself", function="standardize", instead=scaled(mean, deviation, other=lambda _, X_other: X_other),
        finding="X_other is scaled by its own mean and deviation; both come from the training rows.", hint="Use the numbers of X_train for both sets.",
    ),
    Mistake(
        name="both sets together", function="standardize", instead=with_both,
        finding="Mean and deviation are those of both sets together: what should be unseen leaks in.", hint="Compute them from X_train alone.",
    ),
    Mistake(
        name="statistics of the other set", function="standardize",
        instead=lambda X_train, X_other: ((X_train - mean(X_other)) / deviation(X_other), (X_other - mean(X_other)) / deviation(X_other)),
        finding="Mean and deviation come from X_other; they come from the training rows.", hint="Compute them from X_train.",
    ),
    Mistake(
        name="other set left as it is", function="standardize", instead=lambda X_train, X_other: ((X_train - mean(X_train)) / deviation(X_train), X_other),
        finding="X_other comes back as it was.", hint="Shift and scale it by the mean and the deviation of X_train.",
    ),
    Mistake(
        name="sets swapped", function="standardize", answer=lambda right, **_: right[::-1],
        finding="The two sets come back in the wrong order.", hint="Return the training set first.",
    ),
    Mistake(
        name="only shifted", function="standardize", instead=scaled(mean, lambda X: 1.0),
        finding="The columns are shifted to mean 0 and not scaled.", hint="Divide by the standard deviation.",
    ),
    Mistake(
        name="only scaled", function="standardize", instead=scaled(lambda X: 0.0, deviation),
        finding="The columns are scaled and not shifted.", hint="Subtract the mean first.",
    ),
    Mistake(
        name="divided by the variance", function="standardize", instead=scaled(mean, lambda X: deviation(X) ** 2),
        finding="You divide by the variance; the standard deviation is its root.", hint="Use X.std(axis=0).",
    ),
    Mistake(
        name="root of the deviation", function="standardize", instead=scaled(mean, lambda X: np.sqrt(deviation(X))),
        finding="You divide by the root of the standard deviation.", hint="Use X.std(axis=0) as it is.",
    ),
    Mistake(
        name="multiplied", function="standardize", instead=scaled(mean, lambda X: 1 / deviation(X)),
        finding="You multiply by the standard deviation; it divides.", hint="Divide by it.",
    ),
    Mistake(
        name="all columns together", function="standardize", instead=scaled(np.mean, np.std),
        finding="One mean and one deviation are taken over all columns; each column has its own.", hint="Use axis=0.",
    ),
    Mistake(
        name="one deviation for all columns", function="standardize", instead=scaled(mean, np.std),
        finding="The deviation is taken over all columns together; each column has its own.", hint="Use axis=0.",
    ),
    Mistake(
        name="rows for columns", function="standardize", instead=rows_scaled,
        finding="Each row is scaled by its own mean and deviation; it is done column by column.", hint="Use axis=0.",
    ),
    Mistake(
        name="to the range 0 to 1", function="standardize", instead=scaled(lambda X: X.min(axis=0), lambda X: np.where(np.ptp(X, axis=0) == 0, 1.0, np.ptp(X, axis=0))),
        finding="The columns are scaled to the range from 0 to 1; wanted are mean 0 and standard deviation 1.", hint="Use mean and std.",
    ),
    Mistake(
        name="divided by the range", function="standardize", instead=scaled(mean, lambda X: np.where(np.ptp(X, axis=0) == 0, 1.0, np.ptp(X, axis=0))),
        finding="You divide by maximum minus minimum; the standard deviation is wanted.", hint="Use X.std(axis=0).",
    ),
    Mistake(
        name="median for mean", function="standardize", instead=scaled(lambda X: np.median(X, axis=0), deviation),
        finding="The median is subtracted; the mean is wanted.", hint="Use X.mean(axis=0).",
    ),
    Mistake(
        name="mean absolute deviation", function="standardize",
        instead=scaled(mean, lambda X: np.where(np.ptp(X, axis=0) == 0, 1.0, np.abs(X - mean(X)).mean(axis=0))),
        finding="You divide by the mean absolute deviation; the standard deviation is wanted.", hint="Use X.std(axis=0).",
    ),
    Mistake(
        name="norm of the column", function="standardize",
        instead=scaled(mean, lambda X: np.where(np.ptp(X, axis=0) == 0, 1.0, np.linalg.norm(X - mean(X), axis=0))),
        finding="You divide by the column's norm, which is √n times the standard deviation.", hint="Use X.std(axis=0).",
    ),
    *[
        Mistake(
            name=f"{small:g} added to the deviation", function="standardize", instead=scaled(mean, lambda X, small=small: X.std(axis=0) + small), within=small / 1e4,
            finding=f"{small:g} is added to the standard deviation: no NaN, but no column is exact any more.",
            hint="Divide by 1 where the deviation is 0, and by the deviation itself elsewhere.",
        )
        for small in (1e-8, 1e-7, 1e-6)
    ],
    Mistake(
        name="1e-8 added to the variance", function="standardize", instead=scaled(mean, lambda X: np.sqrt(X.var(axis=0) + 1e-8)), within=1e-12,
        finding="1e-8 is added to the variance: no NaN, but no column is exact any more.",
        hint="Divide by 1 where the deviation is 0, and by the deviation itself elsewhere.",
    ),
    Mistake(
        name="constant column left as it is", function="standardize", instead=constant_columns(lambda X: X),
        finding="A constant column comes back as it was; it becomes 0.", hint="Subtract the mean there too, and divide by 1.",
    ),
    Mistake(
        name="constant column of ones", function="standardize", instead=constant_columns(np.ones_like),
        finding="A constant column becomes 1; it becomes 0.", hint="Subtract the mean there too, and divide by 1.",
    ),
    Mistake(
        name="column of ones", function="polynomial_features", instead=powers(lambda degree: range(degree + 1)),
        finding="Your first column is x⁰, which is 1 everywhere; the columns begin with x, since the intercept belongs to the model.",
        hint="Let the exponents go from 1 to degree.",
    ),
    Mistake(
        name="column of ones last", function="polynomial_features", instead=powers(lambda degree: [*range(1, degree + 1), 0]),
        finding="A column of ones stands beside the powers; the intercept belongs to the model.", hint="Leave the ones out.",
    ),
    Mistake(
        name="exponents from 0", function="polynomial_features", instead=powers(range),
        finding="Your exponents go from 0 to degree − 1; they go from 1 to degree.", hint="Use range(1, degree + 1).",
    ),
    Mistake(
        name="highest power missing", function="polynomial_features", instead=powers(lambda degree: range(1, degree)),
        finding="The highest power is missing.", hint="Use range(1, degree + 1): the end is left out.",
    ),
    Mistake(
        name="one power too many", function="polynomial_features", instead=powers(lambda degree: range(1, degree + 2)),
        finding="There is one power too many.", hint="Use range(1, degree + 1): the end is left out.",
    ),
    Mistake(
        name="powers from the highest", function="polynomial_features", instead=powers(lambda degree: range(degree, 0, -1)),
        finding="Your columns come highest power first; they begin with x.", hint="Reverse the exponents.",
    ),
    Mistake(
        name="exponents from 2", function="polynomial_features", instead=powers(lambda degree: range(2, degree + 2)),
        finding="Your exponents go from 2 to degree + 1; they go from 1 to degree.", hint="Use range(1, degree + 1).",
    ),
    Mistake(
        name="multiples", function="polynomial_features", instead=lambda x, degree: x[:, np.newaxis] * np.arange(1, degree + 1),
        finding="Your columns are x, 2x, 3x, …; wanted are the powers of x.", hint="Use ** in the place of *.",
    ),
    Mistake(
        name="highest power only", function="polynomial_features", instead=lambda x, degree: np.repeat(x[:, np.newaxis] ** degree, degree, axis=1),
        finding="Every column is x to the highest power; column k is x to the power k.", hint="Let the exponent follow the column.",
    ),
    Mistake(
        name="x in every column", function="polynomial_features", instead=lambda x, degree: np.repeat(x[:, np.newaxis], degree, axis=1),
        finding="Every column is x; column k is x to the power k.", hint="Raise x to the column's power.",
    ),
    Mistake(
        name="only the highest", function="polynomial_features", instead=lambda x, degree: x[:, np.newaxis] ** degree,
        finding="There is one column, x to the power degree; wanted are all powers from 1 on.", hint="Make one column for each exponent.",
    ),
    Mistake(
        name="rows for columns", function="polynomial_features", instead=lambda x, degree: (x[:, np.newaxis] ** np.arange(1, degree + 1)).T,
        finding="Each power is a row; it is a column, with one row a sample.", hint="Transpose.",
    ),
    Mistake(
        name="absolute values", function="polynomial_features", instead=powers(lambda degree: range(1, degree + 1), of=np.abs),
        finding="Your powers are those of |x|: odd powers of a negative number are negative.", hint="Leave np.abs out.",
    ),
    Mistake(
        name="decimals cut", function="polynomial_features", answer=lambda right, **_: np.trunc(right),
        finding="Your powers are whole numbers: an array of ints cuts the decimals off.", hint="Make the array with np.zeros or np.empty, which hold floats.",
    ),
    Mistake(
        name="exponents doubled", function="polynomial_features", instead=powers(lambda degree: range(2, 2 * degree + 1, 2)),
        finding="Your columns are x², x⁴, …: each power is squared once more.", hint="Multiply by x from column to column.",
    ),
    Mistake(
        name="squares of squares", function="polynomial_features", instead=powers(lambda degree: [2**k for k in range(degree)]),
        finding="Each column is the square of the one before; it is the one before times x.", hint="Multiply by x from column to column.",
    ),
    Mistake(
        name="sums of powers", function="polynomial_features", answer=lambda right, **_: np.cumsum(right, axis=1),
        finding="Each column is the sum of the powers so far; column k is x to the power k alone.", hint="Leave the sum out.",
    ),
]
