# wrong: classify | the logits are compared with the threshold
"""Linear classifier: every function for itself."""
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def predict_probability(X, w, b):
    logits = np.dot(X, w) + b
    return 1.0 / (1.0 + np.exp(-logits))


def classify(X, w, b, threshold=0.5):
    logits = np.dot(X, w) + b
    labels = np.where(logits >= threshold, 1, 0)
    return labels


def cross_entropy(logits, y):
    # mean of log(1 + e^z) - y z, written so that e^z cannot overflow
    per_sample = np.maximum(logits, 0) - logits * y + np.log1p(np.exp(-np.abs(logits)))
    return per_sample.mean()


def cross_entropy_gradient(X, y, w, b):
    n = len(y)
    logits = np.dot(X, w) + b
    p = 1.0 / (1.0 + np.exp(-logits))
    grad_w = np.dot(X.T, p - y) / n
    grad_b = np.sum(p - y) / n
    return grad_w, grad_b


def softmax(Z):
    shifted = Z - np.max(Z, axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / np.sum(e, axis=1, keepdims=True)
