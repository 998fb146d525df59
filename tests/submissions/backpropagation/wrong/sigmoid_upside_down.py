# wrong: activate | the minus in the exponent of the sigmoid is missing
# uses: forward, backward
import numpy as np


def activate(z, activation):
    if activation == "sigmoid":
        a = 1.0 / (1.0 + np.exp(z))
    elif activation == "tanh":
        a = np.tanh(z)
    elif activation == "relu":
        a = np.where(z > 0, z, 0.0)
    return a


def activation_derivative(z, activation):
    if activation == "sigmoid":
        a = activate(z, activation)
        d = a * (1 - a)
    elif activation == "tanh":
        a = activate(z, activation)
        d = 1 - a**2
    elif activation == "relu":
        d = np.where(z > 0, 1.0, 0.0)
    return d


def forward(X, params, activation):
    L = len(params)
    cache = {"A0": X}
    for l in range(1, L + 1):
        W, b = params[l - 1]
        cache[f"Z{l}"] = np.dot(cache[f"A{l - 1}"], W) + b
        if l < L:
            cache[f"A{l}"] = activate(cache[f"Z{l}"], activation)
    return cache[f"Z{L}"], cache


def mlp_loss(Y_hat, Y):
    m = Y.shape[0]
    return 1 / (2 * m) * np.sum(np.square(Y_hat - Y))


def backward(Y, params, cache, activation):
    L = len(params)
    m = Y.shape[0]
    grads = {}
    dZ = (cache[f"Z{L}"] - Y) / m
    for l in range(L, 0, -1):
        grads[f"dW{l}"] = np.dot(cache[f"A{l - 1}"].T, dZ)
        grads[f"db{l}"] = np.sum(dZ, axis=0)
        if l > 1:
            dA = np.dot(dZ, params[l - 1][0].T)
            dZ = dA * activation_derivative(cache[f"Z{l - 1}"], activation)
    return [(grads[f"dW{l}"], grads[f"db{l}"]) for l in range(1, L + 1)]


def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros_like(x)
    for idx, value in np.ndenumerate(x):
        x_plus = x.copy()
        x_plus[idx] = value + eps
        x_minus = x.copy()
        x_minus[idx] = value - eps
        grad[idx] = (f(x_plus) - f(x_minus)) / (2 * eps)
    return grad


def update(params, grads, learning_rate):
    new_params = []
    for l in range(len(params)):
        W = params[l][0] - learning_rate * grads[l][0]
        b = params[l][1] - learning_rate * grads[l][1]
        new_params.append((W, b))
    return new_params


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    total = 0
    for size in layer_sizes:
        total += batch_size * size * itemsize
    return total
