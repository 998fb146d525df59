"""What a right answer to generalisation does: one claim a check, each on draws of its own.

The contract of the functions stands in the notebook. `mlp_loss_of_a_sample` is the loss that SymPy differentiates.
Training from a random start is judged by what the contract fixes: learning rate 0, all else the same, shows the start;
from there a batch of all rows makes every epoch one known step, and three rows leave six orders to compare with.
"""

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np

from grader.chance import binomial_bounds
from grader.claims import (
    ACCURACY,
    Curves,
    Disagreement,
    Level,
    Points,
    Series,
    Tolerance,
    agrees,
    claim,
    function,
    keeps_inputs,
    layouts,
    require,
    unchanged,
)

train_validation_split = function(
    "X, y, validation_fraction, rng",
    returns="X_train (n_train, n_features), y_train (n_train,), X_val (n_val, n_features), y_val (n_val,)",
)
standardize = function("X_train, X_other", returns="Z_train (n_train, n_features), Z_other (n_other, n_features)")
polynomial_features = function("x, degree", returns="features (n_samples, degree)")
train_with_early_stopping = function(
    "X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng",
    returns="params layers W b, history lists train validation",
)
predict_house_prices = function("X_train, y_train, X_test, rng", returns="prices (n_test,)", seconds=30.0)

RARE = 1e-12
"""The chance of each single bound; a check states how many it uses."""
STANDARD = Tolerance(1e-6, because="so that std + 1e-8, which most people write, costs only the edge")


def relu(m, z):
    """max(0, z)."""
    return m.maximum(z, 0)


def sigmoid(m, z):
    """1 / (1 + exp(-z))."""
    return 1 / (1 + m.exp(-z))


def tanh(m, z):
    """The hyperbolic tangent."""
    return m.tanh(z)


ACTIVATIONS = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}


def mlp_loss_of_a_sample(m, x, y, params, f):
    """Half the squared error of one sample, over all outputs; hidden layers apply f, the last layer is linear."""
    a = x
    for W, b in params[:-1]:
        a = f(m.dot(a, W) + b)
    W, b = params[-1]
    return m.sum((m.dot(a, W) + b - y) ** 2) / 2


def column(y):
    """(n,) as (n, 1): the loss wants one row a sample."""
    return y[:, np.newaxis]


def numbered(n_samples, n_features):
    """(X, y) in which every row tells its number: y is 100.1, 101.1, …, and X repeats it, another way in each column."""
    i = np.arange(n_samples)
    return np.stack([i * (-1.0) ** k + 0.3 * k for k in range(n_features)], axis=1), 100.1 + i


def row_numbers(y):
    """The numbers of the rows that targets belong to; None where one is no target at all."""
    numbers = [round(v - 100.1) for v in y]
    return numbers if same_values(100.1 + np.array(numbers, dtype=np.float64), y) else None


def same_values(got, right):
    """Whether arrays hold the same numbers, up to rounding."""
    return got.shape == right.shape and bool(np.all(np.abs(got - right) <= 1e-9 * np.max(np.abs(right), initial=0.0)))


def rounded_share(fraction, n_samples):
    """How many rows are held out."""
    return round(fraction * n_samples)


SPLITS = ((11, 2, 0.25), (13, 3, 0.4), (9, 1, 0.3), (5, 2, 0.84), (2, 2, 0.4), (40, 1, 0.03), *[(31, 2, 0.3)] * 4)
"""(n_samples, n_features, fraction), away from halves: some round up and some down; the last one again and again."""


@claim(train_validation_split, points=0.75, draws=1)
def validation_set_has_the_rounded_size(student, truth, draw):
    """`train_validation_split` holds out round(validation_fraction * n_samples) rows; the others are for training."""
    splits = student.many("train_validation_split", [(*numbered(n, n_features), fraction, draw.rng()) for n, n_features, fraction in SPLITS])
    for (n, n_features, fraction), (X_train, y_train, X_val, y_val) in zip(SPLITS, splits, strict=True):
        n_val = rounded_share(fraction, n)
        for part, shape, name in (
            (X_val, (n_val, n_features), "X_val"), (y_val, (n_val,), "y_val"),
            (X_train, (n - n_val, n_features), "X_train"), (y_train, (n - n_val,), "y_train"),
        ):
            require(part.shape == shape, f"{name} has another shape than it should have",
                    f"of {n} rows, fraction {fraction}: expected {shape}, got {part.shape}")


@claim(train_validation_split, points=0.75, draws=1)
def every_row_is_in_one_of_the_parts(student, truth, draw):
    """`train_validation_split` puts every row into exactly one of the two parts."""
    for n_samples, n_features in ((20, 3), (13, 1)):
        X, y = numbered(n_samples, n_features)
        X_train, y_train, X_val, y_val = student.train_validation_split(X, y, 0.3, draw.rng())
        for whole, parts, name in ((y, (y_train, y_val), "y"), (X, (X_train, X_val), "X")):
            require(all(part.shape[1:] == whole.shape[1:] for part in parts), f"the parts of {name} have another number of columns than {name}")
            require(same_values(np.sort(np.concatenate(parts), axis=0), np.sort(whole, axis=0)),
                    f"the two parts of {name} together are not {name}: rows are missing, or twice there")


@claim(train_validation_split, points=0.75, draws=1)
def rows_keep_their_targets(student, truth, draw):
    """`train_validation_split` keeps each row of X with its own y, in both parts."""
    for n_samples, n_features in ((30, 2), (14, 1)):
        X, y = numbered(n_samples, n_features)
        X_train, y_train, X_val, y_val = student.train_validation_split(X, y, 0.3, draw.rng())
        for rows, targets, name in ((X_train, y_train, "training"), (X_val, y_val, "validation")):
            require(len(targets) > 0, f"the {name} set is empty")
            require(len(rows) == len(targets), f"X and y of the {name} set have not as many rows as each other")
            numbers = row_numbers(targets)
            require(numbers is not None and set(numbers) <= set(range(n_samples)), f"y of the {name} set holds other numbers than y")
            require(same_values(rows, X[numbers]), f"in the {name} set a row of X stands beside the y of another")


@claim(train_validation_split, points=1, draws=1, chance=6 * RARE, example=False)
def every_subset_is_equally_likely(student, truth, draw):
    """`train_validation_split` makes every subset of the right size equally likely as validation set."""
    X, y = numbered(4, 2)
    rng = draw.rng()
    splits = student.many("train_validation_split", [(X, y, 0.5, rng)] * 160)
    drawn = [tuple(sorted(row_numbers(y_val) or ())) for *_, y_val in splits]
    low, high = binomial_bounds(160, 1 / 6, RARE)
    for pair in ((i, j) for j in range(4) for i in range(j)):
        count = drawn.count(pair)
        require(low <= count <= high, "some subsets are far more likely than others as validation set",
                f"of 160 splits of four rows into two and two, {count} held out rows {pair[0]} and {pair[1]}; between {low} and {high} is chance")


@claim(train_validation_split, points=0.5, draws=1, chance=RARE, example=False)
def split_comes_from_rng(student, truth, draw):
    """`train_validation_split` takes all its randomness from rng: same state, same split; used again, another split."""
    X, y = numbered(60, 2)
    lives_on_rng(student, draw, "train_validation_split", (X, y, 0.3), "the same split")


