"""The homotopy paper's arithmetic, checked against other ways to the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from claimbook.models.levy import levy
from claimbook.papers.homotopy import errata, limit_cycle, minima, printed
from claimbook.papers.homotopy.errata import ARITHMETIC


def working(name):
    return "\n".join(ARITHMETIC.redo(name).working)


def test_the_improvements_of_table_2():
    found = {net: ARITHMETIC.work_out(f"improvement-{net.lower()}").value for net in printed.NETS}
    assert {net: round(value, 2) for net, value in found.items()} == printed.IMPROVEMENT
    assert working("HTA-ERR.1").splitlines()[1] == "(6.35 − 5.14) / 6.35 = 19.06 %"


def test_the_baselines_coincide_with_the_readme():
    assert all(line.split("= ")[1] == f"{e:.2f}; table 2: {e:g}" for line, e in zip(
        working("HTA-ERR.5").splitlines(), printed.ORIGINAL.values(), strict=True
    ))  # fmt: skip


def test_where_a_sixth_run_would_fall():
    """The prediction interval of the five runs of VGG13, by SciPy's t."""
    runs = printed.LOGS["VGG13"]
    low, high = stats.t.interval(0.95, 4, np.mean(runs), np.std(runs, ddof=1) * np.sqrt(1 + 1 / 5))
    assert f"one more run: 92.76 ± {(high - low) / 2:.2f} " in working("HTA-ERR.4")
    assert high < 100 - printed.HOMOTOPY["VGG13"]


def test_the_runs_of_the_logs_are_table_3():
    for net, (mean, sd, most) in printed.ROWS.items():
        runs = np.array(printed.LOGS[net])
        assert round(runs.mean(), 2) == mean and runs.max() == most
        assert (round(runs.std(), 2) == sd) == (net == "VGG13")
    assert "0.0969" in working("HTA-ERR.7") and "0.1083" in working("HTA-ERR.7")


def test_figure_3_shows_the_second_and_the_first_of_five():
    text = working("HTA-ERR.8")
    assert "91.61 is number 2 of" in text and "93.09 is number 1 of" in text
    assert "mean − 91.01 = 0.52 points" in text and "mean − 92.29 = 0.47 points" in text


@pytest.mark.parametrize("level", [0.01, 0.006, 0.005])
def test_the_limit_cycle_by_simulation(level):
    """SGD with momentum on |d| / L, step by step: a number stands for a tensor, whose direction does not change."""
    d, velocity, norms = 1.0, 0.0, []
    for _ in range(4_000):
        velocity = limit_cycle.MOMENTUM * velocity + np.sign(d) / level
        d -= 2 * limit_cycle.RATE * velocity  # both copies move
        norms.append(abs(d) / level)
    assert norms[-400:-4] == pytest.approx(norms[-396:], rel=1e-6)  # four steps
    assert np.mean(norms[-400:]) == pytest.approx(limit_cycle.cycle(level), rel=1e-6)


def test_the_cycle_stays_one_when_begun_in_it():
    """d₁ > 0, d₂ > 0, then their opposites: four steps lead back, and the mean is the formula's."""
    m, rate, level = limit_cycle.MOMENTUM, limit_cycle.RATE, 0.01
    second = limit_cycle.second_velocity()
    first = 1 - m * second
    d, velocity, seen = rate * (first + second) / level, -second / level, []
    begin = (d, velocity)
    for _ in range(4):
        seen.append(abs(d) / level)
        velocity = m * velocity + np.sign(d) / level
        d -= 2 * rate * velocity
    assert (d, velocity) == pytest.approx(begin, rel=1e-9)
    assert np.mean(seen) == pytest.approx(limit_cycle.cycle(level), rel=1e-9)
    assert limit_cycle.cycle(level) == pytest.approx(524.9, abs=0.05)


def test_the_minima_are_minima():
    """BFGS from the points of a coarse grid, n = 2, ends in 21 places with |x_i| < 10."""
    axis = np.arange(-9.0, 10, 2.0)
    ends = set()
    for start in np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2):
        end = optimize.minimize(lambda x: tuple(a[0] for a in levy(x[None])), start, jac=True, method="BFGS").x
        if np.abs(end).max() < 10:
            ends.add(tuple(np.round(end, 1)))
    assert len(ends) == len(minima.minima(2)) == minima.by_rule(2) == 21


def test_the_rule_counts_what_grids_count():
    assert [len(minima.minima(n)) for n in (1, 2, 3)] == [minima.by_rule(n) for n in (1, 2, 3)] == [5, 21, 85]
    assert len(minima.minima(2, step=0.1)) == 21
    assert ARITHMETIC.work_out("lowest-2").value == 1


def test_the_terms_of_the_pins_are_not_convex():
    assert "half-way, at (1, 1): 1" in working("HTA-ERR.12")
    hessian = np.array([[2.0 * 1, 2.0 * 1], [2.0 * 1, 0.0]])  # of L θ² at θ = L = 1
    assert np.linalg.eigvalsh(hessian).min() < 0


def test_the_sum_of_rates_is_that_of_the_schedule():
    from claimbook.papers.homotopy.limit_cycle import RATE

    rates = [RATE] * 20 + [RATE * 0.5 ** (epoch // errata.HALVED_EVERY) for epoch in range(6_000)]
    assert sum(rates) == pytest.approx(4) and "in all 4 times" in working("HTA-ERR.11")
