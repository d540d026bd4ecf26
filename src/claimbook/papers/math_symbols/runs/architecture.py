"""The layer table of a net of some size, counted from the live block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook.models.symbol_cnn import layer_table
from claimbook.papers.math_symbols.nets import net_of


def layers(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The layers that table 1 has, in the order of an image.

    Each has "layer", its "output" as the paper writes it ("50 × 50 × 64"), "parameters" and "multiply_adds".
    """
    net = net_of(settings, settings["outputs"])
    net.initialize()
    return [
        {
            "layer": row.name,
            "output": " × ".join(map(str, row.output)),
            "parameters": row.parameters,
            "multiply_adds": row.multiply_adds,
        }
        for row in layer_table(net)
    ]
