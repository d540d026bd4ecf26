"""Means with their t intervals, against numbers worked out by hand."""

import math

import pytest

from claimbook.book.summaries import summary

T4 = 2.7764451051977987  # the 97.5 % quantile of Student's t with 4 degrees of freedom


def test_the_mean_and_its_t_interval():
    found = summary({seed: float(seed) for seed in range(1, 6)})
    half = T4 * math.sqrt(2.5 / 5)
    assert found.mean == pytest.approx(3.0) and found.interval == pytest.approx((3 - half, 3 + half))
    assert found.text.startswith("3 [1.037")


def test_of_logs():
    found = summary({seed: math.exp(seed) for seed in range(1, 6)}, logs=True)
    half = T4 * math.sqrt(2.5 / 5)
    assert found.mean == pytest.approx(math.exp(3))
    assert found.interval == pytest.approx((math.exp(3 - half), math.exp(3 + half)))


def test_runs_that_never_got_there_are_counted():
    found = summary({0: 2.0, 1: None, 2: float("inf")})
    assert (found.mean, found.interval, found.n, found.of) == (2.0, None, 1, 3)
    assert found.text == "2 (1 of 3 runs)"
    assert summary({0: None}).text == "never" and summary({}).text == "–"
    assert summary({0: 2.0, 1: 0.0}, logs=True).n == 1


def test_an_interval_may_be_wider_than_any_number():
    assert summary({0: 1e-300, 1: 1e300}, logs=True).interval[1] == math.inf
