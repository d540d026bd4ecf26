"""Every branch of equality, count, value, property and parts on hand-computed cases."""

from __future__ import annotations

import math

import numpy as np
import pytest

from claimbook.claims.rules import Borrowed, Terms, combine, equality, full_count, holds, sampled_count, value
from claimbook.claims.words import NOT_REPRODUCED, PARTLY, REPRODUCED, UNDECIDED

SHAPE = np.array([-1.0, 0.0, 1.0])  # n = 3: h = 2.484 sd, prediction 4.303 · sqrt(4/3) = 4.968 sd = 2 h
UNIT = 2.4841


@pytest.mark.parametrize(
    ("ours", "printed", "rounding", "verdict"),
    [
        (6, 6, 0, REPRODUCED),
        (7, 6, 0, NOT_REPRODUCED),
        (0.33333, 0.33, 0.005, REPRODUCED),
        (0.336, 0.33, 0.005, NOT_REPRODUCED),
        (0.335, 0.33, 0.005, REPRODUCED),  # rounds to it, whatever 0.335 is in binary
        (15.7658, 15.77, 0.005, REPRODUCED),
        (1e16 + 2, 1e16, 0, REPRODUCED),  # below the resolution of the number itself
    ],
)
def test_equality(ours, printed, rounding, verdict):
    assert equality(ours, printed, rounding).verdict == verdict


def test_equality_tells_both_numbers():
    found = equality(1_663_371, 1_663_370, 0)
    assert "1,663,371" in found.reason and "1,663,370" in found.reason and found.measured == 1_663_371


def test_full_count():
    assert full_count(97, 100, 200, 3).verdict == REPRODUCED
    assert full_count(96, 100, 200, 3).verdict == NOT_REPRODUCED
    assert full_count(math.nan, 100, 200, 3).verdict == UNDECIDED


@pytest.mark.parametrize(
    ("successes", "tried", "k", "margin", "verdict"),
    [
        (90, 100, 900, 0.2, REPRODUCED),  # Wilson [0.826, 0.945]
        (90, 100, 960, 0.2, NOT_REPRODUCED),
        (90, 100, 900, 0.1, UNDECIDED),  # 0.12 wide
        (90, 100, 960, 0.1, UNDECIDED),
        (1, 2, 500, 0.2, UNDECIDED),  # an interval of nearly everything confirms nothing
        (0, 0, 500, 0.2, UNDECIDED),
    ],
)
def test_sampled_count(successes, tried, k, margin, verdict):
    assert sampled_count(successes, tried, k, 1000, Terms(margin)).verdict == verdict


def about(mean, half):
    """Three values whose 95 % interval is mean ± half."""
    return mean + SHAPE * half / UNIT


@pytest.mark.parametrize(
    ("mean", "half", "verdict"),
    [
        (13.0, 1.0, NOT_REPRODUCED),  # |gap| − h = 2 > M = 1.5
        (13.0, 1.6, UNDECIDED),  # 1.4 not above M, but h is
        (10.0, 1.6, UNDECIDED),
        (10.9, 0.5, REPRODUCED),  # 0.9 inside the prediction interval of ± 1.0
        (11.2, 0.5, PARTLY),  # outside it, within M
        (11.7, 0.5, NOT_REPRODUCED),  # outside it and farther than M
        (11.7, 1.0, REPRODUCED),  # farther than M, but where a run may fall
    ],
)
def test_value(mean, half, verdict):
    found = value(about(mean, half), 10.0, 1e-9, Terms(1.5))
    assert found.verdict == verdict
    assert found.interval == pytest.approx((mean - half, mean + half), abs=1e-3)


def test_value_gives_the_printed_number_its_rounding():
    assert value(about(11.02, 0.5), 10.0, 1e-9, Terms(1.5)).verdict == PARTLY
    assert value(about(11.02, 0.5), 10.0, 0.05, Terms(1.5)).verdict == REPRODUCED


def test_value_against_a_mean_of_few_runs_is_wider():
    assert value(about(10.0, 1.0), 10.0, 0.05, Terms(1.5)).verdict == REPRODUCED
    assert value(about(10.0, 1.0), 10.0, 0.05, Terms(1.5), runs_behind=2).verdict == UNDECIDED  # h = 1.58
    assert value(about(10.0, 1.0), 10.0, 0.05, Terms(1.5), runs_behind=30).verdict == REPRODUCED


