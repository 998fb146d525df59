# wrong: classify | returns booleans
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def predict_probability(X, w, b):
    return sigmoid(X @ w + b)


def classify(X, w, b, threshold=0.5):
    return predict_probability(X, w, b) >= threshold


def cross_entropy(logits, y):
    return np.mean(np.logaddexp(0, logits) - y * logits)


def cross_entropy_gradient(X, y, w, b):
    error = predict_probability(X, w, b) - y
    return X.T @ error / len(y), error.mean()


def softmax(Z):
    exps = np.exp(Z - Z.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)
