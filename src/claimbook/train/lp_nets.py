"""Batched gradient descent on linear networks with hidden layers of width k: one row a network (Experiment 1).

The loss needs a network only through its end-to-end row vector w = W_N … W_1, so the data come in once a step, as for
width 1: dL/dW_j = (W_N … W_{j+1})ᵀ (dL/dw) (W_{j−1} … W_1)ᵀ, which is a column times a row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook.train.lp_blocks import LpBlocks

HEIGHT = 8


class LpNets(LpBlocks):
    """Rows of networks d → k → … → k → 1 under plain full-batch gradient descent on Σ (prediction − y)^p / (p n).

    A row's state is its matrices: W_1 (k, d), W_2 … W_{N−1} (k, k), W_N (1, k); for N = 1 it is W_1 (1, d) alone. Depth
    and width are those of the arrays that `advance` is given.

    Args:
        x: (n, d) features. y: (n,) targets. p: even. dtype: "float32" or "float64", in which MXNet computes.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, p: int, dtype: str = "float32"):
        super().__init__(x, y, p, dtype, HEIGHT)

    def step(self, F, state, rates, gradient):
        """W_j ← W_j − rate · dL/dW_j for all j at once."""
        above = [None] * len(state)  # above[j]: W_N … W_{j+1}, (B, 1, k)
        row = state[-1]
        for j in range(len(state) - 2, -1, -1):
            above[j] = row
            row = F.batch_dot(row, state[j])
        below = F.expand_dims(gradient(F.reshape(row, (0, -1))), axis=1)  # dL/dw (W_{j−1} … W_1)ᵀ, (B, 1, d or k)
        below = F.broadcast_mul(below, F.expand_dims(-rates, axis=2))
        moved = []
        for matrix, column in zip(state, above, strict=True):
            if column is None:
                moved.append(matrix + below)
            else:
                moved.append(F.linalg.gemm(column, below, matrix, transpose_a=True))
                below = F.batch_dot(below, matrix, transpose_b=True)
        return moved

    def end_to_end(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """W_N … W_1 of every row, (rows, d) float64."""
        return np.array([_product([array[i] for array in state]) for i in range(len(state[0]))])


def imbalance(matrices: Sequence[np.ndarray]) -> float:
    """How far a network is from balance: max_j ‖W_{j+1}ᵀ W_{j+1} − W_j W_jᵀ‖ / max_j ‖W_j‖², Frobenius norms.

    Args:
        matrices: W_1 … W_N, each (out, in). 0 for a balanced network; a single matrix is one.
    """
    matrices = [matrix.astype(np.float64) for matrix in matrices]
    pairs = zip(matrices, matrices[1:], strict=False)
    apart = max((np.linalg.norm(upper.T @ upper - lower @ lower.T) for lower, upper in pairs), default=0.0)
    size = max(np.linalg.norm(matrix) ** 2 for matrix in matrices)
    return float(apart / size) if size else 0.0


def _product(matrices: Sequence[np.ndarray]) -> np.ndarray:
    row = matrices[-1].astype(np.float64)
    for matrix in matrices[-2::-1]:
        row = row @ matrix.astype(np.float64)
    return row[0]
