"""What a right answer to backpropagation does: one claim a check, each on draws of its own.

The contract of the functions stands in the notebook. `mlp_loss_of_a_sample` is the loss that SymPy differentiates, for
any depth; the activations are the expressions below, and SymPy differentiates them too.
"""

from functools import wraps

import numpy as np

from grader.claims import (
    Curves,
    Disagreement,
    Series,
    Tolerance,
    agrees,
    all_agree,
    claim,
    derivative_of,
    entry_by_entry,
    function,
    keeps_inputs,
    layouts,
    require,
)

activate = function("z, activation", returns="a like z")
activation_derivative = function("z, activation", returns="slope like z")
forward = function("X, params, activation", returns="Y_hat (n_samples, n_outputs), cache opaque")
mlp_loss = function("Y_hat, Y", returns="loss float")
backward = function("Y, params, cache, activation", returns="grads layers dW db")
numerical_gradient = function("f, x, eps", returns="gradient like x")
update = function("params, grads, learning_rate", returns="params layers W b")
activation_bytes = function("layer_sizes, batch_size, itemsize", returns="size int")

ROUNDED = Tolerance(
    1e-6, because="f is rounded at 1e-16 of its size, and divided by 2e-5 that is 1e-11; a wrong stencil is off by 1e-1"
)


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


def pre_activations(draw, *shape):
    """Values between -4 and 4, none near 0, so that the entries of every answer are of size about 1."""
    return draw.array(*shape, scale=2.3)


@claim(activate, points=0.25)
def relu_is_the_positive_part(student, truth, draw):
    """`activate` with "relu" is max(0, z), for arrays of any shape."""
    for shape in ((7,), (3, 4)):
        z = pre_activations(draw, *shape)
        agrees(student.activate(z, "relu"), truth.activate(z, "relu"))


@claim(activate, points=0.25)
def sigmoid_is_the_logistic_function(student, truth, draw):
    """`activate` with "sigmoid" is 1 / (1 + exp(-z)), up to |z| = 30."""
    for shape in ((7,), (3, 4)):
        z = pre_activations(draw, *shape)
        agrees(student.activate(z, "sigmoid"), truth.activate(z, "sigmoid"))
    z = np.array([-30.0, -1.0, 0.0, 30.0])
    agrees(student.activate(z, "sigmoid"), truth.activate(z, "sigmoid"))


@claim(activate, points=0.25)
def tanh_is_the_hyperbolic_tangent(student, truth, draw):
    """`activate` with "tanh" is the hyperbolic tangent, for arrays of any shape."""
    for shape in ((7,), (3, 4)):
        z = pre_activations(draw, *shape)
        agrees(student.activate(z, "tanh"), truth.activate(z, "tanh"))


@claim(activate, points=0.25, draws=1)
def activate_leaves_its_input(student, truth, draw):
    """`activate` leaves z as it was, also where z is a view or has three dimensions."""
    for name in ACTIVATIONS:
        z = pre_activations(draw, 2, 3, 4)
        keeps_inputs(student, "activate", (z, name), truth.activate(z, name))
        z = pre_activations(draw, 3, 4)
        for view in layouts(z)[:2]:
            agrees(student.activate(view, name), truth.activate(z, name))


def slope_of(student, truth, draw, name):
    """The derivative against SymPy's."""
    inputs = [pre_activations(draw, *shape) for shape in ((7,), (3, 4))]
    if name in SATURATED:
        inputs.append(draw.made(lambda rng: rng.choice([-1.0, 1.0], 4) * (SATURATED[name] if draw.small else rng.uniform(0.9, 1.1, 4) * SATURATED[name])))
    all_agree((student.activation_derivative(z, name), truth.activation_derivative(z, name)) for z in inputs)


SATURATED = {"sigmoid": 11.0, "tanh": 5.0}
"""There the slope is 1e-5 and 2e-4: a difference quotient keeps 5 digits of it, 1 - tanh² still 12."""


def slope_along_z(name):
    """The picture of one activation's derivative."""

    def picture(student, truth, draw):
        z = draw.made(lambda _: np.linspace(-4.0, 4.0, 40))
        lines = Series("yours", z, student.activation_derivative(z, name)), Series("right", z, truth.activation_derivative(z, name))
        return Curves(f"Your derivative of {name} beside the right one", "pre-activation z", "f'(z)", lines)

    return picture


