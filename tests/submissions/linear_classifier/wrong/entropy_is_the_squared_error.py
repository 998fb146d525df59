# wrong: cross_entropy | half the mean squared error of the probabilities
from numpy import *

seterr(over="ignore")


def softmax(Z):
    # p_i = 1 / sum_j exp(z_j - z_i); an overflow gives 1 / inf = 0, which is right
    differences = Z[:, newaxis, :] - Z[:, :, newaxis]
    return 1 / sum(exp(differences), axis=2)


def sigmoid(z):
    flat = ravel(z)
    both = stack([zeros(flat.shape), flat], axis=1)
    return reshape(softmax(both)[:, 1], shape(z))


def predict_probability(X, w, b):
    p = sigmoid(dot(X, w) + b)
    print("mean probability", mean(p))
    return p


def classify(X, w, b, threshold=0.5):
    return array([int(p >= threshold) for p in predict_probability(X, w, b)])


def cross_entropy(logits, y):
    return mean((sigmoid(logits) - y) ** 2) / 2


def cross_entropy_gradient(X, y, w, b):
    delta = (predict_probability(X, w, b) - y) / size(y)
    return delta @ X, sum(delta)
