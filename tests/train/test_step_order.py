"""The order in the step size: known gaps by hand, and first order for balanced networks only."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.train.lp_nets import LpNets
from claimbook.train.lp_rule import LpRule
from claimbook.train.step_order import fitted_order, gap_by_rate, row_iterations


def rows(gaps):
    return [{"rate": 0.1 / 2**i, "iterations": 10 * 2**i, "gap": gap} for i, gap in enumerate(gaps)]


def test_the_slope_by_hand():
    assert fitted_order(rows([0.8, 0.4, 0.2, 0.1])) == pytest.approx(1.0)
    assert fitted_order(rows([0.64, 0.16, 0.04, 0.01])) == pytest.approx(2.0)
    assert fitted_order(rows([0.3, 0.3, 0.3, 0.3])) == pytest.approx(0.0, abs=1e-12)
    assert fitted_order(rows([0.3, np.nan])) is None and fitted_order(rows([0.3, 0.0])) is None


@pytest.mark.parametrize("p", [2, 4])
def test_balanced_networks_come_together_with_the_rule_and_others_do_not(p):
    random = np.random.default_rng(p)
    x = random.standard_normal((40, 6))
    y = x @ random.standard_normal(6) * 0.3
    a, v = (part / np.linalg.norm(part) for part in (random.standard_normal(5), random.standard_normal(6)))
    balanced = [0.6 * part for part in (np.outer(a, v), np.outer(a, a), a[None])]
    naive = [2 * balanced[0], balanced[1], 0.5 * balanced[2]]
    nets, rule = LpNets(x, y, p, "float64"), LpRule(x, y, 3, p, "float64")
    counted = []
    close, apart = gap_by_rate(nets, [balanced, naive], rule, 0.04, 50, counted.append)
    assert [row["iterations"] for row in close] == [50, 100, 200, 400]
    assert [row["rate"] for row in close] == [0.04, 0.02, 0.01, 0.005]
    assert sum(counted) == row_iterations(2, 50) == 2 * 2 * 750
    assert close[0]["gap"] < 0.05 and fitted_order(close) == pytest.approx(1.0, abs=0.1)
    assert apart[-1]["gap"] > 0.05 and abs(fitted_order(apart)) < 0.2
