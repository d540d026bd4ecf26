"""The networks of the paper's experiments as Gluon blocks, for shape tables: shown, never trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def network(experiment: str, settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]] | None:
    """The initialised block θ of one arm, and the shape of one input; None for an experiment without such nets.

    Args:
        experiment: the experiment's name, "vgg". settings: those of one arm.
    """
    if "depth" not in settings or "batch_norm" not in settings:
        return None
    from claimbook.models.cifar_vgg import CifarVGG
    from claimbook.papers.homotopy.runs.nets_copies import ARGUMENTS

    block = CifarVGG(**{name: settings[name] for name in ARGUMENTS})
    block.initialize()
    return block, (3, 32, 32)
