# wrong: house_price | weights typed in with two decimals
"""Linear regression from scratch."""
import numpy as np


def predict(X, w, b):
    """Linear model."""
    return (X * w).sum(axis=1) + b


def squared_loss(y_hat, y):
    """Half of the mean squared error."""
    return ((y_hat - y) ** 2).sum() / (2 * len(y_hat))


def loss_gradient(X, y, w, b):
    """Partial derivatives of the loss."""
    r = predict(X, w, b) - y
    return (r[:, None] * X).mean(axis=0), r.mean()


def fit_closed_form(X, y):
    """Eigenvectors of X^T X instead of an inverse; small eigenvalues are skipped."""
    A = np.insert(X, 0, 1.0, axis=1)
    values, vectors = np.linalg.eigh(A.T @ A)
    good = values > 1e-11 * values.max()
    V = vectors[:, good]
    theta = V @ ((V.T @ (A.T @ y)) / values[good])
    theta += V @ ((V.T @ (A.T @ (y - A @ theta))) / values[good])
    return theta[1:], theta[0]


def house_price(living_area_sqft, age_years):
    """Price in US dollars."""
    # ran fit_closed_form once and copied the numbers
    return 111.28 * living_area_sqft - 224.75 * age_years + 22951.79
