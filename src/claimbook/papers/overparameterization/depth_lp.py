"""Experiment 2 of the slides: linear networks of depth 1, 2, 3 on the ethanol data, with the l2 and the l4 loss."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.ethanol import (
    INPUTS,
    RATES_2,
    RATES_L4,
    SCALINGS,
    EthanolStudy,
    ethanol,
    facts_of,
    first_20_losses,
    iterations_to,
    rows_of_task,
    searched,
    start,
)
from claimbook.papers.overparameterization.solvers import (
    EIGENBASIS,
    MXNET,
    descent_of,
    eigenbasis_cost,
    solver_parameter,
    solver_setting,
)
from claimbook.record.unfinished import Unfinished

SCALING_AS_READ = {2: "min-max", 4: "z-score"}


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    search_iterations: int = parameter(
        300_000,
        help="Iterations of the search, with every rate of the grid.",
        unit="iterations",
        low=1,
        high=10_000_000,
    )
    final_iterations: int = parameter(
        700_000, help="Iterations of the run with the best rate.", unit="iterations", low=1, high=10_000_000
    )
    rates_l2: tuple[float, ...] = parameter(
        RATES_2, help="Learning rates tried with the l2 loss; the slides' grid.", low=1e-12, high=100.0
    )
    rates_l4: tuple[float, ...] = parameter(
        RATES_L4,
        help="Learning rates tried with the l4 loss: the printed grids and finer steps.",
        low=1e-12,
        high=100.0,
    )
    scaling: str = parameter(
        "as-read",
        help="Scaling of features and target; as-read is min-max for l2 and z-score for l4.",
        choices=("as-read", *SCALINGS),
    )
    precision: str = parameter("float32", help="Number format of the iterations.", choices=("float32", "float64"))
    solver: str = solver_parameter("Who runs the l2 arms; eigenbasis is exact and fast, in float64. l4 has mxnet.")

    def check(self) -> None:
        """Raises UsageError where the search is longer than the final run."""
        if self.search_iterations > self.final_iterations:
            raise UsageError(
                f"search_iterations = {self.search_iterations} is more than final_iterations "
                f"= {self.final_iterations}.",
                "The final run goes on from where the search with the best rate ended.",
                "Give search_iterations ≤ final_iterations.",
            )


class DepthLp(EthanolStudy):
    """Depth N = 1, 2, 3 with loss Σ (prediction − y)^p / (p n), p = 2, 4; for each the best rate of a grid.

    Source: the overparameterization slides, Experiment 2.
    """

    name = "depth-lp"
    title = "Depth 1, 2 and 3 with the l2 and the l4 loss"
    question = "Does a deeper linear network learn slower with the l2 loss and faster with the l4 loss?"
    solver = "mxnet-batched-descent"
    arms = tuple(
        Arm(f"n{depth}-l{p}", f"depth {depth}, l{p} loss", {"depth": depth, "p": p})
        for p in (2, 4)
        for depth in (1, 2, 3)
    )
    metrics = (
        Metric("loss-1", "loss at 1 % of the final iterations, best rate", better="lower"),
        Metric("loss-10", "loss at 10 % of the final iterations, best rate", better="lower"),
        Metric("loss-50", "loss at 50 % of the final iterations, best rate", better="lower"),
        Metric("loss-100", "loss after all final iterations, best rate", better="lower"),
        Metric("iterations-to-half", "iterations until half the first loss", "iterations", "lower"),
        Metric(
            "iterations-to-1.1-optimum", "iterations until 1.1 times the least possible loss", "iterations", "lower"
        ),
        Metric("best-rate", "the surviving rate of least loss when the search ended"),
        Metric("rates-discarded", "rates of the grid whose run became non-finite", "rates"),
    )
    Parameters = Parameters
    presets = (
        Preset(
            "smoke", 2, {"search_iterations": 200, "final_iterations": 400}, stand_in=True, note="exercises the code"
        ),
        Preset("quick", 3, {"search_iterations": 20_000, "final_iterations": 20_000}, note="a first look"),
        Preset("paper", 5, note="the slides' iterations"),
    )
    varies = ("the start of W_1, W_2, W_3; the arms of one seed share it",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's depth and p, its own grid, and its scaling by name: the other loss's grid does not touch it.

        Nor does the eigenbasis touch the arms of the l4 loss, or the precision its own arms.
        """
        p = arm.settings["p"]
        scaling = SCALING_AS_READ[p] if parameters.scaling == "as-read" else parameters.scaling
        solver = parameters.solver if p == 2 else MXNET
        return {
            "depth": arm.settings["depth"],
            "p": p,
            "rates": list(parameters.rates_l2 if p == 2 else parameters.rates_l4),
            "scaling": scaling,
            "search_iterations": parameters.search_iterations,
            "final_iterations": parameters.final_iterations,
            "precision": "float64" if solver == EIGENBASIS else parameters.precision,
            **solver_setting(solver),
        }

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a block of rows an iteration."""
        if settings.get("solver") == EIGENBASIS:
            searching = eigenbasis_cost(len(settings["rates"]) * seeds, settings["search_iterations"])
            return 4.0 + searching + eigenbasis_cost(seeds, settings["final_iterations"])
        height, seconds = (40, 80e-6) if settings["p"] == 2 else (8, 195e-6)
        if settings["precision"] == "float64":
            seconds *= 1.3 if settings["p"] == 2 else 2.0
        searched = -(-len(settings["rates"]) * seeds // height) * settings["search_iterations"]
        final = -(-seeds // height) * (settings["final_iterations"] - settings["search_iterations"])
        return 2.0 + seconds * (searched + final)

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Search the rates for all seeds in one batched problem, then yield each seed's measurement."""
        from claimbook.train.lp_optimum import lp_optimum

        settings = tasks[0].settings
        data, descent = _problem(tasks[0])
        iterations = settings["search_iterations"], settings["final_iterations"]
        runs = searched(tasks, descent, _rows, iterations, progress, unfinished)
        optimum = lp_optimum(descent.x, descent.y, settings["p"])
        facts = facts_of(data) | {"optimum": optimum}
        for task, rows in zip(tasks, runs, strict=True):
            yield task, _measurement(rows, settings, optimum, facts)

    def first_losses(self, task: Task) -> list[float]:
        """The losses of the first 20 steps with the rate a quarter up the grid."""
        return first_20_losses(_problem(task)[1], _rows(task), task.settings["final_iterations"])


