"""Claimbook: the rows as one batched MXNet problem, `LpDescent` and, for Adam, `LpOptimizer`."""

from __future__ import annotations

import numpy as np
from protocol import main
from workload import Workload

from claimbook.train.lp_descent import LpDescent
from claimbook.train.lp_optimizers import LpOptimizer


class Ours:
    """All rows of a workload; a state of the descent between two calls."""

    def __init__(self, workload: Workload):
        self.rates, self.at, self.depth = workload.rates, 0, 1 + workload.factors.shape[1]
        if workload.rule == "gradient-descent":
            self.descent = LpDescent(workload.x, workload.y, self.depth, workload.p)
            self.arrays = (workload.w, workload.factors)
        else:
            self.descent = LpOptimizer(workload.x, workload.y, self.depth, workload.p, workload.rule)
            starts = [self.descent.start(w, f) for w, f in zip(workload.w, workload.factors, strict=True)]
            self.arrays = tuple(np.stack(arrays) for arrays in zip(*starts, strict=True))

    def step(self, iterations: int) -> None:
        """Take the iterations; the arrays are NumPy's when it returns."""
        self.arrays = self.descent.advance(self.arrays, self.rates, self.at, iterations)
        self.at += iterations

    def state(self) -> tuple[np.ndarray, np.ndarray]:
        """W_1 and the factors; `LpOptimizer` holds them in one vector."""
        if len(self.arrays) == 2 and isinstance(self.descent, LpDescent):
            return self.arrays
        w, factors, _ = np.split(self.arrays[0], [self.descent.d, self.descent.d + self.depth - 1], axis=1)
        return w, factors


if __name__ == "__main__":
    main(Workload, Ours)
