# right: star import, a generator of epochs, recursion over the layers, a column of ones in the network, a plane through the nearest neighbours for the prices
from numpy import *


def bent(z, name):
    return {"relu": maximum(z, 0), "sigmoid": 1 / (1 + exp(-z)), "tanh": tanh(z)}[name]


def slope_of(a, name):
    return {"relu": where(a > 0, 1.0, 0.0), "sigmoid": a * (1 - a), "tanh": 1 - a**2}[name]


def one(A):
    return column_stack([A, ones(len(A))])


def value(X, Ms, name):
    A = X
    for M in Ms[:-1]:
        A = bent(one(A) @ M, name)
    return (one(A) @ Ms[-1])[:, 0]


def half_mse(X, y, Ms, name):
    return mean((value(X, Ms, name) - y) ** 2) / 2


def gradients(A, y, Ms, name):
    """Gradients of these layers and the derivative by A, layer by layer from the top."""
    Z = one(A) @ Ms[0]
    if len(Ms) == 1:
        d, above = (Z - y[:, newaxis]) / len(y), []
    else:
        out = bent(Z, name)
        above, d = gradients(out, y, Ms[1:], name)
        d = d * slope_of(out, name)
    return [one(A).T @ d] + above, d @ Ms[0][:-1].T


def train_validation_split(X, y, validation_fraction, rng):
    table = rng.permutation(column_stack([X, y]), axis=0)
    val, train = split(table, [int(rint(validation_fraction * len(y)))])
    return train[:, :-1], train[:, -1], val[:, :-1], val[:, -1]


def standardize(X_train, X_other):
    centre = mean(X_train, axis=0)
    spread = std(X_train, axis=0)
    with errstate(divide="ignore", invalid="ignore"):
        return tuple(nan_to_num((X - centre) / spread) for X in (X_train, X_other))


def polynomial_features(x, degree):
    return cumprod(tile(x, (degree, 1)), axis=0).T


def epochs(X, y, Ms, name, learning_rate, batch_size, rng):
    while True:
        order = list(rng.permutation(len(y)))
        while order:
            rows, order = order[:batch_size], order[batch_size:]
            grads, _ = gradients(X[rows], y[rows], Ms, name)
            Ms = [M - learning_rate * G for M, G in zip(Ms, grads)]
        yield Ms


def train_with_early_stopping(
    X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng
):
    start = [append(rng.uniform(-1, 1, (i, o)) * sqrt(6 / (i + o)), zeros((1, o)), axis=0)
             for i, o in zip(layer_sizes, layer_sizes[1:])]
    history = {"train": [], "validation": []}
    best = 0
    for e, Ms in enumerate(epochs(X_train, y_train, start, activation, learning_rate, batch_size, rng), start=1):
        history["train"].append(half_mse(X_train, y_train, Ms, activation))
        history["validation"].append(half_mse(X_val, y_val, Ms, activation))
        if best == 0 or history["validation"][e - 1] < history["validation"][best - 1]:
            best, winner = e, Ms
        if e - best == patience or e == max_epochs:
            return [(M[:-1], M[-1]) for M in winner], history


def predict_house_prices(X_train, y_train, X_test, rng):
    A, B = standardize(X_train, X_test)
    k = min(array([150, len(A) - 1]))
    prices = []
    for house in B:
        squares = sum((A - house) ** 2, axis=1)
        near = argpartition(squares, k)[:k]
        # a plane through the neighbours, seen from the house: its level is the price
        plane, *_ = linalg.lstsq(one(A[near] - house), y_train[near])
        prices.append(plane[-1])
    return prices
