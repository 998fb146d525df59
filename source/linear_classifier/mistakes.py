"""The known mistakes of the linear classifier, as data: what each makes of the right answer."""

import numpy as np

from grader.mistakes import Mistake


def sigmoid(z):
    """Right, also for large z."""
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


def logits_of(X, w, b):
    """X w + b."""
    return X @ w + b


def p_of(X, w, b):
    """The right probability."""
    return sigmoid(X @ w + b)


def entropy(p, y):
    """Cross-entropy from probabilities."""
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def each_entropy(logits, y):
    """The right cross-entropy of each sample."""
    return y * np.logaddexp(0.0, -logits) + (1 - y) * np.logaddexp(0.0, logits)


def gradient_from(error_of):
    """A gradient from another error: `error_of(X, y, w, b)` in the place of p − y."""

    def cross_entropy_gradient(X, y, w, b):
        error = error_of(X, y, w, b)
        return X.T @ error / len(y), error.mean()

    return cross_entropy_gradient


def decayed(strength):
    """With a penalty on the weights."""
    return lambda right, X, y, w, b: (right[0] + strength * w, right[1])


def powers(Z):
    """Exponentials that do not overflow; the rows' common factors cancel."""
    return np.exp(Z - Z.max(axis=1, keepdims=True))


def right_softmax(Z):
    """Right."""
    return powers(Z) / powers(Z).sum(axis=1, keepdims=True)


def rounding_at(margin):
    """How closely a loss near log(margin) is followed: 1 − p is rounded at 1e-16, which is much of a small margin."""
    return min(max(1e-9, 1e-17 / margin), 1e-4)


def of(function, name, finding, hint, **way):
    """A mistake, its words first."""
    return Mistake(name=name, function=function, finding=finding, hint=hint, **way)


