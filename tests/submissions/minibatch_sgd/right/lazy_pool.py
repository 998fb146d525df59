# right: rows are drawn from a pool only when a batch is asked for
import numpy as np
def synthetic_data(w, b, n_samples, noise_std, rng):
    X = rng.normal(0, 1, (n_samples, len(w)))
    y = X @ w + b + rng.normal(0, noise_std, n_samples)
    return X, y
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return [(X[order[i:i + batch_size]], y[order[i:i + batch_size]]) for i in range(0, len(X), batch_size)]
def sgd_step(w, b, X_batch, y_batch, learning_rate):
    e = X_batch @ w + b - y_batch
    return w - learning_rate * X_batch.T @ e / len(e), b - learning_rate * e.mean()
def train(X, y, batch_size, learning_rate, n_epochs, rng):
    w, b = np.zeros(X.shape[1]), 0.0
    losses = np.empty(n_epochs)
    for k in range(n_epochs):
        for Xb, yb in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, Xb, yb, learning_rate)
        losses[k] = np.mean((X @ w + b - y) ** 2) / 2
    return w, b, losses
def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    w, b = np.zeros(X.shape[1]), 0.0
    L = [np.mean((X @ w + b - y) ** 2) / 2]
    for k in range(max_epochs):
        for Xb, yb in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, Xb, yb, learning_rate)
        L.append(np.mean((X @ w + b - y) ** 2) / 2)
        if L[-2] - L[-1] < tolerance:
            break
    return w, b, np.array(L[1:])

def minibatches(X, y, m, rng):
    left = list(range(len(y)))
    while left:
        now = []
        while left and len(now) < m: now.append(left.pop(rng.integers(len(left))))
        yield X[now], y[now]
