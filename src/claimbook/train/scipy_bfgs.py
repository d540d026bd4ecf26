"""SciPy's own minimisers, one problem after the other: the reference that `train.batched_bfgs` is held against."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from claimbook.train.batched_bfgs import Minima, Problems

METHODS = ("BFGS", "L-BFGS-B", "CG", "Newton-CG")


def one_by_one(
    problems: Problems,
    start: np.ndarray,
    gtol: float | None = None,
    iterations: int | None = None,
    method: str = "BFGS",
) -> Minima:
    """A local minimum of each problem by `scipy.optimize.minimize`, which sees one problem at a time.

    Args:
        problems, start: as `train.batched_bfgs.minimise` takes them.
        gtol: the largest entry of a gradient that is small enough; the method's own where None. iterations: at most so
            many; the method's own limit where None. method: one of `METHODS`.

    Returns:
        `converged` is what SciPy says of it.
    """
    found = [_one(problems, row, x, gtol, iterations, method) for row, x in enumerate(np.asarray(start, np.float64))]
    x = np.stack([each.x for each in found])
    value, gradient = problems(np.arange(len(x)), x)
    count, converged = (np.array([getattr(each, name) for each in found]) for name in ("nit", "success"))
    return Minima(x, value, gradient, count, converged)


def _one(problems: Problems, row: int, start: np.ndarray, gtol: float | None, limit: int | None, method: str) -> Any:
    from scipy.optimize import minimize

    number = np.array([row])

    def of_row(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = problems(number, x[None])
        return value[0], gradient[0]

    options = {name: value for name, value in (("gtol", gtol), ("maxiter", limit)) if value is not None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of searches that find nothing: they stand in `success`
        return minimize(of_row, start, jac=True, method=method, options=options)
