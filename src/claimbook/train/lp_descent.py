"""Gradient descent on many small linear networks at once: one row a configuration of one network shape.

A tiny network trained alone spends its time on the overhead of single operators. Here the rows are configurations
(learning rates, seeds), which `lp_blocks` moves together. For p = 2 the gradient needs the data only through the Gram
matrix XᵀX/n and Xᵀy/n.
"""

from __future__ import annotations

import numpy as np

from claimbook.models.deep_linear import check_shape
from claimbook.train.lp_blocks import LpBlocks

HEIGHT = {"gram": 40, "residual": 8}  # rows of a block; measured: hides the operators' overhead and pads little


class LpDescent(LpBlocks):
    """Rows of linear networks d → 1 → … → 1 under plain full-batch gradient descent on Σ (prediction − y)^p / (p n).

    A row's state is W_1 as (d,) and the scalar matrices W_2 … W_N as (N − 1,); its prediction is x · W_1 ΠW_j.

    Args:
        x: (n, d) features. y: (n,) targets.
        depth: N ≥ 1. p: even. dtype: "float32" or "float64", in which MXNet computes.

    Raises:
        UsageError: depth below 1, or p not a positive even number.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, depth: int, p: int, dtype: str = "float32"):
        check_shape(depth, p=p)
        self.depth = depth
        super().__init__(x, y, p, dtype, HEIGHT["gram" if p == 2 else "residual"])

    def advance(
        self, state: tuple[np.ndarray, np.ndarray], rates: np.ndarray, at: int, iterations: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take `iterations` steps with every row.

        Args:
            state: W_1 (rows, d) and the factors (rows, N − 1). rates: (rows,) learning rates. Any number of rows.
            at: the iteration that the rows stand at; plain descent does not depend on it.

        Returns:
            W_1 and the factors after the steps, in `dtype`; rows that blew up hold NaN or infinity.
        """
        w, factors = state
        columns = [factors[:, j : j + 1] for j in range(self.depth - 1)]
        w, *columns = super().advance((w, *columns), rates, at, iterations)
        return w, np.concatenate(columns, axis=1) if columns else np.zeros((len(w), 0), self.dtype)

    def step(self, F, state, rates, gradient):
        """W_1 (B, d) and the factors, (B, 1) each, after one step: by the chain rule from the end-to-end row's."""
        w, *factors = state
        scale = _product(factors)
        if scale is None:
            return [w - F.broadcast_mul(rates, gradient(w))]
        at_row = gradient(F.broadcast_mul(w, scale))
        along = rates * F.sum(at_row * w, axis=1, keepdims=True)  # rate · <gradient, W_1>
        moved = []
        for j, factor in enumerate(factors):
            others = _product(factors[:j] + factors[j + 1 :])
            moved.append(factor - (along if others is None else along * others))
        return [w - F.broadcast_mul(rates * scale, at_row), *moved]

    def end_to_end(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """W_1 ΠW_j of every row, (rows, d) float64."""
        w, factors = (array.astype(np.float64) for array in state[:2])
        return w * np.prod(factors, axis=1, keepdims=True)


def _product(factors):
    product = None
    for factor in factors:
        product = factor if product is None else product * factor
    return product
