# wrong: loss_gradient | factor 2 too many, the one half of the loss forgotten
import csv

import numpy as np


def predict(X, w, b):
    y_hat = []
    for x in X:
        y_hat.append(np.dot(x, w) + b)
    return np.array(y_hat)


def squared_loss(y_hat, y):
    loss = 0
    for i in range(len(y)):
        loss = loss + (y_hat[i] - y[i]) ** 2
    return loss / len(y) / 2


def loss_gradient(X, y, w, b):
    n_samples, n_features = X.shape
    y_hat = predict(X, w, b)
    grad_w = np.zeros(n_features)
    grad_b = 0.0
    for i in range(n_samples):
        grad_w += 2 * (y_hat[i] - y[i]) * X[i]
        grad_b += 2 * (y_hat[i] - y[i])
    return grad_w / n_samples, grad_b / n_samples


def fit_closed_form(X, y):
    X1 = np.append(X, np.ones((X.shape[0], 1)), axis=1)
    XtX = X1.T @ X1
    Xty = X1.T @ y
    if np.linalg.matrix_rank(X1) < X1.shape[1]:
        solution = np.linalg.lstsq(X1, y, rcond=None)[0]
    else:
        solution = np.linalg.solve(XtX, Xty)
    w = solution[:-1]
    b = solution[-1]
    return w, b


def read_houses(name="saratoga_houses.csv"):
    features, prices = [], []
    with open(name) as f:
        reader = csv.reader(f)
        next(reader)
        for area, age, price in reader:
            features.append([float(area), float(age)])
            prices.append(float(price))
    return np.array(features), np.array(prices)


def house_price(living_area_sqft, age_years):
    X, y = read_houses()
    w, b = fit_closed_form(X, y)
    one_house = np.ndim(living_area_sqft) == 0
    X_new = np.column_stack([np.atleast_1d(living_area_sqft), np.atleast_1d(age_years)])
    prices = predict(X_new, w, b)
    return prices[0] if one_house else prices
