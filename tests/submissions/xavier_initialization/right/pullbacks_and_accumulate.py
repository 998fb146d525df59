# right: layers as functions that return their own way back, accumulate over layers and over steps
from collections import namedtuple
from itertools import accumulate, pairwise, repeat

import numpy as np

Pass = namedtuple("Pass", "out pull")


def dense(A, W, b):
    return Pass(A.dot(W) + b, lambda G: (G.dot(W.T), (A.T.dot(G), G.sum(axis=0))))


def squash(Z, name):
    if name == "relu":
        on = Z > 0
        return Pass(Z * on, lambda G: G * on)
    if name == "sigmoid":
        S = np.reciprocal(1 + np.exp(-Z))
        return Pass(S, lambda G: G * S * (1 - S))
    T = np.tanh(Z)
    return Pass(T, lambda G: G - G * T**2)


def tape(X, params, name):
    """(dense pass, activation pass) of each layer; the last has the identity for its activation."""
    passes, A = [], X
    for number, (W, b) in enumerate(params, start=1):
        linear = dense(A, W, b)
        bent = squash(linear.out, name) if number < len(params) else Pass(linear.out, lambda G: G)
        passes.append((linear, bent))
        A = bent.out
    return passes


def gradients(X, Y, params, name):
    passes = tape(X, params, name)
    G = (passes[-1][1].out - Y) / len(X)
    found = []
    for linear, bent in reversed(passes):
        G, grad = linear.pull(bent.pull(G))
        found.append(grad)
    return found[::-1]


def xavier_uniform(fan_in, fan_out, rng):
    variance = 2 / (fan_in + fan_out)
    edge = np.sqrt(3 * variance)  # a uniform on (-a, a) has variance a^2 / 3
    columns = [rng.uniform(low=-edge, high=edge, size=fan_in) for _ in range(fan_out)]
    return np.stack(columns, axis=1)


def xavier_normal(fan_in, fan_out, rng):
    variance = 2 / (fan_in + fan_out)
    W = np.empty((fan_in, fan_out))
    rng.standard_normal(out=W)
    W *= np.sqrt(variance)
    return W


def init_params(layer_sizes, rng, distribution="uniform", dtype=float):
    functions = dict(uniform=xavier_uniform, normal=xavier_normal)
    weights = [functions[distribution](*fans, rng) for fans in pairwise(layer_sizes)]
    return list(zip(weights, (np.zeros(W.shape[-1], dtype) for W in weights)))


def layer_variances(X, params, activation):
    variances = (np.var(bent.out) for _, bent in tape(X, params, activation))
    return np.fromiter(variances, dtype=float, count=len(params))


def gradient_norms(X, Y, params, activation):
    return tuple(np.linalg.norm(dW.ravel(), ord=2) for dW, _ in gradients(X, Y, params, activation))


def train_from(params, X, Y, activation, learning_rate, n_steps):
    def step(now, _):
        return [
            tuple(old - learning_rate * slope for old, slope in zip(pair, grad))
            for pair, grad in zip(now, gradients(X, Y, now, activation))
        ]

    *_, last = accumulate(repeat(None, n_steps), step, initial=params)
    return last


def symmetry_gap(params):
    W, b = params[0]
    units = np.column_stack([W.T, b])  # one row a unit
    return (units.max(axis=0) - units.min(axis=0)).max()
