# wrong: loss_gradient | finite differences
import numpy as np


def predict(X, w, b):
    """Predictions of the linear model.

        y_hat_i = x_i · w + b

    X (n_samples, n_features), w (n_features,), b float -> (n_samples,).
    Source: Bishop (2006), equation 3.1.
    """
    return X @ w + b


def squared_loss(y_hat, y):
    """Half the mean of the squared errors.

        L = 1/(2 n) * sum_i (y_hat_i - y_i)^2

    y_hat (n_samples,), y (n_samples,) -> float. The one half cancels the 2 that the derivative brings.
    Source: Legendre (1805).
    """
    return np.mean((y_hat - y) ** 2) / 2


def loss_gradient(X, y, w, b):
    h = 1e-6
    g = np.zeros_like(w)
    for j in range(len(w)):
        up, down = w.copy(), w.copy()
        up[j] += h
        down[j] -= h
        g[j] = (squared_loss(predict(X, up, b), y) - squared_loss(predict(X, down, b), y)) / (2 * h)
    gb = (squared_loss(predict(X, w, b + h), y) - squared_loss(predict(X, w, b - h), y)) / (2 * h)
    return g, gb


def fit_closed_form(X, y):
    """The (w, b) with the smallest squared loss, without iteration.

        A = [X 1],  theta = [w; b]
        gradient zero  <=>  A^T A theta = A^T y      (the normal equations)

    Where the columns of A are independent, theta is unique. Where they are not, A^T A has no inverse and the normal
    equations have infinitely many solutions, all with the same loss; `lstsq` returns the shortest of them.

    X (n_samples, n_features), y (n_samples,) -> w (n_features,), b float.
    Source: Golub and Van Loan (2013), section 5.5, least squares by the singular value decomposition.
    """
    A = np.column_stack([X, np.ones(len(X))])
    # lstsq works on A itself: forming A^T A would square the condition number, and inverting it fails at lower rank.
    theta, *_ = np.linalg.lstsq(A, y, rcond=None)
    return theta[:-1], theta[-1]


def house_price(living_area_sqft, age_years):
    """Price in US dollars that the closed-form fit to all houses in `saratoga_houses.csv` predicts.

        price = w_area * living_area_sqft + w_age * age_years + b

    Two numbers -> float; two arrays (n,) -> (n,).
    Source of the data: houses sold in Saratoga County, New York, 2006, collected by C. Corvetti.
    """
    houses = np.loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1)  # living_area_sqft, age_years, price_usd
    (w_area, w_age), b = fit_closed_form(houses[:, :2], houses[:, 2])
    return w_area * living_area_sqft + w_age * age_years + b
