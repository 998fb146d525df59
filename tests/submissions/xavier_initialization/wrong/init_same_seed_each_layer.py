# wrong: init_params | every layer is drawn from the same seed, so that the layers share their weights
from __future__ import annotations

import copy
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Layer:
    W: np.ndarray
    b: np.ndarray
    activation: str | None = None
    cache: dict = field(default_factory=dict, repr=False)

    def forward(self, x: np.ndarray) -> np.ndarray:
        z = np.dot(x, self.W) + self.b
        self.cache.update(x=x, z=z)
        match self.activation:
            case None:
                return z
            case "relu":
                return np.where(z > 0, z, 0)
            case "sigmoid":
                return 1 / (1 + np.exp(-z))
            case "tanh":
                return np.tanh(z)
        raise ValueError(self.activation)

    def slope(self) -> np.ndarray | float:
        z = self.cache["z"]
        match self.activation:
            case None:
                return 1.0
            case "relu":
                return np.where(z > 0, 1.0, 0.0)
            case "sigmoid":
                return 1 / (2 + np.exp(z) + np.exp(-z))
            case "tanh":
                return 1 / np.cosh(z) ** 2

    def backward(self, d: np.ndarray) -> np.ndarray:
        d = d * self.slope()
        self.dW = np.dot(self.cache["x"].T, d)
        self.db = d.sum(0)
        return np.dot(d, self.W.T)

    def step(self, learning_rate: float) -> None:
        self.W -= learning_rate * self.dW
        self.b -= learning_rate * self.db


class Network:
    def __init__(self, params, activation):
        kinds = [activation] * (len(params) - 1) + [None]
        self.layers = [Layer(W, b, kind) for (W, b), kind in zip(params, kinds)]

    def outputs(self, X):
        for layer in self.layers:
            X = layer.forward(X)
            yield X

    def learn(self, X, Y):
        *_, Y_hat = self.outputs(X)
        d = (Y_hat - Y) / X.shape[0]
        for layer in self.layers[::-1]:
            d = layer.backward(d)

    @property
    def params(self):
        return [(layer.W, layer.b) for layer in self.layers]


def xavier_uniform(fan_in, fan_out, rng):
    limit = (6.0 / (fan_in + fan_out)) ** 0.5
    return rng.random((fan_in, fan_out)) * 2 * limit - limit


def xavier_normal(fan_in, fan_out, rng):
    return rng.standard_normal((fan_in, fan_out)) * (2.0 / (fan_in + fan_out)) ** 0.5


INITIALISERS = {"uniform": xavier_uniform, "normal": xavier_normal}


def init_params(layer_sizes, rng, distribution="uniform"):
    seed = int(rng.integers(2**32))
    params = []
    for fan_in, fan_out in zip(layer_sizes, layer_sizes[1:]):
        layer_rng = np.random.default_rng(seed)
        params.append((INITIALISERS[distribution](fan_in, fan_out, layer_rng), np.zeros(fan_out)))
    return params


def layer_variances(X, params, activation):
    return [np.var(out) for out in Network(params, activation).outputs(X)]


def gradient_norms(X, Y, params, activation):
    network = Network(params, activation)
    network.learn(X, Y)
    return [np.sqrt(np.sum(layer.dW**2)) for layer in network.layers]


def train_from(params, X, Y, activation, learning_rate, n_steps):
    network = Network(copy.deepcopy(params), activation)
    for _ in range(n_steps):
        network.learn(X, Y)
        for layer in network.layers:
            layer.step(learning_rate)
    return network.params


def symmetry_gap(params):
    W, b = params[0]
    return max(np.ptp(W, axis=1).max(), np.ptp(b))
