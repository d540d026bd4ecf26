"""One run of stochastic gradient steps on H: two copies of a small net, and means of what the theorems speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from claimbook.compat import mxnet
from claimbook.data.batches import Batches
from claimbook.data.mnist import CLASSES
from claimbook.experiment.base import Measurement
from claimbook.models.two_copies import TwoCopies, start
from claimbook.papers.homotopy.convergence_data import examples, optimum
from claimbook.papers.homotopy.runs.convergence_means import Convex, Means, Nonconvex
from claimbook.papers.homotopy.runs.convergence_views import viewed
from claimbook.train.frequency import every_epoch
from claimbook.train.homotopy import Homotopy
from claimbook.train.loop import Training
from claimbook.train.losses import Losses
from claimbook.train.net_run import NetRun
from claimbook.train.optimizers import Optimizer
from claimbook.train.schedules import staircase
from claimbook.train.splits import split
from claimbook.train.weights import set_values, weights_of

mx = mxnet()


class ConvergenceRun(NetRun):
    """Two copies with their data on the device, ready to be stepped.

    Args:
        settings: those of `Convergence`. seed: of the start and of the order. stand_in: which data.

    Attributes:
        losses: f(θ) + f(η) of every minibatch, before its step. means: what was seen so far.
    """

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        x, y, self._facts = examples(settings, stand_in)
        convex = settings["problem"] == "convex"
        self._best = optimum(settings, stand_in) if convex else None
        batches = Batches(x, y, settings["batch"], seed, classes=CLASSES, last="drop", name="the images")
        block = TwoCopies(settings["problem"], x.shape[1], settings.get("hidden", 1))
        block.initialize(mx.init.Zero())
        block.hybridize(static_alloc=True)
        weights = weights_of(block)
        set_values(weights, start(block, seed))
        homotopy = coupled(weights, settings["level"])
        optimizer = Steps(_optimizer(weights, settings), homotopy, level_of(settings))
        seen = (
            Convex(weights, x, y, self._best) if convex else Nonconvex(weights, homotopy, block, *_all(batches, x, y))
        )
        self.means, losses = Means(seen, optimizer, settings), Losses()
        self.means.begin()
        callbacks = [losses, self.means, every_epoch(losses.read)]
        training = Training(settings["steps"], min(batches.steps_per_epoch, settings["steps"]))
        super().__init__(block, weights, optimizer, batches.batch_of, training, losses, callbacks)
        self._settings = settings

    def measurement(self) -> Measurement:
        """What the run measured, as far as it came."""
        diverged = self.diverged_by is not None
        metrics, curves = viewed(self._settings, self.means, self._best, diverged)
        return Measurement(metrics, curves, {}, self.losses.values[:20], diverged, self._facts)


class Steps:
    """An optimizer on H: the quadratic terms' gradients at the step's L go to those that stand there, then it steps.

    level_of: step (from 0) → L.
    """

    def __init__(self, optimizer: Optimizer, homotopy: Homotopy, level_of: Callable[[int], float]):
        self._optimizer, self._homotopy, self.level_of = optimizer, homotopy, level_of
        self.rate_at = optimizer.rate_at

    def update(self, step: int) -> None:
        """θ ← θ − γ (∇f of the minibatch + ∇ of the quadratic terms), by the optimizer's method; explicit."""
        self._homotopy.level = self.level_of(step)
        self._homotopy.add_gradients()
        self._optimizer.update(step)

    def state(self) -> dict[str, Any]:
        """The optimizer's."""
        return self._optimizer.state()

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Take it."""
        self._optimizer.go_on_from(state)


def coupled(weights: Mapping[str, Any], level: float) -> Homotopy:
    """The quadratic terms over the weights "theta.…" and "eta.…": pins at 0, halves of each layer's outputs."""
    copies = [
        {name.removeprefix(side): each for name, each in weights.items() if name.startswith(side)}
        for side in ("theta.", "eta.")
    ]
    first = split({name: each.shape for name, each in copies[0].items()}, "output-halves")
    return Homotopy(*copies, first, level=level)


def level_of(settings: Mapping[str, Any]) -> Callable[[int], float]:
    """step (from 0) → L: fixed for a net; for the convex problem L over a power of the number of the step."""
    power = settings.get("level_power", 0.0)
    return lambda step: settings["level"] / (step + 1) ** power


def rate_of(settings: Mapping[str, Any]) -> Callable[[int], float]:
    """step (from 0) → γ: γ₁ over a power of the number of the step, or the experiments' own, halved over and over."""
    if "falls_by" in settings:
        return lambda step: settings["rate"] / (step + 1) ** settings["falls_by"]
    return staircase(settings["own_rate"], 0.5, max(1, settings["steps"] // (settings["own_halvings"] + 1)))


def _optimizer(weights: Mapping[str, Any], settings: Mapping[str, Any]) -> Optimizer:
    if "falls_by" in settings:
        return Optimizer(weights, "sgd", rate_of(settings))
    return Optimizer(weights, "momentum", rate_of(settings), momentum=settings["own_momentum"])


def _all(batches: Batches, x: Any, y: Any) -> tuple[Any, Any]:
    return batches.on_device(x.astype("float32")), batches.on_device(y.astype("float32"))
