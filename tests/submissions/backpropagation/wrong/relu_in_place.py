# wrong: activate | relu sets the negative entries of its input to 0
import numpy as np


def activate(z, activation):
    if activation == "relu":
        z[z < 0] = 0
        return z
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    if activation == "tanh":
        return np.tanh(z)
    raise ValueError(activation)


def activation_derivative(z, activation):
    if activation == "relu":
        return (z > 0).astype(float)
    if activation == "sigmoid":
        s = activate(z, "sigmoid")
        return s * (1 - s)
    if activation == "tanh":
        return 1 - np.tanh(z) ** 2
    raise ValueError(activation)


def forward(X, params, activation):
    A = X
    inputs, pre_activations = [], []
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        inputs.append(A)
        pre_activations.append(Z)
        A = Z if layer == len(params) - 1 else activate(Z, activation)
    return A, (inputs, pre_activations)


def mlp_loss(Y_hat, Y):
    return np.sum((Y_hat - Y) ** 2) / (2 * len(Y))


def backward(Y, params, cache, activation):
    inputs, pre_activations = cache
    dZ = (pre_activations[-1] - Y) / len(Y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.append((inputs[layer].T @ dZ, dZ.sum(axis=0)))
        if layer > 0:
            W, _ = params[layer]
            dZ = dZ @ W.T * activation_derivative(pre_activations[layer - 1], activation)
    return grads[::-1]


def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = eps
        grad[index] = (f(x + step) - f(x - step)) / (2 * eps)
    return grad


def update(params, grads, learning_rate):
    return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, grads)]


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    return itemsize * batch_size * sum(layer_sizes)
