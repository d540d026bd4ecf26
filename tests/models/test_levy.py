"""The homotopy paper's function (33) and its gradient."""

from __future__ import annotations

import math

import numpy as np
import pytest

from claimbook.models.levy import levy
from claimbook.seeds import stream


def by_the_formula(x):
    """Equation (33) term by term."""
    n, y = len(x), [1 + (each - 1) / 4 for each in x]
    middle = sum((y[i] - 1) ** 2 * (1 + 10 * math.sin(math.pi * y[i + 1]) ** 2) for i in range(n - 1))
    return math.pi / n * (10 * math.sin(math.pi * y[0]) ** 2 + middle + (y[-1] - 1) ** 2)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_value_and_gradient(n):
    x = stream(n, "points").uniform(-10, 10, (20, n))
    value, gradient = levy(x)
    np.testing.assert_allclose(value, [by_the_formula(each) for each in x], rtol=1e-12)
    for i in range(n):
        step = np.zeros(n)
        step[i] = 1e-5
        slope = [(by_the_formula(each + step) - by_the_formula(each - step)) / 2e-5 for each in x]
        np.testing.assert_allclose(gradient[:, i], slope, rtol=1e-6, atol=1e-7)


def test_the_global_minimum():
    value, gradient = levy(np.ones((1, 6)))
    assert value[0] == pytest.approx(0, abs=1e-30) and np.abs(gradient).max() < 1e-14
