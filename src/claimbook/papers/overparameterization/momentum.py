"""What the slides leave open at the end: momentum and Nesterov beside depth, and by how much each speeds up."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.experiment.base import Measurement, Metric, Preset
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.ethanol import iterations_to
from claimbook.papers.overparameterization.optimizers import METRICS, RuleParameters, RuleStudy, arm

RATES = (1e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 1.5e-3, 2e-3, 2.5e-3, 3e-3, 4e-3, 5e-3)
"""Ours: the slides print none for momentum. Finer where the l4 runs on z-scored data are near their limit."""
RULES = {
    "gd": ("gradient-descent", "gradient descent"),
    "momentum": ("momentum", "momentum"),
    "nesterov": ("nesterov",) * 2,
}


@dataclasses.dataclass(frozen=True)
class Parameters(RuleParameters):
    """What a re-executor can change."""

    iterations: int = parameter(60_000, help="Iterations with every rate.", unit="iterations", low=1, high=10_000_000)
    rates: tuple[float, ...] = parameter(RATES, help="Learning rates tried with every rule.", low=1e-12, high=100.0)


class Momentum(RuleStudy):
    """Gradient descent, momentum 0.9 and Nesterov's momentum 0.9 on depth 1, 2 and 3, each with its own best rate.

    Source: the questions on the slides' last page ("Momentum?", "Can we quantify the effect?"); the setting is that of
    Experiment 3, with fewer iterations.
    """

    name = "momentum"
    title = "Momentum, Nesterov and depth"
    question = "By what factor do momentum and depth speed up the descent?"
    arms = tuple(
        arm(f"{id}-n{depth}", rule, depth, f"depth {depth}, {words}")
        for id, (rule, words) in RULES.items()
        for depth in (1, 2, 3)
    )
    metrics = (
        *METRICS,
        Metric(
            "iterations-to-level",
            "iterations until a tenth of the loss of predicting 0, fastest surviving rate",
            "iterations",
            "lower",
        ),
        Metric("level-rate", "the surviving rate that comes to that level first"),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"iterations": 200}, stand_in=True, note="exercises the code"),
        Preset("quick", 3, {"iterations": 20_000}, note="a first look"),
        Preset("paper", 5, note="long enough for every arm to come to a tenth of its first loss"),
    )

    def measurement(self, rows: Sequence[Any], last: int, facts: Mapping[str, Any]) -> Measurement:
        """As for the other studies of rules, and when a level was reached that is the same for all depths.

        A single layer starts from a random prediction and a deep network from one near 0, so their first losses differ.
        """
        made = super().measurement(rows, last, facts)
        level = facts["loss_of_zero"] / 10
        reached = {row.rate: iterations_to(row.iterations, row.losses, level) for row in rows if row.alive}
        reached = {rate: at for rate, at in reached.items() if at is not None}
        fastest = min(reached, key=reached.__getitem__) if reached else None
        found = {"iterations-to-level": reached.get(fastest), "level-rate": fastest}
        return dataclasses.replace(made, metrics={**made.metrics, **found})