@claim(train_validation_split, points=0.25, draws=1)
def split_leaves_its_inputs(student, truth, draw):
    """`train_validation_split` leaves X and y as they were, and takes views of other arrays."""
    X, y = numbered(12, 3)
    for view in (X, *layouts(X)):
        rng = draw.rng()
        parts, after = student.with_inputs("train_validation_split", view, layouts(y)[1], 0.3, rng)
        require(len(parts[0]) + len(parts[2]) == len(X), "the two parts of X together have not as many rows as X")
        for name, before, now in (("X", X, after[0]), ("y", y, after[1])):
            require(unchanged(before, now), f"the answer is right, but `{name}` is changed on the way: work on a copy")


def lives_on_rng(student, draw, name, before, same):
    """The same state of rng gives the same answer, and the same rng used again another one."""
    rng = draw.rng()
    twin = draw.twin(rng)
    first, second, again, next_again = student.many(name, [(*before, g) for g in (rng, rng, twin, twin)])
    require(not unchanged(first, second), f"the same `rng` used twice in a row gives {same} twice")
    require(unchanged(first, again) and unchanged(second, next_again),
            "two generators in the same state give different answers: some of the randomness does not come from `rng`")


def samples(draw, n_train, n_other, n_features, *, constant=None):
    """(X_train, X_other) with columns of unlike size and place; the column `constant` holds one number."""
    n_train, n_other = max(2, draw.size(n_train)), draw.size(n_other)

    def make(rng):
        while True:
            if draw.small:
                X = rng.integers(-3, 6, (n_train + n_other, n_features)).astype(np.float64)
            else:
                X = rng.uniform(-1, 1, (n_train + n_other, n_features)) * (1 + 3 * np.arange(n_features)) + (-1.0) ** np.arange(n_features) * 2
            X[n_train:] += 1
            if constant is not None:
                X[:, constant] = rng.integers(2, 8) / 2  # its sums are exact, so that its mean is the number itself
            spread = np.delete(X[:n_train].std(axis=0), [] if constant is None else constant)
            if np.all(spread > 0.3) and (draw.small or np.all(np.abs(spread - 1) > 0.05)):
                return X[:n_train], X[n_train:]

    X_train, X_other = draw.made(make)
    return X_train, X_other


@claim(standardize, points=1.5)
def columns_by_the_training_mean_and_deviation(student, truth, draw):
    """`standardize` shifts and scales both sets by the mean and the population standard deviation of the training rows."""
    for n_train, n_other, n_features in ((7, 4, 3), (5, 6, 2)):
        X_train, X_other = samples(draw, n_train, n_other, n_features)
        agrees(student.standardize(X_train, X_other), truth.standardize(X_train, X_other), within=STANDARD)


@claim(standardize, points=0.75)
def constant_column_becomes_zero(student, truth, draw):
    """`standardize` makes a column that is constant in the training rows 0 in both sets, and the others exact."""
    for n_features, constant in ((3, 1), (2, 0), (1, 0)):
        X_train, X_other = samples(draw, 6, 4, n_features, constant=constant)
        if not draw.small:  # columns whose deviation is about 1e-4 are not constant
            X_train, X_other = X_train * 2.0**-14, X_other * 2.0**-14
        agrees(student.standardize(X_train, X_other), truth.standardize(X_train, X_other), within=ACCURACY)


@claim(standardize, points=0.25, draws=1)
def one_feature_and_one_other_row(student, truth, draw):
    """`standardize` takes one feature, and one row in X_other."""
    for n_train, n_other, n_features in ((6, 4, 1), (5, 1, 3)):
        X_train, X_other = samples(draw, n_train, n_other, n_features)
        agrees(student.standardize(X_train, X_other), truth.standardize(X_train, X_other), within=STANDARD)


@claim(standardize, points=0.5, draws=1)
def standardize_leaves_its_inputs(student, truth, draw):
    """`standardize` leaves X_train and X_other as they were, and takes views of other arrays."""
    X_train, X_other = samples(draw, 7, 4, 3)
    keeps_inputs(student, "standardize", (X_train, X_other), truth.standardize(X_train, X_other), within=STANDARD)
    for view, other in list(zip(layouts(X_train), layouts(X_other), strict=True))[1:4]:
        agrees(student.standardize(view, other), truth.standardize(X_train, X_other), within=STANDARD)


@claim(polynomial_features, points=1.25)
def columns_are_the_powers(student, truth, draw):
    """`polynomial_features` has the columns x, x², …, x^degree in this order, for x of either sign."""
    for n_samples, degree in ((5, 3), (3, 6)):
        x = draw.array(n_samples)
        agrees(student.polynomial_features(x, degree), truth.polynomial_features(x, degree))


@claim(polynomial_features, points=0.25, draws=1)
def degree_one_is_x_itself(student, truth, draw):
    """`polynomial_features` of degree 1 is x as a column."""
    x = draw.array(4)
    agrees(student.polynomial_features(x, 1), truth.polynomial_features(x, 1))


@claim(polynomial_features, points=0.25, draws=1)
def powers_of_one_sample(student, truth, draw):
    """`polynomial_features` takes a single sample."""
    for degree in (3, 1):
        x = draw.array(1)
        agrees(student.polynomial_features(x, degree), truth.polynomial_features(x, degree))


@claim(polynomial_features, points=0.25, draws=1)
def polynomial_features_leave_x(student, truth, draw):
    """`polynomial_features` leaves x as it was, and takes views of other arrays."""
    x = draw.array(5)
    keeps_inputs(student, "polynomial_features", (x, 4), truth.polynomial_features(x, 4))
    for view in layouts(x):
        agrees(student.polynomial_features(view, 4), truth.polynomial_features(x, 4))


def data(draw, n_train, n_val, n_features):
    """(X_train, y_train, X_val, y_val), general."""
    return (draw.array(n_train, n_features), draw.array(n_train), draw.array(n_val, n_features), draw.array(n_val))


CORNERS = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
"""With these four rows the loss of a linear network is half the squared distance of (w, b) from its minimum, and a step
on all of them multiplies the way to the minimum by 1 - learning_rate: where the best epoch lies is in the author's hand."""


def line(draw, turn):
    """(X_train, y_train, X_val, y_val): the validation loss is least at `turn` times the (w, b) that training seeks.

    That lies ten times as far from 0 as a usual start, so that the start hardly matters.
    """
    w, b = draw.made(lambda rng: (rng.choice([-1.0, 1.0], 2) * rng.uniform(8, 12, 2), float(rng.choice([-1.0, 1.0]) * rng.uniform(8, 12))))
    y = CORNERS @ w + b
    return CORNERS, y, CORNERS, turn * y


BEST_IN_THE_MIDDLE = {"turn": 0.7, "rate": 0.3}
"""Training passes the least validation loss at about the third epoch: 0.7^3 = 0.34 of the way is left."""
BEST_AT_THE_FOURTH = {"turn": -1.07, "rate": 2.2}
"""Training leaps to and fro, farther each time; the validation loss goes up and down and is least at the fourth epoch:
1.2^4 = 2.07. So the training loss is least at the first, and no two rises follow each other."""
BEST_AT_THE_FIRST = {"turn": -1.0, "rate": 0.3}
"""The validation loss rises from the start on."""
BEST_AT_THE_LAST = {"turn": 1.0, "rate": 1e-10}
"""Both losses fall by some 1e-8 an epoch: little, and a fall all the same."""


