"""How many local minima the function (33) has: counted on a grid, and by a rule."""

from __future__ import annotations

import itertools

import numpy as np

from claimbook.models.levy import levy


def minima(n: int, step: float = 0.5) -> np.ndarray:
    """The values (m,) of the function (33) at its local minima with |x_i| < 10: grid points below all that touch them.

    The minima lie near whole multiples of 4 from 1, so that a grid of steps of 0.5 tells them apart.
    """
    axis = np.arange(-10, 10 + step / 2, step)
    points = np.stack([each.ravel() for each in np.meshgrid(*[axis] * n, indexing="ij")], axis=1)
    values = levy(points)[0].reshape((axis.size,) * n)
    inner = values[(slice(1, -1),) * n]
    lowest = np.ones(inner.shape, bool)
    for shift in itertools.product((0, 1, 2), repeat=n):
        if shift != (1,) * n:
            lowest &= inner < values[tuple(slice(start, start + inner.shape[0]) for start in shift)]
    return inner[lowest]


def by_rule(n: int) -> int:
    """1 + 4 + … + 4^n."""
    return (4 ** (n + 1) - 1) // 3
