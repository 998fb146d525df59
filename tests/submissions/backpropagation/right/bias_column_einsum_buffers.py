# right: [A 1] times [W; b] in one matrix, einsum, buffers used again, answers in Fortran order, slope from the output
import numpy as np

EINSUM = np.einsum
buffers = {}


def buffer(key, shape):
    if key not in buffers or buffers[key].shape != shape:
        buffers[key] = np.empty(shape, order="F")
    return buffers[key]


def activate(z, activation, out=None):
    if activation == "relu":
        return np.multiply(z, np.greater(z, 0), out=out)
    if activation == "sigmoid":
        return np.reciprocal(1.0 + np.exp(np.negative(z)), out=out)
    return np.tanh(z, out=out)


def slope_from_output(a, activation):
    if activation == "relu":
        return np.sign(a)
    return a - a * a if activation == "sigmoid" else 1.0 - a * a


def activation_derivative(z, activation):
    return slope_from_output(activate(z, activation), activation)


def forward(X, params, activation):
    n = X.shape[0]
    extended = []
    A = X
    for l, (W, b) in enumerate(params):
        E = buffer(("A", l), (n, A.shape[1] + 1))
        E[:, :-1] = A
        E[:, -1] = 1.0
        extended.append(E)
        Z = buffer(("Z", l), (n, W.shape[1]))
        EINSUM("ni,io->no", E, np.vstack([W, b]), out=Z)
        A = Z if l + 1 == len(params) else activate(Z, activation, out=Z)
    return A, extended + [A]


def mlp_loss(Y_hat, Y):
    D = np.asarray(Y_hat) - Y
    return EINSUM("ij,ij", D, D) / (2.0 * D.shape[0])


def backward(Y, params, cache, activation):
    *extended, out = cache
    D = (out - Y) / Y.shape[0]
    answer = [None] * len(params)
    for l in range(len(params), 0, -1):
        E = extended[l - 1]
        M = np.asfortranarray(EINSUM("ni,no->io", E, D))
        answer[l - 1] = (M[:-1], M[-1])
        if l > 1:
            D = EINSUM("no,io->ni", D, params[l - 1][0]) * slope_from_output(E[:, :-1], activation)
    return answer


def numerical_gradient(f, x, eps=1e-5):
    work = np.array(x, order="F")
    grad = np.empty_like(work)
    for position in np.ndindex(*work.shape):
        centre = x[position]
        work[position] = centre + eps
        above = f(work)
        work[position] = centre - eps
        below = f(work)
        work[position] = centre
        grad[position] = (above - below) / (eps + eps)
    return grad


def update(params, grads, learning_rate):
    answer = []
    for pair, slopes in zip(params, grads):
        merged = np.vstack(pair) - learning_rate * np.vstack(slopes)
        answer.append((merged[:-1], merged[-1]))
    return answer


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    return int(np.prod([itemsize, batch_size, sum(layer_sizes)]))
