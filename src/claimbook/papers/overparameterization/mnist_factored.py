"""Experiment 4 of the slides: TensorFlow's MNIST tutorial net, and its twin with factored dense matrices."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.data.mnist import identity
from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.record.unfinished import Unfinished

IMAGES = 60_000  # of MNIST's training part; the first become the validation images, as in the tutorial
LEVELS = (0.5, 0.1)  # training losses whose first step is told


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change. The values at `paper` are the tutorial's."""

    epochs: int = parameter(10, help="Passes over the training images.", unit="epochs", low=1, high=1_000)
    train_images: int = parameter(
        55_000, help="Training images: those right after the validation images.", unit="images", low=2, high=IMAGES - 1
    )
    validation_images: int = parameter(
        5_000, help="Validation images: the first of the training part.", unit="images", low=1, high=IMAGES - 2
    )
    batch: int = parameter(64, help="Images of a minibatch.", unit="images", low=1, high=10_000)
    learning_rate: float = parameter(
        0.01, help="First learning rate; each epoch takes 5 % off it.", low=1e-12, high=100.0
    )
    dense_l2: float = parameter(
        5e-4, help="Factor of the sum of squares / 2 of the dense weights and biases in the loss.", low=0.0, high=1.0
    )
    regularise_added: bool = parameter(False, help="Whether the added factors are in that sum of squares too.")

    def check(self) -> None:
        """Raises UsageError where there are not so many images, or less than one batch of them."""
        if self.validation_images + self.train_images > IMAGES:
            raise UsageError(
                f"validation_images = {self.validation_images:,} and train_images = {self.train_images:,} make "
                f"{self.validation_images + self.train_images:,} images, and MNIST has {IMAGES:,} for training.",
                "The first of these are for validation, the next for training.",
                f"Give numbers whose sum is at most {IMAGES:,}.",
            )
        if self.batch >= self.train_images:
            raise UsageError(
                f"batch = {self.batch} is not less than train_images = {self.train_images}.",
                "The offset of a batch is a remainder by train_images − batch.",
                "Give batch < train_images.",
            )


class MnistFactored(Experiment):
    """The tutorial's convolutional net, plain; with each dense matrix a product of two; and the latter from a start
    whose products have the entries' variance of the plain matrices, which separates depth from the size of the start.

    Source: the overparameterization slides, Experiment 4; tensorflow/models, tutorials/image/mnist/convolutional.py.
    """

    paper = "overparameterization"
    name = "mnist-factored"
    title = "MNIST with factored dense layers"
    question = "Does the training loss fall faster when each dense matrix is a product of two?"
    solver = "mxnet"
    arms = (
        Arm("plain", "plain", {"added": "none"}),
        Arm("factored", "factored", {"added": "same-sd"}),
        Arm("factored-equal-variance", "factored from equal variance", {"added": "equal-variance"}),
    )
    metrics = (
        Metric("train-loss", "mean cross-entropy of the minibatches in the second half of the steps", better="lower"),
        Metric("train-loss-first-half", "mean cross-entropy in the first half of the steps", better="lower"),
        Metric("train-loss-first-tenth", "mean cross-entropy in the first tenth of the steps", better="lower"),
        Metric(
            "train-loss-with-l2", "train-loss and the mean L2 term of the tutorial's loss beside it", better="lower"
        ),
        *(
            Metric(f"steps-to-{level}", f"steps until the mean loss of 100 steps is at most {level}", "steps", "lower")
            for level in LEVELS
        ),
        Metric("validation-error", "wrong validation images at the end", "%", "lower"),
        Metric("test-error", "wrong test images at the end", "%", "lower"),
        Metric("start-sd-hidden", "standard deviation of the hidden layer's matrix (the product) at the start"),
        Metric("start-sd-output", "standard deviation of the output layer's matrix (the product) at the start"),
    )
    Parameters = Parameters
    presets = (
        Preset(
            "smoke",
            2,
            {"epochs": 2, "train_images": 160, "validation_images": 128, "batch": 32},
            stand_in=True,
            note="exercises the code",
        ),
        Preset("quick", 3, {"epochs": 2, "train_images": 10_000}, note="a first look"),
        Preset("paper", 5, note="the tutorial's ten epochs"),
    )
    varies = (
        "the start of kernels and matrices; the arms of one seed share what they have in common",
        "the dropout masks; the arms of one seed share them",
    )
    data_sets = ("mnist",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The parameters and which factors are added; the plain net has none that could be regularised."""
        settings = {**dataclasses.asdict(parameters), "added": arm.settings["added"]}
        if settings["added"] == "none":
            del settings["regularise_added"]
        return settings

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """MNIST, real or stand-in."""
        return identity(stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a step of 64 images and of evaluating an image."""
        steps, at_64 = steps_of(settings), 55e-3 if settings["added"] == "none" else 67e-3
        evaluated = settings["epochs"] * settings["validation_images"] + 10_000
        return seeds * (1.0 + steps * at_64 * settings["batch"] / 64 + 0.26e-3 * evaluated)

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """Each run by itself: nothing is gained by running nets of this size together."""
        return [[task] for task in tasks]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Train one net after the other; a run that blows up is measured as far as it came."""
        from claimbook.papers.overparameterization.mnist_run import MnistRun

        for number, task in enumerate(tasks):
            run = MnistRun(task.settings, task.seed, task.data["stand_in"])

            def step_done(at: int, number: int = number, steps: int = run.steps) -> None:
                progress(number * steps + at, len(tasks) * steps)

            def keep(at: int, key: str = task.key, run: MnistRun = run) -> None:
                if unfinished.due():
                    unfinished.save({key: run.state(at)})

            run.train(unfinished.load(task.key), step_done, keep)
            yield task, _measurement(run)

    def first_losses(self, task: Task) -> list[float]:
        """The cross-entropies of the first 20 minibatches."""
        from claimbook.papers.overparameterization.mnist_run import MnistRun

        run = MnistRun(task.settings, task.seed, task.data["stand_in"])
        run.train(until=20)
        return run.losses.values


def steps_of(settings: Mapping[str, Any]) -> int:
    """How many minibatches make up the epochs, as the tutorial counts: 8,593 with its settings."""
    return settings["epochs"] * settings["train_images"] // settings["batch"]


def _measurement(run: Any) -> Measurement:
    losses, steps = run.losses.values, run.steps
    metrics: dict[str, float | None] = {metric.name: None for metric in MnistFactored.metrics}
    metrics["start-sd-hidden"], metrics["start-sd-output"] = run.start_sds
    if run.diverged_by is None:
        for level in LEVELS:
            reached = [at for at, loss in zip(run.curve["iteration"], run.curve["loss"], strict=True) if loss <= level]
            metrics[f"steps-to-{level}"] = reached[0] if reached else None
        half, tenth = steps // 2, max(1, steps // 10)
        late_l2 = [l2 for at, l2 in zip(run.curve["iteration"], run.curve["l2"], strict=True) if at > half]
        metrics["train-loss"] = _mean(losses[half:])
        metrics["train-loss-first-half"] = _mean(losses[: max(1, half)])
        metrics["train-loss-first-tenth"] = _mean(losses[:tenth])
        metrics["train-loss-with-l2"] = metrics["train-loss"] + _mean(late_l2)
        metrics["validation-error"], metrics["test-error"] = run.errors["error"][-1], run.test_error
    curves = {"loss": run.curve, "error": run.errors}
    return Measurement(metrics, curves, {}, losses[:20], run.diverged_by is not None, run.facts)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
