"""Every branch of ordering, threshold and trend on hand-computed cases."""

from __future__ import annotations

import math

import numpy as np
import pytest

from claimbook.claims.rules import Terms, ordering, paired, scores, threshold, trend
from claimbook.claims.words import NOT_REPRODUCED, PARTLY, REPRODUCED, UNDECIDED

TERMS = Terms(margin=1.0, epsilon=0.01)
SHAPE = np.array([-1.0, 0.0, 1.0])  # mean 0, sd 1; half-width of n = 3 is 4.303 / sqrt(3) = 2.484 sd
UNIT = 2.4841


def around(mean, half):
    """Three differences whose 95 % interval is mean ± half."""
    return mean + SHAPE * half / UNIT


@pytest.mark.parametrize(
    ("mean", "half", "verdict", "finding"),
    [
        (0.0, 0.009, NOT_REPRODUCED, "no difference"),
        (0.005, 0.004, NOT_REPRODUCED, "no difference"),  # significant, and less than the resolution
        (-2.0, 1.0, NOT_REPRODUCED, "reversed"),
        (-0.5, 0.4, NOT_REPRODUCED, "reversed"),
        (0.5, 0.4, PARTLY, "right but smaller than matters"),
        (0.5, 0.49, PARTLY, "right but smaller than matters"),
        (0.8, 0.7, REPRODUCED, "right"),
        (3.0, 1.0, REPRODUCED, "right"),
        (0.0, 0.9, NOT_REPRODUCED, "no difference that matters"),
        (0.3, 0.6, NOT_REPRODUCED, "no difference that matters"),
        (0.0, 1.1, UNDECIDED, "open"),
        (2.0, 2.1, UNDECIDED, "open"),
        (-2.0, 2.1, UNDECIDED, "open"),
    ],
)
def test_ordering(mean, half, verdict, finding):
    found = ordering(around(mean, half), TERMS)
    assert (found.verdict, found.finding) == (verdict, finding)
    assert found.interval == pytest.approx((mean - half, mean + half), abs=1e-3)
    assert found.n == 3 and "3 seeds" in found.method and "95 %" in found.method


def test_a_stated_size_that_is_out_of_reach_makes_it_partly():
    assert ordering(around(3.0, 1.0), TERMS, stated_size=5.0).verdict == PARTLY
    assert ordering(around(3.0, 1.0), TERMS, stated_size=3.5).verdict == REPRODUCED


def test_what_holm_does_not_reject_is_never_right():
    assert ordering(around(3.0, 1.0), TERMS, survives=False).verdict == UNDECIDED
    assert "correction" in ordering(around(3.0, 1.0), TERMS, survives=False).reason
    # and what then lies inside the margin shows no difference that matters
    assert ordering(around(0.5, 0.4), TERMS, survives=False).verdict == NOT_REPRODUCED
    # a reversal needs no such leave
    assert ordering(around(-2.0, 1.0), TERMS, survives=False).finding == "reversed"


@pytest.mark.parametrize("gap", [1e-9, 1e-3, -1e-9, 0.0])
def test_a_tiny_gap_between_deterministic_arms_is_no_difference(gap):
    found = ordering(np.full(5, gap), TERMS)
    assert found.verdict == NOT_REPRODUCED and found.finding == "no difference" and found.p == 1.0


def test_a_large_gap_between_deterministic_arms_is_right():
    assert ordering(np.full(5, 2.0), TERMS).verdict == REPRODUCED
    assert ordering(np.full(5, 0.5), TERMS).verdict == PARTLY


@pytest.mark.parametrize("few", [[], [3.0]])
def test_one_run_decides_nothing(few):
    found = ordering(few, TERMS)
    assert found.verdict == UNDECIDED and found.p == 1.0


def test_confidence_is_that_of_the_terms():
    wide = ordering(around(1.0, 0.9), Terms(1.0, 0.01, confidence=0.975))
    assert wide.verdict == UNDECIDED and "97.5 %" in wide.method  # ± 1.29 at 97.5 %
    assert ordering(around(1.0, 0.9), TERMS).verdict == REPRODUCED


def test_the_test_sets_error_is_added():
    assert ordering(around(3.0, 1.0), TERMS, extra_variance=4.0).verdict == UNDECIDED


def test_an_open_ordering_says_how_many_seeds_would_decide():
    found = ordering(around(0.0, 3.0), TERMS)
    assert 10 < found.needed < 200 and 0 < found.power < 0.8
    assert ordering(around(0.0, 3e4), TERMS).needed == math.inf
    assert ordering(around(3.0, 1.0), TERMS).needed is None


