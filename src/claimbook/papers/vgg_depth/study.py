"""What the experiments that train on CIFAR-100 share: parameters, arms, what is measured, presets, data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from claimbook.data.cifar import identity
from claimbook.data.stand_in_pictures import TRAIN
from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Metric, Preset, Task
from claimbook.experiment.net_study import NetStudy
from claimbook.experiment.parameters import asked, parameter
from claimbook.train.precision import PRECISIONS

IMAGES, VALIDATION, CLASSES = 50_000, 2_500, 100
FULL_DEPTH = 5  # blocks a stage of VGG_38


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change; the defaults are the hand-out's, which the report used."""

    train_images: int = parameter(
        IMAGES - VALIDATION,
        help="Images trained on; fewer than all are chosen by hash, equally many of each class.",
        unit="images",
        low=1,
        high=IMAGES - 1,
    )
    validation_images: int = parameter(
        VALIDATION, help="Training images held back, to choose the epoch that is tested.", unit="images", low=1
    )
    epochs: int = parameter(100, help="Passes over the training images.", unit="epochs", low=1, high=10_000)
    blocks: int = parameter(
        FULL_DEPTH, help="Blocks a stage of the deep nets; they have 6 · blocks + 8 layers.", low=0, high=50
    )
    filters: int = parameter(32, help="Filters of every convolution.", low=1, high=1_024)
    learning_rate: float = parameter(1e-3, help="Adam's learning rate in the first epoch.", low=1e-12, high=10.0)
    final_rate: float = parameter(2e-5, help="What the cosine of the learning rate ends at.", low=0.0, high=10.0)
    precision: str = parameter("fp32", help="The number format of the products.", choices=PRECISIONS)

    def check(self) -> None:
        """Raises UsageError where the images cannot be had."""
        if self.final_rate > self.learning_rate:
            raise UsageError(
                f"final_rate = {self.final_rate:g} is above learning_rate = {self.learning_rate:g}.",
                "The learning rate falls from the one to the other.",
                "Give a final_rate that is at most the learning_rate.",
            )
        wanted = self.train_images + self.validation_images
        if wanted > IMAGES:
            raise UsageError(
                f"train_images + validation_images = {wanted:,}, and CIFAR-100 has {IMAGES:,} training images.",
                "Validation images come out of the training part.",
                "Give fewer of one of them.",
            )
        if wanted % CLASSES:
            raise UsageError(
                f"train_images + validation_images = {wanted:,} does not divide among {CLASSES} classes.",
                "A part of the training images is chosen with equally many of each class.",
                f"Give numbers that add up to a multiple of {CLASSES}, such as 10000 and 2500.",
            )


def vgg(id: str, title: str, batch_norm: str | None = "after", deep: bool = True, **changed: Any) -> Arm:
    """An arm: a VGG net; changed: weight_decay, dropout or batch, where not 0, 0 and 100, or the start."""
    net = {"net": "vgg", "deep": deep, "batch_norm": batch_norm, "dropout": 0.0, "weight_decay": 0.0, "batch": 100}
    return Arm(id, title, net | changed)


SHALLOW = vgg("vgg-08", "VGG_08", None, deep=False)
PLAIN = vgg("vgg-38", "VGG_38", None)
BEFORE = vgg("before", "VGG_38, BN before ReLU", "before")
AFTER = vgg("after", "VGG_38, BN after ReLU")
DECAY = vgg("decay-0.001", "BN after, weight decay 0.001", weight_decay=0.001)

METRICS = (
    Metric("train-accuracy", "share of right answers in the last epoch's minibatches, while training", "", "higher"),
    Metric("train-loss", "mean cross-entropy of the last epoch's minibatches", better="lower"),
    Metric("validation-accuracy", "share of right answers on validation images after the last epoch", "", "higher"),
    Metric("validation-loss", "cross-entropy on validation images after the last epoch", better="lower"),
    Metric("test-accuracy", "share of right test images, with the weights of the best epoch", better="higher"),
    Metric("test-loss", "cross-entropy on test images, with the weights of the best epoch", better="lower"),
    Metric("gap", "train-accuracy less test-accuracy", better="lower"),
    Metric("last-test-accuracy", "share of right test images after the last epoch", better="higher"),
    Metric("last-test-loss", "cross-entropy on test images after the last epoch", better="lower"),
    Metric("best-epoch", "the first epoch of the best validation accuracy", "epochs"),
    Metric("best-train-accuracy", "train-accuracy in that epoch", better="higher"),
    Metric("best-train-loss", "train-loss in that epoch", better="lower"),
    Metric("best-validation-accuracy", "validation-accuracy after that epoch", better="higher"),
    Metric("best-validation-loss", "validation-loss after that epoch", better="lower"),
    Metric("gradient-first", "mean over the layers of the mean absolute gradient, after the first epoch"),
    Metric("gradient-last", "the same after the last epoch"),
    Metric("least-gradient-first", "the smallest mean absolute gradient of a layer, after the first epoch"),
    Metric("least-gradient-last", "the same after the last epoch"),
    Metric("entry-ratio-first", "the entry layer's mean absolute gradient over the last convolution's, first epoch"),
    Metric("entry-ratio-last", "the same after the last epoch"),
)


