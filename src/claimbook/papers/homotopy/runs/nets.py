"""One run on CIFAR-10: its training, what is observed after each epoch, and where it stands in between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from claimbook.compat import mxnet
from claimbook.data.augment import composed, crop, horizontal_flip
from claimbook.data.cifar import load_cifar
from claimbook.experiment.base import Measurement
from claimbook.papers.homotopy.nets import METRICS, RELEASED, SGD, total_steps, which
from claimbook.papers.homotopy.nets_schedule import levels, rates
from claimbook.papers.homotopy.runs.nets_copies import Copies, Objective, copies_of
from claimbook.papers.homotopy.runs.nets_terms import Homotopic, Norms, Quadratic, distances
from claimbook.train.accuracies import Accuracies
from claimbook.train.evaluation import answers, cross_entropy, error
from claimbook.train.frequency import every_epoch
from claimbook.train.image_batches import image_batches
from claimbook.train.loop import Training
from claimbook.train.losses import Losses, NonFinite
from claimbook.train.net_run import NetRun
from claimbook.train.optimizers import Optimizer
from claimbook.train.watching import Curve

mx = mxnet()


class HomotopyRun(NetRun):
    """A net, or a net and its copy, with the data on the device, ready to train.

    Args:
        settings: those of `HomotopyNets`. seed: of start, order, augmentation and dropout. stand_in: which data.

    Attributes:
        losses: the cross-entropy of every minibatch, before its step; of two copies the mean.
        curve: after each epoch "iteration", "train_accuracy" and "train_loss", means over its minibatches as they were
            trained on, and "validation_accuracy" and "validation_loss" of the test images, by θ.
        path: of two copies, after each epoch "iteration", "level", the L of its steps, "objective" and "distance".
            The objective is the mean over the epoch of f(θ) + f(η) with the homotopy's terms added: of the released
            code their mean over the same steps, of equation (3) what they are at its end.
    """

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        data = load_cifar(**which(settings), stand_in=stand_in)
        self._facts, self._test = data.facts(), (data.test_x, data.test_y)
        batch_of, epoch_steps = image_batches(data, settings, seed, composed(horizontal_flip(), crop(4)))
        self._copies = copies_of(settings, len(data.classes), seed)
        objective = Objective(self._copies)
        plain = Optimizer(
            self._copies.weights,
            "momentum",
            rates(settings, epoch_steps),
            momentum=settings["momentum"],
            l2=settings["weight_decay"],
        )
        losses, self._accuracies = MeanLosses(objective), Accuracies(objective)
        self.curve, self.path = Curve("learning", self._observe), Curve("homotopy", self._look)
        callbacks = [losses, self._accuracies, *map(every_epoch, (losses.read, self._accuracies.read))]
        optimizer: Any = plain
        if settings["way"] != SGD:
            self._terms = _terms(self._copies, settings, seed)
            optimizer = self._homotopic = Homotopic(plain, self._terms, levels(settings["schedule"], epoch_steps))
            each = [self._terms, every_epoch(self._terms.read)] if settings["way"] == RELEASED else []
            callbacks += [*each, every_epoch(self.path)]
        training = Training(total_steps(settings, epoch_steps), epoch_steps)
        callbacks.append(every_epoch(self.curve))
        super().__init__(objective, self._copies.weights, optimizer, batch_of, training, losses, callbacks)

    def measurement(self) -> Measurement:
        """What the run measured, as far as it came."""
        metrics: dict[str, float | None] = {metric.name: None for metric in METRICS}
        if self.diverged_by is None:
            metrics |= _of_curve(self.curve.columns)
            if self._copies.eta is not None:
                metrics["copy-accuracy"] = self._seen(self._copies.eta)[0]
                metrics["objective"] = self.path.last("objective")
                metrics["distance"], metrics["relative-distance"] = distances(self._copies)
        curves = {"learning": self.curve.columns}
        if self._copies.eta is not None:
            curves["homotopy"] = self.path.columns
        diverged = self.diverged_by is not None
        return Measurement(metrics, curves, {}, self.losses.values[:20], diverged, self._facts)

    def _observe(self, training: Training) -> dict[str, float]:
        accuracy, loss = self._seen(self._copies.theta)
        if not math.isfinite(loss):
            raise NonFinite(training.step)
        row = {"validation_accuracy": accuracy, "validation_loss": loss}
        for name, steps in (("accuracy", self._accuracies), ("loss", self.losses)):
            row[f"train_{name}"] = _mean_of_epoch(steps, training)
        return row

    def _look(self, training: Training) -> dict[str, float]:
        terms, apart = self._terms.of_epoch(training), distances(self._copies)[0]
        if not math.isfinite(terms + apart):
            raise NonFinite(training.step)
        level = self._homotopic.level_of(training.step - 1)
        return {"level": level, "objective": 2 * _mean_of_epoch(self.losses, training) + terms, "distance": apart}

    def _seen(self, net: Any) -> tuple[float, float]:
        """Accuracy and cross-entropy of a copy on the test images."""
        inputs, targets = self._test
        outputs = answers(net, mx.nd.array(inputs, dtype="uint8"))
        return round(1 - error(outputs, targets), 12), cross_entropy(outputs, targets)  # a whole number of images


class MeanLosses(Losses):
    """A callback: in `values` the cross-entropy of every step, of two copies the mean."""

    def __init__(self, objective: Objective):
        super().__init__()
        self._objective = objective

    def __call__(self, training: Training) -> None:
        self._waiting.append(self._objective.cross_entropy)
        if len(self._waiting) > 2:
            self._waiting[-3].wait_to_read()


def _terms(copies: Copies, settings: Mapping[str, Any], seed: int) -> Any:
    if settings["way"] == RELEASED:
        return Norms(copies, settings["norms"])
    return Quadratic(copies, settings["split"], settings["pins"], seed, settings["momentum"])


def _mean_of_epoch(steps: Losses, training: Training) -> float:
    epoch = steps.values[-training.epoch_steps :]
    return math.fsum(epoch) / len(epoch)


def _of_curve(columns: Mapping[str, list[float]]) -> dict[str, float]:
    """The metrics of the last epoch and of the best one."""
    accuracies = columns["validation_accuracy"]
    best = max(accuracies)
    return {
        "last-accuracy": accuracies[-1],
        "last-error": round(1 - accuracies[-1], 12),
        "best-accuracy": best,
        "best-error": round(1 - best, 12),
        "best-epoch": float(accuracies.index(best) + 1),
        "test-loss": columns["validation_loss"][-1],
        "train-accuracy": columns["train_accuracy"][-1],
        "train-loss": columns["train_loss"][-1],
    }
