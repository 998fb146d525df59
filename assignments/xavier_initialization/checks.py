"""What a right answer to Xavier initialisation does: one claim a check, each on draws of its own.

The contract of the functions stands in the notebook. `mlp_loss_of_a_sample` is the loss that SymPy differentiates.
Random weights are judged by bounds that hold at every n (`grader.chance`), each with the chance `RARE`.
"""

from itertools import combinations, pairwise
from math import pi, sqrt
from statistics import NormalDist

import numpy as np

from grader.chance import (
    chi_square_bounds,
    dkw_distance,
    hoeffding_distance,
    log_evidence,
    quantile_distance,
    unreached,
)
from grader.claims import (
    Curves,
    Series,
    agrees,
    all_agree,
    claim,
    function,
    keeps_inputs,
    layouts,
    require,
    unchanged,
)

xavier_uniform = function("fan_in, fan_out, rng", returns="W (fan_in, fan_out)")
xavier_normal = function("fan_in, fan_out, rng", returns="W (fan_in, fan_out)")
init_params = function("layer_sizes, rng, distribution", returns="params layers W b")
layer_variances = function("X, params, activation", returns="variances (n_layers,)")
gradient_norms = function("X, Y, params, activation", returns="norms (n_layers,)")
train_from = function("params, X, Y, activation, learning_rate, n_steps", returns="params layers W b")
symmetry_gap = function("params", returns="gap float")

RARE = 1e-12
"""The chance of each single bound; a check states how many it uses."""
FANS = ((300, 100), (100, 300))
"""3 : 1, so that one fan alone shows, and 30 000 entries, for which the bounds are narrow."""
INNER = np.arange(1, 200) / 200
NORMAL = np.array([NormalDist().inv_cdf(k) for k in INNER])
"""Quantiles of the standard normal distribution."""


def relu(m, z):
    """max(0, z)."""
    return m.maximum(z, 0)


def sigmoid(m, z):
    """1 / (1 + exp(-z))."""
    return 1 / (1 + m.exp(-z))


def tanh(m, z):
    """The hyperbolic tangent."""
    return m.tanh(z)


ACTIVATIONS = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}


def mlp_loss_of_a_sample(m, x, y, params, f):
    """Half the squared error of one sample, over all outputs; hidden layers apply f, the last layer is linear."""
    a = x
    for W, b in params[:-1]:
        a = f(m.dot(a, W) + b)
    W, b = params[-1]
    return m.sum((m.dot(a, W) + b - y) ** 2) / 2


def of_shape(W, fan_in, fan_out):
    """A weight matrix has one row an input and one column a unit."""
    require(W.shape == (fan_in, fan_out), "W has not the shape (fan_in, fan_out)", f"expected {(fan_in, fan_out)}, got {W.shape}")


def uniform_by_xavier(W, fan_in, fan_out):
    """The entries fill (-a, a) evenly. Three bounds, two of them by chance: all lie inside, some reach the ends."""
    x = W.ravel() / sqrt(6 / (fan_in + fan_out))
    require(x.size == fan_in * fan_out, "W has another number of entries than fan_in · fan_out")
    require(np.max(np.abs(x)) <= 1 + 1e-12, "some weights lie outside of (−a, a), a = sqrt(6 / (fan_in + fan_out))",
            f"the largest is {np.max(np.abs(x)):.4g} a")
    require(np.max(np.abs(x)) >= 1 - unreached(x.size, RARE), "no weight comes near −a or a: they lie in a narrower interval",
            f"the largest is {np.max(np.abs(x)):.4g} a")
    require(quantile_distance(x, 2 * INNER - 1) <= dkw_distance(x.size, RARE),
            "the weights lie within (−a, a) but do not fill it evenly: that is another distribution than the uniform one")


def normal_by_xavier(W, fan_in, fan_out):
    """The entries are normal with Xavier's variance, out into the tails. Three bounds by chance."""
    x = W.ravel() / sqrt(2 / (fan_in + fan_out))
    require(x.size == fan_in * fan_out, "W has another number of entries than fan_in · fan_out")
    require(quantile_distance(x, NORMAL) <= dkw_distance(x.size, RARE),
            "the weights are not normal with mean 0 and variance 2 / (fan_in + fan_out)",
            f"their mean size is {np.mean(np.abs(x)) / sqrt(2 / pi):.3g} times the right one")
    low, high = chi_square_bounds(x.size, RARE)
    require(low <= np.sum(x**2) <= high, "the weights have another variance than 2 / (fan_in + fan_out)",
            f"their mean square is {np.mean(x**2):.3g} times the right one")
    tail = -NormalDist().inv_cdf(unreached(x.size, RARE) / 2)
    require(np.max(np.abs(x)) >= tail, "the weights have no tails: a normal distribution reaches further out",
            f"the largest is {np.max(np.abs(x)):.3g} standard deviations from 0")


def adjusted(W, fan_in, fan_out):
    """Whether the entries, or all columns, have mean 0, or the variance, to 1e-12: normal ones do so with less than 1e-9 each."""
    x = W / sqrt(2 / (fan_in + fan_out))
    return any(np.all(np.abs(off) < 1e-12) for off in (np.mean(x), np.mean(x, axis=0), np.var(x) - 1, np.var(x, ddof=1) - 1))


