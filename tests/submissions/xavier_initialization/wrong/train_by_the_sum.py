# wrong: train_from | the gradient is summed over the samples, not averaged
import numpy as np

CACHE = {}
BENT = {
    "relu": lambda z: z.clip(min=0),
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "tanh": lambda z: 2.0 / (1.0 + np.exp(-2.0 * z)) - 1.0,
}
BENT_SLOPE = {
    "relu": lambda z: np.array(z > 0, dtype=float),
    "sigmoid": lambda z: np.exp(-z) / (1.0 + np.exp(-z)) ** 2,
    "tanh": lambda z: 4.0 / (np.exp(z) + np.exp(-z)) ** 2,
}


def forward(X, weights, biases, activation):
    CACHE.clear()
    CACHE["a0"] = X
    depth = len(weights)
    for k in range(1, depth + 1):
        CACHE[f"z{k}"] = CACHE[f"a{k - 1}"] @ weights[k] + biases[k]
        CACHE[f"a{k}"] = BENT[activation](CACHE[f"z{k}"]) if k < depth else CACHE[f"z{k}"]
    return CACHE[f"a{depth}"]


def backward(Y, weights, activation):
    """dL/dz of a sample is its error times the Jacobians of all layers above."""
    depth, n = len(weights), len(Y)
    error = (CACHE[f"a{depth}"] - Y)[:, None, :] / n
    dW, db = {}, {}
    for k in range(depth, 0, -1):
        dW[k] = np.matmul(CACHE[f"a{k - 1}"][:, :, None], error).sum(axis=0)
        db[k] = error.sum(axis=(0, 1))
        if k > 1:
            slopes = BENT_SLOPE[activation](CACHE[f"z{k - 1}"])
            jacobian = slopes[:, :, None] * np.eye(slopes.shape[1])
            error = error @ weights[k].T @ jacobian
    return dW, db


def as_dicts(params):
    weights = {k: np.array(W) for k, (W, _) in enumerate(params, start=1)}
    biases = {k: np.array(b) for k, (_, b) in enumerate(params, start=1)}
    return weights, biases


def xavier_uniform(fan_in, fan_out, rng):
    bound = np.sqrt(6.0 / np.add(fan_in, fan_out))
    flat = rng.uniform(-bound, bound, fan_in * fan_out)
    return flat.reshape(fan_out, fan_in).T


def xavier_normal(fan_in, fan_out, rng):
    return rng.normal(scale=np.sqrt(2.0 / np.add(fan_in, fan_out)), size=fan_in * fan_out).reshape(-1, fan_out)


def init_params(layer_sizes, rng, distribution="uniform"):
    sizes = np.asarray(layer_sizes)
    counts = sizes[:-1] * sizes[1:]
    # all weights in one draw of unit variance, cut and scaled afterwards
    if distribution == "uniform":
        flat = rng.uniform(-np.sqrt(3), np.sqrt(3), counts.sum())
    else:
        flat = rng.standard_normal(counts.sum())
    parts = np.split(flat, counts.cumsum()[:-1])
    fans = list(zip(sizes[:-1], sizes[1:]))
    return [(np.sqrt(2 / (i + o)) * part.reshape(i, o), np.zeros(o)) for part, (i, o) in zip(parts, fans)]


def layer_variances(X, params, activation):
    forward(X, *as_dicts(params), activation)
    return np.array([np.var(CACHE[f"a{k}"]) for k in range(1, len(params) + 1)])


def gradient_norms(X, Y, params, activation):
    weights, biases = as_dicts(params)
    forward(X, weights, biases, activation)
    dW, _ = backward(Y, weights, activation)
    return np.array([np.sqrt(np.vdot(dW[k], dW[k])) for k in sorted(dW)])


def train_from(params, X, Y, activation, learning_rate, n_steps):
    weights, biases = as_dicts(params)
    for _ in range(n_steps):
        forward(X, weights, biases, activation)
        dW, db = backward(Y, weights, activation)
        for k in weights:
            weights[k] -= learning_rate * len(X) * dW[k]
            biases[k] -= learning_rate * len(X) * db[k]
    return [(weights[k], biases[k]) for k in weights]


def symmetry_gap(params):
    rows = np.sort(np.append(params[0][0], [params[0][1]], axis=0), axis=1)
    return np.max(rows[:, -1] - rows[:, 0])
