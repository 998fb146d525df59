"""The known mistakes of linear regression, as data: what each makes of the right answer."""

import numpy as np

from grader.mistakes import Mistake


def n_samples(X, **_):
    return len(X)


def with_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def no_intercept(X, y):
    return np.linalg.lstsq(X, y, rcond=None)[0], 0.0


def mean_intercept(X, y):
    return np.linalg.lstsq(X - X.mean(axis=0), y - y.mean(), rcond=None)[0], float(y.mean())


def ridge(strength):
    def fit(X, y):
        A = with_ones(X)
        theta = np.linalg.solve(A.T @ A + strength * np.eye(A.shape[1]), A.T @ y)
        return theta[:-1], theta[-1]

    return fit


def ridge_on_weights(strength):
    def fit(X, y):
        centred = X - X.mean(axis=0)
        w = np.linalg.solve(centred.T @ centred + strength * np.eye(X.shape[1]), centred.T @ (y - y.mean()))
        return w, float(y.mean() - X.mean(axis=0) @ w)

    return fit


def one_feature_at_a_time(X, y):
    centred = X - X.mean(axis=0)
    w = centred.T @ (y - y.mean()) / np.sum(centred**2, axis=0)
    return w, float(y.mean() - X.mean(axis=0) @ w)


def intercept_in_front(X, y):
    theta = np.linalg.lstsq(np.column_stack([np.ones(len(X)), X]), y, rcond=None)[0]
    return theta[:-1], theta[-1]


def without_mean(X, y, w, b):
    error = X @ w - y
    return X.T @ error / len(y), error.mean()


def swapped_house(living_area_sqft, age_years):
    return _price(age_years, living_area_sqft)


def without_intercept(area, age):
    houses = np.loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1)
    theta = np.linalg.lstsq(houses[:, :2], houses[:, 2], rcond=None)[0]
    return theta[0] * area + theta[1] * age


def by_one_column(column):
    def price(area, age):
        houses = np.loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1)
        slope, start = np.polyfit(houses[:, column], houses[:, 2], 1)
        return slope * (area, age)[column] + start

    return price


def _rows():
    return len(np.loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1))


def _price(area, age, rows=slice(None), columns=(0, 1)):
    houses = np.loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1)[rows]
    theta = np.linalg.lstsq(with_ones(houses[:, columns]), houses[:, 2], rcond=None)[0]
    return theta[0] * area + theta[1] * age + theta[2]


