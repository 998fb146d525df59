"""The known mistakes of the linear classifier, as data: what each makes of the right answer."""

import numpy as np

from grader.mistakes import Mistake


def s(z):
    """The sigmoid."""
    return 1 / (1 + np.exp(-z))


def logit(X, w, b):
    return X @ w + b


def entropy(p, y):
    """Cross-entropy from probabilities, as it is written at first."""
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def slope(X, error):
    return X.T @ error / len(error), error.mean()


def labels(p, threshold=0.5):
    return (p >= threshold).astype(int)


def mistakes(function, *rows):
    """One mistake a row: name, what it does instead, finding, hint."""
    return [
        Mistake(name=name, function=function, finding=finding, hint=hint, **how) for name, how, finding, hint in rows
    ]


def instead(f, within=1e-9):
    return {"instead": f, "within": within}


MISTAKES = [
    *mistakes(
        "sigmoid",
        (
            "sign in the exponent",
            instead(lambda z: s(-z)),
            "Your sigmoid falls: the exponent is −z and not z.",
            "Write np.exp(-z).",
        ),
        (
            "tanh without the half",
            instead(lambda z: (1 + np.tanh(z)) / 2),
            "Your sigmoid is (1 + tanh z) / 2; inside tanh stands z / 2.",
            "Halve z inside tanh.",
        ),
        (
            "tanh",
            instead(np.tanh),
            "Your sigmoid is tanh, which goes from −1 to 1; the sigmoid goes from 0 to 1.",
            "Use 1 / (1 + exp(−z)).",
        ),
        (
            "derivative",
            instead(lambda z: s(z) * (1 - s(z))),
            "You return the sigmoid's derivative.",
            "Return 1 / (1 + exp(−z)) itself.",
        ),
        (
            "minus for plus",
            instead(lambda z: 1 / (1 - np.exp(-z))),
            "The denominator is 1 − exp(−z); it should be 1 + exp(−z).",
            "Look at the sign in the denominator.",
        ),
        ("exponential", instead(lambda z: np.exp(-z)), "You return exp(−z) alone.", "Put it into 1 / (1 + exp(−z))."),
        (
            "step",
            instead(lambda z: np.where(np.asarray(z) >= 0, 1.0, 0.0)),
            "Your sigmoid is a step; a probability lies between 0 and 1.",
            "Use 1 / (1 + exp(−z)).",
        ),
        (
            "hard sigmoid",
            instead(lambda z: np.clip(0.2 * z + 0.5, 0, 1)),
            "Your sigmoid is made of straight pieces; it should be 1 / (1 + exp(−z)).",
            "Use np.exp.",
        ),
        *[
            (
                f"clipped at {c:g}",
                instead(lambda z, c=c: s(np.clip(z, -c, c)), 1e-13),
                f"You clip z to [−{c:g}, {c:g}], so that larger values all look alike.",
                "Leave the clipping out; np.exp(-np.abs(z)) never overflows.",
            )
            for c in (5, 10, 15, 20)
        ],
    ),
    *mistakes(
        "predict_probability",
        ("logits", instead(logit), "You return X w + b; the probability is its sigmoid.", "Pass it through sigmoid."),
        (
            "class 0",
            instead(lambda X, w, b: 1 - s(logit(X, w, b))),
            "You return the probability of class 0.",
            "Leave out 1 − ….",
        ),
        (
            "bias left out",
            instead(lambda X, w, b: s(X @ w)),
            "The logit inside your probability is X w, without b.",
            "Add b before the sigmoid.",
        ),
        (
            "bias after the sigmoid",
            instead(lambda X, w, b: s(X @ w) + b),
            "You add b after the sigmoid.",
            "Add b inside: sigmoid(X w + b).",
        ),
        (
            "sigmoid twice",
            instead(lambda X, w, b: s(s(logit(X, w, b)))),
            "The sigmoid is applied twice.",
            "Apply it once.",
        ),
        (
            "rounded",
            instead(lambda X, w, b: np.round(s(logit(X, w, b)))),
            "Your probabilities are rounded to 0 and 1.",
            "Return the probability itself.",
        ),
        (
            "sum to 1 over samples",
            instead(lambda X, w, b: np.exp(logit(X, w, b)) / np.exp(logit(X, w, b)).sum()),
            "Your probabilities sum to 1 over the samples; each sample has a probability of its own.",
            "Use the sigmoid of each logit.",
        ),
    ),
    *mistakes(
        "classify",
        (
            "threshold ignored",
            instead(lambda X, w, b, _=0.5: labels(s(logit(X, w, b)))),
            "The threshold is ignored: yours is always 0.5.",
            "Compare with `threshold`.",
        ),
        (
            "logits compared",
            instead(lambda X, w, b, t=0.5: labels(logit(X, w, b), t)),
            "You compare the logit with the threshold; it is the probability that is compared.",
            "Use predict_probability.",
        ),
        (
            "turned round",
            instead(lambda X, w, b, t=0.5: 1 - labels(s(logit(X, w, b)), t)),
            "Your classes are the wrong way round.",
            "1 is where the probability is at least the threshold.",
        ),
        (
            "at the threshold",
            instead(lambda X, w, b, t=0.5: (s(logit(X, w, b)) > t).astype(int)),
            "A probability equal to the threshold gives 0 in yours, and should give 1.",
            "Write >= and not >.",
        ),
        (
            "minus one for zero",
            instead(lambda X, w, b, t=0.5: np.where(s(logit(X, w, b)) >= t, 1, -1)),
            "Your classes are −1 and 1; they are 0 and 1.",
            "Return 0 below the threshold.",
        ),
        (
            "bias left out",
            instead(lambda X, w, b, t=0.5: labels(s(X @ w), t)),
            "The logit inside your decision is X w, without b.",
            "Use predict_probability.",
        ),
    ),
    *mistakes(
        "cross_entropy",
        (
            "sum for mean",
            {"times": lambda y, **_: len(y)},
            "Your loss is the sum over the samples; it is their mean.",
            "Use np.mean.",
        ),
        (
            "sign",
            {"times": lambda **_: -1.0},
            "Your loss lacks the minus: log of a probability is negative.",
            "Put a minus in front.",
        ),
        (
            "one half",
            {"times": lambda **_: 0.5},
            "Your loss is half the right one; cross-entropy has no one half.",
            "Leave the one half out.",
        ),
        (
            "base 2",
            {"times": lambda **_: 1 / np.log(2)},
            "Your logarithm is to the base 2; it is the natural one.",
            "Use np.log.",
        ),
        (
            "base 10",
            {"times": lambda **_: 1 / np.log(10)},
            "Your logarithm is to the base 10; it is the natural one.",
            "Use np.log.",
        ),
        (
            "class 0 left out",
            instead(lambda z, y: np.mean(-y * np.log(s(z))), 1e-6),
            "Samples of class 0 add nothing to your loss.",
            "Add the term (1 − y) log(1 − p).",
        ),
        (
            "class 1 left out",
            instead(lambda z, y: np.mean(-(1 - y) * np.log(1 - s(z))), 1e-6),
            "Samples of class 1 add nothing to your loss.",
            "Add the term y log p.",
        ),
        (
            "classes swapped",
            instead(lambda z, y: entropy(s(z), 1 - y), 1e-6),
            "The labels are the wrong way round in your loss.",
            "log p goes with y, log(1 − p) with 1 − y.",
        ),
        (
            "squared error",
            instead(lambda z, y: np.mean((s(z) - y) ** 2) / 2),
            "Your loss is half the mean squared error of the probabilities.",
            "Use the logarithm of the probability.",
        ),
        (
            "mean squared error",
            instead(lambda z, y: np.mean((s(z) - y) ** 2)),
            "Your loss is the mean squared error of the probabilities.",
            "Use the logarithm of the probability.",
        ),
        (
            "sigmoid twice",
            instead(lambda z, y: entropy(s(s(z)), y), 1e-6),
            "The sigmoid is applied twice to the logits.",
            "Apply it once.",
        ),
        (
            "every pair",
            instead(lambda z, y: np.mean(np.logaddexp(0, z)[:, None] - np.outer(z, y)), 1e-9),
            "A column times a row is a matrix: every logit meets every label.",
            "Multiply arrays of the same shape (n,).",
        ),
        *[
            (
                f"log of p + {e:g}",
                instead(lambda z, y, e=e: np.mean(-y * np.log(s(z) + e) - (1 - y) * np.log(1 - s(z) + e)), 1e-9),
                f"You add {e:g} inside the logarithm, so a loss far out stops growing.",
                "Take the loss from the logit: np.logaddexp(0, z) − y z.",
            )
            for e in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7)
        ],
        *[
            (
                f"p clipped at {e:g}",
                instead(lambda z, y, e=e: entropy(np.clip(s(z), e, 1 - e), y), 1e-9),
                f"Your probabilities are clipped to [{e:g}, 1 − {e:g}], so a loss far out stops growing.",
                "Take the loss from the logit: np.logaddexp(0, z) − y z.",
            )
            for e in (1e-15, 1e-12, 1e-10, 1e-8, 1e-7)
        ],
        *[
            (
                f"logits clipped at {c:g}",
                instead(lambda z, y, c=c: np.mean(np.logaddexp(0, np.clip(z, -c, c)) - y * np.clip(z, -c, c)), 1e-9),
                f"Your logits are clipped to [−{c:g}, {c:g}], so a loss far out stops growing.",
                "np.logaddexp(0, z) needs no clipping.",
            )
            for c in (15, 20, 30, 50, 100, 500, 700)
        ],
    ),
    *mistakes(
        "cross_entropy_gradient",
        (
            "sum for mean",
            {"times": lambda X, **_: len(X)},
            "Your gradient is the sum over the samples; the loss is their mean.",
            "Divide by the number of rows in X.",
        ),
        (
            "sign",
            {"times": lambda **_: -1.0},
            "Your gradient points downhill: the error is probability minus label.",
            "Swap the two in the difference.",
        ),
        ("one half", {"times": lambda **_: 0.5}, "Your gradient is half the right one.", "Leave the one half out."),
        ("factor 2", {"times": lambda **_: 2.0}, "Your gradient is twice the right one.", "Leave the 2 out."),
        (
            "bias gradient summed",
            {"answer": lambda right, X, **_: (right[0], right[1] * len(X))},
            "grad_b is the sum of the errors; it is their mean.",
            "Use the mean for grad_b as you do for grad_w.",
        ),
        (
            "weight gradient summed",
            {"answer": lambda right, X, **_: (right[0] * len(X), right[1])},
            "grad_w is the sum over the samples; it is the mean.",
            "Divide by the number of rows in X.",
        ),
        (
            "gradient of the squared error",
            instead(lambda X, y, w, b: slope(X, (s(logit(X, w, b)) - y) * s(logit(X, w, b)) * (1 - s(logit(X, w, b))))),
            "Your gradient has a factor p (1 − p): that is the squared error's; in cross-entropy's it cancels.",
            "Leave the factor p (1 − p) out.",
        ),
        (
            "no sigmoid",
            instead(lambda X, y, w, b: slope(X, logit(X, w, b) - y)),
            "The error in your gradient is logit minus label; it is probability minus label.",
            "Pass the logit through sigmoid.",
        ),
        (
            "answer for probability",
            instead(lambda X, y, w, b: slope(X, labels(s(logit(X, w, b))) - y)),
            "The error in your gradient uses the 0/1 answer; it is the probability minus the label.",
            "Use predict_probability.",
        ),
        (
            "bias left out",
            instead(lambda X, y, w, b: slope(X, s(X @ w) - y)),
            "The probability inside your gradient leaves b out.",
            "Use predict_probability(X, w, b).",
        ),
        (
            "mean over features too",
            {"answer": lambda right, X, **_: (right[0] / X.shape[1], right[1])},
            "grad_w is divided by the number of features as well.",
            "Divide by len(X) and not by X.size.",
        ),
        *[
            (
                f"penalty of {c:g}",
                instead(
                    lambda X, y, w, b, c=c: (
                        slope(X, s(logit(X, w, b)) - y)[0] + c * w,
                        slope(X, s(logit(X, w, b)) - y)[1],
                    )
                ),
                f"Your gradient has a term {c:g} w of a penalty on the weights; the loss has none.",
                "Leave the penalty out.",
            )
            for c in (1.0, 0.1, 0.01, 1e-3)
        ],
    ),
    *mistakes(
        "softmax",
        (
            "along the columns",
            instead(lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0), 1e-9),
            "Your columns sum to 1; each row should.",
            "Sum over axis=1, with keepdims=True.",
        ),
        (
            "all together",
            instead(lambda Z: np.exp(Z) / np.exp(Z).sum()),
            "All your entries together sum to 1; each row should.",
            "Sum over axis=1, with keepdims=True.",
        ),
        (
            "logarithm",
            instead(lambda Z: Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))),
            "You return the logarithm of softmax.",
            "Take np.exp of it.",
        ),
        (
            "no exp",
            instead(lambda Z: Z / Z.sum(axis=1, keepdims=True)),
            "Your rows are divided by their sum without exp.",
            "Take np.exp of the scores first.",
        ),
        (
            "sigmoid of each",
            instead(s),
            "You take the sigmoid of each score, so the rows do not sum to 1.",
            "Divide exp of the scores by the row's sum.",
        ),
        (
            "exp only",
            instead(np.exp),
            "You return exp of the scores, without dividing by the row's sum.",
            "Divide by the sum over axis=1.",
        ),
        (
            "maximum for sum",
            instead(lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True))),
            "Your largest entry is 1 in every row: the division by the row's sum is missing.",
            "Divide by the sum over axis=1.",
        ),
        (
            "sign",
            instead(lambda Z: np.exp(-Z) / np.exp(-Z).sum(axis=1, keepdims=True)),
            "Your smallest score has the largest probability: the sign in the exponent is wrong.",
            "Write np.exp(Z).",
        ),
        *[
            (
                f"{e:g} in the sum",
                instead(
                    lambda Z, e=e: (
                        np.exp(Z - Z.max(axis=1, keepdims=True))
                        / (np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True) + e)
                    ),
                    1e-12,
                ),
                f"You add {e:g} to the row's sum, so the row does not sum to 1.",
                "The sum is at least 1 once the row's maximum is subtracted: add nothing.",
            )
            for e in (1e-6, 1e-7, 1e-8, 1e-9)
        ],
    ),
]
