"""The networks of the report's experiments as Gluon blocks, for shape tables: shown, never trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def network(experiment: str, settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]] | None:
    """The initialised block of one arm, and the shape of one input; None for an experiment without one network.

    Args:
        experiment: the experiment's name, "batch-norm". settings: those of one arm.
    """
    if "net" not in settings:
        return None
    from claimbook.papers.vgg_depth.nets import net_of

    block = net_of(settings)
    block.initialize()
    return block, (3, 32, 32)
