"""One run on handwritten symbols: its training, what is observed after each epoch, and where it stands in between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.claims.statistics import wilson
from claimbook.compat import mxnet
from claimbook.data.batches import Batches
from claimbook.data.symbol_leaks import leaks
from claimbook.data.symbols import load_symbols
from claimbook.experiment.base import Measurement
from claimbook.models.classifier import Objective
from claimbook.papers.math_symbols import scores
from claimbook.papers.math_symbols.nets import net_of, start_of
from claimbook.papers.math_symbols.runs.augmenting import augmented, whitened
from claimbook.papers.math_symbols.study import METRICS, PLATEAU, which
from claimbook.train.accuracies import Accuracies
from claimbook.train.evaluation import answers, cross_entropy, error
from claimbook.train.frequency import every_epoch
from claimbook.train.loop import Training
from claimbook.train.losses import Losses, NonFinite
from claimbook.train.net_run import NetRun
from claimbook.train.optimizers import Optimizer
from claimbook.train.plateau import Plateau
from claimbook.train.plateau_rate import PlateauRate
from claimbook.train.randomness import reseeded
from claimbook.train.watching import BestWeights, Curve, EarlyStopping
from claimbook.train.weights import set_values, values, weights_of

mx = mxnet()

TOGETHER = 2_000  # images brought to the device at once; a multiple of those that are evaluated at once
MOST_CLASSES = 20  # of which the whole confusion matrix is kept


class SymbolRun(NetRun):
    """The paper's net with its data, ready to train.

    Args:
        settings: those of `SymbolStudy`. seed: of split, start, order, augmentation and dropout. stand_in: which data.

    Attributes:
        losses: the cross-entropy of every minibatch, before its step.
        curve: after each epoch "iteration"; "train_accuracy" and "train_loss", means over the epoch's images as they
            were trained on; "validation_accuracy" and "validation_loss"; "rate", the epoch's learning rate.
        data: the `SymbolImages`. net: the Gluon block; after the training it has the weights of the last epoch.
    """

    def __init__(self, settings: Mapping[str, Any], seed: int, stand_in: bool):
        self.data = data = load_symbols(**which(settings), seed=seed, stand_in=stand_in)
        self._white = whitened(settings, data.train_x)
        self._batches = Batches(
            data.train_x,
            data.train_y,
            settings["batch"],
            seed,
            classes=len(data.classes),
            augment=augmented(settings, self._white),
            name="the training images",
        )
        self.net = net_of(settings, len(data.classes))
        self.net.initialize(mx.init.Zero())
        weights = weights_of(self.net)
        set_values(weights, start_of(self.net, settings, seed))
        objective, self._optimizer = Objective(self.net), _optimizer(weights, settings)
        losses, self._accuracies = Losses(), Accuracies(objective)
        self.curve = Curve("learning", self._observe)
        self._best = BestWeights(weights, lambda: self.curve.last("validation_accuracy"), "higher")
        each_epoch = [losses.read, self._accuracies.read, self.curve, self._best, *self._rules(settings)]
        epoch_steps = self._batches.steps_per_epoch
        training = Training(settings["epochs"] * epoch_steps, epoch_steps)
        callbacks = [losses, self._accuracies, *map(every_epoch, each_epoch)]
        batch_of = reseeded(self._batches.batch_of, seed)
        super().__init__(objective, weights, self._optimizer, batch_of, training, losses, callbacks)

    def measurement(self) -> Measurement:
        """What the run measured, as far as it came."""
        metrics: dict[str, float | None] = {metric.name: None for metric in METRICS}
        tables: dict[str, list[dict[str, Any]]] = {}
        if self.diverged_by is None:
            outputs = self.outputs(self.data.test_x)
            metrics |= self._of_curve() | self._tested(outputs) | self._of_best()
            metrics["clean-train-accuracy"] = _accuracy(self.outputs(self.data.train_x), self.data.train_y)
            tables = self._tables(outputs)
        curves, diverged = {"learning": self.curve.columns}, self.diverged_by is not None
        return Measurement(metrics, curves, tables, self.losses.values[:20], diverged, self.data.facts())

    def outputs(self, images: np.ndarray) -> np.ndarray:
        """The logits of images (n, 3, side, side) with pixels from 0 to 255: (n, classes) float32."""
        parts = []
        for at in range(0, len(images), TOGETHER):
            some = images[at : at + TOGETHER]
            some = some if self._white is None else self._white(some)
            parts.append(answers(self.net, mx.nd.array(some, dtype=some.dtype)))
        return np.concatenate(parts)

    def _rules(self, settings: Mapping[str, Any]) -> list[Any]:
        """Early stopping, and what lowers the rate."""
        rules = [EarlyStopping(lambda: self.curve.last("validation_accuracy"), settings["patience"], "higher")]
        if settings["rate_rule"] == PLATEAU:
            floor = settings["least_rate"] / settings["learning_rate"]
            plateau = Plateau(settings["rate_factor"], settings["rate_patience"], floor=floor)
            rules.insert(0, PlateauRate(self._optimizer, lambda: self.curve.last("validation_loss"), plateau))
        return rules

    def _observe(self, training: Training) -> dict[str, float]:
        outputs, labels = self.outputs(self.data.validation_x), self.data.validation_y
        loss = cross_entropy(outputs, labels)
        if not math.isfinite(loss):
            raise NonFinite(training.step)
        return {
            "train_accuracy": self._epoch(self._accuracies.values),
            "train_loss": self._epoch(self.losses.values),
            "validation_accuracy": _accuracy(outputs, labels),
            "validation_loss": loss,
            "rate": self._optimizer.rate_at(training.step),
        }

    def _epoch(self, of_steps: list[float]) -> float:
        """The mean over the images of an epoch, as far as it came, of what is known of its minibatches."""
        done, steps = len(of_steps), self._batches.steps_per_epoch
        first = (done - 1) // steps * steps
        counts = [len(self._batches.rows(step)) for step in range(first, done)]
        return math.fsum(np.multiply(counts, of_steps[first:])) / sum(counts)

    def _of_curve(self) -> dict[str, float]:
        columns = self.curve.columns
        names = ("train_accuracy", "train_loss", "validation_accuracy", "validation_loss")
        last = {name.replace("_", "-"): columns[name][-1] for name in names}
        gap = last["validation-accuracy"] - last["train-accuracy"]
        return last | {"gap": gap, "epochs": float(len(columns["iteration"]))}

    def _tested(self, outputs: np.ndarray) -> dict[str, float | None]:
        """The metrics of the test images, of these answers to them."""
        data, truth = self.data, self.data.test_y
        right, leak = outputs.argmax(axis=1) == truth, leaks(self.data)
        matrix = self._matrix(outputs)
        low, high = wilson(int(right.sum()), len(right))
        return {
            "test-accuracy": _accuracy(outputs, truth),
            "test-loss": cross_entropy(outputs, truth),
            "macro-f1": float(scores.f1(matrix).mean()),
            "errors": float((~right).sum()),
            "test-low": low,
            "test-high": high,
            "test-images": float(len(right)),
            "copied-share": float(leak.same.mean()),
            "near-share": float(leak.near.mean()),
            "unseen-accuracy": None if leak.same.all() else float(right[~leak.same].mean()),
            "six-nine": scores.swapped(matrix, data.classes, "6", "9"),
            "plus-times": scores.swapped(matrix, data.classes, "+", "×"),
        }

    def _of_best(self) -> dict[str, float]:
        """The metrics of the best epoch; the net has its last weights before and after."""
        at, last = self.curve.columns["iteration"].index(self._best.best.at), values(self._weights)
        self._best.restore()
        outputs = self.outputs(self.data.test_x)
        set_values(self._weights, last)
        return {
            "best-epoch": float(at + 1),
            "best-validation-accuracy": self.curve.columns["validation_accuracy"][at],
            "best-test-accuracy": _accuracy(outputs, self.data.test_y),
            "best-macro-f1": float(scores.f1(self._matrix(outputs)).mean()),
        }

    def _matrix(self, outputs: np.ndarray) -> np.ndarray:
        return scores.confusion(self.data.test_y, outputs.argmax(axis=1), len(self.data.classes))

    def _tables(self, outputs: np.ndarray) -> dict[str, list[dict[str, Any]]]:
        data, matrix = self.data, self._matrix(outputs)
        named = (data.classes, data.files["test"], data.shas["test"])
        few = len(data.classes) <= MOST_CLASSES
        whole = {"confusion": scores.matrix_rows(matrix, data.classes)} if few else {}
        return whole | {
            "confused": scores.confused_rows(matrix, data.classes),
            "classes": scores.class_rows(matrix, data.classes),
            "mistakes": scores.mistakes(outputs, data.test_y, *named),
        }


def _accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    return round(1 - error(outputs, labels), 12)  # a whole number of images


def _optimizer(weights: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
    """Adam with Keras' ε and where it puts it, or plain stochastic gradient descent."""
    keras = {"form": "keras", "epsilon": 1e-7} if settings["optimizer"] == "adam" else {}
    return Optimizer(weights, settings["optimizer"], settings["learning_rate"], **keras)
