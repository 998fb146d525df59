"""The known mistakes of Xavier initialisation, as data: what each makes of the right answer, or how it shows."""

from itertools import pairwise

import numpy as np

from grader.mistakes import Mistake


def f(z, activation):
    """The activation."""
    return {"relu": lambda: np.maximum(z, 0), "tanh": lambda: np.tanh(z), "sigmoid": lambda: 1 / (1 + np.exp(-z))}[activation]()


def slope(z, activation):
    """Its derivative."""
    if activation == "relu":
        return np.where(z > 0, 1.0, 0.0)
    a = f(z, activation)
    return 1 - a**2 if activation == "tanh" else a * (1 - a)


def slope_from_activation(z, activation):
    """The formulas a (1 - a) and 1 - a² with z in the place of a."""
    return {"relu": lambda: np.where(z > 0, 1.0, 0.0), "tanh": lambda: 1 - z**2, "sigmoid": lambda: z * (1 - z)}[activation]()


def right_bound(n, m):
    """Xavier's a."""
    return np.sqrt(6 / (n + m))


def right_std(n, m):
    """Xavier's standard deviation."""
    return np.sqrt(2 / (n + m))


def uniform(bound=right_bound, low=lambda a: -a):
    """A uniform matrix with another bound."""
    return lambda n, m, rng: rng.uniform(low(bound(n, m)), bound(n, m), (n, m))


def normal(std=right_std):
    """A normal matrix with another standard deviation."""
    return lambda n, m, rng: rng.normal(0, std(n, m), (n, m))


def network(W=None, b=lambda rng, m: np.zeros(m), fans=None, anew=lambda rng: rng):
    """`init_params` with one thing wrong: the weights, the biases, the fans that count, or the generator of a layer."""

    def init(layer_sizes, rng, distribution="uniform"):
        layers = []
        for n, m in pairwise(layer_sizes):
            own = anew(rng)
            if W is not None:
                weights = W(n, m, own, distribution)
            else:
                v = 2 / sum((n, m) if fans is None else fans(layer_sizes))
                weights = own.normal(0, np.sqrt(v), (n, m)) if distribution == "normal" else own.uniform(-np.sqrt(3 * v), np.sqrt(3 * v), (n, m))
            layers.append((weights, b(own, m)))
        return layers

    return init


def with_variance(variance):
    """`init_params` with another variance, in both distributions."""
    return network(lambda n, m, rng, how: rng.normal(0, np.sqrt(variance(n, m)), (n, m)) if how == "normal"
                   else rng.uniform(-np.sqrt(3 * variance(n, m)), np.sqrt(3 * variance(n, m)), (n, m)))


def same_seed():
    """Layers drawn by generators that all begin alike, although the seed comes from rng."""

    def init(layer_sizes, rng, distribution="uniform"):
        seed = rng.integers(1 << 62)
        return network(anew=lambda _: np.random.default_rng(seed))(layer_sizes, rng, distribution)

    return init


def cut(n, m, rng):
    """Normal entries, those beyond two standard deviations drawn again."""
    x = rng.normal(size=(n, m))
    while np.any(far := np.abs(x) > 2):
        x[far] = rng.normal(size=np.count_nonzero(far))
    return x * right_std(n, m)


