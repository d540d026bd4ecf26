"""Claimbook's exact path for gradient descent at p = 2: `LpEigen`, in float64, compiled by numba (extra `fast`)."""

from __future__ import annotations

import numpy as np
from protocol import main
from workload import Workload

from claimbook.train.lp_eigen import LpEigen


class Eigenbasis:
    """All rows of a workload."""

    def __init__(self, workload: Workload):
        self.descent = LpEigen(workload.x, workload.y, 1 + workload.factors.shape[1], compiled=True)
        self.rates, self.arrays = workload.rates, (workload.w, workload.factors)

    def step(self, iterations: int) -> None:
        """Take the iterations."""
        self.arrays = self.descent.advance(self.arrays, self.rates, 0, iterations)

    def state(self) -> tuple[np.ndarray, np.ndarray]:
        """W_1 and the factors."""
        return self.arrays


if __name__ == "__main__":
    main(Workload, Eigenbasis)
