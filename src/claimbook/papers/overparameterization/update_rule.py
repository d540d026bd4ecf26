"""Experiment 1 of the slides: the end-to-end update rule against the networks that it describes, of three widths."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.experiment.base import Arm, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.ethanol import SCALINGS, EthanolStudy
from claimbook.record.unfinished import Unfinished

WIDTHS = (1, 10, 100)  # the slides print none; "width" is that of all hidden layers


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    iterations: int = parameter(
        200_000, help="Iterations of the networks and of the rule.", unit="iterations", low=1, high=10_000_000
    )
    rate: float = parameter(1e-3, help="Learning rate of the networks and of the rule.", low=1e-12, high=100.0)
    start: str = parameter(
        "balanced",
        help="Start of the networks: balanced, or naive with all entries N(0, 0.01²).",
        choices=("balanced", "naive"),
    )
    start_norm: float = parameter(
        3e-3, help="Norm of the end-to-end row at a balanced start; a naive start has its own.", low=1e-12, high=100.0
    )
    scaling: str = parameter("z-score", help="Scaling of features and target.", choices=SCALINGS)
    order_iterations: int = parameter(
        2_000,
        help="Iterations at the full rate after which rule and network are compared for ever smaller steps.",
        unit="iterations",
        low=1,
        high=1_000_000,
    )
    precision: str = parameter("float32", help="Number format of the iterations.", choices=("float32", "float64"))


def _by_width(name: str, text: str, unit: str = "") -> tuple[Metric, ...]:
    return tuple(Metric(f"{name}-k{k}", text.format(k=k), unit, "lower") for k in WIDTHS)


class UpdateRule(EthanolStudy):
    """Networks of depth N = 2, 3 and width k = 1, 10, 100 beside the rule that starts from their product.

    Source: the overparameterization slides, Experiment 1 (`train` and `emulate`).
    """

    name = "update-rule"
    title = "The end-to-end update rule against real networks"
    question = "Does the update rule on a single layer give the training curves of deep linear networks of any width?"
    solver = "mxnet-batched-nets"
    arms = tuple(
        Arm(f"n{depth}-l{p}", f"depth {depth}, l{p} loss", {"depth": depth, "p": p}) for p in (2, 4) for depth in (2, 3)
    )
    metrics = (
        Metric("curve-gap", "largest |network − rule| / network of the loss, of any width and time", better="lower"),
        *_by_width("curve-gap", "the same for width {k}"),
        Metric("gap-at", "observation with that largest gap", "iterations"),
        Metric("gap-above-5-at", "first observation with a gap above 5 %; none where it stays below", "iterations"),
        Metric("compared-until", "last observation at which all six runs were finite", "iterations", "higher"),
        Metric("runs-diverged", "runs of the six that became non-finite", "runs", "lower"),
        Metric("width-log-ratio", "largest |log(iterations to half)| between two widths of network", better="lower"),
        *_by_width("iterations-to-half", "until half the first loss, network of width {k}", "iterations"),
        *_by_width("rule-to-half", "until half the first loss, rule from the product of width {k}", "iterations"),
        *_by_width("last-loss", "last finite loss of the network of width {k}"),
        *_by_width("imbalance", "max |W_(j+1)ᵀ W_(j+1) − W_j W_jᵀ| / max |W_j|² of the start of width {k}"),
        Metric("step-gap", "relative distance of rule and network as vectors at the full rate"),
        Metric("step-order", "order in the step size with which that distance goes to zero", better="higher"),
        Metric("forms-gap", "relative distance of the rule's general and single-output forms", better="lower"),
    )
    Parameters = Parameters
    presets = (
        Preset(
            "smoke",
            2,
            {"iterations": 200, "order_iterations": 25, "start_norm": 0.1},
            stand_in=True,
            note="exercises the code",
        ),
        Preset("quick", 3, {"iterations": 20_000, "order_iterations": 500}, note="a first look"),
        Preset("paper", 5, note="the slides' iterations and rate"),
    )
    varies = ("the start of the networks; the arms and the widths of one seed share its streams",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's depth and p with all parameters; a naive start has no norm that could be asked for."""
        settings = {**arm.settings, **dataclasses.asdict(parameters), "widths": list(WIDTHS)}
        if parameters.start == "naive":
            del settings["start_norm"]
        return settings

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured times of a block of rows an iteration."""
        quartic, blocks = settings["p"] == 4, -(-seeds // 8)
        wide = 320e-6 if settings["depth"] == 3 else 180e-6  # what width 100 adds
        nets = blocks * (len(WIDTHS) * (260e-6 if quartic else 30e-6) + wide)
        rules = 260e-6 * -(-len(WIDTHS) * seeds // 8) if quartic else 80e-6 * -(-len(WIDTHS) * seeds // 16)
        slower = 2.0 if settings["precision"] == "float64" else 1.0
        smaller_steps = 15 * settings["order_iterations"] * blocks * 2 * (500e-6 if quartic else 120e-6)
        return 3.0 + settings["iterations"] * slower * (nets + rules) + smaller_steps

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Run the networks, the rule and the ever smaller steps for all seeds, then yield each seed's measurement."""
        from claimbook.papers.overparameterization.rule_runs import Runs

        runs = Runs(tasks, progress, unfinished)
        runs.run(tasks[0].settings["iterations"])
        for i, (task, order) in enumerate(zip(tasks, runs.orders(), strict=True)):
            yield task, runs.measurement(i, order)

    def first_losses(self, task: Task) -> list[float]:
        """The losses of the first 20 steps of the six runs, one after the other."""
        from claimbook.papers.overparameterization.rule_runs import Runs

        runs = Runs([task], lambda done, total: None, Unfinished())
        runs.run(min(20, task.settings["iterations"]))
        return runs.first_losses(0)
