"""The known mistakes of backpropagation, as data: what each makes of the right answer."""

import itertools

import numpy as np

from grader.mistakes import Mistake


def f(z, activation):
    """The activation."""
    return {"relu": lambda: np.maximum(z, 0), "tanh": lambda: np.tanh(z), "sigmoid": lambda: 1 / (1 + np.exp(-z))}[
        activation
    ]()


def slope(z, activation):
    """Its derivative."""
    if activation == "relu":
        return np.where(z > 0, 1.0, 0.0)
    a = f(z, activation)
    return 1 - a**2 if activation == "tanh" else a * (1 - a)


def slope_from_activation(z, activation):
    """The formulas a (1 - a) and 1 - a² with z in the place of a."""
    return {"relu": lambda: np.where(z > 0, 1.0, 0.0), "tanh": lambda: 1 - z**2, "sigmoid": lambda: z * (1 - z)}[
        activation
    ]()


def pass_forward(X, params, activation, *, last=False, bias=lambda hidden: True, first=True):
    """Forward with a mistake: an activation on the last layer, biases left out, or none on the first layer."""
    A = X
    for layer, (W, b) in enumerate(params):
        Z = A @ W + (b if bias(layer < len(params) - 1) else 0.0)
        hidden = layer < len(params) - 1
        A = f(Z, activation) if (hidden and (first or layer > 0)) or (last and not hidden) else Z
    return A, None


def pass_backward(
    Y, params, cache, activation, *, down=slope, scale=None, weights=None, bias="sum", last=False, kept=False
):
    """Backward with a mistake in one place; the cache is the reference's: (input, pre-activation) a layer."""
    Y_hat = cache[-1][1]
    n = len(Y) if scale is None else scale(Y)
    dZ = (Y_hat - Y) / n
    if last:
        dZ = dZ * down(Y_hat, activation)
    grads = []
    for layer in reversed(range(len(params))):
        A, _ = cache[layer]
        db = {"sum": dZ.sum(axis=0), "mean": dZ.mean(axis=0), "first": dZ[0], "none": 0 * dZ[0]}[bias]
        grads.append((A.T @ dZ, db))
        if layer:
            W = params[layer][0] if weights is None else weights(params[layer][0], A.T @ dZ)
            inner = dZ if kept else dZ @ W.T
            dZ = inner * down(cache[layer - 1][1], activation)
    return grads[::-1]


def variant(**how):
    """`pass_backward` with one thing wrong."""
    return lambda Y, params, cache, activation: pass_backward(Y, params, cache, activation, **how)


def stencil(at):
    """A difference quotient entry by entry; `at(f, x, i, eps)` is the quotient."""

    def gradient(f, x, eps=1e-5):
        x = np.array(x)
        made = np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            made[i] = at(lambda step, i=i: f(moved(x, i, step)), eps)
        return made

    return gradient


def moved(x, i, step):
    """A copy of x with one entry moved."""
    x = x.copy()
    x[i] += step
    return x


def by_rows(f, x, eps=1e-5):
    """Differences in which a whole row moves."""
    x = np.array(x)
    made = np.zeros(x.shape)
    for i in range(len(x)):
        made[i] = (f(moved(x, i, eps)) - f(moved(x, i, -eps))) / (2 * eps)
    return made


def bias_last(X, params, activation):
    """Forward with each hidden layer's bias added after its activation."""
    A = X
    for W, b in params[:-1]:
        A = f(A @ W, activation) + b
    W, b = params[-1]
    return A @ W + b


def counting(number):
    """A count of bytes by another formula, an int as the right one."""
    return lambda layer_sizes, batch_size, itemsize=8: int(number(list(layer_sizes), batch_size, itemsize))


def entries(sizes, *, bias):
    """The number of parameters of a network."""
    return sum((fan_in + bias) * fan_out for fan_in, fan_out in itertools.pairwise(sizes))