def sizes(reduced: int, quick: int = 4) -> tuple[Preset, ...]:
    """The presets of an experiment. reduced: how many seeds that one has. quick: how many epochs.

    All arms of all experiments at `reduced` take 8 core-hours. What it can say something about gets most of them: the
    orderings of VGG-Q1 and Q4 five seeds, that of Q5 four, the thresholds of Q6 three.
    """
    smoke = {"train_images": 190, "validation_images": 10, "epochs": 1, "blocks": 2, "filters": 8}
    return (
        Preset("smoke", 2, smoke, stand_in=True, note="exercises the code"),
        Preset("quick", 1, {"train_images": 2_000, "epochs": quick}, note="full depth and width; a first look"),
        Preset(
            "reduced",
            reduced,
            {"train_images": 10_000, "epochs": 10, "precision": "bf16"},
            note="full depth and width, a fifth of the images and a fiftieth of the steps",
        ),
        Preset("paper", 1, note="the report's size, and its one seed"),
    )


class CifarStudy(NetStudy):
    """Nets on CIFAR-100 under the hand-out's training: Adam, coupled L2, a cosine by epochs from 1e-3 to 2e-5.

    Source: the report, section 3 to 5, and VICO-UoE/mlpractical, commit 0d01be8. Each image is cropped at random after
    padding by 4 and flipped with probability 0.5. The test is of the epoch with the best validation accuracy. A
    subclass declares name, title, question, arms made by `vgg`, and presets.
    """

    paper = "vgg-depth"
    runs_of = "vgg-depth/cifar-100"
    metrics = METRICS
    Parameters = Parameters
    varies = (
        "the start; nets of one width share what they have in common",
        "the order, the crops and the flips of the images; the arms of one seed and batch size share them",
    )
    data_sets = ("cifar-100",)
    own_files = ("cifar-100",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's net and all parameters; `blocks` is the arm's own, 0 for a shallow net."""
        own, given = dict(arm.settings), asked(parameters)
        own["blocks"] = given.pop("blocks") if own.pop("deep") else 0
        if own["batch"] > parameters.train_images:
            raise UsageError(
                f"train_images = {parameters.train_images:,} does not make up the batch of {own['batch']} of "
                f"{arm.title}.",
                "A minibatch takes at most all images.",
                "Give more images.",
            )
        return given | own

    def precision_of(self, settings: Mapping[str, Any]) -> str:
        """As asked."""
        return settings["precision"]

    def task(self, parameters: Any, arm: str, seed: int, stand_in: bool, threads: int = 1, device: str = "cpu") -> Task:
        """As of all.

        Raises:
            UsageError: more images than the stand-in has.
        """
        wanted = parameters.train_images + parameters.validation_images
        if stand_in and wanted > TRAIN:
            raise UsageError(
                f"train_images + validation_images = {wanted:,}, and the stand-in has {TRAIN:,} images.",
                "The preset smoke always takes the stand-in, and so does a machine without CIFAR-100.",
                f"Give at most {TRAIN:,} in all, or take another preset and the real data.",
            )
        return super().task(parameters, arm, seed, stand_in, threads, device)

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """CIFAR-100, real or stand-in, with the subset and the split."""
        return identity(**which(settings), stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of an image trained on and of an image evaluated."""
        scale = (settings["filters"] / 32) ** 2 * (1.0 if settings["precision"] == "bf16" else 1.7)
        scale *= 2.0 if settings["dropout"] else 1.0  # MXNet's random numbers
        image = scale * (0.97e-3 + 0.92e-3 * settings["blocks"])
        seen = settings["epochs"] * (settings["train_images"] + 0.3 * settings["validation_images"]) + 6_000
        return seeds * (5.0 + seen * image)

    def begun(self, settings: Mapping[str, Any], seed: int, stand_in: bool) -> Any:
        """A `CifarRun`."""
        from claimbook.papers.vgg_depth.runs.cifar import CifarRun

        return CifarRun(settings, seed, stand_in)


def which(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `load_cifar` and of `identity` for the images of these settings."""
    wanted = settings["train_images"] + settings["validation_images"]
    subset = None if wanted == IMAGES else wanted
    return {"name": "cifar-100", "subset": subset, "validation": settings["validation_images"]}
