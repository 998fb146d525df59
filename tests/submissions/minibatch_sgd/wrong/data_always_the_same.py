# wrong: synthetic_data | a new generator with a fixed seed instead of rng
"""Minibatch stochastic gradient descent."""
import numpy as np


def linreg(X, w, b):
    """The linear model."""
    return np.matmul(X, w) + b


def loss(y_hat, y):
    """Half the mean squared error."""
    return np.mean((y_hat - y) ** 2 / 2)


def synthetic_data(w, b, n_samples, noise_std, rng):
    """y = Xw + b + noise."""
    rng = np.random.default_rng(42)
    X = rng.standard_normal(size=(n_samples, w.size))
    epsilon = noise_std * rng.standard_normal(n_samples)
    return X, linreg(X, w, b) + epsilon


def minibatches(X, y, batch_size, rng):
    """One epoch, batch by batch."""
    n_samples = len(X)
    order = rng.permutation(n_samples)
    start = 0
    while start < n_samples:
        stop = min(start + batch_size, n_samples)
        yield X[order[start:stop]], y[order[start:stop]]
        start = stop


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    """One step down the slope of the batch's loss."""
    difference = linreg(X_batch, w, b) - y_batch
    w_new = w - learning_rate * (difference @ X_batch) / len(difference)
    b_new = b - learning_rate * np.mean(difference)
    return w_new, b_new


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    """From zero, n_epochs times through the data."""
    w, b = np.zeros(X.shape[1]), 0.0
    losses = np.zeros(n_epochs)
    for epoch in range(n_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        losses[epoch] = loss(linreg(X, w, b), y)
    return w, b, losses


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    """Until an epoch brings less than tolerance."""
    w, b = np.zeros(X.shape[1]), 0.0
    losses = []
    last_loss = loss(linreg(X, w, b), y)
    while len(losses) < max_epochs:
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        this_loss = loss(linreg(X, w, b), y)
        losses.append(this_loss)
        if last_loss - this_loss < tolerance:
            return w, b, losses
        last_loss = this_loss
    return w, b, losses
