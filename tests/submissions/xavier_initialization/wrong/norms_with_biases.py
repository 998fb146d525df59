# wrong: gradient_norms | the gradient of the biases is included
import numpy as np


def activate(z, activation):
    if activation == "relu":
        return np.maximum(z, 0)
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    return np.tanh(z)


def activation_derivative(z, activation):
    if activation == "relu":
        return (z > 0) * 1.0
    a = activate(z, activation)
    return a * (1 - a) if activation == "sigmoid" else 1 - a**2


def forward(X, params, activation):
    cache = []
    A = X
    for W, b in params[:-1]:
        Z = A @ W + b
        cache.append((A, Z))
        A = activate(Z, activation)
    W, b = params[-1]
    cache.append((A, None))
    return A @ W + b, cache


def backward(Y_hat, Y, params, cache, activation):
    grads = []
    dZ = (Y_hat - Y) / len(Y)
    for layer in reversed(range(len(params))):
        A, _ = cache[layer]
        grads.insert(0, (A.T @ dZ, dZ.sum(axis=0)))
        if layer:
            dZ = dZ @ params[layer][0].T * activation_derivative(cache[layer - 1][1], activation)
    return grads


def update(params, grads, learning_rate):
    return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, grads)]


def xavier_uniform(fan_in, fan_out, rng):
    a = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_in, fan_out))


def xavier_normal(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), size=(fan_in, fan_out))


def init_params(layer_sizes, rng, distribution="uniform"):
    draw = xavier_uniform if distribution == "uniform" else xavier_normal
    return [(draw(i, o, rng), np.zeros(o)) for i, o in zip(layer_sizes[:-1], layer_sizes[1:])]


def layer_variances(X, params, activation):
    Y_hat, cache = forward(X, params, activation)
    outputs = [A for A, _ in cache[1:]] + [Y_hat]
    return np.array([A.var() for A in outputs])


def gradient_norms(X, Y, params, activation):
    Y_hat, cache = forward(X, params, activation)
    grads = backward(Y_hat, Y, params, cache, activation)
    return np.array([np.sqrt(np.sum(dW**2) + np.sum(db**2)) for dW, db in grads])


def train_from(params, X, Y, activation, learning_rate, n_steps):
    for _ in range(n_steps):
        Y_hat, cache = forward(X, params, activation)
        grads = backward(Y_hat, Y, params, cache, activation)
        params = update(params, grads, learning_rate)
    return params


def symmetry_gap(params):
    W, b = params[0]
    M = np.vstack([W, b])
    return (M.max(axis=1) - M.min(axis=1)).max()