SIGMOID = [
    of(
        "sigmoid", "sign in the exponent", "Your sigmoid falls: the exponent is −z and not z.", "Write np.exp(-z).",
        instead=lambda z: sigmoid(-np.asarray(z)),
    ),
    of(
        "sigmoid", "tanh", "Your function is tanh, from −1 to 1; the sigmoid goes from 0 to 1.", "Write 1 / (1 + np.exp(-z)).",
        instead=np.tanh,
    ),
    of(
        "sigmoid", "half missing in tanh", "Your sigmoid is too steep: with tanh it is (1 + tanh(z / 2)) / 2.",
        "Halve z inside tanh.", instead=lambda z: (1 + np.tanh(z)) / 2,
    ),
    of(
        "sigmoid", "not moved up", "Your function goes from −1 to 1: it is 2 σ(z) − 1.", "The sigmoid goes from 0 to 1.",
        instead=lambda z: 2 * sigmoid(z) - 1,
    ),
    of(
        "sigmoid", "derivative", "You return the sigmoid's derivative σ(z) (1 − σ(z)); σ(z) itself is wanted.",
        "Return the sigmoid itself.", instead=lambda z: sigmoid(z) * (1 - sigmoid(z)),
    ),
    of(
        "sigmoid", "step", "Your answer is 0 or 1: a step and not the sigmoid.", "Write 1 / (1 + np.exp(-z)).",
        instead=lambda z: np.where(np.asarray(z) >= 0, 1.0, 0.0),
    ),
    of(
        "sigmoid", "divided by the sum of all", "The exponentials are divided by their sum over all entries: that is softmax.",
        "Each entry is 1 / (1 + exp(−z)) by itself.",
        instead=lambda z: np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z))),
    ),
    of(
        "sigmoid", "one missing", "You return exp(−z) or 1 / exp(−z); the 1 in the denominator is missing.",
        "Write 1 / (1 + np.exp(-z)), with the brackets.", instead=np.exp,
    ),
    of(
        "sigmoid", "brackets missing", "You compute 1 / 1 + exp(−z): the division comes before the sum.",
        "Put brackets around 1 + np.exp(-z).", instead=lambda z: 1 + np.exp(-np.asarray(z)),
    ),
    of(
        "sigmoid", "minus for plus", "Your denominator is 1 − exp(−z); it should be 1 + exp(−z).", "Write a plus.",
        instead=lambda z: 1 / (1 - np.exp(-np.asarray(z))),
    ),
    of(
        "sigmoid", "base 2", "The base of your power is 2 and not e.", "Use np.exp.",
        instead=lambda z: 1 / (1 + 2.0 ** -np.asarray(z)),
    ),
    of(
        "sigmoid", "straight line", "Your function is the straight line 1/2 + z/4, clipped: a rough sigmoid.",
        "Write 1 / (1 + np.exp(-z)).", instead=lambda z: np.clip(0.5 + np.asarray(z) / 4, 0, 1),
    ),
    of(
        "sigmoid", "hard sigmoid", "Your function is the hard sigmoid, straight between two corners.",
        "Write 1 / (1 + np.exp(-z)).", instead=lambda z: np.clip(0.5 + np.asarray(z) / 6, 0, 1),
    ),
    of(
        "sigmoid", "softsign", "Your function is built from z / (1 + |z|); the sigmoid is built from exp.",
        "Write 1 / (1 + np.exp(-z)).", instead=lambda z: 0.5 + np.asarray(z) / (1 + np.abs(z)) / 2,
    ),
    of(
        "sigmoid", "relu", "Your function is max(0, z); the sigmoid goes from 0 to 1.", "Write 1 / (1 + np.exp(-z)).",
        instead=lambda z: np.maximum(z, 0.0),
    ),
    of(
        "sigmoid", "decimals cut", "Your answers are whole numbers; an array of integers cuts the decimals off.",
        "Make the array of results with np.zeros(n), which holds floats.", instead=lambda z: np.trunc(sigmoid(z)),
    ),
    *[
        of(
            "sigmoid", f"clipped at {limit}", f"z is clipped to ±{limit}; beyond, the sigmoid still moves.",
            "Clip nowhere: for negative z use exp(z) / (1 + exp(z)).", within=1e-13,
            instead=lambda z, limit=limit: sigmoid(np.clip(z, -limit, limit)),
        )
        for limit in (6, 8, 10, 15, 20)
    ],
    *[
        of(
            "sigmoid", f"0 and 1 beyond {limit}", f"Beyond ±{limit} you return 0 and 1; the sigmoid still moves there.",
            "Use the same formula everywhere.", within=1e-13,
            instead=lambda z, limit=limit: np.where(np.abs(z) > limit, np.asarray(z) > 0, sigmoid(z)).astype(float),
        )
        for limit in (6, 10, 15)
    ],
    *[
        of(
            "sigmoid", f"kept {margin:g} from 0 and 1", f"The probability is kept {margin:g} away from 0 and 1.",
            "Return the sigmoid as it is.", within=min(1e-9, margin * 1e-4),
            instead=lambda z, margin=margin: np.clip(sigmoid(z), margin, 1 - margin),
        )
        for margin in (1e-3, 1e-5, 1e-6, 1e-7, 1e-8)
    ],
]

