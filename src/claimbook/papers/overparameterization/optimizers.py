"""What the experiments on optimizers share: rules and depths on the ethanol data, each with the best rate of a grid."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from claimbook.experiment.base import Arm, Measurement, Metric, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.ethanol import (
    INPUTS,
    LOSSES,
    RATES_3,
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
from claimbook.record.unfinished import Unfinished

SHARES = (1, 10, 50, 100)  # percent of the iterations at which the loss is a metric


@dataclasses.dataclass(frozen=True)
class RuleParameters:
    """What a re-executor can change in all of them; an experiment has its own length and grid."""

    iterations: int = parameter(600_000, help="Iterations with every rate.", unit="iterations", low=1, high=10_000_000)
    rates: tuple[float, ...] = parameter(
        RATES_3, help="Learning rates tried; the slides' grid of Experiment 3.", low=1e-12, high=100.0
    )
    loss: str = parameter("4", help="The power p of the loss, an even number.", choices=LOSSES)
    scaling: str = parameter("z-score", help="Scaling of features and target.", choices=SCALINGS)
    biases: bool = parameter(False, help="Layers with a bias, as Keras' Dense has unless told not to.")
    precision: str = parameter("float32", help="Number format of the iterations.", choices=("float32", "float64"))


def arm(id: str, rule: str, depth: int, title: str) -> Arm:
    """An arm: one rule at one depth."""
    return Arm(id, title, {"rule": rule, "depth": depth})


METRICS = (
    *(Metric(f"loss-{share}", f"loss at {share} % of the iterations, best rate", better="lower") for share in SHARES),
    Metric(
        "iterations-to-tenth",
        "iterations until a tenth of its own first loss, fastest surviving rate",
        "iterations",
        "lower",
    ),
    Metric("fastest-rate", "the surviving rate that comes to a tenth of its first loss first"),
    Metric("best-rate", "the surviving rate of least last loss"),
    Metric("rates-discarded", "rates of the grid whose run became non-finite", "rates"),
)


class RuleStudy(EthanolStudy):
    """Update rules at several depths with loss Σ (prediction − y)^p / (p n), full batch, every rate to the end.

    A subclass declares arms made by `arm`, presets, and parameters that extend `RuleParameters`; `grid` says which
    rates an arm gets. Of the rates that stay finite to the last iteration the one of least last loss is the best, as in
    the slides' Experiment 3 ("best model according to the loss in the last epoch").
    """

    solver = "mxnet-batched-optimizer"
    metrics = METRICS
    varies = ("the start of W_1, W_2, W_3; the arms of one seed share it",)

    def grid(self, parameters: Any, arm: Arm) -> Sequence[float]:
        """The rates of an arm: the parameter `rates`."""
        return parameters.rates

    def settings(self, parameters: Any, arm: Arm) -> dict[str, Any]:
        """The arm's rule and depth, its grid, and everything else that its runs depend on."""
        return {
            **arm.settings,
            "p": int(parameters.loss),
            "rates": list(self.grid(parameters, arm)),
            "iterations": parameters.iterations,
            "scaling": parameters.scaling,
            "biases": parameters.biases,
            "precision": parameters.precision,
        }

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a block of rows an iteration."""
        height, seconds = (40, 130e-6) if settings["p"] == 2 else (8, 230e-6)
        if settings["precision"] == "float64":
            seconds *= 2.0
        return 2.0 + seconds * -(-len(settings["rates"]) * seeds // height) * settings["iterations"]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """All rates of all seeds in one batched problem; then each seed's measurement."""
        from claimbook.train.lp_optimum import lp_optimum

        last = tasks[0].settings["iterations"]
        data, descent = _problem(tasks[0])
        runs = searched(tasks, descent, partial(_rows, descent), (last, last), progress, unfinished)
        optimum = lp_optimum(descent.x, descent.y, tasks[0].settings["p"])
        facts = facts_of(data) | {"optimum": optimum, "loss_of_zero": float(descent.loss_of_zero)}
        for task, rows in zip(tasks, runs, strict=True):
            yield task, self.measurement(rows, last, facts)

    def first_losses(self, task: Task) -> list[float]:
        """The losses of the first 20 steps with the rate a quarter up the grid."""
        _, descent = _problem(task)
        return first_20_losses(descent, _rows(descent, task), task.settings["iterations"])

    def measurement(self, rows: Sequence[Any], last: int, facts: Mapping[str, Any]) -> Measurement:
        """What one task measured, from its rows (one a rate) after the `last` iteration and the facts of the data."""
        return _measurement(rows, last, facts)


def _problem(task: Task):
    from claimbook.train.lp_optimizers import LpOptimizer

    data = ethanol(task)
    names = ("depth", "p", "rule", "biases")
    return data, LpOptimizer(data.x, data.y, *(task.settings[n] for n in names), dtype=task.settings["precision"])


def _rows(descent: Any, task: Task, states: Sequence[Mapping[str, Any]] | None = None):
    begin = descent.start(*start(task.seed, task.settings["depth"], INPUTS))
    return rows_of_task(begin, task.settings["rates"], states)


def _measurement(rows, last: int, facts: Mapping[str, Any]) -> Measurement:
    from claimbook.train.rate_search import best_row, share_of

    best = best_row(rows, last)
    metrics: dict[str, float | None] = {metric.name: None for metric in METRICS}
    metrics["rates-discarded"] = sum(not row.alive for row in rows)
    tenths = {row.rate: iterations_to(row.iterations, row.losses, row.losses[0] / 10) for row in rows if row.alive}
    curve = {"iteration": [], "loss": []}
    if best is not None:
        curve = {"iteration": best.iterations, "loss": best.losses}
        metrics["best-rate"] = best.rate
        for share in SHARES:
            metrics[f"loss-{share}"] = best.losses[best.iterations.index(share_of(last, share))]
        reached = {rate: at for rate, at in tenths.items() if at is not None}
        if reached:
            metrics["fastest-rate"] = min(reached, key=reached.__getitem__)
            metrics["iterations-to-tenth"] = reached[metrics["fastest-rate"]]
    table = [
        {
            "rate": row.rate,
            "loss_after_search": row.losses[-1] if row.alive else None,
            "iterations_to_tenth": tenths.get(row.rate),
            "diverged_by": row.diverged_by,
            "chosen": row is best,
        }
        for row in rows
    ]
    first = rows[len(rows) // 4].losses[:20]
    return Measurement(metrics, {"loss": curve}, {"rates": table}, first, best is None, facts)
