"""The minibatches of the studies on CIFAR: augmented, and with MXNet's generator set for nets with dropout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from claimbook.data.batches import Batches
from claimbook.train.randomness import reseeded


def image_batches(
    data: Any, settings: Mapping[str, Any], seed: int, augment: Callable[..., Any]
) -> tuple[Callable[[int], Any], int]:
    """The minibatches of the training images by step, and how many there are in an epoch; the last one may be short.

    Args:
        data: `CifarImages`. settings: have "batch" and "dropout". seed: of order, augmentation and dropout.
        augment: see `data.augment`.

    Raises:
        UsageError: a batch that is not 1 … the number of images.
    """
    classes = {"classes": len(data.classes), "every_class": False}
    images = data.train_x, data.train_y
    batches = Batches(*images, settings["batch"], seed, augment=augment, name="the training images", **classes)
    batch_of = reseeded(batches.batch_of, seed) if settings["dropout"] else batches.batch_of
    return batch_of, batches.steps_per_epoch
