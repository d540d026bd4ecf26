"""Gradient descent with the l2 loss in the eigenbasis of the Gram matrix, where a step of a row costs O(d), not O(d²).

With XᵀX/n = V diag(λ) Vᵀ, u = VᵀW_1 and β = VᵀXᵀy/n, coordinate i of the gradient is λ_i u_i ΠW_j − β_i: it needs the
other coordinates only for <gradient, W_1>, which V leaves as it is. So the path is that of plain gradient descent
(`lp_descent`, p = 2), up to rounding; nothing is approximated.

A block holds 32 rows side by side, (d, 32), and every sum runs over d for each row by itself, in the order of d. So a
row depends neither on its neighbours nor on whether numba is there: NumPy and numba give the same bits (tested).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

HEIGHT = 32  # rows of a block; measured: hides NumPy's overhead, fills numba's vector registers, and pads little
WORTH_COMPILING = 50_000  # iterations of a block that NumPy does in about the two seconds that numba needs to start


def steps(
    u: np.ndarray, factors: np.ndarray, rates: np.ndarray, values: np.ndarray, offset: np.ndarray, iterations: int
) -> None:
    """`iterations` updates of one block, in place.

    Args:
        u: (d, B) W_1 in the eigenbasis. factors: (N − 1, B). rates: (B,). values: (d,) λ. offset: (d,) β.
    """
    values, offset = values[:, None], offset[:, None]
    gradient, product = np.empty_like(u), np.empty_like(u)
    for _ in range(iterations):
        scale = _product(factors, np.ones_like(rates))
        np.multiply(u, scale, out=gradient)
        gradient *= values
        gradient -= offset
        if len(factors):
            np.multiply(gradient, u, out=product)
            along = rates * np.add.reduce(product, axis=0)  # rate · <gradient, W_1>; row by row of `product`
            factors[:] = [f - _product([*factors[:j], *factors[j + 1 :]], along) for j, f in enumerate(factors)]
        gradient *= rates * scale
        u -= gradient


def _product(factors: Iterable[np.ndarray], product: np.ndarray) -> np.ndarray:
    for factor in factors:
        product = product * factor
    return product


class LpEigen:
    """Rows of linear networks d → 1 → … → 1 under plain full-batch gradient descent on Σ (prediction − y)² / (2 n).

    A descent like `LpDescent(x, y, depth, 2, "float64")`, with the same states: W_1 (rows, d), factors (rows, N − 1).

    Args:
        x: (n, d) features. y: (n,) targets.
        depth: N ≥ 1.
        compiled: True: by numba (ImportError without it); False: by NumPy; None: numba where it is installed and the
            work is worth its start. The numbers are the same.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, depth: int, compiled: bool | None = None):
        self.x, self.y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        self.depth, self.p = depth, 2
        n = len(self.x)
        values, vectors = np.linalg.eigh(self.x.T @ self.x / n)
        self._values = np.maximum(values, 0.0)  # rounding makes a zero eigenvalue negative
        self._into, self._back = np.ascontiguousarray(vectors.T), np.ascontiguousarray(vectors)
        self._offset = self._into @ (self.x.T @ self.y / n)
        self._compiled, self._work = compiled, 0

    def advance(
        self, state: tuple[np.ndarray, np.ndarray], rates: np.ndarray, at: int, iterations: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take `iterations` steps with every row.

        Args:
            state: W_1 (rows, d) and the factors (rows, N − 1). rates: (rows,) learning rates. Any number of rows.
            at: the iteration that the rows stand at; plain descent does not depend on it.

        Returns:
            W_1 and the factors after the steps, float64; rows that blew up hold NaN or infinity.
        """
        w, factors = (np.array(array, np.float64) for array in state)  # copies: they are changed
        rates = np.asarray(rates, np.float64)
        take = self._steps(-(-len(w) // HEIGHT) * iterations)
        with np.errstate(all="ignore"):  # rows may blow up
            for low in range(0, len(w), HEIGHT):
                self._advance_block(take, w[low : low + HEIGHT], factors[low : low + HEIGHT], rates, low, iterations)
        return w, factors

    def _advance_block(self, take, w, factors, rates, low, iterations):
        u, lanes, own = np.zeros((w.shape[1], HEIGHT)), np.zeros((self.depth - 1, HEIGHT)), np.zeros(HEIGHT)
        for i, row in enumerate(w):  # one by one: a product of all rows would sum in an order that depends on them
            u[:, i] = self._into @ row
        lanes[:, : len(w)], own[: len(w)] = factors.T, rates[low : low + len(w)]
        take(u, lanes, own, self._values, self._offset, iterations)
        for i in range(len(w)):
            w[i] = self._back @ np.ascontiguousarray(u[:, i])
        factors[:] = lanes[:, : len(w)].T

    def _steps(self, work: int) -> Callable[..., None]:
        self._work += work
        if self._compiled is None and self._work >= WORTH_COMPILING:
            try:
                import numba  # noqa: F401
            except ImportError:
                self._compiled = False
            else:
                self._compiled = True
        if not self._compiled:
            return steps
        from claimbook.train.lp_eigen_compiled import steps as compiled_steps

        return compiled_steps

    def loss(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """The loss of every row, (rows,), from the residuals in float64, row by row.

        In the eigenbasis it would be cheaper, and near the optimum inexact.
        """
        w, factors = state[:2]
        with np.errstate(all="ignore"):  # a row that blew up has no finite loss
            whole = w * np.prod(factors, axis=1, keepdims=True)
            return np.array([np.mean((self.x @ row - self.y) ** 2) / 2 for row in whole])
