"""The loss of every step, and the end of a run whose loss is no longer finite."""

from __future__ import annotations

import math
from typing import Any

from claimbook.train.loop import Training


class NonFinite(Exception):
    """The loss or a weight is no longer finite; `by` is the number of steps done when that was seen."""

    def __init__(self, by: int):
        super().__init__(f"not finite by step {by}")
        self.by = by


class Losses:
    """A callback: the loss of every step, in `values`.

    Losses stay on the device until `read`; the loop never runs more than two steps ahead of it.
    """

    name = "losses"

    def __init__(self):
        self.values: list[float] = []
        self._waiting: list[Any] = []

    def __call__(self, training: Training) -> None:
        self._waiting.append(training.loss)
        if len(self._waiting) > 2:
            self._waiting[-3].wait_to_read()

    def read(self, training: Training | None = None) -> None:
        """Bring the losses of the steps so far into `values`; a callback itself, so that it can have a frequency.

        Raises:
            NonFinite: with the first step whose loss is not finite.
        """
        for loss in self._waiting:
            value = float(loss.asscalar())
            if not math.isfinite(value):
                raise NonFinite(len(self.values) + 1)
            self.values.append(value)
        self._waiting.clear()

    def state(self) -> dict[str, Any]:
        """The losses so far."""
        self.read()
        return {"values": list(self.values)}

    def go_on_from(self, state: dict[str, Any]) -> None:
        """Take the losses that were kept."""
        self.values[:] = state["values"]
        self._waiting.clear()