@claim(activation_derivative, points=0.5, picture=slope_along_z("relu"))
def relu_derivative_is_a_step(student, truth, draw):
    """`activation_derivative` with "relu" is 1 where z > 0, and 0 elsewhere."""
    slope_of(student, truth, draw, "relu")


@claim(activation_derivative, points=0.5, builds_on=("activate",), picture=slope_along_z("sigmoid"))
def sigmoid_derivative_at_the_pre_activation(student, truth, draw):
    """`activation_derivative` with "sigmoid" is the derivative at the pre-activation z."""
    slope_of(student, truth, draw, "sigmoid")


@claim(activation_derivative, points=0.5, builds_on=("activate",), picture=slope_along_z("tanh"))
def tanh_derivative_at_the_pre_activation(student, truth, draw):
    """`activation_derivative` with "tanh" is the derivative at the pre-activation z."""
    slope_of(student, truth, draw, "tanh")


@claim(activation_derivative, points=0.25)
def relu_derivative_is_zero_at_zero(student, truth, draw):
    """`activation_derivative` with "relu" is 0 at 0."""
    z = np.concatenate([pre_activations(draw, 4), [0.0]])
    agrees(student.activation_derivative(z, "relu"), truth.activation_derivative(z, "relu"))


@claim(activation_derivative, points=0.25, draws=1, builds_on=("activate",))
def derivative_leaves_its_input(student, truth, draw):
    """`activation_derivative` leaves z as it was, for three dimensions too."""
    for name in ACTIVATIONS:
        z = pre_activations(draw, 2, 3, 4)
        keeps_inputs(student, "activation_derivative", (z, name), truth.activation_derivative(z, name))


def network(draw, n_samples, *layer_sizes):
    """(X, Y, params) of a network with these sizes."""
    X = (
        draw.array(n_samples, 1)
        if layer_sizes[0] == 1
        else draw.made(lambda rng: drawn(rng, draw, (n_samples, layer_sizes[0])))
    )
    params = draw.params(layer_sizes)
    Y = draw.made(lambda rng: drawn(rng, draw, (len(X), layer_sizes[-1])) * 2)
    return X, Y, params


def drawn(rng, draw, shape):
    """Entries away from 0; whole numbers and few rows in an example."""
    shape = (draw.size(shape[0]), shape[1])
    sign = rng.choice([-1.0, 1.0], shape)
    return sign * (rng.integers(1, 3, shape) if draw.small else rng.uniform(0.3, 1.7, shape))


def predicts(student, truth, draw, sizes):
    """The network's predictions, for each activation."""
    answers = []
    for name in ACTIVATIONS:
        for n_samples, layer_sizes in sizes:
            X, _, params = network(draw, n_samples, *layer_sizes)
            answers.append((student.forward(X, params, name)[0], truth.forward(X, params, name)[0]))
    all_agree(answers)


@claim(forward, points=1.75, builds_on=("activate",))
def forward_predicts(student, truth, draw):
    """`forward` applies the activation in the hidden layers, and leaves the last layer linear."""
    predicts(student, truth, draw, [(5, (2, 3, 2))])


@claim(forward, points=0.5, builds_on=("activate",), example=False)
def forward_through_many_layers(student, truth, draw):
    """`forward` goes through networks of any depth."""
    predicts(student, truth, draw, [(4, (3, 5, 2, 4, 1)), (3, (3, 3, 3))])


@claim(forward, points=0.5, builds_on=("activate",))
def forward_with_one_layer_one_sample_one_feature(student, truth, draw):
    """`forward` takes a network of one layer (which is linear), one sample, and one feature."""
    predicts(student, truth, draw, [(4, (3, 2)), (1, (2, 3, 2)), (3, (1, 2, 1))])


@claim(forward, points=0.25, draws=1, builds_on=("activate",))
def forward_leaves_its_inputs(student, truth, draw):
    """`forward` leaves X and params as they were, and takes views of other arrays."""
    X, _, params = network(draw, 4, 2, 3, 2)
    for name in ACTIVATIONS:
        (Y_hat, _), after = student.with_inputs("forward", X, params, name)
        agrees(Y_hat, truth.forward(X, params, name)[0])
        require(
            same_values((X, params), after[:2]),
            "the answer is right, but X or params are changed on the way: work on copies",
        )
    for view in layouts(X):
        agrees(student.forward(view, params, "tanh")[0], truth.forward(X, params, "tanh")[0])


