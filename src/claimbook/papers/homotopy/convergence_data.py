"""The examples of the study of the theorems: MNIST in a few numbers an image, and the least cross-entropy on it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.data.mnist import CLASSES, load_mnist
from claimbook.data.scaling import fit
from claimbook.errors import UsageError
from claimbook.train.logistic import least


def examples(settings: Mapping[str, Any], stand_in: bool) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """The first images, each pooled to side x side means, scaled to mean 0 and sd 1 a pixel.

    Returns:
        x (images, side²) float64, y (images,) class numbers, and the facts of the data.

    Raises:
        UsageError: more images than there are. DataError: no data.
    """
    data, count, side = load_mnist(stand_in=stand_in), settings["images"], settings["side"]
    if count > len(data.train_x):
        raise UsageError(
            f"images = {count:,}, and there are {len(data.train_x):,} training images.", do="Give at most that many."
        )
    pixels = data.train_x[:count].astype(np.float64) / 255
    block = pixels.shape[1] // side
    pooled = pixels.reshape(count, side, block, side, block).mean(axis=(2, 4)).reshape(count, -1)
    return fit("z-score", pooled).apply(pooled), data.train_y[:count].astype(np.int64), data.facts()


def optimum(settings: Mapping[str, Any], stand_in: bool) -> float:
    """g(·, 0) of the convex problem: as L goes to 0 the pins vanish and the copies are one, so twice the least f."""
    return _optimum(settings["images"], settings["side"], stand_in, load_mnist(stand_in=stand_in).digest)


@functools.lru_cache(maxsize=4)
def _optimum(images: int, side: int, stand_in: bool, digest: str) -> float:
    x, y, _ = examples({"images": images, "side": side}, stand_in)
    return 2 * least(x, y, CLASSES)[0]
