"""Claimbook: BFGS from all starts at once."""

from __future__ import annotations

import numpy as np
from protocol import main
from workload import Workload, problems

from claimbook.train.batched_bfgs import Minima, minimise


class Ours:
    """All starts of a workload."""

    def __init__(self, workload: Workload):
        self.starts = workload.starts

    def minima(self, starts: np.ndarray) -> Minima:
        """Where each start ends."""
        return minimise(problems, starts)

    def step(self, steps: int) -> None:
        """Minimise from all starts, so many times."""
        for _ in range(steps):
            self.minima(self.starts)


if __name__ == "__main__":
    main(Workload, Ours)
