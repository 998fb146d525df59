"""What a right answer to linear regression does: one claim a check, each on draws of its own.

The contract of the functions stands in the notebook. `squared_loss_of_a_sample` is the loss that SymPy differentiates.
"""

import numpy as np

from grader.claims import (
    ACCURACY,
    Points,
    Series,
    Tolerance,
    agrees,
    all_agree,
    claim,
    derivative_of,
    entry_by_entry,
    function,
    keeps_inputs,
    layouts,
    require,
)

predict = function("X, w, b", returns="y_hat (n_samples,)")
squared_loss = function("y_hat, y", returns="loss float")
loss_gradient = function("X, y, w, b", returns="grad_w (n_features,), grad_b float")
fit_closed_form = function("X, y", returns="w (n_features,), b float")
house_price = function("living_area_sqft, age_years", returns="price like living_area_sqft")

FIT = Tolerance(
    5e-9,
    because="the normal equations on unscaled columns, a right method, have condition 3e7: 3e7 · 1e-16; float32 is off by 2e-8",
)

# (X, what is special about it): designs [X 1] without full rank. Elimination on X^T X is exact in each, also with the ones in
# front or with X centred, so that `solve` and `inv` always notice, on every machine.
SINGULAR = {
    "a column twice": [[[2, 2], [0, 0], [-1, -1], [-1, -1]], [[0, 2, 0], [-3, -1, -3], [1, 1, 1], [2, -2, 2]]],
    "a constant column": [
        [[1, 2], [-3, 2], [1, 2], [1, 2]],
        [[1, -2], [1, -1], [1, 4], [1, -3], [1, -1], [1, 4], [1, 2], [1, -3]],
    ],
    "too few samples": [[[-2, 0, 4], [-2, 0, -2]], [[0, -2, -1], [0, 2, -1]]],
    "one sample": [[[4]], [[1, 2]]],
}


def squared_loss_of_a_sample(m, x, y, w, b):
    """Half the squared error of one sample; the loss is its mean."""
    return (m.dot(x, w) + b - y) ** 2 / 2


def slope_at(truth, X, y, answer):
    """The largest entry of the loss's gradient at (w, b), beside the size that rounding explains."""
    w, b = answer
    require(w.shape == X.shape[1:], "w has not one entry a feature", f"expected {X.shape[1]}, got {w.size}")
    grad_w, grad_b = truth.gradient(squared_loss_of_a_sample, by="w b")(X, y, w, b)
    largest = max(float(np.max(np.abs(grad_w))), abs(grad_b))
    return largest, max(1.0, float(np.max(np.abs(X)))) * float(np.max(np.abs(y)))


def minimises(truth, X, y, answer):
    """The gradient at the answer is zero up to rounding.

    4000 draws of right methods (inverse and pseudo-inverse of the normal equations) stay under 5e-14 of
    max|X| max|y|; a ridge of 1e-6 lies above 1e-11.
    """
    largest, size = slope_at(truth, X, y, answer)
    require(
        largest <= 1e-12 * size,
        "at your (w, b) the loss still has a slope: this is not its minimum",
        f"the gradient's largest entry is {largest:.3g}, where at most {1e-12 * size:.1g} is rounding",
    )


@claim(predict, points=1.25)
def predicts_with_the_line(student, truth, draw):
    """`predict` is X w + b, for tall, wide and square X."""
    answers = []
    for n_samples, n_features in ((7, 3), (2, 5), (4, 4)):
        X, _, w, b = draw.regression(n_samples, n_features)
        answers.append((student.predict(X, w, b), truth.predict(X, w, b)))
    all_agree(answers)


@claim(predict, points=0.5, draws=1)
def predicts_for_one_sample_one_feature_and_any_memory_order(student, truth, draw):
    """`predict` takes one sample, one feature, and arrays that are views of others."""
    for n_samples, n_features in ((1, 3), (6, 1), (1, 1)):
        X, _, w, b = draw.regression(n_samples, n_features)
        agrees(student.predict(X, w, b), truth.predict(X, w, b))
    X, _, w, b = draw.regression(5, 3)
    for view in layouts(X):
        agrees(student.predict(view, w, b), truth.predict(X, w, b))


@claim(predict, points=0.25, draws=1)
def predict_leaves_its_inputs(student, truth, draw):
    """`predict` leaves X and w as they were."""
    X, _, w, b = draw.regression(5, 2)
    keeps_inputs(student, "predict", (X, w, b), truth.predict(X, w, b))