def independent(W):
    """No entry tells of another. In blocks [[p, q], [r, s]] of independent entries of any one continuous distribution
    `p > q` says nothing about `r > s`, nor `p > r` about `q > s`: two fair coins, and nearly all values differ.
    """
    require(all(n % 2 == 0 for n in W.shape) and W.size == 12_000, "W has another number of entries than fan_in · fan_out")
    values = np.unique(np.abs(W)).size
    off = W.T @ W - np.diag(np.sum(W**2, axis=0))  # independent columns are orthogonal to 1e-12 with less than 1e-9
    require(np.max(np.abs(off)) > 1e-12 * np.max(W**2), "the columns of W are orthogonal to each other: the entries are not independent")
    require(values > 0.9 * W.size, "the same numbers come again and again among the weights", f"{values} values in {W.size} entries")
    p, q, r, s = W[::2, ::2], W[::2, 1::2], W[1::2, ::2], W[1::2, 1::2]
    fair = hoeffding_distance(p.size, 1.0, RARE)
    require(abs(np.mean((p > q) == (r > s)) - 0.5) <= fair, "the rows of W depend on each other: the entries are not independent")
    require(abs(np.mean((p > r) == (q > s)) - 0.5) <= fair, "the columns of W depend on each other: the entries are not independent")


def lives_on_rng(student, draw, name, *before, after=()):
    """The same state of rng gives the same answer, and the same rng used again another one."""
    rng = draw.rng()
    twin = draw.twin(rng)
    first, second, again, next_again = student.many(name, [(*before, g, *after) for g in (rng, rng, twin, twin)])
    require(not unchanged(first, second), "the same `rng` used twice in a row gives the same weights twice")
    require(unchanged(first, again) and unchanged(second, next_again),
            "two generators in the same state give different weights: some of the randomness does not come from `rng`")


def weights_by_size(name, density):
    """The picture of one distribution: how the weights of 120 times 60 entries are spread, beside Xavier's density."""

    def picture(student, truth, draw):
        W = np.ravel(getattr(student, name)(120, 60, draw.rng())) * sqrt((120 + 60) / 6)
        edges = np.linspace(-2.0, 2.0, 33)
        share = np.histogram(W, edges)[0] / (W.size * (edges[1] - edges[0]))
        middles = (edges[1:] + edges[:-1]) / 2
        lines = Series("your weights", middles, share), Series("Xavier", middles, density(middles))
        return Curves("How your weights are spread", "weight, divided by sqrt(6 / (fan_in + fan_out))", "share", lines)

    return picture


def even(x):
    """The density of the uniform distribution on (-1, 1)."""
    return np.where(np.abs(x) < 1, 0.5, 0.0)


def bell(x):
    """The density of the normal distribution of variance 1/3."""
    return np.exp(-1.5 * x**2) / sqrt(2 * np.pi / 3)


@claim(xavier_uniform, points=1.5, picture=weights_by_size("xavier_uniform", even), draws=1, chance=4 * RARE, example=False)
def uniform_weights_fill_xaviers_interval(student, truth, draw):
    """`xavier_uniform` draws from the uniform distribution on (−a, a), a = sqrt(6 / (fan_in + fan_out))."""
    calls = [(*fans, draw.rng()) for fans in FANS]
    for fans, W in zip(FANS, student.many("xavier_uniform", calls), strict=True):
        uniform_by_xavier(W, *fans)


@claim(xavier_uniform, points=0.75, draws=1)
def uniform_weights_have_a_row_an_input(student, truth, draw):
    """`xavier_uniform` gives an array of shape (fan_in, fan_out), also where a fan is 1."""
    for fans in ((3, 2), (1, 4), (5, 1), (1, 1)):
        of_shape(student.xavier_uniform(*fans, draw.rng()), *fans)


@claim(xavier_uniform, points=0.5, draws=1, chance=2 * RARE, example=False)
def uniform_weights_are_independent(student, truth, draw):
    """`xavier_uniform` draws every entry independently of the others."""
    independent(student.xavier_uniform(120, 100, draw.rng()))


@claim(xavier_uniform, points=0.25, draws=1, chance=RARE, example=False)
def uniform_weights_come_from_rng(student, truth, draw):
    """`xavier_uniform` takes all its randomness from rng: same state, same weights; used again, other weights."""
    lives_on_rng(student, draw, "xavier_uniform", 4, 3)


@claim(xavier_normal, points=1.5, picture=weights_by_size("xavier_normal", bell), draws=1, chance=6 * RARE + (4 * 1e-9) ** 2, example=False)
def normal_weights_have_xaviers_variance(student, truth, draw):
    """`xavier_normal` draws from the normal distribution of mean 0 and variance 2 / (fan_in + fan_out)."""
    calls = [(*fans, draw.rng()) for fans in FANS]
    matrices = student.many("xavier_normal", calls)
    for fans, W in zip(FANS, matrices, strict=True):
        normal_by_xavier(W, *fans)
    require(not all(adjusted(W, *fans) for fans, W in zip(FANS, matrices, strict=True)),
            "the weights have mean 0 or Xavier's variance exactly, which independent entries have not")


@claim(xavier_normal, points=0.75, draws=1)
def normal_weights_have_a_row_an_input(student, truth, draw):
    """`xavier_normal` gives an array of shape (fan_in, fan_out), also where a fan is 1."""
    for fans in ((3, 2), (1, 4), (5, 1), (1, 1)):
        of_shape(student.xavier_normal(*fans, draw.rng()), *fans)


@claim(xavier_normal, points=0.5, draws=1, chance=2 * RARE, example=False)
def normal_weights_are_independent(student, truth, draw):
    """`xavier_normal` draws every entry independently of the others."""
    independent(student.xavier_normal(120, 100, draw.rng()))


@claim(xavier_normal, points=0.25, draws=1, chance=RARE, example=False)
def normal_weights_come_from_rng(student, truth, draw):
    """`xavier_normal` takes all its randomness from rng: same state, same weights; used again, other weights."""
    lives_on_rng(student, draw, "xavier_normal", 4, 3)


LARGE = [300, 100, 500]
"""Layer sizes of networks whose weights are judged: at least 30 000 a layer, and a sum of fans of its own for each."""


