# wrong: train_until | the test comes before the epoch, so that the stop is one epoch late
from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np


class State(NamedTuple):
    w: np.ndarray
    b: float
    losses: tuple[float, ...]


def synthetic_data(w, b: float, n_samples: int, noise_std: float, rng: np.random.Generator):
    for_X, for_noise = rng.spawn(2)
    X = np.asfortranarray(for_X.standard_normal((n_samples, np.size(w))))
    y = np.full(n_samples, b)
    y += np.matmul(X, w)
    y += for_noise.normal(scale=noise_std, size=n_samples)
    return X, y


def fisher_yates(n: int, rng: np.random.Generator) -> list[int]:
    order = list(range(n))
    for last in range(n - 1, 0, -1):
        other = int(rng.integers(0, last, endpoint=True))
        order[last], order[other] = order[other], order[last]
    return order


def minibatches(X, y, batch_size: int, rng: np.random.Generator) -> Iterator[list[np.ndarray]]:
    order = fisher_yates(len(y), rng)
    room = min(batch_size, len(y))
    X_room, y_room = np.empty((room, X.shape[1])), np.empty(room)
    filled = 0
    for row in order:
        X_room[filled], y_room[filled] = X[row], y[row]
        filled += 1
        if filled == room:
            yield [X_room, y_room]
            filled = 0
    if filled:
        yield [X_room[:filled], y_room[:filled]]


def sgd_step(w, b: float, X_batch, y_batch, learning_rate: float, l2: float = 0.0):
    residual = X_batch @ w
    residual += b
    residual -= y_batch
    scale = learning_rate / residual.size
    return (1 - learning_rate * l2) * w - scale * (residual @ X_batch), b - scale * residual.sum()


def half_mse(X, y, w, b) -> float:
    return float(np.square(X @ w + b - y).sum() / (2 * y.size))


def one_epoch(state: State, X, y, batch_size, learning_rate, rng) -> State:
    w, b = state.w, state.b
    for X_batch, y_batch in minibatches(X, y, batch_size, rng):
        w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
    return State(w, b, (*state.losses, half_mse(X, y, w, b)))


def train(X, y, batch_size: int, learning_rate: float, n_epochs: int, rng: np.random.Generator):
    def next_state(state, _):
        return one_epoch(state, X, y, batch_size, learning_rate, rng)

    return functools.reduce(next_state, range(n_epochs), State(np.zeros(X.shape[1]), 0.0, ()))


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    state = State(np.zeros(X.shape[1]), 0.0, ())
    curve = [half_mse(X, y, *state[:2])]
    drop = np.inf
    while len(state.losses) < max_epochs:
        before = drop
        state = one_epoch(state, X, y, batch_size, learning_rate, rng)
        curve.append(state.losses[-1])
        drop = curve[-2] - curve[-1]
        if before < tolerance:
            break
    return tuple(state)