def stepped(params, grads, rate, *, bias=True, weights=True):
    """A step for some of the parameters."""
    return [
        (W - rate * dW if weights else W, b - rate * db if bias else b)
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]


MISTAKES = [
    Mistake(
        name="leaky",
        function="activate",
        instead=lambda z, activation: np.where(z > 0, z, 0.01 * z) if activation == "relu" else f(z, activation),
        finding="Your relu lets a hundredth of negative values through: that is the leaky relu.",
        hint="Return 0 for negative z.",
    ),
    Mistake(
        name="absolute value",
        function="activate",
        instead=lambda z, activation: np.abs(z) if activation == "relu" else f(z, activation),
        finding="Your relu is |z|; it should be 0 for negative z.",
        hint="Use np.maximum(z, 0).",
    ),
    Mistake(
        name="minimum for maximum",
        function="activate",
        instead=lambda z, activation: np.minimum(z, 0) if activation == "relu" else f(z, activation),
        finding="Your relu keeps the negative part; it should keep the positive one.",
        hint="Use np.maximum(z, 0).",
    ),
    Mistake(
        name="sign in the exponent",
        function="activate",
        instead=lambda z, activation: 1 / (1 + np.exp(z)) if activation == "sigmoid" else f(z, activation),
        finding="Your sigmoid falls: the exponent is −z and not z.",
        hint="Write np.exp(-z).",
    ),
    Mistake(
        name="sigmoid for tanh",
        function="activate",
        instead=lambda z, activation: f(z, "sigmoid") if activation == "tanh" else f(z, activation),
        finding="Your tanh is the sigmoid; tanh goes from −1 to 1.",
        hint="Use np.tanh(z).",
    ),
    Mistake(
        name="half the argument",
        function="activate",
        instead=lambda z, activation: np.tanh(z / 2) if activation == "tanh" else f(z, activation),
        finding="Your tanh is tanh(z / 2): the exponents lack a factor 2.",
        hint="tanh(z) = (exp(2z) − 1) / (exp(2z) + 1).",
    ),
    Mistake(
        name="derivative at the activation",
        function="activation_derivative",
        instead=lambda z, activation: slope(f(z, activation), activation),
        finding="You apply the activation before you take the derivative: the derivative is wanted at the pre-activation z.",
        hint="Evaluate the derivative at z itself.",
    ),
    Mistake(
        name="z taken for the activation",
        function="activation_derivative",
        instead=slope_from_activation,
        finding="a (1 − a) and 1 − a² are formulas in a = activate(z); you put z in the place of a.",
        hint="Compute a from z first.",
    ),
    Mistake(
        name="activation for its derivative",
        function="activation_derivative",
        instead=f,
        finding="You return the activation itself; its derivative is wanted.",
        hint="For sigmoid that is a (1 − a), with a the activation.",
    ),
    Mistake(
        name="one at zero",
        function="activation_derivative",
        instead=lambda z, activation: np.where(z >= 0, 1.0, 0.0) if activation == "relu" else slope(z, activation),
        finding="Your relu has derivative 1 at 0; here it is 0 there, by convention.",
        hint="Write z > 0 and not z >= 0.",
    ),
    Mistake(
        name="one half at zero",
        function="activation_derivative",
        instead=lambda z, activation: np.heaviside(z, 0.5) if activation == "relu" else slope(z, activation),
        finding="Your relu has derivative one half at 0; here it is 0 there, by convention.",
        hint="Use (z > 0) as a number.",
    ),
    Mistake(
        name="square missing",
        function="activation_derivative",
        instead=lambda z, activation: 1 - np.tanh(z) if activation == "tanh" else slope(z, activation),
        finding="The derivative of tanh is 1 − tanh², and yours has no square.",
        hint="Square tanh(z).",
    ),
    Mistake(
        name="activation on the last layer",
        function="forward",
        instead=lambda X, params, activation: pass_forward(X, params, activation, last=True),
        finding="You apply the activation to the last layer too; the last layer is linear.",
        hint="Leave the activation out in the last round of the loop.",
    ),
    Mistake(
        name="no activation",
        function="forward",
        instead=lambda X, params, activation: (pass_forward_linear(X, params), None),
        finding="No activation is applied between the layers, so the network is a linear function.",
        hint="Apply activate to each hidden layer.",
    ),
    Mistake(
        name="biases left out",
        function="forward",
        instead=lambda X, params, activation: pass_forward(X, params, activation, bias=lambda hidden: False),
        finding="Your predictions leave the biases out.",
        hint="Add b after A @ W.",
    ),
    Mistake(
        name="one activation for all",
        function="forward",
        instead=lambda X, params, activation: pass_forward(X, params, "relu"),
        finding="Your network uses relu whatever the argument `activation` says.",
        hint="Pass `activation` on to activate.",
    ),
    Mistake(
        name="one sigmoid for all",
        function="forward",
        instead=lambda X, params, activation: pass_forward(X, params, "sigmoid"),
        finding="Your network uses the sigmoid whatever the argument `activation` says.",
        hint="Pass `activation` on to activate.",
    ),
    Mistake(
        name="first layer without activation",
        function="forward",
        instead=lambda X, params, activation: pass_forward(X, params, activation, first=len(params) == 1),
        finding="The first layer's output gets no activation; every layer but the last has one.",
        hint="Look at where your loop starts.",
    ),
    Mistake(
        name="hidden biases left out",
        function="forward",
        instead=lambda X, params, activation: pass_forward(X, params, activation, bias=lambda hidden: not hidden),
        finding="The biases of the hidden layers are left out; only the last layer has its own.",
        hint="Add b in every layer.",
    ),
    Mistake(
        name="last bias left out",
        function="forward",
        instead=lambda X, params, activation: pass_forward(X, params, activation, bias=lambda hidden: hidden),
        finding="The last layer's bias is left out.",
        hint="Add b in every layer, the last one too.",
    ),
    Mistake(
        name="bias after the activation",
        function="forward",
        instead=lambda X, params, activation: (bias_last(X, params, activation), None),
        finding="The bias is added after the activation; it belongs to the pre-activation.",
        hint="Apply the activation to A @ W + b.",
    ),
    Mistake(
        name="input activated",
        function="forward",
        instead=lambda X, params, activation: pass_forward(f(X, activation), params, activation),
        finding="The activation is applied to the input as well; it belongs to the hidden layers' outputs.",
        hint="Start from X as it is.",
    ),
    Mistake(
        name="one tanh for all",
        function="forward",
        instead=lambda X, params, activation: pass_forward(X, params, "tanh"),
        finding="Your network uses tanh whatever the argument `activation` says.",
        hint="Pass `activation` on to activate.",
    ),
    Mistake(
        name="sum for mean",
        function="mlp_loss",
        times=lambda Y, **_: len(Y),
        finding="Your loss is the sum over the samples; the loss is their mean.",
        hint="Divide by the number of rows.",
    ),
    Mistake(
        name="mean over outputs too",
        function="mlp_loss",
        times=lambda Y, **_: 1 / Y.shape[1],
        finding="Your loss is divided by the number of outputs as well; the sum goes over the outputs, the mean over the samples.",
        hint="np.mean of a matrix divides by all its entries: divide by len(Y) instead.",
    ),
    Mistake(
        name="one half missing",
        function="mlp_loss",
        times=lambda **_: 2.0,
        finding="Your loss lacks the one half.",
        hint="Divide by 2 n.",
    ),
    Mistake(
        name="plain mean of squares",
        function="mlp_loss",
        times=lambda Y, **_: 2 / Y.shape[1],
        finding="Your loss is the mean over all entries; it is half the sum over the outputs, averaged over the samples.",
        hint="Divide the sum by 2 len(Y).",
    ),
    Mistake(
        name="sum of squares",
        function="mlp_loss",
        times=lambda Y, **_: 2.0 * len(Y),
        finding="Your loss is the plain sum of the squares.",
        hint="Divide by 2 len(Y).",
    ),
    Mistake(
        name="root taken",
        function="mlp_loss",
        answer=lambda right, **_: np.sqrt(right),
        finding="Your loss is the root of the right one.",
        hint="Leave np.sqrt out.",
    ),
    Mistake(
        name="absolute errors",
        function="mlp_loss",
        instead=lambda Y_hat, Y: np.sum(np.abs(Y_hat - Y)) / (2 * len(Y)),
        finding="Your loss takes the absolute errors; the loss takes their squares.",
        hint="Square the errors before the sum.",
    ),
    Mistake(
        name="outputs added up first",
        function="mlp_loss",
        instead=lambda Y_hat, Y: np.sum(np.sum(Y_hat - Y, axis=1) ** 2) / (2 * len(Y)),
        finding="You add the errors of the outputs and square the sum, in which errors of opposite sign cancel.",
        hint="Square each error first.",
    ),
    Mistake(
        name="first output only",
        function="mlp_loss",
        instead=lambda Y_hat, Y: np.sum((Y_hat - Y)[:, 0] ** 2) / (2 * len(Y)),
        finding="Your loss looks at the first output only; the sum goes over all outputs.",
        hint="Leave the index out.",
    ),
    Mistake(
        name="divided by n − 1",
        function="mlp_loss",
        times=lambda Y, **_: len(Y) / (len(Y) - 1),
        finding="Your loss is divided by 2 (n − 1); the mean divides by n.",
        hint="Divide by 2 len(Y).",
    ),
    Mistake(
        name="one half twice",
        function="mlp_loss",
        times=lambda **_: 0.5,
        finding="The one half is in your loss twice.",
        hint="Divide by 2 once.",
    ),
    Mistake(
        name="sum for mean",
        function="backward",
        times=lambda Y, **_: len(Y),
        finding="Your gradients are sums over the samples; the loss is their mean.",
        hint="Divide the last layer's error by the number of rows.",
    ),
    Mistake(
        name="factor 2",
        function="backward",
        times=lambda **_: 2.0,
        finding="Your gradients are twice the right ones: the loss has one half in front, and the 2 of the square cancels it.",
        hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="one half kept",
        function="backward",
        times=lambda **_: 0.5,
        finding="Your gradients are half the right ones: the one half cancels with the 2 of the square.",
        hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="sign",
        function="backward",
        times=lambda **_: -1.0,
        finding="Your gradients point downhill: the error is prediction minus target.",
        hint="Start from Y_hat − Y.",
    ),
    Mistake(
        name="mean over outputs too",
        function="backward",
        times=lambda Y, **_: 1 / Y.shape[1],
        finding="Your gradients are divided by the number of outputs as well.",
        hint="Divide by len(Y) and not by Y.size.",
    ),
    Mistake(
        name="sum for mean and factor 2",
        function="backward",
        times=lambda Y, **_: 2.0 * len(Y),
        finding="Your gradients are those of the plain sum of squares; the loss is half their mean.",
        hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="sum for mean and sign",
        function="backward",
        times=lambda Y, **_: -float(len(Y)),
        finding="Your gradients are sums over the samples, and they point downhill.",
        hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="mean twice",
        function="backward",
        times=lambda Y, **_: 1 / len(Y),
        finding="Your gradients are divided by the number of samples twice.",
        hint="Divide by len(Y) once, where the error starts.",
    ),
    Mistake(
        name="plain mean of squares",
        function="backward",
        times=lambda Y, **_: 2 / Y.shape[1],
        finding="Your gradients are those of the mean over all entries; the loss is half the sum over the outputs, averaged over the samples.",
        hint="Start from (Y_hat − Y) / n.",
    ),
    Mistake(
        name="weight gradients transposed",
        function="backward",
        answer=lambda right, **_: [(dW.T, db) for dW, db in right],
        finding="Each dW is transposed: its shape is that of W, (fan_in, fan_out).",
        hint="Write A.T @ dZ.",
    ),
    Mistake(
        name="hidden layers without gradient",
        function="backward",
        answer=lambda right, **_: [*((0 * dW, 0 * db) for dW, db in right[:-1]), right[-1]],
        finding="Only the last layer has a gradient; the error does not reach the layers below.",
        hint="Carry dZ on to the layer below in each round.",
    ),
    Mistake(
        name="weight gradients averaged again",
        function="backward",
        answer=lambda right, Y, **_: [(dW / len(Y), db) for dW, db in right],
        finding="dW is divided by the number of samples twice: the mean is in dZ already.",
        hint="Write A.T @ dZ and nothing else.",
    ),
    Mistake(
        name="bias gradient summed over everything",
        function="backward",
        answer=lambda right, **_: [(dW, np.full_like(db, np.sum(db))) for dW, db in right],
        finding="db is the sum over samples and units; each unit has its own.",
        hint="Sum dZ over axis 0 only.",
    ),
    Mistake(
        name="derivative left out",
        function="backward",
        instead=variant(down=lambda z, _: np.ones_like(z)),
        finding="The error goes down through W alone; the activation's derivative is missing.",
        hint="Multiply by activation_derivative at Z of the layer below.",
    ),
    Mistake(
        name="derivative at the activation",
        function="backward",
        instead=variant(down=lambda z, activation: slope(f(z, activation), activation)),
        finding="The activation's derivative is taken at the activation A; it belongs at the pre-activation Z.",
        hint="Keep Z of every layer in the cache and take the derivative there.",
    ),
    Mistake(
        name="derivative on the last layer",
        function="backward",
        instead=variant(last=True),
        finding="The error of the last layer is multiplied by the activation's derivative, but the last layer is linear.",
        hint="Start from (Y_hat − Y) / n as it is.",
    ),
    Mistake(
        name="activation for its derivative",
        function="backward",
        instead=variant(down=f),
        finding="The error is multiplied by the activation instead of its derivative.",
        hint="Use activation_derivative.",
    ),
    Mistake(
        name="bias gradient not summed",
        function="backward",
        instead=variant(bias="first"),
        finding="db is the error of the first sample; it is the sum over the samples.",
        hint="Sum dZ over axis 0.",
    ),
    Mistake(
        name="bias gradient averaged again",
        function="backward",
        instead=variant(bias="mean"),
        finding="db is divided by the number of samples twice: the mean is in dZ already.",
        hint="Sum dZ over axis 0.",
    ),
    Mistake(
        name="bias gradient zero",
        function="backward",
        instead=variant(bias="none"),
        finding="db is zero: the biases would never learn.",
        hint="Sum dZ over axis 0.",
    ),
    Mistake(
        name="weights already updated",
        function="backward",
        instead=variant(weights=lambda W, dW: W - dW),
        finding="The error goes down through weights that were updated already; it belongs through those of the forward pass.",
        hint="Compute all gradients first, update afterwards.",
    ),
    Mistake(
        name="layers in reverse",
        function="backward",
        answer=lambda right, **_: right[::-1],
        finding="Your gradients come last layer first; the order is that of params.",
        hint="Reverse the list at the end.",
    ),
    Mistake(
        name="step of its own",
        function="numerical_gradient",
        within=1e-6,
        instead=stencil(lambda g, _eps: (g(1e-5) - g(-1e-5)) / 2e-5),
        finding="Your step is 1e-5 whatever eps says.",
        hint="Use the argument eps.",
    ),
    Mistake(
        name="five points",
        function="numerical_gradient",
        within=1e-7,
        instead=stencil(lambda g, eps: (8 * (g(eps) - g(-eps)) - g(2 * eps) + g(-2 * eps)) / (12 * eps)),
        finding="You take the five-point formula; the central difference of two points is wanted.",
        hint="Use f(x + eps) and f(x − eps) only.",
    ),
    Mistake(
        name="whole rows",
        function="numerical_gradient",
        within=1e-7,
        instead=by_rows,
        finding="You move whole rows of x at once; entry i of the gradient moves x_i alone.",
        hint="Loop over all entries, as np.ndindex(x.shape) gives them.",
    ),
    Mistake(
        name="not divided",
        function="numerical_gradient",
        within=1e-7,
        times=lambda eps=1e-5, **_: 2 * eps,
        finding="Your gradient is the difference of the two values; it is not divided by their distance.",
        hint="Divide by 2 eps.",
    ),
    Mistake(
        name="sign",
        function="numerical_gradient",
        within=1e-7,
        times=lambda **_: -1.0,
        finding="Your difference is the wrong way round: f(x − eps) − f(x + eps).",
        hint="Start from f(x + eps).",
    ),
    Mistake(
        name="second difference",
        function="numerical_gradient",
        within=1e-6,
        instead=stencil(lambda g, eps: (g(eps) - 2 * g(0.0) + g(-eps)) / eps**2),
        finding="You take the second difference, which is the second derivative.",
        hint="Take (f(x + eps) − f(x − eps)) / (2 eps).",
    ),
    Mistake(
        name="forward difference",
        function="numerical_gradient",
        instead=stencil(lambda g, eps: (g(eps) - g(0.0)) / eps),
        within=1e-7,
        finding="You take the forward difference (f(x + eps) − f(x)) / eps; the central one is wanted.",
        hint="Step to both sides and divide by 2 eps.",
    ),
    Mistake(
        name="backward difference",
        function="numerical_gradient",
        instead=stencil(lambda g, eps: (g(0.0) - g(-eps)) / eps),
        within=1e-7,
        finding="You take the backward difference (f(x) − f(x − eps)) / eps; the central one is wanted.",
        hint="Step to both sides and divide by 2 eps.",
    ),
    Mistake(
        name="divided by eps",
        function="numerical_gradient",
        times=lambda **_: 2.0,
        within=1e-7,
        finding="The two points are 2 eps apart, but you divide by eps.",
        hint="Divide by 2 eps.",
    ),
    Mistake(
        name="half the step",
        function="numerical_gradient",
        within=1e-7,
        instead=stencil(lambda g, eps: (g(eps / 2) - g(-eps / 2)) / eps),
        finding="You step eps / 2 to either side; the step is eps.",
        hint="Use x + eps and x − eps, and divide by 2 eps.",
    ),
    Mistake(
        name="all entries at once",
        function="numerical_gradient",
        within=1e-7,
        instead=lambda f, x, eps=1e-5: np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps)),
        finding="You move all entries of x at once; entry i of the gradient moves x_i alone.",
        hint="Loop over the entries.",
    ),
    Mistake(
        name="uphill",
        function="update",
        instead=lambda params, grads, rate: stepped(params, grads, -rate),
        finding="Your step goes uphill: the gradient is added.",
        hint="Subtract learning_rate times the gradient.",
    ),
    Mistake(
        name="no learning rate",
        function="update",
        instead=lambda params, grads, _rate: stepped(params, grads, 1.0),
        finding="The gradient is subtracted as it is; the learning rate is missing.",
        hint="Multiply the gradient by learning_rate.",
    ),
    Mistake(
        name="biases not updated",
        function="update",
        instead=lambda params, grads, rate: stepped(params, grads, rate, bias=False),
        finding="The biases are not updated.",
        hint="Step b as you step W.",
    ),
    Mistake(
        name="weights not updated",
        function="update",
        instead=lambda params, grads, rate: stepped(params, grads, rate, weights=False),
        finding="The weights are not updated, only the biases.",
        hint="Step W as you step b.",
    ),
    Mistake(
        name="first layer only",
        function="update",
        answer=lambda right, params, **_: [right[0], *params[1:]],
        finding="Only the first layer is updated.",
        hint="Loop over all layers; does your function return inside the loop?",
    ),
    Mistake(
        name="last layer only",
        function="update",
        answer=lambda right, params, **_: [*params[:-1], right[-1]],
        finding="Only the last layer is updated.",
        hint="Loop over all layers.",
    ),
    Mistake(
        name="the step alone",
        function="update",
        instead=lambda params, grads, rate: [(-rate * dW, -rate * db) for dW, db in grads],
        finding="You return the steps; the new params are the old ones plus the step.",
        hint="Return W − learning_rate * dW.",
    ),
    Mistake(
        name="not updated",
        function="update",
        answer=lambda right, params, **_: [(np.array(W), np.array(b)) for W, b in params],
        finding="The params come back as they were.",
        hint="Collect the new pairs in a list and return it: `W = …` in a loop changes no list.",
    ),
    Mistake(
        name="step divided",
        function="update",
        instead=lambda params, grads, rate: stepped(params, grads, rate / len(params)),
        finding="The step is divided by the number of layers.",
        hint="Subtract learning_rate times the gradient, and nothing else.",
    ),
    Mistake(
        name="input left out",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: item * batch * sum(sizes[1:])),
        finding="The input is not counted; it is kept too, since the first layer's gradient needs it.",
        hint="Sum over all of layer_sizes.",
    ),
    Mistake(
        name="output left out",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: item * batch * sum(sizes[:-1])),
        finding="The last layer's output is not counted.",
        hint="Sum over all of layer_sizes.",
    ),
    Mistake(
        name="hidden layers only",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: item * batch * sum(sizes[1:-1])),
        finding="Only the hidden layers are counted; the input and the output are kept too.",
        hint="Sum over all of layer_sizes.",
    ),
    Mistake(
        name="input and output only",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: item * batch * (sizes[0] + sizes[-1])),
        finding="Only the input and the output are counted; training keeps every layer's output.",
        hint="Sum over all of layer_sizes.",
    ),
    Mistake(
        name="batch left out",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: item * sum(sizes)),
        finding="Your number is that for one sample; a batch keeps the activations of each of its samples.",
        hint="Multiply by batch_size.",
    ),
    Mistake(
        name="itemsize left out",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: batch * sum(sizes)),
        finding="Your number counts numbers; each of them has itemsize bytes.",
        hint="Multiply by itemsize.",
    ),
    Mistake(
        name="always 8 bytes",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: 8 * batch * sum(sizes)),
        finding="You count 8 bytes a number whatever itemsize says.",
        hint="Multiply by itemsize.",
    ),
    Mistake(
        name="counted twice",
        function="activation_bytes",
        times=lambda **_: 2,
        finding="Everything is counted twice; pre-activations and gradients are not part of the formula.",
        hint="itemsize times batch_size times the sum of layer_sizes.",
    ),
    Mistake(
        name="weights counted",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: item * entries(sizes, bias=False)),
        finding="You count the weights; the activations are what training keeps for a batch.",
        hint="itemsize times batch_size times the sum of layer_sizes.",
    ),
    Mistake(
        name="weights and biases counted",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: item * entries(sizes, bias=True)),
        finding="You count the parameters; the activations are what training keeps for a batch.",
        hint="itemsize times batch_size times the sum of layer_sizes.",
    ),
    Mistake(
        name="parameters times batch",
        function="activation_bytes",
        instead=counting(lambda sizes, batch, item: item * batch * entries(sizes, bias=True)),
        finding="You count the parameters, once a sample; the activations are what training keeps for a batch.",
        hint="itemsize times batch_size times the sum of layer_sizes.",
    ),
]


def pass_forward_linear(X, params):
    """Forward without any activation."""
    for W, b in params:
        X = X @ W + b
    return X
