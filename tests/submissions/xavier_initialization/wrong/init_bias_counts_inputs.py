# wrong: init_params | one bias for each input instead of each unit
from functools import partial

import numpy as np

FUNCTIONS = {
    "relu": (lambda z: np.maximum(z, 0.0), lambda a: np.sign(a)),
    "sigmoid": (lambda z: 0.5 + 0.5 * np.tanh(0.5 * z), lambda a: a - a * a),
    "tanh": (np.tanh, lambda a: 1.0 - a * a),
}

ones = lambda A: np.concatenate([A, np.ones((len(A), 1))], axis=1)


def matrices(params):
    return [np.vstack([W, b]) for W, b in params]


def run(X, Ms, f):
    outs = [ones(X)]
    for M in Ms[:-1]:
        outs.append(ones(f(np.einsum("ni,io->no", outs[-1], M))))
    return outs, np.einsum("ni,io->no", outs[-1], Ms[-1])


def slopes(X, Y, Ms, activation):
    f, f_slope = FUNCTIONS[activation]
    outs, Y_hat = run(X, Ms, f)
    D = (Y_hat - Y) / Y.shape[0]
    answer = []
    while outs:
        A = outs.pop()
        answer.append(np.einsum("ni,no->io", A, D))
        if outs:
            D = np.einsum("no,io->ni", D, Ms[len(outs)][:-1]) * f_slope(A[:, :-1])
    return answer[::-1]


def _draw(fan_in, fan_out, rng, method, factor):
    return np.asfortranarray(np.sqrt(factor / (fan_in + fan_out)) * method(rng, fan_in * fan_out).reshape(fan_in, fan_out))


xavier_uniform = partial(_draw, method=lambda rng, n: rng.uniform(-1, 1, n), factor=6)
xavier_normal = partial(_draw, method=lambda rng, n: rng.normal(size=n), factor=2)


def init_params(layer_sizes, rng, distribution="uniform"):
    function = globals()["xavier_" + distribution]
    pairs = np.lib.stride_tricks.sliding_window_view(layer_sizes, 2).tolist()
    return tuple((function(*pair, rng), np.full(pair[0], 0.0)) for pair in pairs)


def layer_variances(X, params, activation):
    outs, Y_hat = run(X, matrices(params), FUNCTIONS[activation][0])
    layers = [A[:, :-1] for A in outs[1:]] + [Y_hat]
    return np.array([np.mean((A - np.mean(A)) ** 2) for A in layers])


def gradient_norms(X, Y, params, activation):
    return np.sqrt([np.einsum("io,io", G[:-1], G[:-1]) for G in slopes(X, Y, matrices(params), activation)])


def train_from(params, X, Y, activation, learning_rate, n_steps):
    Ms = matrices(params)
    cuts = np.cumsum([M.size for M in Ms])[:-1]
    shapes = [M.shape for M in Ms]
    unpack = lambda theta: [part.reshape(shape) for part, shape in zip(np.split(theta, cuts), shapes)]
    theta = np.concatenate([M.ravel() for M in Ms])
    for _ in range(n_steps):
        gradient = np.concatenate([G.ravel() for G in slopes(X, Y, unpack(theta), activation)])
        theta = theta - learning_rate * gradient
    return [(M[:-1], M[-1]) for M in unpack(theta)]


symmetry_gap = lambda params: np.array(np.ptp(np.vstack(params[0]), axis=1).max())
