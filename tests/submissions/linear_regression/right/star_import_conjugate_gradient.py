# right: star import, names that hide builtins, conjugate gradients on the normal equations instead of a solver
from numpy import *


def predict(X, w, b):
    return sum(X * w, axis=1) + b


def squared_loss(y_hat, y):
    return var(y_hat - y) / 2 + mean(y_hat - y) ** 2 / 2


def loss_gradient(X, y, w, b):
    e = predict(X, w, b) - y
    return mean(X * e[:, newaxis], axis=0), float64(average(e))


def fit_closed_form(X, y):
    # columns brought to length one first: it converges in a few rounds then
    centre = mean(X, axis=0)
    A = X - centre
    length = sqrt(sum(A**2, axis=0))
    length = where(length > 1e-12 * abs(X).max(), length, 1.0)
    A = A / length
    t = y - mean(y)
    w = zeros(A.shape[1])
    enough = (1e-14 * sqrt(t @ t)) ** 2
    for restart in range(4):
        r = t - A @ w
        s = A.T @ r
        p = s.copy()
        gamma = s @ s
        for k in range(len(w)):
            if gamma <= enough:
                break
            q = A @ p
            alpha = gamma / (q @ q)
            w = w + alpha * p
            r = r - alpha * q
            s = A.T @ r
            gamma, old = s @ s, gamma
            p = s + gamma / old * p
    w = w / length
    return w, mean(y) - centre @ w


def house_price(living_area_sqft, age_years):
    area, age, price = loadtxt("saratoga_houses.csv", delimiter=",", skiprows=1, unpack=True)
    w, b = fit_closed_form(stack([area, age], 1), price)
    return w[0] * living_area_sqft + w[1] * age_years + b
