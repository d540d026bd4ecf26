"""A net that is trained on images: the problem that every contender here works on. NumPy only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Workload:
    """One net, or two copies of it, and its minibatches; a row is an image.

    net: the class in `claimbook.models`. arguments: its own. method, rate, options: of the optimizer, "sgd" or "adam",
    its "form" and "epsilon" as `claimbook.train.optimizers` has them. images (n, …) uint8, labels (n,). order (steps,
    batch): the images of each step; after the last step it may start again. seed, batches: what Claimbook draws the
    same order from. unit: as the protocol has it. level: L of the homotopy between the copies. A contender's `losses()`
    gives the cross-entropy of every minibatch so far, before its step; of two copies the sum.
    """

    file: Path
    unit: int
    net: str
    arguments: Mapping[str, Any]
    method: str
    rate: float
    options: Mapping[str, Any]
    seed: int
    batches: Mapping[str, Any]
    level: float | None
    images: np.ndarray
    labels: np.ndarray
    order: np.ndarray

    @property
    def rows(self) -> int:
        """Images of a step."""
        return self.order.shape[1]

    def start(self, copy: int = 0) -> dict[str, np.ndarray]:
        """Where a copy of the net starts, by Claimbook's names of the weights, running statistics among them.

        Read anew from the file, so that nobody's memory has to hold it.
        """
        with np.load(self.file, allow_pickle=False) as arrays:
            prefix = f"{copy}/"
            return {name[len(prefix) :]: arrays[name] for name in arrays.files if name.startswith(prefix)}

    @classmethod
    def read(cls, file: Path) -> Workload:
        """The workload that the benchmark laid out; the images stand beside it."""
        with np.load(file.with_name("images.npz"), allow_pickle=False) as arrays:
            data = {name: arrays[name] for name in ("images", "labels", "order")}
        with np.load(file, allow_pickle=False) as arrays:
            return cls(file, **json.loads(arrays["about"].item()), **data)

    def check(self, runner: Any, steps: int) -> dict[str, list[float]]:
        """The loss curve of so many steps."""
        runner.step(steps)
        return {"losses": runner.losses()}
