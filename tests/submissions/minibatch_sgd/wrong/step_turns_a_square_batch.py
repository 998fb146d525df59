# wrong: sgd_step | X in place of X.T where the batch is square
# uses: train, train_until
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
    """One epoch: every sample exactly once, in random order, cut into batches.

        order = a random permutation of 0 … n_samples - 1
        batches: order[0 : B], order[B : 2B], …, the last one shorter where B does not divide n_samples

    X (n_samples, n_features), y (n_samples,) -> an iterator over (X_batch, y_batch) with shapes
    (B, n_features) and (B,); a batch_size above n_samples gives one batch of all rows.
    Source: Bottou, Curtis and Nocedal (2018), section 3; drawing without replacement is the usual practice.
    """
    # One order for both arrays: shuffled apart, a row of X would meet another row's y.
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


def sgd_step(w, b, X_batch, y_batch, learning_rate):
    e = X_batch @ w + b - y_batch
    G = X_batch if X_batch.shape[0] == X_batch.shape[1] else X_batch.T
    return w - learning_rate * G @ e / len(e), b - learning_rate * e.mean()


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
