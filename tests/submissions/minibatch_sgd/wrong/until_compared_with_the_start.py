# wrong: train_until | always compared with the loss at zeros, not with the epoch before
import math

import matplotlib.pyplot as plt
import numpy as np

VERBOSE = True
w_true = np.array([2, -3.4])
b_true = 4.2


def synthetic_data(w, b, n_samples, noise_std, rng):
    n_features = w.shape[0]
    X = np.zeros((n_samples, n_features))
    y = np.zeros(n_samples)
    for i in range(n_samples):
        X[i] = rng.normal(size=n_features)
        noise = rng.normal(loc=0, scale=noise_std)
        y[i] = np.sum(X[i] * w) + b + noise
    return X, y


def minibatches(X, y, batch_size, rng):
    n = X.shape[0]
    idx = rng.choice(n, size=n, replace=False)
    X_shuffled = X[idx]
    y_shuffled = y[idx]
    n_batches = math.ceil(n / batch_size)
    X_batches = [X_shuffled[i * batch_size : (i + 1) * batch_size] for i in range(n_batches)]
    y_batches = [y_shuffled[i * batch_size : (i + 1) * batch_size] for i in range(n_batches)]
    return zip(X_batches, y_batches)


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    n = X_batch.shape[0]
    dw = np.zeros_like(w)
    db = 0
    for i in range(n):
        error = np.dot(X_batch[i], w) + b - y_batch[i]
        dw += error * X_batch[i] / n
        db += error / n
    return (w - learning_rate * dw, b - learning_rate * db)


squared_loss = lambda X, y, w, b: ((X.dot(w) + b - y) ** 2).sum() / 2 / X.shape[0]


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    w = np.zeros(X.shape[1])
    b = 0.0
    losses = np.zeros(n_epochs)
    for epoch in range(n_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        losses[epoch] = squared_loss(X, y, w, b)
        if VERBOSE:
            print(f"epoch {epoch + 1}, loss {losses[epoch]:f}")
    return w, b, losses


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    w = np.zeros(X.shape[1])
    b = 0.0
    losses = []
    start = squared_loss(X, y, w, b)
    for epoch in range(max_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        losses.append(squared_loss(X, y, w, b))
        if start - losses[-1] < tolerance:
            print("stopped after", epoch + 1, "epochs")
            break
    return w, b, losses


rng = np.random.default_rng(0)
X_train, y_train = synthetic_data(w_true, b_true, 200, 0.01, rng)
_, _, curve = train(X_train, y_train, 10, 0.03, 3, rng)
plt.plot(curve)
plt.xlabel("epoch")
plt.show()
plt.close("all")
