"""How long a run of a VGG net on CIFAR-10 takes on one core, from the measured time of single steps at width 16."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PASSES = {"all": 2.15, "trunk": 2.1, "head": 1.085}
"""Forward and backward passes of a net that a step comes to, terms and all, by the part that exists twice: a shared
trunk takes one."""
FORWARD = 0.29
"""Of an image's training: its evaluation."""


def seconds(settings: Mapping[str, Any], epochs: float, test_images: int) -> float:
    """Of one run: its start, its epochs, and an evaluation after each."""
    passes = PASSES[settings["copied"]] if "copied" in settings else 1.0
    return 5.0 + epochs * (settings["train_images"] * passes + FORWARD * test_images) * image_seconds(settings)


def image_seconds(settings: Mapping[str, Any]) -> float:
    """Of one pass of one image in training.

    Three quarters of it grow with the square of the width; normalisation takes the more the smaller the width, and in
    bf16, where it casts, more than in fp32.
    """
    plain = {11: 0.44e-3, 13: 0.60e-3, 16: 0.80e-3, 19: 1.0e-3}[settings["depth"]]
    wide = settings["width"] / 16
    rounded, norms = (1.0, 0.74) if settings["precision"] == "bf16" else (1.4, 0.16)
    normed = 1 + norms / wide if settings["batch_norm"] else 1.0
    return plain * rounded * normed * (0.75 * wide**2 + 0.25 * wide)