class TestDiverged:
    """A run without a finite metric is worse than any other; then only the order counts, over all seeds."""

    def test_all_of_the_losers_diverged_and_six_seeds_decide(self):
        d = paired(scores([1.0] * 6, "lower"), scores([math.nan] * 6, "lower"))
        assert ordering(d, TERMS).verdict == REPRODUCED
        assert ordering(d[:5], TERMS).verdict == UNDECIDED  # p = 1/32 is not below 2.5 %
        assert ordering(d, TERMS, survives=False).verdict == UNDECIDED

    def test_all_of_the_winners_diverged(self):
        d = paired(scores([math.inf] * 6, "lower"), scores([1.0] * 6, "lower"))
        found = ordering(d, TERMS)
        assert (found.verdict, found.finding) == (NOT_REPRODUCED, "reversed")
        assert found.interval is None and "behind in 6 of 6" in found.reason

    def test_one_diverged_loser_among_many_small_gaps_is_not_a_difference_that_matters(self):
        d = np.array([0.1] * 9 + [math.inf])
        assert ordering(d, TERMS).verdict == PARTLY
        assert ordering(np.array([2.0] * 9 + [math.inf]), TERMS).verdict == REPRODUCED

    def test_both_diverged_is_a_tie_and_counts_against(self):
        d = paired(np.full(10, -np.inf), np.full(10, -np.inf))
        assert np.isnan(d).all() and ordering(d, TERMS).verdict == UNDECIDED

    def test_a_diverged_winner_is_never_dropped(self):
        good = [5.0] * 5
        assert ordering(good, TERMS).verdict == REPRODUCED
        assert ordering([*good, -math.inf], TERMS).verdict == UNDECIDED

    def test_a_gap_below_the_resolution_is_no_win(self):
        assert ordering([0.001] * 9 + [math.inf], TERMS).verdict == UNDECIDED

    @pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
    @pytest.mark.parametrize("better", ["lower", "higher"])
    def test_any_value_that_is_not_finite_is_the_worst(self, bad, better):
        assert scores([bad, 3.0], better)[0] == -math.inf


def test_scores_point_upwards():
    assert scores([1.0, 2.0], "lower").tolist() == [-1.0, -2.0]
    assert scores([1.0, 2.0], "higher").tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("values", "limit", "side", "verdict"),
    [
        (around(10.0, 1.0), 7.0, "above", REPRODUCED),
        (around(10.0, 1.0), 13.0, "below", REPRODUCED),
        (around(10.0, 1.0), 13.0, "above", NOT_REPRODUCED),
        (around(10.0, 0.3), 9.5, "above", PARTLY),
        (around(10.0, 0.3), 10.1, "below", NOT_REPRODUCED),
        (around(10.0, 3.0), 9.0, "above", UNDECIDED),
        (np.full(3, 5.0 + 1e-9), 5.0, "above", NOT_REPRODUCED),
        (np.array([math.nan] * 6), 5.0, "below", NOT_REPRODUCED),
    ],
)
def test_threshold(values, limit, side, verdict):
    found = threshold(values, limit, side, TERMS)
    assert found.verdict == verdict and "paired" not in found.method


def rising(*gaps, half=0.5):
    """Scores (arms, 3), the first the best, with these gaps between neighbours, each with its own spread."""
    rows = [np.zeros(3)]
    for gap in gaps:
        rows.append(rows[-1] - around(gap, half))
    return rows


class TestTrend:
    def test_every_step_right(self):
        found = trend(rising(2.0, 2.0), TERMS, names=("x", "y", "z"))
        assert found.verdict == REPRODUCED and len(found.steps) == 2
        assert [step.label for step in found.steps] == ["x ahead of y", "y ahead of z"]
        assert found.measured == pytest.approx(4.0) and found.p is None

    def test_a_step_reversed_refutes_although_the_ends_are_right(self):
        found = trend(rising(5.0, -2.0), TERMS)
        assert found.verdict == NOT_REPRODUCED and "reversed" in found.reason

    def test_the_ends_alone_are_partly(self):
        assert trend(rising(3.0, 0.2), TERMS).verdict == PARTLY

    def test_a_step_too_small_to_matter_is_partly(self):
        assert trend(rising(3.0, 0.45, half=0.4), TERMS).verdict == PARTLY

    def test_no_difference_anywhere_is_not_undecided(self):
        assert trend(rising(0.0, 0.0, half=0.3), TERMS).verdict == NOT_REPRODUCED
        assert trend([np.zeros(3)] * 3, TERMS).verdict == NOT_REPRODUCED

    def test_reversed_ends_refute_although_no_step_is(self):
        found = trend(rising(-0.45, -0.45, half=0.5), Terms(0.6, 0.01))
        assert [step.finding for step in found.steps] == ["open", "open"]
        assert found.verdict == UNDECIDED  # the ends add up to −0.9 ± 1.0 here
        noise = [np.zeros(3), 0.45 - SHAPE * 0.5 / UNIT, 0.9 - SHAPE * 0.0]
        assert trend(noise, Terms(0.6, 0.01)).verdict == NOT_REPRODUCED

    def test_wide_everywhere_is_undecided_and_says_what_would_decide(self):
        found = trend(rising(0.5, 0.5, half=3.0), TERMS)
        assert found.verdict == UNDECIDED and found.needed > 3

    def test_each_step_needs_holms_leave(self):
        rows = rising(2.0, 2.0)
        assert trend(rows, TERMS, survives=(True, False)).verdict == PARTLY
        assert trend(rows, TERMS, survives=(True, True)).verdict == REPRODUCED

    def test_a_diverged_run_stays_in(self):
        rows = rising(2.0, 2.0)
        rows[0] = np.array([rows[0][0], -np.inf, rows[0][2]])
        assert trend(rows, TERMS).verdict != REPRODUCED
