# wrong: numerical_gradient | the five-point stencil, another formula
import numpy as np


class Tensor:
    def __init__(self, data, parents=()):
        self.data = np.asarray(data, dtype=float)
        self.parents = parents  # pairs of tensor and function from our gradient to its gradient
        self.grad = np.zeros(self.data.shape)

    def __matmul__(self, other):
        return Tensor(
            self.data @ other.data,
            ((self, lambda g: g @ other.data.T), (other, lambda g: self.data.T @ g)),
        )

    def __add__(self, row):
        return Tensor(self.data + row.data, ((self, lambda g: g), (row, lambda g: np.add.reduce(g, axis=0))))

    def apply(self, kind):
        return Tensor(activate(self.data, kind), ((self, lambda g: g * activation_derivative(self.data, kind)),))

    def half_squared_error(self, target):
        n = self.data.shape[0]
        difference = self.data - target
        return Tensor(np.vdot(difference, difference) / (2 * n), ((self, lambda g: g * difference / n),))

    def order(self):
        seen, sorted_nodes = set(), []

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent, _ in node.parents:
                    visit(parent)
                sorted_nodes.append(node)

        visit(self)
        return sorted_nodes[::-1]

    def backward(self):
        self.grad = np.ones(self.data.shape)
        for node in self.order():
            for parent, pull in node.parents:
                parent.grad = parent.grad + pull(node.grad)


def activate(z, activation):
    z = np.asarray(z)
    return np.select(
        [activation == "relu", activation == "sigmoid", activation == "tanh"],
        [np.clip(z, 0, None), 1 / (1 + np.exp(-z)), -np.expm1(-2 * z) / (1 + np.exp(-2 * z))],
    )


def activation_derivative(z, activation):
    z = np.asarray(z)
    if activation == "relu":
        return np.array(z > 0, dtype=np.float64)
    e = np.exp(-np.abs(z))
    if activation == "sigmoid":
        return e / (1 + e) ** 2
    return 4 * e**2 / (1 + e**2) ** 2


def forward(X, params, activation):
    node = Tensor(X)
    leaves = []
    for W, b in params[:-1]:
        leaves.append((Tensor(W), Tensor(b)))
        node = (node @ leaves[-1][0] + leaves[-1][1]).apply(activation)
    leaves.append((Tensor(params[-1][0]), Tensor(params[-1][1])))
    node = node @ leaves[-1][0] + leaves[-1][1]
    return node.data, (node, leaves)


def mlp_loss(Y_hat, Y):
    return Tensor(Y_hat).half_squared_error(Y).data


def backward(Y, params, cache, activation):
    node, leaves = cache
    node.half_squared_error(Y).backward()
    return [[W.grad, b.grad] for W, b in leaves]


def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = eps
        e = e.reshape(x.shape)
        grad[np.unravel_index(i, x.shape)] = (8 * (f(x + e) - f(x - e)) - f(x + 2 * e) + f(x - 2 * e)) / (12 * eps)
    return grad


def update(params, grads, learning_rate):
    return list(zip([W - learning_rate * g[0] for (W, _), g in zip(params, grads)],
                    [b - learning_rate * g[1] for (_, b), g in zip(params, grads)]))


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    floats_kept = 0
    for units in layer_sizes:
        floats_kept += units * batch_size
    return floats_kept * itemsize
