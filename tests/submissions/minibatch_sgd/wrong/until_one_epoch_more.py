# wrong: train_until | one epoch more than max_epochs
import math
import random


def own_random(rng):
    return random.Random(int(rng.integers(2**62)))


def gauss(source):
    radius = math.sqrt(-2.0 * math.log(1.0 - source.random()))
    return radius * math.cos(2.0 * math.pi * source.random())


def linear(row, w, b):
    return math.fsum(float(x) * float(v) for x, v in zip(row, w)) + float(b)


def synthetic_data(w, b, n_samples, noise_std, rng):
    source = own_random(rng)
    X, y = [], []
    for _ in range(n_samples):
        row = [gauss(source) for _ in w]
        X.append(row)
        y.append(linear(row, w, b) + noise_std * gauss(source))
    return X, y


def minibatches(X, y, batch_size, rng):
    pairs = [([float(v) for v in row], float(target)) for row, target in zip(X, y)]
    own_random(rng).shuffle(pairs)
    batches = []
    while pairs:
        now, pairs = pairs[:batch_size], pairs[batch_size:]
        batches.append(([row for row, _ in now], [target for _, target in now]))
    return batches


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    n = len(y_batch)
    errors = [linear(row, w, b) - float(target) for row, target in zip(X_batch, y_batch)]
    new_w = []
    for j in range(len(w)):
        slope = sum(error * float(row[j]) for error, row in zip(errors, X_batch)) / n
        new_w.append(float(w[j]) - learning_rate * slope)
    return new_w, b - learning_rate * sum(errors) / n


def squared_loss(X, y, w, b):
    return sum((linear(row, w, b) - float(target)) ** 2 for row, target in zip(X, y)) / (2 * len(y))


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    w, b, losses = [0.0] * len(X[0]), 0.0, []
    while len(losses) < n_epochs:
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        losses.append(squared_loss(X, y, w, b))
    return w, b, losses


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    w, b = [0.0] * len(X[0]), 0.0
    history = [squared_loss(X, y, w, b)]
    epoch = 0
    while epoch <= max_epochs:
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        history.append(squared_loss(X, y, w, b))
        if history[-2] - history[-1] < tolerance:
            break
        epoch += 1
    return w, b, history[1:]
