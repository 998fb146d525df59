# wrong: minibatches | a short last batch is filled up with samples already seen
import numpy as np


def synthetic_data(w, b, n_samples, noise_std, rng):
    # X ~ N(0, 1), noise ~ N(0, noise_std)
    X = rng.normal(0, 1, size=(n_samples, len(w)))
    noise = rng.normal(0, noise_std, size=n_samples)
    y = np.dot(X, w) + b + noise
    return X, y


def minibatches(X, y, batch_size, rng):
    n = len(y)
    idx = rng.permutation(n)
    batches = []
    for i in range(0, n, batch_size):
        chosen = np.take(idx, np.arange(i, i + batch_size), mode="wrap")
        batches.append((X[chosen], y[chosen]))
    return batches


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    n = len(y_batch)
    y_hat = np.dot(X_batch, w) + b
    grad_w = 1 / n * np.dot(X_batch.T, y_hat - y_batch)
    grad_b = 1 / n * np.sum(y_hat - y_batch)
    return w - learning_rate * grad_w, b - learning_rate * grad_b


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    n, d = X.shape
    w, b = np.zeros(d), 0.0
    losses = []
    for epoch in range(n_epochs):
        idx = rng.permutation(n)
        for i in range(0, n, batch_size):
            rows = idx[i : i + batch_size]
            e = X[rows] @ w + b - y[rows]
            w = w - learning_rate * X[rows].T @ e / len(rows)
            b = b - learning_rate * e.mean()
        losses.append(((X @ w + b - y) ** 2).sum() / (2 * n))
    return w, b, losses


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    n, d = X.shape
    w, b = np.zeros(d), 0.0
    old = (y**2).sum() / (2 * n)
    losses = []
    for epoch in range(max_epochs):
        idx = rng.permutation(n)
        for i in range(0, n, batch_size):
            rows = idx[i : i + batch_size]
            e = X[rows] @ w + b - y[rows]
            w = w - learning_rate * X[rows].T @ e / len(rows)
            b = b - learning_rate * e.mean()
        new = ((X @ w + b - y) ** 2).sum() / (2 * n)
        losses.append(new)
        if old - new < tolerance:
            break
        old = new
    return w, b, losses
