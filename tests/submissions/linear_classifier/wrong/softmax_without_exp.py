# wrong: softmax | each row divided by its sum, without exp
import math


def sigmoid(z):
    if hasattr(z, "__len__"):
        return [sigmoid(part) for part in z]
    z = float(z)
    if z < 0:
        e = math.exp(z)
        return e / (1.0 + e)
    return 1.0 / (1.0 + math.exp(-z))


def logit(row, w, b):
    return sum((float(x) * float(v) for x, v in zip(row, w)), float(b))


def predict_probability(X, w, b):
    return [sigmoid(logit(row, w, b)) for row in X]


def classify(X, w, b, threshold=0.5):
    return [1 if p >= threshold else 0 for p in predict_probability(X, w, b)]


def softplus(t):
    return max(t, 0.0) + math.log1p(math.exp(-abs(t)))


def cross_entropy(logits, y):
    # minus log probability of the right class
    terms = [softplus(-float(z)) if target > 0.5 else softplus(float(z)) for z, target in zip(logits, y)]
    return math.fsum(terms) / len(terms)


def cross_entropy_gradient(X, y, w, b):
    n = len(y)
    errors = [p - float(target) for p, target in zip(predict_probability(X, w, b), y)]
    columns = [[float(value) for value in column] for column in zip(*X)]
    grad_w = tuple(math.fsum(e * value for e, value in zip(errors, column)) / n for column in columns)
    return grad_w, math.fsum(errors) / n


def softmax(Z):
    rows = []
    for row in Z:
        numbers = [float(v) for v in row]
        total = math.fsum(numbers)
        rows.append([number / total for number in numbers])
    return rows