def setting(given, layer_sizes, activation="tanh", *, rate, batch, epochs, patience):
    """The arguments of the training, without rng."""
    return (*given, list(layer_sizes), activation, rate, batch, epochs, patience)


def trained(student, draw, args, rng=None):
    """(start, params, history): the start is what learning rate 0, with all else the same, leaves."""
    rng = rng or draw.rng()
    still = (*args[:6], 0.0, *args[7:])
    start, _ = student.train_with_early_stopping(*still, draw.twin(rng))
    layers_of(start, args[4])
    params, history = student.train_with_early_stopping(*args, draw.twin(rng))
    layers_of(params, args[4])
    return start, params, history


def layers_of(params, layer_sizes):
    """One pair a layer, W (fan_in, fan_out) and b (fan_out,)."""
    require(len(params) == len(layer_sizes) - 1, "params has not one pair a layer", f"expected {len(layer_sizes) - 1} pairs, got {len(params)}")
    for (W, b), fans in zip(params, pairwise(layer_sizes), strict=True):
        require(W.shape == fans and b.shape == fans[1:], "a layer of params has another shape than layer_sizes says")


def slope_by(truth, name):
    """SymPy's gradient of the loss, for one activation."""
    return truth.gradient(mlp_loss_of_a_sample, by="params", f=ACTIVATIONS[name])


def stepped(slope, params, X, y, rate):
    """One step along the gradient of the loss over the rows of X."""
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, slope(X, column(y), params), strict=True)]


def losses(truth, params, args):
    """The loss over all rows of the training set, and of the validation set."""
    loss = truth.loss(mlp_loss_of_a_sample, f=ACTIVATIONS[args[5]])
    return loss(args[0], column(args[1]), params), loss(args[2], column(args[3]), params)


def descended(slope, start, args):
    """The params after each epoch of full batches."""
    path = [start]
    for _ in range(args[8]):
        path.append(stepped(slope, path[-1], args[0], args[1], args[6]))
    return path[1:]


def best_of(truth, path, args):
    """The params of the best epoch: several where two losses are equal up to rounding."""
    validation = [losses(truth, params, args)[1] for params in path]
    finite = [loss if np.isfinite(loss) else np.inf for loss in validation]
    return [params for params, loss in zip(path, finite, strict=True) if loss <= min(finite) * (1 + 1e-9)]


def near(got, right):
    """Whether an answer is the right one."""
    try:
        agrees(got, right)
    except Disagreement:
        return False
    return True


@claim(train_with_early_stopping, points=0.75, draws=1, chance=RARE, example=False)
def training_starts_from_random_weights_and_zero_biases(student, truth, draw):
    """`train_with_early_stopping` starts from random weights that differ from unit to unit, and from biases zero."""
    given = data(draw, 5, 4, 2)
    args = setting(given, [2, 4, 3, 1], rate=0.0, batch=2, epochs=2, patience=2)
    first, second = (student.train_with_early_stopping(*args, draw.rng())[0] for _ in range(2))
    for params in (first, second):
        layers_of(params, args[4])
        require(not any(np.any(b) for _, b in params), "with learning rate 0 some biases are not zero: the start is not as it should be")
        for W, _ in params[:-1]:
            require(len(np.unique(W, axis=1).T) == W.shape[1], "units of a hidden layer start with the same weights: they stay copies")
    require(not any(np.array_equal(W, V) for (W, _), (V, _) in zip(first, second, strict=True)),
            "the weights of a layer start the same whatever the state of `rng`: they are not random")


@claim(train_with_early_stopping, points=1.25, example=False)
def one_epoch_of_all_rows_is_one_step(student, truth, draw):
    """`train_with_early_stopping` with a batch of all rows takes one step an epoch, along the gradient of the mean loss."""
    X, y, *_ = data(draw, 5, 1, 2)
    for name in ACTIVATIONS:
        args = setting((X, y, X, y), [2, 3, 1], name, rate=draw.number(0.1, 0.3), batch=5, epochs=1, patience=1)
        start, params, _ = trained(student, draw, args)
        agrees(params, stepped(slope_by(truth, name), start, args[0], args[1], args[6]))


@claim(train_with_early_stopping, points=0.5, draws=1, example=False)
def every_epoch_goes_on_from_the_one_before(student, truth, draw):
    """`train_with_early_stopping` goes on from epoch to epoch, each with the gradient at the params of the one before."""
    X, y, *_ = data(draw, 5, 1, 2)
    for name, epochs in (("relu", 2), ("tanh", 3)):
        args = setting((X, y, X, y), [2, 3, 1], name, rate=draw.number(0.05, 0.15), batch=5, epochs=epochs, patience=epochs)
        start, params, _ = trained(student, draw, args)
        right = best_of(truth, descended(slope_by(truth, args[5]), start, args), args)
        if not any(near(params, one) for one in right):
            agrees(params, right[0])


@claim(train_with_early_stopping, points=1.25, example=False)
def history_holds_the_loss_over_all_rows(student, truth, draw):
    """`train_with_early_stopping` notes, after each epoch, the squared loss over all rows of both sets."""
    given = data(draw, 5, 4, 2)
    for name in ACTIVATIONS:
        args = setting(given, [2, 3, 1], name, rate=0.0, batch=2, epochs=3, patience=3)
        params, history = student.train_with_early_stopping(*args, draw.rng())
        layers_of(params, args[4])
        entries_are(history, losses(truth, params, args), "with learning rate 0")
    X, y, *_ = line(draw, 1.0)
    args = setting((X[:3], y[:3], X, y), [2, 1], rate=draw.number(0.1, 0.2), batch=2, epochs=3, patience=3)
    params, history = student.train_with_early_stopping(*args, draw.rng())
    layers_of(params, args[4])
    # All four rows lie on the line, so that each step comes nearer to it: the last epoch is the best.
    entries_are({key: values[-1:] for key, values in history.items()}, losses(truth, params, args), "at the end")


def entries_are(history, right, when):
    """Every entry of both lists is the loss over all rows."""
    for key, value, rows in (("train", right[0], "training"), ("validation", right[1], "validation")):
        require(history[key].size > 0, f'history["{key}"] is empty')
        require(np.all(np.abs(history[key] - value) <= 1e-9 * value),
                f'{when}, history["{key}"] is not the squared loss over all {rows} rows at the params that are returned',
                f"expected {value:.6g}, got {history[key][-1]:.6g}")


def history_of_a_training(student, truth, draw):
    """A network that soon knows sixteen rows by heart, and thirty rows that it has not seen."""
    X = draw.made(lambda rng: rng.normal(size=(46, 8)))
    y = draw.made(lambda rng: X[:, 0] + rng.normal(0, 0.5, 46))
    args = setting((X[:16], y[:16], X[16:], y[16:]), [8, 20, 1], "tanh", rate=0.05, batch=4, epochs=50, patience=15)
    _, history = student.train_with_early_stopping(*args, draw.rng())
    lines = [Series(f"{name} loss", np.arange(1, len(history[name]) + 1), history[name]) for name in ("train", "validation")]
    lowest = float(np.min(history["validation"]))
    return Curves("The history of one of your trainings, patience 15", "epoch", "squared loss", tuple(lines),
                  (Level("lowest validation loss", lowest),))


