"""The function with many local minima that the homotopy paper minimises, a variant of Levy's."""

from __future__ import annotations

import numpy as np

RIPPLE = 10.0  # k


def levy(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(π/n) { k sin²(π y_1) + Σ_{i<n} (y_i − A)² [1 + k sin²(π y_{i+1})] + (y_n − A)² }, y_i = 1 + (x_i − 1)/4.

    k = 10, A = 1. The one global minimum is 0, at x = (1, …, 1); the local ones lie about 4 apart along each axis.
    Source: the homotopy paper, equation (33).

    Args:
        x: (m, n), n ≥ 1.

    Returns:
        The values (m,) and the gradients (m, n).
    """
    n = x.shape[1]
    away = (x - 1) / 4  # y − A
    sine, cosine = np.sin(np.pi * (1 + away)), np.cos(np.pi * (1 + away))
    wave, slope = RIPPLE * sine**2, 2 * RIPPLE * np.pi * sine * cosine
    value = wave[:, 0] + (away[:, :-1] ** 2 * (1 + wave[:, 1:])).sum(axis=1) + away[:, -1] ** 2
    gradient = 2 * away
    gradient[:, :-1] *= 1 + wave[:, 1:]
    gradient[:, 0] += slope[:, 0]
    gradient[:, 1:] += away[:, :-1] ** 2 * slope[:, 1:]
    return np.pi / n * value, np.pi / n * gradient / 4
