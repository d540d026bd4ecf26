"""One run on MNIST: its training, what is observed after each epoch, and where it stands in between."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from claimbook.data.mnist import CLASSES, load_mnist
from claimbook.experiment.base import Measurement
from claimbook.papers.identity_mapping.mnist_study import METRICS

if TYPE_CHECKING:
    from claimbook.train.loop import Training


class MnistRun:
    """A net with its data on the device, ready to train.

    Args:
        settings: those of `MnistStudy`. seed: of the start and of the order. stand_in: which data.

    Attributes:
        steps: how many there will be. losses: the cross-entropy of every minibatch, before its step.
        errors: after each epoch the "iteration" and the "test_error", a share. diverged_by: the step by which a loss or
            an answer was not finite, or None.
    """

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        from claimbook.compat import mxnet
        from claimbook.data.batches import Batches
        from claimbook.models.identity_net import IdentityNet, start
        from claimbook.models.losses import CrossEntropy
        from claimbook.train.frequency import every_epoch
        from claimbook.train.loop import Training
        from claimbook.train.losses import Losses
        from claimbook.train.optimizers import Optimizer
        from claimbook.train.watching import Curve
        from claimbook.train.weights import set_values, weights_of

        mx, data = mxnet(), load_mnist(stand_in=stand_in)
        count = settings["train_images"]
        self._facts = data.facts()
        self._batches = Batches(
            data.train_x[:count],
            data.train_y[:count],
            settings["batch"],
            seed,
            classes=CLASSES,
            last="drop",
            name="the training images",
        )
        self._test = mx.nd.array(data.test_x, dtype="uint8"), data.test_y
        self._majority_error = float(np.mean(data.test_y != np.bincount(data.train_y[:count]).argmax()))
        self._net = IdentityNet(activation=settings["activation"], identity=settings["identity"])
        self._net.initialize(mx.init.Zero())
        self._weights = weights_of(self._net)
        set_values(self._weights, start(self._net, seed, settings["start"]))
        self._objective = CrossEntropy(self._net)
        self._objective.hybridize(static_alloc=True, static_shape=True)
        self._optimizer = Optimizer(self._weights, settings["method"], settings["learning_rate"])
        self._epoch_steps = self._batches.steps_per_epoch
        self.steps = settings["epochs"] * self._epoch_steps
        self._training = Training(self.steps, self._epoch_steps)
        self.losses, self.errors = Losses(), Curve("test-error", self._observe)
        self.diverged_by: int | None = None
        self._callbacks = [self.losses, every_epoch(self.losses.read), every_epoch(self.errors)]

    def train(
        self,
        state: Mapping[str, Any] | None = None,
        step_done: Callable[[int], None] = lambda at: None,
        keep: Callable[[], None] = lambda: None,
        until: int | None = None,
    ) -> None:
        """Train to the end, or to step `until`, from the start or from where `state` stood, bit for bit the same.

        Args:
            state: what `state` gave. step_done: called with the number of steps done, after each.
            keep: called after each epoch, when `state` may be asked for.
        """
        from claimbook.train.frequency import every_epoch
        from claimbook.train.loop import train
        from claimbook.train.losses import NonFinite
        from claimbook.train.resume import go_on_from

        if state is not None:
            go_on_from(state, self._training, self._weights, self._optimizer, self._callbacks)
        self._training.steps = min(self.steps, until or self.steps)
        told = [lambda training: step_done(training.step), every_epoch(lambda training: keep())]
        try:
            train(self._objective, self._optimizer, self._batches.batch_of, self._training, [*self._callbacks, *told])
        except NonFinite as stopped:
            self.diverged_by = stopped.by

    def state(self) -> dict[str, Any]:
        """Where the run stands: JSON values and NumPy arrays."""
        from claimbook.train.resume import state_of

        return state_of(self._training, self._weights, self._optimizer, self._callbacks)

    def measurement(self) -> Measurement:
        """What the run measured, as far as it came."""
        metrics: dict[str, float | None] = {metric.name: None for metric in METRICS}
        curve, losses = self.errors.columns, self.losses.values
        if self.diverged_by is None:
            errors = curve["test_error"]
            metrics["test-error"], metrics["best-test-error"] = errors[-1], min(errors)
            metrics["train-loss"] = curve["train_loss"][-1]
            metrics["majority-epochs"] = sum(e == self._majority_error for e in errors) / len(errors)
            metrics["slope"] = curve["slope"][-1] if "slope" in curve else None
        return Measurement(metrics, {"error": curve}, {}, losses[:20], self.diverged_by is not None, self._facts)

    def _observe(self, training: Training) -> dict[str, float]:
        from claimbook.train.evaluation import answers, error
        from claimbook.train.losses import NonFinite

        inputs, targets = self._test
        wrong = error(answers(self._net, inputs), targets)
        if math.isnan(wrong):
            raise NonFinite(training.step)
        epoch = self.losses.values[-self._epoch_steps :]
        row = {"test_error": wrong, "train_loss": math.fsum(epoch) / len(epoch)}
        slope = next((p for name, p in self._weights.items() if name.endswith("slope")), None)
        return row if slope is None else row | {"slope": float(slope.data().asscalar())}
