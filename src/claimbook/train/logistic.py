"""Multinomial logistic regression in float64: its loss with gradient, and the least loss there is, by SciPy."""

from __future__ import annotations

import numpy as np


def loss(weights: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """The mean of −log softmax(W [x, 1])[y], and its gradient.

    Args:
        weights: W, (classes, d + 1), the last column the biases. x: (n, d). y: (n,), class numbers from 0 on.
    """
    whole = _with_ones(x)
    logs = _log_softmax(whole @ weights.T)
    apart = np.exp(logs)
    apart[np.arange(len(y)), y] -= 1
    return float(-logs[np.arange(len(y)), y].mean()), apart.T @ whole / len(y)


def least(x: np.ndarray, y: np.ndarray, classes: int, tolerance: float = 1e-9) -> tuple[float, np.ndarray]:
    """The least loss and weights that have it, (classes, d + 1), by SciPy's trust-region Newton method.

    The loss is convex, so it is the global minimum, where there is one: classes that a plane can part have none, and
    then `tolerance`, on the norm of the gradient, says where to stop.
    """
    from scipy.optimize import minimize

    shape, whole = (classes, x.shape[1] + 1), _with_ones(x)

    def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
        found, gradient = loss(flat.reshape(shape), x, y)
        return found, gradient.ravel()

    def curved(flat: np.ndarray, along: np.ndarray) -> np.ndarray:
        shares, moved = np.exp(_log_softmax(whole @ flat.reshape(shape).T)), whole @ along.reshape(shape).T
        return ((shares * (moved - (shares * moved).sum(axis=1, keepdims=True))).T @ whole / len(y)).ravel()

    found = minimize(
        value, np.zeros(shape).ravel(), jac=True, hessp=curved, method="trust-ncg", options={"gtol": tolerance}
    )
    return float(found.fun), found.x.reshape(shape)


def _with_ones(x: np.ndarray) -> np.ndarray:
    return np.concatenate([np.asarray(x, np.float64), np.ones((len(x), 1))], axis=1)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
