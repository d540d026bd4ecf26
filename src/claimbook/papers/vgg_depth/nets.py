"""The nets of the settings, where they start from, and the weights whose gradients are watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def net_of(settings: Mapping[str, Any], classes: int = 100) -> Any:
    """The Gluon block of these settings, not initialised; its inputs are pixels from 0 to 255.

    With n = `blocks` a VGG net and a ResNet have 6 n + 8 layers and a DenseNet has 6 n + 10; n = 5 and 32 filters make
    them of about as many parameters. A DenseNet's layers add half as many maps as there are filters, rounded up.
    """
    net, blocks, filters = settings["net"], settings["blocks"], settings["filters"]
    if net == "resnet":
        from claimbook.models.resnet import ResNet

        return ResNet(blocks + 1, filters, classes)
    if net == "densenet":
        from claimbook.models.densenet import DenseNet

        return DenseNet((filters + 1) // 2, blocks + 1, dropout=settings["dropout"], classes=classes)
    from claimbook.models.vgg import VGG

    masks = {"dropout_over": settings.get("dropout_over", "units"), "entry_dropout": "dropout_entry" in settings}
    return VGG(blocks, settings["batch_norm"], settings["dropout"], filters, classes, **masks)


def start_of(net: Any, settings: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """Where the net of these settings starts from with this seed: name → array.

    By one rule for all nets, that of the hand-out: weights and biases uniform in ±1/√fan_in. An arm with the `start`
    "he" has six times the variance for its convolutions' weights.
    """
    from claimbook.models.vgg import start

    return start(net, seed, he=settings.get("start") == "he")


def watched(net: Any) -> list[str]:
    """The weights of convolutions and of the linear layer, in the order in which an image meets them."""
    return list(net.layers)
