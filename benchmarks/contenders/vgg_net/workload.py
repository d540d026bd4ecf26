"""A VGG net on CIFAR-100 under Adam, without augmentation: the problem that every contender here trains. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np


@dataclass(frozen=True)
class Workload:
    """One net and its minibatches; a row is an image.

    blocks: of a stage. norm: where batch normalisation stands, "before" or "after" the activation, or None. rate:
    Adam's. seed: what Claimbook draws the order from. images (n, 3, 32, 32) uint8, labels (n,) 0 … 99. order (steps,
    batch): the images of each step; after the last step it may start again. weights: where the net starts, running
    statistics among them, by Claimbook's name, float64. A contender's `losses()` gives the cross-entropy of every
    minibatch so far, before its step.
    """

    unit: ClassVar[int] = 1
    blocks: int
    norm: str | None
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
            data = {name: arrays[name] for name in ("images", "labels", "order")}
        with np.load(file, allow_pickle=False) as arrays:
            weights = {name: arrays[name] for name in arrays.files if "." in name}
            blocks, norm, rate, seed = (arrays[name].item() for name in ("blocks", "norm", "rate", "seed"))
        return cls(blocks, norm or None, rate, seed, **data, weights=weights)

    def check(self, runner: Any, steps: int) -> dict[str, list[float]]:
        """The loss curve of so many steps."""
        runner.step(steps)
        return {"losses": runner.losses()}
