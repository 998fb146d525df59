# wrong: train_with_early_stopping | of equal losses the latest is the best
import numpy as np


def activate(z, activation):
    if activation == "relu":
        return np.maximum(z, 0)
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    return np.tanh(z)


def activation_derivative(z, activation):
    if activation == "relu":
        return (z > 0).astype(float)
    a = activate(z, activation)
    return a * (1 - a) if activation == "sigmoid" else 1 - a**2


def forward(X, params, activation):
    A, cache = X, []
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        cache.append((A, Z))
        A = activate(Z, activation) if layer < len(params) - 1 else Z
    return A, cache


def backward(Y, params, cache, activation):
    dZ = (cache[-1][1] - Y) / len(Y)
    grads = []
    for layer in reversed(range(len(params))):
        grads.append((cache[layer][0].T @ dZ, dZ.sum(axis=0)))
        if layer > 0:
            dZ = dZ @ params[layer][0].T * activation_derivative(cache[layer - 1][1], activation)
    return grads[::-1]


def update(params, grads, learning_rate):
    return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, grads)]


def squared_loss(X, y, params, activation):
    Y_hat, _ = forward(X, params, activation)
    return np.mean((Y_hat[:, 0] - y) ** 2) / 2


def train_validation_split(X, y, validation_fraction, rng):
    n_val = round(validation_fraction * len(X))
    order = rng.permutation(len(X))
    val, train = order[:n_val], order[n_val:]
    return X[train], y[train], X[val], y[val]


def standardize(X_train, X_other):
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    std[std == 0] = 1
    return (X_train - mean) / std, (X_other - mean) / std


def polynomial_features(x, degree):
    return np.column_stack([x**k for k in range(1, degree + 1)])


def train_with_early_stopping(
    X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng
):
    params = []
    for fan_in, fan_out in zip(layer_sizes[:-1], layer_sizes[1:]):
        a = np.sqrt(6 / (fan_in + fan_out))
        params.append((rng.uniform(-a, a, (fan_in, fan_out)), np.zeros(fan_out)))
    history = {"train": [], "validation": []}
    best_loss, best_epoch, best_params = np.inf, 0, params
    for epoch in range(1, max_epochs + 1):
        order = rng.permutation(len(X_train))
        for start in range(0, len(X_train), batch_size):
            rows = order[start : start + batch_size]
            _, cache = forward(X_train[rows], params, activation)
            grads = backward(y_train[rows].reshape(-1, 1), params, cache, activation)
            params = update(params, grads, learning_rate)
        history["train"].append(squared_loss(X_train, y_train, params, activation))
        history["validation"].append(squared_loss(X_val, y_val, params, activation))
        if history["validation"][-1] <= best_loss:
            best_loss, best_epoch, best_params = history["validation"][-1], epoch, params
        if epoch - best_epoch == patience:
            break
    return best_params, history


def predict_house_prices(X_train, y_train, X_test, rng):
    A = np.column_stack([X_train, np.ones(len(X_train))])
    theta = np.linalg.lstsq(A, y_train, rcond=None)[0]
    return X_test @ theta[:-1] + theta[-1]
