"""Counts and numbers that the errata's arithmetic needs, by formula and without building a net."""

from __future__ import annotations

import math

from claimbook.claims.statistics import binomial_sd
from claimbook.papers.vgg_depth.printed import CLASSES, TEST_IMAGES

FIRST_RATE, LAST_RATE, EPOCHS = 1e-3, 2e-5, 100
"""The hand-out's cosine."""


def difference_sd(first: float, second: float) -> float:
    """The sd in points of the difference of two accuracies in percent, each on its own 10,000 images."""
    return 100 * math.hypot(*(binomial_sd(accuracy / 100, TEST_IMAGES) for accuracy in (first, second)))


def parameters(blocks: int, batch_norm: bool = False) -> int:
    """What a net with that many blocks a stage trains, with 32 filters and 100 classes (`models.vgg`)."""
    entry, convolution, bias, linear = 3 * 9 * 32 + 2 * 32, 32 * 9 * 32, 32, 32 * CLASSES + CLASSES
    layers = 3 * (2 * blocks + 2)
    return entry + layers * convolution + 3 * 2 * bias + linear + (layers * 2 * 32 if batch_norm else 0)


def operations(blocks: int) -> int:
    """Products for one image in the convolutions and the linear layer; the last one of a stage is after its pooling."""
    products, side = 3 * 9 * 32 * 32**2, 32
    for _ in range(3):
        products += 32 * 9 * 32 * ((2 * blocks + 1) * side**2 + (side // 2) ** 2)
        side //= 2
    return products + 32 * CLASSES


def rate(epoch: int) -> float:
    """The hand-out's learning rate in an epoch, counted from 0."""
    return LAST_RATE + (FIRST_RATE - LAST_RATE) * (1 + math.cos(math.pi * epoch / EPOCHS)) / 2
