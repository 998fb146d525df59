# wrong: cross_entropy | a row of logits times a column of labels takes every pair
import numpy as np

calls = 0


def with_ones(X):
    global calls
    calls += 1
    A = np.ones((X.shape[0], X.shape[1] + 1))
    A[:, : X.shape[1]] = X
    return A


def sigmoid(z):
    z = np.asarray(z, dtype=np.float64)
    small = np.exp(np.minimum(z, 0.0))  # e^z below 0, else 1
    return small / (small + np.exp(np.minimum(-z, 0.0)))


def predict_probability(X, w, b):
    return sigmoid(with_ones(X) @ np.concatenate([w, [b]]))


def classify(X, w, b, threshold=0.5):
    p = predict_probability(X, w, b)
    return np.heaviside(p - threshold, 1).astype(np.uint8)


def cross_entropy(logits, y):
    y = y[:, None]
    loss = np.maximum(logits, 0) - logits * y + np.log1p(np.exp(-np.abs(logits)))
    return np.mean(loss)


def cross_entropy_gradient(X, y, w, b):
    A = with_ones(X)
    p = sigmoid(A @ np.concatenate([w, [b]]))
    gradient = np.dot(np.subtract(p, y), A)
    gradient /= A.shape[0]
    *grad_w, grad_b = gradient
    return tuple(grad_w), grad_b


def softmax(Z):
    out = np.empty(Z.shape, order="F")
    np.subtract(Z, np.max(Z, 1)[:, None], out=out)
    np.exp(out, out)
    norm = out @ np.ones(Z.shape[1])
    return (out.T / norm).T