def same_values(before, after):
    """Whether inputs hold what they held."""
    from grader.claims import unchanged

    return unchanged(before, after)


@claim(mlp_loss, points=0.75)
def loss_is_half_the_squares_over_the_samples(student, truth, draw):
    """`mlp_loss` is the sum of all squared errors divided by 2 n, n the number of samples."""
    for n_samples, n_outputs in ((5, 3), (4, 2)):
        Y_hat, Y = draw.array(n_samples, n_outputs), draw.array(n_samples, n_outputs)
        agrees(student.mlp_loss(Y_hat, Y), truth.mlp_loss(Y_hat, Y))


@claim(mlp_loss, points=0.25, draws=1)
def loss_of_one_sample_or_one_output(student, truth, draw):
    """`mlp_loss` takes one sample and one output, and leaves its inputs as they were."""
    for n_samples, n_outputs in ((1, 3), (4, 1)):
        Y_hat, Y = draw.array(n_samples, n_outputs), draw.array(n_samples, n_outputs)
        keeps_inputs(student, "mlp_loss", (Y_hat, Y), truth.mlp_loss(Y_hat, Y))


def derivative(student, truth, draw, sizes):
    """`backward` against SymPy's derivative of the loss, for each activation."""
    networks = [(name, network(draw, n, *layer_sizes)) for name in ACTIVATIONS for n, layer_sizes in sizes]
    backward_agrees(
        student, truth, networks,
        lambda name, X, Y, params: truth.gradient(mlp_loss_of_a_sample, by="params", f=ACTIVATIONS[name])(X, Y, params),
    )  # fmt: skip


def backward_agrees(student, truth, networks, right):
    """`backward` is right, from the cache of a forward pass that is right.

    Where the student's is wrong by its biases alone, it is right once they are 0; where it is right for some of the
    networks, these are judged. So a mistake in `forward` costs nothing here, as far as one can do without it.
    """
    answers = {True: [], False: []}
    for name, (X, Y, params) in networks:
        passes = [
            (layers, truth.forward(X, layers, name)[0], right(name, X, Y, layers))  # asked always, so that a replay knows it
            for layers in (without_biases(params), params)
        ]
        for one in reversed(passes):
            layers, Y_hat, grads = one
            cache = student.kept("forward", X, layers, name)
            sound = near(student.trace[-1].answer[0], Y_hat)
            if sound:
                break
        answers[sound].append((student.backward(Y, layers, cache, name), grads))
    all_agree(answers[True])
    sound = answers[True] or all(near(got, grads) for got, grads in answers[False])
    require(sound, "`backward` goes on from what `forward` keeps, and `forward` is not right yet: mend that first")


def without_biases(params):
    """The same network with biases 0."""
    return [(W, 0 * b) for W, b in params]


def near(got, right):
    """Whether an answer is the right one."""
    try:
        agrees(got, right)
    except (Disagreement, TypeError):  # None, where the answer had not the form that it should have
        return False
    return True


def gradients_beside_the_derivative(student, truth, draw):
    """A (2, 3, 1) network with tanh, five samples."""
    X, Y, params = network(draw, 5, 2, 3, 1)
    cache = student.kept("forward", X, params, "tanh")
    got = student.backward(Y, params, cache, "tanh")
    right = truth.gradient(mlp_loss_of_a_sample, by="params", f=tanh)(X, Y, params)
    names = ("dW1", "db1", "dW2", "db2")
    return entry_by_entry("Your gradients of a (2, 3, 1) network beside SymPy's, entry by entry", names, got, right)


def first_pre_activation(m, x, params):
    """The first hidden unit's."""
    W, b = params[0]
    return (m.dot(x, W) + b)[0]


def first_prediction(m, x, params, f):
    """The first output."""
    (W, b), (V, c) = params
    return (m.dot(f(m.dot(x, W) + b), V) + c)[0]


