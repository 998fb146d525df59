# right: answers are memoryviews
from numpy import *
import numpy as np
import warnings

def predict(X, w, b):
    return X.dot(w) + b

def squared_loss(y_hat, y):
    return float(sum((y_hat - y)**2) / (2*len(y)))

def loss_gradient(X, y, w, b):
    n = X.shape[0]
    err = predict(X, w, b) - y
    dw = zeros_like(w)
    for j in range(len(w)):
        dw[j] = sum(err * X[:, j]) / n
    db = sum(err) / n
    return dw, db

def fit_closed_form(X, y):
    A = hstack((X, ones((X.shape[0], 1))))
    try:
        theta = linalg.inv(A.T @ A) @ A.T @ y
    except linalg.LinAlgError:
        warnings.warn("singular, using pinv")
        theta = linalg.pinv(A) @ y
    return theta[:-1], theta[-1]

def house_price(living_area_sqft, age_years):
    data = loadtxt('saratoga_houses.csv', delimiter=',', skiprows=1)
    w, b = fit_closed_form(data[:, :2], data[:, 2])
    if isscalar(living_area_sqft):
        return float(w[0]*living_area_sqft + w[1]*age_years + b)
    else:
        return predict(column_stack((living_area_sqft, age_years)), w, b)

def predict(X, w, b): return memoryview(X @ w + b)
