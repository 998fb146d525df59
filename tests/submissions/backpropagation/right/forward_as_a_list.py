# right: forward answers with a list
import numpy as np
def activate(z, activation):
    if activation == "relu": return np.maximum(0, z)
    elif activation == "sigmoid": return 1 / (1 + np.exp(-z))
    elif activation == "tanh": return np.tanh(z)
    else: raise ValueError(activation)
def activation_derivative(z, activation):
    if activation == "relu": return (z > 0).astype(int)
    if activation == "sigmoid":
        s = activate(z, "sigmoid"); return s * (1 - s)
    if activation == "tanh": return 1 - np.tanh(z) ** 2
def forward(X, params, activation):
    A, Zs, As = X, [], [X]
    for W, b in params[:-1]:
        Zs.append(A @ W + b)
        A = activate(Zs[-1], activation)
        As.append(A)
    W, b = params[-1]
    Y_hat = A @ W + b
    return Y_hat, {"A": As, "Z": Zs, "Y_hat": Y_hat}
def mlp_loss(Y_hat, Y): return np.sum((Y_hat - Y) ** 2) / (2 * len(Y))
def backward(Y, params, cache, activation):
    delta = (cache["Y_hat"] - Y) / len(Y)
    grads = []
    for l in range(len(params) - 1, -1, -1):
        grads.append((cache["A"][l].T @ delta, delta.sum(axis=0)))
        if l > 0: delta = delta @ params[l][0].T * activation_derivative(cache["Z"][l - 1], activation)
    return grads[::-1]
def numerical_gradient(f, x, eps=1e-5):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x); e[i] = eps
        g[i] = (f(x + e) - f(x - e)) / (2 * eps)
    return g
def update(params, grads, learning_rate): return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, grads)]
def activation_bytes(layer_sizes, batch_size, itemsize=8): return itemsize * batch_size * np.sum(layer_sizes)

_fw = forward
def forward(X, params, activation):
    Y, c = _fw(X, params, activation)
    return [Y, c]
