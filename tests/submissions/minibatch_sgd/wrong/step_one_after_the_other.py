# wrong: sgd_step | the bias's gradient is taken with the new w
import numpy as np


def synthetic_data(w, b, n_samples, noise_std, rng):
    # X ~ N(0, 1), noise ~ N(0, noise_std)
    X = rng.normal(0, 1, size=(n_samples, len(w)))
    noise = rng.normal(0, noise_std, size=n_samples)
    y = np.dot(X, w) + b + noise
    return X, y


def minibatches(X, y, batch_size, rng):
    idx = np.arange(len(y))
    rng.shuffle(idx)
    batches = []
    for i in range(0, len(y), batch_size):
        chosen = idx[i : i + batch_size]
        batches.append((X[chosen], y[chosen]))
    return batches


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    w = w - learning_rate * X_batch.T @ (X_batch @ w + b - y_batch) / len(y_batch)
    b = b - learning_rate * (X_batch @ w + b - y_batch).mean()
    return w, b


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