@claim(train_with_early_stopping, points=1.25, draws=1, example=False, picture=history_of_a_training)
def training_stops_when_patience_is_used_up(student, truth, draw):
    """`train_with_early_stopping` ends `patience` epochs after the best one, the earliest of equals, or with max_epochs."""
    falling = [setting(line(draw, how["turn"]), [2, 1], rate=how["rate"], batch=4, epochs=9, patience=patience)
               for how, patience in ((BEST_IN_THE_MIDDLE, 2), (BEST_AT_THE_FOURTH, 3), (BEST_AT_THE_FIRST, 1), (BEST_AT_THE_FOURTH, 2), (BEST_AT_THE_LAST, 1))]
    given = data(draw, 5, 4, 2)
    still = [setting(given, [2, 3, 1], rate=0.0, batch=3, epochs=epochs, patience=patience) for patience, epochs in ((2, 6), (1, 3), (7, 4), (3, 1))]
    answers = student.many("train_with_early_stopping", [(*args, draw.rng()) for args in falling + still])
    for args, (_, history) in zip(falling + still, answers, strict=True):
        ends_by_its_own_history(history, args)
    for args, (_, history) in zip(still, answers[len(falling) :], strict=True):
        epochs, patience = args[8:10]
        require(len(history["validation"]) == min(1 + patience, epochs),
                "with learning rate 0 every epoch equals the first, which stays the best: training ends after 1 + patience epochs, or with max_epochs",
                f"patience {patience}, max_epochs {epochs}: {len(history['validation'])} epochs")


def ends_by_its_own_history(history, args):
    """The losses that were noted say themselves when the training should have ended."""
    epochs, patience = args[8:10]
    validation = history["validation"]
    require(len(history["train"]) == len(validation), 'history["train"] and history["validation"] have not one entry each for every epoch')
    require(0 < len(validation) <= epochs, "history has not one entry an epoch: it is longer than max_epochs, or empty", f"{len(validation)} of {epochs}")
    end = end_of(validation, patience, epochs)
    require(len(validation) <= end, "the training goes on although `patience` epochs have passed since the best one",
            f"patience {patience}: it should end after epoch {end}, and history has {len(validation)} entries")
    require(len(validation) == end, "the training ends too early: fewer than `patience` epochs have passed since the best one",
            f"patience {patience}, max_epochs {epochs}: history has {len(validation)} entries")


def end_of(validation, patience, epochs):
    """The epoch after which these losses end the training; max_epochs where they do not."""
    best = 0
    for e, loss in enumerate(validation):
        if loss < validation[best]:
            best = e
        if e - best == patience:
            return e + 1
    return epochs


@claim(train_with_early_stopping, points=1, draws=1, example=False)
def params_are_those_of_the_best_epoch(student, truth, draw):
    """`train_with_early_stopping` returns the params as they were at the end of the best epoch, not of the last one."""
    for how, patience in ((BEST_IN_THE_MIDDLE, 2), (BEST_AT_THE_FOURTH, 3), (BEST_AT_THE_FIRST, 2)):
        args = setting(line(draw, how["turn"]), [2, 1], rate=how["rate"], batch=4, epochs=8, patience=patience)
        start, params, history = trained(student, draw, args)
        path = descended(slope_by(truth, args[5]), start, args)
        noted, validation = history["validation"], losses(truth, params, args)[1]
        require(noted.size > 0, "history has not one entry an epoch: it is empty")
        # Either will do, so that a wrong step or a wrong loss, which other claims are about, costs nothing here: the best
        # epoch by what is right, by the losses that were noted, or a loss as low as the lowest that was noted.
        right = [*best_of(truth, path, args), path[min(int(np.argmin(noted)), len(path) - 1)]]
        require(any(near(params, one) for one in right) or abs(validation - np.min(noted)) <= 1e-9 * validation,
                "the params that are returned are not those of the epoch with the lowest validation loss",
                f"their validation loss is {validation:.6g}; the lowest in history is {np.min(noted):.6g}")


@claim(train_with_early_stopping, points=0.75, example=False)
def every_epoch_takes_each_row_once(student, truth, draw):
    """`train_with_early_stopping` takes each row once an epoch; a short last batch is averaged over its own rows."""
    given, slope = on_a_line(draw, 0.5, 1.5, -0.8), slope_by(truth, "tanh")
    for batch, epochs in ((1, 1), (2, 2)):
        args = setting(given, [1, 1], rate=draw.number(0.1, 0.2), batch=batch, epochs=epochs, patience=epochs)
        start, params, _ = trained(student, draw, args)
        reached = [start]
        for _ in range(epochs):  # each step comes nearer to the line: the last epoch is the best
            reached = [end for one in reached for end in epochs_of(slope, one, args, orders(3, batch))]
        require(any(near(params, one) for one in reached),
                "no order of the rows, each of them once an epoch, leads to the params that are returned", f"3 rows, batch_size {batch}")


def on_a_line(draw, *x):
    """(X_train, y_train, X_val, y_val) of one feature, all on one line: each step comes nearer to it.

    So the loss of the two validation rows, half the squared distance of (w, b) from the line's, falls with every step.
    """
    w, b = draw.number(1.0, 2.0), draw.number(0.5, 1.5)
    X_train, X_val = (np.array(values)[:, np.newaxis] for values in (x, (1.0, -1.0)))
    return X_train, w * X_train[:, 0] + b, X_val, w * X_val[:, 0] + b


def orders(n, batch):
    """The ways to cut n rows into batches, as tuples of tuples; the order within a batch does not matter."""
    return sorted({tuple(tuple(sorted(order[i : i + batch])) for i in range(0, n, batch)) for order in permutations(range(n))})


def epochs_of(slope, start, args, orders):
    """The params after one epoch in each of these orders; orders that begin alike share their first steps."""
    X, y, rate = args[0], args[1], args[6]
    known = {(): start}
    for order in orders:
        for i in range(len(order)):
            if order[: i + 1] not in known:
                rows = list(order[i])
                known[order[: i + 1]] = stepped(slope, known[order[:i]], X[rows], y[rows], rate)
    return [known[order] for order in orders]


EPOCHS = 41
"""So many epochs of two rows have all the same order with the chance 2^-40."""


@claim(train_with_early_stopping, points=0.5, draws=1, chance=2.0**-40, example=False)
def every_epoch_has_a_new_random_order(student, truth, draw):
    """`train_with_early_stopping` takes the rows in a new random order in every epoch."""
    slope = slope_by(truth, "tanh")
    args = setting(on_a_line(draw, 0.5, 1.5), [1, 1], rate=0.1, batch=1, epochs=EPOCHS, patience=EPOCHS)
    start, params, _ = trained(student, draw, args)
    require(losses(truth, params, args)[0] < losses(truth, start, args)[0], "the training does not bring the training loss down")
    for order in orders(2, 1):
        always = start
        for _ in range(EPOCHS):  # each step comes nearer to the line: the last epoch is the best
            [always] = epochs_of(slope, always, args, [order])
        require(not near(params, always), "every epoch goes through the rows in the same order")


