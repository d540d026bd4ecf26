"""Minima of the variant of Levy's function that the homotopy paper minimises: what both contenders look for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from claimbook.models.levy import levy


@dataclass(frozen=True)
class Workload:
    """starts (rows, n): the points of a grid in a drawn order. A row is a start, its step the whole way to a minimum.

    A contender's `minima(starts)` gives where each ends, `train.batched_bfgs.Minima`.
    """

    unit: ClassVar[int] = 1
    starts: np.ndarray

    @property
    def rows(self) -> int:
        """Starts."""
        return len(self.starts)

    @classmethod
    def read(cls, file: Path) -> Workload:
        """The workload that the benchmark laid out."""
        with np.load(file, allow_pickle=False) as arrays:
            return cls(arrays["starts"])

    def check(self, runner: Any, steps: int) -> dict[str, Any]:
        """Where the first `steps` starts end: points, and values there."""
        found = runner.minima(self.starts[:steps])
        return {"x": found.x.tolist(), "value": found.value.tolist()}


def problems(rows: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same function for every start: values (k,) and gradients (k, n)."""
    return levy(x)