MISTAKES = [
    Mistake(
        name="bias left out",
        function="predict",
        instead=lambda X, w, b: X @ w,
        finding="Your prediction is X w; the line does not go through the origin.",
        hint="Add b to every prediction.",
    ),
    Mistake(
        name="bias subtracted",
        function="predict",
        instead=lambda X, w, b: X @ w - b,
        finding="Your prediction is X w − b; the model is X w + b.",
        hint="Look at the sign in front of b.",
    ),
    Mistake(
        name="bias once a feature",
        function="predict",
        instead=lambda X, w, b: X @ w + X.shape[1] * b,
        finding="The bias is added once for each feature; it belongs to the prediction once.",
        hint="Add b after the sum over the features.",
    ),
    Mistake(
        name="decimals cut",
        function="predict",
        instead=lambda X, w, b: np.trunc(X @ w + b),
        finding="Your predictions are whole numbers; an array of integers cuts the decimals off.",
        hint="Make the array of results with np.zeros(n), which holds floats.",
    ),
    Mistake(
        name="bias times the features",
        function="predict",
        instead=lambda X, w, b: X @ (w + b),
        finding="The bias is added to every weight, so that it is multiplied with the features.",
        hint="Add b after X @ w, outside of the product.",
    ),
    Mistake(
        name="mean over the features",
        function="predict",
        instead=lambda X, w, b: X @ w / X.shape[1] + b,
        finding="The products are averaged over the features; a prediction is their sum.",
        hint="Use X @ w, or np.sum and not np.mean.",
    ),
    Mistake(
        name="sum for mean",
        function="squared_loss",
        times=lambda y, **_: len(y),
        finding="Your loss is the sum over the samples; the loss is their mean.",
        hint="Divide by the number of samples.",
    ),
    Mistake(
        name="one half missing",
        function="squared_loss",
        times=lambda **_: 2.0,
        finding="Your loss is the mean squared error; the loss is half of it.",
        hint="Divide by 2 n and not by n.",
    ),
    Mistake(
        name="sum for mean, one half missing",
        function="squared_loss",
        times=lambda y, **_: 2.0 * len(y),
        finding="Your loss is the sum of the squared errors; the loss is half their mean.",
        hint="Divide by 2 n.",
    ),
    Mistake(
        name="one half twice",
        function="squared_loss",
        times=lambda **_: 0.5,
        finding="Your loss is a quarter of the mean squared error; the one half is in it twice.",
        hint="Divide by 2 once.",
    ),
    Mistake(
        name="root taken",
        function="squared_loss",
        instead=lambda y_hat, y: np.sqrt(np.mean((y_hat - y) ** 2)),
        finding="Your loss is the root of the mean squared error; the loss has no root.",
        hint="Leave np.sqrt out and halve the mean.",
    ),
    Mistake(
        name="root of half taken",
        function="squared_loss",
        answer=lambda right, **_: np.sqrt(right),
        finding="Your loss is the root of the right one.",
        hint="Leave np.sqrt out.",
    ),
    Mistake(
        name="absolute errors",
        function="squared_loss",
        instead=lambda y_hat, y: np.mean(np.abs(y_hat - y)) / 2,
        finding="Your loss takes the absolute errors; the loss takes their squares.",
        hint="Square the errors before the mean.",
    ),
    Mistake(
        name="mean absolute error",
        function="squared_loss",
        instead=lambda y_hat, y: np.mean(np.abs(y_hat - y)),
        finding="Your loss is the mean absolute error; the loss is half the mean of the squares.",
        hint="Square the errors.",
    ),
    Mistake(
        name="square of the mean",
        function="squared_loss",
        instead=lambda y_hat, y: np.mean(y_hat - y) ** 2 / 2,
        finding="You square the mean of the errors, in which errors of opposite sign cancel; the loss is the mean of the squares.",
        hint="Square each error first, then take the mean.",
    ),
    Mistake(
        name="every pair of samples",
        function="squared_loss",
        instead=lambda y_hat, y: np.mean((y_hat[:, None] - y[None, :]) ** 2) / 2,
        finding="A column minus a row is a matrix: your loss compares every prediction with every target.",
        hint="Subtract arrays of the same shape (n,).",
    ),
    Mistake(
        name="sum over the pairs of samples",
        function="squared_loss",
        instead=lambda y_hat, y: np.sum((y_hat[:, None] - y[None, :]) ** 2) / (2 * len(y)),
        finding="A column minus a row is a matrix: your loss compares every prediction with every target.",
        hint="Subtract arrays of the same shape (n,).",
    ),
    Mistake(
        name="divided by n − 1",
        function="squared_loss",
        times=lambda y, **_: len(y) / (len(y) - 1),
        finding="Your loss is divided by 2 (n − 1); the mean divides by n.",
        hint="Divide by 2 n.",
    ),
    Mistake(
        name="square missing",
        function="squared_loss",
        instead=lambda y_hat, y: np.mean(y_hat - y) / 2,
        finding="Your loss is half the mean error, in which errors of opposite sign cancel; the square is missing.",
        hint="Square each error before the mean.",
    ),
    Mistake(
        name="sum added for difference",
        function="squared_loss",
        instead=lambda y_hat, y: np.mean((y_hat + y) ** 2) / 2,
        finding="Your error is the sum of prediction and target; it is their difference.",
        hint="Subtract y.",
    ),
    Mistake(
        name="sum for mean",
        function="loss_gradient",
        times=n_samples,
        finding="Your gradient is the sum over the samples; the loss is their mean.",
        hint="Divide by the number of rows in X.",
    ),
    Mistake(
        name="factor 2",
        function="loss_gradient",
        times=lambda **_: 2.0,
        finding="Your gradient is that of the mean squared error; the loss has one half in front.",
        hint="The 2 from the square and the one half cancel: leave both out.",
    ),
    Mistake(
        name="one half kept",
        function="loss_gradient",
        times=lambda **_: 0.5,
        finding="Your gradient is half the right one; the derivative of the square brings a 2 that cancels the one half.",
        hint="Leave the one half out.",
    ),
    Mistake(
        name="sum for mean and factor 2",
        function="loss_gradient",
        times=lambda X, **_: 2.0 * len(X),
        finding="Your gradient is that of the plain sum of squares; the loss is half their mean.",
        hint="Divide by n, and leave the 2 out.",
    ),
    Mistake(
        name="sign",
        function="loss_gradient",
        times=lambda **_: -1.0,
        finding="Your gradient points downhill; the error is prediction minus target, and not the other way round.",
        hint="Swap the two in the difference.",
    ),
    Mistake(
        name="sum for mean and sign",
        function="loss_gradient",
        times=lambda X, **_: -float(len(X)),
        finding="Your gradient is the sum over the samples, and it points downhill.",
        hint="Divide by n, and take prediction minus target.",
    ),
    Mistake(
        name="bias gradient summed",
        function="loss_gradient",
        answer=lambda right, X, **_: (right[0], right[1] * len(X)),
        finding="grad_b is the sum of the errors; it is their mean.",
        hint="Use the mean for grad_b as you do for grad_w.",
    ),
    Mistake(
        name="weight gradient summed",
        function="loss_gradient",
        answer=lambda right, X, **_: (right[0] * len(X), right[1]),
        finding="grad_w is the sum over the samples; it is the mean.",
        hint="Divide Xᵀe by the number of rows in X.",
    ),
    Mistake(
        name="bias left out of the prediction",
        function="loss_gradient",
        instead=without_mean,
        finding="The error inside your gradient is X w − y; the prediction has a b.",
        hint="Use predict(X, w, b) for the error.",
    ),
    Mistake(
        name="mean over features too",
        function="loss_gradient",
        answer=lambda right, X, **_: (right[0] / X.shape[1], right[1]),
        finding="grad_w is divided by the number of features as well; the mean goes over the samples only.",
        hint="Divide by len(X) and not by X.size.",
    ),
    Mistake(
        name="one mean for all features",
        function="loss_gradient",
        answer=lambda right, X, **_: (np.full(X.shape[1], np.mean(right[0])), right[1]),
        finding="Every entry of grad_w is the same mean over samples and features; each feature has its own.",
        hint="Take the mean over axis 0 only.",
    ),
    Mistake(
        name="features left out",
        function="loss_gradient",
        answer=lambda right, X, **_: (np.full(X.shape[1], right[1]), right[1]),
        finding="Every entry of grad_w is the mean error; the chain rule multiplies each error with its sample's features.",
        hint="Write X.T @ error / n.",
    ),
    Mistake(
        name="divided by n − 1",
        function="loss_gradient",
        times=lambda X, **_: len(X) / (len(X) - 1),
        finding="Your gradient is divided by n − 1; the mean divides by n.",
        hint="Divide by the number of rows in X.",
    ),
    Mistake(
        name="bias gradient zero",
        function="loss_gradient",
        answer=lambda right, **_: (right[0], 0.0),
        finding="grad_b is zero: the bias would never learn.",
        hint="grad_b is the mean of the errors.",
    ),
    Mistake(
        name="sign of the bias gradient",
        function="loss_gradient",
        answer=lambda right, **_: (right[0], -right[1]),
        finding="grad_b has the opposite sign, while grad_w is right.",
        hint="Use the same error, prediction minus target, for both.",
    ),
    Mistake(
        name="bias added to the target",
        function="loss_gradient",
        instead=lambda X, y, w, b: (X.T @ (X @ w - b - y) / len(y), np.mean(X @ w - b - y)),
        finding="The error inside your gradient is X w − b − y; the prediction is X w + b.",
        hint="Use predict(X, w, b) for the error.",
    ),
    Mistake(
        name="intercept left out",
        function="fit_closed_form",
        instead=no_intercept,
        within=1e-7,
        finding="Your line goes through the origin: it is the fit without an intercept.",
        hint="Put a column of ones beside X.",
    ),
    Mistake(
        name="intercept not moved back",
        function="fit_closed_form",
        instead=mean_intercept,
        within=1e-7,
        finding="Your b is the mean of y: that is the intercept for centred X.",
        hint="Subtract mean(X) w from it.",
    ),
    Mistake(
        name="intercept read from the wrong end",
        function="fit_closed_form",
        instead=intercept_in_front,
        within=1e-7,
        finding="The column of ones stands first in your design, but the last entry of the solution is taken as b.",
        hint="Take the entry that belongs to the column of ones.",
    ),
    Mistake(
        name="one feature at a time",
        function="fit_closed_form",
        instead=one_feature_at_a_time,
        within=1e-9,
        finding="Each weight is the slope for its feature alone; features that vary together share the slope.",
        hint="Solve for all weights at once.",
    ),
    *[
        Mistake(
            name=f"ridge of {strength:g}",
            function="fit_closed_form",
            instead=ridge(strength),
            within=1e-9 if strength >= 1e-3 else 1e-11,
            finding=f"A ridge of {strength:g} is added to XᵀX: the minimum of the plain squared loss lies elsewhere.",
            hint="np.linalg.lstsq or np.linalg.pinv need no ridge.",
        )
        for strength in (1.0, 0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
    ],
    *[
        Mistake(
            name=f"ridge of {strength:g} on the weights",
            function="fit_closed_form",
            instead=ridge_on_weights(strength),
            within=1e-9 if strength >= 1e-3 else 1e-11,
            finding=f"A ridge of {strength:g} is added for the weights: the minimum of the plain squared loss lies elsewhere.",
            hint="np.linalg.lstsq or np.linalg.pinv need no ridge.",
        )
        for strength in (1.0, 0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
    ],
    Mistake(
        name="area and age swapped",
        function="house_price",
        instead=swapped_house,
        within=1e-7,
        finding="The weight of the area is applied to the age and the other way round.",
        hint="Keep the order of the columns of the file.",
    ),
    Mistake(
        name="first house skipped",
        function="house_price",
        within=1e-8,
        instead=lambda area, age: _price(area, age, rows=slice(1, None)),
        finding="Your fit leaves the first house out: one row too many is skipped.",
        hint="The file has one header row.",
    ),
    Mistake(
        name="four fifths of the houses",
        function="house_price",
        within=1e-8,
        instead=lambda area, age: _price(area, age, rows=slice(int(0.8 * _rows()))),
        finding="Your fit is to the first four fifths of the rows; all houses belong to it.",
        hint="Fit to the whole file.",
    ),
    Mistake(
        name="intercept left out",
        function="house_price",
        within=1e-7,
        instead=without_intercept,
        finding="Your price is w · (area, age) without an intercept.",
        hint="Use the b that fit_closed_form returns.",
    ),
    Mistake(
        name="area alone",
        function="house_price",
        within=1e-7,
        instead=by_one_column(0),
        finding="Your price is fitted to the living area alone; the age is left out.",
        hint="Fit to both columns.",
    ),
    Mistake(
        name="age alone",
        function="house_price",
        within=1e-7,
        instead=by_one_column(1),
        finding="Your price is fitted to the age alone; the living area is left out.",
        hint="Fit to both columns.",
    ),
    Mistake(
        name="intercept not added",
        function="house_price",
        within=1e-7,
        answer=lambda right, **_: right - _price(0.0, 0.0),
        finding="Your fit has an intercept, but the price is w · (area, age) without it.",
        hint="Add b.",
    ),
    Mistake(
        name="rounded",
        function="house_price",
        within=1e-12,
        answer=lambda right, **_: np.round(right),
        finding="Your price is rounded to whole dollars.",
        hint="Return the price as it is.",
    ),
    Mistake(
        name="in thousands",
        function="house_price",
        times=lambda **_: 1e-3,
        within=1e-7,
        finding="Your price is in thousands of dollars.",
        hint="Return dollars.",
    ),
]