def test_value_without_spread():
    assert value([10.0] * 3, 10.0, 0.05, Terms(1.5)).verdict == REPRODUCED
    assert value([10.2] * 3, 10.0, 0.05, Terms(1.5)).verdict == PARTLY
    assert value([12.0] * 3, 10.0, 0.05, Terms(1.5)).verdict == NOT_REPRODUCED


def test_one_run_borrows_a_spread_or_decides_nothing():
    assert value([10.0], 10.0, 0.05, Terms(1.5)).verdict == UNDECIDED
    borrowed = Borrowed(0.5, 9, "preset reduced")  # t = 2.262: h = 1.131
    found = value([10.0], 10.0, 0.05, Terms(1.5), borrowed=borrowed)
    assert found.verdict == REPRODUCED and "borrowed from preset reduced (9 df)" in found.method
    assert found.interval[1] == pytest.approx(10 + 2.2622 * 0.5, abs=1e-3)
    assert value([], 10.0, 0.05, Terms(1.5), borrowed=borrowed).verdict == UNDECIDED


def test_two_runs_take_the_borrowed_spread_and_three_their_own():
    borrowed = Borrowed(0.1, 99, "preset reduced")
    assert "borrowed" in value([9.0, 11.0], 10.0, 0.05, Terms(1.5), borrowed=borrowed).method
    assert value([9.0, 11.0], 10.0, 0.05, Terms(1.5)).verdict == UNDECIDED  # t with one degree of freedom
    assert "borrowed" not in value([9.0, 10.0, 11.0], 10.0, 0.05, Terms(1.5), borrowed=borrowed).method


def test_the_binomial_error_is_the_least_spread_of_few_runs():
    tight = Borrowed(0.001, 9, "preset reduced")
    found = value([10.0], 10.0, 0.05, Terms(1.5), borrowed=tight, least_sd=1.0)
    assert found.verdict == UNDECIDED and "binomial" in found.method
    assert value([10.0] * 3, 10.0, 0.05, Terms(1.5), least_sd=1.0).verdict == REPRODUCED


def test_diverged_runs_stay_in_the_count():
    some = value([10.0, 10.1, math.nan], 10.0, 0.05, Terms(1.5))
    assert some.verdict == UNDECIDED and "1 of 3 runs diverged" in some.reason and some.n == 3
    assert value([math.inf, math.nan], 10.0, 0.05, Terms(1.5)).verdict == NOT_REPRODUCED


def test_an_open_value_says_how_many_seeds_would_do():
    found = value(about(10.0, 3.0), 10.0, 0.05, Terms(1.5))
    assert found.verdict == UNDECIDED and 5 < found.needed < 100
    assert value(about(10.0, 3.0), 10.0, 0.05, Terms(1.5), runs_behind=1).needed == math.inf


@pytest.mark.parametrize(
    ("shares", "later", "verdict"),
    [
        ([1.0, 1.0], None, REPRODUCED),
        ([0.99, 1.0], None, REPRODUCED),
        ([0.95, 0.98], [1.0, 0.99], PARTLY),
        ([0.95, 1.0], [1.0, 0.98], UNDECIDED),
        ([0.95, 0.98], [0.98, 1.0], NOT_REPRODUCED),
        ([0.5, 0.5], None, NOT_REPRODUCED),
        ([0.5, 1.0], None, UNDECIDED),
        ([math.nan, 1.0], None, UNDECIDED),
        ([math.nan, math.nan], None, NOT_REPRODUCED),
        ([], None, UNDECIDED),
    ],
)
def test_property(shares, later, verdict):
    assert holds(shares, 0.99, later=later, stated_part="the start").verdict == verdict


R, P, N, U = REPRODUCED, PARTLY, NOT_REPRODUCED, UNDECIDED


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        ([(R, True), (R, False)], R),
        ([(N, True), (R, False)], N),
        ([(N, False), (N, False)], N),
        ([(N, True), (U, True), (R, False)], N),
        ([(U, True), (R, False)], U),
        ([(R, True), (U, False)], P),
        ([(R, True), (N, False)], P),
        ([(P, True), (R, False)], P),
        ([(P, False), (U, False)], P),
        ([(U, False), (U, False)], U),  # nothing decided refutes nothing
        ([(U, False), (N, False)], U),
    ],
)
def test_parts(parts, verdict):
    assert combine(parts) == verdict
