"""How long a run on handwritten symbols takes on one core, from the measured time of an image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IMAGES = {"math-symbols-1": 9_008, "math-symbols-2": 8_567, "math-symbols-3": 46_364}
"""Of the paper's classes, in the copies that the records are of."""
ALL_IMAGES, ALL_CLASSES = 59_099, 82
STOPPED = 35
"""Epochs after which early stopping is expected; the paper's three runs took 31, 29 and 42."""
FORWARD = 0.37
"""Of an image's training: its evaluation."""
PRODUCTS = 2e10
"""Multiply-adds of a whitening in a second."""


def image_seconds(settings: Mapping[str, Any]) -> float:
    """Of one image in training: 60 in a second at the paper's size, 182 at half the width; in native bf16 92, 315."""
    wide, area = settings["filters"] / 64, (settings["side"] / 50) ** 2
    rounded = 1.0 if settings["precision"] == "bf16" else 1.55
    return area * (0.4e-3 + rounded * (10e-3 * wide**2 + 0.5e-3 * wide))


def images(settings: Mapping[str, Any]) -> int:
    """How many there are in all three parts together, at most."""
    every = settings["classes"] == "all"
    count = ALL_IMAGES if every else IMAGES[settings["data"]]
    classes = ALL_CLASSES if every else 15 if settings["data"] == "math-symbols-3" else 16
    return min(count, classes * settings["each"]) if settings["each"] else count


def seconds(settings: Mapping[str, Any]) -> float:
    """Of one run: the start, the epochs until early stopping is expected, and the evaluation at the end."""
    count, epochs = images(settings), min(settings["epochs"], STOPPED)
    each = image_seconds(settings)
    seen = epochs * (0.8 + 0.15 * FORWARD) * count + 1.0 * FORWARD * count
    return 5.0 + seen * each + _whitening(settings, count, epochs)


def _whitening(settings: Mapping[str, Any], count: int, epochs: int) -> float:
    numbers = 3 * settings["side"] ** 2
    if settings["whitening"] == "exact":
        return (25 * numbers**3 + count * epochs * numbers**2) / PRODUCTS
    if settings["whitening"] == "low-rank":
        rank = settings["whitening_rank"]
        return (12 * count * numbers * rank + 2 * count * epochs * numbers * rank) / PRODUCTS
    return 0.0
