"""What a right linear classifier does: one claim a check, each on draws of its own.

The contract of the functions stands in the notebook. `cross_entropy_of_a_sample` is the loss that SymPy differentiates.
Large logits are claims of their own, one a side, so that a formula that overflows costs an edge and not the function.
"""

import contextlib

import numpy as np

from grader.blame import StudentRaised
from grader.claims import (
    ACCURACY,
    Contours,
    Curves,
    Points,
    Series,
    Surface,
    Tolerance,
    agrees,
    all_agree,
    claim,
    derivative_of,
    entry_by_entry,
    function,
    keeps_inputs,
    layouts,
)
from grader.forms import FormError

sigmoid = function("z", returns="a like z")
predict_probability = function("X, w, b", returns="p (n_samples,)")
classify = function("X, w, b, threshold", returns="classes integers (n_samples,)")
cross_entropy = function("logits, y", returns="loss float")
cross_entropy_gradient = function("X, y, w, b", returns="grad_w (n_features,), grad_b float")
softmax = function("Z", returns="P (n_samples, n_classes)")

PROBABILITY = Tolerance(0.0, because="every stable formula for a probability is right to a few 1e-16", absolute=1e-12)
AT_LARGE_SCORES = Tolerance(
    0.0, because="a logarithm of the sum at 1e4, a right way, is rounded at 1e-12, and then the exponential", absolute=1e-11
)
LOSS = Tolerance(1e-6, because="room for log(p + 1e-12) where p is not near 0: that costs the edge only", absolute=1e-6)
LARGE_LOSS = Tolerance(1e-12, because="every stable formula is right to a few 1e-16; clipping is 1e-2 off", absolute=1e-12)

LARGE = [
    np.array([1e4, 801.5, 89.5, 41.0, 22.0, 17.5, 12.25, 9.0, 7.0, 5.5]),
    np.array([5432.1, 710.25, 37.5, 28.0, 21.5, 16.5, 11.5, 8.5, 6.5, 5.25]),
]
"""exp overflows at 709.8; float32's at 88.7; 1 + exp(-z) is 1 from 36.7 on; what is clipped at 20 is 2e-9 off."""


def cross_entropy_of_a_sample(m, x, y, w, b):
    """−y log p − (1 − y) log(1 − p) for p = sigmoid(z), written so that it can be evaluated up to |z| = 700."""
    z = m.dot(x, w) + b
    return y * m.log(1 + m.exp(-z)) + (1 - y) * m.log(1 + m.exp(z))


def each(student, truth, name, calls, within):
    """Every call is right; all are made before the first is compared, so that a wrong one can be explained by all."""
    right = [getattr(truth, name)(*args) for args in calls]
    for answer, expected in zip(student.many(name, calls), right, strict=True):
        agrees(answer, expected, within=within)


def scores(draw, *shape):
    """Values between -4 and 4, none near 0."""
    return draw.array(*shape, scale=2.3)


def classifier(draw, n_samples, n_features):
    """(X, y, w, b) with logits of size about 1, no sample on the line, and labels on either side of it."""
    X, w = draw.array(n_samples, n_features), draw.array(n_features, scale=1 / np.sqrt(n_features))
    b = draw.number(0.5, 1.5)
    return X, draw.labels(n_samples), w, b


# ----------------------------------------------------------------------------------------------------------- sigmoid


def sigmoid_along_z(student, truth, draw):
    """From -6 to 6."""
    z = draw.made(lambda _: np.linspace(-6.0, 6.0, 49))
    lines = Series("yours", z, student.sigmoid(z)), Series("right", z, truth.sigmoid(z))
    return Curves("Your sigmoid beside 1 / (1 + exp(−z))", "z", "sigmoid(z)", lines)


@claim(sigmoid, points=1.25, picture=sigmoid_along_z)
def sigmoid_of_an_array(student, truth, draw):
    """`sigmoid` is 1 / (1 + exp(−z)), for each entry of an array."""
    for shape in ((7,), (3, 4)):
        z = scores(draw, *shape)
        agrees(student.sigmoid(z), truth.sigmoid(z), within=PROBABILITY)


@claim(sigmoid, points=0.5)
def sigmoid_of_a_float(student, truth, draw):
    """`sigmoid` gives a float for a float."""
    for low, high in ((0.5, 4.0), (-4.0, -0.5)):
        z = draw.number(low, high)
        agrees(student.sigmoid(z), truth.sigmoid(z), within=PROBABILITY)
    agrees(student.sigmoid(0.0), 0.5, within=PROBABILITY)


