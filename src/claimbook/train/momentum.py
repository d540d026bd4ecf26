"""Gradient descent with momentum, and the staircase of its learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet

mx = mxnet()


class Momentum:
    """v ← momentum · v + g + l2 · w;  w ← w − rate(step) · v, as TensorFlow's MomentumOptimizer.

    The term l2 · w is the gradient of l2 · ‖w‖²/2 in the loss. MXNet's fused update, one pass over the weights, keeps
    u = −rate · v, with u ← momentum · u − rate · (g + l2 · w). That is the same only while the rate stands still, so u
    is rescaled at each change of the rate.

    Args:
        weights: name → Gluon parameter, initialised.
        rate: step (from 0) → learning rate > 0.
        l2: name → coefficient; 0 for a weight that is not named.
    """

    def __init__(
        self,
        weights: Mapping[str, Any],
        rate: Callable[[int], float],
        momentum: float = 0.9,
        l2: Mapping[str, float] | None = None,
    ):
        self.weights, self.rate, self.momentum, self.l2 = dict(weights), rate, momentum, dict(l2 or {})
        self._moved = {name: mx.nd.zeros(p.shape, dtype=p.dtype) for name, p in self.weights.items()}
        self._rate = rate(0)

    def update(self, step: int) -> None:
        """Change every weight by the gradient that stands in its parameter."""
        rate = self.rate(step)
        if rate != self._rate:
            for moved in self._moved.values():
                moved *= rate / self._rate
            self._rate = rate
        for name, parameter in self.weights.items():
            weight, l2 = parameter.data(), self.l2.get(name, 0.0)
            mx.nd.sgd_mom_update(
                weight, parameter.grad(), self._moved[name], out=weight, lr=rate, momentum=self.momentum, wd=l2
            )

    def state(self) -> dict[str, Any]:
        """Weights and velocities as NumPy arrays, and the rate that the latter stand for."""
        return {
            "weights": {name: parameter.data().asnumpy() for name, parameter in self.weights.items()},
            "moved": {name: moved.asnumpy() for name, moved in self._moved.items()},
            "rate": self._rate,
        }

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take weights and velocities from `state`, bit for bit."""
        for name, parameter in self.weights.items():
            parameter.set_data(mx.nd.array(state["weights"][name], dtype=parameter.dtype))
            self._moved[name][:] = mx.nd.array(state["moved"][name], dtype=parameter.dtype)
        self._rate = state["rate"]

    def squares(self) -> dict[str, float]:
        """‖w‖² of every weight."""
        flat = {name: parameter.data().reshape(-1) for name, parameter in self.weights.items()}
        return {name: float(mx.nd.dot(weight, weight).asscalar()) for name, weight in flat.items()}


def staircase(rate: float, factor: float, batch: int, examples: int) -> Callable[[int], float]:
    """step ↦ rate · factor^epoch with the epoch ⌊step · batch / examples⌋ (tf.train.exponential_decay, staircase)."""
    return lambda step: float(rate * np.power(factor, step * batch // examples))
