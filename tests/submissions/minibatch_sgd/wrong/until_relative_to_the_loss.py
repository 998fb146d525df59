# wrong: train_until | the fall is taken relative to the loss before
import numpy as np


class LinearModel:
    def __init__(self, n_features):
        self.w = np.zeros(n_features)
        self.b = 0.0

    @classmethod
    def at(cls, w, b):
        model = cls(len(w))
        model.w += w
        model.b += b
        return model

    def __call__(self, X):
        return np.einsum("ij,j->i", X, self.w) + self.b

    def loss(self, X, y):
        return 0.5 * np.average((self(X) - y) ** 2)

    def step(self, X, y, learning_rate):
        residual = (self(X) - y) / y.shape[0]
        self.w -= learning_rate * np.einsum("ij,i->j", X, residual)
        self.b -= learning_rate * np.sum(residual)


class Batches:
    """Iterates over one epoch."""

    def __init__(self, X, y, batch_size, rng):
        self.X, self.y, self.size = X, y, batch_size
        self.order = np.argsort(rng.random(y.shape[0]))
        self.position = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.position >= self.order.size:
            raise StopIteration
        rows = self.order[self.position : self.position + self.size]
        self.position += self.size
        return np.take(self.X, rows, axis=0), np.take(self.y, rows)


minibatches = Batches


class Trainer:
    def __init__(self, batch_size, learning_rate, max_epochs, tolerance=None):
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.max_epochs = max_epochs
        self.tolerance = tolerance

    def fit(self, X, y, rng):
        model = LinearModel(X.shape[1])
        losses = []
        before = model.loss(X, y)
        for _ in range(self.max_epochs):
            for batch in minibatches(X, y, self.batch_size, rng):
                model.step(*batch, self.learning_rate)
            after = model.loss(X, y)
            losses.append(after)
            if self.tolerance is not None and before - after < self.tolerance:
                break
            before = after
        return model.w, model.b, losses


def synthetic_data(w, b, n_samples, noise_std, rng):
    model = LinearModel.at(w, b)
    X = rng.normal(0.0, 1.0, (n_samples, len(w)))
    return X, model(X) + rng.standard_normal(n_samples) * noise_std


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    model = LinearModel.at(w, b)
    model.step(X_batch, y_batch, learning_rate)
    return model.w, model.b


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    return Trainer(batch_size, learning_rate, n_epochs).fit(X, y, rng)


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    model = LinearModel(X.shape[1])
    losses = []
    before = model.loss(X, y)
    for _ in range(max_epochs):
        for batch in minibatches(X, y, batch_size, rng):
            model.step(*batch, learning_rate)
        losses.append(model.loss(X, y))
        if (before - losses[-1]) / before < tolerance:
            break
        before = losses[-1]
    return model.w, model.b, losses