@claim(sigmoid, points=0.5, draws=1)
def sigmoid_of_large_numbers(student, truth, draw):
    """`sigmoid` is finite and right for large positive z, up to 1e4: exp(z) overflows there."""
    each(student, truth, "sigmoid", [*((z,) for z in LARGE), (1e4,)], PROBABILITY)


@claim(sigmoid, points=0.5, draws=1)
def sigmoid_of_large_negative_numbers(student, truth, draw):
    """`sigmoid` is finite and right for large negative z, down to −1e4: exp(−z) overflows there."""
    each(student, truth, "sigmoid", [*((-z,) for z in LARGE), (-1e4,)], PROBABILITY)


@claim(sigmoid, points=0.25, draws=1)
def sigmoid_leaves_its_input(student, truth, draw):
    """`sigmoid` leaves z as it was, also one with three axes, and takes views of other arrays."""
    z = scores(draw, 2, 1, 3)
    keeps_inputs(student, "sigmoid", (z,), truth.sigmoid(z), within=PROBABILITY)
    z = scores(draw, 3, 2)
    for view in layouts(z)[:3]:
        agrees(student.sigmoid(view), truth.sigmoid(z), within=PROBABILITY)


# ----------------------------------------------------------------------------------------------- predict_probability


def two_classes(draw):
    """(X, y, w, b): two clouds of twelve samples, and a line between them that misses the origin."""
    y = draw.made(lambda _: np.repeat([0.0, 1.0], 12))
    X = draw.made(lambda rng: rng.normal(0, 0.9, (24, 2)) + np.where(y[:, None] > 0, [2.0, 1.6], [-0.4, -0.6]))
    return X, y, np.array([1.5, 0.75]), -1.5


def clouds(X, y):
    """The samples of each class."""
    return tuple(Series(f"class {int(c)}", X[y == c, 0], X[y == c, 1]) for c in (0, 1))


def boundary_between_the_classes(student, truth, draw):
    """Where the probability is one half: theirs and the right line, between two clouds."""
    X, y, w, b = two_classes(draw)
    x1, x2 = np.linspace(-3.0, 4.5, 26), np.linspace(-3.0, 4.0, 26)
    grid = draw.made(lambda _: np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2))
    found = student.predict_probability(grid, w, b), truth.predict_probability(grid, w, b)
    surfaces = [Surface(name, x1, x2, np.reshape(p, (26, 26)), [0.5]) for name, p in zip(("yours", "right"), found, strict=True)]
    return Contours("Where the probability of class 1 is one half", "first feature", "second feature", tuple(surfaces), (), clouds(X, y))


@claim(predict_probability, points=1.25, builds_on=("sigmoid",), picture=boundary_between_the_classes)
def probability_is_the_sigmoid_of_the_logit(student, truth, draw):
    """`predict_probability` is sigmoid(X w + b), the probability of class 1."""
    answers = []
    for n_samples, n_features in ((7, 3), (2, 5), (4, 4)):
        X, _, w, b = classifier(draw, n_samples, n_features)
        answers.append((student.predict_probability(X, w, b), truth.predict_probability(X, w, b)))
    all_agree(answers)


@claim(predict_probability, points=0.5, draws=1, builds_on=("sigmoid",))
def probability_for_one_sample_one_feature_and_any_memory_order(student, truth, draw):
    """`predict_probability` takes one sample, one feature, and arrays that are views of others."""
    for n_samples, n_features in ((1, 3), (6, 1), (1, 1)):
        X, _, w, b = classifier(draw, n_samples, n_features)
        agrees(student.predict_probability(X, w, b), truth.predict_probability(X, w, b))
    X, _, w, b = classifier(draw, 5, 3)
    for view in layouts(X):
        agrees(student.predict_probability(view, w, b), truth.predict_probability(X, w, b))


@claim(predict_probability, points=0.25, draws=1, builds_on=("sigmoid",))
def probability_leaves_its_inputs(student, truth, draw):
    """`predict_probability` leaves X and w as they were."""
    X, _, w, b = classifier(draw, 5, 2)
    keeps_inputs(student, "predict_probability", (X, w, b), truth.predict_probability(X, w, b))


# ---------------------------------------------------------------------------------------------------------- classify


