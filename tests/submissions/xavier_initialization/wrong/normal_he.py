# wrong: xavier_normal | the standard deviation of He, fan_in only
import numpy as np


def act(z, activation):
    if activation == "relu":
        return np.maximum(0, z)
    if activation == "sigmoid":
        return 1 / (1 + np.exp(-z))
    return np.tanh(z)


def act_prime(z, activation):
    if activation == "relu":
        return (z > 0).astype(float)
    if activation == "sigmoid":
        return act(z, "sigmoid") * (1 - act(z, "sigmoid"))
    return 1 - np.tanh(z) ** 2


def xavier_uniform(fan_in, fan_out, rng):
    # U(-a, a) with a = sqrt(6 / (fan_in + fan_out))
    a = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, (fan_in, fan_out))


def xavier_normal(fan_in, fan_out, rng):

    std = np.sqrt(2 / fan_in)
    return std * rng.standard_normal((fan_in, fan_out))


def init_params(layer_sizes, rng, distribution="uniform"):
    params = []
    for fan_in, fan_out in zip(layer_sizes[:-1], layer_sizes[1:]):
        if distribution == "uniform":
            a = np.sqrt(6 / (fan_in + fan_out))
            W = rng.uniform(-a, a, (fan_in, fan_out))
        else:
            W = rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))
        params.append((W, np.zeros(fan_out)))
    return params


def layer_variances(X, params, activation):
    variances = []
    A = X
    for l, (W, b) in enumerate(params):
        Z = A @ W + b
        # the last layer is linear
        A = act(Z, activation) if l < len(params) - 1 else Z
        variances.append(np.var(A))
    return np.array(variances)


def gradient_norms(X, Y, params, activation):
    As, Zs = [X], []
    for l, (W, b) in enumerate(params):
        Zs.append(As[-1] @ W + b)
        As.append(act(Zs[-1], activation) if l < len(params) - 1 else Zs[-1])
    norms = np.zeros(len(params))
    dZ = (As[-1] - Y) / len(X)
    for l in range(len(params) - 1, -1, -1):
        dW = As[l].T @ dZ
        norms[l] = np.sqrt((dW**2).sum())
        if l > 0:
            dZ = dZ @ params[l][0].T * act_prime(Zs[l - 1], activation)
    return norms


def train_from(params, X, Y, activation, learning_rate, n_steps):
    params = [(W.copy(), b.copy()) for W, b in params]
    for _ in range(n_steps):
        As, Zs = [X], []
        for l, (W, b) in enumerate(params):
            Zs.append(As[-1] @ W + b)
            As.append(act(Zs[-1], activation) if l < len(params) - 1 else Zs[-1])
        dZ = (As[-1] - Y) / len(X)
        for l in range(len(params) - 1, -1, -1):
            W, b = params[l]
            dW, db = As[l].T @ dZ, dZ.sum(axis=0)
            if l > 0:
                dZ = dZ @ W.T * act_prime(Zs[l - 1], activation)
            W -= learning_rate * dW
            b -= learning_rate * db
    return params


def symmetry_gap(params):
    W, b = params[0]
    M = np.concatenate([W, b.reshape(1, -1)])
    return np.max(M.max(axis=1) - M.min(axis=1))
