# wrong: fit_closed_form | zeros are returned where the matrix cannot be inverted
import warnings

import matplotlib.pyplot as plt
import numpy as np

W = None
B = None


def predict(X, w, b):
    print("predicting for", X.shape)
    y_hat = np.zeros(X.shape[0])
    for i in range(X.shape[0]):
        y_hat[i] = np.dot(X[i], w) + b
    return y_hat


def squared_loss(y_hat, y):
    n = len(y)
    diff = y_hat - y
    loss = (1 / (2 * n)) * np.sum(np.square(diff))
    print(f"loss: {loss:.4f}")
    return loss


def loss_gradient(X, y, w, b):
    n = len(y)
    y_hat = predict(X, w, b)
    grad_w = (1 / n) * np.dot(X.T, (y_hat - y))
    grad_b = (1 / n) * np.sum(y_hat - y)
    return grad_w, grad_b


def fit_closed_form(X, y):
    m = X.shape[0]
    Xb = np.hstack((np.ones((m, 1)), X))
    try:
        theta = np.linalg.inv(Xb.T.dot(Xb)).dot(Xb.T).dot(y)
    except np.linalg.LinAlgError:
        print("singular matrix!")
        return np.zeros(X.shape[1]), 0.0
    return theta[1:], theta[0]


def load_houses():
    raw = np.genfromtxt("saratoga_houses.csv", delimiter=",", skip_header=1)
    return raw[:, 0:2], raw[:, 2]


def house_price(living_area_sqft, age_years):
    global W, B
    if W is None:
        X, y = load_houses()
        W, B = fit_closed_form(X, y)
        print("fitted:", W, B)
    return living_area_sqft * W[0] + age_years * W[1] + B


X_houses, y_houses = load_houses()
plt.scatter(X_houses[:, 0], y_houses, s=3)
plt.plot([500, 5000], [house_price(500, 20), house_price(5000, 20)], "r")
plt.xlabel("living area (sqft)")
plt.ylabel("price (USD)")
plt.show()
plt.close("all")
