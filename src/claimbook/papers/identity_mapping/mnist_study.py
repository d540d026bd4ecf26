"""What the three experiments on MNIST share: the net 784-784-10, its settings, what is measured, its data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from claimbook.data.mnist import identity
from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Metric, Preset
from claimbook.experiment.net_study import NetStudy
from claimbook.experiment.parameters import parameter
from claimbook.train.optimizers import METHODS

IMAGES = 60_000  # of MNIST's training part; the first of them are taken


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change. The report states none of them: all are our reading."""

    epochs: int = parameter(30, help="Passes over the training images.", unit="epochs", low=1, high=1_000)
    train_images: int = parameter(
        IMAGES, help="Training images: the first of the official order.", unit="images", low=10, high=IMAGES
    )
    batch: int = parameter(
        100, help="Images of a minibatch; a last one that is not whole is dropped.", low=1, high=IMAGES
    )
    method: str = parameter("sgd", help="The optimizer.", choices=tuple(METHODS))
    learning_rate: float = parameter(0.1, help="Learning rate of every step.", low=1e-12, high=100.0)

    def check(self) -> None:
        """Raises UsageError where the images do not make up one batch."""
        if self.batch > self.train_images:
            raise UsageError(
                f"batch = {self.batch:,} is more than train_images = {self.train_images:,}.",
                "A minibatch is taken whole.",
                "Give batch ≤ train_images.",
            )


def arm(id: str, title: str, activation: str, identity: bool, start: str = "xavier") -> Arm:
    """An arm: activation, with or without x added to the hidden layer's sum, and where both matrices start."""
    return Arm(id, title, {"activation": activation, "identity": identity, "start": start})


PRELU = arm("prelu", "PReLU", "prelu", False)
PRELU_IDENTITY = arm("prelu-identity", "PReLU, identity", "prelu", True)

METRICS = (
    Metric("test-error", "share of wrong test images after the last epoch", better="lower"),
    Metric("best-test-error", "least share of wrong test images after any epoch", better="lower"),
    Metric("train-loss", "mean cross-entropy of the minibatches of the last epoch", better="lower"),
    Metric(
        "majority-epochs",
        "share of epochs after which exactly the test images of the most frequent training class are right",
    ),
    Metric("slope", "PReLU's learned slope at the end; none with ReLU"),
)


class MnistStudy(NetStudy):
    """A net 784-784-10 on MNIST: softmax((W_2 σ(W_1 x + b_1 [+ x]) + b_2), pixels in [0, 1], cross-entropy.

    Source: the report, section 5, stages 1–3. Width 784 is inferred: only so can x be added without a projection.
    A subclass declares name, title, question and arms made by `arm`.
    """

    paper = "identity-mapping"
    runs_of = "identity-mapping/mnist"
    metrics = METRICS
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"epochs": 2, "train_images": 1_000}, stand_in=True, note="exercises the code"),
        Preset("quick", 2, {"epochs": 10, "train_images": 10_000}, note="a first look"),
        Preset("paper", 10, note="the report has 5 runs a setting, and does not state optimizer, batch and epochs"),
    )
    varies = (
        "the start of both matrices; the arms of one seed share it, save those that start at zero",
        "the order of the images; the arms of one seed share it",
    )
    data_sets = ("mnist",)
    own_files = ("mnist",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's net and all parameters."""
        return {**arm.settings, **dataclasses.asdict(parameters)}

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """MNIST, real or stand-in."""
        return identity(stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of an image trained on and of an image evaluated."""
        return seeds * (2.0 + settings["epochs"] * (settings["train_images"] * 45e-6 + 10_000 * 12e-6))

    def begun(self, settings: Mapping[str, Any], seed: int, stand_in: bool) -> Any:
        """A `MnistRun`."""
        from claimbook.papers.identity_mapping.runs.mnist import MnistRun

        return MnistRun(settings, seed, stand_in)
