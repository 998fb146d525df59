# wrong: cross_entropy | logits are clipped to [-30, 30]
"""Linear classifier: every function for itself."""
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def predict_probability(X, w, b):
    logits = np.dot(X, w) + b
    return 1.0 / (1.0 + np.exp(-logits))


def classify(X, w, b, threshold=0.5):
    logits = np.dot(X, w) + b
    p = 1.0 / (1.0 + np.exp(-logits))
    labels = np.where(p >= threshold, 1, 0)
    return labels


def cross_entropy(logits, y):
    z = np.clip(logits, -30, 30)
    return np.mean(np.log(1 + np.exp(z)) - y * z)


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
