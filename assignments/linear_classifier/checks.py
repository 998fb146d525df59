"""What a right answer to the linear classifier does: one claim a check, each on draws of its own.

The contract of the functions stands in the notebook. `cross_entropy_of_a_sample` is the loss that SymPy differentiates.
"""

import numpy as np

from grader.claims import Tolerance, agrees, claim, function, keeps_inputs, layouts, require

sigmoid = function("z", returns="p like z")
predict_probability = function("X, w, b", returns="p (n_samples,)")
classify = function("X, w, b, threshold", returns="labels integers (n_samples,)")
cross_entropy = function("logits, y", returns="loss float")
cross_entropy_gradient = function("X, y, w, b", returns="grad_w (n_features,), grad_b float")
softmax = function("Z", returns="P (n_samples, n_classes)")

EXACT = Tolerance(0.0, absolute=1e-12, because="probabilities are right to 1e-12, by the contract")
SHIFTED = Tolerance(
    0.0, absolute=5e-12, because="exp(Z - logsumexp(Z)), a right form, rounds at 1e4 times 2e-16, a few times"
)


def up_to(error, loss):
    """The contract's tolerance of cross-entropy: an error of so much times (1 + L)."""
    return Tolerance(0.0, absolute=error * (1 + loss), because="the contract's tolerance, relative to 1 + L")


def cross_entropy_of_a_sample(m, x, y, w, b):
    """The surprise at the label of one sample: log(1 + e^z) - y z."""
    z = m.dot(x, w) + b
    return m.log(1 + m.exp(z)) - y * z


def samples(draw, n_samples, n_features):
    """(X, y, w, b) with logits of size about 1, both labels, and no sample that is sure to be right."""
    X, w = draw.array(n_samples, n_features), draw.array(n_features)
    b = draw.number(0.5, 1.0)
    y = draw.made(lambda rng: np.asarray((np.arange(len(X)) + rng.integers(0, 2)) % 2, dtype=np.float64))
    return X, y, w, b


@claim(sigmoid, points=1.5)
def sigmoid_of_arrays(student, truth, draw):
    """`sigmoid` is 1 / (1 + exp(-z)) elementwise, for arrays of any shape."""
    for shape in ((7,), (3, 4)):
        z = draw.array(*shape, scale=2.0)
        agrees(student.sigmoid(z), truth.sigmoid(z), within=EXACT)
    z = draw.array(3, 2, scale=2.0)
    for view in layouts(z):
        agrees(student.sigmoid(view), truth.sigmoid(z), within=EXACT)


@claim(sigmoid, points=0.5)
def sigmoid_of_a_number(student, truth, draw):
    """`sigmoid` of a float is a float."""
    for z in (draw.number(-3.0, -0.5), draw.number(0.5, 3.0), 0.0):
        agrees(student.sigmoid(z), truth.sigmoid(z), within=EXACT)


@claim(sigmoid, points=0.75)
def sigmoid_far_out(student, truth, draw):
    """`sigmoid` is finite and right for large z, up to 10 000 on either side."""
    for z in (np.array([-1e4, -800.0, -40.0, 0.5, 40.0, 800.0, 1e4]), np.array([-25.0, 12.0, -12.0, 25.0])):
        agrees(student.sigmoid(z), truth.sigmoid(z), within=EXACT)


@claim(sigmoid, points=0.25, draws=1)
def sigmoid_leaves_its_input(student, truth, draw):
    """`sigmoid` leaves z as it was."""
    z = draw.array(5)
    keeps_inputs(student, "sigmoid", (z,), truth.sigmoid(z), within=EXACT)


@claim(predict_probability, points=1.25, builds_on=("sigmoid",))
def probability_is_the_sigmoid_of_the_line(student, truth, draw):
    """`predict_probability` is the sigmoid of X w + b, for tall and wide X."""
    for n_samples, n_features in ((7, 3), (2, 5)):
        X, _, w, b = samples(draw, n_samples, n_features)
        agrees(student.predict_probability(X, w, b), truth.predict_probability(X, w, b))