def twice(draw, sign):
    """A matrix of which each second column is the one before, or its negative."""

    def make(n, m, rng):
        half = draw(n, (m + 1) // 2, rng) * np.sqrt((n + (m + 1) // 2) / (n + m))
        return np.stack([half, sign * half], axis=2).reshape(n, -1)[:, :m]

    return make


SCALES = [
    # (name, how it shows, bound of the uniform or None, standard deviation of the normal or None, finding, hint)
    ("He", "he", lambda n, m: np.sqrt(6 / n), lambda n, m: np.sqrt(2 / n),
     "The variance of your weights is 2 / fan_in: that is He's rule, for relu. Xavier's is 2 / (fan_in + fan_out).",
     "Put fan_in + fan_out in the denominator."),
    ("He with fan_out", "he_by_fan_out", lambda n, m: np.sqrt(6 / m), lambda n, m: np.sqrt(2 / m),
     "The variance of your weights is 2 / fan_out; Xavier's is 2 / (fan_in + fan_out).", "Put fan_in + fan_out in the denominator."),
    ("fan_in only", "lecun", lambda n, m: np.sqrt(3 / n), lambda n, m: np.sqrt(1 / n),
     "The variance of your weights is 1 / fan_in, which keeps the signal on its way forward only; Xavier's is 2 / (fan_in + fan_out).",
     "Put the mean of both fans in the place of fan_in."),
    ("fan_out only", "lecun_by_fan_out", lambda n, m: np.sqrt(3 / m), lambda n, m: np.sqrt(1 / m),
     "The variance of your weights is 1 / fan_out, which keeps the gradient only; Xavier's is 2 / (fan_in + fan_out).",
     "Put the mean of both fans in the place of fan_out."),
    ("half the variance", "half_the_variance", lambda n, m: np.sqrt(3 / (n + m)), lambda n, m: np.sqrt(1 / (n + m)),
     "The variance of your weights is 1 / (fan_in + fan_out), half of the right one.", "The variance is one over the mean of the fans: 2 / (fan_in + fan_out)."),
    ("twice the variance", "twice_the_variance", lambda n, m: np.sqrt(12 / (n + m)), lambda n, m: np.sqrt(4 / (n + m)),
     "The variance of your weights is 4 / (fan_in + fan_out), twice the right one.", "The variance is one over the mean of the fans: 2 / (fan_in + fan_out)."),
    ("product of the fans", "product_of_fans", lambda n, m: np.sqrt(6 / (n * m)), lambda n, m: np.sqrt(2 / (n * m)),
     "Your weights are scaled by the product of the fans; Xavier's rule has their sum.", "Write fan_in + fan_out."),
    ("roots of the fans", "roots_of_the_fans", lambda n, m: np.sqrt(6) / (np.sqrt(n) + np.sqrt(m)), lambda n, m: np.sqrt(2) / (np.sqrt(n) + np.sqrt(m)),
     "You add the roots of the fans; the root belongs around their sum.", "Write np.sqrt(fan_in + fan_out)."),
    ("one over the root of fan_in", "bound_of_one_over_root", lambda n, m: 1 / np.sqrt(n), None,
     "Your weights lie between −1/√fan_in and 1/√fan_in; Xavier's bound is sqrt(6 / (fan_in + fan_out)).", "Put in the bound of the notebook."),
    ("standard deviation as bound", "std_used_as_bound", right_std, None,
     "Your bound is sqrt(2 / (fan_in + fan_out)): that is the standard deviation, and the bound of the uniform is √3 times as large.",
     "Put 6 in the place of 2."),
    ("root missing", "bound_without_root", lambda n, m: 6 / (n + m), None,
     "Your bound is 6 / (fan_in + fan_out), without the square root.", "Take np.sqrt of the quotient."),
    ("root of 6 only", "bound_with_root_of_six_only", lambda n, m: np.sqrt(6) / (n + m), None,
     "Your bound is √6 / (fan_in + fan_out): the root reaches over the 6 only.", "Take the root of the whole quotient."),
    ("half the bound", "half_the_bound", lambda n, m: right_bound(n, m) / 2, None,
     "Your weights lie between −a/2 and a/2: the interval has the width a, and it should have 2a.", "Draw between −a and a."),
    ("brackets missing", "bound_without_brackets", lambda n, m: np.sqrt(6 / n + m), None,
     "Your bound is the root of 6 / fan_in + fan_out: the division comes first.", "Put brackets around fan_in + fan_out."),
    ("bound 1", "bound_of_one", lambda n, m: 1.0, None,
     "Your weights lie between −1 and 1 whatever the fans are.", "Make the bound sqrt(6 / (fan_in + fan_out))."),
    ("variance as standard deviation", "variance_used_as_std", None, lambda n, m: 2 / (n + m),
     "The standard deviation of your weights is 2 / (fan_in + fan_out); that is the variance, and rng.normal takes its root.",
     "Take np.sqrt of the variance."),
    ("bound as standard deviation", "bound_used_as_std", None, right_bound,
     "The standard deviation of your weights is sqrt(6 / (fan_in + fan_out)): that is the bound of the uniform distribution, √3 times too large.",
     "Put 2 in the place of 6."),
    ("root of 2 only", "std_with_root_of_two_only", None, lambda n, m: np.sqrt(2) / (n + m),
     "The standard deviation of your weights is √2 / (fan_in + fan_out): the root reaches over the 2 only.", "Take the root of the whole quotient."),
    ("brackets missing", "std_without_brackets", None, lambda n, m: np.sqrt(2 / n + m),
     "The standard deviation of your weights is the root of 2 / fan_in + fan_out: the division comes first.", "Put brackets around fan_in + fan_out."),
    ("standard deviation 1", "std_of_one", None, lambda n, m: 1.0,
     "The standard deviation of your weights is 1 whatever the fans are.", "Scale by sqrt(2 / (fan_in + fan_out))."),
    ("standard deviation 0.01", "std_of_a_hundredth", None, lambda n, m: 0.01,
     "The standard deviation of your weights is 0.01 whatever the fans are.", "Scale by sqrt(2 / (fan_in + fan_out))."),
]

DRAWN = [
    # (name, how it shows, mutant of xavier_uniform, of xavier_normal, finding, hint)
    ("normal for uniform", "normal_for_uniform", normal(), None,
     "Your weights have the right variance but are normal; here they are uniform.", "Use rng.uniform(-a, a, …)."),
    ("positive only", "positive_only", uniform(low=lambda a: 0.0), None,
     "Your weights lie between 0 and a; half of them should be negative.", "Draw between −a and a."),
    ("from 0 to 1", "from_zero_to_one", lambda n, m, rng: rng.random((n, m)), None,
     "Your weights lie between 0 and 1 as rng.random makes them.", "Draw between −a and a."),
    ("uniform for normal", "uniform_for_normal", None, uniform(),
     "Your weights have the right variance but are uniform; here they are normal.", "Use rng.normal(0, std, …)."),
    ("cut at two deviations", "cut_at_two_deviations", None, cut,
     "Your weights end at two standard deviations; a normal distribution has tails.", "Leave the cut out."),
    ("transposed", "transposed", lambda n, m, rng: uniform()(n, m, rng).T, lambda n, m, rng: normal()(n, m, rng).T,
     "W has the shape (fan_out, fan_in); a row belongs to an input, a column to a unit.", "Make the array of shape (fan_in, fan_out)."),
    ("all weights equal", "all_alike", lambda n, m, rng: np.full((n, m), rng.uniform(-1, 1) * right_bound(n, m)),
     lambda n, m, rng: np.full((n, m), rng.normal(0, right_std(n, m))),
     "All weights are one and the same number; each entry is a draw of its own.", "Give the generator size=(fan_in, fan_out)."),
    ("one row for all", "rows_alike", lambda n, m, rng: np.tile(uniform()(n, m, rng)[:1], (n, 1)), lambda n, m, rng: np.tile(normal()(n, m, rng)[:1], (n, 1)),
     "All rows of W are the same: one row was drawn and repeated.", "Give the generator size=(fan_in, fan_out)."),
    ("one column for all", "columns_alike", lambda n, m, rng: np.tile(uniform()(n, m, rng)[:, :1], (1, m)),
     lambda n, m, rng: np.tile(normal()(n, m, rng)[:, :1], (1, m)),
     "All columns of W are the same: the units are copies of one another.", "Give the generator size=(fan_in, fan_out)."),
    ("numbers twice", "numbers_twice", twice(uniform(), 1), twice(normal(), 1),
     "Every number stands at two places of W: the entries are not independent.", "Give the generator size=(fan_in, fan_out)."),
    ("numbers mirrored", "numbers_mirrored", twice(uniform(), -1), twice(normal(), -1),
     "Every number stands in W beside its negative: the entries are not independent.", "Give the generator size=(fan_in, fan_out)."),
    ("seed fixed inside", "always_the_same", lambda n, m, rng: uniform()(n, m, np.random.default_rng(0)),
     lambda n, m, rng: normal()(n, m, np.random.default_rng(0)),
     "Your weights are the same whatever the state of rng, as if a seed were fixed inside the function.", "Draw from the rng that you are given."),
    ("not from rng", "not_from_rng", lambda n, m, rng: uniform()(n, m, np.random.default_rng()),
     lambda n, m, rng: normal()(n, m, np.random.default_rng()),
     "The same state of rng gives different weights: they come from np.random or a generator of your own.", "Draw from the rng that you are given."),
]

BOTH_UNIFORM = network(lambda n, m, rng, _: uniform()(n, m, rng))
BOTH_NORMAL = network(lambda n, m, rng, _: normal()(n, m, rng))
INIT = [
    # (name, how it shows, mutant of init_params, finding, hint)
    ("He", "he", with_variance(lambda n, m: 2 / n),
     "The variance of your weights is 2 / fan_in: that is He's rule. Xavier's is 2 / (fan_in + fan_out).", "Call xavier_uniform and xavier_normal."),
    ("fan_in only", "lecun", with_variance(lambda n, m: 1 / n),
     "The variance of your weights is 1 / fan_in; Xavier's is 2 / (fan_in + fan_out).", "Call xavier_uniform and xavier_normal."),
    ("half the variance", "half_the_variance", with_variance(lambda n, m: 1 / (n + m)),
     "The variance of your weights is 1 / (fan_in + fan_out), half of the right one.", "Call xavier_uniform and xavier_normal."),
    ("standard deviation 0.01", "std_of_a_hundredth", network(lambda n, m, rng, _: rng.normal(0, 0.01, (n, m))),
     "The standard deviation of your weights is 0.01 whatever the layer.", "Call xavier_uniform and xavier_normal."),
    ("standard deviation 1", "std_of_one", network(lambda n, m, rng, _: rng.normal(0, 1, (n, m))),
     "The standard deviation of your weights is 1 whatever the layer.", "Call xavier_uniform and xavier_normal."),
    ("always uniform", "uniform_for_normal", BOTH_UNIFORM,
     'Your weights are uniform whatever `distribution` says.', 'Look at `distribution`, and call xavier_normal for "normal".'),
    ("always normal", "normal_for_uniform", BOTH_NORMAL,
     'Your weights are normal whatever `distribution` says.', 'Look at `distribution`, and call xavier_uniform for "uniform".'),
    ("fans of the first layer", "first_layers_fans", network(fans=lambda sizes: sizes[:2]),
     "All layers are scaled by the fans of the first one; each layer has its own.", "Take fan_in and fan_out inside the loop."),
    ("fans of the last layer", "last_layers_fans", network(fans=lambda sizes: sizes[-2:]),
     "All layers are scaled by the fans of the last one; each layer has its own.", "Take fan_in and fan_out inside the loop."),
    ("fans of the whole network", "ends_for_fans", network(fans=lambda sizes: (sizes[0], sizes[-1])),
     "All layers are scaled by the sizes of the input and the output; each layer has its own fans.", "Take fan_in and fan_out inside the loop."),
    ("transposed", "transposed", network(lambda n, m, rng, how: (normal() if how == "normal" else uniform())(m, n, rng)),
     "W has the shape (fan_out, fan_in); a row belongs to an input, a column to a unit.", "Make the array of shape (fan_in, fan_out)."),
    ("all weights equal", "all_alike", network(lambda n, m, rng, _: np.full((n, m), rng.uniform(-1, 1) * right_bound(n, m))),
     "All weights of a layer are one and the same number: its units are copies.", "Draw each entry with xavier_uniform or xavier_normal."),
    ("equal layers alike", "layers_alike", same_seed(),
     "Layers of equal size get the same weights; each has draws of its own.", "Pass the one rng on to every layer."),
    ("biases one", "biases_one", network(b=lambda _, m: np.ones(m)),
     "Your biases are 1; they start at 0.", "Use np.zeros(fan_out)."),
    ("biases 0.01", "biases_a_hundredth", network(b=lambda _, m: np.full(m, 0.01)),
     "Your biases are 0.01; they start at 0.", "Use np.zeros(fan_out)."),
    ("biases random", "biases_random", network(b=lambda rng, m: rng.normal(0, 0.1, m)),
     "Your biases are drawn at random; the weights break the symmetry already, and the biases start at 0.", "Use np.zeros(fan_out)."),
    ("seed fixed inside", "always_the_same", lambda sizes, _rng, how="uniform": network()(sizes, np.random.default_rng(0), how),
     "Your params are the same whatever the state of rng, as if a seed were fixed inside the function.", "Pass on the rng that you are given."),
    ("not from rng", "not_from_rng", network(anew=lambda _: np.random.default_rng()),
     "The same state of rng gives different params: they come from np.random or a generator of your own.", "Pass on the rng that you are given."),
]


def outputs(X, params, activation, *, last=False, bias=True, none=False, first=True):
    """Each layer's (input, pre-activation, output), with a mistake."""
    A, found = X, []
    for i, (W, b) in enumerate(params):
        Z = A @ W + (b if bias else 0.0)
        hidden = i < len(params) - 1
        bent = ((hidden and (first or i > 0)) or (last and not hidden)) and not none
        found.append((A, Z, f(Z, activation) if bent else Z))
        A = found[-1][2]
    return found


def of_outputs(measure=np.var, **how):
    """A number for each layer's output."""
    return lambda X, params, activation: np.array([measure(A) for _, _, A in outputs(X, params, activation, **how)])


def of_pre_activations(X, params, activation):
    """The variance of Z."""
    return np.array([np.var(Z) for _, Z, _ in outputs(X, params, activation)])


def gradients(X, Y, params, activation, *, down=slope, start=None, weights=None, bias=np.sum, last=False, bent=False):
    """The gradients with one mistake on the way back."""
    layers = outputs(X, params, activation, last=bent)
    Y_hat = layers[-1][2]
    dZ = (Y_hat - Y) / len(Y) if start is None else start(Y_hat, Y)
    if last:
        dZ = dZ * down(layers[-1][1], activation)
    grads = []
    for i in reversed(range(len(params))):
        dW = layers[i][0].T @ dZ
        grads.append((dW, bias(dZ, axis=0)))
        if i:
            W = params[i][0] if weights is None else weights(params[i][0], dW)
            dZ = (dZ @ W.T) * down(layers[i - 1][1], activation)
    return grads[::-1]


def norm(measure=lambda dW, db: np.sqrt(np.sum(dW**2)), **how):
    """A number for each layer's gradient."""
    return lambda X, Y, params, activation: np.array([measure(dW, db) for dW, db in gradients(X, Y, params, activation, **how)])


def trained(step=None, rates=None, steps=lambda n: n, moved=None, **how):
    """Gradient descent with one thing wrong: the size or the number of the steps, what moves, or the gradient."""

    def train(params, X, Y, activation, learning_rate, n_steps):
        start = params
        for t in range(steps(n_steps)):
            if step is not None:
                params = step(params, start, X, Y, activation, learning_rate)
                continue
            rate = learning_rate if rates is None else rates(learning_rate, t, n_steps, len(X))
            grads = gradients(X, Y, params, activation, **how)
            params = [(W - rate * dW, b - rate * db) if moved is None else moved(i, len(params), (W, b), (W - rate * dW, b - rate * db))
                      for i, ((W, b), (dW, db)) in enumerate(zip(params, grads, strict=True))]
        return params

    return train


def step_by_the_first_gradient(params, start, X, Y, activation, rate):
    """The gradient at the given params, again and again."""
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, gradients(X, Y, start, activation), strict=True)]