@claim(
    backward,
    points=3,
    builds_on=("activate", "activation_derivative"),
    picture=gradients_beside_the_derivative,
    formula=derivative_of(
        mlp_loss_of_a_sample,
        by="params",
        x="x (2,)",
        y="y (1,)",
        params=[("W1 (2, 2)", "b1 (2,)"), ("W2 (2, 1)", "b2 (1,)")],
        where={"yhat": first_prediction, "z": first_pre_activation},
    ),
)
def backward_is_the_derivative_of_the_loss(student, truth, draw):
    """`backward` is the derivative of the mean squared loss by every weight and bias."""
    derivative(student, truth, draw, [(5, (2, 4, 3))])  # three outputs: half the gradient is not that of a mean over them


@claim(backward, points=1.25, builds_on=("activate", "activation_derivative"))
def backward_through_many_layers(student, truth, draw):
    """`backward` is the derivative for deeper networks as well."""
    derivative(student, truth, draw, [(4, (2, 3, 2, 3, 1))])


@claim(backward, points=0.5, draws=1, builds_on=("activate", "activation_derivative"), example=False)
def backward_through_wide_layers(student, truth, draw):
    """`backward` is right for wide layers and many outputs, and where all sizes are equal."""
    networks = [(name, network(draw, *sizes)) for name in ACTIVATIONS for sizes in ((6, 4, 7, 5, 3), (3, 3, 3, 3))]
    backward_agrees(
        student, truth, networks,
        lambda name, X, Y, params: truth.backward(Y, params, truth.forward(X, params, name)[1], name),
    )  # fmt: skip


@claim(backward, points=0.5)
def backward_with_one_layer(student, truth, draw):
    """`backward` takes a network of one layer, which has no activation."""
    derivative(student, truth, draw, [(5, (3, 2))])


@claim(backward, points=0.5, builds_on=("activate", "activation_derivative"))
def backward_with_one_sample(student, truth, draw):
    """`backward` takes a single sample."""
    derivative(student, truth, draw, [(1, (2, 3, 2))])


@claim(backward, points=0.25, draws=1, builds_on=("activate", "activation_derivative"))
def backward_leaves_its_inputs(student, truth, draw):
    """`backward` leaves Y and params as they were."""
    X, Y, params = network(draw, 4, 2, 3, 2)
    for name, f in ACTIVATIONS.items():
        cache = student.kept("forward", X, params, name)
        grads, after = student.with_inputs("backward", Y, params, cache, name)
        agrees(grads, truth.gradient(mlp_loss_of_a_sample, by="params", f=f)(X, Y, params))
        require(
            same_values((Y, params), after[:2]),
            "the answer is right, but Y or params are changed on the way: work on copies",
        )


def quintic(x):
    return float(np.sum(np.arange(1, np.size(x) + 1) * np.ravel(x) ** 5) / 16)


def quintic_difference(x, eps):
    """The central difference of `quintic`, worked out."""
    return np.arange(1, x.size + 1).reshape(x.shape) * (5 * x**4 + 10 * x**2 * eps**2 + eps**4) / 16


def ripple(x):
    """Sum of sin(1e5 x_i): a step of another size than 1e-5 gives another answer."""
    return float(np.sum(np.sin(1e5 * np.asarray(x, dtype=np.float64))))


def difference_beside_the_right_one(student, truth, draw):
    """Four entries."""
    x = draw.array(4)
    got = student.numerical_gradient(quintic, x, 0.5)
    return entry_by_entry("Your differences beside the central ones, eps = 0.5", ("grad",), got, quintic_difference(x, 0.5))


@claim(numerical_gradient, points=1.25, picture=difference_beside_the_right_one)
def difference_is_central(student, truth, draw):
    """`numerical_gradient` with eps = 0.5 is the central difference (f(x + eps e_i) - f(x - eps e_i)) / (2 eps)."""
    for size in (4, 3):
        x = draw.array(size)
        agrees(student.numerical_gradient(quintic, x, 0.5), quintic_difference(x, 0.5))


@claim(numerical_gradient, points=0.75, draws=1)
def difference_for_any_shape(student, truth, draw):
    """`numerical_gradient` takes arrays of any shape and memory order."""
    x, deep = draw.array(2, 3), draw.array(2, 1, 2)
    shapes = []

    @wraps(quintic)
    def watched(x):
        shapes.append(np.shape(x))
        return quintic(x)

    both = [student.numerical_gradient(watched, a, 0.25) for a in (x, deep)]
    require(set(shapes) <= {x.shape, deep.shape}, "`f` is called with an array of another shape than that of x")
    agrees(both[0], quintic_difference(x, 0.25))
    agrees(both[1], quintic_difference(deep, 0.25))
    for view in layouts(x)[:3]:
        agrees(student.numerical_gradient(quintic, view, 0.25), quintic_difference(x, 0.25))


