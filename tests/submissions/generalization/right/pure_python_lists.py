# right: lists and the math module only, the loop stops by a counter of epochs without progress, normal equations by hand
import math


def floats(values):
    return [floats(v) for v in values] if hasattr(values, "__len__") else float(values)


def train_validation_split(X, y, validation_fraction, rng):
    rows = list(range(len(y)))
    n_val = int(math.floor(validation_fraction * len(rows) + 0.5))
    chosen = []
    while len(chosen) < n_val:
        chosen.append(rows.pop(int(rng.integers(len(rows)))))
    X, y = floats(X), floats(y)
    return [X[i] for i in rows], [y[i] for i in rows], [X[i] for i in chosen], [y[i] for i in chosen]


def standardize(X_train, X_other):
    columns = [list(c) for c in zip(*floats(X_train))]
    scales = []
    for column in columns:
        mean = math.fsum(column) / len(column)
        std = math.sqrt(math.fsum((v - mean) ** 2 for v in column) / len(column))
        scales.append((mean, std))

    def scaled(X):
        return [[(v - m) / s if s > 0 else 0.0 for v, (m, s) in zip(row, scales)] for row in floats(X)]

    return scaled(X_train), scaled(X_other)


def polynomial_features(x, degree):
    table = []
    for value in floats(x):
        row, power = [], 1.0
        for _ in range(degree):
            power *= value
            row.append(power)
        table.append(row)
    return table


def bend(z, activation):
    if activation == "tanh":
        return math.tanh(z)
    if activation == "relu":
        return max(z, 0.0)
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def slope(a, activation):
    if activation == "tanh":
        return 1 - a * a
    if activation == "relu":
        return float(a > 0)
    return a * (1 - a)


def outputs(x, params, activation):
    outs = [x]
    for l, (W, b) in enumerate(params):
        z = [sum(v * row[j] for v, row in zip(outs[-1], W)) + b[j] for j in range(len(b))]
        outs.append([bend(v, activation) for v in z] if l + 1 < len(params) else z)
    return outs


def loss(X, y, params, activation):
    return math.fsum((outputs(x, params, activation)[-1][0] - t) ** 2 for x, t in zip(X, y)) / (2 * len(y))


def one_step(X, y, params, activation, learning_rate):
    total = [([[0.0] * len(row) for row in W], [0.0] * len(b)) for W, b in params]
    for x, target in zip(X, y):
        outs = outputs(x, params, activation)
        delta = [(outs[-1][0] - target) / len(y)]
        for l in range(len(params) - 1, -1, -1):
            dW, db = total[l]
            for j, d in enumerate(delta):
                db[j] += d
                for i, a in enumerate(outs[l]):
                    dW[i][j] += a * d
            delta = [sum(w * d for w, d in zip(row, delta)) * slope(a, activation) for row, a in zip(params[l][0], outs[l])]
    return [
        (
            [[w - learning_rate * g for w, g in zip(row, grad)] for row, grad in zip(W, dW)],
            [v - learning_rate * g for v, g in zip(b, db)],
        )
        for (W, b), (dW, db) in zip(params, total)
    ]


def train_with_early_stopping(
    X_train, y_train, X_val, y_val, layer_sizes, activation, learning_rate, batch_size, max_epochs, patience, rng
):
    X, y, V, v = floats(X_train), floats(y_train), floats(X_val), floats(y_val)
    params = []
    for i, o in zip(layer_sizes, layer_sizes[1:]):
        reach = math.sqrt(6 / (i + o))
        params.append(([[reach * (2 * rng.random() - 1) for _ in range(o)] for _ in range(i)], [0.0] * o))
    train, validation = [], []
    best, waiting = None, 0
    while len(train) < max_epochs and waiting < patience:
        order = [int(k) for k in rng.permutation(len(y))]
        while order:
            rows, order = order[:batch_size], order[batch_size:]
            params = one_step([X[k] for k in rows], [y[k] for k in rows], params, activation, learning_rate)
        train.append(loss(X, y, params, activation))
        validation.append(loss(V, v, params, activation))
        if best is None or validation[-1] < best[0]:
            best, waiting = (validation[-1], params), 0
        else:
            waiting += 1
    return best[1], {"train": train, "validation": validation}


def predict_house_prices(X_train, y_train, X_test, rng):
    X, y = floats(X_train), floats(y_train)
    n = len(y)
    m1, m2, m = sum(r[0] for r in X) / n, sum(r[1] for r in X) / n, sum(y) / n
    s11 = sum((r[0] - m1) ** 2 for r in X)
    s22 = sum((r[1] - m2) ** 2 for r in X)
    s12 = sum((r[0] - m1) * (r[1] - m2) for r in X)
    t1 = sum((r[0] - m1) * (t - m) for r, t in zip(X, y))
    t2 = sum((r[1] - m2) * (t - m) for r, t in zip(X, y))
    # Cramer's rule for two unknowns
    det = s11 * s22 - s12 * s12
    w1, w2 = (t1 * s22 - t2 * s12) / det, (t2 * s11 - t1 * s12) / det
    return [m + w1 * (r[0] - m1) + w2 * (r[1] - m2) for r in floats(X_test)]
