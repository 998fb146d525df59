# wrong: fit_closed_form | w still holds the intercept
# uses: house_price
import numpy as np

# Week 1: linear regression, my solutions


def predict(X, w, b):
    # y_hat = X w + b
    return np.dot(X, w) + b


def squared_loss(y_hat, y):
    # L = 1/(2n) * sum (y_hat - y)^2
    n = y.shape[0]
    return 1 / (2 * n) * np.sum((y_hat - y) ** 2)


def loss_gradient(X, y, w, b):
    n = X.shape[0]
    e = np.dot(X, w) + b - y
    # dL/dw = 1/n X^T e,  dL/db = 1/n sum e
    dw = 1 / n * np.dot(X.T, e)
    db = 1 / n * np.sum(e)
    return dw, db


def fit_closed_form(X, y):
    A = np.hstack([np.ones((X.shape[0], 1)), X])
    theta = np.linalg.pinv(A) @ y
    return theta, float(theta[0])


def house_price(living_area_sqft, age_years):
    data = np.loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1)
    w, b = fit_closed_form(data[:, :2], data[:, 2])
    return living_area_sqft * w[0] + age_years * w[1] + b