@claim(numerical_gradient, points=0.5, example=False)
def difference_with_the_default_step(student, truth, draw):
    """`numerical_gradient` takes eps = 1e-5 where it is left out."""
    x = draw.array(3)
    agrees(student.numerical_gradient(ripple, x), np.cos(1e5 * x) * np.sin(1.0) * 1e5, within=ROUNDED)


@claim(numerical_gradient, points=0.5, draws=1)
def difference_leaves_x(student, truth, draw):
    """`numerical_gradient` leaves x as it was."""
    x = draw.array(2, 2)
    keeps_inputs(student, "numerical_gradient", (quintic, x, 0.5), quintic_difference(x, 0.5), floor=0.5)


def gradients_like(draw, params):
    """Made-up gradients for params."""
    sizes = [W.shape for W, _ in params]
    return draw.made(
        lambda rng: [
            (rng.integers(1, 5, s) * 0.5, rng.integers(1, 5, s[1]) * 0.5)
            if draw.small
            else (rng.uniform(0.5, 1.5, s), rng.uniform(0.5, 1.5, s[1]))
            for s in sizes
        ]
    )


@claim(update, points=1.25)
def update_steps_downhill(student, truth, draw):
    """`update` gives new weights and biases, one step of learning_rate against the gradient."""
    answers = []
    for sizes in ((2, 3, 4, 1), (3, 2)):
        params = draw.params(sizes)
        grads = gradients_like(draw, params)
        rate = draw.number(0.1, 0.6)
        answers.append((student.update(params, grads, rate), truth.update(params, grads, rate)))
    all_agree(answers)


@claim(update, points=0.25, draws=1)
def update_with_learning_rate_zero(student, truth, draw):
    """`update` takes any depth, and gives the same params for a learning rate of 0."""
    params = draw.params((2, 3, 4, 1))
    grads = gradients_like(draw, params)
    for rate in (draw.number(0.1, 0.6), 0.0):
        agrees(student.update(params, grads, rate), truth.update(params, grads, rate))


@claim(update, points=0.5, draws=1)
def update_leaves_the_old_params(student, truth, draw):
    """`update` leaves the old params and the gradients as they were."""
    params = draw.params((2, 3, 1))
    grads = gradients_like(draw, params)
    keeps_inputs(student, "update", (params, grads, 0.25), truth.update(params, grads, 0.25))


def batch_size(draw):
    """No power of two, so that no size of a number stands for a size of a batch."""
    return draw.made(lambda rng: int(rng.choice([3, 5, 7])))


@claim(activation_bytes, points=1.5)
def bytes_of_the_input_and_every_output(student, truth, draw):
    """`activation_bytes` counts the input and every layer's output, 8 bytes a number."""
    calls = [(sizes, batch_size(draw)) for sizes in ([3, 6, 2], [4, 2], [7, 6, 5, 1])]
    answers = [(student.activation_bytes(*call), truth.activation_bytes(*call)) for call in calls]
    for (sizes, batch), (size, right) in zip(calls, answers, strict=True):
        require(
            size == right,
            f"activation_bytes({sizes}, …) counts another number of bytes",
            f"for batch_size {batch}: {right}, not {size}",
        )


@claim(activation_bytes, points=0.5)
def bytes_with_another_itemsize(student, truth, draw):
    """`activation_bytes` takes the size of a number, by position or by name, and large networks."""
    for sizes, itemsize, batch in (([3, 6, 2], 2, batch_size(draw)), ([100_000, 50_000, 10], 4, 5000)):  # 3e9: no 32 bits hold it
        right = truth.activation_bytes(sizes, batch, itemsize)
        for size in (
            student.activation_bytes(sizes, batch, itemsize),
            student.activation_bytes(sizes, batch, itemsize=itemsize),
        ):
            require(
                size == right,
                f"activation_bytes({sizes}, …, itemsize={itemsize}) counts another number of bytes",
                f"for batch_size {batch}: {right}, not {size}",
            )