PROBABILITY = [
    of(
        "predict_probability", "the logit", "You return X w + b; the probability is its sigmoid.", "Apply sigmoid.",
        instead=logits_of,
    ),
    of(
        "predict_probability", "the other class", "You return the probability of class 0; that of class 1 is wanted.",
        "Return 1 minus that.", instead=lambda X, w, b: 1 - p_of(X, w, b),
    ),
    of(
        "predict_probability", "bias left out", "Your probability is that of X w; the bias is missing.", "Add b to the logit.",
        instead=lambda X, w, b: sigmoid(X @ w),
    ),
    of(
        "predict_probability", "bias subtracted", "Your logit is X w − b; it should be X w + b.", "Look at the sign in front of b.",
        instead=lambda X, w, b: sigmoid(X @ w - b),
    ),
    of(
        "predict_probability", "bias added after the sigmoid", "The bias is added to the probability; it belongs to the logit.",
        "Add b before you apply sigmoid.", instead=lambda X, w, b: sigmoid(X @ w) + b,
    ),
    of(
        "predict_probability", "bias once a feature", "The bias is added once for each feature; it belongs to the logit once.",
        "Add b after the sum over the features.", instead=lambda X, w, b: sigmoid(X @ w + X.shape[1] * b),
    ),
    of(
        "predict_probability", "the class", "You return 0 and 1; the probability itself is wanted.", "Return the sigmoid, not rounded.",
        instead=lambda X, w, b: (p_of(X, w, b) >= 0.5).astype(float),
    ),
    of(
        "predict_probability", "sigmoid twice", "The sigmoid is applied twice.", "Apply it to the logit, once.",
        instead=lambda X, w, b: sigmoid(p_of(X, w, b)),
    ),
    of(
        "predict_probability", "softmax over the samples", "Your probabilities sum to 1 over the samples; each sample has its own.",
        "Apply sigmoid to each logit.",
        instead=lambda X, w, b: np.exp(X @ w + b) / np.exp(X @ w + b).sum(),
    ),
    of(
        "predict_probability", "exponential", "You return exp(X w + b): the odds, and not the probability.",
        "The probability is odds / (1 + odds).", instead=lambda X, w, b: np.exp(X @ w + b),
    ),
    of(
        "predict_probability", "tanh", "You return the tanh of the logit; the probability is its sigmoid.", "Apply sigmoid.",
        instead=lambda X, w, b: np.tanh(X @ w + b),
    ),
    of(
        "predict_probability", "half missing in tanh", "Your sigmoid is too steep: with tanh it is (1 + tanh(z / 2)) / 2.",
        "Halve z inside tanh.", instead=lambda X, w, b: (1 + np.tanh(X @ w + b)) / 2,
    ),
    of(
        "predict_probability", "logarithm", "You return the logarithm of the probability.", "Return the probability itself.",
        instead=lambda X, w, b: np.log(p_of(X, w, b)),
    ),
]


def classes(test):
    """`classify` with another test: `test(p, threshold, z)`."""

    def instead(X, w, b, threshold=0.5):
        return np.asarray(test(p_of(X, w, b), threshold, X @ w + b)).astype(int)

    return instead


CLASSIFY = [
    of(
        "classify", "above only", "A probability equal to the threshold gives 0 in your function; it is class 1.",
        "Write >= and not >.", instead=classes(lambda p, t, z: p > t),
    ),
    of(
        "classify", "threshold ignored", "Your function decides at 0.5 whatever the threshold is.", "Compare with `threshold`.",
        instead=classes(lambda p, t, z: p >= 0.5),
    ),
    of(
        "classify", "reversed", "Your function gives 1 where the probability is below the threshold.", "Turn the comparison round.",
        instead=classes(lambda p, t, z: p < t),
    ),
    of(
        "classify", "reversed, equal included", "Your function gives 1 where the probability is at most the threshold.",
        "Turn the comparison round.", instead=classes(lambda p, t, z: p <= t),
    ),
    of(
        "classify", "logits compared", "The logit is compared with the threshold; the probability should be.",
        "Apply sigmoid, or use predict_probability.", instead=classes(lambda p, t, z: z >= t),
    ),
    of(
        "classify", "logits above zero", "Your function decides by the sign of the logit, whatever the threshold is, and takes 0 for class 0.",
        "Compare the probability with `threshold`, by >=.", instead=classes(lambda p, t, z: z > 0),
    ),
    of(
        "classify", "minus one for zero", "Your classes are −1 and 1; they should be 0 and 1.", "Return 0 for the other class.",
        instead=classes(lambda p, t, z: np.where(p >= t, 1, -1)),
    ),
    of(
        "classify", "one and two", "Your classes are 1 and 2; they should be 0 and 1.", "Return 0 and 1.",
        instead=classes(lambda p, t, z: np.where(p >= t, 2, 1)),
    ),
    of(
        "classify", "the other class's probability", "The probability of class 0 is compared with the threshold.",
        "Compare that of class 1.", instead=classes(lambda p, t, z: p < 1 - t),
    ),
    of(
        "classify", "bias left out", "Your decision leaves the bias out.", "Use predict_probability(X, w, b).",
        instead=lambda X, w, b, threshold=0.5: (sigmoid(X @ w) >= threshold).astype(int),
    ),
    of(
        "classify", "sigmoid twice", "The sigmoid is applied twice before the comparison.", "Apply it to the logit, once.",
        instead=classes(lambda p, t, z: sigmoid(p) >= t),
    ),
    of(
        "classify", "probabilities cut", "The probability is cut to an integer before it is compared, which makes it 0.",
        "Compare first, then make integers of the answer.", instead=classes(lambda p, t, z: np.trunc(p) >= t),
    ),
    of(
        "classify", "all ones", "Your function gives 1 for every sample.", "Compare the probability with `threshold`.",
        instead=classes(lambda p, t, z: np.ones(len(p))),
    ),
]

