"""What the homotopy adds to the cross-entropies of two copies: their gradients, their steps, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.papers.homotopy.nets import START
from claimbook.papers.homotopy.runs.nets_copies import Copies
from claimbook.train.homotopy import Homotopy
from claimbook.train.loop import Training
from claimbook.train.losses import Losses
from claimbook.train.optimizers import Optimizer
from claimbook.train.splits import split
from claimbook.train.weights import values

mx = mxnet()


class Quadratic:
    """Equation (3): L ‖θ₁ − t₁‖² + L ‖η₂ − t₂‖² + ‖θ − η‖² / L, by an implicit step after the optimizer's.

    Its rate is the optimizer's over 1 − momentum: so far a gradient that stands still moves the weights in the long
    run, and only then is a place where nothing moves one where H is stationary, and not f + (1 − momentum) · the rest.

    Args:
        copies: at their start. kind: how θ₁ and θ₂ are split. pins: t, "zero" or "start", where θ is now. seed: of a
            random split. momentum: the optimizer's.
    """

    def __init__(self, copies: Copies, kind: str, pins: str, seed: int, momentum: float):
        theta, eta = ({name: pair[i] for name, pair in copies.pairs.items()} for i in (0, 1))
        first = split({name: each.shape for name, each in theta.items()}, kind, seed)
        self._homotopy = Homotopy(theta, eta, first, values(theta) if pins == START else None)
        self._per_rate = 1 / (1 - momentum)

    def before(self, level: float) -> None:
        """Of a step, with this L."""
        self._homotopy.level = level

    def after(self, rate: float) -> None:
        """The implicit step."""
        self._homotopy.implicit_step(rate * self._per_rate)

    def of_epoch(self, training: Training) -> float:
        """What the terms are after it."""
        return self._homotopy.value()


class Norms(Losses):
    """The released code: 0.1 L Σ ‖halves of filters, and of their biases‖ + Σ ‖θ − η‖ / L, no norm squared.

    The first sum goes over all convolutions, the second over the tensors of the two heads. At 0 a norm's gradient is
    taken as 0. A callback that remembers what the terms were at each step, before it. factor: the 0.1.

    Source: phymucs/homotopy, commit bccbc48.
    """

    name = "norms"

    def __init__(self, copies: Copies, factor: float):
        super().__init__()
        convolutions = [each for name, each in copies.weights.items() if ".conv" in name]
        self._halves = [half for each in convolutions for half in _halves(each)]
        self._pairs = [tuple(map(_rows, pair)) for pair in copies.pairs.values()]
        self._factor, self._level, self._now = factor, 0.0, None

    def before(self, level: float) -> None:
        """Add the gradients to those that stand in the parameters."""
        if level != self._level:
            self._level, weight = level, [self._factor * level] * len(self._halves) + [1 / level] * len(self._pairs)
            self._weight = mx.nd.array(weight, dtype="float32")
        apart = [theta[0] - eta[0] for theta, eta in self._pairs]
        parts = [half[0] for half in self._halves] + apart
        norms = mx.nd.sqrt(mx.nd.multi_sum_sq(*parts, num_arrays=len(parts)))
        self._now = mx.nd.dot(self._weight, norms)
        scale = (self._weight / (norms + (norms == 0))).reshape((-1, 1))
        for i, part in enumerate(parts):
            own = scale[i : i + 1]
            if i < len(self._halves):
                _add(self._halves[i][1], own, part, 1.0)
            else:
                theta, eta = self._pairs[i - len(self._halves)]
                _add(theta[1], own, part, 1.0)
                _add(eta[1], own, part, -1.0)

    def after(self, rate: float) -> None:
        """Nothing is left to do."""

    def __call__(self, training: Training) -> None:
        self._waiting.append(self._now)

    def of_epoch(self, training: Training) -> float:
        """The mean over its steps."""
        own = self.values[-training.epoch_steps :]
        return sum(own) / len(own)


class Homotopic:
    """An optimizer and the homotopy's terms as one: `update` takes the step of both. The state is the optimizer's."""

    def __init__(self, optimizer: Optimizer, terms: Any, level_of: Callable[[int], float]):
        self._optimizer, self._terms, self.level_of = optimizer, terms, level_of

    def update(self, step: int) -> None:
        """With the L and the rate of this step (from 0)."""
        self._terms.before(self.level_of(step))
        self._optimizer.update(step)
        self._terms.after(self._optimizer.rate_at(step))

    def state(self) -> dict[str, Any]:
        """The momentum, which is kept from stage to stage."""
        return self._optimizer.state()

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take it."""
        self._optimizer.go_on_from(state)


def distances(copies: Copies) -> tuple[float, float]:
    """‖θ − η‖ over all pairs, and that over ‖θ‖ of the same weights, in float64; this waits for the device."""
    apart = whole = 0.0
    for pair in copies.pairs.values():
        theta, eta = (each.data().asnumpy().astype(np.float64) for each in pair)
        apart, whole = apart + float(((theta - eta) ** 2).sum()), whole + float((theta**2).sum())
    return apart**0.5, (apart / whole) ** 0.5


def _halves(parameter: Any) -> list[tuple[Any, Any]]:
    """The first half of the outputs and the rest, each as its weights and gradients, rows that share the memory."""
    half = parameter.shape[0] // 2
    both = parameter.data(), parameter.grad()
    return [tuple(each[part].reshape((1, -1)) for each in both) for part in (slice(0, half), slice(half, None))]


def _rows(parameter: Any) -> tuple[Any, Any]:
    """All weights and gradients as rows that share the memory."""
    return parameter.data().reshape((1, -1)), parameter.grad().reshape((1, -1))


def _add(row: Any, scale: Any, part: Any, sign: float) -> None:
    """row += sign · scale · part, by `gemm`, which is one pass and one operator."""
    mx.nd.linalg.gemm(scale, part, row, out=row, alpha=sign, beta=1.0)
