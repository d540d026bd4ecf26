"""Networks of width 1 under full-batch descent: the problem that every contender here trains. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from protocol import losses_around


@dataclass(frozen=True)
class Workload:
    """Rows of networks 128 → 1 → 1 that one rule trains by full batches on Σ (prediction − y)^p / (p n).

    x (n, d), y (n,), w (rows, d) and factors (rows, N − 1) where the rows start, rates (rows,): float64.
    A contender's `state()` gives w and factors as they stand.
    """

    unit: ClassVar[int] = 50
    rule: str
    p: int
    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    factors: np.ndarray
    rates: np.ndarray

    @property
    def rows(self) -> int:
        """Rows of a step."""
        return len(self.rates)

    @classmethod
    def read(cls, file: Path) -> Workload:
        """The workload that the benchmark laid out."""
        with np.load(file, allow_pickle=False) as arrays:
            rule, p = str(arrays["rule"]), int(arrays["p"])
            return cls(rule, p, **{name: arrays[name] for name in ("x", "y", "w", "factors", "rates")})

    def check(self, runner: Any, steps: int) -> dict[str, list[float]]:
        """The losses of all rows before and after so many steps."""
        return losses_around(runner, lambda: self.losses(*runner.state()), steps)

    def losses(self, w: np.ndarray, factors: np.ndarray) -> np.ndarray:
        """The loss of every row, (rows,), in float64."""
        whole = np.asarray(w, np.float64) * np.prod(np.asarray(factors, np.float64), axis=1, keepdims=True)
        return np.mean((whole @ self.x.T - self.y) ** self.p, axis=1) / self.p
