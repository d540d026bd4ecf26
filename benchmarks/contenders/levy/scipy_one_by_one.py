"""SciPy's BFGS from one start after the other; a step takes the grid's next few starts, in their drawn order."""

from __future__ import annotations

import numpy as np
from protocol import main
from workload import Workload, problems

from claimbook.train.batched_bfgs import Minima
from claimbook.train.scipy_bfgs import one_by_one

MOST = 128  # starts of a step


class OneByOne:
    """The starts of a workload. rows: starts of a step."""

    def __init__(self, workload: Workload):
        self.starts, self.at = workload.starts, 0
        self.rows = min(MOST, len(self.starts))

    def minima(self, starts: np.ndarray) -> Minima:
        """Where each start ends."""
        return one_by_one(problems, starts)

    def step(self, steps: int) -> None:
        """Minimise from the next starts, so many times; after the last one from the first again."""
        for _ in range(steps):
            self.minima(self.starts[(self.at + np.arange(self.rows)) % len(self.starts)])
            self.at += self.rows


if __name__ == "__main__":
    main(Workload, OneByOne)
