"""How large the gradients of a net's layers are: the "gradient flow" of many papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from claimbook.compat import mxnet
from claimbook.train.loop import Training

mx = mxnet()


def gradient_sizes(weights: Mapping[str, Any], names: Mapping[str, Any] | list[str]) -> dict[str, float]:
    """The mean absolute value of each named weight's gradient as it stands; this waits for the device.

    weights: name → Gluon parameter. names: of those looked at.
    """
    means = {name: mx.nd.mean(mx.nd.abs(weights[name].grad())) for name in names}
    return {name: float(mean.asscalar()) for name, mean in means.items()}


class GradientSizes:
    """A callback that remembers `gradient_sizes` after the first epoch and after the newest one.

    An epoch's are those of its last minibatch, as the hand-out of the VGG-depth report plots them.

    Attributes:
        first, last: name → mean absolute value; empty before the first epoch has ended.
    """

    name = "gradient-sizes"

    def __init__(self, weights: Mapping[str, Any], names: list[str]):
        self._measure: Callable[[], dict[str, float]] = lambda: gradient_sizes(weights, names)
        self.first: dict[str, float] = {}
        self.last: dict[str, float] = {}

    def __call__(self, training: Training) -> None:
        self.last = self._measure()
        self.first = self.first or self.last

    def state(self) -> dict[str, Any]:
        """Both."""
        return {"first": dict(self.first), "last": dict(self.last)}

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take both."""
        self.first, self.last = dict(state["first"]), dict(state["last"])
