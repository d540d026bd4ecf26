"""One run of the coupling alone: pairs of tensors, SGD on the norm of their difference, what they do step by step."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet
from claimbook.experiment.base import Measurement
from claimbook.models.apart import Apart, Objective
from claimbook.papers.homotopy.coupling_views import looked_at
from claimbook.train.frequency import every_epoch
from claimbook.train.loop import Training
from claimbook.train.losses import Losses, NonFinite
from claimbook.train.net_run import NetRun
from claimbook.train.optimizers import Optimizer
from claimbook.train.weights import set_values, weights_of

mx = mxnet()

CLASSES = 10
KEPT_EVERY = 200  # steps after which a run may be kept


class CouplingRun(NetRun):
    """Pairs of tensors on the device, ready to be stepped.

    Args:
        settings: those of `Coupling`. seed: of where the copies start.

    Attributes:
        distances: after each look the signed distances of all tensors, before each step; see `Distances`.
    """

    def __init__(self, settings: Mapping[str, Any], seed: int):
        self._settings, self._plan = settings, [tuple(stage) for stage in settings["plan"]]
        copies = started(settings, seed)
        rows = settings.get("distances", 1)
        pairs = Apart({name: array.shape for name, (array, _) in copies.items()}, rows)
        pairs.initialize(mx.init.Zero())
        weights = weights_of(pairs)
        set_values(weights, {f"{side}_{name}": both[i] for name, both in copies.items()
                             for i, side in enumerate(("first", "second"))})  # fmt: skip
        objective = Objective(pairs)
        ends = list(accumulate(int(steps) for _, _, steps in self._plan))
        levels = [mx.nd.array([level]) for level, _, _ in self._plan]
        optimizer: Any = Optimizer(
            weights,
            "momentum",
            lambda step: self._plan[min(bisect_right(ends, step), len(ends) - 1)][1],
            momentum=settings["momentum"],
            l2=settings["weight_decay"],
        )
        if "push" in settings:
            optimizer = Pushed(optimizer, weights, settings["push"], seed)
        losses, self.distances = Losses(), Distances(objective, signed="push" not in settings)
        callbacks = [losses, self.distances, every_epoch(losses.read)]
        super().__init__(
            objective, weights, optimizer, lambda step: (levels[bisect_right(ends, step)],),
            Training(ends[-1], min(KEPT_EVERY, ends[-1])), losses, callbacks,
        )  # fmt: skip
        self._names = list(copies)

    def measurement(self) -> Measurement:
        """What the run measured, as far as it came."""
        diverged = self.diverged_by is not None
        names = self._names if self._settings["start"] != "distances" else None
        found = looked_at(self._settings, np.array(self.distances.values), names, diverged)
        return Measurement(*found, self.losses.values[:20], diverged, {"tensors": self.distances.values[0].size})


class Pushed:
    """An optimizer that adds to each gradient a random one, normal and then scaled to the norm `push`, before it steps.

    What is added depends on the seed, the step and the weight's name alone, so that a run can go on at any step.
    """

    def __init__(self, optimizer: Optimizer, weights: Mapping[str, Any], push: float, seed: int):
        self._optimizer, self._weights, self._push, self._seed = optimizer, weights, push, seed

    def update(self, step: int) -> None:
        """Add, and step."""
        for name, weight in self._weights.items():
            drawn = seeds.stream(self._seed, f"push/{step}/{name}").standard_normal(weight.shape, np.float32)
            weight.grad()[:] += mx.nd.array(drawn * (self._push / np.linalg.norm(drawn)))
        self._optimizer.update(step)

    def state(self) -> dict[str, Any]:
        """The optimizer's."""
        return self._optimizer.state()

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take it."""
        self._optimizer.go_on_from(state)


class Distances:
    """A callback: the distance of every tensor before each step, in `values`, one (tensors,) array a step.

    Signed, it changes its sign where a copy jumps over the other. Nothing else pushes a difference out of the line on
    which it starts, so one of its entries tells on which side it is. Reading them waits for the device.
    """

    name = "distances"

    def __init__(self, objective: Objective, signed: bool = True):
        self._objective, self._signed, self._start = objective, signed, None
        self.values: list[np.ndarray] = []

    def __call__(self, training: Training) -> None:
        norms, entries = (array.asnumpy().astype(np.float64) for array in self._objective.seen)
        if not np.isfinite(norms).all():
            raise NonFinite(training.step)
        if self._start is None:
            self._start = np.sign(entries)
        self.values.append(norms * np.sign(entries) * self._start if self._signed else norms)

    def state(self) -> dict[str, Any]:
        """All distances, (steps, tensors), and the signs at the start."""
        return {"values": np.array(self.values), "start": self._start}

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take what was kept."""
        self.values, self._start = list(np.asarray(state["values"])), np.asarray(state["start"])


def started(settings: Mapping[str, Any], seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Tensor → where its two copies start, float64.

    "heads": two draws of three linear layers as PyTorch makes them, uniform in ±1/√inputs, weights and biases.
    "close": the same, the second copy moved towards the first until only `closeness` of their difference is left.
    "distances": the second copy 0, the first uniform in (0, `farthest`], each a tensor of one number.
    """
    if settings["start"] == "distances":
        count = settings["distances"]
        drawn = settings["farthest"] * (1 - seeds.stream(seed, "start/distances").random((count, 1)))
        return {"distances": (drawn, np.zeros((count, 1)))}
    found = {name: tuple(_linear(seed, side, name, shape, settings["width"]) for side in ("first", "second"))
             for name, shape in shapes(settings["width"]).items()}  # fmt: skip
    share = settings.get("closeness", 1.0)
    return {name: (one, one + share * (other - one)) for name, (one, other) in found.items()}


def shapes(width: int) -> dict[str, tuple[int, ...]]:
    """The tensors of a head: VGG11's has layers of 512, 512 and 10 units behind 512 features."""
    layers = {"first": (width, width), "second": (width, width), "third": (CLASSES, width)}
    return {f"{layer}_{kind}": size for layer, whole in layers.items() for kind, size in
            (("weight", whole), ("bias", whole[:1]))}  # fmt: skip


def _linear(seed: int, side: str, name: str, shape: Sequence[int], inputs: int) -> np.ndarray:
    limit = 1 / math.sqrt(inputs)
    return seeds.stream(seed, f"start/{side}/{name}").uniform(-limit, limit, tuple(shape))