def with_margin(draw, n_samples, n_features, thresholds):
    """(X, w, b) with no probability within 0.02 of a threshold, and, of several samples, some on each side of each."""
    n_samples, n_features = draw.size(n_samples), draw.size(n_features)

    def make(rng):
        while True:
            sign = rng.choice([-1.0, 1.0], (n_samples, n_features))
            X = sign * (rng.integers(1, 4, sign.shape) if draw.small else rng.uniform(0.3, 1.7, sign.shape))
            w = rng.choice([-1.0, 1.0], n_features) * (0.5 if draw.small else rng.uniform(0.5, 1.5, n_features))
            b = rng.choice([-0.5, 0.5]) * float(1 if draw.small else rng.uniform(0.5, 1.5))
            p = 1 / (1 + np.exp(-(X @ w + b)))
            sides = [p > threshold for threshold in thresholds]
            both = n_samples < 4 or all(0 < np.sum(side) < n_samples for side in sides)
            if both and all(np.all(np.abs(p - threshold) > 0.02) for threshold in thresholds):
                return X, w, float(b)

    return draw.made(make)


def decisions(draw):
    """Calls of `classify` by what they show."""
    found = {}
    for name, size, thresholds in (("half", (12, 3), [0.5]), ("low", (11, 2), [0.25, 0.5]), ("high", (10, 4), [0.7, 0.5])):
        threshold = () if name == "half" else thresholds[:1]
        found[name] = *with_margin(draw, *size, thresholds), *threshold
    # the logits are 0, -2, 2, 0 and 0, exactly, in whichever order they are summed; sigmoid(0) is 0.5 in every formula
    X = np.array([[1.0, -1.0], [-1.0, -1.0], [2.0, 0.0], [-2.0, 2.0], [3.0, -3.0]])
    found["equal"] = X, np.array([1.0, 1.0]), 0.0
    found["nearly equal"] = X, np.array([1.0, 1.0]), 0.0, 0.5 + 2.0**-20
    found["equal, given"] = np.array([[1.0], [-1.0], [2.0]]), np.array([0.5]), -0.5, 0.5
    return found


def decides(student, truth, draw, *names, by_name=False):
    """`classify` is right in the named calls. The other calls are made, too, and not judged: they tell mistakes apart."""
    others = decisions(draw)
    calls = [others.pop(name) for name in names]
    for args in others.values():
        with contextlib.suppress(StudentRaised, FormError):
            student.classify(*args)
    each(student, truth, "classify", calls, ACCURACY)
    for args in calls if by_name else ():
        agrees(student.classify(*args[:3], threshold=args[3]), truth.classify(*args))


DECIDES_BY = ("predict_probability", "sigmoid")


def classes_on_either_side(student, truth, draw):
    """The samples by the class that they are given, and the line where the probability is one half."""
    X, _, w, b = two_classes(draw)
    ends = np.array([-0.6, 3.0])
    line = Series("probability one half", ends, -(ends * w[0] + b) / w[1])
    return Points("The class that you give to each sample", "first feature", "second feature", clouds(X, student.classify(X, w, b)), (line,))


@claim(classify, points=1, builds_on=DECIDES_BY, picture=classes_on_either_side)
def class_one_where_the_probability_is_more_than_half(student, truth, draw):
    """`classify` gives integers: 1 where the probability of class 1 is at least 0.5, and 0 elsewhere."""
    decides(student, truth, draw, "half")


@claim(classify, points=0.5, builds_on=DECIDES_BY)
def classes_by_another_threshold(student, truth, draw):
    """`classify` takes another threshold, by position or by name."""
    decides(student, truth, draw, "low", "high", by_name=True)


@claim(classify, points=0.25, draws=1, builds_on=DECIDES_BY)
def a_probability_equal_to_the_threshold_is_class_one(student, truth, draw):
    """`classify` gives 1 where the probability is equal to the threshold, and 0 where it is a little less."""
    decides(student, truth, draw, "equal", "equal, given", "nearly equal")


@claim(classify, points=0.25, draws=1, builds_on=DECIDES_BY)
def classify_leaves_its_inputs(student, truth, draw):
    """`classify` leaves X and w as they were; one sample, one feature and views of other arrays will do."""
    for n_samples, n_features in ((5, 2), (1, 3), (4, 1)):
        X, w, b = with_margin(draw, n_samples, n_features, [0.5])
        keeps_inputs(student, "classify", (X, w, b), truth.classify(X, w, b))
    X, w, b = with_margin(draw, 5, 3, [0.5])
    for view in layouts(X)[:3]:
        agrees(student.classify(view, w, b), truth.classify(X, w, b))


# ----------------------------------------------------------------------------------------------------- cross_entropy


