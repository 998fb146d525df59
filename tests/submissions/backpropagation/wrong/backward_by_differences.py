# wrong: backward | forward differences of the loss instead of backpropagation
import numpy as np


def activate(z, activation):
    if activation == "relu":
        return np.maximum(z, 0)
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
    X = cache[0][0]
    h = 1e-6

    def loss_at(layer, position, number):
        changed = [[W.copy(), b.copy()] for W, b in params]
        changed[layer][position][number] += h
        return mlp_loss(forward(X, changed, activation)[0], Y)

    here = mlp_loss(forward(X, params, activation)[0], Y)
    grads = []
    for layer, pair in enumerate(params):
        slopes = []
        for position, array in enumerate(pair):
            slope = np.zeros(array.shape)
            for number in np.ndindex(array.shape):
                slope[number] = (loss_at(layer, position, number) - here) / h
            slopes.append(slope)
        grads.append(tuple(slopes))
    return grads


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