def layers_of(params, layer_sizes):
    """One pair a layer, W (fan_in, fan_out) and b (fan_out,)."""
    require(len(params) == len(layer_sizes) - 1, "params has not one pair a layer: there is one for each two neighbouring sizes",
            f"expected {len(layer_sizes) - 1} pairs, got {len(params)}")
    for (W, b), (fan_in, fan_out) in zip(params, pairwise(layer_sizes), strict=True):
        of_shape(W, fan_in, fan_out)
        require(b.shape == (fan_out,), "b has not one entry a unit", f"expected shape {(fan_out,)}, got {b.shape}")


@claim(init_params, points=0.5, draws=1, builds_on=("xavier_uniform", "xavier_normal"))
def params_have_a_pair_a_layer(student, truth, draw):
    """`init_params` gives one pair (W, b) a layer, W (fan_in, fan_out) and b (fan_out,), also for one layer only."""
    for sizes in ([3, 2], [4, 3, 2], [2, 5, 3, 1], [1, 1]):
        layers_of(student.init_params(sizes, draw.rng()), sizes)


@claim(init_params, points=0.5, builds_on=("xavier_uniform", "xavier_normal"))
def biases_start_at_zero(student, truth, draw):
    """`init_params` sets every bias to zero."""
    for sizes in ([3, 2], [2, 4, 3, 1]):
        for distribution in ("uniform", "normal"):
            biases = [b for _, b in student.init_params(sizes, draw.rng(), distribution)]
            require([b.shape for b in biases] == [(fan_out,) for fan_out in sizes[1:]], "there is not one bias a unit in each layer")
            require(not any(np.any(b) for b in biases), "the biases are not zero")


def spread(params, X, Y):
    """Of a tanh network: the standard deviation of each layer's activations, and of the loss's slope by its pre-activations."""
    outputs = [X]
    for W, b in params[:-1]:
        outputs.append(np.tanh(outputs[-1] @ W + b))
    slope = outputs[-1] @ params[-1][0] + params[-1][1] - Y
    slopes = [slope]
    for (W, _), a in zip(params[:0:-1], outputs[:0:-1], strict=True):
        slopes.insert(0, slopes[0] @ W.T * (1 - a**2))
    return [np.std(a) for a in outputs[1:]], [np.std(s) for s in slopes[:-1]]


def spread_through_the_layers(student, truth, draw):
    """Eight hidden layers of 40 units, 30 samples: what arrives, and what comes back."""
    sizes = [40] * 9 + [1]
    X, Y = (draw.made(lambda rng, n=n: rng.normal(size=(30, n))) for n in (40, 1))

    def right(rng):
        drawn = [(rng.uniform(-1, 1, fans) * sqrt(6 / sum(fans)), np.zeros(fans[1])) for fans in pairwise(sizes)]
        return spread(drawn, X, Y)

    found = {"yours": spread(student.init_params(sizes, draw.rng()), X, Y), "Xavier": draw.made(right)}
    layers = range(1, 9)
    lines = [Series(f"activations, {name}", layers, a) for name, (a, _) in found.items()]
    lines += [Series(f"gradients, {name}", layers, g) for name, (_, g) in found.items()]
    return Curves("The spread through eight hidden layers of tanh", "layer", "standard deviation", tuple(lines), logarithmic=True)


@claim(init_params, points=0.75, picture=spread_through_the_layers, draws=1, builds_on=("xavier_uniform",), chance=4 * RARE, example=False)
def params_are_uniform_by_each_layers_fans(student, truth, draw):
    """`init_params` draws each layer's weights from Xavier's uniform distribution for the layer's own fans."""
    params = student.init_params(LARGE, draw.rng(), "uniform")
    layers_of(params, LARGE)
    for W, _ in params:
        uniform_by_xavier(W, *W.shape)


@claim(init_params, points=0.5, draws=1, builds_on=("xavier_normal",), chance=6 * RARE, example=False)
def params_are_normal_by_each_layers_fans(student, truth, draw):
    """`init_params` with "normal" draws each layer's weights from Xavier's normal distribution for the layer's own fans."""
    params = student.init_params(LARGE, draw.rng(), "normal")
    layers_of(params, LARGE)
    for W, _ in params:
        normal_by_xavier(W, *W.shape)


def is_uniform(W):
    """Whether 12 000 entries are uniform and not normal, whatever their scale: the largest beside the root mean square.

    Uniform: at most 1 / sqrt(1/3 - 0.035) = 1.84, by Hoeffding's inequality for the squares. Normal: at least 3.0 / 1.05,
    by `unreached` for the largest and by Laurent and Massart's (2000) lemma 1 for the sum of squares.
    """
    largest = np.max(np.abs(W))
    return largest > 0 and np.mean((W / largest) ** 2) > 1 / 2.2**2


def of_one_layer(params):
    """A network of one layer has one pair."""
    require(len(params) == 1, "params has not one pair a layer: there is one for each two neighbouring sizes", f"expected 1 pair, got {len(params)}")
    require(params[0][0].size == 12_000, "W has not the shape (fan_in, fan_out)")
    return params


@claim(init_params, points=0.25, draws=1, builds_on=("xavier_uniform", "xavier_normal"), chance=6 * RARE, example=False)
def distribution_is_left_out_or_named(student, truth, draw):
    """`init_params` takes `distribution` by name as well, and "uniform" where it is left out."""
    sizes = [120, 100]
    for distribution in ("uniform", "normal"):
        [(W, _)] = of_one_layer(student.init_params(sizes, draw.rng(), distribution=distribution))
        require(is_uniform(W) == (distribution == "uniform"), f'distribution="{distribution}" by name gives weights of another distribution')
    [(W, _)] = of_one_layer(student.init_params(sizes, draw.rng()))
    require(is_uniform(W), '`distribution` left out is "uniform", and yours is another one')