@claim(predict_probability, points=0.5, builds_on=("sigmoid",), draws=1)
def probability_of_one_sample_one_feature_and_any_memory_order(student, truth, draw):
    """`predict_probability` takes one sample, one feature, and arrays that are views of others."""
    for n_samples, n_features in ((1, 3), (6, 1), (1, 1)):
        X, _, w, b = samples(draw, n_samples, n_features)
        agrees(student.predict_probability(X, w, b), truth.predict_probability(X, w, b))
    X, _, w, b = samples(draw, 5, 3)
    for view in layouts(X):
        agrees(student.predict_probability(view, w, b), truth.predict_probability(X, w, b))


@claim(predict_probability, points=0.25, builds_on=("sigmoid",), draws=1)
def probability_leaves_its_inputs(student, truth, draw):
    """`predict_probability` leaves X and w as they were."""
    X, _, w, b = samples(draw, 5, 2)
    keeps_inputs(student, "predict_probability", (X, w, b), truth.predict_probability(X, w, b))


def apart(draw, n_samples, n_features, threshold):
    """(X, w, b) with probabilities on both sides of the threshold, none within 1e-3 of it or of 1/2."""

    def make(rng):
        n, level = draw.size(n_samples), np.log(threshold / (1 - threshold))
        while True:
            if draw.small:
                X, w, b = rng.integers(-3, 4, (n, n_features)) * 1.0, rng.integers(1, 3, n_features) * 1.0, 0.5
            else:
                X, w = (
                    rng.normal(size=(n, n_features)),
                    rng.choice([-1.0, 1.0], n_features) * rng.uniform(0.5, 1.5, n_features),
                )
                b = float(rng.uniform(0.2, 0.8))
            z = X @ w + b
            p = 1 / (1 + np.exp(-z))
            clear = (
                np.min(np.abs(p - threshold)) > 1e-3
                and np.min(np.abs(p - 0.5)) > 1e-3
                and np.min(np.abs(z - threshold)) > 1e-3
            )
            between = np.any((z - level) * z < 0) or threshold == 0.5
            if clear and (n < 4 or (0 < np.sum(p >= threshold) < n and between)):
                return X, w, b

    return draw.made(make)


def decides(student, truth, X, w, b, *threshold, **named):
    """The labels, exactly."""
    right = truth.classify(X, w, b, *threshold, *named.values())
    agrees(student.classify(X, w, b, *threshold, **named), right)


@claim(classify, points=1, builds_on=("predict_probability", "sigmoid"))
def classify_is_one_from_one_half_on(student, truth, draw):
    """`classify` is 1 where the probability is at least one half, else 0: an array of integers."""
    for n_samples, n_features in ((9, 3), (7, 2)):
        decides(student, truth, *apart(draw, n_samples, n_features, 0.5))


@claim(classify, points=0.5, builds_on=("predict_probability", "sigmoid"))
def classify_with_another_threshold(student, truth, draw):
    """`classify` takes another threshold, by position or by name."""
    for threshold in (0.2, 0.85):
        X, w, b = apart(draw, 12, 2, threshold)
        decides(student, truth, X, w, b, threshold)
        decides(student, truth, X, w, b, threshold=threshold)


@claim(classify, points=0.25, builds_on=("predict_probability", "sigmoid"))
def classify_at_the_threshold(student, truth, draw):
    """`classify` is 1 where the probability equals the threshold, and takes a single sample."""
    w = draw.array(2)
    X = np.zeros((3, len(w)))
    X[1:, 0] = 1.0, -1.0
    decides(student, truth, X, w, 0.0)
    decides(student, truth, X[:1], w, 0.0)


