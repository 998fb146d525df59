# wrong: update | a generator instead of a list
"""Assignment 4, backpropagation."""
import numpy as np

ACTIVATIONS = {
    # name: (function, derivative)
    "relu": (lambda z: np.maximum(0.0, z), lambda z: 1.0 * (z > 0)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (lambda z: np.tanh(z), lambda z: 1 / np.cosh(z) ** 2),
}


def activate(z, activation):
    return ACTIVATIONS[activation][0](z)


def activation_derivative(z, activation):
    return ACTIVATIONS[activation][1](z)


def forward(X, params, activation):
    """Keeps every input and every derivative for the way back."""
    g, g_prime = ACTIVATIONS[activation]
    As, slopes = [X], []
    for W, b in params[:-1]:
        Z = As[-1] @ W + b
        As.append(g(Z))
        slopes.append(g_prime(Z))
    # no activation after the last layer
    W, b = params[-1]
    Y_hat = As[-1] @ W + b
    return Y_hat, (Y_hat, As, slopes)


def mlp_loss(Y_hat, Y):
    per_sample = 0.5 * ((Y_hat - Y) ** 2).sum(axis=1)
    return per_sample.mean()


def backward(Y, params, cache, activation):
    Y_hat, As, slopes = cache
    delta = (Y_hat - Y) / Y.shape[0]
    grads = [(As[-1].T @ delta, delta.sum(0))]
    for l in range(len(params) - 2, -1, -1):
        delta = (delta @ params[l + 1][0].T) * slopes[l]
        grads = [(As[l].T @ delta, delta.sum(0))] + grads
    return grads


def numerical_gradient(f, x, eps=1e-5):
    grad = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i].item()
        x[i] = old + eps
        plus = f(x)
        x[i] = old - eps
        minus = f(x)
        x[i] = old  # put it back
        grad[i] = (plus - minus) / (2 * eps)
    return grad


def update(params, grads, learning_rate):
    return ((W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, grads))


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    numbers = batch_size * sum(layer_sizes)
    return numbers * itemsize