@claim(train_with_early_stopping, points=0.25, draws=1, chance=RARE, example=False)
def training_comes_from_rng(student, truth, draw):
    """`train_with_early_stopping` takes all its randomness from rng: same state, same training; used again, another one."""
    args = setting(data(draw, 5, 4, 2), [2, 3, 1], rate=0.1, batch=2, epochs=2, patience=2)
    lives_on_rng(student, draw, "train_with_early_stopping", args, "the same training")


@claim(train_with_early_stopping, points=0.25, draws=1, example=False)
def training_without_hidden_layer_one_feature_one_row_or_a_large_batch(student, truth, draw):
    """`train_with_early_stopping` takes a network of one layer, one feature, one training row, and a batch larger than the data."""
    for n_train, sizes, batch in ((4, [3, 1], 7), (5, [1, 3, 1], 6), (1, [2, 3, 1], 2)):
        X, y, *_ = data(draw, n_train, 1, sizes[0])
        args = setting((X, y, X, y), sizes, rate=draw.number(0.1, 0.2), batch=batch, epochs=1, patience=1)
        start, params, _ = trained(student, draw, args)
        agrees(params, stepped(slope_by(truth, "tanh"), start, args[0], args[1], args[6]))


@claim(train_with_early_stopping, points=0.25, draws=1, example=False)
def early_stopping_leaves_its_inputs(student, truth, draw):
    """`train_with_early_stopping` leaves the data and layer_sizes as they were, and takes views of other arrays."""
    X, y, *_ = data(draw, 5, 1, 2)
    rng = draw.rng()
    args = setting((X, y, X.copy(), y.copy()), [2, 3, 1], rate=0.05, batch=2, epochs=3, patience=3)
    (params, history), after = student.with_inputs("train_with_early_stopping", *args, draw.twin(rng))
    layers_of(params, args[4])
    for name, before, now in zip(("X_train", "y_train", "X_val", "y_val", "layer_sizes"), args, after, strict=False):
        require(unchanged(before, now), f"`{name}` is changed on the way: work on a copy")
    for view in layouts(X)[1:4]:
        agrees(student.train_with_early_stopping(view, layouts(y)[1], layouts(X)[1], layouts(y)[2], *args[4:], draw.twin(rng)), (params, history))


def fits(params, layer_sizes):
    """Whether params are of these sizes."""
    return [W.shape for W, _ in params] == list(pairwise(layer_sizes)) and all(W.shape[1:] == b.shape for W, b in params)


HOUSES = Path(__file__).with_name("saratoga_houses.csv")


def houses(draw, n_train, n_test):
    """(X_train, y_train, X_test, y_test) with real houses, and for prices the fit to all of them plus the error of another.

    So the prices have the real errors, but nobody can look them up. None is below the lowest real one.
    """

    def make(rng):
        table = np.loadtxt(HOUSES, delimiter=",", skiprows=1)
        design = np.column_stack([table[:, :2], np.ones(len(table))])
        fitted = design @ np.linalg.lstsq(design, table[:, 2], rcond=None)[0]
        prices = np.round(np.maximum(fitted + rng.permutation(table[:, 2] - fitted), table[:, 2].min()))
        rows = rng.permutation(len(table))[: n_train + n_test]
        X, y = table[rows, :2], prices[rows]
        return X[:n_train], y[:n_train], X[n_train:], y[n_train:]

    X_train, y_train, X_test, y_test = draw.made(make)
    return X_train, y_train, X_test, y_test


def root_mean_square_error(prices, y):
    """In dollars."""
    return float(np.sqrt(np.mean((prices - y) ** 2)))


def prices_beside_the_true_ones(student, truth, draw):
    """Sixty unseen houses."""
    X_train, y_train, X_test, y_test = houses(draw, 400, 60)
    prices = student.predict_house_prices(X_train, y_train, X_test, draw.rng())
    ends = [float(np.min(y_test)), float(np.max(y_test))]
    return Points("Your prices of sixty unseen houses", "true price, thousands of dollars", "your price, thousands",
                  (Series("houses", y_test / 1000, prices / 1000),), (Series("exact", np.divide(ends, 1000), np.divide(ends, 1000)),))


@claim(predict_house_prices, points=2.5, draws=1, picture=prices_beside_the_true_ones, builds_on=("standardize", "polynomial_features", "train_validation_split", "train_with_early_stopping"),
       example=False)
def prices_of_unseen_houses(student, truth, draw):
    """`predict_house_prices` errs on unseen houses at most 1.10 times as much (root mean square) as the closed-form fit."""
    X_train, y_train, X_test, y_test = houses(draw, 1200, 500)
    prices = student.predict_house_prices(X_train, y_train, X_test, draw.rng())
    require(prices.shape == y_test.shape, "prices has not one entry a test house", f"expected {y_test.shape}, got {prices.shape}")
    error = root_mean_square_error(prices, y_test)
    baseline = root_mean_square_error(least_squares(X_train, y_train, X_test), y_test)
    require(error <= 1.10 * baseline, "the prices of unseen houses are off by more than 1.10 times the error of the closed-form fit",
            f"root mean square error {error:.0f} dollars, which is {error / baseline:.2f} times that of the closed-form fit")


@claim(predict_house_prices, points=0.5, draws=1, builds_on=("standardize", "polynomial_features", "train_validation_split", "train_with_early_stopping"),
       example=False)
def prices_come_from_the_houses_and_rng(student, truth, draw):
    """`predict_house_prices` leaves its inputs as they were, and gives the same prices for the same state of rng."""
    X_train, y_train, X_test, _ = houses(draw, 150, 20)
    rng = draw.rng()
    prices, after = student.with_inputs("predict_house_prices", X_train, y_train, X_test, rng)
    for name, before, now in zip(("X_train", "y_train", "X_test"), (X_train, y_train, X_test), after, strict=False):
        require(unchanged(before, now), f"`{name}` is changed on the way: work on a copy")
    require(prices.shape == (len(X_test),), "prices has not one entry a test house", f"expected {(len(X_test),)}, got {prices.shape}")
    require(np.ptp(prices) > 0, "every test house has the same price")
    again = student.predict_house_prices(X_train, y_train, X_test, draw.twin(rng))
    require(np.array_equal(prices, again), "two generators in the same state give different prices: some of the randomness does not come from `rng`")


def least_squares(X_train, y_train, X_test):
    """The prices of the closed-form fit, with intercept."""
    design = np.column_stack([X_train, np.ones(len(X_train))])
    theta = np.linalg.lstsq(design, y_train, rcond=None)[0]
    return X_test @ theta[:-1] + theta[-1]


# What came back, for the mistakes in random functions: each name below says of calls whether one mistake explains them.
# Steps with a mistake in them are written by hand here; they name a failure and never decide about one.


def same_numbers(got, right, within=1e-6):
    """Whether two answers are the same to about six digits."""
    try:
        agrees(got, right, Tolerance(within, because="how closely a mistake is followed"))
    except Disagreement:
        return False
    return True


def explained(cases, mistaken, right):
    """Whether every case is what the mistake gives, and at least one of them is not what is right."""
    cases = list(cases)
    return bool(cases) and all(mistaken(*case) for case in cases) and not all(right(*case) for case in cases)


def held_out(call):
    """The numbers of the rows in the validation set, or None where they are no rows of the data."""
    numbers = row_numbers(call.answer[3])
    return numbers if numbers is not None and set(numbers) <= set(range(len(call.args[1]))) else None


