"""Theorems 3.1 and 3.2 of the homotopy paper, measured: gradient norms and the gap, with steps as they ask for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from claimbook.data.mnist import identity
from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Metric, Preset
from claimbook.experiment.net_study import NetStudy
from claimbook.experiment.parameters import parameter

IMAGES = 60_000  # of MNIST's training part; the first of them are taken
SIDES = (2, 4, 7, 14, 28)


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change. The paper has no such experiment: all are ours."""

    images: int = parameter(1_000, help="Training images: the first of the official order.", low=10, high=IMAGES)
    side: int = parameter(4, help="Pixels along a side, after pooling: 2, 4, 7, 14 or 28.", low=2, high=28)
    hidden: int = parameter(16, help="Hidden units of the small net.", unit="units", low=1, high=4_096)
    batch: int = parameter(
        50, help="Images of a minibatch; a last one that is not whole is dropped.", low=1, high=IMAGES
    )
    steps: int = parameter(512, help="Steps K.", unit="steps", low=2, high=10_000_000)
    first: int = parameter(16, help="Steps after which the first doubling of K is looked at.", low=1, high=1_000_000)
    rate: float = parameter(0.3, help="γ of the first step; then γ over the number of the step.", low=1e-9, high=100.0)
    power: float = parameter(
        0.75, help="Power of the number of the step in the arms with larger steps, above 1/2.", low=0.501, high=1.0
    )
    level: float = parameter(1.0, help="L > 0; where it falls, that of the first step.", low=1e-6, high=1e6)
    level_power: float = parameter(
        0.5, help="Where L falls: power of the number of the step that it is divided by.", low=0.01, high=1.0
    )
    own_rate: float = parameter(
        0.05, help="Rate of the experiments' own steps, the released code's.", low=1e-9, high=10.0
    )
    own_momentum: float = parameter(0.9, help="Their momentum.", low=0.0, high=0.999)
    own_halvings: int = parameter(16, help="How often their rate is halved, at equal distances.", low=1, high=60)

    def check(self) -> None:
        """Raises UsageError where images cannot be pooled so, make up no batch, or K is never doubled."""
        if self.side not in SIDES:
            raise UsageError(
                f"side = {self.side} does not divide 28 pixels.",
                "Images are pooled by taking means of squares.",
                f"Give one of {', '.join(map(str, SIDES))}.",
            )
        if self.batch > self.images:
            raise UsageError(
                f"batch = {self.batch:,} is more than images = {self.images:,}.",
                "A minibatch is taken whole.",
                "Give batch ≤ images.",
            )
        if self.steps < 2 * self.first:
            raise UsageError(
                f"steps = {self.steps:,} do not double first = {self.first:,}.",
                "What is looked at is whether a number has fallen whenever K has doubled.",
                "Give steps ≥ 2 · first.",
            )


STEPS = {"harmonic": "γ = c / k", "power": "γ = c / k^power", "own": "momentum, halved rates"}


def _arm(id: str, problem: str, steps: str) -> Arm:
    title = {"net": "small net", "relu": "small net with ReLU", "convex": "logistic regression"}[problem]
    return Arm(id, f"{title}, {STEPS[steps]}", {"problem": problem, "steps": steps})


class Convergence(NetStudy):
    """Stochastic gradient steps (7) on H(θ, η; L), pins at 0, halves of each layer's outputs, H as in equation (3).

    `net`: one hidden layer with the logistic activation that the proof of theorem 3.1 takes, L fixed. Measured is what
    equation (9) says goes to 0, the mean of ‖∇g(θ_k; L)‖² weighted by γ_k, where g is the expectation of H, here over
    the images that there are: the whole of them. `convex`: multinomial logistic regression, L falls; measured is how
    far g(θ̄_n, L̄_n) of equation (20) is from g(·, 0) = 2 min f, θ̄_n and L̄_n being means weighted by γ_k. Harmonic steps
    have the sums of equation (8); so have those with a power between 1/2 and 1; the experiments' own have not.
    """

    paper = "homotopy"
    name = "convergence"
    title = "The two theorems, measured"
    question = (
        "Do gradient norms and the gap fall as theorems 3.1 and 3.2 say, and what of steps that they do not cover?"
    )
    arms = (
        _arm("net", "net", "harmonic"),
        _arm("net-larger", "net", "power"),
        _arm("net-own", "relu", "own"),
        _arm("convex", "convex", "harmonic"),
        _arm("convex-larger", "convex", "power"),
        _arm("convex-own", "convex", "own"),
    )
    metrics = (
        Metric(
            "gradient-falls", "share of the doublings of K over which the weighted mean of ‖∇g‖² fell", "", "higher"
        ),
        Metric("gradient-mean", "the weighted mean of ‖∇g‖² at the end", "", "lower"),
        Metric("gradient-last", "‖∇g‖² at the last iterate", "", "lower"),
        Metric("gap-falls", "share of the doublings over which |g(mean θ, mean L) − g(·, 0)| fell", "", "higher"),
        Metric("gap", "that distance at the end", "", "lower"),
        Metric("gap-last", "f(θ) + f(η) of the last iterate less g(·, 0)", "", "lower"),
        Metric("slope", "of its logarithm over the logarithm of K, in the second half of the doublings", "", "lower"),
        Metric("theory-slope", "the same of 1 over the sum of the step sizes, the theorem's bound", "", "lower"),
        Metric("sum-of-steps", "Σ γ_k"),
        Metric("largest-norm", "the largest ‖(θ, η)‖ of all iterates"),
        Metric("optimum", "g(·, 0), twice the least cross-entropy"),
    )
    Parameters = Parameters
    presets = (
        Preset(
            "smoke",
            2,
            {"images": 200, "batch": 20, "hidden": 4, "steps": 128, "first": 16, "own_halvings": 4},
            stand_in=True,
            note="few images and steps",
        ),
        Preset("quick", 2, {"steps": 128}, note="a first look"),
        Preset("paper", 5, note="ours: the paper proves and does not measure"),
    )
    varies = (
        "the start of both copies; the arms of one seed and problem share it",
        "the order of the images; the arms of one seed share it",
    )
    data_sets = ("mnist",)
    own_files = ("mnist",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The problem, the steps and the schedule of L, with the parameters that touch them."""
        p, problem, steps = parameters, arm.settings["problem"], arm.settings["steps"]
        same = {name: getattr(p, name) for name in ("images", "side", "batch", "steps", "first", "level")}
        own = {"hidden": p.hidden} if problem != "convex" else {"level_power": p.level_power}
        if steps == "own":
            how = {name: getattr(p, name) for name in ("own_rate", "own_momentum", "own_halvings")}
        else:
            how = {"rate": p.rate, "falls_by": 1.0 if steps == "harmonic" else p.power}
        return {"problem": problem, **same, **own, **how}

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """MNIST, real or stand-in; which images is in the settings."""
        return identity(stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a step."""
        step = 1.5e-3 + 1e-9 * settings["batch"] * settings["side"] ** 2 * settings.get("hidden", 10)
        if settings["problem"] != "convex":
            step += 1.5e-3 + 1e-9 * settings["images"] * settings["side"] ** 2 * settings["hidden"]
        return seeds * (1.0 + settings["steps"] * step)

    def begun(self, settings: Mapping[str, Any], seed: int, stand_in: bool) -> Any:
        """A `ConvergenceRun`."""
        from claimbook.papers.homotopy.runs.convergence import ConvergenceRun

        return ConvergenceRun(settings, seed, stand_in)
