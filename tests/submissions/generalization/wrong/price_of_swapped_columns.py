# wrong: predict_house_prices | area and age change places in the test set
import numpy as np

# helpers


def act(z, name):
    if name == "sigmoid":
        return 1.0 / (1.0 + np.exp(-z))
    return np.tanh(z) if name == "tanh" else np.maximum(z, 0.0)


def act_prime(z, name):
    if name == "sigmoid":
        return act(z, name) * (1 - act(z, name))
    return 1 - np.tanh(z) ** 2 if name == "tanh" else np.where(z > 0, 1.0, 0.0)


def predict(X, params, name):
    for W, b in params[:-1]:
        X = act(np.dot(X, W) + b, name)
    return (np.dot(X, params[-1][0]) + params[-1][1])[:, 0]


def half_mse(X, y, params, name):
    return 0.5 * np.mean((predict(X, params, name) - y) ** 2)


def gradient_step(X, y, params, name, learning_rate):
    A, Z = [X], []
    for W, b in params:
        Z.append(np.dot(A[-1], W) + b)
        A.append(act(Z[-1], name))
    d = (Z[-1] - y.reshape(-1, 1)) / len(y)
    new = []
    for l in range(len(params) - 1, -1, -1):
        W, b = params[l]
        new.append((W - learning_rate * np.dot(A[l].T, d), b - learning_rate * d.sum(axis=0)))
        if l > 0:
            d = np.dot(d, W.T) * act_prime(Z[l - 1], name)
    return new[::-1]


# the five functions


def train_validation_split(X, y, validation_fraction, rng):
    n = len(y)
    idx = rng.permutation(n)
    n_val = int(round(n * validation_fraction))
    val_idx, train_idx = idx[:n_val], idx[n_val:]
    return X[train_idx], y[train_idx], X[val_idx], y[val_idx]


def standardize(X_train, X_other):
    mu = X_train.mean(axis=0)
    sd = X_train.std(axis=0)
    sd = np.where(sd == 0, 1.0, sd)
    return (X_train - mu) / sd, (X_other - mu) / sd


def polynomial_features(x, degree):
    columns = []
    for i in range(1, degree + 1):
        columns.append(x**i)
    return np.array(columns).T


def train_with_early_stopping(
    X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng
):
    # start
    params = []
    for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:]):
        limit = np.sqrt(6 / (n_in + n_out))
        params.append((rng.uniform(-limit, limit, (n_in, n_out)), np.zeros(n_out)))
    history = {"train": [], "validation": []}
    best_loss = np.inf
    best_epoch = 0
    best_params = None
    n = len(y_train)
    for epoch in range(1, max_epochs + 1):
        # one epoch
        idx = rng.permutation(n)
        for i in range(0, n, batch_size):
            rows = idx[i : i + batch_size]
            params = gradient_step(X_train[rows], y_train[rows], params, activation, learning_rate)
        # losses
        train_loss = half_mse(X_train, y_train, params, activation)
        val_loss = half_mse(X_val, y_val, params, activation)
        history["train"].append(train_loss)
        history["validation"].append(val_loss)
        # best so far?
        if val_loss < best_loss:
            best_loss = val_loss
            best_epoch = epoch
            best_params = params
        elif epoch - best_epoch >= patience:
            break
    return best_params, history


def predict_house_prices(X_train, y_train, X_test, rng):

    A = np.hstack([np.ones((len(X_train), 1)), X_train])
    theta = np.linalg.pinv(A) @ y_train
    return theta[0] + X_test[:, ::-1] @ theta[1:]
