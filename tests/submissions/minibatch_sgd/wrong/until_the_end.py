# wrong: train_until | never ends before max_epochs
import numpy as np


def synthetic_data(w, b, n_samples, noise_std, rng):
    table = rng.normal(size=(n_samples, w.size + 1))
    X, noise = table[:, :-1], table[:, -1]
    return X, np.dot(X, w) + b + noise_std * noise


def minibatches(X, y, batch_size, rng):
    table = np.column_stack((X, y))
    rng.shuffle(table, axis=0)
    cuts = np.arange(batch_size, len(table), batch_size)
    return [(part[:, :-1], part[:, -1]) for part in np.split(table, cuts)]


def step(theta, X, y, learning_rate):
    A = np.hstack([X, np.ones((len(X), 1))])
    return theta - learning_rate / len(X) * A.T.dot(A.dot(theta) - y)


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    theta = step(np.append(w, b), X_batch, y_batch, learning_rate)
    return theta[:-1], theta[-1]


def loss(theta, X, y):
    residual = X.dot(theta[:-1]) + theta[-1] - y
    return residual.dot(residual) / (2 * len(y))


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    return train(X, y, batch_size, learning_rate, max_epochs, rng)


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    theta = np.zeros(X.shape[1] + 1)
    curve = []
    for _ in range(n_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            theta = step(theta, X_batch, y_batch, learning_rate)
        curve.append(loss(theta, X, y))
    return theta[:-1], theta[-1], curve