@claim(init_params, points=0.25, chance=4 * RARE, draws=1, builds_on=("xavier_uniform", "xavier_normal"), example=False)
def every_layer_is_drawn_anew(student, truth, draw):
    """`init_params` draws the weights of each layer independently of the others, also where layers are of equal size."""
    for distribution in ("uniform", "normal"):
        params = student.init_params([100, 60, 100, 60], draw.rng(), distribution)
        layers_of(params, [100, 60, 100, 60])
        (first, _), _, (second, _) = params
        require(not np.array_equal(first, second), "layers of equal size get the same weights")
        both = np.empty((200, 60))
        both[::2], both[1::2] = first, second
        independent(both)


@claim(init_params, points=0.25, draws=1, builds_on=("xavier_uniform", "xavier_normal"), chance=RARE, example=False)
def params_come_from_rng(student, truth, draw):
    """`init_params` takes all its randomness from rng: same state, same params; used again, other params."""
    for distribution in ("uniform", "normal"):
        lives_on_rng(student, draw, "init_params", [3, 4, 2], after=(distribution,))


def network(draw, n_samples, *layer_sizes):
    """(X, Y, params): in each hidden layer units with pre-activations of either sign, none near 0 and none beyond 4.

    So relu cuts something and keeps something, no kink is near, and tanh and sigmoid keep their digits.
    """
    n_samples = draw.size(n_samples)

    def make(rng):
        while True:
            X = entries(rng, draw.small, n_samples, layer_sizes[0])
            params = [layer(rng, draw.small, *fans) for fans in pairwise(layer_sizes)]
            hidden = pre_activations(X, params)[:-1]
            if all(np.min(Z) < 0 < np.max(Z) and np.min(np.abs(Z)) > 0.02 and np.max(np.abs(Z)) <= 4 for Z in hidden):
                return X, 2 * entries(rng, draw.small, n_samples, layer_sizes[-1]), params

    X, Y, params = draw.made(make)
    return X, Y, params


def entries(rng, small, *shape):
    """Numbers away from 0; whole ones in an example."""
    sizes = rng.integers(1, 3, shape) if small else rng.uniform(0.3, 1.7, shape)
    return rng.choice([-1.0, 1.0], shape) * sizes


def layer(rng, small, fan_in, fan_out):
    """(W, b) that keeps the signal's size."""
    W = rng.choice([-1.0, 1.0], (fan_in, fan_out)) * (rng.choice([0.5, 1.0], (fan_in, fan_out)) if small
                                                      else rng.uniform(0.5, 1.5, (fan_in, fan_out)) / sqrt(fan_in))
    return W, rng.choice([-1.0, 1.0], fan_out) * (0.5 if small else rng.uniform(0.2, 0.8, fan_out))


def pre_activations(X, params):
    """Z of each layer, through relu."""
    found = []
    for W, b in params:
        found.append((X if not found else np.maximum(found[-1], 0)) @ W + b)
    return found


def other_layouts(X, params):
    """The same values as views of other arrays, X and params alike."""
    for view in layouts(X)[1:4]:
        yield view, params
    yield X, [(layouts(W)[-1], layouts(b)[-1]) for W, b in params]
    yield X, [(np.asfortranarray(W), layouts(b)[1]) for W, b in params]


def variances(student, truth, draw, *sizes):
    """The variances for each activation."""
    answers = []
    for n_samples, layer_sizes in sizes:
        X, _, params = network(draw, n_samples, *layer_sizes)
        answers += [(student.layer_variances(X, params, f), truth.layer_variances(X, params, f)) for f in ACTIVATIONS]
    all_agree(answers)


def deep_network(draw):
    """(X, Y, params): five layers of tanh whose weights are twice Xavier's, so that layers differ."""
    X, Y = (draw.made(lambda rng, n=n: rng.normal(size=(12, n))) for n in (8, 2))
    fans = [(8, 8)] * 4 + [(8, 2)]
    params = draw.made(lambda rng: [(rng.normal(0, 2 * sqrt(2 / sum(f)), f), rng.normal(0, 0.3, f[1])) for f in fans])
    return X, Y, params


def by_layer(title, y_label, got, right):
    """Theirs beside the right ones, layer by layer."""
    lines = [Series(name, np.arange(1, len(v) + 1), v) for name, v in (("yours", got), ("right", right))]
    return Curves(title, "layer", y_label, tuple(lines), logarithmic=True)


def variances_by_layer(student, truth, draw):
    """Through five layers."""
    X, _, params = deep_network(draw)
    got, right = student.layer_variances(X, params, "tanh"), truth.layer_variances(X, params, "tanh")
    return by_layer("Your variances through five layers of tanh", "variance", got, right)


@claim(layer_variances, points=1.5, picture=variances_by_layer)
def variance_of_each_layers_output(student, truth, draw):
    """`layer_variances` is the population variance over all entries of each layer's output, the last layer linear."""
    variances(student, truth, draw, (5, (2, 3, 4)))


@claim(layer_variances, points=0.5)
def variances_through_many_layers(student, truth, draw):
    """`layer_variances` has one entry a layer, first layer first, for any depth."""
    variances(student, truth, draw, (4, (3, 5, 2, 6, 1)), (3, (3, 3, 3)))


@claim(layer_variances, points=0.25, draws=1)
def variance_of_one_layer(student, truth, draw):
    """`layer_variances` takes a network of one layer, which is linear."""
    variances(student, truth, draw, (4, (3, 2)))


@claim(layer_variances, points=0.25, draws=1)
def variances_with_one_sample_or_one_feature(student, truth, draw):
    """`layer_variances` takes one sample, and one feature."""
    variances(student, truth, draw, (4, (1, 3, 2)), (1, (2, 3, 4)))


