"""The net 784-784-10 on MNIST under plain SGD: the problem that every contender here trains. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np


@dataclass(frozen=True)
class Workload:
    """One net and its minibatches; a row is an image.

    images (n, 784) uint8, labels (n,) uint8. order (steps, batch): the images of each step; after the last step it may
    start again. weights: where the net starts, by name ("dense1.weight" (784, 784), "dense1.bias", "dense2.weight"
    (10, 784), "dense2.bias" and, with PReLU, "activation.slope" (1,)), float64. A contender's `losses()` gives the
    cross-entropy of every minibatch so far, before its step. seed: what Claimbook draws the same order from.
    """

    unit: ClassVar[int] = 25
    activation: str
    identity: bool
    rate: float
    seed: int
    images: np.ndarray
    labels: np.ndarray
    order: np.ndarray
    weights: dict[str, np.ndarray]

    @property
    def rows(self) -> int:
        """Images of a step."""
        return self.order.shape[1]

    @classmethod
    def read(cls, file: Path) -> Workload:
        """The workload that the benchmark laid out; the images stand beside it."""
        with np.load(file.with_name("images.npz"), allow_pickle=False) as arrays:
            data = {name: arrays[name] for name in ("images", "labels")}
        with np.load(file, allow_pickle=False) as arrays:
            weights = {name: arrays[name] for name in arrays.files if "." in name}
            plain = str(arrays["activation"]), bool(arrays["identity"]), float(arrays["rate"]), int(arrays["seed"])
            return cls(*plain, **data, order=arrays["order"], weights=weights)

    def check(self, runner: Any, steps: int) -> dict[str, list[float]]:
        """The loss curve of so many steps."""
        runner.step(steps)
        return {"losses": runner.losses()}
