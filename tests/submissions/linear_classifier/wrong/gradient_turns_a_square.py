# wrong: cross_entropy_gradient | wrong X orientation when square
import numpy as np


def sigmoid(z):
    """The logistic function, elementwise.

        sigmoid(z) = 1 / (1 + e^-z)           for z >= 0
                   = e^z / (1 + e^z)          for z < 0, the same number

    z float or array of any shape -> float for a float, else an array of that shape.
    Source: Cox (1958).
    """
    # e^-|z| lies in (0, 1] and cannot overflow; each side takes the form that is written with it.
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def predict_probability(X, w, b):
    """Probability of class 1.

        p_i = sigmoid(x_i · w + b)

    X (n_samples, n_features), w (n_features,), b float -> (n_samples,).
    Source: Cox (1958).
    """
    return sigmoid(X @ w + b)


def classify(X, w, b, threshold=0.5):
    """The decision: class 1 where the probability is at least the threshold, else class 0.

        c_i = 1 if p_i >= threshold else 0

    X (n_samples, n_features), w (n_features,), b float, threshold float -> integers (n_samples,).
    Source: Bishop (2006), section 1.5.
    """
    return (predict_probability(X, w, b) >= threshold).astype(int)


def cross_entropy(logits, y):
    """Mean binary cross-entropy, from the logits.

        L = 1/n * sum_i [-y_i log p_i - (1 - y_i) log(1 - p_i)],   p_i = sigmoid(z_i)
        log p = -log(1 + e^-z),   log(1 - p) = -log(1 + e^z)

    logits (n_samples,), y (n_samples,) of 0.0 and 1.0 -> float.
    Source: Bishop (2006), equation 4.90.
    """
    # logaddexp(0, z) is log(1 + e^z) without forming e^z. The logarithm of p itself is -inf where p rounds to 0.
    return np.mean(y * np.logaddexp(0.0, -logits) + (1.0 - y) * np.logaddexp(0.0, logits))


def cross_entropy_gradient(X, y, w, b):
    e = predict_probability(X, w, b) - y
    gw = X @ e if X.shape[0] == X.shape[1] else X.T @ e
    return gw / len(y), e.mean()


def softmax(Z):
    """Rows of scores to rows of probabilities.

        P_ik = e^Z_ik / sum_j e^Z_ij = e^(Z_ik - max_j Z_ij) / sum_j e^(Z_ij - max_j Z_ij)

    Z (n_samples, n_classes) -> (n_samples, n_classes), each row non-negative with sum 1.
    Source: Bridle (1990).
    """
    # Each row's own maximum: the largest exponent is then 0, so nothing overflows and no row's sum vanishes.
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
