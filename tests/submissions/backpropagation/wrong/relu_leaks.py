# wrong: activate | leaky relu with slope 0.01
# uses: forward, backward
import numpy as np

network = None


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


class Activation:
    def __init__(self, kind):
        self.kind = kind

    def forward(self, x):
        self.x = x
        return activate(x, self.kind)

    def backward(self, dout):
        return dout * activation_derivative(self.x, self.kind)


class Network:
    def __init__(self, params, kind):
        self.layers = []
        for W, b in params:
            self.layers += [Dense(W, b), Activation(kind)]
        self.layers.pop()

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        self.out = x
        return x

    def backward(self, Y):
        dout = (self.out - Y) / Y.shape[0]
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return [(layer.dW, layer.db) for layer in self.layers if isinstance(layer, Dense)]


def activate(z, activation):
    if activation == "relu":
        out = np.where(z > 0, z, 0.01 * z)
    elif activation == "sigmoid":
        out = 1 / (1 + np.exp(-z))
    else:
        out = np.tanh(z)
    return out


def activation_derivative(z, activation):
    if activation == "relu":
        return np.heaviside(z, 0)
    a = activate(z, activation)
    if activation == "sigmoid":
        return a * (1 - a)
    return (1 - a) * (1 + a)


def forward(X, params, activation):
    global network
    network = Network(params, activation)
    return network.forward(X), None


def mlp_loss(Y_hat, Y):
    n, outputs = Y.shape
    return np.mean(np.square(Y_hat - Y)) * outputs / 2


def backward(Y, params, cache, activation):
    return network.backward(Y)


def numerical_gradient(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        idx = it.multi_index
        old = float(x[idx])
        x[idx] = old + eps
        fxh1 = f(x)
        x[idx] = old - eps
        fxh2 = f(x)
        x[idx] = old
        grad[idx] = (fxh1 - fxh2) / (2 * eps)
        it.iternext()
    return grad


def update(params, grads, learning_rate):
    new = []
    for i in range(len(params)):
        W, b = params[i][0].copy(), params[i][1].copy()
        W -= learning_rate * grads[i][0]
        b -= learning_rate * grads[i][1]
        new.append((W, b))
    return new


def activation_bytes(layer_sizes, batch_size, itemsize=8):
    return np.sum(layer_sizes) * batch_size * itemsize
