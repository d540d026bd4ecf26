"""The network of the paper's experiments as a Gluon block, for shape tables: shown, never trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def network(experiment: str, settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]] | None:
    """The initialised block of one arm, and the shape of one input; None for an experiment without such a net.

    Args:
        experiment: the experiment's name, "dataset-1". settings: those of one arm.
    """
    if "filters" not in settings:
        return None
    from claimbook.data.symbol_vocabulary import classes_of
    from claimbook.papers.math_symbols.cost import ALL_CLASSES
    from claimbook.papers.math_symbols.nets import net_of

    classes = settings.get("outputs") or len(classes_of(settings["data"]))
    block = net_of(settings, ALL_CLASSES if settings.get("classes") == "all" else classes)
    block.initialize()
    return block, (3, settings["side"], settings["side"])
