"""Statistics against printed tables, closed forms and scipy.stats."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from claimbook.claims import statistics as s


@pytest.mark.parametrize(("df", "printed"), [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (math.inf, 1.960)])
def test_t_quantile_is_that_of_the_printed_table(df, printed):
    assert s.t_quantile(0.975, df) == pytest.approx(printed, abs=6e-4)


def test_no_degree_of_freedom_means_nothing_is_known():
    assert s.t_quantile(0.975, 0) == math.inf


def test_mean_interval_of_a_hand_computed_case():
    # 1 2 3 4 5: mean 3, sd sqrt(2.5), se sqrt(0.5), t = 2.776445
    found = s.mean_interval([1, 2, 3, 4, 5])
    assert (found.mean, found.sd, found.df) == (3.0, pytest.approx(math.sqrt(2.5)), 4)
    assert found.hi - 3 == pytest.approx(2.776445 * math.sqrt(0.5), rel=1e-6)
    assert found.p == pytest.approx(stats.ttest_1samp([1, 2, 3, 4, 5], 0, alternative="greater").pvalue)


def test_extra_variance_widens_and_frees_the_interval():
    values = [1.0, 2.0, 3.0]  # s²/n = 1/3
    plain, wide = s.mean_interval(values), s.mean_interval(values, extra_variance=1.0)
    assert wide.se == pytest.approx(math.sqrt(4 / 3)) and wide.df == pytest.approx(2 * 16)
    assert wide.p > plain.p
    known = s.mean_interval([2.0, 2.0], extra_variance=1.0)  # only the test set varies: normal
    assert known.hi - 2 == pytest.approx(1.959964, abs=1e-6)


def test_no_spread_gives_a_point():
    assert (s.mean_interval([2, 2]).lo, s.mean_interval([2, 2]).hi, s.mean_interval([2, 2]).p) == (2, 2, 0.0)
    assert s.mean_interval([0, 0]).p == 1.0 and s.mean_interval([-1, -1]).p == 1.0


@pytest.mark.parametrize("values", [[], [1.0], [1.0, math.nan], [1.0, math.inf]])
def test_mean_interval_refuses_what_has_none(values):
    with pytest.raises(ValueError, match="two finite"):
        s.mean_interval(values)


def test_half_widths():
    t = stats.t.ppf(0.975, 4)
    assert s.half_width(2.0, 4, 5) == pytest.approx(t * 2 * math.sqrt(1 / 5))
    assert s.half_width(2.0, 4, 5, runs_behind=10) == pytest.approx(t * 2 * math.sqrt(0.3))
    assert s.prediction_half_width(2.0, 4, 5) == pytest.approx(t * 2 * math.sqrt(1.2))
    assert s.half_width(0.0, 0, 1) == 0.0 == s.prediction_half_width(0.0, 0, 1)


def test_pooled_sd_by_hand():
    sd, df = s.pooled_sd([[1, 3], [10, 10, 16], [7]])  # sums of squares 2 and 24
    assert df == 3 and sd == pytest.approx(math.sqrt(26 / 3))
    assert s.pooled_sd([[1], []]) == (0.0, 0)


def test_wilson_is_the_textbook_case():
    lo, hi = s.wilson(9, 10)
    assert (lo, hi) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))
    assert s.wilson(0, 10)[0] == 0.0 and s.wilson(10, 10)[1] == 1.0 and s.wilson(0, 0) == (0.0, 1.0)


def test_sign_test():
    assert s.sign_test(5, 5) == 1 / 32 and s.sign_test(0, 5) == 1.0
    assert s.sign_test(8, 10) == pytest.approx(stats.binomtest(8, 10, alternative="greater").pvalue)


def test_errors_of_a_test_set():
    assert s.binomial_sd(0.9, 100) == pytest.approx(0.03) and s.binomial_sd(1.2, 100) == 0.0
    # b = 10, c = 4 of 100: by the multinomial, Var = (p_b + p_c − (p_b − p_c)²) / N
    assert s.mcnemar_variance(10, 4, 100) == pytest.approx((0.14 - 0.06**2) / 100)
    assert s.mcnemar_variance(0, 0, 100) == 0.0


def test_holm_is_the_textbook_case():
    ps = {"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}
    assert s.holm(ps, 0.05) == {"a", "d"}  # 0.005 ≤ 0.0125, 0.01 ≤ 0.0167, 0.03 > 0.025: stop
    assert s.holm({"a": 0.04, "b": 0.04}, 0.05) == frozenset()
    assert s.holm({}, 0.05) == frozenset()
    assert s.holm({"a": math.nan, "b": 0.5}) == frozenset()


def test_an_untested_member_of_the_family_counts_in_full():
    assert s.holm({"a": 0.02}) == {"a"}
    assert s.holm({"a": 0.02, "untested": 1.0}) == frozenset()


def test_shared_confidence():
    assert s.shared_confidence() == 0.95
    assert s.shared_confidence(2, 1) == pytest.approx(0.975) == pytest.approx(s.shared_confidence(1, 2))
    assert s.shared_confidence(0) == 0.95 and s.shared_confidence(5, 2) == pytest.approx(0.995)


def test_quantiles_agree_with_scipy_stats():
    for df in (1, 3, 7, 49):
        for p in (0.9, 0.975, 0.9999):
            assert s.t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-8)
        assert s.t_tail(2.2, df) == pytest.approx(stats.t.sf(2.2, df), rel=1e-8)
    assert np.isclose(s.t_tail(1.96, math.inf), stats.norm.sf(1.96))
