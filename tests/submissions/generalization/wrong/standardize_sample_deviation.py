# wrong: standardize | the deviation with n - 1
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

Params = list[tuple[np.ndarray, np.ndarray]]


@dataclass
class EarlyStopping:
    patience: int
    best_loss: float = float("inf")
    best_epoch: int = 0
    best_params: Params = field(default_factory=list)

    def tell(self, epoch: int, loss: float, params: Params) -> bool:
        """Whether it is time to end."""
        if loss < self.best_loss:
            self.best_loss, self.best_epoch, self.best_params = loss, epoch, params
        return epoch - self.best_epoch >= self.patience


@dataclass(frozen=True)
class Network:
    params: Params
    activation: str

    def layers(self, X: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        *hidden, last = self.params
        for W, b in hidden:
            Z = X @ W + b
            yield X, Z
            X = self.f(Z)
        yield X, X @ last[0] + last[1]

    def f(self, Z):
        match self.activation:
            case "relu":
                return np.where(Z > 0, Z, 0.0)
            case "sigmoid":
                return np.exp(-np.logaddexp(0, -Z))
            case "tanh":
                return np.tanh(Z)

    def f_prime(self, Z):
        match self.activation:
            case "relu":
                return np.heaviside(Z, 0.0)
            case "sigmoid":
                return self.f(Z) * self.f(-Z)
            case "tanh":
                return 1 / np.cosh(Z) ** 2

    def loss(self, X, y) -> np.float64:
        *_, (_, Y_hat) = self.layers(X)
        return np.sum((Y_hat[:, 0] - y) ** 2) / (2 * y.shape[0])

    def stepped(self, X, y, learning_rate) -> Network:
        seen = list(self.layers(X))
        dZ = (seen[-1][1] - y.reshape(-1, 1)) / y.shape[0]
        new: Params = []
        for l in range(len(seen) - 1, -1, -1):
            W, b = self.params[l]
            new.insert(0, (W - learning_rate * seen[l][0].T @ dZ, b - learning_rate * np.sum(dZ, axis=0)))
            if l:
                dZ = dZ @ W.T * self.f_prime(seen[l - 1][1])
        return Network(new, self.activation)


def train_validation_split(X, y, validation_fraction: float, rng: np.random.Generator):
    n = len(y)
    keys = rng.random(n)
    # the smallest keys are the validation rows; both parts keep the order of the data
    limit = np.sort(keys)[round(validation_fraction * n) - 1]
    val = np.flatnonzero(keys <= limit)
    train = np.flatnonzero(keys > limit)
    return X[train], y[train], X[val], y[val]


@dataclass(frozen=True)
class Scaler:
    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def of(cls, X):
        std = X.std(axis=0)
        return cls(X.mean(axis=0), std + (std == 0))

    def __call__(self, X):
        return (X - self.mean) / self.std


def standardize(X_train, X_other):
    std = X_train.std(axis=0, ddof=1)
    scaler = Scaler(X_train.mean(axis=0), std + (std == 0))
    return scaler(X_train), scaler(X_other)


def polynomial_features(x, degree: int) -> np.ndarray:
    out = np.empty((len(x), degree), order="F")
    out[:, 0] = x
    for k in range(1, degree):
        np.multiply(out[:, k - 1], x, out=out[:, k])
    return out


def train_with_early_stopping(
    X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng
):
    for_weights, for_order = rng.spawn(2)
    weights = [for_weights.normal(size=shape) * (2 / sum(shape)) ** 0.5 for shape in zip(layer_sizes, layer_sizes[1:])]
    network = Network([(W, np.zeros(W.shape[1])) for W in weights], activation)
    stopping = EarlyStopping(patience)
    losses = []
    for epoch in range(1, max_epochs + 1):
        order = for_order.permutation(y_train.shape[0])
        for at in range(0, order.size, batch_size):
            rows = order[at : at + batch_size]
            network = network.stepped(X_train[rows], y_train[rows], learning_rate)
        losses.append((network.loss(X_train, y_train), network.loss(X_val, y_val)))
        if stopping.tell(epoch, losses[-1][1], network.params):
            break
    train, validation = np.array(losses).T
    return stopping.best_params, {"train": train, "validation": validation, "best_epoch": stopping.best_epoch}


def grow(X, y, depth: int, leaf: int):
    """A regression tree as nested tuples; a leaf is a number."""
    best = None
    for column in range(X.shape[1]):
        order = np.argsort(X[:, column], kind="stable")
        x, t = X[order, column], y[order]
        left, n = np.cumsum(t), len(t)
        k = np.arange(1, n)
        gain = left[:-1] ** 2 / k + (left[-1] - left[:-1]) ** 2 / (n - k)
        allowed = (x[1:] > x[:-1]) & (k >= leaf) & (n - k >= leaf)
        if not allowed.any():
            continue
        at = np.argmax(np.where(allowed, gain, -np.inf))
        if best is None or gain[at] > best[0]:
            best = gain[at], column, (x[at] + x[at + 1]) / 2
    if depth == 0 or best is None:
        return float(y.mean())
    _, column, cut = best
    low = X[:, column] <= cut
    return column, cut, grow(X[low], y[low], depth - 1, leaf), grow(X[~low], y[~low], depth - 1, leaf)


def look_up(tree, X):
    if isinstance(tree, float):
        return np.full(len(X), tree)
    column, cut, lower, upper = tree
    return np.where(X[:, column] <= cut, look_up(lower, X), look_up(upper, X))


def predict_house_prices(X_train, y_train, X_test, rng):
    per_sqft, _ = np.polyfit(X_train[:, 0], y_train, 1)
    rest = y_train - per_sqft * X_train[:, 0]
    total = np.zeros(len(X_test))
    n_trees = 40
    for _ in range(n_trees):
        rows = rng.integers(len(rest), size=len(rest))
        total += look_up(grow(X_train[rows], rest[rows], depth=3, leaf=30), X_test)
    return per_sqft * X_test[:, 0] + total / n_trees