def step_a_sample(params, _start, X, Y, activation, rate):
    """One step for each row, in their order."""
    for i in range(len(X)):
        params = step_by_the_first_gradient(params, params, X[i : i + 1], Y[i : i + 1], activation, rate)
    return params


def step_on_the_first_row(params, _start, X, Y, activation, rate):
    """A step for the first row only."""
    return step_by_the_first_gradient(params, params, X[:1], Y[:1], activation, rate)


def step_through_new_weights(params, _start, X, Y, activation, rate):
    """The last layer moves first, and the error goes down through its new weights."""
    grads = gradients(X, Y, params, activation, weights=lambda W, dW: W - rate * dW)
    return [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def step_weights_before_biases(params, _start, X, Y, activation, rate):
    """The biases follow the gradient at the new weights."""
    new = [(W - rate * dW, b) for (W, b), (dW, _) in zip(params, gradients(X, Y, params, activation), strict=True)]
    return [(W, b - rate * db) for (W, b), (_, db) in zip(new, gradients(X, Y, new, activation), strict=True)]


def stacked(params, layer=0):
    """[W; b] of a layer."""
    return np.vstack(params[layer])


def of_rows(measure):
    """A number made of the rows' gaps."""
    return lambda params: float(measure(np.ptp(stacked(params), axis=1)))


MISTAKES = [
    *[
        Mistake(name=name, function=function, shows=shows, chance=1e-12, finding=finding, hint=hint, mutant=made(scale))
        for name, shows, bound, std, finding, hint in SCALES
        for function, made, scale in (("xavier_uniform", uniform, bound), ("xavier_normal", normal, std))
        if scale is not None
    ],
    *[
        Mistake(name=name, function=function, shows=shows, chance=1e-12, finding=finding, hint=hint, mutant=mutant)
        for name, shows, first, second, finding, hint in DRAWN
        for function, mutant in (("xavier_uniform", first), ("xavier_normal", second))
        if mutant is not None
    ],
    *[
        Mistake(name=name, function="init_params", shows=shows, chance=1e-12, finding=finding, hint=hint, mutant=mutant)
        for name, shows, mutant, finding, hint in INIT
    ],
    Mistake(
        name="standard deviation", function="layer_variances", answer=lambda right, **_: np.sqrt(right),
        finding="You return standard deviations; the variances are wanted.", hint="Use np.var, or square.",
    ),
    Mistake(
        name="divided by one less", function="layer_variances", instead=of_outputs(lambda A: np.var(A, ddof=1) if A.size > 1 else 0.0),
        finding="Your variance is divided by the number of entries minus one; the population variance is divided by their number.",
        hint="Leave ddof out.",
    ),
    Mistake(
        name="mean not subtracted", function="layer_variances", instead=of_outputs(lambda A: np.mean(A**2)),
        finding="You return the mean of the squares; the variance is that of the distances from the mean.", hint="Subtract the mean first, or use np.var.",
    ),
    Mistake(
        name="sum of squares", function="layer_variances", instead=of_outputs(lambda A: np.sum((A - A.mean()) ** 2)),
        finding="You sum the squared distances from the mean; the variance is their mean.", hint="Divide by the number of entries.",
    ),
    Mistake(
        name="divided by the samples only", function="layer_variances", instead=of_outputs(lambda A: np.sum((A - A.mean()) ** 2) / len(A)),
        finding="Your sum of squares is divided by the number of samples; it runs over all entries, samples and units.", hint="Divide by A.size.",
    ),
    Mistake(
        name="mean of the units' variances", function="layer_variances", instead=of_outputs(lambda A: np.mean(np.var(A, axis=0))),
        finding="You take each unit's variance over the samples and average; the variance is that of all entries together.", hint="Use np.var without an axis.",
    ),
    Mistake(
        name="mean of the samples' variances", function="layer_variances", instead=of_outputs(lambda A: np.mean(np.var(A, axis=1))),
        finding="You take each sample's variance over the units and average; the variance is that of all entries together.",
        hint="Use np.var without an axis.",
    ),
    Mistake(
        name="before the activation", function="layer_variances", instead=of_pre_activations,
        finding="You measure the pre-activations Z of the hidden layers; a layer's output is after the activation.", hint="Take np.var of activate(Z, activation).",
    ),
    Mistake(
        name="activation on the last layer", function="layer_variances", instead=of_outputs(last=True),
        finding="You apply the activation to the last layer too, which is linear.", hint="Leave the activation out in the last round of the loop.",
    ),
    Mistake(
        name="no activation", function="layer_variances", instead=of_outputs(none=True),
        finding="No activation is applied between the layers.", hint="Pass each hidden layer's Z through activate.",
    ),
    Mistake(
        name="first layer without activation", function="layer_variances", instead=of_outputs(first=False),
        finding="The first layer's output gets no activation; every layer but the last has one.", hint="Look at where your loop starts.",
    ),
    Mistake(
        name="biases left out", function="layer_variances", instead=of_outputs(bias=False),
        finding="Your layers leave the biases out.", hint="Add b after A @ W.",
    ),
    *[
        Mistake(
            name=f"{name} for all", function="layer_variances", instead=lambda X, params, activation, name=name: of_outputs()(X, params, name),
            finding=f"Your network uses {name} whatever the argument `activation` says.", hint="Pass `activation` on to activate.",
        )
        for name in ("relu", "sigmoid", "tanh")
    ],
    Mistake(
        name="input counted", function="layer_variances",
        instead=lambda X, params, activation: np.concatenate([[np.var(X)], of_outputs()(X, params, activation)]),
        finding="Your first number is the variance of the input, which is no layer.", hint="Begin with the output of the first layer.",
    ),
    Mistake(
        name="inputs of the layers", function="layer_variances",
        instead=lambda X, params, activation: np.array([np.var(A) for A, _, _ in outputs(X, params, activation)]),
        finding="You measure what goes into each layer; its output is wanted.", hint="Take the variance at the end of the loop's round.",
    ),
    Mistake(
        name="last layer left out", function="layer_variances", instead=lambda X, params, activation: of_outputs()(X, params, activation)[:-1] if len(params) > 1 else None,
        finding="The last layer is missing: there is one number a layer.", hint="Measure the output of the last layer as well.",
    ),
    Mistake(
        name="variance of the weights", function="layer_variances", instead=lambda X, params, activation: np.array([np.var(W) for W, _ in params]),
        finding="You return the variances of the weights; those of the layers' outputs are wanted.", hint="Run X through the layers.",
    ),
    Mistake(
        name="last layer first", function="layer_variances", answer=lambda right, **_: right[::-1],
        finding="Your numbers come last layer first.", hint="Reverse the order.",
    ),
    Mistake(
        name="not squared", function="gradient_norms", instead=norm(lambda dW, _: np.sum(np.abs(dW))),
        finding="You sum the absolute values; the norm is the root of the sum of squares.", hint="Square, sum, and take the root.",
    ),
    Mistake(
        name="squared norm", function="gradient_norms", answer=lambda right, **_: right**2,
        finding="You return the sum of squares; the norm is its root.", hint="Take np.sqrt.",
    ),
    Mistake(
        name="root of the mean square", function="gradient_norms", instead=norm(lambda dW, _: np.sqrt(np.mean(dW**2))),
        finding="You take the mean of the squares; the norm has their sum.", hint="Use np.sum in the place of np.mean.",
    ),
    Mistake(
        name="mean square", function="gradient_norms", instead=norm(lambda dW, _: np.mean(dW**2)),
        finding="You return the mean of the squares; the norm is the root of their sum.", hint="Use np.sqrt(np.sum(dW**2)).",
    ),
    Mistake(
        name="mean absolute value", function="gradient_norms", instead=norm(lambda dW, _: np.mean(np.abs(dW))),
        finding="You return the mean of the absolute values; the norm is the root of the sum of squares.", hint="Use np.sqrt(np.sum(dW**2)).",
    ),
    Mistake(
        name="largest entry", function="gradient_norms", instead=norm(lambda dW, _: np.max(np.abs(dW))),
        finding="You return the largest entry; the norm is the root of the sum of squares.", hint="Use np.sqrt(np.sum(dW**2)).",
    ),
    Mistake(
        name="spectral norm", function="gradient_norms", instead=norm(lambda dW, _: np.linalg.norm(dW, 2)),
        finding="np.linalg.norm(dW, 2) of a matrix is its largest singular value; wanted is the root of the sum of squares.",
        hint="Leave the 2 out: np.linalg.norm(dW).",
    ),
    Mistake(
        name="standard deviation of the gradient", function="gradient_norms", instead=norm(lambda dW, _: np.std(dW)),
        finding="You return the standard deviation of the gradient's entries; the norm is the root of the sum of their squares.", hint="Use np.sqrt(np.sum(dW**2)).",
    ),
    Mistake(
        name="biases included", function="gradient_norms", instead=norm(lambda dW, db: np.sqrt(np.sum(dW**2) + np.sum(db**2))),
        finding="The gradient of the biases is in your norms; only the weights count.", hint="Leave db out.",
    ),
    Mistake(
        name="biases for weights", function="gradient_norms", instead=norm(lambda _, db: np.sqrt(np.sum(db**2))),
        finding="Your norms are those of db; those of dW are wanted.", hint="Take the first of each pair.",
    ),
    Mistake(
        name="norm of the weights", function="gradient_norms", instead=lambda X, Y, params, activation: np.array([np.sqrt(np.sum(W**2)) for W, _ in params]),
        finding="You return the norms of the weights; those of their gradients are wanted.", hint="Call backward first.",
    ),
    Mistake(
        name="sum for mean", function="gradient_norms", times=lambda X, **_: len(X),
        finding="Your gradient is the sum over the samples; the loss is their mean.", hint="Divide by the number of rows.",
    ),
    Mistake(
        name="factor 2", function="gradient_norms", times=lambda **_: 2.0,
        finding="Your norms are twice the right ones: the loss has one half in front, which cancels the 2 of the square.", hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="one half kept", function="gradient_norms", times=lambda **_: 0.5,
        finding="Your norms are half the right ones: the one half cancels with the 2 of the square.", hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="mean over outputs too", function="gradient_norms", times=lambda Y, **_: 1 / Y.shape[1],
        finding="Your gradient is divided by the number of outputs as well; the loss is the mean over samples only.", hint="Divide by len(Y) and not by Y.size.",
    ),
    Mistake(
        name="plain mean of squares", function="gradient_norms", times=lambda Y, **_: 2 / Y.shape[1],
        finding="Your gradient is that of the mean over all entries without the one half.", hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="last layer first", function="gradient_norms", answer=lambda right, **_: right[::-1],
        finding="Your norms come last layer first.", hint="Reverse the list at the end.",
    ),
    *[
        Mistake(name=name, function=function, instead=made(**how), finding=finding, hint=hint)
        for function, made in (("gradient_norms", norm), ("train_from", trained))
        for name, how, finding, hint in (
            ("derivative left out", {"down": lambda z, _: np.ones_like(z)},
             "The error goes down through W alone; the activation's derivative is missing.", "Multiply by activation_derivative at Z of the layer below."),
            ("derivative at the activation", {"down": lambda z, activation: slope(f(z, activation), activation)},
             "The activation's derivative is taken at the activation A; it belongs at the pre-activation Z.", "Keep Z of every layer and take the derivative there."),
            ("z taken for the activation", {"down": slope_from_activation},
             "a (1 − a) and 1 − a² are formulas in the activation a; you put z in its place.", "Compute a from z first."),
            ("activation for its derivative", {"down": f},
             "The error is multiplied by the activation instead of its derivative.", "Use activation_derivative."),
            ("derivative on the last layer", {"last": True},
             "The error of the last layer is multiplied by the activation's derivative, but the last layer is linear.", "Start from (Y_hat − Y) / n as it is."),
            ("activation on the last layer", {"bent": True},
             "You apply the activation to the last layer too, which is linear.", "Leave the activation out in the last round of the loop."),
        )
    ],
    Mistake(
        name="weights already updated", function="gradient_norms", instead=norm(weights=lambda W, dW: W - dW),
        finding="The error goes down through weights that were updated already; it belongs through those of the forward pass.",
        hint="Compute all gradients first.",
    ),
    Mistake(
        name="uphill", function="train_from", instead=trained(rates=lambda rate, *_: -rate),
        finding="Your steps go uphill: the gradient is added.", hint="Subtract learning_rate times the gradient.",
    ),
    Mistake(
        name="sum for mean", function="train_from", instead=trained(rates=lambda rate, _t, _steps, n: rate * n),
        finding="Your gradient is the sum over the samples; the loss is their mean.", hint="Divide by the number of rows.",
    ),
    Mistake(
        name="factor 2", function="train_from", instead=trained(rates=lambda rate, *_: 2 * rate),
        finding="Your steps are twice as long: the loss has one half in front, which cancels the 2 of the square.", hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="one half kept", function="train_from", instead=trained(rates=lambda rate, *_: rate / 2),
        finding="Your steps are half as long: the one half cancels with the 2 of the square.", hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="divided twice", function="train_from", instead=trained(rates=lambda rate, _t, _steps, n: rate / n),
        finding="Your gradient is divided by the number of samples twice.", hint="Divide once, at the last layer's error.",
    ),
    Mistake(
        name="mean over outputs too", function="train_from",
        instead=trained(start=lambda Y_hat, Y: (Y_hat - Y) / Y.size),
        finding="Your gradient is divided by the number of outputs as well; the loss is the mean over samples only.", hint="Divide by len(Y) and not by Y.size.",
    ),
    Mistake(
        name="learning rate missing", function="train_from", instead=trained(rates=lambda *_: 1.0),
        finding="The gradient is subtracted as it is; the learning rate is missing.", hint="Multiply the gradient by learning_rate.",
    ),
    Mistake(
        name="learning rate over steps", function="train_from", instead=trained(rates=lambda rate, _t, steps, _n: rate / steps),
        finding="The learning rate is divided by the number of steps; every step has the whole of it.", hint="Subtract learning_rate times the gradient in each step.",
    ),
    Mistake(
        name="learning rate decays", function="train_from", instead=trained(rates=lambda rate, t, *_: rate / (t + 1)),
        finding="Your learning rate gets smaller from step to step; it is constant.", hint="Use learning_rate as it is in each step.",
    ),
    Mistake(
        name="one step", function="train_from", instead=trained(steps=lambda _: 1),
        finding="One step is left, whatever n_steps says: the return is inside the loop, or each step starts from the given params again.",
        hint="Write params = update(params, …) inside the loop, and return after it.",
    ),
    Mistake(
        name="one step less", function="train_from", instead=trained(steps=lambda n: n - 1),
        finding="You take one step less than n_steps.", hint="Use range(n_steps).",
    ),
    Mistake(
        name="one step more", function="train_from", instead=trained(steps=lambda n: n + 1),
        finding="You take one step more than n_steps.", hint="Use range(n_steps).",
    ),
    Mistake(
        name="params never replaced", function="train_from", instead=trained(steps=lambda _: 0),
        finding="You return the params as they were given: the result of the update is lost.", hint="Write params = update(…) inside the loop.",
    ),
    Mistake(
        name="first gradient for all", function="train_from", instead=trained(step_by_the_first_gradient),
        finding="The gradient is computed once, at the given params, and used for all steps.", hint="Call forward and backward inside the loop.",
    ),
    Mistake(
        name="one step a sample", function="train_from", instead=trained(step_a_sample),
        finding="You take a step for each sample; each step is on all rows together.", hint="Leave the loop over the samples out.",
    ),
    Mistake(
        name="first sample only", function="train_from", instead=trained(step_on_the_first_row),
        finding="Your steps look at the first sample only; each step is on all rows together.", hint="Pass all of X and Y to forward and backward.",
    ),
    Mistake(
        name="weights already updated", function="train_from", instead=trained(step_through_new_weights),
        finding="The error goes down through weights that were updated already; it belongs through those of the forward pass.",
        hint="Compute all gradients first, update afterwards.",
    ),
    Mistake(
        name="biases after the weights", function="train_from", instead=trained(step_weights_before_biases),
        finding="The biases follow the gradient at weights that were updated already.", hint="Compute all gradients first, update afterwards.",
    ),
    Mistake(
        name="biases not trained", function="train_from", instead=trained(moved=lambda _i, _n, old, new: (new[0], old[1])),
        finding="The biases are not updated.", hint="Step b as you step W.",
    ),
    Mistake(
        name="weights not trained", function="train_from", instead=trained(moved=lambda _i, _n, old, new: (old[0], new[1])),
        finding="The weights are not updated.", hint="Step W as you step b.",
    ),
    Mistake(
        name="first layer frozen", function="train_from", instead=trained(moved=lambda i, _n, old, new: new if i else old),
        finding="The first layer is not updated.", hint="Look at where your loop over the layers ends.",
    ),
    Mistake(
        name="last layer frozen", function="train_from", instead=trained(moved=lambda i, n, old, new: new if i < n - 1 else old),
        finding="The last layer is not updated.", hint="Look at where your loop over the layers ends.",
    ),
    Mistake(
        name="last layer only", function="train_from", instead=trained(moved=lambda i, n, old, new: new if i == n - 1 else old),
        finding="Only the last layer is updated.", hint="Loop over all layers.",
    ),
    Mistake(
        name="bias gradient averaged again", function="train_from", instead=trained(bias=np.mean),
        finding="The gradient of the biases is divided by the number of samples twice: the mean is in the error already.", hint="Sum dZ over axis 0.",
    ),
    Mistake(
        name="layers in reverse", function="train_from", answer=lambda right, **_: right[::-1],
        finding="Your params come last layer first.", hint="Reverse the list at the end.",
    ),
    Mistake(
        name="biases left out", function="symmetry_gap", instead=lambda params: float(np.max(np.ptp(params[0][0], axis=1))),
        finding="Your gap looks at W only; the biases are a row of [W; b].", hint="Stack b under W.",
    ),
    Mistake(
        name="biases only", function="symmetry_gap", instead=lambda params: float(np.ptp(params[0][1])),
        finding="Your gap looks at b only; the rows of W count too.", hint="Stack b under W.",
    ),
    Mistake(
        name="within a unit", function="symmetry_gap", instead=lambda params: float(np.max(np.ptp(stacked(params), axis=0))),
        finding="You compare the weights within one unit; compared are the units with each other, row by row.", hint="Take max and min over axis 1.",
    ),
    Mistake(
        name="all entries together", function="symmetry_gap", instead=lambda params: float(np.ptp(stacked(params))),
        finding="You take the largest minus the smallest entry of all of [W; b]; it is done row by row.", hint="Take max and min over axis 1, then the largest difference.",
    ),
    Mistake(
        name="mean over the rows", function="symmetry_gap", instead=of_rows(np.mean),
        finding="You average the rows' gaps; the largest is wanted.", hint="Use np.max over the rows.",
    ),
    Mistake(
        name="sum over the rows", function="symmetry_gap", instead=of_rows(np.sum),
        finding="You sum the rows' gaps; the largest is wanted.", hint="Use np.max over the rows.",
    ),
    Mistake(
        name="smallest row", function="symmetry_gap", instead=of_rows(np.min),
        finding="You take the smallest of the rows' gaps; the largest is wanted.", hint="Use np.max over the rows.",
    ),
    Mistake(
        name="first row", function="symmetry_gap", instead=of_rows(lambda gaps: gaps[0]),
        finding="You look at the first row only.", hint="Take the largest gap over all rows.",
    ),
    Mistake(
        name="standard deviation", function="symmetry_gap", instead=lambda params: float(np.max(np.std(stacked(params), axis=1))),
        finding="You take the rows' standard deviation; the gap is maximum minus minimum.", hint="Use max and min.",
    ),
    Mistake(
        name="distance from the mean", function="symmetry_gap",
        instead=lambda params: float(np.max(np.abs(stacked(params) - stacked(params).mean(axis=1, keepdims=True)))),
        finding="You take the largest distance from a row's mean; the gap is maximum minus minimum.", hint="Use max and min.",
    ),
    Mistake(
        name="distance from the first unit", function="symmetry_gap",
        instead=lambda params: float(np.max(np.abs(stacked(params) - stacked(params)[:, :1]))),
        finding="You compare all units with the first one; the farthest two may both be others.", hint="Use max and min of each row.",
    ),
    Mistake(
        name="first and last unit", function="symmetry_gap", instead=lambda params: float(np.max(np.abs(stacked(params)[:, -1] - stacked(params)[:, 0]))),
        finding="You compare the first and the last unit only.", hint="Use max and min of each row.",
    ),
    Mistake(
        name="neighbouring units", function="symmetry_gap",
        instead=lambda params: float(np.max(np.abs(np.diff(stacked(params), axis=1)))) if len(params[0][1]) > 1 else 0.0,
        finding="You compare neighbouring units only.", hint="Use max and min of each row.",
    ),
    Mistake(
        name="absolute values", function="symmetry_gap", instead=lambda params: float(np.max(np.ptp(np.abs(stacked(params)), axis=1))),
        finding="You take absolute values first, so that a weight and its negative count as equal.", hint="Leave np.abs out.",
    ),
    Mistake(
        name="last layer", function="symmetry_gap", instead=lambda params: float(np.max(np.ptp(stacked(params, -1), axis=1))),
        finding="You look at the last layer; the gap is that of the first.", hint="Use params[0].",
    ),
    Mistake(
        name="all layers", function="symmetry_gap", instead=lambda params: float(max(np.max(np.ptp(np.vstack(pair), axis=1)) for pair in params)),
        finding="You take the largest gap of all layers; the gap is that of the first.", hint="Use params[0].",
    ),
    Mistake(
        name="half the gap", function="symmetry_gap", times=lambda **_: 0.5,
        finding="Your gap is half the right one.", hint="Take maximum minus minimum as it is.",
    ),
    Mistake(
        name="sign", function="symmetry_gap", times=lambda **_: -1.0,
        finding="Your gap is negative: it is maximum minus minimum.", hint="Swap the two.",
    ),
]
