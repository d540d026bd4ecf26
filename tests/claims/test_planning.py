"""Power and seeds against scipy.stats, published values and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from claimbook.claims import planning as p


@pytest.mark.parametrize(("n", "effect"), [(3, 3.26), (5, 1.68), (10, 1.00), (20, 0.66)])
def test_the_smallest_effects_seen_with_80_percent_power(n, effect):
    assert p.power(effect, n) == pytest.approx(0.80, abs=0.005)


def test_power_is_the_noncentral_t():
    for n, effect, alpha in [(4, 0.7, 0.025), (12, 0.3, 0.001), (60, 0.5, 0.0125)]:
        exact = stats.nct.sf(stats.t.ppf(1 - alpha, n - 1), n - 1, effect * math.sqrt(n))
        assert p.power(effect, n, alpha) == pytest.approx(exact, abs=1e-6)
    assert p.power(5.0, 1) == 0.0 and p.power(math.inf, 5) == 1.0 and p.power(1e6, 5) == 1.0
    assert p.power(0.0, 7) == pytest.approx(0.025)


def test_upper_limit_of_the_sd():
    assert p.sd_upper_limit(1.0, 4) == pytest.approx(math.sqrt(4 / stats.chi2.ppf(0.2, 4)))
    assert p.sd_upper_limit(0.0, 4) == 0.0 and p.sd_upper_limit(2.0, math.inf) == 2.0
    draws = np.random.default_rng(0).normal(size=(20_000, 5)).std(1, ddof=1)
    assert np.mean(draws * p.sd_upper_limit(1.0, 4) > 1.0) == pytest.approx(0.8, abs=0.01)


def test_equivalence_and_narrowness_by_simulation():
    x = np.random.default_rng(1).normal(size=(100_000, 6))
    half = stats.t.ppf(0.975, 5) * x.std(1, ddof=1) / math.sqrt(6)
    inside = np.mean(np.abs(x.mean(1)) + half < 1.5)
    assert p.equivalence_probability(1.5, 6) == pytest.approx(inside, abs=0.006)
    assert p.narrow_probability(1.5, 6) == pytest.approx(np.mean(half <= 1.5), abs=0.006)
    wide = half * math.sqrt(1 + 6 / 4)
    assert p.narrow_probability(1.5, 6, runs_behind=4) == pytest.approx(np.mean(wide <= 1.5), abs=0.006)
    assert p.equivalence_probability(1.0, 1) == p.narrow_probability(1.0, 1) == 0.0
    assert p.equivalence_probability(math.inf, 2) == p.narrow_probability(math.inf, 2) == 1.0


def test_first_that_finds_the_smallest():
    for target in (2, 3, 4, 5, 17, 1000):
        assert p.first_that(lambda n, target=target: n >= target) == target
    assert p.first_that(lambda n: False) is None


def test_seeds_to_order_is_the_larger_of_both_and_the_smallest_that_serves():
    n = p.seeds_to_order(1.0, 0.8, 4, 0.025, 0.025)
    effect = p.effect_in_sd(1.0, 0.8, 4)
    assert min(p.power(effect, n), p.equivalence_probability(effect, n)) >= 0.8
    assert min(p.power(effect, n - 1), p.equivalence_probability(effect, n - 1)) < 0.8
    assert p.seeds_to_order(1.0, 0.0, 4, 0.025, 0.025) == 2
    assert p.seeds_to_order(1e-3, 1.0, 4, 0.025, 0.025) is None  # out of reach
    assert p.seeds_to_order(1.0, 0.8, 4, 0.001, 0.025) > n  # a strict family asks for more


def test_seeds_to_measure():
    n = p.seeds_to_measure(0.5, 1.0, 9)
    effect = p.effect_in_sd(0.5, 1.0, 9)
    assert p.narrow_probability(effect, n) >= 0.8 > p.narrow_probability(effect, n - 1)
    assert p.seeds_to_measure(0.5, 1.0, 9, runs_behind=3) is None  # the paper's own mean is too uncertain


def test_effects_are_cut_never_rounded_up():
    assert p.effect_in_sd(1.0, 0.0, 4) == math.inf
    assert p.effect_in_sd(0.0, 1.0, 4) == 0.0
    exact = 1.0 / p.sd_upper_limit(0.37, 4)
    assert 0.99 * exact < p.effect_in_sd(1.0, 0.37, 4) <= exact
