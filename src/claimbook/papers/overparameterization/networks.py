"""The networks of the paper's experiments as plain Gluon blocks, for shape tables: shown, never trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FEATURES = 128  # gas-sensor array: 16 sensors × 8 features (slides, "Data Summary")


def network(experiment: str, settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]] | None:
    """The initialised block of one arm, and the shape of one input; None for an experiment without a network.

    Args:
        experiment: the experiment's name, "depth-lp". settings: those of one arm.
    """
    make = NETWORKS.get(experiment)
    return make(settings) if make is not None else None


def _linear(settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]]:
    from claimbook.models.deep_linear import DeepLinear

    block = DeepLinear(settings["depth"], FEATURES, biases=settings.get("biases", False))
    block.initialize()
    return block, (FEATURES,)


def _wide(settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]]:
    """Of the widths that are run, the middle one."""
    from claimbook.models.deep_linear import DeepLinear

    block = DeepLinear(settings["depth"], FEATURES, settings["widths"][len(settings["widths"]) // 2])
    block.initialize()
    return block, (FEATURES,)


def _priced(settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]]:
    """The net whose price is asked, not the one that it is compared with."""
    if settings["network"] == "mnist":
        return _convolutional({"added": "none" if settings["above"] == "plain" else "same-sd"})
    from claimbook.models.deep_linear import DeepLinear

    block = DeepLinear(int(settings["above"].removeprefix("n")), FEATURES, settings["width"])
    block.initialize()
    return block, (FEATURES,)


def _convolutional(settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]]:
    from claimbook.models.mnist_tutorial import MnistTutorial

    block = MnistTutorial(factored=settings["added"] != "none")
    block.initialize()
    return block, (1, 28, 28)


NETWORKS = {
    "depth-lp": _linear,
    "initialisation": _linear,
    "mnist-factored": _convolutional,
    "momentum": _linear,
    "price": _priced,
    "update-rule": _wide,
    "versus-adaptive": _linear,
    "with-adam": _linear,
}
