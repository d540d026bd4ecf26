"""The least value of Σ (xw − y)^p / (p n) over w: what "iterations to 1.1 × the optimum" refers to."""

from __future__ import annotations

import numpy as np


def lp_optimum(x: np.ndarray, y: np.ndarray, p: int, steps: int = 200) -> float:
    """The optimum of the convex problem, by least squares (p = 2) or damped Newton steps from there (p > 2).

    Args:
        x: (n, d) features, of any rank. y: (n,) targets. p: even.

    Returns:
        The least loss, float64. Each Newton step is itself a least-squares problem, min_s |√(p−1) r^(p/2−1) (x s) +
        r^(p/2) / √(p−1)|², so the condition number of x is not squared.
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)

    def loss(residual):
        return float(np.mean(residual**p) / p)

    residual = x @ np.linalg.lstsq(x, y, rcond=None)[0] - y
    if p == 2:
        return loss(residual)
    for _ in range(steps):
        half = np.sqrt(p - 1.0) * np.abs(residual) ** (p // 2 - 1)
        target = -np.sign(residual) * np.abs(residual) ** (p // 2) / np.sqrt(p - 1.0)
        direction = x @ np.linalg.lstsq(half[:, None] * x, target, rcond=None)[0]
        size = 1.0
        while loss(residual + size * direction) > loss(residual) and size > 1e-12:
            size /= 2
        before, residual = loss(residual), residual + size * direction
        if before - loss(residual) <= 1e-14 * before:
            break
    return loss(residual)
