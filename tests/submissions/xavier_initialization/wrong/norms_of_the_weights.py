# wrong: gradient_norms | norms of the weights instead of their gradients
import math
from operator import mul
from statistics import NormalDist

STANDARD = NormalDist()


def numbers(values):
    return [numbers(v) for v in values] if hasattr(values, "__len__") else float(values)


def transpose(rows):
    return [list(column) for column in zip(*rows)]


def product(A, B):
    columns = transpose(B)
    return [[sum(map(mul, row, column)) for column in columns] for row in A]


FUNCTION = {
    "relu": lambda v: v if v > 0 else 0.0,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v)),
    "tanh": math.tanh,
}
# the slope, told from the output
SLOPE = {
    "relu": lambda a: 1.0 if a > 0 else 0.0,
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: (1 + a) * (1 - a),
}


def outputs(X, params, activation):
    """X and the output of every layer."""
    found = [X]
    for layer, (W, b) in enumerate(params):
        Z = [[z + c for z, c in zip(row, b)] for row in product(found[-1], W)]
        if layer + 1 < len(params):
            Z = [[FUNCTION[activation](z) for z in row] for row in Z]
        found.append(Z)
    return found


def gradients(X, Y, params, activation):
    found = outputs(X, params, activation)
    n = len(Y)
    delta = [[(g - t) / n for g, t in zip(guess, truth)] for guess, truth in zip(found[-1], Y)]
    grads = []
    for layer in range(len(params) - 1, -1, -1):
        A = found[layer]
        grads.append((product(transpose(A), delta), [sum(column) for column in transpose(delta)]))
        if layer > 0:
            back = product(delta, transpose(params[layer][0]))
            delta = [[d * SLOPE[activation](a) for d, a in zip(row, outs)] for row, outs in zip(back, A)]
    grads.reverse()
    return grads


def xavier_uniform(fan_in, fan_out, rng):
    a = math.sqrt(6 / (fan_in + fan_out))
    return [[a * (2 * rng.random() - 1) for _ in range(fan_out)] for _ in range(fan_in)]


def xavier_normal(fan_in, fan_out, rng):
    scale = math.sqrt(2 / (fan_in + fan_out))
    # 1 - random lies in (0, 1]; the middle of the last grid cell keeps it below 1
    return [
        [scale * STANDARD.inv_cdf((1 - rng.random()) * (1 - 2**-53)) for _ in range(fan_out)] for _ in range(fan_in)
    ]


def init_params(layer_sizes, rng, distribution="uniform"):
    params = []
    for i in range(1, len(layer_sizes)):
        fan_in, fan_out = layer_sizes[i - 1], layer_sizes[i]
        if distribution == "normal":
            W = xavier_normal(fan_in, fan_out, rng)
        else:
            W = xavier_uniform(fan_in, fan_out, rng)
        params.append([W, [0] * fan_out])
    return params


def variance(values):
    mean = math.fsum(values) / len(values)
    return math.fsum((v - mean) ** 2 for v in values) / len(values)


def layer_variances(X, params, activation):
    layers = outputs(numbers(X), numbers(params), activation)[1:]
    return [variance([v for row in layer for v in row]) for layer in layers]


def gradient_norms(X, Y, params, activation):
    return [math.hypot(*[v for row in W for v in row]) for W, _ in numbers(params)]


def train_from(params, X, Y, activation, learning_rate, n_steps):
    params, X, Y = numbers(params), numbers(X), numbers(Y)
    for _ in range(n_steps):
        for (W, b), (dW, db) in zip(params, gradients(X, Y, params, activation)):
            for row, slopes in zip(W, dW):
                row[:] = [v - learning_rate * s for v, s in zip(row, slopes)]
            b[:] = [v - learning_rate * s for v, s in zip(b, db)]
    return params


def symmetry_gap(params):
    W, b = params[0]
    rows = numbers(W) + [numbers(b)]
    return max(max(row) - min(row) for row in rows)
