# wrong: activation_bytes | np.int32 overflow for large networks
import numpy as np


def activate(z, activation):
    """The activation f(z), elementwise, for z of any shape.

    relu(z) = max(0, z),   sigmoid(z) = 1 / (1 + exp(-z)),   tanh(z)
    """
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
    """The derivative f'(z) at the pre-activation z, elementwise, for z of any shape.

    relu'(z) = 1 for z > 0, else 0        (0 at 0 is a choice: any number in [0, 1] is a subgradient)
    sigmoid'(z) = s (1 - s)  = e / (1 + e)^2     with e = exp(-|z|)
    tanh'(z) = 1 - tanh(z)^2 = 4 e / (1 + e)^2   with e = exp(-2 |z|)

    The right-hand forms lose no digits where s or tanh is so close to 1 that 1 - s is rounded away.
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
    """Predictions of the network, and what the backward pass needs.

    Z_l = A_{l-1} W_l + b_l,   A_l = f(Z_l),   the last layer stays linear: Y_hat = Z_L

    X (n_samples, n_features) -> Y_hat (n_samples, n_outputs), cache.
    The cache holds a pair a layer: its input A_{l-1} (n_samples, fan_in), its pre-activation Z_l (n_samples, fan_out).
    """
    A = X
    cache = []
    for layer, (W, b) in enumerate(params):
        Z = A @ W + b
        cache.append((A, Z))
        A = Z if layer == len(params) - 1 else activate(Z, activation)
    return A, cache


def mlp_loss(Y_hat, Y):
    """The squared loss, a float.

    L = 1/(2 n) * sum over samples and outputs of (Y_hat - Y)^2

    Y_hat, Y (n_samples, n_outputs); n is the number of samples, however many outputs there are.
    """
    return np.sum((Y_hat - Y) ** 2) / (2 * len(Y))


def backward(Y, params, cache, activation):
    """Gradients of the squared loss with respect to all weights and biases.

    dZ_L = (Y_hat - Y) / n                        the last layer is linear
    dW_l = A_{l-1}^T dZ_l,   db_l = sum of dZ_l over the samples
    dZ_{l-1} = (dZ_l W_l^T) * f'(Z_{l-1})         f' at the pre-activation, W_l as it was in the forward pass

    Y (n_samples, n_outputs) -> a list of (dW (fan_in, fan_out), db (fan_out,)), first layer first.
    Source: Rumelhart, Hinton and Williams (1986).
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


def numerical_gradient(f, x, eps=1e-5):
    """Central differences of f at x, entry by entry.

    g_i = (f(x + eps e_i) - f(x - eps e_i)) / (2 eps)

    x is a float array of any shape, f takes such an array and returns a float -> an array of x's shape.
    The error is of order eps^2 from cutting the Taylor series, and of order 1e-16 |f| / eps from rounding: small eps
    are not better. f sees copies, so x itself is never touched.
    """
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x_up, x_down = x.copy(), x.copy()
        x_up[i] += eps
        x_down[i] -= eps
        gradient[i] = (f(x_up) - f(x_down)) / (2 * eps)
    return gradient


def update(params, grads, learning_rate):
    """One step of gradient descent: new params, the old ones unchanged.

    W <- W - learning_rate * dW,   b <- b - learning_rate * db
    """
    return [(W - learning_rate * dW, b - learning_rate * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    return int(np.int32(itemsize) * np.int32(batch_size) * np.sum(np.array(layer_sizes, dtype=np.int32), dtype=np.int32))
