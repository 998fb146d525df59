# wrong: cross_entropy | the classes are swapped
import numpy as np

sigmoid = lambda z: 1.0 / (1.0 + np.exp(-np.clip(z, -700.0, 700.0)))

predict_probability = lambda X, w, b, link=sigmoid: link(np.sum(X * w, axis=-1) + b)

classify = lambda X, w, b, threshold=0.5: np.array(predict_probability(X, w, b) >= threshold, dtype=np.int64)

softplus = lambda t: np.piecewise(
    t,
    [t < -40, (t >= -40) & (t <= 40), t > 40],
    [np.exp, lambda v: np.log(1 + np.exp(v)), lambda v: v],
)

cross_entropy = lambda logits, y: np.mean(y * softplus(1.0 * logits) + (1 - y) * softplus(-logits))

cross_entropy_gradient = lambda X, y, w, b: (
    lambda error: [[np.mean(error * column) for column in X.T], np.mean(error)]
)(predict_probability(X, w, b) - y)

_one_row = np.vectorize(lambda row: np.exp(row - max(row)) / sum(np.exp(row - max(row))), signature="(k)->(k)")

softmax = lambda Z: _one_row(Z)
