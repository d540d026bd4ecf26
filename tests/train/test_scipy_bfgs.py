"""SciPy's minimisers behind the interface of the batched one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from claimbook.seeds import stream
from claimbook.train.scipy_bfgs import METHODS, one_by_one


def shifted(rows, x):
    """Rosenbrock's function of x − row: each problem has its own minimum, at row + 1."""
    away = x - rows[:, None]
    return np.array([rosen(each) for each in away]), np.array([rosen_der(each) for each in away])


@pytest.mark.parametrize("method", METHODS)
def test_each_problem_is_scipys_own_run(method):
    starts = stream(0, "starts").uniform(-2, 2, (3, 2))
    ours = one_by_one(shifted, starts, method=method)
    for row, start in enumerate(starts):
        theirs = minimize(
            lambda x, row=row: rosen(x - row), start, jac=lambda x, row=row: rosen_der(x - row), method=method
        )
        np.testing.assert_allclose(ours.x[row], theirs.x, rtol=1e-12)
        assert ours.iterations[row] == theirs.nit and ours.converged[row] == theirs.success
        assert np.abs(ours.x[row] - row - 1).max() < 0.01
    np.testing.assert_allclose(ours.value, shifted(np.arange(3), ours.x)[0])


def test_a_limit_of_iterations_and_a_tolerance():
    start = np.array([[-1.2, 1.0]])
    short = one_by_one(shifted, start, iterations=3)
    assert short.iterations[0] == 3 and not short.converged[0]
    np.testing.assert_array_equal(one_by_one(shifted, start, iterations=0).x, start)
    coarse, fine = (one_by_one(shifted, start, gtol=gtol) for gtol in (1.0, 1e-8))
    assert coarse.iterations[0] < fine.iterations[0] and np.abs(fine.gradient).max() < 1e-8
