"""The nets of the settings, where they start from, and the weights whose gradients are watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def net_of(settings: Mapping[str, Any], classes: int = 100) -> Any:
    """The Gluon block of these settings, not initialised; its inputs are pixels from 0 to 255."""
    from claimbook.models.vgg import VGG

    return VGG(settings["blocks"], settings["batch_norm"], settings["dropout"], settings["filters"], classes)


def start_of(net: Any, settings: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """Where the net of these settings starts from with this seed: name → array."""
    from claimbook.models.vgg import start

    return start(net, seed)


def watched(net: Any) -> list[str]:
    """The weights of convolutions and of the linear layer, in the order in which an image meets them."""
    return list(net.layers)
