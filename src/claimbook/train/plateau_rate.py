"""The learning rate of a training that falls when a curve's value no longer gets better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from claimbook.train.loop import Training
from claimbook.train.plateau import Plateau


class PlateauRate:
    """A callback: shows a plateau today's value, and gives the optimizer its scale.

    Keras' ReduceLROnPlateau when it is called once an epoch, behind what measures the value; the new rate is that of
    the next step.

    Args:
        optimizer: whose `scale` multiplies every rate. value_of: gives today's value. plateau: what it is shown to.

    Attributes:
        lowered: the steps after which the rate fell.
    """

    name = "plateau-rate"

    def __init__(self, optimizer: Any, value_of: Callable[[], float], plateau: Plateau):
        self._optimizer, self._value_of, self._plateau = optimizer, value_of, plateau
        self.lowered: list[int] = []

    def __call__(self, training: Training) -> None:
        if self._plateau.seen(self._value_of()) is not None:
            self._optimizer.scale = self._plateau.scale
            self.lowered.append(training.step)

    def state(self) -> dict[str, Any]:
        """What the plateau remembers, and when the rate fell; the scale itself is the optimizer's too."""
        return {"plateau": self._plateau.state(), "lowered": list(self.lowered)}

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take what was kept."""
        self._plateau.go_on_from(state["plateau"])
        self.lowered = list(state["lowered"])
        self._optimizer.scale = self._plateau.scale