def validation_sets(calls):
    """(row numbers held out, number of rows, fraction) of each call."""
    return [(held_out(call), len(call.args[1]), call.args[2]) for call in calls]


def of_size(size):
    """Whether every validation set has so many rows, a function of fraction and n_samples, and some should not."""

    def shows(calls):
        if any(len(call.answer[1]) + len(call.answer[3]) != len(call.args[1]) for call in calls):
            return False
        return explained(((len(call.answer[3]), call.args[2], len(call.args[1])) for call in calls),
                         lambda got, fraction, n: got == size(fraction, n), lambda got, fraction, n: got == rounded_share(fraction, n))

    return shows


size_rounded_down = of_size(lambda fraction, n: int(fraction * n))
size_rounded_up = of_size(lambda fraction, n: int(np.ceil(fraction * n)))
size_of_the_training_set = of_size(lambda fraction, n: n - rounded_share(fraction, n))


def size_by_chance(calls):
    """The size of the validation set changes from split to split of the same data."""
    sizes = {}
    for call in calls:
        sizes.setdefault((len(call.args[1]), call.args[2]), set()).add(len(call.answer[3]))
    return any(len(found) > 1 for found in sizes.values())


def at_the_end(calls):
    """The last rows are held out, every time."""
    return len(calls) > 3 and all(rows is not None and 0 < len(rows) < n and sorted(rows) == list(range(n - len(rows), n))
                                  for rows, n, _ in validation_sets(calls))


def at_the_start(calls):
    """The first rows are held out, every time."""
    return len(calls) > 3 and all(rows is not None and 0 < len(rows) < n and sorted(rows) == list(range(len(rows)))
                                  for rows, n, _ in validation_sets(calls))


def of_many_rows(shows):
    """The predicate, where there are so many rows that an order drawn once does not look like that by chance."""
    return lambda calls: any(len(call.args[1]) >= 12 for call in calls) and shows(calls)


last_rows, first_rows = of_many_rows(at_the_end), of_many_rows(at_the_start)


def block_of_rows(calls):
    """A block of neighbours is held out, but not always the same one."""
    found = [sorted(rows) if rows and len(rows) > 1 else [0, 2] for rows, *_ in validation_sets(calls)]
    return len(calls) > 40 and len({rows[0] for rows in found}) > 1 and all(np.all(np.diff(rows) == 1) for rows in found)


def training_keeps_all(calls):
    """The training set has all rows, those held out too."""
    return all(same_values(np.sort(call.answer[1]), np.sort(call.args[1])) and call.answer[3].size for call in calls)


def held_out_twice(calls):
    """Some rows are twice or more in the validation set: they were drawn with replacement."""
    found = validation_sets(calls)
    return all(rows is not None and len(rows) == rounded_share(fraction, n) for rows, n, fraction in found) and any(
        len(set(rows)) < len(rows) for rows, *_ in found)


def parts_overlap(calls):
    """Both parts are of the right size, without repeats, and have rows in common."""
    common = 0
    for call in calls:
        held, n = held_out(call), len(call.args[1])
        kept = row_numbers(call.answer[1])
        if held is None or kept is None or len(held) + len(kept) != n or max(len(held) - len(set(held)), len(kept) - len(set(kept))):
            return False
        common += len(set(held) & set(kept))
    return common > 0


def shuffled_apart(calls):
    """All rows and all targets are there, but most rows stand beside the target of another."""
    return all(_most_apart(call) for call in calls)


def _most_apart(call):
    X, y, (X_train, y_train, X_val, y_val) = call.args[0], call.args[1], call.answer
    if X_train.shape[1:] != X.shape[1:] or X_val.shape[1:] != X.shape[1:]:
        return False
    rows, numbers = np.concatenate([X_train, X_val]), row_numbers(np.concatenate([y_train, y_val]))
    if numbers is None or sorted(numbers) != list(range(len(y))) or not same_values(np.sort(rows, axis=0), np.sort(X, axis=0)):
        return False
    return np.mean(np.all(np.abs(rows - X[numbers]) <= 1e-9 * len(y), axis=1)) < 0.5


def by_state(calls):
    """[(other arguments, state of rng, answer)]: a state is where the generator began and how often it was used."""
    used, found = {}, []
    for call in calls:
        rng = call.args[-1]
        used[rng.id] = used.get(rng.id, 0) + 1
        found.append((repr(call.args[:-1]), (rng.entropy, used[rng.id]), call.answer))
    return found


def pairs_of_states(calls, *, same):
    """Answers to the same arguments from the same state, or from different ones; of many calls the first ones."""
    found = by_state(calls[:20])
    return [(x, y) for i, (args, state, x) in enumerate(found) for other, another, y in found[:i]
            if args == other and (state == another) == same]


def always_the_same(calls):
    """Whatever the state of rng, the answer is the same."""
    pairs = pairs_of_states(calls, same=False)
    return bool(pairs) and all(unchanged(x, y) for x, y in pairs)


def split_always_the_same(calls):
    """Every split is the same, although the rows look drawn."""
    drawn = all(rows for rows, *_ in validation_sets(calls))
    return drawn and always_the_same(calls) and not at_the_end(calls) and not at_the_start(calls)


def training_always_the_same(calls):
    """Every training is the same, although the weights look drawn."""
    found = [W for call in calls for W, _ in call.answer[0] if W.size > 1]
    return bool(found) and all(np.ptp(W) > 0 for W in found) and always_the_same(calls)


def not_from_rng(calls):
    """The same state gives different answers each time: they are drawn from something else than rng."""
    pairs = pairs_of_states(calls, same=True)
    return bool(pairs) and not any(unchanged(x, y) for x, y in pairs)


def starts(calls):
    """The params of each call with learning rate 0: the start."""
    return [call.answer[0] for call in calls if call.args[6] == 0 and fits(call.answer[0], call.args[4])]


def start_of_zeros(calls):
    """All weights start at 0."""
    return bool(starts(calls)) and not any(np.any(W) for params in starts(calls) for W, _ in params)


def start_of_copies(calls):
    """The units of every hidden layer start alike, although not at 0."""
    hidden = [W for params in starts(calls) for W, _ in params[:-1] if W.shape[1] > 1]
    return bool(hidden) and all(np.ptp(W, axis=1).max() == 0 and np.any(W) for W in hidden)


def start_biases(calls):
    """The biases of the start, those of one unit left out."""
    return [b for params in starts(calls) for _, b in params if b.size > 1]


def start_with_random_biases(calls):
    """The biases start at random."""
    return bool(start_biases(calls)) and all(np.ptp(b) > 0 for b in start_biases(calls))


def start_with_ones_for_biases(calls):
    """The biases start at 1."""
    return bool(start_biases(calls)) and all(np.all(b == 1) for b in start_biases(calls))


def trainings(calls):
    """(start, args, params, history) of each call whose start another call, with learning rate 0, has shown."""
    for call in calls:
        twin = next((c for c in calls if c.args[6] == 0 and c.args[10].entropy == call.args[10].entropy), None)
        if call.args[6] > 0 and twin is not None and fits(call.answer[0], call.args[4]) and fits(twin.answer[0], call.args[4]):
            yield twin.answer[0], call.args[:10], *call.answer


