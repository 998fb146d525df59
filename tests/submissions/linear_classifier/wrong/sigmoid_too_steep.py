# wrong: sigmoid | (1 + tanh z) / 2, the half inside tanh forgotten
# uses: predict_probability, classify, cross_entropy_gradient
import numpy as np


def sigmoid(z):
    return 0.5 * (1.0 + np.tanh(z))


def scores(X, w, b):
    return np.einsum("nd,d->n", X, w) + b


def predict_probability(X, w, b):
    return sigmoid(scores(X, w, b))


def classify(X, w, b, threshold=0.5):
    # p >= t is the same as z >= log(t / (1 - t))
    cut = np.log(threshold) - np.log1p(-threshold)
    return np.where(scores(X, w, b) >= cut, 1, 0)


def cross_entropy(logits, y):
    softplus = np.maximum(logits, 0.0) + np.log1p(np.exp(-np.abs(logits)))
    return np.average(softplus - logits * y)


def cross_entropy_gradient(X, y, w, b):
    residual = sigmoid(scores(X, w, b)) - y
    n = residual.size
    return np.einsum("nd,n->d", X, residual) / n, np.einsum("n->", residual) / n


def softmax(Z):
    # the level goes first: at 1e4 a logarithm of the sum has too few digits behind the point
    level = Z - np.amax(Z, axis=1)[:, np.newaxis]
    return np.exp(level - np.logaddexp.reduce(level, axis=1)[:, np.newaxis])