def _problem(task: Task):
    data = ethanol(task)
    return data, descent_of(task.settings, data.x, data.y)


def _rows(task: Task, states: Sequence[Mapping[str, Any]] | None = None):
    begin = start(task.seed, task.settings["depth"], INPUTS)
    return rows_of_task(begin, task.settings["rates"], states)


def _measurement(rows, settings: Mapping[str, Any], optimum: float, facts: Mapping[str, Any]) -> Measurement:
    from claimbook.train.rate_search import best_row, share_of

    search, final = settings["search_iterations"], settings["final_iterations"]
    best = best_row(rows, search)
    metrics: dict[str, float | None] = {metric.name: None for metric in DepthLp.metrics}
    metrics["rates-discarded"] = sum(not row.alive for row in rows)
    curve = {"iteration": [], "loss": []}
    if best is not None:
        curve = {"iteration": best.iterations, "loss": best.losses}
        for percent in (1, 10, 50, 100):
            metrics[f"loss-{percent}"] = best.losses[best.iterations.index(share_of(final, percent))]
        metrics["iterations-to-half"] = iterations_to(best.iterations, best.losses, best.losses[0] / 2)
        metrics["iterations-to-1.1-optimum"] = iterations_to(best.iterations, best.losses, 1.1 * optimum)
        metrics["best-rate"] = best.rate
    table = [
        {
            "rate": row.rate,
            "loss_after_search": row.losses[row.iterations.index(search)] if search in row.iterations else None,
            "diverged_by": row.diverged_by,
            "chosen": row is best,
        }
        for row in rows
    ]
    return Measurement(
        metrics, {"loss": curve}, {"rates": table}, rows[len(rows) // 4].losses[:20], best is None, facts
    )
