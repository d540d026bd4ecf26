"""The net of the settings, and where it starts from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

XAVIER, NORMAL = "xavier", "normal-"


def filters_of(settings: Mapping[str, Any]) -> tuple[int, int, int]:
    """The filters of the three groups of convolutions."""
    first = settings["filters"]
    return first, 2 * first, 4 * first


def net_of(settings: Mapping[str, Any], classes: int = 16) -> Any:
    """The `SymbolCNN` of these settings, not initialised; its dense layer has twice as many units as `filters`.

    Its inputs are pixels from 0 to 255, but where they are whitened.
    """
    from claimbook.models.symbol_cnn import SymbolCNN

    filters, whitening = filters_of(settings), settings.get("whitening", "none")
    sizes = {"side": settings["side"], "filters": filters, "hidden": filters[1]}
    return SymbolCNN(classes, **sizes, dropout=settings["dropout"], pixels=whitening == "none")


def start_of(net: Any, settings: Mapping[str, Any], seed: int) -> dict[str, np.ndarray]:
    """Where the net of these settings starts from with this seed: name → array; nets of one size share it."""
    from claimbook.models.symbol_cnn import start

    kind = settings["start"]
    return start(net, seed, None if kind == XAVIER else float(kind.removeprefix(NORMAL)))
