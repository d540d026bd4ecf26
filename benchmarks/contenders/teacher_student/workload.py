"""Students who learn from teachers of their own kind by minibatch SGD: what every contender here trains. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from protocol import losses_around


@dataclass(frozen=True)
class Workload:
    """Students of y(x) = Σ_i σ(⟨v_i, x⟩), PReLU with a fixed slope, loss mean (y − y*)²; a row is a student.

    examples (rows, n, d), targets (rows, n), neurons (rows, d, d) where the students start: float64. order
    (steps, rows, batch): the examples of each step; after the last step it may start again. dtype: in which all
    compute. seeds (rows,): what Claimbook draws the same order from. A contender's `state()` gives the neurons.
    """

    unit: ClassVar[int] = 25
    dtype: str
    slope: float
    rate: float
    seeds: np.ndarray
    examples: np.ndarray
    targets: np.ndarray
    neurons: np.ndarray
    order: np.ndarray

    @property
    def rows(self) -> int:
        """Students."""
        return len(self.seeds)

    @property
    def batch(self) -> int:
        """Examples of a step."""
        return self.order.shape[2]

    @classmethod
    def read(cls, file: Path) -> Workload:
        """The workload that the benchmark laid out."""
        with np.load(file, allow_pickle=False) as arrays:
            large = {name: arrays[name] for name in ("seeds", "examples", "targets", "neurons", "order")}
            return cls(str(arrays["dtype"]), float(arrays["slope"]), float(arrays["rate"]), **large)

    def check(self, runner: Any, steps: int) -> dict[str, list[float]]:
        """The losses of all students before and after so many steps."""
        return losses_around(runner, lambda: self.losses(runner.state()), steps)

    def losses(self, neurons: np.ndarray) -> np.ndarray:
        """The loss of every student on all its examples, (rows,), in float64."""
        found = []
        for x, y, own in zip(self.examples, self.targets, neurons, strict=True):
            z = x @ np.asarray(own, np.float64).T
            found.append(np.mean((np.where(z >= 0, z, self.slope * z).sum(axis=1) - y) ** 2))
        return np.array(found)
