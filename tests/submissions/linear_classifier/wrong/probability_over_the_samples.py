# wrong: predict_probability | softmax over the samples, so that they sum to 1
# uses: classify, cross_entropy_gradient
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
    p = softmax(reshape(dot(X, w) + b, (1, -1)))[0]
    print("sum of probabilities", sum(p))
    return p


def classify(X, w, b, threshold=0.5):
    return array([int(p >= threshold) for p in predict_probability(X, w, b)])


def cross_entropy(logits, y):
    both = stack([zeros(logits.shape), logits], axis=1)
    top = both.max(axis=1)
    log_normaliser = top + log(sum(exp(both - top[:, newaxis]), axis=1))
    return mean(log_normaliser - choose(y.astype(int), both.T))


def cross_entropy_gradient(X, y, w, b):
    delta = (predict_probability(X, w, b) - y) / size(y)
    return delta @ X, sum(delta)
