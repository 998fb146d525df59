# wrong: standardize | columns of std below 1e-3 set to zero
import numpy as np


def activate(z, activation):
    """The activation f(z), elementwise: relu(z) = max(0, z), sigmoid(z) = 1 / (1 + exp(-z)) or tanh(z)."""
    if activation == "relu":
        return np.maximum(0.0, z)
    if activation == "tanh":
        return np.tanh(z)
    if activation == "sigmoid":
        # exp(-|z|) lies in (0, 1], so it never overflows; for z < 0 the fraction is expanded by exp(z).
        e = np.exp(-np.abs(z))
        return np.where(z >= 0, 1.0, e) / (1.0 + e)
    raise ValueError(f"unknown activation {activation!r}")


def activation_derivative(z, activation):
    """The derivative f'(z) at the pre-activation z, elementwise; relu's is 0 at 0.

    sigmoid'(z) = e / (1 + e)^2 with e = exp(-|z|),   tanh'(z) = 4 e / (1 + e)^2 with e = exp(-2 |z|)
    """
    if activation == "relu":
        return np.where(z > 0, 1.0, 0.0)
    if activation == "tanh":
        e = np.exp(-2.0 * np.abs(z))
        return 4.0 * e / (1.0 + e) ** 2
    if activation == "sigmoid":
        e = np.exp(-np.abs(z))
        return e / (1.0 + e) ** 2
    raise ValueError(f"unknown activation {activation!r}")


def forward(X, params, activation):
    """Predictions (n_samples, n_outputs) and the cache: each layer's input A_{l-1} and pre-activation Z_l.

    Z_l = A_{l-1} W_l + b_l,   A_l = f(Z_l),   the last layer stays linear: Y_hat = Z_L
    """
    A = X
    cache = []
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        cache.append((A, Z))
        A = Z if layer == len(params) - 1 else activate(Z, activation)
    return A, cache


def backward(Y, params, cache, activation):
    """Gradients of the squared loss, a list of (dW, db) as params.

    dZ_L = (Y_hat - Y) / n,   dW_l = A_{l-1}^T dZ_l,   db_l = sum of dZ_l over the samples
    dZ_{l-1} = (dZ_l W_l^T) * f'(Z_{l-1})
    """
    _, Y_hat = cache[-1]
    dZ = (Y_hat - Y) / len(Y)
    grads = []
    for layer in reversed(range(len(params))):
        A_in, _ = cache[layer]
        grads.append((A_in.T @ dZ, dZ.sum(axis=0)))
        if layer > 0:
            W, _ = params[layer]
            _, Z_below = cache[layer - 1]
            dZ = (dZ @ W.T) * activation_derivative(Z_below, activation)
    return grads[::-1]


def update(params, grads, learning_rate):
    """New params after one step, the old ones unchanged: W - learning_rate * dW, b - learning_rate * db."""
    return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def train_validation_split(X, y, validation_fraction, rng):
    """Hold out a random part of the data.

    n_validation = round(validation_fraction * n_samples); every subset of that size is equally likely.

    -> (X_train, y_train, X_val, y_val), disjoint and complete. One permutation takes the rows of X and their y along.
    """
    n_validation = round(validation_fraction * len(X))
    order = rng.permutation(len(X))
    validation, training = order[:n_validation], order[n_validation:]
    return X[training], y[training], X[validation], y[validation]


def standardize(X_train, X_other):
    m, s = X_train.mean(axis=0), X_train.std(axis=0)
    ok = s > 1e-3
    k = np.where(ok, 1 / np.where(ok, s, 1), 0)
    return (X_train - m) * k, (X_other - m) * k


def polynomial_features(x, degree):
    """The powers of one feature, from the first up; the intercept is the model's own.

    x (n_samples,) -> (n_samples, degree) with the columns x, x^2, ..., x^degree
    """
    return x[:, np.newaxis] ** np.arange(1, degree + 1)


def train_with_early_stopping(
    X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng
):
    """Minibatch SGD that returns the network of the epoch with the lowest validation loss.

    best = the earliest epoch with the lowest validation loss so far (the loss before epoch 1 does not count);
    training ends after epoch e when e - best = patience, or e = max_epochs.

    X_train (n_train, n_features), y_train (n_train,), likewise for validation; layer_sizes [n_features, hidden..., 1]
    -> (params at the end of the best epoch, history); history["train"] and history["validation"] hold the squared loss
    over all rows of each set, one number an epoch run.
    Source: Goodfellow, Bengio and Courville (2016), algorithm 7.1; Prechelt (1998) compares stopping rules.
    """
    Y_train, Y_val = y_train[:, np.newaxis], y_val[:, np.newaxis]  # (n,) against (n, 1) would broadcast to (n, n)
    params = []
    for layer in range(len(layer_sizes) - 1):
        fan_in, fan_out = layer_sizes[layer : layer + 2]
        bound = np.sqrt(6.0 / (fan_in + fan_out))
        params.append((rng.uniform(-bound, bound, size=(fan_in, fan_out)), np.zeros(fan_out)))

    history = {"train": [], "validation": []}
    best_epoch, best_loss, best_params = 0, np.inf, params
    for epoch in range(1, max_epochs + 1):
        order = rng.permutation(len(X_train))
        for start in range(0, len(X_train), batch_size):
            rows = order[start : start + batch_size]
            _, cache = forward(X_train[rows], params, activation)
            params = update(params, backward(Y_train[rows], params, cache, activation), learning_rate)

        for part, X, Y in (("train", X_train, Y_train), ("validation", X_val, Y_val)):
            Y_hat, _ = forward(X, params, activation)
            history[part].append(float(np.sum((Y_hat - Y) ** 2) / (2 * len(Y))))

        if history["validation"][-1] < best_loss:
            # update makes new arrays, so the best params are kept by keeping their names.
            best_epoch, best_loss, best_params = epoch, history["validation"][-1], params
        if epoch - best_epoch == patience:
            break
    return best_params, history


def predict_house_prices(X_train, y_train, X_test, rng):  # noqa: ARG001  (for methods that draw; this one has no need)
    """Prices of unseen houses by least squares on standardized columns.

    price = w . standardized(area, age) + b,   (w, b) minimising the squared loss on the training rows

    X_train (n_train, 2) and X_test (n_test, 2): living area in square feet, age in years; y_train (n_train,) in dollars
    -> (n_test,). Three weights against a thousand noisy prices: a model this small has nothing to overfit with.
    Source: Legendre (1805) for least squares; the baseline that a larger model has to beat.
    """
    Z_train, Z_test = standardize(X_train, X_test)
    design = np.column_stack([Z_train, np.ones(len(Z_train))])
    w1, w2, b = np.linalg.lstsq(design, y_train, rcond=None)[0]
    return Z_test @ np.array([w1, w2]) + b