def numeric(z, name):
    """The activation and its derivative."""
    a = ACTIVATIONS[name](np, z)
    return a, {"relu": np.where(z > 0, 1.0, 0.0), "sigmoid": a * (1 - a), "tanh": 1 - a**2}[name]


def step_with(params, X, y, name, rate, *, scale=lambda n: 1.0, down="slope", bent=False, biases=True, through_new=False):
    """One step by the chain rule, with one mistake in it."""
    layers, A = [], X
    for i, (W, b) in enumerate(params):
        Z = A @ W + b
        a, slope = numeric(Z, name) if i < len(params) - 1 or bent else (Z, np.ones_like(Z))
        layers.append((A, a, slope))
        A = a
    dZ = (A - column(y)) / len(y) * scale(len(y)) * (layers[-1][2] if bent else 1.0)
    new = []
    for (W, b), (below, _, _), under in zip(params[::-1], layers[::-1], [*layers[-2::-1], None], strict=True):
        new.append((W - rate * below.T @ dZ, b - rate * dZ.sum(axis=0) * biases))
        if under is not None:
            _, a, slope = under
            factor = {"slope": slope, "none": 1.0, "at the activation": numeric(a, name)[1], "activation": a}[down]
            dZ = (dZ @ (new[-1][0] if through_new else W).T) * factor
    return new[::-1]


def step_of(**how):
    """Whether every first step over all rows is one with this mistake."""

    def shows(calls):
        cases = [(start, args, params) for start, args, params, _ in trainings(calls) if args[8] == 1 and args[7] >= len(args[1])]
        return explained(cases, lambda start, args, params: same_numbers(params, step_with(start, *args[:2], *args[5:7], **how)),
                         lambda start, args, params: same_numbers(params, step_with(start, *args[:2], *args[5:7]), 1e-3))

    return shows


step_of_the_sum = step_of(scale=lambda n: n)
step_twice_as_long = step_of(scale=lambda n: 2.0)
step_half_as_long = step_of(scale=lambda n: 0.5)
step_divided_twice = step_of(scale=lambda n: 1 / n)
step_uphill = step_of(scale=lambda n: -1.0)
step_without_biases = step_of(biases=False)
step_without_slope = step_of(down="none")
step_slope_at_the_activation = step_of(down="at the activation")
step_activation_for_slope = step_of(down="activation")
step_through_new_weights = step_of(through_new=True)
step_with_bent_output = step_of(bent=True)


def step_on_the_targets_of_others(calls):
    """The step over all rows is one with the targets in another order."""
    cases = [(start, args, params) for start, args, params, _ in trainings(calls) if args[8] == 1 and 1 < len(args[1]) <= args[7] <= 5]
    return explained(
        cases,
        lambda start, args, params: any(same_numbers(params, step_with(start, args[0], args[1][list(order)], *args[5:7]))
                                        for order in permutations(range(len(args[1])))),
        lambda start, args, params: same_numbers(params, step_with(start, *args[:2], *args[5:7]), 1e-3))


def epochs_with(how):
    """Whether every training in batches goes through its epochs with a mistake.

    `how(n, batch)` gives the possible epochs, each a list of (rows, by how many they are divided).
    """

    def reached(start, args, ways):
        ends = [start]
        for _ in range(args[8]):
            new = []
            for params in ends:
                for way in ways:
                    end = params
                    for rows, size in way:
                        end = step_with(end, args[0][list(rows)], args[1][list(rows)], *args[5:7], scale=lambda n, size=size: n / size)
                    new.append(end)
            ends = new
        return ends

    def whether(ways):
        return lambda start, args, params: any(same_numbers(params, end) for end in reached(start, args, ways(len(args[1]), args[7])))

    def right(n, batch):
        return [[(rows, len(rows)) for rows in order] for order in orders(n, batch)]

    def shows(calls):
        cases = [(start, args, params) for start, args, params, _ in trainings(calls) if args[7] < len(args[1]) <= 3 and args[8] <= 2]
        return explained(cases, whether(how), whether(right))

    return shows


short_batch_dropped = epochs_with(lambda n, batch: [[(rows, batch) for rows in order if len(rows) == batch] for order in orders(n, batch)])
short_batch_by_nominal_size = epochs_with(lambda n, batch: [[(rows, batch) for rows in order] for order in orders(n, batch)])
one_batch_an_epoch = epochs_with(lambda n, batch: [[(order[0], batch)] for order in orders(n, batch)])


def same_order_always(calls):
    """Two rows, one at a time, come in the same order in all epochs."""
    cases = [(start, args, params) for start, args, params, _ in trainings(calls) if len(args[1]) == 2 and args[8] == EPOCHS]
    return bool(cases) and all(any(same_numbers(params, _always(start, args, order)) for order in ((0, 1), (1, 0))) for start, args, params in cases)


def _always(start, args, order):
    for _ in range(args[8]):
        for i in order:
            start = step_with(start, args[0][[i]], args[1][[i]], *args[5:7])
    return start


def predictions(params, X, name):
    """Of the network, (n,)."""
    A = X
    for W, b in params[:-1]:
        A = ACTIVATIONS[name](np, A @ W + b)
    return (A @ params[-1][0] + params[-1][1])[:, 0]


def half_mean_square(y_hat, y):
    """The squared loss."""
    return np.sum((y_hat - y) ** 2) / (2 * len(y))


def still_histories(calls):
    """(history, params, args) of each call with learning rate 0."""
    return [(call.answer[1], call.answer[0], call.args) for call in calls
            if call.args[6] == 0 and fits(call.answer[0], call.args[4]) and call.answer[1]["train"].size and call.answer[1]["validation"].size]


def measured(measure, params, args):
    """A measure of predictions and targets, on the training and on the validation set."""
    return tuple(measure(predictions(params, X, args[5]), y) for X, y in (args[:2], args[2:4]))


def history_of(values):
    """Whether the entries of all histories with learning rate 0 are these two numbers, functions of params and arguments."""

    def follows(values):
        def holds(history, params, args):
            pairs = zip(("train", "validation"), values(params, args), strict=True)
            return all(np.all(np.abs(history[key] - value) <= 1e-6 * np.abs(value)) for key, value in pairs)

        return holds

    return lambda calls: explained(still_histories(calls), follows(values), follows(lambda params, args: measured(half_mean_square, params, args)))


def both(measure):
    """The same wrong measure in both lists."""
    return history_of(lambda params, args: measured(measure, params, args))


history_without_half = both(lambda y_hat, y: np.mean((y_hat - y) ** 2))
history_of_sums = both(lambda y_hat, y: np.sum((y_hat - y) ** 2) / 2)
history_of_plain_sums = both(lambda y_hat, y: np.sum((y_hat - y) ** 2))
history_of_roots = both(lambda y_hat, y: np.sqrt(np.mean((y_hat - y) ** 2)))
history_of_all_pairs = both(lambda y_hat, y: np.sum((y_hat[:, np.newaxis] - y) ** 2) / (2 * len(y)))
history_of_the_mean_of_all_pairs = both(lambda y_hat, y: np.mean((y_hat[:, np.newaxis] - y) ** 2) / 2)
history_swapped = history_of(lambda params, args: measured(half_mean_square, params, args)[::-1])


