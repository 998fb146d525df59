# wrong: init_params | one dictionary a layer instead of a pair
import matplotlib.pyplot as plt
import numpy as np


def seeded_from(rng):
    return np.random.default_rng(int(rng.integers(0, 2**63)))


def f(z, kind):
    if kind == "relu":
        z = z.copy()
        z[z < 0] = 0.0
        return z
    return np.tanh(z) if kind == "tanh" else np.exp(-np.logaddexp(0, -z))


def f_prime(z, kind):
    if kind == "relu":
        return 1.0 * (z > 0)
    if kind == "tanh":
        return 1 - np.tanh(z) ** 2
    return f(z, kind) * f(-z, kind)


def one_sample(x, params, kind):
    a, outs, pres = x, [], []
    for l in range(len(params)):
        z = params[l][1] + sum(a[i] * params[l][0][i] for i in range(len(a)))
        pres.append(z)
        a = f(z, kind) if l < len(params) - 1 else z
        outs.append(a)
    return outs, pres


def mean_gradients(X, Y, params, kind):
    n = len(X)
    total = [[np.zeros(W.shape), np.zeros(b.shape)] for W, b in params]
    for x, y in zip(X, Y):
        outs, pres = one_sample(x, params, kind)
        d = outs[-1] - y
        for l in range(len(params) - 1, -1, -1):
            below = outs[l - 1] if l > 0 else x
            total[l][0] += np.outer(below, d) / n
            total[l][1] += d / n
            if l > 0:
                d = np.dot(params[l][0], d) * f_prime(pres[l - 1], kind)
    return total


def xavier_uniform(fan_in, fan_out, rng):
    a = np.sqrt(6 / (fan_in + fan_out))
    W = np.empty((fan_in, fan_out))
    generator = seeded_from(rng)
    for i in range(fan_in):
        for j in range(fan_out):
            W[i, j] = generator.uniform(-a, a)
    return W


def xavier_normal(fan_in, fan_out, rng):
    std = np.sqrt(2 / (fan_in + fan_out))
    W = np.empty((fan_in, fan_out))
    generator = seeded_from(rng)
    for i in range(fan_in):
        for j in range(fan_out):
            W[i, j] = generator.normal(0, std)
    return W


def init_params(layer_sizes, rng, distribution="uniform"):
    params = []
    for l in range(len(layer_sizes) - 1):
        draw = xavier_uniform if distribution == "uniform" else xavier_normal
        W = draw(layer_sizes[l], layer_sizes[l + 1], rng)
        params.append({"W": W, "b": np.zeros(layer_sizes[l + 1])})
    return params


def layer_variances(X, params, activation):
    rows = [one_sample(x, params, activation)[0] for x in X]
    variances = np.zeros(len(params))
    for l in range(len(params)):
        variances[l] = np.std([row[l] for row in rows]) ** 2
    print(variances)
    return variances


def gradient_norms(X, Y, params, activation):
    norms = np.zeros(len(params))
    for l, (dW, db) in enumerate(mean_gradients(X, Y, params, activation)):
        norms[l] = np.sum(np.abs(dW) ** 2) ** 0.5
    return norms


def train_from(params, X, Y, activation, learning_rate, n_steps):
    new = [(W.copy(), b.copy()) for W, b in params]
    for step in range(n_steps):
        grads = mean_gradients(X, Y, new, activation)
        for l in range(len(new)):
            W, b = new[l]
            new[l] = (W - learning_rate * grads[l][0], b - learning_rate * grads[l][1])
    return new


def symmetry_gap(params):
    W, b = params[0]
    largest = b.max() - b.min()
    for row in W:
        largest = max(largest, row.max() - row.min())
    return float(largest)


plt.hist(xavier_normal(20, 30, np.random.default_rng(1)).ravel(), bins=30)
plt.title("Xavier, normal")
plt.show()
plt.close("all")
