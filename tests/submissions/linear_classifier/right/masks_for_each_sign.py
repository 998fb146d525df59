# right: boolean masks for the two signs of the logit, loops over rows and columns, integer arrays made by hand
import numpy as np


def sigmoid(z):
    values = np.array(z, dtype=float, ndmin=1)
    out = np.empty_like(values)
    positive = values >= 0
    out[positive] = 1 / (1 + np.exp(-values[positive]))
    e = np.exp(values[~positive])
    out[~positive] = e / (1 + e)
    if np.ndim(z) == 0:
        return float(out[0])
    return out


def predict_probability(X, w, b):
    n_samples, n_features = X.shape
    logits = np.zeros(n_samples)
    for i in range(n_samples):
        for j in range(n_features):
            logits[i] += X[i, j] * w[j]
        logits[i] += b
    return sigmoid(logits)


def classify(X, w, b, threshold=0.5):
    probabilities = predict_probability(X, w, b)
    labels = np.zeros(len(probabilities), dtype=int)
    labels[probabilities >= threshold] = 1
    return labels


def cross_entropy(logits, y):
    loss = 0.0
    for z, label in zip(logits, y):
        # -log sigmoid(z) for class 1, -log sigmoid(-z) for class 0
        s = z if label == 1 else -z
        if s > 0:
            loss += np.log1p(np.exp(-s))
        else:
            loss += -s + np.log1p(np.exp(s))
    return loss / len(y)


def cross_entropy_gradient(X, y, w, b):
    p = predict_probability(X, w, b)
    n_samples, n_features = X.shape
    grad_w = np.zeros(n_features)
    grad_b = 0.0
    for i in range(n_samples):
        grad_w += (p[i] - y[i]) * X[i, :] / n_samples
        grad_b += (p[i] - y[i]) / n_samples
    return grad_w, grad_b


def softmax(Z):
    result = np.zeros(Z.shape)
    for i, row in enumerate(Z):
        top = np.max(row)
        numerators = np.exp(row - top)
        result[i] = numerators / np.sum(numerators)
    return result
