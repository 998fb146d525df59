# wrong: standardize | divided by the variance
import numpy as np


def _f(z, kind):
    if kind == "relu":
        out = np.array(z)
        out[out < 0] = 0
        return out
    return np.tanh(z) if kind == "tanh" else 1 / (1 + np.exp(-z))


def _forward(X, P, L, kind):
    C = {"A0": X}
    for l in range(1, L + 1):
        C["Z%d" % l] = np.dot(C["A%d" % (l - 1)], P["W%d" % l]) + P["b%d" % l]
        C["A%d" % l] = _f(C["Z%d" % l], kind) if l != L else C["Z%d" % l]
    return C


def _backward(y, P, C, L, kind):
    G = {}
    dZ = (C["A%d" % L] - y[:, np.newaxis]) / y.shape[0]
    for l in range(L, 0, -1):
        G["W%d" % l] = np.dot(C["A%d" % (l - 1)].T, dZ)
        G["b%d" % l] = np.sum(dZ, axis=0)
        if l > 1:
            a = C["A%d" % (l - 1)]
            slope = {"relu": (a > 0) + 0.0, "tanh": 1 - a**2, "sigmoid": a - a**2}[kind]
            dZ = np.dot(dZ, P["W%d" % l].T) * slope
    return G


def _cost(X, y, P, L, kind):
    return np.sum(np.square(_forward(X, P, L, kind)["A%d" % L].reshape(-1) - y)) / 2 / y.shape[0]


def train_validation_split(X, y, validation_fraction, rng):
    own = np.random.default_rng(rng.integers(2**63))
    n_val = round(validation_fraction * X.shape[0])
    left = set(range(X.shape[0]))
    val = sorted(own.choice(sorted(left), size=n_val, replace=False).tolist())
    train = sorted(left.difference(val))
    return X[train], y[train], X[val], y[val]


def standardize(X_train, X_other):
    first, second = np.zeros(X_train.shape), np.zeros(X_other.shape)
    for j in range(X_train.shape[1]):
        column = X_train[:, j]
        mu, var = column.mean(), column.var()
        if var > 0:
            first[:, j] = (column - mu) / var
            second[:, j] = (X_other[:, j] - mu) / var
    return first, second


def polynomial_features(x, degree):
    if degree == 1:
        return x.reshape(-1, 1)
    lower = polynomial_features(x, degree - 1)
    return np.hstack([lower, lower[:, -1:] * x.reshape(-1, 1)])


def train_with_early_stopping(
    X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng
):
    own = np.random.default_rng(rng.integers(2**63))
    L = len(layer_sizes) - 1
    P = {}
    for l in range(1, L + 1):
        n_in, n_out = layer_sizes[l - 1], layer_sizes[l]
        P["W%d" % l] = own.standard_normal((n_in, n_out)) * np.sqrt(2 / (n_in + n_out))
        P["b%d" % l] = np.zeros(n_out)
    history = {"validation": [], "train": []}
    m = X_train.shape[0]
    best_cost, best_P, wait = None, None, 0
    for epoch in range(max_epochs):
        order = own.permutation(m)
        for k in range(int(np.ceil(m / batch_size))):
            rows = order[k * batch_size : min((k + 1) * batch_size, m)]
            C = _forward(X_train[rows], P, L, activation)
            G = _backward(y_train[rows], P, C, L, activation)
            for key in P:
                P[key] -= learning_rate * G[key]
        history["train"].append(_cost(X_train, y_train, P, L, activation))
        history["validation"].append(_cost(X_val, y_val, P, L, activation))
        wait += 1
        if best_cost is None or history["validation"][-1] < best_cost:
            best_cost = history["validation"][-1]
            best_P = {key: value.copy() for key, value in P.items()}
            wait = 0
        if wait == patience:
            break
    return [(best_P["W%d" % l], best_P["b%d" % l]) for l in range(1, L + 1)], history


def predict_house_prices(X_train, y_train, X_test, rng):
    """A line, then gradient boosting: small corrections, each a step function of one column."""
    line = np.polynomial.Polynomial.fit(X_train[:, 0], y_train, deg=1)
    fit, answer = line(X_train[:, 0]), line(X_test[:, 0])
    orders = [np.argsort(X_train[:, j]) for j in range(X_train.shape[1])]
    n = len(y_train)
    k = np.arange(30, n - 30)
    for _ in range(60):
        rest = y_train - fit
        best_gain = -1.0
        for j, order in enumerate(orders):
            x = X_train[order, j]
            left = np.cumsum(rest[order])
            gain = left[k - 1] ** 2 / k + (left[-1] - left[k - 1]) ** 2 / (n - k)
            gain[x[k] == x[k - 1]] = -1.0
            if gain.max() > best_gain:
                best_gain = gain.max()
                cut = k[gain.argmax()]
                best = j, (x[cut - 1] + x[cut]) / 2, left[cut - 1] / cut, (left[-1] - left[cut - 1]) / (n - cut)
        j, cut_at, low, high = best
        fit += 0.1 * np.where(X_train[:, j] <= cut_at, low, high)
        answer += 0.1 * np.where(X_test[:, j] <= cut_at, low, high)
    return answer
