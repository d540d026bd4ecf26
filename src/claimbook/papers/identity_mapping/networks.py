"""The networks of the report's experiments as Gluon blocks, for shape tables: shown, never trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def network(experiment: str, settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]] | None:
    """The initialised block of one arm, and the shape of one input; None for an experiment without one network.

    Args:
        experiment: the experiment's name, "identity". settings: those of one arm.
    """
    make = NETWORKS.get(experiment)
    return make(settings) if make is not None else None


def _image(settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]]:
    from claimbook.models.identity_net import IdentityNet

    block = IdentityNet(activation=settings["activation"], identity=settings["identity"])
    block.initialize()
    return block, (28, 28)


def _student(settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]]:
    from claimbook.models.theory_net import TheoryNet

    block = TheoryNet(settings["d"], identity=settings.get("identity", True), activation=settings["activation"])
    block.initialize()
    return block, (settings["d"],)


def _stacked(settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]]:
    from claimbook.models.stacked_net import StackedNet

    block = StackedNet(settings["d"], settings["layers"], settings["linear"], settings["slope"])
    block.initialize()
    return block, (settings["d"],)


NETWORKS = {
    "activation": _image,
    "identity": _image,
    "zero-init": _image,
    "teacher-student": _student,
    "two-phases": _student,
    "deeper": _stacked,
}
