"""Experiment 3, part 2, of the slides: Adam on depth 1, 2 and 3."""

from __future__ import annotations

import dataclasses

from claimbook.experiment.base import Preset
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.optimizers import RuleParameters, RuleStudy, arm


@dataclasses.dataclass(frozen=True)
class Parameters(RuleParameters):
    """What a re-executor can change."""

    iterations: int = parameter(60_000, help="Iterations with every rate.", unit="iterations", low=1, high=10_000_000)
    rates: tuple[float, ...] = parameter(
        (5e-4,),
        help="Learning rates tried; the slides fix 0.0005, the paper they reproduce 0.001.",
        low=1e-12,
        high=100.0,
    )


class WithAdam(RuleStudy):
    """Adam (β₁ = 0.9, β₂ = 0.999, ε = 1e-7) on depth 1, 2 and 3, at the slides' rate or the best of a grid.

    Source: the overparameterization slides, Experiment 3 (Part 2).
    """

    name = "with-adam"
    title = "Adam on depth 1, 2 and 3"
    question = "Is Adam with depth faster than Adam alone?"
    arms = tuple(arm(f"adam-n{depth}", "adam", depth, f"depth {depth}, Adam") for depth in (1, 2, 3))
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"iterations": 400}, stand_in=True, note="exercises the code"),
        Preset("quick", 3, {"iterations": 20_000}, note="a first look"),
        Preset("paper", 10, note="the slides' iterations"),
    )
