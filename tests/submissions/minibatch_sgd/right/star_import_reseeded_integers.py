# right: star import, another generator seeded from rng, inverse normal by hand, rows popped off a list, 0-d arrays
from statistics import NormalDist

from numpy import *


def fresh(rng):
    return random.default_rng(rng.integers(0, 2**63, size=4))


def standard_normal(shape, source):
    uniform = source.random(shape)
    uniform[uniform == 0.0] = 0.5
    return vectorize(NormalDist().inv_cdf, otypes=[float])(uniform)


def synthetic_data(w, b, n_samples, noise_std, rng):
    source = fresh(rng)
    X = standard_normal((n_samples, len(w)), source)
    return X, inner(X, w) + b + noise_std * standard_normal(n_samples, source)


def minibatches(X, y, batch_size, rng):
    left = list(fresh(rng).permutation(len(y)))
    batches = []
    while len(left) > 0:
        rows = [left.pop() for _ in range(min([batch_size, len(left)]))]
        batches += [(X[rows, :], y[rows])]
    return iter(batches)


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    e = inner(X_batch, w) + b - y_batch
    grad = mean(column_stack([X_batch, ones(len(e))]) * e[:, None], axis=0)
    new = append(w, b) - multiply(learning_rate, grad)
    return new[:-1], new[-1, ...]


def loss_at(X, y, w, b):
    return mean(square(inner(X, w) + b - y)) / 2


def run(X, y, batch_size, learning_rate, stop, max_epochs, rng):
    w, b = zeros(shape(X)[1]), array(0.0)
    losses = [loss_at(X, y, w, b)]
    for epoch in arange(max_epochs):
        for batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, *batch, learning_rate)
        losses.append(loss_at(X, y, w, b))
        if stop(losses[-2] - losses[-1]):
            break
    return w, b, stack(losses[1:])


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    return run(X, y, batch_size, learning_rate, lambda drop: False, n_epochs, rng)


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    return run(X, y, batch_size, learning_rate, lambda drop: drop < tolerance, max_epochs, rng)
