"""The accuracy of every training step, read when the losses are."""

from __future__ import annotations

from typing import Any

from claimbook.train.loop import Training
from claimbook.train.losses import Losses


class Accuracies(Losses):
    """A callback: in `values` the share of right answers of every step, as `objective.accuracy` has it."""

    name = "accuracies"

    def __init__(self, objective: Any):
        super().__init__()
        self._objective = objective

    def __call__(self, training: Training) -> None:
        self._waiting.append(self._objective.accuracy)
