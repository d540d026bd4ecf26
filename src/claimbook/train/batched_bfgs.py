"""BFGS for many small problems at once, step for step as `scipy.optimize.minimize(method="BFGS")` solves each.

Source: Nocedal and Wright, Numerical Optimization (2nd edition, 2006), algorithm 6.1, with SciPy's choices: the first
matrix is the identity, the first trial step of a search follows from the last fall of the value, and a search that
finds nothing is done once more by `scipy.optimize.line_search`. What is left of differences is rounding.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from claimbook.errors import UsageError
from claimbook.train.batched_line_search import CURVATURE, DECREASE, GREATEST, line_search

Problems = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclasses.dataclass(frozen=True)
class Minima:
    """Where each problem ended.

    x: (m, n). value: (m,). gradient: (m, n). iterations: (m,), whole numbers. converged: (m,) of bool, whether the
    largest entry of the gradient is small enough; the others came to the limit, or to where no step is found.
    """

    x: np.ndarray
    value: np.ndarray
    gradient: np.ndarray
    iterations: np.ndarray
    converged: np.ndarray


def minimise(problems: Problems, start: np.ndarray, gtol: float = 1e-5, iterations: int | None = None) -> Minima:
    """A local minimum of each problem.

    Args:
        problems: (rows, x) → values (k,) and gradients (k, n) of the problems numbered `rows`, (k,), at x, (k, n).
        start: (m, n), of finite numbers. gtol: the largest entry of a gradient that is small enough, SciPy's default.
        iterations: at most so many; 200 · n where None, as in SciPy.

    A problem's path does not depend on which others are solved with it, as long as its value and gradient do not.

    Raises:
        UsageError: `start` is no matrix of finite numbers.
    """
    x = np.array(start, np.float64)
    if x.ndim != 2 or not np.isfinite(x).all():
        told = f"Starts of the shape {x.shape} cannot be minimised from."
        raise UsageError(told, "A start is a row of finite numbers.", "Give a matrix, one row a problem.")
    state = _State(problems, x, 200 * x.shape[1] if iterations is None else iterations)
    going = np.flatnonzero(~state.small(gtol))
    while len(going):
        going = state.step(going, gtol)
    return Minima(state.x, state.value, state.gradient, state.count, state.small(gtol))


class _State:
    """Where all problems stand."""

    def __init__(self, problems: Problems, x: np.ndarray, limit: int):
        self.problems, self.x, self.limit = problems, x, limit
        self.value, self.gradient = (np.array(part) for part in problems(np.arange(len(x)), x))
        self.before = self.value + np.linalg.norm(self.gradient, axis=1) / 2
        self.inverse = np.tile(np.eye(x.shape[1]), (len(x), 1, 1))  # approximates that of the Hessian
        self.count = np.zeros(len(x), np.int64)

    def small(self, gtol: float) -> np.ndarray:
        """Whose gradients are small enough."""
        return np.abs(self.gradient).max(axis=1) <= gtol

    def step(self, going: np.ndarray, gtol: float) -> np.ndarray:
        """One iteration of the problems `going`; returns those that go on."""
        direction = -np.matmul(self.inverse[going], self.gradient[going][:, :, None])[:, :, 0]
        size = self._search(going, direction)
        found = np.isfinite(size)
        rows, move = going[found], size[found, None] * direction[found]
        self.x[rows] += move
        value, gradient = self.problems(rows, self.x[rows])
        change = gradient - self.gradient[rows]
        self.before[rows], self.value[rows], self.gradient[rows] = self.value[rows], value, gradient
        self.count[rows] += 1
        on = ~self.small(gtol)[rows] & (np.linalg.norm(move, axis=1) > 0) & np.isfinite(value)
        self.inverse[rows[on]] = _updated(self.inverse[rows[on]], move[on], change[on])
        return rows[on & (self.count[rows] < self.limit)]

    def _search(self, going: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """A step's size for each, NaN where there is none."""
        slope = np.einsum("ij,ij->i", self.gradient[going], direction)
        with np.errstate(all="ignore"):
            first = np.minimum(1.0, 1.01 * 2 * (self.value[going] - self.before[going]) / slope)
        first = np.where((first < 0) | (slope == 0), 1.0, first)

        def along(rows: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            value, gradient = self.problems(going[rows], self.x[going[rows]] + steps[:, None] * direction[rows])
            return value, np.einsum("ij,ij->i", gradient, direction[rows])

        size = line_search(along, self.value[going], slope, first)
        for row in np.flatnonzero(np.isnan(size)):
            size[row] = self._searched_by_scipy(going[row], direction[row])
        return size

    def _searched_by_scipy(self, problem: int, direction: np.ndarray) -> float:
        """What SciPy's BFGS turns to where its first search finds nothing; NaN where this one finds nothing either."""
        import warnings

        from scipy.optimize import line_search as other_search

        def part(which: int) -> Callable[[np.ndarray], np.ndarray]:
            return lambda x: self.problems(np.array([problem]), x[None])[which][0]

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            now = self.gradient[problem], self.value[problem], self.before[problem]
            options = {"c1": DECREASE, "c2": CURVATURE, "amax": GREATEST}
            size = other_search(part(0), part(1), self.x[problem], direction, *now, **options)[0]
        return np.nan if size is None else size


def _updated(inverse: np.ndarray, move: np.ndarray, change: np.ndarray) -> np.ndarray:
    """(I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, ρ = 1 / yᵀs; SciPy takes 1,000 for ρ where yᵀs = 0."""
    curvature = np.einsum("ij,ij->i", change, move)
    with np.errstate(divide="ignore"):
        rho = np.where(curvature == 0, 1000.0, 1 / curvature)[:, None, None]
    left = np.eye(move.shape[1]) - rho * move[:, :, None] * change[:, None, :]
    return left @ inverse @ left.transpose(0, 2, 1) + rho * move[:, :, None] * move[:, None, :]
