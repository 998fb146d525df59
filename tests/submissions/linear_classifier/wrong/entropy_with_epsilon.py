# wrong: cross_entropy | log(p + 1e-12) instead of a stable form
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def predict_probability(X, w, b):
    return sigmoid(X @ w + b)


def classify(X, w, b, threshold=0.5):
    return (predict_probability(X, w, b) >= threshold).astype(int)


def cross_entropy(logits, y):
    p = sigmoid(logits)
    return -np.mean(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12))


def cross_entropy_gradient(X, y, w, b):
    error = predict_probability(X, w, b) - y
    return X.T @ error / len(y), error.mean()


def softmax(Z):
    exps = np.exp(Z - Z.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)
