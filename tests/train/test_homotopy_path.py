"""The homotopy of functions: H by hand, its ends, and the counts of the paper's table 1 for two variables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import minimize

from claimbook.errors import UsageError
from claimbook.models.levy import levy
from claimbook.seeds import stream
from claimbook.train import homotopy_path
from claimbook.train.homotopy_path import follow
from claimbook.train.scipy_bfgs import one_by_one

GRID = np.array(list(itertools.product(range(6), repeat=2)), float)
DOWN = np.arange(9, 0, -1) / 10


def found(pins, ladder, **options):
    """How many of the 36 starts end in the global minimum."""
    return int((follow(levy, GRID, pins, ladder, **options).found.value < 1e-4).sum())


def h_by_hand(theta, eta, pins, level):
    half = len(theta) // 2
    value = levy(theta[None])[0][0] + levy(eta[None])[0][0]
    value += level * sum((theta[:half] - pins[:half]) ** 2) + level * sum((eta[half:] - pins[half:]) ** 2)
    return value + sum((theta - eta) ** 2) / level


@pytest.mark.parametrize("n", [2, 3])
def test_h_and_its_gradient(n):
    draw = stream(n, "h")
    both, pins = draw.normal(size=(4, 2 * n)), draw.normal(size=(6, n))
    rows = np.array([1, 5, 0, 2])
    value, gradient = homotopy_path._coupled(levy, pins, 0.3)(rows, both)
    expected = [h_by_hand(each[:n], each[n:], pins[row], 0.3) for row, each in zip(rows, both, strict=True)]
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    for i in range(2 * n):
        step = np.eye(2 * n)[i] * 1e-5
        ends = (homotopy_path._coupled(levy, pins, 0.3)(rows, both + sign * step)[0] for sign in (1, -1))
        np.testing.assert_allclose(gradient[:, i], np.subtract(*ends) / 2e-5, rtol=1e-5, atol=1e-7)


def test_the_decoupled_problems_are_minima_of_half_of_the_variables():
    start, pins = np.array([[2.0, 5.0, 3.0, 4.0]]), np.array([[0.5, -1.0, 2.0, 1.5]])
    path = follow(levy, start, pins, ())
    ours = path.theta[0, 0], path.eta[0, 0]
    assert list(ours[0][:2]) == [0.5, -1.0] and list(ours[1][2:]) == [2.0, 1.5]
    free = minimize(lambda x: levy(np.array([[0.5, -1.0, *x]]))[0][0], start[0, 2:], method="BFGS")
    np.testing.assert_allclose(ours[0][2:], free.x, atol=1e-4)
    free = minimize(lambda x: levy(np.array([[*x, 2.0, 1.5]]))[0][0], start[0, :2], method="BFGS")
    np.testing.assert_allclose(ours[1][:2], free.x, atol=1e-4)


def test_a_small_l_pulls_the_copies_together_and_a_large_one_to_the_pins():
    start, pins = np.array([[1.4, 0.7]]), np.array([[0.5, -0.5]])
    path = follow(levy, start, pins, (1e4, 1e-4), decoupled=False)
    (pinned_theta, near_theta), (pinned_eta, near_eta) = path.theta[1:, 0], path.eta[1:, 0]
    assert pinned_theta[0] == pytest.approx(0.5, abs=1e-3) and pinned_eta[1] == pytest.approx(-0.5, abs=1e-3)
    np.testing.assert_allclose(near_theta, near_eta, atol=1e-3)
    assert np.abs(pinned_theta - pinned_eta).max() > 0.1


def test_table_1_for_two_variables():
    """The paper prints 24 without and 36 with the homotopy; what makes the difference is where the pins are."""
    at_zero = np.zeros_like(GRID)
    assert found(at_zero, DOWN) == 36
    assert found(at_zero, ()) == 36  # without any path
    assert found(GRID, DOWN) == 24  # pins at the start
    assert found(at_zero, DOWN[::-1]) == 24  # L rising
    assert found(at_zero, DOWN, decoupled=False) == 25
    assert found(GRID, (), decoupled=False) == 24  # BFGS alone


def test_a_path_tells_its_stations():
    path = follow(levy, np.array([[5.0, 4.0, 5.0, 5.0]]), np.zeros((1, 4)), DOWN)
    assert path.theta.shape == path.eta.shape == (10, 1, 4) and path.iterations.shape == (11, 1)
    assert path.theta[1, 0, 0] == pytest.approx(1.36, abs=0.01) and path.found.value[0] < 1e-9


def test_another_minimiser_solves_every_stage():
    asked = []

    def counted(problems, start):
        asked.append(start.shape)
        return one_by_one(problems, start)

    start, pins = np.array([[5.0, 4.0, 5.0, 5.0], [1.0, 5.0, 2.0, 0.0]]), np.zeros((2, 4))
    ours, theirs = follow(levy, start, pins, DOWN), follow(levy, start, pins, DOWN, minimiser=counted)
    np.testing.assert_array_equal(ours.iterations, theirs.iterations)
    np.testing.assert_allclose(ours.theta, theirs.theta, atol=1e-5)
    assert asked == [(2, 2), (2, 2), *[(2, 8)] * 9, (2, 4)]


def test_of_further_tries_the_lowest_minimum_counts():
    """At x1 = 1 the second variable has one minimum; the first alone has several, about 4 apart."""
    start, pins = np.array([[9.0, 1.0]]), np.ones((1, 2))
    alone = follow(levy, start, pins, ()).eta[0, 0, 0]
    several = follow(levy, start, pins, (), tries=np.array([[5.0, 1.0], [0.8, 1.0], [-7.0, 1.0]])).eta[0, 0, 0]
    assert alone == pytest.approx(8.92, abs=0.02) and several == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("start", "pins", "ladder", "told"),
    [
        (GRID, GRID[:, :1], DOWN, "pins are"),
        (GRID, GRID[:5], DOWN, "pins are"),
        (GRID, GRID, (0.5, 0.0), "L = 0"),
        (GRID, GRID, (-1.0,), "L = -1"),
        (GRID, GRID, (float("nan"),), "L = nan"),
        (GRID[:, :1], GRID[:, :1], DOWN, "halves"),
    ],
)
def test_what_cannot_be_is_told(start, pins, ladder, told):
    with pytest.raises(UsageError, match=told):
        follow(levy, start, pins, ladder)
