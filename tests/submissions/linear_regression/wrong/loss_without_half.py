# wrong: squared_loss | the factor one half is missing
from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Fit:
    weights: Array
    intercept: float
    method: str = field(default="cholesky", compare=False)


def predict(X: Array, w: Array, b: float, *, out: Array | None = None) -> Array:
    result = np.dot(X, w, out=out)
    result += b
    return result


def squared_loss(y_hat: Array, y: Array, axis: int | None = None) -> float:
    return float(np.square(y_hat - y).mean(axis=axis))


def loss_gradient(X: Array, y: Array, w: Array, b: float) -> tuple[Array, float]:
    residual = predict(X, w, b)
    residual -= y
    residual /= y.size
    return residual @ X, float(residual.sum())


def solve(X: Array, y: Array) -> Fit:
    A = np.c_[X, np.ones(len(X))]
    gram = A.T @ A
    moment = A.T @ y
    try:
        L = np.linalg.cholesky(gram)
        if np.diag(L).min() < 1e-6 * np.diag(L).max():
            raise np.linalg.LinAlgError
        theta = np.linalg.solve(L.T, np.linalg.solve(L, moment))
        theta = theta + np.linalg.solve(L.T, np.linalg.solve(L, A.T @ (y - A @ theta)))
        return Fit(theta[:-1], float(theta[-1]))
    except np.linalg.LinAlgError:
        theta = np.linalg.lstsq(A, y, rcond=None)[0]
        return Fit(theta[:-1], float(theta[-1]), method="lstsq")


def fit_closed_form(X: Array, y: Array, verbose: bool = False) -> tuple[Array, float]:
    fit = solve(X, y)
    if verbose:
        print(fit)
    return fit.weights, fit.intercept


@lru_cache(maxsize=1)
def house_fit() -> Fit:
    with open("saratoga_houses.csv", encoding="utf-8", newline="") as lines:
        header, *records = csv.reader(lines)
    column = {name: np.array([float(r[i]) for r in records]) for i, name in enumerate(header)}
    return solve(np.stack([column["living_area_sqft"], column["age_years"]], axis=-1), column["price_usd"])


def house_price(living_area_sqft: float | Array, age_years: float | Array) -> float | Array:
    fit = house_fit()
    return fit.weights[0] * living_area_sqft + fit.weights[1] * age_years + fit.intercept