@claim(layer_variances, points=0.5, draws=1)
def variances_leave_their_inputs(student, truth, draw):
    """`layer_variances` leaves X and params as they were, and takes views of other arrays."""
    X, _, params = network(draw, 4, 2, 3, 2)
    for name in ACTIVATIONS:
        keeps_inputs(student, "layer_variances", (X, params, name), truth.layer_variances(X, params, name))
    for view, layers in other_layouts(X, params):
        agrees(student.layer_variances(view, layers, "tanh"), truth.layer_variances(X, params, "tanh"))


def norms_of(grads):
    """Of each dW, the square root of the sum of squares."""
    return np.array([np.sqrt(np.sum(dW**2)) for dW, _ in grads])


def norms(student, truth, draw, *sizes, activations=tuple(ACTIVATIONS)):
    """The norms of SymPy's gradient, for each activation."""
    answers = []
    for n_samples, layer_sizes in sizes:
        X, Y, params = network(draw, n_samples, *layer_sizes)
        for name in activations:
            right = norms_of(truth.gradient(mlp_loss_of_a_sample, by="params", f=ACTIVATIONS[name])(X, Y, params))
            answers.append((student.gradient_norms(X, Y, params, name), right))
    all_agree(answers)


def norms_by_layer(student, truth, draw):
    """Through five layers."""
    X, Y, params = deep_network(draw)
    got, right = student.gradient_norms(X, Y, params, "tanh"), truth.gradient_norms(X, Y, params, "tanh")
    return by_layer("Your gradients' norms through five layers of tanh", "norm of dW", got, right)


@claim(gradient_norms, points=1.5, picture=norms_by_layer)
def norm_of_each_layers_weight_gradient(student, truth, draw):
    """`gradient_norms` is the root of the sum of squares of each dW, the gradient of the mean squared loss."""
    norms(student, truth, draw, (5, (3, 2, 4)))


@claim(gradient_norms, points=0.5)
def norms_through_many_layers(student, truth, draw):
    """`gradient_norms` has one entry a layer, first layer first, for deeper networks as well."""
    norms(student, truth, draw, (4, (2, 3, 2, 3, 1)))


@claim(gradient_norms, points=0.25, example=False)
def norms_with_wide_layers(student, truth, draw):
    """`gradient_norms` is right for wide layers and many outputs, and where all sizes are equal."""
    answers = []
    for sizes in ((6, 5, 7, 4, 3), (3, 3, 3, 3)):
        X, Y, params = network(draw, *sizes)
        answers += [(student.gradient_norms(X, Y, params, f), truth.gradient_norms(X, Y, params, f)) for f in ACTIVATIONS]
    all_agree(answers)


@claim(gradient_norms, points=0.25, draws=1)
def norm_of_one_layer(student, truth, draw):
    """`gradient_norms` takes a network of one layer, which has no activation."""
    norms(student, truth, draw, (5, (3, 2)))


@claim(gradient_norms, points=0.25, draws=1)
def norms_with_one_sample_or_one_feature(student, truth, draw):
    """`gradient_norms` takes one sample, and one feature."""
    norms(student, truth, draw, (4, (1, 3, 2)), (1, (2, 3, 2)), activations=("relu", "tanh"))


@claim(gradient_norms, points=0.25, draws=1)
def norms_leave_their_inputs(student, truth, draw):
    """`gradient_norms` leaves X, Y and params as they were, and takes views of other arrays."""
    X, Y, params = network(draw, 4, 2, 3, 2)
    for name in ACTIVATIONS:
        keeps_inputs(student, "gradient_norms", (X, Y, params, name), truth.gradient_norms(X, Y, params, name))
    for view, layers in other_layouts(X, params):
        agrees(student.gradient_norms(view, layouts(Y)[1], layers, "tanh"), truth.gradient_norms(X, Y, params, "tanh"))


def descended(truth, params, X, Y, name, rate, n_steps):
    """The params after some steps along SymPy's gradient."""
    slope = truth.gradient(mlp_loss_of_a_sample, by="params", f=ACTIVATIONS[name])
    for _ in range(n_steps):
        params = [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(params, slope(X, Y, params), strict=True)]
    return params


def trains(student, truth, draw, sizes, steps):
    """Full-batch steps, so many for relu, for sigmoid and for tanh."""
    X, Y, params = network(draw, *sizes)
    answers = []
    for name, n_steps in [(name, n) for name, n in zip(ACTIVATIONS, steps, strict=True) if n]:
        rate = 0.125 if draw.small else draw.number(0.05, 0.2)
        answers.append((student.train_from(params, X, Y, name, rate, n_steps), descended(truth, params, X, Y, name, rate, n_steps)))
    all_agree(answers)


def losses_by_steps(student, truth, draw):
    """The loss after 1 to 8 steps from the same params, theirs and by SymPy's gradient."""
    X, Y, params = network(draw, 7, 3, 2, 4)
    loss = truth.loss(mlp_loss_of_a_sample, f=tanh)
    steps = range(1, 9)
    mine = [loss(X, Y, p) for p in student.many("train_from", [(params, X, Y, "tanh", 0.2, n) for n in steps])]
    right, path = [], params
    for _ in steps:
        path = descended(truth, path, X, Y, "tanh", 0.2, 1)
        right.append(loss(X, Y, path))
    lines = Series("yours", steps, mine), Series("right", steps, right)
    return Curves("The loss after each step", "n_steps", "squared loss", lines, logarithmic=True)


@claim(train_from, points=0.75, picture=losses_by_steps)
def one_step_goes_down_the_gradient(student, truth, draw):
    """`train_from` with one step is the params minus learning_rate times the gradient of the loss over all rows."""
    trains(student, truth, draw, (5, 3, 2, 4), (1, 1, 1))


@claim(train_from, points=1)
def every_step_takes_the_gradient_anew(student, truth, draw):
    """`train_from` takes n_steps steps, each along the gradient at the params of the step before."""
    trains(student, truth, draw, (7, 3, 2, 4), (3, 2, 4))