ENTROPY = [
    of(
        "cross_entropy", "sum for mean", "Your loss is the sum over the samples; the loss is their mean.",
        "Divide by the number of samples.", times=lambda y, **_: len(y),
    ),
    of(
        "cross_entropy", "sign", "Your loss is negative: the minus is missing.", "Put a minus in front of the logarithms.",
        times=lambda **_: -1.0,
    ),
    of(
        "cross_entropy", "sum for mean and sign", "Your loss is the sum over the samples, and its minus is missing.",
        "Divide by n, and put a minus in front.", times=lambda y, **_: -float(len(y)),
    ),
    of(
        "cross_entropy", "one half too many", "Your loss is half the right one; there is no one half in cross-entropy.",
        "Leave the one half out.", times=lambda **_: 0.5,
    ),
    of(
        "cross_entropy", "factor 2", "Your loss is twice the right one.", "Leave the 2 out.", times=lambda **_: 2.0,
    ),
    of(
        "cross_entropy", "bits", "Your logarithm is that to the base 2; the natural one is wanted.", "Use np.log.",
        times=lambda **_: 1 / np.log(2),
    ),
    of(
        "cross_entropy", "logarithm to the base 10", "Your logarithm is that to the base 10; the natural one is wanted.",
        "Use np.log.", times=lambda **_: 1 / np.log(10),
    ),
    of(
        "cross_entropy", "classes swapped", "The classes are swapped: log p belongs to y = 1 and log(1 − p) to y = 0.",
        "Swap y and 1 − y.", instead=lambda logits, y: np.mean(each_entropy(logits, 1 - y)),
    ),
    of(
        "cross_entropy", "class 1 only", "Only samples of class 1 count in your loss: the term (1 − y) log(1 − p) is missing.",
        "Add the term of class 0.", instead=lambda logits, y: np.mean(y * np.logaddexp(0.0, -logits)),
    ),
    of(
        "cross_entropy", "class 0 only", "Only samples of class 0 count in your loss: the term y log p is missing.",
        "Add the term of class 1.", instead=lambda logits, y: np.mean((1 - y) * np.logaddexp(0.0, logits)),
    ),
    of(
        "cross_entropy", "mean over class 1 only", "Your loss is the mean over the samples of class 1 alone.",
        "Add the term of class 0, and divide by all samples.",
        instead=lambda logits, y: np.sum(y * np.logaddexp(0.0, -logits)) / np.sum(y),
    ),
    of(
        "cross_entropy", "second term subtracted", "The term of class 0 is subtracted from that of class 1; they should be added.",
        "Put the minus in front of both terms: −(y log p + (1 − y) log(1 − p)).",
        instead=lambda logits, y: np.mean(y * np.logaddexp(0.0, -logits) - (1 - y) * np.logaddexp(0.0, logits)),
    ),
    of(
        "cross_entropy", "labels left out", "Both terms count for every sample: y and 1 − y are missing as factors.",
        "Multiply log p by y and log(1 − p) by 1 − y.",
        instead=lambda logits, y: np.mean(np.logaddexp(0.0, -logits) + np.logaddexp(0.0, logits)),
    ),
    of(
        "cross_entropy", "squared error of the probabilities", "Your loss is half the mean squared error of the probabilities.",
        "Cross-entropy has logarithms and no square.", instead=lambda logits, y: np.mean((sigmoid(logits) - y) ** 2) / 2,
    ),
    of(
        "cross_entropy", "squared error without half", "Your loss is the mean squared error of the probabilities.",
        "Cross-entropy has logarithms and no square.", instead=lambda logits, y: np.mean((sigmoid(logits) - y) ** 2),
    ),
    of(
        "cross_entropy", "absolute error", "Your loss is the mean of |p − y|.", "Cross-entropy has logarithms: −log p for y = 1.",
        instead=lambda logits, y: np.mean(np.abs(sigmoid(logits) - y)),
    ),
    of(
        "cross_entropy", "sigmoid twice", "The sigmoid is applied twice before the logarithm.", "Apply it to the logits, once.",
        instead=lambda logits, y: entropy(sigmoid(sigmoid(logits)), y),
    ),
    of(
        "cross_entropy", "every pair of samples", "A column times a row is a matrix: your loss takes every logit with every label.",
        "Multiply arrays of the same shape (n,).",
        instead=lambda logits, y: np.mean(each_entropy(logits[:, None], y[None, :])),
    ),
    of(
        "cross_entropy", "labels taken for signs", "Your formula log(1 + exp(−y z)) is for labels −1 and 1; here they are 0 and 1.",
        "Use 2 y − 1 in the place of y, or the formula with both terms.",
        instead=lambda logits, y: np.mean(np.logaddexp(0.0, -y * logits)),
    ),
    of(
        "cross_entropy", "hinge", "Your loss is the hinge loss max(0, 1 − y z) of a support vector machine.",
        "Cross-entropy has logarithms.", instead=lambda logits, y: np.mean(np.maximum(0.0, 1 - (2 * y - 1) * logits)),
    ),
    of(
        "cross_entropy", "logarithm of the mean", "You take the logarithm after the mean; the loss is the mean of the logarithms.",
        "Take the logarithm of each sample's probability first.",
        instead=lambda logits, y: -np.log(np.mean(np.exp(-each_entropy(logits, y)))),
    ),
    of(
        "cross_entropy", "logarithm left out", "The logarithm is missing: your loss is minus the mean probability of the label.",
        "Take the logarithm of the probabilities.", instead=lambda logits, y: -np.mean(np.exp(-each_entropy(logits, y))),
    ),
    of(
        "cross_entropy", "perplexity", "You return the exponential of the loss.", "Leave the last np.exp out.",
        answer=lambda right, **_: np.exp(right),
    ),
    of(
        "cross_entropy", "first term linear", "Your loss lacks − y z: the term log(1 + exp(z)) alone is the loss of class 0.",
        "Subtract y times the logit.", instead=lambda logits, y: np.mean(np.logaddexp(0.0, logits)),
    ),
    *[
        of(
            "cross_entropy", f"logits clipped at {limit}", f"The logits are clipped to ±{limit}; the loss goes on growing beyond.",
            "np.logaddexp(0, z) is log(1 + exp(z)) for any z: clip nothing.", within=1e-10,
            instead=lambda logits, y, limit=limit: np.mean(each_entropy(np.clip(logits, -limit, limit), y)),
        )
        for limit in (10, 15, 20, 30, 35, 50, 100, 250, 500, 700)
    ],
    *[
        of(
            "cross_entropy", f"probabilities clipped at {margin:g}",
            f"The probabilities are kept {margin:g} away from 0 and 1, and so the loss stays below a limit.",
            "np.logaddexp(0, z) is log(1 + exp(z)) for any z: work with the logits.", within=rounding_at(margin),
            instead=lambda logits, y, margin=margin: entropy(np.clip(sigmoid(logits), margin, 1 - margin), y),
        )
        for margin in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
    ],
    *[
        of(
            "cross_entropy", f"logarithm of p + {more:g}",
            f"{more:g} is added inside the logarithm, and so the loss stays below a limit.",
            "np.logaddexp(0, z) is log(1 + exp(z)) for any z: work with the logits.", within=rounding_at(more),
            instead=lambda logits, y, more=more: np.mean(
                -y * np.log(sigmoid(logits) + more) - (1 - y) * np.log(1 - sigmoid(logits) + more)
            ),
        )
        for more in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
    ],
]

