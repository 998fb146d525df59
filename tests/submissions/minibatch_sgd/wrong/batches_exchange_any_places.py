# wrong: minibatches | naive transpositions shuffle (biased)
import numpy as np


def synthetic_data(w, b, n_samples, noise_std, rng):
    """Samples of a linear model whose true weights are known, so that a fit can be compared with them.

        X_ij ~ N(0, 1),   noise_i ~ N(0, noise_std^2),   all independent
        y = X w + b + noise

    w (n_features,), b float, noise_std >= 0 -> X (n_samples, n_features), y (n_samples,).
    Source: the linear-Gaussian model; C. M. Bishop, Pattern Recognition and Machine Learning (2006), section 3.1.1.
    """
    X = rng.standard_normal((n_samples, len(w)))
    noise = noise_std * rng.standard_normal(n_samples)
    return X, X @ w + b + noise


def minibatches(X, y, batch_size, rng):
    n = len(X)
    p = np.arange(n)
    for i in range(n):
        j = rng.integers(n)
        p[i], p[j] = p[j], p[i]
    for i in range(0, n, batch_size):
        yield X[p[i:i + batch_size]], y[p[i:i + batch_size]]


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    """One step along the negative gradient of the batch's squared loss.

        e = X w + b - y                     over the batch, m rows
        w <- w - learning_rate * X^T e / m
        b <- b - learning_rate * sum_i e_i / m

    w (n_features,), b float, X_batch (m, n_features), y_batch (m,) -> new w (n_features,), new b float.
    Source: Robbins and Monro (1951).
    """
    error = X_batch @ w + b - y_batch
    # m is the number of rows that came, not the nominal batch size: the last batch may be short.
    grad_w = X_batch.T @ error / len(y_batch)
    grad_b = np.mean(error)
    # A new array, for `w -= …` would change the caller's weights.
    return w - learning_rate * grad_w, b - learning_rate * grad_b


def train(X, y, batch_size, learning_rate, n_epochs, rng):
    """Minibatch SGD from zero for a fixed number of epochs.

        w = 0, b = 0
        each epoch: one `sgd_step` for each of its `minibatches`, then the squared loss over all samples

    X (n_samples, n_features), y (n_samples,) -> w (n_features,), b float, losses (n_epochs,).
    Source: Bottou, Curtis and Nocedal (2018), section 3.
    """
    w, b = np.zeros(X.shape[1]), 0.0
    losses = []
    for _ in range(n_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        losses.append(np.mean((X @ w + b - y) ** 2) / 2)
    return w, b, np.array(losses)


def train_until(X, y, batch_size, learning_rate, tolerance, max_epochs, rng):
    """Minibatch SGD from zero until an epoch no longer lowers the loss by at least `tolerance`.

        L(0) = loss at w = 0, b = 0;   L(e) = loss over all samples after epoch e
        stop after the first epoch e with L(e-1) - L(e) < tolerance, or after max_epochs

    A rise is a negative decrease and therefore stops too.
    X (n_samples, n_features), y (n_samples,) -> w (n_features,), b float, losses (epochs run,).
    Source: L. Prechelt, Early Stopping — But When? (1998), for stopping rules in general.
    """
    w, b = np.zeros(X.shape[1]), 0.0
    previous_loss = np.mean(y**2) / 2  # at w = 0, b = 0 every prediction is 0
    losses = []
    for _ in range(max_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = sgd_step(w, b, X_batch, y_batch, learning_rate)
        loss = np.mean((X @ w + b - y) ** 2) / 2
        losses.append(loss)
        if previous_loss - loss < tolerance:
            break
        previous_loss = loss
    return w, b, np.array(losses)
