# wrong: train_with_early_stopping | the losses of the history lack the factor one half
import numpy as np

BENDS = {
    "relu": (lambda z: np.maximum(z, 0.0), np.sign),
    "sigmoid": (lambda z: 0.5 * (1.0 + np.tanh(0.5 * z)), lambda a: a * (1.0 - a)),
    "tanh": (np.tanh, lambda a: 1.0 - a * a),
}


def unpack(theta, layer_sizes):
    params, at = [], 0
    for i, o in zip(layer_sizes, layer_sizes[1:]):
        params.append((theta[at : at + i * o].reshape(i, o), theta[at + i * o : at + i * o + o]))
        at += (i + 1) * o
    return params


def outputs(X, params, f):
    outs = [X]
    for W, b in params[:-1]:
        outs.append(f(np.einsum("ni,io->no", outs[-1], W) + b))
    W, b = params[-1]
    return outs + [np.einsum("ni,io->no", outs[-1], W) + b]


def loss(theta, X, y, layer_sizes, activation):
    r = outputs(X, unpack(theta, layer_sizes), BENDS[activation][0])[-1][:, 0] - y
    return r @ r / y.size


def gradient(theta, X, y, layer_sizes, activation):
    f, f_slope = BENDS[activation]
    params = unpack(theta, layer_sizes)
    outs = outputs(X, params, f)
    d = (outs[-1] - y[:, None]) / y.size
    parts = []
    for l in range(len(params) - 1, -1, -1):
        parts[:0] = [np.einsum("ni,no->io", outs[l], d).ravel(), np.einsum("no->o", d)]
        if l:
            d = np.einsum("no,io->ni", d, params[l][0]) * f_slope(outs[l])
    return np.concatenate(parts)


def train_validation_split(X, y, validation_fraction, rng):
    mask = np.zeros(y.size, dtype=bool)
    mask[rng.choice(y.size, round(validation_fraction * y.size), replace=False)] = True
    return X[~mask], y[~mask], X[mask], y[mask]


def standardize(X_train, X_other):
    both = np.concatenate([X_train, X_other])
    both -= np.average(X_train, axis=0)
    spread = np.sqrt(np.mean(both[: len(X_train)] ** 2, axis=0))
    np.divide(both, spread, out=both, where=spread > 0)
    return both[: len(X_train)], both[len(X_train) :]


def polynomial_features(x, degree):
    return np.power.outer(x, np.arange(1, degree + 1))


def train_with_early_stopping(
    X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng
):
    pieces = []
    for i, o in zip(layer_sizes, layer_sizes[1:]):
        pieces += [rng.standard_normal(i * o) / np.sqrt(i), np.zeros(o)]
    theta = np.concatenate(pieces)
    cuts = np.arange(batch_size, len(y_train), batch_size)
    curve = np.full((max_epochs, 2), np.nan)
    kept = np.empty((max_epochs, theta.size))
    for epoch in range(max_epochs):
        for rows in np.split(np.argsort(rng.random(len(y_train))), cuts):
            theta = theta - learning_rate * gradient(theta, X_train[rows], y_train[rows], layer_sizes, activation)
        kept[epoch] = theta
        curve[epoch] = [
            loss(theta, X_train, y_train, layer_sizes, activation),
            loss(theta, X_val, y_val, layer_sizes, activation),
        ]
        best = curve[: epoch + 1, 1].argmin()
        if epoch - best == patience:
            break
    history = {"train": curve[: epoch + 1, 0].tolist(), "validation": curve[: epoch + 1, 1].tolist()}
    return unpack(kept[best], layer_sizes), history


def predict_house_prices(X_train, y_train, X_test, rng):
    def design(X):
        area, age = X.T
        return np.hstack([polynomial_features(area, 2), polynomial_features(age, 2), (area * age)[:, None]])

    A, B = standardize(design(X_train), design(X_test))
    level = y_train.mean()
    w = np.linalg.solve(A.T @ A + 1.0 * np.eye(A.shape[1]), A.T @ (y_train - level))
    return B @ w + level
