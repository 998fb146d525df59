# right: trains all epochs, then cuts the history
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
def train_validation_split(X, y, validation_fraction, rng):
    k = round(validation_fraction * len(X))
    p = rng.permutation(len(X))
    return X[p[k:]], y[p[k:]], X[p[:k]], y[p[:k]]
def standardize(X_train, X_other):
    mu, sd = X_train.mean(axis=0), X_train.std(axis=0)
    sd = np.where(sd == 0, 1, sd)
    return (X_train - mu) / sd, (X_other - mu) / sd
def polynomial_features(x, degree):
    return np.column_stack([x ** k for k in range(1, degree + 1)])
def train_with_early_stopping(X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng):
    params = []
    for i, o in zip(layer_sizes, layer_sizes[1:]):
        a = np.sqrt(6 / (i + o))
        params.append((rng.uniform(-a, a, (i, o)), np.zeros(o)))
    Y, Yv = y_train[:, None], y_val[:, None]
    history = {"train": [], "validation": []}
    best, best_loss, best_params = 0, np.inf, params
    for e in range(1, max_epochs + 1):
        p = rng.permutation(len(Y))
        for s in range(0, len(Y), batch_size):
            i = p[s:s + batch_size]
            _, cache = forward(X_train[i], params, activation)
            params = update(params, backward(Y[i], params, cache, activation), learning_rate)
        history["train"].append(mlp_loss(forward(X_train, params, activation)[0], Y))
        history["validation"].append(mlp_loss(forward(X_val, params, activation)[0], Yv))
        if history["validation"][-1] < best_loss:
            best, best_loss, best_params = e, history["validation"][-1], params
        if e - best == patience: break
    return best_params, history
def predict_house_prices(X_train, y_train, X_test, rng):
    A = np.c_[X_train, np.ones(len(X_train))]
    t = np.linalg.lstsq(A, y_train, rcond=None)[0]
    return np.c_[X_test, np.ones(len(X_test))] @ t

_tr = train_with_early_stopping
def train_with_early_stopping(Xt, yt, Xv, yv, sizes, act, lr, m, max_epochs, patience, rng):
    # runs to the end, then finds where it should have stopped
    P = [(rng.uniform(-.7, .7, (i, o)), np.zeros(o)) for i, o in zip(sizes, sizes[1:])]
    snaps, T, V = [], [], []
    for _ in range(max_epochs):
        p = rng.permutation(len(yt))
        for s in range(0, len(yt), m):
            i = p[s:s + m]
            P = update(P, backward(yt[i, None], P, forward(Xt[i], P, act)[1], act), lr)
        snaps.append(P); T.append(mlp_loss(forward(Xt, P, act)[0], yt[:, None])); V.append(mlp_loss(forward(Xv, P, act)[0], yv[:, None]))
    for e in range(1, max_epochs + 1):
        best = 1 + int(np.argmin(V[:e]))
        if e - best == patience: break
    return snaps[best - 1], {"train": T[:e], "validation": V[:e]}
