# wrong: train_from | returns the params with the lowest loss
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


def xavier_uniform(fan_in, fan_out, rng):
    """Weights of one layer, independent and uniform, by Xavier's rule.

    W_ij ~ U(-a, a),   a = sqrt(6 / (fan_in + fan_out))

    The variance of U(-a, a) is a^2 / 3, which is 2 / (fan_in + fan_out) as for the normal: hence the 6.
    -> W (fan_in, fan_out).   Source: Glorot and Bengio (2010), equation 16.
    """
    bound = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


def xavier_normal(fan_in, fan_out, rng):
    """Weights of one layer, independent and normal, by Xavier's rule.

    W_ij ~ N(0, 2 / (fan_in + fan_out))        the second argument is the variance, not the standard deviation

    -> W (fan_in, fan_out).   Source: Glorot and Bengio (2010), equation 12.
    """
    std = np.sqrt(2.0 / (fan_in + fan_out))
    return rng.normal(0.0, std, size=(fan_in, fan_out))


def init_params(layer_sizes, rng, distribution="uniform"):
    """Params of a network at the start of training: Xavier's weights, zero biases.

    layer_sizes is [n_features, hidden..., n_outputs], distribution "uniform" or "normal"
    -> a list of len(layer_sizes) - 1 pairs (W (fan_in, fan_out), b (fan_out,)).
    The weights break the symmetry between units, so the biases need not.
    """
    draw = {"uniform": xavier_uniform, "normal": xavier_normal}[distribution]
    params = []
    for layer in range(len(layer_sizes) - 1):
        fan_in, fan_out = layer_sizes[layer : layer + 2]
        params.append((draw(fan_in, fan_out, rng), np.zeros(fan_out)))
    return params


def layer_variances(X, params, activation):
    """How large the signal is after each layer.

    v_l = mean of (A_l - mean of A_l)^2        both over all samples and units;  A_L = Z_L, the last layer is linear

    X (n_samples, n_features) -> (n_layers,); the input itself is no layer.
    """
    A = X
    variances = []
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        A = Z if layer == len(params) - 1 else activate(Z, activation)
        variances.append(np.var(A))
    return np.array(variances)


def gradient_norms(X, Y, params, activation):
    """How large the gradient of the squared loss is at each layer's weights.

    g_l = sqrt(sum over i, j of (dL/dW_l)_ij^2)        the biases are not included

    X (n_samples, n_features), Y (n_samples, n_outputs) -> (n_layers,).
    """
    _, cache = forward(X, params, activation)
    grads = backward(Y, params, cache, activation)
    return np.array([np.sqrt(np.sum(dW**2)) for dW, _ in grads])


def train_from(params, X, Y, activation, learning_rate, n_steps):
    best = None
    for _ in range(n_steps):
        _, c = forward(X, params, activation)
        params = update(params, backward(Y, params, c, activation), learning_rate)
        loss = np.sum((forward(X, params, activation)[0] - Y) ** 2)
        if best is None or loss < best[0]:
            best = loss, params
    return best[1]


def symmetry_gap(params):
    """How far the units of the first layer are from being copies of one another, a float.

    M = [W; b] (fan_in + 1, fan_out), one column a unit:   the largest over the rows of (max - min)

    0 for copies, and for a layer of one unit.
    """
    W, b = params[0]
    M = np.vstack([W, b])
    return np.max(M.max(axis=1) - M.min(axis=1))