GRADIENT = [
    of(
        "cross_entropy_gradient", "sum for mean", "Your gradient is the sum over the samples; the loss is their mean.",
        "Divide by the number of rows in X.", times=lambda X, **_: len(X),
    ),
    of(
        "cross_entropy_gradient", "sign", "Your gradient points downhill: the error is p − y, and not y − p.", "Swap the two.",
        times=lambda **_: -1.0,
    ),
    of(
        "cross_entropy_gradient", "sum for mean and sign", "Your gradient is the sum over the samples, and it points downhill.",
        "Divide by n, and take p − y.", times=lambda X, **_: -float(len(X)),
    ),
    of(
        "cross_entropy_gradient", "factor 2", "Your gradient is twice the right one: there is no square in this loss.",
        "Leave the 2 out.", times=lambda **_: 2.0,
    ),
    of(
        "cross_entropy_gradient", "one half too many", "Your gradient is half the right one: there is no one half in this loss.",
        "Leave the one half out.", times=lambda **_: 0.5,
    ),
    of(
        "cross_entropy_gradient", "bias gradient summed", "grad_b is the sum of the errors; it is their mean.",
        "Use the mean for grad_b as you do for grad_w.", answer=lambda right, X, **_: (right[0], right[1] * len(X)),
    ),
    of(
        "cross_entropy_gradient", "weight gradient summed", "grad_w is the sum over the samples; it is the mean.",
        "Divide Xᵀ(p − y) by the number of rows in X.", answer=lambda right, X, **_: (right[0] * len(X), right[1]),
    ),
    of(
        "cross_entropy_gradient", "mean over features too", "grad_w is divided by the number of features as well.",
        "Divide by len(X) and not by X.size.", answer=lambda right, X, **_: (right[0] / X.shape[1], right[1]),
    ),
    of(
        "cross_entropy_gradient", "bias gradient zero", "grad_b is zero: the bias would never learn.", "grad_b is the mean of p − y.",
        answer=lambda right, **_: (right[0], 0.0),
    ),
    of(
        "cross_entropy_gradient", "bias left out of the logit", "The logit inside your gradient is X w; the model has a b.",
        "Use predict_probability(X, w, b).", instead=gradient_from(lambda X, y, w, b: sigmoid(X @ w) - y),
    ),
    of(
        "cross_entropy_gradient", "sigmoid left out", "Your error is X w + b − y: the sigmoid is missing.", "The error is p − y.",
        instead=gradient_from(lambda X, y, w, b: X @ w + b - y),
    ),
    of(
        "cross_entropy_gradient", "sigmoid twice", "The sigmoid is applied twice.", "The error is p − y, p the sigmoid of the logit.",
        instead=gradient_from(lambda X, y, w, b: sigmoid(p_of(X, w, b)) - y),
    ),
    of(
        "cross_entropy_gradient", "derivative of the sigmoid kept",
        "Your error has a factor p (1 − p), as the gradient of the squared error has; in cross-entropy it cancels.",
        "The error is p − y, and nothing more.",
        instead=gradient_from(lambda X, y, w, b: (p_of(X, w, b) - y) * p_of(X, w, b) * (1 - p_of(X, w, b))),
    ),
    of(
        "cross_entropy_gradient", "gradient of the whole squared error",
        "Your error is 2 (p − y) p (1 − p): that is the gradient of the squared error of the probabilities.",
        "The error is p − y, and nothing more.",
        instead=gradient_from(lambda X, y, w, b: 2 * (p_of(X, w, b) - y) * p_of(X, w, b) * (1 - p_of(X, w, b))),
    ),
    of(
        "cross_entropy_gradient", "class for probability", "Your error takes the 0/1 answer in the place of the probability.",
        "Use the probability itself.", instead=gradient_from(lambda X, y, w, b: (p_of(X, w, b) >= 0.5) - y),
    ),
    of(
        "cross_entropy_gradient", "labels left out", "Your error is p; the label is not subtracted.", "The error is p − y.",
        instead=gradient_from(lambda X, y, w, b: p_of(X, w, b)),
    ),
    of(
        "cross_entropy_gradient", "classes swapped", "Your error is p − (1 − y): the classes are swapped.", "The error is p − y.",
        instead=gradient_from(lambda X, y, w, b: p_of(X, w, b) - (1 - y)),
    ),
    of(
        "cross_entropy_gradient", "probability of the other class", "Your error is 1 − p − y: p is that of class 0.",
        "The error is p − y, p the probability of class 1.", instead=gradient_from(lambda X, y, w, b: 1 - p_of(X, w, b) - y),
    ),
    of(
        "cross_entropy_gradient", "class 1 only", "Only samples of class 1 count in your gradient.", "The error is p − y for both classes.",
        instead=gradient_from(lambda X, y, w, b: y * (p_of(X, w, b) - 1)),
    ),
    of(
        "cross_entropy_gradient", "class 0 only", "Only samples of class 0 count in your gradient.", "The error is p − y for both classes.",
        instead=gradient_from(lambda X, y, w, b: (1 - y) * p_of(X, w, b)),
    ),
    of(
        "cross_entropy_gradient", "labels taken for signs", "Your error is p − (2 y − 1): it takes labels −1 and 1.",
        "Here the labels are 0 and 1.", instead=gradient_from(lambda X, y, w, b: p_of(X, w, b) - (2 * y - 1)),
    ),
    of(
        "cross_entropy_gradient", "every pair of samples", "A column minus a row is a matrix: every probability meets every label.",
        "Subtract arrays of the same shape (n,).",
        instead=lambda X, y, w, b: (X.T @ (p_of(X, w, b)[:, None] - y[None, :]).mean(axis=1) / len(y), np.mean(p_of(X, w, b)[:, None] - y[None, :])),
    ),
    of(
        "cross_entropy_gradient", "X left out", "grad_w is the mean error for every feature: the features are missing.",
        "Multiply each error by its row of X.", answer=lambda right, X, **_: (np.full(X.shape[1], right[1]), right[1]),
    ),
    *[
        of(
            "cross_entropy_gradient", f"weight decay {strength:g}", f"{strength:g} times w is added to grad_w: a penalty that the loss has not.",
            "Leave the penalty out.", answer=decayed(strength),
        )
        for strength in (1.0, 0.5, 0.1, 0.05, 0.01, 1e-3, 1e-4)
    ],
    of(
        "cross_entropy_gradient", "weight decay by n", "w / n is added to grad_w: a penalty that the loss has not.",
        "Leave the penalty out.", answer=lambda right, X, w, **_: (right[0] + w / len(X), right[1]),
    ),
]