@claim(squared_loss, points=2)
def loss_is_half_the_mean_square(student, truth, draw):
    """`squared_loss` is half the mean of the squared errors."""
    for n_samples in (7, 4):
        y_hat, y = draw.array(n_samples), draw.array(n_samples)
        agrees(student.squared_loss(y_hat, y), truth.squared_loss(y_hat, y))


@claim(squared_loss, points=0.75)
def loss_of_one_sample(student, truth, draw):
    """`squared_loss` takes a single sample, and is exact for errors of size 1e-6 as well."""
    for scale in (1.0, 1e-6):
        y_hat, y = draw.array(1, scale=scale), draw.array(1, scale=scale)
        agrees(student.squared_loss(y_hat, y), truth.squared_loss(y_hat, y))
    y, error = draw.array(7), draw.array(7)
    y_hat = draw.made(lambda _: y + 1e-6 * error)  # expanding the square leaves 4 digits of it
    agrees(student.squared_loss(y_hat, y), truth.squared_loss(y_hat, y))


@claim(squared_loss, points=0.25, draws=1)
def loss_leaves_its_inputs(student, truth, draw):
    """`squared_loss` leaves y_hat and y as they were."""
    y_hat, y = draw.array(5), draw.array(5)
    keeps_inputs(student, "squared_loss", (y_hat, y), truth.squared_loss(y_hat, y))


def gradient_beside_the_derivative(student, truth, draw):
    """Six samples, three features."""
    X, y, w, b = draw.regression(n_samples=6, n_features=3)
    right = truth.gradient(squared_loss_of_a_sample, by="w b")(X, y, w, b)
    got = student.loss_gradient(X, y, w, b)
    return entry_by_entry("Your gradient beside SymPy's, entry by entry", ("grad_w", "grad_b"), got, right)


@claim(
    loss_gradient,
    points=4,
    builds_on=("predict",),
    picture=gradient_beside_the_derivative,
    formula=derivative_of(squared_loss_of_a_sample, by="w b", x="x (3,)", y="y", w="w (3,)", b="b"),
)
def gradient_is_the_derivative_of_the_loss(student, truth, draw):
    """`loss_gradient` is the derivative of the mean squared loss, one half kept."""
    answers = []
    for n_samples, n_features in ((7, 3), (3, 4), (4, 4)):
        X, y, w, b = draw.regression(n_samples, n_features)
        right = truth.gradient(squared_loss_of_a_sample, by="w b")(X, y, w, b)
        answers.append((student.loss_gradient(X, y, w, b), right))
    all_agree(answers)


def far_from_the_line(draw):
    """Every row twice, with targets 1024 above and below its prediction: what is left of the gradient is of size 1.

    The loss is 5e5 there, so that a difference quotient, which sees its last digits, does not see the gradient.
    """
    X, y, w, b = draw.regression(4, 2)
    targets = draw.made(lambda _: np.concatenate([y + 1024, 2 * (X @ w + b) - y - 1024 + np.arange(1, len(y) + 1)]))
    return np.concatenate([X, X]), targets, w, b


@claim(loss_gradient, points=0.75, draws=1, builds_on=("predict",))
def gradient_for_one_sample_one_feature_and_any_memory_order(student, truth, draw):
    """`loss_gradient` takes one sample, one feature, and arrays that are views of others."""
    derivative = truth.gradient(squared_loss_of_a_sample, by="w b")
    for n_samples, n_features in ((1, 3), (6, 1)):
        X, y, w, b = draw.regression(n_samples, n_features)
        agrees(student.loss_gradient(X, y, w, b), derivative(X, y, w, b))
    X, y, w, b = far_from_the_line(draw)
    agrees(student.loss_gradient(X, y, w, b), derivative(X, y, w, b))
    X, y, w, b = draw.regression(5, 3)
    for view in layouts(X):
        agrees(student.loss_gradient(view, y, w, b), derivative(X, y, w, b))


@claim(loss_gradient, points=0.25, draws=1, builds_on=("predict",))
def gradient_leaves_its_inputs(student, truth, draw):
    """`loss_gradient` leaves X, y and w as they were."""
    X, y, w, b = draw.regression(5, 2)
    keeps_inputs(student, "loss_gradient", (X, y, w, b), truth.gradient(squared_loss_of_a_sample, by="w b")(X, y, w, b))


