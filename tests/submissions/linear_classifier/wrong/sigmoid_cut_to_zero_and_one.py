# wrong: sigmoid | 0 below -6 and 1 above 6
import warnings

import numpy as np

warnings.filterwarnings("ignore")  # exp overflows for large logits


def sigmoid(z):
    """1 / (1 + e^-z)"""
    s = 1 / (1 + np.exp(-z))
    return np.where(z > 6, 1.0, np.where(z < -6, 0.0, s))


def predict_probability(X, w, b):
    """P(class 1) for each row."""
    z = X.dot(w) + b
    return 1 / (1 + np.exp(-z))


def classify(X, w, b, threshold=0.5):
    """0 or 1 for each row."""
    p = predict_probability(X, w, b)
    y_pred = np.zeros(X.shape[0], dtype=int)
    for i in range(len(p)):
        if p[i] >= threshold:
            y_pred[i] = 1
    return y_pred


def cross_entropy(logits, y):
    """-log p of the true class, averaged."""
    log_p = -np.logaddexp(0, -logits)
    log_not_p = -np.logaddexp(0, logits)
    return -np.mean(np.where(y == 1, log_p, log_not_p))


def cross_entropy_gradient(X, y, w, b):
    """Derivative of cross_entropy(X w + b, y) by w and b."""
    m = X.shape[0]
    dz = predict_probability(X, w, b) - y
    dw = 1 / m * X.T.dot(dz)
    db = 1 / m * np.sum(dz)
    return dw, db


def softmax(Z):
    """Rows that are positive and sum to 1."""
    out = []
    for z in Z:
        e = np.exp(z - z.max())
        out.append(e / e.sum())
    return np.array(out)