@claim(cross_entropy, points=2.5, builds_on=("sigmoid",))
def entropy_is_the_mean_surprise(student, truth, draw):
    """`cross_entropy` is the mean of −y log p − (1 − y) log(1 − p), for logits up to 4."""
    for n_samples in (7, 4):
        logits, y = scores(draw, n_samples), draw.labels(n_samples)
        agrees(student.cross_entropy(logits, y), truth.cross_entropy(logits, y), within=LOSS)


@claim(cross_entropy, points=0.75, draws=1, builds_on=("sigmoid",))
def entropy_of_one_sample_or_one_class(student, truth, draw):
    """`cross_entropy` takes one sample, and samples that are all of one class."""
    for label in (1.0, 0.0):
        logits = scores(draw, 1)
        y = np.full(1, label)
        agrees(student.cross_entropy(logits, y), truth.cross_entropy(logits, y), within=LOSS)
        logits = scores(draw, 5)
        y = np.full(len(logits), label)
        agrees(student.cross_entropy(logits, y), truth.cross_entropy(logits, y), within=LOSS)


SIDES = [np.array([700.0, 20.0]), np.array([1e4, 3000.0, 750.0]), np.array([45.0, 36.0, 33.0, 31.0])]
"""Large logits; a call for each size, since beside 1e4 a loss of 30 would not be seen to be wrong."""


def sides(label_above, label_below):
    """Calls of `cross_entropy` with large logits, whose labels are these above the line and below it."""
    above = [(logits, np.full(len(logits), label_above)) for logits in SIDES]
    return above + [(-logits, np.full(len(logits), label_below)) for logits in SIDES]


@claim(cross_entropy, points=1, draws=1, builds_on=("sigmoid",))
def entropy_of_large_logits_on_the_wrong_side(student, truth, draw):
    """`cross_entropy` is finite and right where the model is sure and wrong, with logits up to 1e4: no clipping."""
    each(student, truth, "cross_entropy", sides(0.0, 1.0), LARGE_LOSS)


@claim(cross_entropy, points=0.5, draws=1, builds_on=("sigmoid",))
def entropy_of_large_logits_on_the_right_side(student, truth, draw):
    """`cross_entropy` is finite and right where the model is sure and right, with logits up to 1e4."""
    each(student, truth, "cross_entropy", sides(1.0, 0.0), LARGE_LOSS)


@claim(cross_entropy, points=0.25, draws=1, builds_on=("sigmoid",))
def entropy_leaves_its_inputs(student, truth, draw):
    """`cross_entropy` leaves logits and y as they were, and takes views of other arrays."""
    logits, y = scores(draw, 5), draw.labels(5)
    keeps_inputs(student, "cross_entropy", (logits, y), truth.cross_entropy(logits, y), within=LOSS)
    for view in layouts(logits)[1:]:
        agrees(student.cross_entropy(view, y), truth.cross_entropy(logits, y), within=LOSS)


# -------------------------------------------------------------------------------------------- cross_entropy_gradient

HELPERS = ("sigmoid", "predict_probability")


def gradient_beside_the_derivative(student, truth, draw):
    """Six samples, three features."""
    X, y, w, b = classifier(draw, 6, 3)
    right = truth.gradient(cross_entropy_of_a_sample, by="w b")(X, y, w, b)
    got = student.cross_entropy_gradient(X, y, w, b)
    return entry_by_entry("Your gradient beside SymPy's, entry by entry", ("grad_w", "grad_b"), got, right)


def logit(m, x, w, b):
    """The score of a sample."""
    return m.dot(x, w) + b


@claim(
    cross_entropy_gradient,
    points=2.75,
    builds_on=HELPERS,
    picture=gradient_beside_the_derivative,
    formula=derivative_of(cross_entropy_of_a_sample, by="w b", x="x (3,)", y="y", w="w (3,)", b="b", where={"z": logit}),
)
def gradient_is_the_derivative_of_the_entropy(student, truth, draw):
    """`cross_entropy_gradient` is the derivative of the mean cross-entropy by w and by b."""
    answers = []
    for n_samples, n_features in ((7, 3), (3, 4), (4, 4)):
        X, y, w, b = classifier(draw, n_samples, n_features)
        right = truth.gradient(cross_entropy_of_a_sample, by="w b")(X, y, w, b)
        answers.append((student.cross_entropy_gradient(X, y, w, b), right))
    all_agree(answers)