SOFTMAX = [
    of(
        "softmax", "columns", "Your columns sum to 1; each row should be a distribution.", "Sum over axis 1.",
        instead=lambda Z: np.exp(Z - Z.max(axis=0)) / np.exp(Z - Z.max(axis=0)).sum(axis=0),
    ),
    of(
        "softmax", "everything", "All entries together sum to 1; each row should.", "Sum over axis 1, with keepdims=True.",
        instead=lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum(),
    ),
    of(
        "softmax", "everything, after a shift of each row", "Each row is shifted by itself, but all entries together sum to 1; each row should.",
        "Sum over axis 1, with keepdims=True.", instead=lambda Z: powers(Z) / powers(Z).sum(),
    ),
    of(
        "softmax", "columns, after a shift of each row", "Each row is shifted by itself, but your columns sum to 1; each row should.",
        "Sum over axis 1, with keepdims=True.", instead=lambda Z: powers(Z) / powers(Z).sum(axis=0),
    ),
    of(
        "softmax", "not divided", "The exponentials are not divided by their sum.", "Divide each row by its sum.", instead=np.exp,
    ),
    of(
        "softmax", "shifted and not divided", "The exponentials of the shifted scores are not divided by their sum.",
        "Divide each row by its sum.", instead=powers,
    ),
    of(
        "softmax", "without exp", "Each row is divided by its sum, but the exponential is missing.", "Take np.exp of the scores first.",
        instead=lambda Z: Z / Z.sum(axis=1, keepdims=True),
    ),
    of(
        "softmax", "shifted, without exp", "The shifted scores are divided by their sum, but the exponential is missing.",
        "Take np.exp of the shifted scores first.",
        instead=lambda Z: (Z - Z.max(axis=1, keepdims=True)) / (Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True),
    ),
    of(
        "softmax", "axes of the sum mixed", "The sums of the rows divide the columns: without keepdims they lie along the wrong axis.",
        "Use keepdims=True in the sum.", instead=lambda Z: powers(Z) / powers(Z).sum(axis=1),
    ),
    of(
        "softmax", "one shift a column", "Each column is shifted by its own maximum, which changes the rows.",
        "Subtract each row's maximum: axis=1, keepdims=True.",
        instead=lambda Z: np.exp(Z - Z.max(axis=0)) / np.exp(Z - Z.max(axis=0)).sum(axis=1, keepdims=True),
    ),
    of(
        "softmax", "sigmoid of each", "Each entry is squashed by itself; the entries of a row should sum to 1.",
        "Divide the exponentials of a row by their sum.", instead=sigmoid,
    ),
    of(
        "softmax", "logarithm", "You return the logarithm of softmax.", "Return the probabilities themselves.",
        instead=lambda Z: Z - Z.max(axis=1, keepdims=True) - np.log(powers(Z).sum(axis=1, keepdims=True)),
    ),
    of(
        "softmax", "sign", "The smallest score gets the largest probability: the exponent is z and not −z.", "Leave the minus out.",
        instead=lambda Z: right_softmax(-Z),
    ),
    of(
        "softmax", "one for the largest", "You return 1 for the largest score and 0 for the others.",
        "Divide the exponentials of a row by their sum.", instead=lambda Z: (Z.max(axis=1, keepdims=True) == Z).astype(float),
    ),
    of(
        "softmax", "mean for sum", "The exponentials are divided by their mean: the rows sum to the number of classes.",
        "Divide by the sum.", instead=lambda Z: right_softmax(Z) * Z.shape[1],
    ),
    of(
        "softmax", "twice", "Softmax is applied twice.", "Apply it once.", instead=lambda Z: right_softmax(right_softmax(Z)),
    ),
    of(
        "softmax", "base 2", "The base of your powers is 2 and not e.", "Use np.exp.", instead=lambda Z: right_softmax(Z * np.log(2)),
    ),
    of(
        "softmax", "root of the squares", "The exponentials are divided by the length of the row; they should be divided by its sum.",
        "Divide by the sum.", instead=lambda Z: powers(Z) / np.linalg.norm(powers(Z), axis=1, keepdims=True),
    ),
    of(
        "softmax", "transposed", "Your answer is the transpose of what it should be.", "Return one row a sample.",
        instead=lambda Z: right_softmax(Z).T,
    ),
    of(
        "softmax", "scaled to length 1", "Each row is divided by its largest absolute score first.", "Take the scores as they are.",
        instead=lambda Z: right_softmax(Z / np.abs(Z).max(axis=1, keepdims=True)),
    ),
    *[
        of(
            "softmax", f"{more:g} added to the sum", f"{more:g} is added to each row's sum, so that the rows do not sum to 1.",
            "After the shift by the row's maximum the sum is at least 1: add nothing.", within=1e-13 if more < 1e-4 else 1e-9,
            instead=lambda Z, more=more: powers(Z) / (powers(Z).sum(axis=1, keepdims=True) + more),
        )
        for more in (1.0, 1e-5, 1e-6, 1e-7, 1e-8)
    ],
    *[
        of(
            "softmax", f"{more:g} added to the unshifted sum",
            f"{more:g} is added to each row's sum of exponentials, so that the rows do not sum to 1.",
            "Shift each row by its maximum, and add nothing.", within=1e-13 if more < 1e-4 else 1e-9,
            instead=lambda Z, more=more: np.exp(Z) / (np.exp(Z).sum(axis=1, keepdims=True) + more),
        )
        for more in (1e-7, 1e-8)
    ],
    of(
        "softmax", "scores clipped", "Large scores are clipped, which makes them equal.", "Subtract each row's maximum instead.",
        instead=lambda Z: right_softmax(np.clip(Z, -100, 100)),
    ),
]

MISTAKES = [*SIGMOID, *PROBABILITY, *CLASSIFY, *ENTROPY, *GRADIENT, *SOFTMAX]
