"""A learning rate that falls when a value no longer gets better."""

from __future__ import annotations

import math
from typing import Any

from claimbook.errors import unknown
from claimbook.train.ranges import number

MODES = ("lower", "higher")


class Plateau:
    """Keras' ReduceLROnPlateau, for the factor `scale` that a schedule is multiplied by.

    A value is better when it passes the best one by more than min_delta. After `patience` looks in a row without a
    better one, scale ← max(factor · scale, floor), and a cooldown begins: the next `cooldown` − 1 looks are not
    counted, since Keras counts the one with which it ends. At the floor nothing happens any more. A value that is not
    finite is never better. PyTorch's class of the same name has a relative threshold, and waits one look longer.

    Args:
        factor: in (0, 1). patience: ≥ 0; 0 is like 1. min_delta: ≥ 0. cooldown: ≥ 0 looks.
        floor: the smallest scale, in [0, 1): Keras' min_lr divided by the rate of the start.
        mode: whether "lower" or "higher" is better (Keras' min and max).

    Attributes:
        scale: today's factor, 1 at the start.

    Raises:
        UsageError: an argument is out of range.
    """

    def __init__(
        self,
        factor: float = 0.1,
        patience: int = 10,
        min_delta: float = 1e-4,
        cooldown: int = 0,
        floor: float = 0.0,
        mode: str = "lower",
    ):
        if mode not in MODES:
            raise unknown("mode of a plateau", str(mode), MODES)
        self.factor = number("factor", factor, above=0, below=1)
        self.patience = number("patience", patience, whole=True, low=0)
        self.min_delta = number("min_delta", min_delta, low=0)
        self.cooldown = number("cooldown", cooldown, whole=True, low=0)
        self.floor = number("floor", floor, low=0, below=1)
        self.mode = mode
        self.scale = 1.0
        self._best: float | None = None
        self._waited, self._cooling = 0, 0

    def seen(self, value: float) -> float | None:
        """Look at a value; the new scale where it has changed, else None."""
        value = float(value)
        if self._cooling:
            self._cooling -= 1
            self._waited = 0
        if self._better(value):
            self._best, self._waited = value, 0
            return None
        if self._cooling:
            return None
        self._waited += 1
        if self._waited < self.patience or self.scale <= self.floor:
            return None
        self.scale = max(self.factor * self.scale, self.floor)
        self._waited, self._cooling = 0, self.cooldown
        return self.scale

    def state(self) -> dict[str, Any]:
        """Scale and memory, as JSON values."""
        return {"scale": self.scale, "best": self._best, "waited": self._waited, "cooling": self._cooling}

    def go_on_from(self, state: dict[str, Any]) -> None:
        """Take what was kept."""
        self.scale, self._best = state["scale"], state["best"]
        self._waited, self._cooling = state["waited"], state["cooling"]

    def _better(self, value):
        if self._best is None:
            return math.isfinite(value)
        gain = self._best - value if self.mode == "lower" else value - self._best
        return gain > self.min_delta
