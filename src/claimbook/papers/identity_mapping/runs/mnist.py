"""One run on MNIST: its training, what is observed after each epoch, and where it stands in between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.data.batches import Batches
from claimbook.data.mnist import CLASSES, load_mnist
from claimbook.experiment.base import Measurement
from claimbook.models.identity_net import IdentityNet, start
from claimbook.models.losses import CrossEntropy
from claimbook.papers.identity_mapping.mnist_study import METRICS
from claimbook.train.evaluation import answers, error
from claimbook.train.frequency import every_epoch
from claimbook.train.loop import Training
from claimbook.train.losses import Losses, NonFinite
from claimbook.train.net_run import NetRun
from claimbook.train.optimizers import Optimizer
from claimbook.train.watching import Curve
from claimbook.train.weights import set_values, weights_of

mx = mxnet()


class MnistRun(NetRun):
    """A net with its data on the device, ready to train.

    Args:
        settings: those of `MnistStudy`. seed: of the start and of the order. stand_in: which data.

    Attributes:
        losses: the cross-entropy of every minibatch, before its step.
        errors: after each epoch the "iteration" and the "test_error", a share.
    """

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        data, count = load_mnist(stand_in=stand_in), settings["train_images"]
        self._facts = data.facts()
        images = data.train_x[:count], data.train_y[:count]
        named = {"classes": CLASSES, "last": "drop", "name": "the training images"}
        batches = Batches(*images, settings["batch"], seed, **named)
        self._test = mx.nd.array(data.test_x, dtype="uint8"), data.test_y
        self._majority_error = float(np.mean(data.test_y != np.bincount(data.train_y[:count]).argmax()))
        self._net = IdentityNet(activation=settings["activation"], identity=settings["identity"])
        self._net.initialize(mx.init.Zero())
        weights = weights_of(self._net)
        set_values(weights, start(self._net, seed, settings["start"]))
        objective = CrossEntropy(self._net)
        objective.hybridize(static_alloc=True, static_shape=True)
        optimizer = Optimizer(weights, settings["method"], settings["learning_rate"])
        training = Training(settings["epochs"] * batches.steps_per_epoch, batches.steps_per_epoch)
        losses, self.errors = Losses(), Curve("test-error", self._observe)
        callbacks = [losses, every_epoch(losses.read), every_epoch(self.errors)]
        super().__init__(objective, weights, optimizer, batches.batch_of, training, losses, callbacks)

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
        inputs, targets = self._test
        wrong = error(answers(self._net, inputs), targets)
        if math.isnan(wrong):
            raise NonFinite(training.step)
        epoch = self.losses.values[-training.epoch_steps :]
        row = {"test_error": wrong, "train_loss": math.fsum(epoch) / len(epoch)}
        slope = next((p for name, p in self._weights.items() if name.endswith("slope")), None)
        return row if slope is None else row | {"slope": float(slope.data().asscalar())}
