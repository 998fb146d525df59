# wrong: squared_loss | root of the mean squared error
from functools import partial, reduce

import numpy as np

predict = lambda X, w, b: np.matmul(X, w) + b

squared_loss = lambda y_hat, y, power=2: np.sqrt(np.mean(abs(y_hat - y) ** power))

_ones = lambda X: np.concatenate([X, np.ones((X.shape[0], 1))], axis=1)

loss_gradient = lambda X, y, w, b: (lambda g: (g[:-1], g[-1:].reshape(())))(
    reduce(np.matmul, [_ones(X).T, _ones(X) @ np.append(w, b) - y]) / len(y)
)


def _normal(X, y, extend):
    A = extend(X)
    theta = np.linalg.pinv(A.T @ A) @ (A.T @ y)
    return theta[: X.shape[1]], theta[X.shape[1]]


fit_closed_form = partial(_normal, extend=_ones)


def _price(table, area, age):
    w, b = fit_closed_form(table[:, [0, 1]], table[:, 2])
    return np.array(area) * w[0] + np.array(age) * w[1] + b


house_price = partial(_price, np.loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1))
