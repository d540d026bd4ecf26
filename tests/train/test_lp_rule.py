"""The batched rule against the optimizer of the same name, against NumPy, and rows independent of each other."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.end_to_end import emulate
from claimbook.train.lp_descent import LpDescent
from claimbook.train.lp_rule import HEIGHT, LpRule

D = 12


def problem(n: int = 40):
    random = np.random.default_rng(0)
    x = random.standard_normal((n, D))
    return x, x @ random.standard_normal(D) * 0.3 + 0.1 * random.standard_normal(n)


def start(rows: int = 1):
    return (np.random.default_rng(rows).standard_normal((rows, D)) * 0.2,)


@pytest.mark.parametrize(
    ("depth", "p", "dtype", "bound"),
    [(2, 2, "float64", 1e-10), (3, 4, "float64", 1e-10), (5, 6, "float64", 1e-10), (3, 4, "float32", 3e-5)],
)
def test_equals_the_optimizer(depth, p, dtype, bound):
    x, y = problem()
    (w,) = start()
    losses, last = emulate(x, y, w, depth, p, 0.02, 73, dtype=dtype)
    rule = LpRule(x, y, depth, p, dtype)
    (moved,) = rule.advance((w,), np.array([0.02]), 0, 73)
    np.testing.assert_allclose(moved, last, rtol=50 * bound, atol=bound)
    assert rule.loss(rule.advance((w,), np.array([0.02]), 0, 72))[0] == pytest.approx(losses[72], rel=bound)


def test_depth_1_is_gradient_descent():
    x, y = problem()
    w, rates = start(3)[0], np.array([0.01, 0.02, 0.03])
    plain, _ = LpDescent(x, y, 1, 4, "float64").advance((w, np.zeros((3, 0))), rates, 0, 53)
    np.testing.assert_allclose(LpRule(x, y, 1, 4, "float64").advance((w,), rates, 0, 53)[0], plain, rtol=1e-11)


def test_at_zero_it_stays_as_a_network_of_zeros_would():
    (moved,) = LpRule(*problem(), 3, 2).advance((np.zeros((1, D)),), np.array([0.1]), 0, 5)
    assert not moved.any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("p", [2, 4])
def test_a_row_depends_on_nothing_but_itself(p, dtype):
    rows = HEIGHT["gram" if p == 2 else "residual"] + 3
    (w,), rates = start(rows), np.geomspace(1e-4, 1e-2, rows)
    rule = LpRule(*problem(257), 3, p, dtype)
    (together,) = rule.advance((w,), rates, 0, 53)
    order = np.random.default_rng(0).permutation(rows)
    assert np.array_equal(rule.advance((w[order],), rates[order], 0, 53)[0], together[order])
    for row in (0, 5, rows - 1):
        assert np.array_equal(rule.advance((w[[row]],), rates[[row]], 0, 53)[0][0], together[row])
    w[1::2] = np.nan
    assert np.array_equal(rule.advance((w,), rates, 0, 53)[0][::2], together[::2])
