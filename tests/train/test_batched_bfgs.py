"""BFGS on many problems at once, beside SciPy on each of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from claimbook.errors import UsageError
from claimbook.seeds import stream
from claimbook.train.batched_bfgs import minimise
from claimbook.train.batched_line_search import line_search


def rosenbrock(rows, x):
    """Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)², by SciPy's own function."""
    return np.array([rosen(each) for each in x]), np.array([rosen_der(each) for each in x])


def waves(rows, x):
    """Σ 3 sin²(2 x_i) + (x_i − row / 7)²: many minima, and each problem has its own."""
    away = x - rows[:, None] / 7
    value = (3 * np.sin(2 * x) ** 2 + away**2).sum(axis=1)
    return value, 6 * np.sin(4 * x) + 2 * away


def of_scipy(problems, starts, **options):
    found = []
    for row, start in enumerate(starts):

        def one(x, row=row):
            value, gradient = problems(np.array([row]), x[None])
            return value[0], gradient[0]

        found.append(minimize(one, start, jac=True, method="BFGS", options=options))
    return found


@pytest.mark.parametrize(("problems", "n", "seed"), [(rosenbrock, 2, 0), (rosenbrock, 5, 1), (waves, 3, 2)])
def test_each_problem_goes_scipys_way(problems, n, seed):
    starts = stream(seed, "starts").uniform(-3, 3, (40, n))
    ours, theirs = minimise(problems, starts), of_scipy(problems, starts)
    np.testing.assert_array_equal(ours.iterations, [each.nit for each in theirs])
    np.testing.assert_allclose(ours.x, [each.x for each in theirs], atol=1e-6)
    np.testing.assert_allclose(ours.value, [each.fun for each in theirs], atol=1e-10)
    assert list(ours.converged) == [each.success for each in theirs]


def test_a_problem_does_not_depend_on_its_company():
    starts = stream(3, "starts").uniform(-3, 3, (10, 3))
    together = minimise(lambda rows, x: waves(rows + 4, x), starts)
    alone = minimise(lambda rows, x: waves(rows + 8, x), starts[4:5])
    np.testing.assert_array_equal(together.x[4], alone.x[0])


def test_a_quadratic_by_hand():
    """x² + 10 y² from (1, 1): its minimum is 0, at 0."""

    def quadratic(rows, x):
        return (x**2 * [1, 10]).sum(axis=1), 2 * x * [1, 10]

    found = minimise(quadratic, np.ones((1, 2)))
    assert found.converged[0] and found.value[0] < 1e-12 and np.abs(found.x).max() < 1e-5


def test_the_limit_of_iterations_and_a_start_that_is_a_minimum():
    starts = np.array([[-1.2, 1.0], [1.0, 1.0]])
    found = minimise(rosenbrock, starts, iterations=3)
    assert list(found.iterations) == [3, 0] and list(found.converged) == [False, True]


def test_where_no_step_is_found_it_stops_as_scipy_does():
    """|x|: the slope never gets smaller than the search asks for, except by luck."""

    def kink(rows, x):
        return np.abs(x - 0.3).sum(axis=1), np.sign(x - 0.3)

    starts = np.array([[2.0], [-1.7]])
    ours, theirs = minimise(kink, starts), of_scipy(kink, starts)
    np.testing.assert_allclose(ours.x, [each.x for each in theirs], atol=1e-9)
    assert list(ours.converged) == [each.success for each in theirs]


def test_a_value_that_is_not_finite_ends_a_problem():
    def falling(rows, x):
        with np.errstate(over="ignore"):
            return -np.exp(x).sum(axis=1), -np.exp(x)

    with np.errstate(all="ignore"):
        assert not minimise(falling, np.array([[1.0], [2.0]])).converged.any()


@pytest.mark.parametrize("wrong", [np.zeros(3), np.array([[np.nan]])])
def test_starts_that_cannot_be_are_told(wrong):
    with pytest.raises(UsageError, match="finite numbers"):
        minimise(rosenbrock, wrong)


def test_a_step_fulfils_the_strong_wolfe_conditions():
    """cos(t) − slope · t from 0 downhill: value and slope at the step found, by the formulas."""
    rates = np.linspace(0.1, 3, 30)

    def along(rows, steps):
        return np.cos(steps) - rates[rows] * steps, -np.sin(steps) - rates[rows]

    value, slope = along(np.arange(30), np.zeros(30))
    step = line_search(along, value, slope, np.full(30, 0.7))
    found = np.flatnonzero(np.isfinite(step))
    assert len(found) >= 8  # beyond a rate of 1 it falls for ever
    value_there, slope_there = along(found, step[found])
    assert (value_there <= value[found] + 1e-4 * step[found] * slope[found]).all()
    assert (np.abs(slope_there) <= 0.9 * np.abs(slope[found])).all()


def test_uphill_no_step_is_taken():
    found = line_search(lambda rows, steps: (steps, np.ones(len(steps))), np.zeros(1), np.ones(1), np.ones(1))
    assert np.isnan(found).all()