@claim(train_from, points=0.25, example=False)
def training_of_a_wide_network(student, truth, draw):
    """`train_from` is right for deep and wide networks, where all sizes are equal, and where the loss rises."""
    for sizes, rate in (((5, 4, 6, 3, 2), 0.1), ((3, 3, 3, 3), 0.1), ((4, 3, 2), 4.0)):  # one layer: 4 is beyond its stable steps
        X, Y, params = network(draw, *sizes)
        agrees(student.train_from(params, X, Y, "tanh", rate, 3), truth.train_from(params, X, Y, "tanh", rate, 3))


@claim(train_from, points=0.25, draws=1)
def training_of_one_layer_one_sample_one_feature(student, truth, draw):
    """`train_from` takes a network of one layer, one sample, and one feature."""
    trains(student, truth, draw, (5, 3, 2), (2, 0, 2))
    trains(student, truth, draw, (1, 2, 3, 2), (2, 0, 0))
    trains(student, truth, draw, (4, 1, 3, 2), (0, 2, 0))


@claim(train_from, points=0.25, draws=1)
def learning_rate_zero_changes_nothing(student, truth, draw):
    """`train_from` with learning rate 0 gives the params it was given."""
    X, Y, params = network(draw, 4, 2, 3, 1)
    for name in ("sigmoid", "tanh"):
        agrees(student.train_from(params, X, Y, name, 0.0, 2), params)


@claim(train_from, points=0.5, draws=1)
def training_leaves_its_inputs(student, truth, draw):
    """`train_from` leaves the given params, X and Y as they were, and takes views of other arrays."""
    X, Y, params = network(draw, 4, 2, 3, 1)
    for name, n_steps in (("relu", 1), ("tanh", 2)):
        keeps_inputs(student, "train_from", (params, X, Y, name, 0.25, n_steps), truth.train_from(params, X, Y, name, 0.25, n_steps))
    for view, layers in other_layouts(X, params):
        agrees(student.train_from(layers, view, layouts(Y)[1], "tanh", 0.25, 2), truth.train_from(params, X, Y, "tanh", 0.25, 2))


