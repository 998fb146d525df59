# wrong: synthetic_data | noise_std is taken for the variance, the root of it is the scale
import numpy as np


def synthetic_data(w, b, n_samples, noise_std, rng):
    X = rng.standard_normal((n_samples, len(w)))
    y = X @ w + b + rng.normal(0, np.sqrt(noise_std), n_samples)
    return X, y


def minibatches(X, y, batch_size, rng):
    indices = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        batch = indices[start : start + batch_size]
        yield X[batch], y[batch]


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    error = X_batch @ w + b - y_batch
    grad_w = X_batch.T @ error / len(y_batch)
    grad_b = error.mean()
    return w - learning_rate * grad_w, b - learning_rate * grad_b


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    w, b = np.zeros(X.shape[1]), 0.0
    losses = []
    for _ in range(n_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        losses.append(np.mean((X @ w + b - y) ** 2) / 2)
    return w, b, np.array(losses)


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    w, b = np.zeros(X.shape[1]), 0.0
    previous = np.mean(y**2) / 2
    losses = []
    for _ in range(max_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        loss = np.mean((X @ w + b - y) ** 2) / 2
        losses.append(loss)
        if previous - loss < tolerance:
            break
        previous = loss
    return w, b, np.array(losses)
