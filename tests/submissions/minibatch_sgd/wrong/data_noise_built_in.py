# wrong: synthetic_data | noise_std is ignored, the noise is always 0.01
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
    X = rng.standard_normal((n_samples, np.size(w)))
    y = X @ w + b
    y += rng.normal(0, 0.01, size=y.shape)
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
    reference = half_mse(X, y, *state[:2])
    for _ in range(max_epochs):
        state = one_epoch(state, X, y, batch_size, learning_rate, rng)
        improved = reference - state.losses[-1] >= tolerance
        reference = state.losses[-1]
        if not improved:
            break
    return tuple(state)
