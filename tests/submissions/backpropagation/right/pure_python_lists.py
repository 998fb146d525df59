# right: no NumPy import, nested lists in and out, recursion over the shape, one sample after the other
import math


def each(function, values):
    """The function on every number of a nested thing, as nested lists."""
    try:
        items = list(values)
    except TypeError:
        return function(float(values))
    return [each(function, item) for item in items]


def scalar(activation):
    return {
        "relu": lambda v: v if v > 0 else 0.0,
        "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
        "tanh": math.tanh,
    }[activation]


def scalar_slope(activation):
    return {
        "relu": lambda v: 1.0 if v > 0 else 0.0,
        "sigmoid": lambda v: 1 / (2 + math.exp(v) + math.exp(-v)),
        "tanh": lambda v: 1 / math.cosh(v) ** 2,
    }[activation]


def activate(z, activation):
    return each(scalar(activation), z)


def activation_derivative(z, activation):
    return each(scalar_slope(activation), z)


def forward(X, params, activation):
    network = [(each(float, W), each(float, b)) for W, b in params]
    samples = []
    for x in each(float, X):
        outs, pres = [x], []
        for number, (W, b) in enumerate(network, start=1):
            z = [sum(a * W[i][j] for i, a in enumerate(outs[-1])) + b[j] for j in range(len(b))]
            pres.append(z)
            outs.append(z if number == len(network) else activate(z, activation))
        samples.append((outs, pres))
    return [outs[-1] for outs, _ in samples], samples


def mlp_loss(Y_hat, Y):
    total = 0.0
    for guess, truth in zip(Y_hat, Y):
        for g, t in zip(guess, truth):
            total += (float(g) - float(t)) ** 2
    return total / 2 / len(Y)


def backward(Y, params, cache, activation):
    n = len(cache)
    slope = scalar_slope(activation)
    grads = [([[0.0] * len(b) for _ in W], [0.0] * len(b)) for W, b in params]
    for (outs, pres), truth in zip(cache, each(float, Y)):
        delta = [(o - t) / n for o, t in zip(outs[-1], truth)]
        for layer in range(len(params) - 1, -1, -1):
            dW, db = grads[layer]
            for j, d in enumerate(delta):
                db[j] += d
                for i, a in enumerate(outs[layer]):
                    dW[i][j] += a * d
            if layer:
                W = params[layer][0]
                delta = [
                    slope(pres[layer - 1][i]) * sum(float(W[i][j]) * d for j, d in enumerate(delta))
                    for i in range(len(pres[layer - 1]))
                ]
    return grads


def numerical_gradient(f, x, eps=1e-5):
    # x stays an array, since f wants one; only the answer is a list
    def entry(k):
        up, down = x.copy(), x.copy()
        up.flat[k] = up.flat[k] + eps
        down.flat[k] = down.flat[k] - eps
        return (float(f(up)) - float(f(down))) / (2 * eps)

    def fold(values, shape):
        if not shape:
            return next(values)
        return [fold(values, shape[1:]) for _ in range(shape[0])]

    return fold(map(entry, range(x.size)), x.shape)


def update(params, grads, learning_rate):
    def minus(old, step):
        if hasattr(old, "__len__"):
            return [minus(o, s) for o, s in zip(old, step)]
        return float(old) - learning_rate * float(step)

    return [[minus(W, dW), minus(b, db)] for (W, b), (dW, db) in zip(params, grads)]


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    total = 0
    for size in layer_sizes:
        for _ in range(batch_size):
            total += size * itemsize
    return total
