"""Experiment 3, part 1, of the slides: depth 3 with gradient descent against AdaGrad and AdaDelta on a single layer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from claimbook.experiment.base import Arm, Preset
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.optimizers import RuleParameters, RuleStudy, arm

CHOSEN = {"gradient-descent": 1e-4, "adagrad": 0.01, "adadelta": 5e-4}  # slides, Experiment 3, model_building: *_lr
NATURAL = 1.0  # Zeiler's AdaDelta has no rate, which is the rate 1 in Keras' form; the slides' grid ends at 0.5


@dataclasses.dataclass(frozen=True)
class Parameters(RuleParameters):
    """What a re-executor can change."""

    choice: str = parameter(
        "grid",
        help="Rate of each arm: the best of the grid, or the one that the slides chose.",
        choices=("grid", "slides"),
    )


class VersusAdaptive(RuleStudy):
    """Plain descent at depth 3, AdaGrad and AdaDelta on a single layer; each with the best rate of the slides' grid.

    Source: the overparameterization slides, Experiment 3 (Part 1). Constants as in Keras 2.2: `claimbook.train.rules`.
    """

    name = "versus-adaptive"
    title = "Depth 3 against AdaGrad and AdaDelta"
    question = "Does plain gradient descent on depth 3 beat adaptive optimizers on a single layer?"
    arms = (
        arm("gd-n3", "gradient-descent", 3, "depth 3, gradient descent"),
        arm("adagrad-n1", "adagrad", 1, "depth 1, AdaGrad"),
        arm("adadelta-n1", "adadelta", 1, "depth 1, AdaDelta"),
        Arm(
            "adadelta-natural",
            "depth 1, AdaDelta at rate 1",
            {"rule": "adadelta", "depth": 1},
        ),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"iterations": 400}, stand_in=True, note="exercises the code"),
        Preset("quick", 3, {"iterations": 20_000}, note="a first look"),
        Preset("paper", 5, note="the slides' iterations"),
    )

    def grid(self, parameters: Parameters, arm: Arm) -> Sequence[float]:
        """The grid, the one rate that the slides chose for the rule, or AdaDelta's natural rate."""
        if arm.id == "adadelta-natural":
            return (NATURAL,)
        return (CHOSEN[arm.settings["rule"]],) if parameters.choice == "slides" else parameters.rates
