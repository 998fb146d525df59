# wrong: softmax | row sums without a second dimension divide the columns
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
    wrong_way = np.where(y > 0.5, -logits, logits)
    loss = np.clip(wrong_way, 0, None)
    loss += np.log1p(np.exp(-np.abs(wrong_way)))
    return np.dot(loss, np.full(loss.size, 1 / loss.size))


def cross_entropy_gradient(X, y, w, b):
    A = with_ones(X)
    p = sigmoid(A @ np.concatenate([w, [b]]))
    gradient = np.dot(np.subtract(p, y), A)
    gradient /= A.shape[0]
    *grad_w, grad_b = gradient
    return tuple(grad_w), grad_b


def softmax(Z):
    exps = np.exp(Z - Z.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1)
