# wrong: gradient_norms | the largest absolute entry
from numpy import *


def act(z, name):
    return select([name == "relu", name == "sigmoid"], [maximum(z, 0), 1 / (1 + exp(-z))], tanh(z))


def act_slope(z, name):
    return select([name == "relu", name == "sigmoid"], [heaviside(z, 0), exp(-abs(z)) / (1 + exp(-abs(z))) ** 2], cosh(z) ** -2)


def xavier_uniform(fan_in, fan_out, rng):
    child = rng.spawn(1)[0]
    half_width = sqrt(6) / sqrt(fan_in + fan_out)
    return half_width - 2 * half_width * child.random(size=(fan_in, fan_out))


def xavier_normal(fan_in, fan_out, rng):
    u = 1 - rng.random((2, fan_in, fan_out))
    normal = sqrt(-2 * log(u[0])) * cos(2 * pi * u[1])
    return normal * sqrt(2 / (fan_in + fan_out))


def init_params(layer_sizes, rng, distribution="uniform"):
    if len(layer_sizes) < 2:
        return []
    fan_in, fan_out = layer_sizes[:2]
    if distribution == "normal":
        W = xavier_normal(fan_in, fan_out, rng)
    else:
        W = xavier_uniform(fan_in, fan_out, rng)
    return [(W, zeros(fan_out))] + init_params(layer_sizes[1:], rng, distribution)


def layer_variances(X, params, activation):
    (W, b), *rest = params
    z = X @ W + b
    if not rest:
        return array([var(z)])
    a = act(z, activation)
    return concatenate([[var(a)], layer_variances(a, rest, activation)])


def descend(A, Y, params, name):
    """Gradients of these layers, and the derivative by their input A."""
    (W, b), *rest = params
    Z = A @ W + b
    if rest:
        above, d = descend(act(Z, name), Y, rest, name)
        d = d * act_slope(Z, name)
    else:
        above, d = [], (Z - Y) / shape(Y)[0]
    return [(A.T @ d, sum(d, axis=0))] + above, d @ W.T


def gradient_norms(X, Y, params, activation):
    grads, _ = descend(X, Y, params, activation)
    return array([max(abs(dW)) for dW, db in grads])


def train_from(params, X, Y, activation, learning_rate, n_steps):
    now = params
    while n_steps > 0:
        grads, _ = descend(X, Y, now, activation)
        now = [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(now, grads)]
        n_steps = n_steps - 1
    return now


def symmetry_gap(params):
    M = vstack(params[0])
    return max(M[:, :, newaxis] - M[:, newaxis, :])