@claim(classify, points=0.25, builds_on=("predict_probability", "sigmoid"), draws=1)
def classify_leaves_its_inputs(student, truth, draw):
    """`classify` leaves X and w as they were, and takes views of other arrays."""
    X, w, b = apart(draw, 9, 3, 0.5)
    keeps_inputs(student, "classify", (X, w, b), truth.classify(X, w, b))
    for view in layouts(X):
        agrees(student.classify(view, w, b), truth.classify(X, w, b))


def surprise(draw, n):
    """Logits between -4 and 4 with labels, right and wrong ones."""
    logits = draw.array(n, scale=2.2)
    y = draw.made(lambda rng: np.asarray((np.arange(len(logits)) + rng.integers(0, 2)) % 2, dtype=np.float64))
    return logits, y


@claim(cross_entropy, points=3.25, builds_on=("sigmoid",))
def cross_entropy_is_the_mean_surprise(student, truth, draw):
    """`cross_entropy` is the mean of -log of the label's probability, taken from the logits."""
    for n in (7, 4):
        logits, y = surprise(draw, n)
        right = truth.cross_entropy(logits, y)
        agrees(student.cross_entropy(logits, y), right, within=up_to(1e-6, right))


@claim(cross_entropy, points=0.5, builds_on=("sigmoid",))
def cross_entropy_of_one_sample_or_one_class(student, truth, draw):
    """`cross_entropy` takes a single sample, and samples of one class only."""
    for n, label in ((1, 0.0), (1, 1.0), (3, 1.0), (4, 0.0)):
        logits = draw.array(n, scale=2.2)
        y = np.full(len(logits), label)
        right = truth.cross_entropy(logits, y)
        agrees(student.cross_entropy(logits, y), right, within=up_to(1e-6, right))


@claim(cross_entropy, points=1, builds_on=("sigmoid",), draws=1)
def cross_entropy_far_out(student, truth, draw):
    """`cross_entropy` is finite and right for large logits, up to 10 000 on either side: no clipping."""
    cases = (
        ([1e4, -1e4, 2.0], [0.0, 1.0, 1.0]),
        ([800.0, -800.0], [1.0, 1.0]),
        ([40.0, 35.0, -1.0], [0.0, 1.0, 0.0]),
        ([1e4, -1e4, 30.0], [1.0, 0.0, 1.0]),
        ([5.0, -8.0, 12.0], [1.0, 0.0, 1.0]),
        ([-60.0], [1.0]),
        ([60.0], [0.0]),
    )
    for values, labels in cases:
        logits, y = np.array(values), np.array(labels)
        right = truth.cross_entropy(logits, y)
        agrees(student.cross_entropy(logits, y), right, within=up_to(1e-12, right))


@claim(cross_entropy, points=0.25, builds_on=("sigmoid",), draws=1)
def cross_entropy_leaves_its_inputs(student, truth, draw):
    """`cross_entropy` leaves logits and y as they were, and takes views of other arrays."""
    logits, y = surprise(draw, 5)
    right = truth.cross_entropy(logits, y)
    keeps_inputs(student, "cross_entropy", (logits, y), right, within=up_to(1e-6, right))
    for view in layouts(logits):
        agrees(student.cross_entropy(view, y), right, within=up_to(1e-6, right))


@claim(cross_entropy_gradient, points=3, builds_on=("predict_probability", "sigmoid"))
def gradient_is_the_derivative_of_the_cross_entropy(student, truth, draw):
    """`cross_entropy_gradient` is the derivative of the mean cross-entropy by w and by b."""
    for n_samples, n_features in ((7, 3), (3, 4)):
        X, y, w, b = samples(draw, n_samples, n_features)
        right = truth.gradient(cross_entropy_of_a_sample, by="w b")(X, y, w, b)
        agrees(student.cross_entropy_gradient(X, y, w, b), right)


