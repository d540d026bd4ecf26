"""The optimum against SciPy's general minimiser and a hand case."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from claimbook.train.lp_optimum import lp_optimum


@pytest.mark.parametrize("p", [2, 4, 6])
def test_equals_scipy(p):
    random = np.random.default_rng(p)
    x = random.standard_normal((60, 4))
    y = x @ random.standard_normal(4) + random.standard_t(3, 60)

    def loss(w):
        return np.mean((x @ w - y) ** p) / p

    found = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-10, "maxiter": 2000})
    assert lp_optimum(x, y, p) == pytest.approx(found.fun, rel=1e-7)
    assert lp_optimum(x, y, p) <= found.fun * (1 + 1e-9)


def test_by_hand():
    """x = (1, 1), y = (0, 2): w = 1 is best, residuals ±1: 1/2 for p = 2, 1/4 for p = 4."""
    x, y = np.ones((2, 1)), np.array([0.0, 2.0])
    assert lp_optimum(x, y, 2) == pytest.approx(0.5)
    assert lp_optimum(x, y, 4) == pytest.approx(0.25)


def test_dependent_columns_do_no_harm():
    random = np.random.default_rng(0)
    x = random.standard_normal((50, 3))
    y = random.standard_normal(50)
    assert lp_optimum(np.hstack([x, x]), y, 4) == pytest.approx(lp_optimum(x, y, 4), rel=1e-9)