def design(draw, n_samples, n_features):
    """A design [X 1] of condition at most 100, with targets off the line."""

    def make(rng):
        while True:
            X = rng.choice([-1.0, 1.0], (n_samples, n_features)) * rng.uniform(0.3, 1.7, (n_samples, n_features)) + 0.5
            if np.linalg.cond(np.column_stack([X, np.ones(n_samples)])) <= 100:
                return X, X.sum(axis=1) + 2 + rng.uniform(-1, 1, n_samples)

    return draw.made(make)


def fit_through_the_samples(student, truth, draw):
    """Twelve samples of one feature, off a line that misses the origin."""
    x = draw.made(lambda rng: np.sort(rng.uniform(0.5, 4.0, 12)))
    y = draw.made(lambda rng: 1.5 * x + 3 + rng.uniform(-1, 1, 12))
    ends = np.array([0.0, 4.5])
    w, b = student.fit_closed_form(x[:, None], y)
    right_w, right_b = truth.fit_closed_form(x[:, None], y)
    lines = Series("your fit", ends, ends * w[0] + b), Series("the least squares", ends, ends * right_w[0] + right_b)
    return Points("Your fit to twelve samples of one feature", "x", "y", (Series("samples", x, y),), lines)


@claim(fit_closed_form, points=4, example=False, picture=fit_through_the_samples)
def fit_is_the_minimum(student, truth, draw):
    """`fit_closed_form` is where the squared loss has no slope, the intercept included."""
    for n_samples, n_features in ((12, 3), (9, 1), (6, 5)):
        X, y = design(draw, n_samples, n_features)
        minimises(truth, X, y, student.fit_closed_form(X, y))


@claim(fit_closed_form, points=1.5, draws=1)
def fit_without_full_rank(student, truth, draw):
    """`fit_closed_form` finds a minimum where it is not unique: a column twice, a constant column, few samples."""
    for designs in SINGULAR.values():
        for rows in designs:
            X = np.array(rows, dtype=np.float64)
            y = X[:, 0] - 2.0 * np.arange(1, len(X) + 1) % 3 + 5
            minimises(truth, X, y, student.fit_closed_form(X, y))


@claim(fit_closed_form, points=0.5, draws=1, example=False)
def fit_leaves_its_inputs_in_any_memory_order(student, truth, draw):
    """`fit_closed_form` leaves X and y as they were, and takes views of other arrays."""
    X, y = design(draw, 8, 2)
    keeps_inputs(student, "fit_closed_form", (X, y), truth.fit_closed_form(X, y), within=ACCURACY)
    for view in layouts(X):
        minimises(truth, X, y, student.fit_closed_form(view, y))


@claim(house_price, points=2.75, builds_on=("fit_closed_form", "predict"), example=False)
def price_of_many_houses(student, truth, draw):
    """`house_price` is the price by the fit to all houses of the file, for arrays of houses."""
    area = draw.made(lambda rng: np.round(rng.uniform(700, 4000, 5)))
    age = draw.made(lambda rng: np.round(rng.uniform(0, 120, 5)))
    agrees(student.house_price(area, age), truth.house_price(area, age), within=FIT)


@claim(house_price, points=1, draws=1, builds_on=("fit_closed_form", "predict"), example=False)
def price_of_one_house(student, truth, draw):
    """`house_price` gives one number for two numbers, also for a new house (age 0)."""
    for age in (draw.number(5.0, 90.0), 0.0):
        area = draw.number(700.0, 4000.0)
        agrees(student.house_price(area, age), truth.house_price(area, age), within=FIT)


@claim(house_price, points=0.25, draws=1, builds_on=("fit_closed_form", "predict"), example=False)
def price_leaves_its_inputs(student, truth, draw):
    """`house_price` leaves the areas and the ages as they were, and takes views of other arrays."""
    area = draw.made(lambda rng: np.round(rng.uniform(700, 4000, 4)))
    age = draw.made(lambda rng: np.round(rng.uniform(0, 120, 4)))
    right = truth.house_price(area, age)
    keeps_inputs(student, "house_price", (area, age), right, within=FIT)
    agrees(student.house_price(layouts(area)[1], layouts(age)[2]), right, within=FIT)
