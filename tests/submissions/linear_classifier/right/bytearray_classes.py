# right: the classes are a bytearray
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def predict_probability(X, w, b):
    return sigmoid(X @ w + b)
def classify(X, w, b, threshold=0.5):
    return (predict_probability(X, w, b) >= threshold).astype(int)
def cross_entropy(logits, y):
    return np.mean(np.logaddexp(0, logits) - y * logits)
def cross_entropy_gradient(X, y, w, b):
    e = predict_probability(X, w, b) - y
    return X.T @ e / len(y), e.mean()
def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)

def classify(X, w, b, threshold=0.5): return bytearray(int(p >= threshold) for p in predict_probability(X, w, b))
