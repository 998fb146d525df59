# wrong: activate | max(z, 0), the largest entry along axis 0, instead of maximum(z, 0)
# uses: forward, backward
from copy import deepcopy
from dataclasses import dataclass, field

from numpy import *


@dataclass
class Memory:
    stack: list = field(default_factory=list)

    def push(self, *things):
        self.stack.append(things)

    def pop(self):
        return self.stack.pop()


class _Activate:
    def relu(self, z):
        return max(z, 0)

    def sigmoid(self, z):
        return power(1 + exp(-z), -1.0)

    def tanh(self, z):
        return tanh(z)

    def __call__(self, z, activation):
        return getattr(self, activation)(z)


activate = _Activate()


class _Derivative(_Activate):
    def relu(self, z):
        return maximum(sign(z), 0)

    def sigmoid(self, z):
        return exp(-z) * super().sigmoid(z) ** 2

    def tanh(self, z):
        return 1 - square(tanh(z))


activation_derivative = _Derivative()


def forward(X, params, activation):
    memory = Memory()
    a = X
    last = len(params) - 1
    for i in range(len(params)):
        W, b = params[i]
        z = dot(a, W) + b
        memory.push(a, z)
        if i != last:
            a = activate(z, activation)
    return z, memory


def mlp_loss(Y_hat, Y):
    n = shape(Y)[0]
    loss = sum(sum((Y_hat - Y) ** 2, axis=1)) / n / 2
    print("loss", loss)
    return float(loss)


def backward(Y, params, cache, activation):
    grads = []
    delta = None
    for W, b in params[::-1]:
        a, z = cache.pop()
        if delta is None:
            delta = (z - Y) / shape(Y)[0]
        else:
            delta = dot(delta, W_above.T) * activation_derivative(z, activation)
        grads.insert(0, (dot(a.T, delta), sum(delta, 0)))
        W_above = W
    return grads


def numerical_gradient(f, x, eps=1e-5):
    gradient = []
    for i in range(x.size):
        original = x.flat[i]
        x.flat[i] = original + eps
        right = f(x)
        x.flat[i] = original - eps
        left = f(x)
        x.flat[i] = original
        gradient.append((right - left) / (2 * eps))
    return reshape(gradient, x.shape)


def update(params, grads, learning_rate):
    new_params = deepcopy(params)
    for (W, b), (dW, db) in zip(new_params, grads):
        W -= learning_rate * asarray(dW)
        b -= learning_rate * asarray(db)
    return new_params


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    return sum([s * batch_size * itemsize for s in layer_sizes])