@claim(cross_entropy_gradient, points=0.5, draws=1, builds_on=HELPERS)
def gradient_for_one_sample_one_feature_and_any_memory_order(student, truth, draw):
    """`cross_entropy_gradient` takes one sample, one feature, and arrays that are views of others."""
    derivative = truth.gradient(cross_entropy_of_a_sample, by="w b")
    for n_samples, n_features in ((1, 3), (6, 1)):
        X, y, w, b = classifier(draw, n_samples, n_features)
        agrees(student.cross_entropy_gradient(X, y, w, b), derivative(X, y, w, b))
    X, y, w, b = classifier(draw, 5, 3)
    for view in layouts(X):
        agrees(student.cross_entropy_gradient(view, y, w, b), derivative(X, y, w, b))


@claim(cross_entropy_gradient, points=0.5, draws=1, builds_on=HELPERS, example=False)
def gradient_at_logits_up_to_thirty(student, truth, draw):
    """`cross_entropy_gradient` is right up to logits of 30, on either side of the line."""
    direction = draw.array(2)
    X = np.outer([30.0, -29.0, 28.0, -27.0, 12.0, -3.0], direction / (direction @ direction))
    for y in (np.array([0.0, 1.0, 1.0, 0.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0, 1.0, 0.0])):
        right = truth.gradient(cross_entropy_of_a_sample, by="w b")(X, y, direction, -0.25)
        agrees(student.cross_entropy_gradient(X, y, direction, -0.25), right)


@claim(cross_entropy_gradient, points=0.25, draws=1, builds_on=HELPERS)
def gradient_leaves_its_inputs(student, truth, draw):
    """`cross_entropy_gradient` leaves X, y and w as they were."""
    X, y, w, b = classifier(draw, 5, 2)
    right = truth.gradient(cross_entropy_of_a_sample, by="w b")(X, y, w, b)
    keeps_inputs(student, "cross_entropy_gradient", (X, y, w, b), right)


# ----------------------------------------------------------------------------------------------------------- softmax


@claim(softmax, points=1.5)
def softmax_makes_a_distribution_of_each_row(student, truth, draw):
    """`softmax` divides the exponentials of each row by their sum."""
    each(student, truth, "softmax", [(scores(draw, *shape),) for shape in ((5, 3), (2, 4), (3, 2))], PROBABILITY)


@claim(softmax, points=0.5, draws=1)
def softmax_of_one_sample_one_class_or_a_square(student, truth, draw):
    """`softmax` takes one sample, one class, and as many samples as classes."""
    calls = [(scores(draw, *shape),) for shape in ((1, 3), (3, 1), (1, 1), (3, 3))]
    each(student, truth, "softmax", calls, PROBABILITY)


def levels(draw, *at):
    """Rows of scores near each other, each row at its own level."""
    near = draw.made(lambda rng: rng.uniform(-1.0, 1.0, (len(at), 3)))
    return np.array(at)[:, None] + near


@claim(softmax, points=0.5, draws=1, example=False)
def softmax_of_large_scores(student, truth, draw):
    """`softmax` is finite and right for scores up to 1e4."""
    calls = [(levels(draw, *at),) for at in ((9990.0, 9998.0), (800.0, 790.0), (715.0, 720.0))]
    calls.append((np.array([[1e4, -1e4, 0.0], [0.0, 750.0, 751.0]]),))
    each(student, truth, "softmax", calls, AT_LARGE_SCORES)


@claim(softmax, points=0.5, draws=1, example=False)
def softmax_of_large_negative_scores(student, truth, draw):
    """`softmax` is finite and right for scores down to −1e4, where every exponential is 0."""
    calls = [(levels(draw, *at),) for at in ((-9990.0, -9998.0), (-800.0, -790.0), (-760.0, -755.0))]
    each(student, truth, "softmax", calls, AT_LARGE_SCORES)


@claim(softmax, points=0.75, draws=1, example=False)
def softmax_of_rows_at_different_levels(student, truth, draw):
    """`softmax` is right where one row lies 1e4 above another: no row empties another."""
    calls = [(levels(draw, *at),) for at in ((9998.0, -2.0), (0.0, 5000.0, -5000.0), (-9990.0, 9990.0, 1.0))]
    each(student, truth, "softmax", calls, AT_LARGE_SCORES)


@claim(softmax, points=0.25, draws=1)
def softmax_leaves_its_input(student, truth, draw):
    """`softmax` leaves Z as it was, and takes views of other arrays."""
    Z = scores(draw, 3, 2)
    keeps_inputs(student, "softmax", (Z,), truth.softmax(Z), within=PROBABILITY)
    for view in layouts(Z)[:3]:
        agrees(student.softmax(view), truth.softmax(Z), within=PROBABILITY)
