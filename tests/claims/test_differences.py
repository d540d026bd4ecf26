"""Seeds that would decide a difference: against scipy's noncentral t, by simulation, and at the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from claimbook.claims.differences import seeds_needed, strictest_level
from claimbook.claims.ledger import paper_claims

MEASURED = np.random.default_rng(0).normal(2.0, 7.0, 10)  # images, by seed


def needed_by_scipy(difference, values, power, alpha=0.025):
    """The first n whose noncentral t, at the sd's upper 80 % limit, reaches the power."""
    df = len(values) - 1
    limit = np.std(values, ddof=1) * math.sqrt(df / stats.chi2.ppf(0.2, df))
    chance = lambda n: stats.nct.sf(stats.t.ppf(1 - alpha, n - 1), n - 1, difference / limit * math.sqrt(n))  # noqa: E731
    return next(n for n in range(2, 10_001) if chance(n) >= power)


@pytest.mark.parametrize("difference", [2.6, 9.6, 30.0])
def test_the_seeds_are_those_of_the_noncentral_t(difference):
    found = seeds_needed(MEASURED, difference)
    for power, n in found.to_see.items():
        exact = needed_by_scipy(difference, MEASURED, power)
        assert exact <= n <= math.ceil(1.01 * exact)  # an effect is cut to three digits, never rounded up
    assert found.sd == pytest.approx(np.std(MEASURED, ddof=1)) and found.sd < found.sd_limit and found.n == 10
    assert found.mean == pytest.approx(MEASURED.mean())


def test_studies_of_that_many_seeds_see_it_and_smaller_ones_do_not():
    difference = 9.6
    found, random = seeds_needed(MEASURED, difference), np.random.default_rng(1)

    def seen(n, true):
        x = random.normal(true, found.sd_limit, (20_000, n))
        half = stats.t.ppf(0.975, n - 1) * x.std(1, ddof=1) / math.sqrt(n)
        return np.mean(x.mean(1) - half > 0), np.mean(np.abs(x.mean(1)) + half < difference)

    for power, n in found.to_see.items():
        assert power - 0.01 < seen(n, difference)[0] < power + 0.06 and seen(n - 2, difference)[0] < power + 0.01
    assert min(seen(found.to_decide, difference)[0], seen(found.to_decide, 0.0)[1]) > 0.79
    assert found.to_decide >= found.to_see[0.8]


def test_a_strict_family_asks_for_more_and_the_interval_does_not():
    plain, strict = seeds_needed(MEASURED, 5.0), seeds_needed(MEASURED, 5.0, alpha=0.025 / 20)
    assert strict.to_see == plain.to_see and strict.to_decide > plain.to_decide


def test_the_strictest_level_is_the_judges():
    paper = paper_claims("identity-mapping").paper
    orderings = [leaf for claim in paper.claims for leaf in claim.leaves() if leaf.kind in ("ordering", "threshold")]
    trends = [leaf for claim in paper.claims for leaf in claim.leaves() if leaf.kind == "trend"]
    tests = sum(leaf.predicate is not None for leaf in orderings)
    tests += sum(len(leaf.predicate.arms) - 1 for leaf in trends if leaf.predicate is not None)
    assert strictest_level(paper) == pytest.approx(0.025 / tests) and tests > 5


def test_without_spread_two_seeds_do_and_with_too_much_none():
    assert seeds_needed([1.0, 1.0], 0.5).to_see == {0.8: 2, 0.95: 2}
    far = seeds_needed([-100.0, 100.0], 0.001)
    assert far.to_see == {0.8: None, 0.95: None} and far.to_decide is None


@pytest.mark.parametrize(("values", "difference"), [([1.0], 2.0), ([1.0, math.nan], 2.0), ([1.0, 2.0], 0.0)])
def test_what_cannot_be_planned(values, difference):
    with pytest.raises(ValueError, match="difference|two finite"):
        seeds_needed(values, difference)