def first_layer(draw, fan_in, fan_out, widest):
    """(W, b): in [W; b] the row `widest` spreads by 3 or more and to both sides of 0, the others by 2 at most and far from it.

    No other number that one might take for the gap is equal to it or to another such number: the first row, the second,
    the biases and the rest spread unlike each other, and a row's ends are neither first nor last nor neighbours.
    """

    def make(rng):
        small = draw.small
        spread = np.full(fan_in + 1, 0.0 if small else rng.uniform(0.3, 0.5))
        spread[0], spread[-1] = (1, 0) if small else (rng.uniform(1.1, 1.4), rng.uniform(0.7, 0.9))
        spread[min(1, fan_in - 1)] = 2 if small else rng.uniform(1.7, 2.0)
        M = np.zeros((fan_in + 1, fan_out)) if small else rng.uniform(0.2, 0.8, (fan_in + 1, fan_out))
        for row in M:
            ends = rng.permutation([1, 3] if fan_out > 4 else fan_out)[:2]
            row[ends] = 0, 1
        M = M * spread[:, np.newaxis] + rng.choice([-4.0, 6.0], (fan_in + 1, 1))
        low, high = ends
        M[widest] = 0 if small else rng.uniform(-0.2, 0.2, fan_out)
        M[widest, fan_out // 2] = -1
        M[widest, low], M[widest, high] = (-2, 3) if small else (-rng.uniform(1.5, 2.5), rng.uniform(2.5, 3.5))
        return M[:-1], M[-1]

    W, b = draw.made(make)
    return W, b


@claim(symmetry_gap, points=0.75)
def gap_is_the_widest_row(student, truth, draw):
    """`symmetry_gap` is the largest, over the rows of [W; b] of the first layer, of the row's maximum minus its minimum."""
    for fan_in, fan_out in ((3, 5), (4, 2), (1, 3)):
        params = [first_layer(draw, fan_in, fan_out, widest=fan_in // 2)]
        agrees(student.symmetry_gap(params), truth.symmetry_gap(params))
    W, b = first_layer(draw, 3, 4, widest=1)
    tiny = [(W * 2.0**-40, b * 2.0**-40)]  # a gap of 5e-12 is a gap
    agrees(student.symmetry_gap(tiny), truth.symmetry_gap(tiny))


@claim(symmetry_gap, points=0.5)
def biases_count_for_the_gap(student, truth, draw):
    """`symmetry_gap` counts the biases as a row: units that differ most in their biases, or in nothing else."""
    for fan_in, fan_out in ((3, 5), (2, 3)):
        W, b = first_layer(draw, fan_in, fan_out, widest=fan_in)
        for params in ([(W, b)], [(np.repeat(W[:, :1], fan_out, axis=1), b)]):
            agrees(student.symmetry_gap(params), truth.symmetry_gap(params))


@claim(symmetry_gap, points=0.25)
def only_the_first_layer_counts_for_the_gap(student, truth, draw):
    """`symmetry_gap` looks at the first layer only, whatever the other layers are."""
    others = draw.made(lambda rng: [tuple(9 * part for part in layer(rng, draw.small, 3, 4)), layer(rng, draw.small, 4, 2)])
    params = [first_layer(draw, 2, 3, widest=0), *others]
    agrees(student.symmetry_gap(params), truth.symmetry_gap(params))


@claim(symmetry_gap, points=0.25, draws=1)
def copies_and_one_unit_have_no_gap(student, truth, draw):
    """`symmetry_gap` is exactly 0 for units that are copies, and for a layer of one unit."""
    require(student.symmetry_gap([first_layer(draw, 3, 4, widest=3)]) != 0, "units that differ have no gap either")
    for fan_in, fan_out, units in ((3, 4, 4), (3, 2, 1), (1, 1, 1)):
        W, b = first_layer(draw, fan_in, max(fan_out, 2), widest=0)
        params = [(np.repeat(W[:, :1], units, axis=1), np.repeat(b[:1], units)), (np.ones((units, 2)), np.arange(2.0))]
        agrees(student.symmetry_gap(params), truth.symmetry_gap(params))


@claim(symmetry_gap, points=0.25, draws=1)
def gap_leaves_params(student, truth, draw):
    """`symmetry_gap` leaves params as they were, and takes views of other arrays."""
    W, b = first_layer(draw, 3, 4, widest=3)
    keeps_inputs(student, "symmetry_gap", ([(W, b)],), truth.symmetry_gap([(W, b)]))
    for view in layouts(W):
        agrees(student.symmetry_gap([(view, layouts(b)[1])]), truth.symmetry_gap([(W, b)]))


# What came back, for the mistakes in random functions: each name below says of calls whether one mistake explains them.


def weights(calls):
    """(W, fan_in, fan_out, whether it should be uniform) for each matrix that came back."""
    for call in calls:
        if isinstance(call.answer, np.ndarray):
            yield call.answer, *call.args[:2], call.function == "xavier_uniform"
        else:
            fans, uniform = pairwise(call.args[0]), "normal" not in call.args
            yield from ((W, n, m, uniform) for (W, _), (n, m) in zip(call.answer, fans, strict=False))  # layers may be missing


def large(calls):
    """Those of them that can tell one distribution from another; sizes beyond 1e6 are of no known mistake."""
    return [(W, n, m, uniform) for W, n, m, uniform in weights(calls)
            if W.size >= 30_000 and W.size == n * m and np.max(np.abs(W)) < 1e6]


def fits_uniform(W, low, high):
    """Whether entries look uniform on (low, high), from end to end."""
    x = (W.ravel() - low) / (high - low)
    room = unreached(x.size, RARE)
    return -1e-9 <= np.min(x) <= room and 1 - room <= np.max(x) <= 1 + 1e-9 and quantile_distance(x, INNER) <= dkw_distance(x.size, RARE)


def fits_normal(W, std):
    """Whether entries look normal with mean 0 and that standard deviation, to 2 %: five times its error at 30 000."""
    x = W.ravel() / std
    return abs(np.sqrt(np.mean(x**2)) - 1) <= 0.02 and quantile_distance(x, NORMAL) <= dkw_distance(x.size, RARE)


def differs_from_xavier(W, n, m, uniform, log_density):
    """Whether the likelihood ratio speaks for another density, given as its logarithm, more than chance ever would."""
    x, variance = W.ravel(), 2 / (n + m)
    if uniform:
        a = sqrt(3 * variance)
        if np.max(np.abs(x)) > a:
            return True
        return np.sum(log_density(x)) + x.size * np.log(2 * a) >= log_evidence(RARE)
    return np.sum(log_density(x) + x**2 / (2 * variance) + np.log(2 * np.pi * variance) / 2) >= log_evidence(RARE)


def uniform_on(low, high):
    """Whether all large matrices are uniform between two bounds, given as functions of the fans."""

    def shows(calls):
        found = large(calls)
        return bool(found) and all(
            fits_uniform(W, low(n, m), high(n, m))
            and differs_from_xavier(W, n, m, uniform, lambda x, n=n, m=m: np.full(x.size, -np.log(high(n, m) - low(n, m))))
            for W, n, m, uniform in found
        )

    return shows


def normal_with(std):
    """Whether all large matrices are normal with a standard deviation, given as a function of the fans."""

    def shows(calls):
        found = large(calls)
        return bool(found) and all(
            fits_normal(W, std(n, m))
            and differs_from_xavier(
                W, n, m, uniform, lambda x, n=n, m=m: -(x**2) / (2 * std(n, m) ** 2) - np.log(2 * np.pi) / 2 - np.log(std(n, m)))
            for W, n, m, uniform in found
        )

    return shows


def of_variance(variance):
    """Whether all large matrices have the distribution asked for, but that variance."""

    def shows(calls):
        found = large(calls)
        bound, std = (lambda n, m: sqrt(3 * variance(n, m))), (lambda n, m: sqrt(variance(n, m)))
        if not found or len({uniform for *_, uniform in found}) > 1:
            return False
        return uniform_on(lambda n, m: -bound(n, m), bound)(calls) if found[0][3] else normal_with(std)(calls)

    return shows


def symmetric_on(bound):
    """Whether all large matrices are uniform on (-bound, bound)."""
    return uniform_on(lambda n, m: -bound(n, m), bound)


he = of_variance(lambda n, m: 2 / n)
he_by_fan_out = of_variance(lambda n, m: 2 / m)
lecun = of_variance(lambda n, m: 1 / n)
lecun_by_fan_out = of_variance(lambda n, m: 1 / m)
half_the_variance = of_variance(lambda n, m: 1 / (n + m))
twice_the_variance = of_variance(lambda n, m: 4 / (n + m))
product_of_fans = of_variance(lambda n, m: 2 / (n * m))
roots_of_the_fans = of_variance(lambda n, m: 2 / (sqrt(n) + sqrt(m)) ** 2)

bound_of_one_over_root = symmetric_on(lambda n, m: 1 / sqrt(n))
std_used_as_bound = symmetric_on(lambda n, m: sqrt(2 / (n + m)))
bound_without_root = symmetric_on(lambda n, m: 6 / (n + m))
bound_with_root_of_six_only = symmetric_on(lambda n, m: sqrt(6) / (n + m))
half_the_bound = symmetric_on(lambda n, m: sqrt(6 / (n + m)) / 2)
bound_without_brackets = symmetric_on(lambda n, m: sqrt(6 / n + m))
bound_of_one = symmetric_on(lambda n, m: 1.0)
positive_only = uniform_on(lambda n, m: 0.0, lambda n, m: sqrt(6 / (n + m)))
from_zero_to_one = uniform_on(lambda n, m: 0.0, lambda n, m: 1.0)
uniform_for_normal = symmetric_on(lambda n, m: sqrt(6 / (n + m)))

variance_used_as_std = normal_with(lambda n, m: 2 / (n + m))
bound_used_as_std = normal_with(lambda n, m: sqrt(6 / (n + m)))
std_with_root_of_two_only = normal_with(lambda n, m: sqrt(2) / (n + m))
std_without_brackets = normal_with(lambda n, m: sqrt(2 / n + m))
std_of_one = normal_with(lambda n, m: 1.0)
std_of_a_hundredth = normal_with(lambda n, m: 0.01)
normal_for_uniform = normal_with(lambda n, m: sqrt(2 / (n + m)))


def cut_at_two_deviations(calls):
    """Normal weights without the tails: those beyond two standard deviations are drawn again, or cut."""
    found = large(calls)
    reach = [np.max(np.abs(W)) / sqrt(2 / (n + m)) for W, n, m, _ in found]
    return bool(found) and all(1.98 <= x <= 2.001 for x in reach)


def scaled_by(fans):
    """Whether all layers of a deep network have Xavier's distribution for the same two sizes."""

    def shows(calls):
        if len(large(calls)) < 2 * len(calls):
            return False
        found = [(W, 2 / sum(fans(call.args[0])), "normal" in call.args) for call in calls for W, _ in call.answer]
        return all(fits_normal(W, sqrt(v)) if normal else fits_uniform(W, -sqrt(3 * v), sqrt(3 * v)) for W, v, normal in found)

    return shows


first_layers_fans = scaled_by(lambda sizes: sizes[:2])
last_layers_fans = scaled_by(lambda sizes: sizes[-2:])
ends_for_fans = scaled_by(lambda sizes: (sizes[0], sizes[-1]))


def transposed(calls):
    """Where the fans differ, W is (fan_out, fan_in)."""
    shapes = [(W.shape, n, m) for W, n, m, _ in weights(calls) if n != m]
    return bool(shapes) and all(shape == (m, n) for shape, n, m in shapes)


def all_alike(calls):
    """Every entry of W is the same number."""
    found = [W for W, *_ in weights(calls) if W.size > 1]
    return bool(found) and all(np.ptp(W) == 0 for W in found)


def rows_alike(calls):
    """Every row of W is the same."""
    found = [W for W, *_ in weights(calls) if min(W.shape) > 1]
    return bool(found) and all(np.ptp(W, axis=0).max() == 0 < np.ptp(W) for W in found)


def columns_alike(calls):
    """Every column of W is the same: the units are copies."""
    found = [W for W, *_ in weights(calls) if min(W.shape) > 1]
    return bool(found) and all(np.ptp(W, axis=1).max() == 0 < np.ptp(W) for W in found)


def big(calls):
    """Matrices in which two equal entries would be no accident."""
    return [W for W, *_ in weights(calls) if W.size >= 1000]


def numbers_twice(calls):
    """Every number stands at two places, but rows differ and columns differ."""
    return bool(big(calls)) and not rows_alike(calls) and not columns_alike(calls) and all(
        set(np.unique(W, return_counts=True)[1]) <= {2, 4} for W in big(calls))  # in halves of an odd number of rows, four


def numbers_mirrored(calls):
    """Every number stands beside its negative."""
    return bool(big(calls)) and all(np.unique(W).size > 0.9 * W.size and np.unique(np.abs(W)).size <= 0.51 * W.size for W in big(calls))


def layers_alike(calls):
    """Layers of equal size get the same weights."""
    layers = [[W for W, _ in call.answer] for call in calls if len(call.answer) == len(call.args[0]) - 1]
    pairs = [pair for matrices in layers for pair in combinations(matrices, 2) if pair[0].shape == pair[1].shape]
    return bool(pairs) and all(first.size > 1 and np.array_equal(first, second) and np.ptp(first) > 0 for first, second in pairs)


def biases(calls):
    """All vectors of biases that came back, those of one unit left out."""
    return [b for call in calls for _, b in call.answer if b.size > 1]


def biases_one(calls):
    """Every bias is 1."""
    return bool(biases(calls)) and all(np.all(b == 1) for b in biases(calls))


def biases_a_hundredth(calls):
    """Every bias is 0.01."""
    return bool(biases(calls)) and all(np.all(b == 0.01) for b in biases(calls))


def biases_random(calls):
    """The biases differ from unit to unit."""
    return bool(biases(calls)) and all(np.ptp(b) > 0 for b in biases(calls))


def by_state(calls):
    """[(other arguments, state of rng, answer)]: a state is where the generator began and how often it was used."""
    used, found = {}, []
    for call in calls:
        rng = next(arg for arg in call.args if hasattr(arg, "entropy"))
        used[rng.id] = used.get(rng.id, 0) + 1
        found.append((repr([arg for arg in call.args if arg is not rng]), (rng.entropy, used[rng.id]), call.answer))
    return found


def pairs_of_states(calls, *, same):
    """Answers to the same arguments from the same state, or from different ones."""
    found = by_state(calls)
    return [(x, y) for i, (args, state, x) in enumerate(found) for other, another, y in found[:i]
            if args == other and (state == another) == same]


def always_the_same(calls):
    """Whatever the state of rng, the weights are the same, although they look random."""
    pairs = pairs_of_states(calls, same=False)
    random = all(W.size > 1 and np.ptp(W) > 0 for W, *_ in weights(calls))
    return bool(pairs) and random and all(unchanged(x, y) for x, y in pairs)


def not_from_rng(calls):
    """The same state gives different weights each time: they are drawn from something else than rng."""
    pairs = pairs_of_states(calls, same=True)
    return bool(pairs) and not any(unchanged(x, y) for x, y in pairs) and not always_the_same(calls)
