"""The known mistakes of backpropagation, as data: what each makes of the right answer."""

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


def pass_forward(X, params, activation, *, last=False, bias=True, first=True):
    """Forward with a mistake: an activation on the last layer, no biases, or none on the first layer."""
    A = X
    for layer, (W, b) in enumerate(params):
        Z = A @ W + (b if bias else 0.0)
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
        instead=lambda X, params, activation: pass_forward(X, params, activation, bias=False),
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
        name="step divided",
        function="update",
        instead=lambda params, grads, rate: stepped(params, grads, rate / len(params)),
        finding="The step is divided by the number of layers.",
        hint="Subtract learning_rate times the gradient, and nothing else.",
    ),
]


def pass_forward_linear(X, params):
    """Forward without any activation."""
    for W, b in params:
        X = X @ W + b
    return X
