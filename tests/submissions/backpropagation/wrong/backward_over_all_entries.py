# wrong: backward | divided by the number of entries, outputs included
import numpy as np


def sigmoid(t):
    return np.where(t >= 0, 1 / (1 + np.exp(-np.abs(t))), np.exp(-np.abs(t)) / (1 + np.exp(-np.abs(t))))


def activate(pre, name):
    match name:
        case "relu":
            return (pre + np.abs(pre)) / 2
        case "sigmoid":
            return sigmoid(pre)
        case "tanh":
            return 2 * sigmoid(2 * pre) - 1


def activation_derivative(pre, name):
    match name:
        case "relu":
            return np.where(pre > 0, 1, 0)
        case "sigmoid":
            return sigmoid(pre) * sigmoid(-pre)
        case "tanh":
            return 4 * sigmoid(2 * pre) * sigmoid(-2 * pre)


def forward(inputs, params, name):
    (W, b), rest = params[0], params[1:]
    pre = np.array([W.T @ sample + b for sample in inputs])
    if not rest:
        return pre, (inputs, pre, None)
    prediction, deeper = forward(activate(pre, name), rest, name)
    return prediction, (inputs, pre, deeper)


def mlp_loss(predictions, targets):
    losses = [np.dot(p - t, p - t) / 2 for p, t in zip(predictions, targets)]
    return np.mean(losses)


def descend(targets, params, node, name):
    """Gradients of this layer and of those above it, and the derivative by this layer's pre-activation."""
    inputs, pre, deeper = node
    if deeper is None:
        delta = (pre - targets) / len(targets)
        above = []
    else:
        above, delta_next = descend(targets, params[1:], deeper, name)
        W_next = params[1][0]
        delta = np.array([W_next @ d for d in delta_next]) * activation_derivative(pre, name)
    dW = sum(np.outer(a, d) for a, d in zip(inputs, delta))
    db = sum(delta)
    return [(dW, db)] + above, delta


def backward(targets, params, cache, name):
    grads = descend(targets, params, cache, name)[0]
    n_outputs = targets.shape[1]
    return [(dW / n_outputs, db / n_outputs) for dW, db in grads]


def numerical_gradient(f, x, eps=1e-5):
    def partial(position):
        bump = np.zeros(x.shape)
        bump[position] = eps
        return (f(x + bump) - f(x - bump)) / (2 * eps)

    def over(prefix):
        axis = len(prefix)
        if axis == x.ndim:
            return partial(prefix)
        return [over(prefix + (i,)) for i in range(x.shape[axis])]

    return over(())


def update(params, grads, learning_rate):
    if not params:
        return []
    (W, b), (dW, db) = params[0], grads[0]
    return [(W - learning_rate * dW, b - learning_rate * db)] + update(params[1:], grads[1:], learning_rate)


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    if len(layer_sizes) == 0:
        return 0
    return layer_sizes[0] * batch_size * itemsize + activation_bytes(layer_sizes[1:], batch_size, itemsize)
