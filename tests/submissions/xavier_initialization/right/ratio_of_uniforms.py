# right: normal numbers by the ratio of uniforms
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

import numpy as np, math
def xavier_uniform(fan_in, fan_out, rng):
    a = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, (fan_in, fan_out))
def xavier_normal(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))
def init_params(layer_sizes, rng, distribution="uniform"):
    draw = xavier_uniform if distribution == "uniform" else xavier_normal
    return [(draw(i, o, rng), np.zeros(o)) for i, o in zip(layer_sizes, layer_sizes[1:])]
def layer_variances(X, params, activation):
    v, A = [], X
    for l, (W, b) in enumerate(params):
        A = A @ W + b
        if l < len(params) - 1: A = activate(A, activation)
        v.append(A.var())
    return np.array(v)
def gradient_norms(X, Y, params, activation):
    _, cache = forward(X, params, activation)
    return np.array([np.linalg.norm(dW) for dW, _ in backward(Y, params, cache, activation)])
def train_from(params, X, Y, activation, learning_rate, n_steps):
    for _ in range(n_steps):
        _, cache = forward(X, params, activation)
        params = update(params, backward(Y, params, cache, activation), learning_rate)
    return params
def symmetry_gap(params):
    return np.ptp(np.vstack(params[0]), axis=1).max()

def xavier_normal(i, o, rng):
    need, out = i * o, []
    while len(out) < need:
        u = 1 - rng.random(4096); v = (2 * rng.random(4096) - 1) * np.sqrt(2 / np.e)
        x = v / u
        out.extend(x[x * x <= -4 * np.log(u)])
    return np.array(out[:need]).reshape(i, o) * np.sqrt(2 / (i + o))
def xavier_uniform(i, o, rng):
    a = np.sqrt(6 / (i + o))
    return rng.triangular(0, 0.5, 1, (i, o)) * 0 + np.where(rng.random((i, o)) < .5, -a, a) * rng.random((i, o))
