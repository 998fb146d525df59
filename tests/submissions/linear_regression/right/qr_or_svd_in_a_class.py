# right: a model class behind thin functions, QR where R has full rank and the SVD where not
import numpy as np


class LinearRegression:
    def __init__(self, w=None, b=0.0):
        self.w = w
        self.b = b

    def __call__(self, X):
        return np.dot(X, self.w) + self.b

    def loss(self, X, y):
        return squared_loss(self(X), y)

    def gradient(self, X, y):
        n_samples = X.shape[0]
        difference = self(X) - y
        dw = np.dot(difference, X) / n_samples
        db = np.sum(difference) / n_samples
        return dw, db

    def fit(self, X, y):
        n_samples, n_features = X.shape
        A = np.empty((n_samples, n_features + 1))
        A[:, 0] = 1
        A[:, 1:] = X
        theta = self._by_qr(A, y) if n_samples > n_features else None
        if theta is None:
            theta = self._by_svd(A, y)
        self.b, self.w = theta[0], theta[1:]
        return self

    @staticmethod
    def _by_qr(A, y):
        Q, R = np.linalg.qr(A)
        diagonal = np.abs(np.diag(R))
        if diagonal.min() < 1e-10 * diagonal.max():
            return None
        return np.linalg.solve(R, np.dot(Q.T, y))

    @staticmethod
    def _by_svd(A, y):
        U, s, Vt = np.linalg.svd(A, full_matrices=False)
        keep = s > 1e-10 * s[0]
        return np.dot(Vt[keep].T, np.dot(U[:, keep].T, y) / s[keep])


def predict(X, w, b):
    return LinearRegression(w, b)(X)


def squared_loss(y_hat, y):
    d = y_hat - y
    return np.dot(d, d) / (2 * d.shape[0])


def loss_gradient(X, y, w, b):
    return LinearRegression(w, b).gradient(X, y)


def fit_closed_form(X, y):
    model = LinearRegression().fit(X, y)
    return model.w, model.b


class HousePrice:
    """Fits at the first question and remembers the fit."""

    model = None

    def __call__(self, living_area_sqft, age_years):
        if self.model is None:
            table = np.genfromtxt("saratoga_houses.csv", delimiter=",", skip_header=1)
            HousePrice.model = LinearRegression().fit(table[:, :-1], table[:, -1])
        if np.ndim(living_area_sqft) == 0:
            return self.model(np.array([[living_area_sqft, age_years]]))[0]
        return self.model(np.stack([living_area_sqft, age_years], axis=1))


house_price = HousePrice()