@claim(cross_entropy_gradient, points=0.5, builds_on=("predict_probability", "sigmoid"), draws=1)
def gradient_for_one_sample_one_feature_and_any_memory_order(student, truth, draw):
    """`cross_entropy_gradient` takes one sample, one feature, and arrays that are views of others."""
    derivative = truth.gradient(cross_entropy_of_a_sample, by="w b")
    for n_samples, n_features in ((1, 3), (6, 1)):
        X, y, w, b = samples(draw, n_samples, n_features)
        agrees(student.cross_entropy_gradient(X, y, w, b), derivative(X, y, w, b))
    X, y, w, b = samples(draw, 5, 3)
    for view in layouts(X):
        agrees(student.cross_entropy_gradient(view, y, w, b), derivative(X, y, w, b))


@claim(cross_entropy_gradient, points=0.25, builds_on=("predict_probability", "sigmoid"))
def gradient_with_large_logits(student, truth, draw):
    """`cross_entropy_gradient` is right for logits up to 30 on either side."""
    X = np.array([[15.0, 1.0], [-13.0, 2.0], [0.5, -0.25], [-14.0, 1.0]])
    w, b = draw.made(lambda rng: np.array([2.0, float(rng.integers(-2, 3)) / 2])), 0.25
    y = np.array([0.0, 0.0, 1.0, 1.0])
    agrees(student.cross_entropy_gradient(X, y, w, b), truth.gradient(cross_entropy_of_a_sample, by="w b")(X, y, w, b))


@claim(cross_entropy_gradient, points=0.25, builds_on=("predict_probability", "sigmoid"), draws=1)
def gradient_leaves_its_inputs(student, truth, draw):
    """`cross_entropy_gradient` leaves X, y and w as they were."""
    X, y, w, b = samples(draw, 5, 2)
    right = truth.gradient(cross_entropy_of_a_sample, by="w b")(X, y, w, b)
    keeps_inputs(student, "cross_entropy_gradient", (X, y, w, b), right)


@claim(softmax, points=2.5)
def softmax_makes_each_row_a_distribution(student, truth, draw):
    """`softmax` is exp of each score divided by the row's sum."""
    for n_samples, n_classes in ((4, 3), (2, 5)):
        Z = draw.array(n_samples, n_classes, scale=1.5)
        P = student.softmax(Z)
        agrees(P, truth.softmax(Z), within=EXACT)


@claim(softmax, points=0.25, draws=1)
def softmax_of_one_row_or_one_class(student, truth, draw):
    """`softmax` takes a single row, a single class, a square, and views of other arrays."""
    for shape in ((1, 4), (3, 1), (3, 3)):
        Z = draw.array(*shape, scale=1.5)
        agrees(student.softmax(Z), truth.softmax(Z), within=EXACT)
    Z = draw.array(4, 3, scale=1.5)
    for view in layouts(Z):
        agrees(student.softmax(view), truth.softmax(Z), within=EXACT)


@claim(softmax, points=1)
def softmax_far_out(student, truth, draw):
    """`softmax` is right for scores up to 10 000 on either side, also where rows differ in level by as much."""
    Z = draw.array(4, 3)
    for level in (
        np.array([[0.0], [9990.0], [-9990.0], [800.0]])[: len(Z)],
        np.array([[-9990.0], [5.0], [-800.0], [9990.0]])[: len(Z)],
    ):
        scores = Z + level
        agrees(student.softmax(scores), truth.softmax(scores), within=SHIFTED)
    scores = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4 + 1]])
    agrees(student.softmax(scores), truth.softmax(scores), within=SHIFTED)


@claim(softmax, points=0.25, draws=1)
def softmax_leaves_its_input(student, truth, draw):
    """`softmax` leaves Z as it was, and its rows sum to 1."""
    Z = draw.array(3, 4)
    keeps_inputs(student, "softmax", (Z,), truth.softmax(Z), within=EXACT)
    P = student.softmax(Z)
    require(np.all(np.abs(P.sum(axis=1) - 1) <= 1e-11), "a row of the answer does not sum to 1")
