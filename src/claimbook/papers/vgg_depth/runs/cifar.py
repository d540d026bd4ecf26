"""One run on CIFAR-100: its training, what is observed after each epoch, and where it stands in between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.compat import mxnet
from claimbook.data.augment import composed, crop, horizontal_flip
from claimbook.data.cifar import load_cifar
from claimbook.experiment.base import Measurement
from claimbook.models.classifier import Objective
from claimbook.papers.vgg_depth.nets import net_of, start_of, watched
from claimbook.papers.vgg_depth.study import METRICS, which
from claimbook.train.accuracies import Accuracies
from claimbook.train.evaluation import answers, cross_entropy, error
from claimbook.train.frequency import every_epoch
from claimbook.train.gradient_size import GradientSizes
from claimbook.train.image_batches import image_batches
from claimbook.train.loop import Training
from claimbook.train.losses import Losses, NonFinite
from claimbook.train.net_run import NetRun
from claimbook.train.optimizers import Optimizer
from claimbook.train.schedules import cosine, per_epoch
from claimbook.train.watching import BestWeights, Curve
from claimbook.train.weights import set_values, weights_of

mx = mxnet()


class CifarRun(NetRun):
    """A net with its data on the device, ready to train.

    Args:
        settings: those of `CifarStudy`. seed: of start, order, augmentation and dropout. stand_in: which data.

    Attributes:
        losses: the cross-entropy of every minibatch, before its step.
        curve: after each epoch "iteration", "train_accuracy", "train_loss", "validation_accuracy", "validation_loss".
    """

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        data = load_cifar(**which(settings), stand_in=stand_in)
        self._facts = data.facts()
        batch_of, epoch_steps = image_batches(data, settings, seed, composed(crop(4), horizontal_flip()))
        self._validation = mx.nd.array(data.validation_x, dtype="uint8"), data.validation_y
        self._test = data.test_x, data.test_y
        self._net = net_of(settings, len(data.classes))
        self._net.initialize(mx.init.Zero())
        weights = weights_of(self._net)
        set_values(weights, start_of(self._net, settings, seed))
        objective = Objective(self._net)
        optimizer = _optimizer(weights, settings, epoch_steps)
        losses, self._accuracies = Losses(), Accuracies(objective)
        self.curve = Curve("learning", self._observe)
        self._best = BestWeights(weights, lambda: self.curve.last("validation_accuracy"), "higher")
        self._gradients = GradientSizes(weights, watched(self._net))
        each_epoch = (losses.read, self._accuracies.read, self._gradients, self.curve, self._best)
        callbacks = [losses, self._accuracies, *map(every_epoch, each_epoch)]
        training = Training(settings["epochs"] * epoch_steps, epoch_steps)
        super().__init__(objective, weights, optimizer, batch_of, training, losses, callbacks)

    def measurement(self) -> Measurement:
        """What the run measured, as far as it came; the net then has the weights of the best epoch."""
        metrics: dict[str, float | None] = {metric.name: None for metric in METRICS}
        flow = {"gradient-flow": _flow(self._gradients.first, self._gradients.last)}
        if self.diverged_by is None:
            metrics |= _of_curve(self.curve.columns, self._best.best.at)
            metrics |= _of_flow(self._gradients.first, "first") | _of_flow(self._gradients.last, "last")
            metrics |= dict(zip(("last-test-accuracy", "last-test-loss"), self._seen(*self._test), strict=True))
            self._best.restore()
            metrics |= dict(zip(("test-accuracy", "test-loss"), self._seen(*self._test), strict=True))
            metrics["gap"] = metrics["train-accuracy"] - metrics["test-accuracy"]
        diverged, curves = self.diverged_by is not None, {"learning": self.curve.columns}
        return Measurement(metrics, curves, flow, self.losses.values[:20], diverged, self._facts)

    def _observe(self, training: Training) -> dict[str, float]:
        accuracy, loss = self._seen(*self._validation)
        if not math.isfinite(loss):
            raise NonFinite(training.step)
        row = {"validation_accuracy": accuracy, "validation_loss": loss}
        for name, steps in (("accuracy", self._accuracies), ("loss", self.losses)):
            epoch = steps.values[-training.epoch_steps :]
            row[f"train_{name}"] = math.fsum(epoch) / len(epoch)
        return row

    def _seen(self, inputs: Any, targets: np.ndarray) -> tuple[float, float]:
        """Accuracy and cross-entropy on images that are not trained on."""
        outputs = answers(self._net, mx.nd.array(inputs, dtype="uint8"))
        return round(1 - error(outputs, targets), 12), cross_entropy(outputs, targets)  # a whole number of images


def _optimizer(weights: Mapping[str, Any], settings: Mapping[str, Any], epoch_steps: int) -> Any:
    """Adam with L2 on all that is trained, its rate a cosine that falls once an epoch."""
    falling = cosine(settings["learning_rate"], settings["epochs"], settings["final_rate"])
    return Optimizer(weights, "adam", per_epoch(falling, epoch_steps), l2=settings["weight_decay"])


def _of_curve(columns: Mapping[str, list[float]], best: int) -> dict[str, float]:
    """The metrics of the last epoch, and those of the best one, which ended with step `best`."""
    at = columns["iteration"].index(best)
    found = {"best-epoch": float(at + 1)}
    for name in ("train_accuracy", "train_loss", "validation_accuracy", "validation_loss"):
        own = name.replace("_", "-")
        found |= {own: columns[name][-1], f"best-{own}": columns[name][at]}
    return found


def _of_flow(sizes: Mapping[str, float], when: str) -> dict[str, float | None]:
    """The metrics of the layers' gradients; the last name is the linear layer's, the one before it a convolution's."""
    each = list(sizes.values())
    return {
        f"gradient-{when}": math.fsum(each) / len(each),
        f"least-gradient-{when}": min(each),
        f"entry-ratio-{when}": each[0] / each[-2] if each[-2] else None,
    }


def _flow(first: Mapping[str, float], last: Mapping[str, float]) -> list[dict[str, Any]]:
    return [{"layer": name, "first": first[name], "last": last[name]} for name in first]