def of_batches(measure):
    """Whether with learning rate 0 the training losses are made of the batches' losses, the validation losses being right."""

    def holds(history, params, args):
        y_hat = predictions(params, args[0], args[5])
        possible = {measure([half_mean_square(y_hat[list(rows)], args[1][list(rows)]) for rows in order]) for order in orders(len(args[1]), args[7])}
        right = half_mean_square(predictions(params, args[2], args[5]), args[3])
        return bool(np.all(np.abs(history["validation"] - right) <= 1e-6 * right)) and all(
            min(abs(value - entry) for value in possible) <= 1e-6 * entry for entry in history["train"])

    def right(history, params, args):
        value = half_mean_square(predictions(params, args[0], args[5]), args[1])
        return bool(np.all(np.abs(history["train"] - value) <= 1e-6 * value))

    return lambda calls: explained(((h, p, a) for h, p, a in still_histories(calls) if a[7] < len(a[1])), holds, right)


history_of_batch_means = of_batches(lambda losses: float(np.mean(losses)))
history_of_the_last_batch = of_batches(lambda losses: float(losses[-1]))


def ended(calls):
    """(validation losses, patience, max_epochs, whether the learning rate was 0) of each call."""
    return [(call.answer[1]["validation"], call.args[9], call.args[8], call.args[6] == 0) for call in calls]


def ending(rule):
    """Whether every training ends where a wrong rule ends it, and some should not."""
    return lambda calls: any(len(v) > 2 for v, *_ in ended(calls)) and explained(
        ended(calls), lambda v, patience, epochs, still: len(v) == rule(v, patience, epochs, still),
        lambda v, patience, epochs, still: len(v) == end_of(v, patience, epochs))


def ending_by(done):
    """A rule that asks after each epoch; `done(losses so far, patience)`."""
    return ending(lambda v, patience, epochs, still: next((e for e in range(1, len(v) + 1) if done(v[:e], patience)), epochs))


def since_best(v):
    """Epochs since the best, the earliest of equals."""
    return len(v) - 1 - int(np.argmin(v))


def rises_in_a_row(v):
    """How many of the last epochs were each worse than the one before."""
    count = 0
    while count + 1 < len(v) and v[-1 - count] > v[-2 - count]:
        count += 1
    return count


ends_never = ending(lambda v, patience, epochs, still: epochs)
ends_one_late = ending_by(lambda v, patience: since_best(v) > patience)
ends_one_early = ending_by(lambda v, patience: since_best(v) >= patience - 1)
ends_at_the_first_rise = ending_by(lambda v, patience: len(v) > 1 and v[-1] > v[-2])
ends_at_the_first_epoch_without_progress = ending_by(lambda v, patience: since_best(v) > 0)
ends_by_rises_in_a_row = ending_by(lambda v, patience: rises_in_a_row(v) >= patience)
ends_by_all_rises = ending_by(lambda v, patience: np.count_nonzero(np.diff(v) > 0) >= patience)
ends_after_patience_epochs = ending(lambda v, patience, epochs, still: min(patience, epochs))
ends_by_the_latest_of_equals = ending_by(lambda v, patience: int(np.argmin(v[::-1])) >= patience)
ends_one_epoch_short = ending(lambda v, patience, epochs, still: min(end_of(v, patience, epochs), epochs - 1))
history_with_the_start = ending(lambda v, patience, epochs, still: end_of(v[1:], patience, epochs) + 1)
history_cut_at_the_best = ending(lambda v, patience, epochs, still: int(np.argmin(v)) + 1 if len(v) else 0)


def training_loss_decides(calls):
    """Every training ends where it would if the training loss were the validation loss, and some should not."""
    cases = [(call.answer[1]["train"], call.answer[1]["validation"], call.args[9], call.args[8]) for call in calls]
    return any(len(v) > 2 for _, v, *_ in cases) and explained(
        cases, lambda t, v, patience, epochs: len(v) == end_of(t, patience, epochs),
        lambda t, v, patience, epochs: len(v) == end_of(v, patience, epochs))


def start_counts_as_best(calls):
    """The loss before the first epoch counts: where no epoch is better, training ends after `patience` epochs."""

    def mistaken(v, patience, epochs, still):
        return len(v) == min(patience, epochs) or (len(v) == end_of(v, patience, epochs) and not still)

    def right(v, patience, epochs, still):
        return len(v) == (min(1 + patience, epochs) if still else end_of(v, patience, epochs))

    waited = any(len(v) > patience for v, patience, _, still in ended(calls) if not still)
    return waited and explained(ended(calls), mistaken, right)


def last_params(calls):
    """The params are those of the last epoch, and not of the best; the training ends as it should, so the best is known."""
    if any(len(v) != end_of(v, patience, epochs) for v, patience, epochs, _ in ended(calls)):
        return False

    def right(v, loss):
        return abs(loss - np.min(v)) <= 1e-9 * loss

    cases = [(history["validation"], half_mean_square(predictions(params, args[2], args[5]), args[3]))
             for _, args, params, history in trainings(calls) if history["validation"].size]
    return explained(cases, lambda v, loss: abs(loss - v[-1]) <= 1e-9 * loss, right)


def prices_by(rule):
    """Whether the prices are what a rule makes of the training houses."""
    return lambda calls: all(same_numbers(call.answer, rule(*call.args[:3])) for call in calls)


def standard(X, like):
    """Standardized by the mean and the deviation of `like`."""
    return (X - like.mean(axis=0)) / like.std(axis=0)


def nearest(X_train, X):
    """For each house the number of the nearest one in the training set."""
    return np.array([np.argmin(np.sum((X_train - x) ** 2, axis=1)) for x in X])


def prices_looked_up(calls):
    """Most prices are those that the file has for a house of that area and age, and not those of the training houses."""
    if not HOUSES.is_file():
        return False
    listed = {tuple(house) for house in np.loadtxt(HOUSES, delimiter=",", skiprows=1)}
    found = [(*house, price) in listed for call in calls for house, price in zip(call.args[2], call.answer, strict=False)]
    return bool(found) and np.mean(found) > 0.8


prices_mean = prices_by(lambda X, y, X_test: np.full(len(X_test), y.mean()))
prices_median = prices_by(lambda X, y, X_test: np.full(len(X_test), np.median(y)))
prices_by_age = prices_by(lambda X, y, X_test: least_squares(X[:, 1:], y, X_test[:, 1:]))
prices_of_swapped_columns = prices_by(lambda X, y, X_test: least_squares(X, y, X_test[:, ::-1]))
prices_standardized = prices_by(lambda X, y, X_test: (least_squares(X, y, X_test) - y.mean()) / y.std())
prices_without_mean = prices_by(lambda X, y, X_test: least_squares(X, y, X_test) - y.mean())
prices_in_thousands = prices_by(lambda X, y, X_test: least_squares(X, y, X_test) / 1000)
prices_as_logarithms = prices_by(lambda X, y, X_test: least_squares(X, np.log(y), X_test))
prices_of_unscaled_test_houses = prices_by(lambda X, y, X_test: least_squares(standard(X, X), y, X_test))
prices_of_the_nearest = prices_by(lambda X, y, X_test: y[nearest(X, X_test)])
prices_of_the_nearest_standardized = prices_by(lambda X, y, X_test: y[nearest(standard(X, X), standard(X_test, X))])
