"""Where a deep network starts: near zero, where it may stand still, or near the identity. The slides leave this out.

Source: Arora, Cohen and Hazan (ICML 2018), section 8, figure 5 left, as we remember it: near zero, depth 4 moves after
about 65,000 iterations and depth 8 not within 100,000; from the identity both move at once. Rate, loss and scaling are
not at hand: the ones here are our reading.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.ethanol import (
    INPUTS,
    LOSSES,
    SCALINGS,
    START_SD,
    EthanolStudy,
    ethanol,
    facts_of,
    first_20_losses,
    iterations_to,
    rows_of_task,
    searched,
)
from claimbook.papers.overparameterization.ethanol import start as ethanol_start
from claimbook.papers.overparameterization.solvers import (
    EIGENBASIS,
    descent_of,
    eigenbasis_cost,
    solver_parameter,
    solver_setting,
)
from claimbook.record.unfinished import Unfinished

SHARES = (1, 10, 100)  # percent of the iterations at which the loss is a metric
MOVED = 0.9  # of the first loss: below it a run has moved
WORDS = {"near-zero": "near zero", "identity": "near the identity"}


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    iterations: int = parameter(100_000, help="Iterations of every run.", unit="iterations", low=1, high=10_000_000)
    rate: float = parameter(1e-3, help="Learning rate of every run.", low=1e-12, high=100.0)
    loss: str = parameter("2", help="The power p of the loss, an even number.", choices=LOSSES)
    scaling: str = parameter("z-score", help="Scaling of features and target.", choices=SCALINGS)
    start_sd: float = parameter(
        START_SD, help="Standard deviation of the entries around zero or the identity.", low=1e-12, high=10.0
    )
    precision: str = parameter(
        "float64",
        help="Number format; near zero at depth 8 a step is less than float32 can tell.",
        choices=("float32", "float64"),
    )
    solver: str = solver_parameter("Who takes the steps; eigenbasis is exact and fast, for the l2 loss in float64.")

    def check(self) -> None:
        """Raises UsageError where the eigenbasis is asked for what it cannot do."""
        wrong = [f"loss = {self.loss}"] if self.loss != "2" else []
        wrong += [f"precision = {self.precision}"] if self.precision != "float64" else []
        if self.solver == EIGENBASIS and wrong:
            raise UsageError(
                f"solver = {EIGENBASIS} does not go with {' and '.join(wrong)}.",
                "Only with the l2 loss do the eigenvectors come apart, and it computes in float64.",
                "Give solver=mxnet, or loss=2 and precision=float64.",
            )


class Initialisation(EthanolStudy):
    """Depth 4 and 8 with loss Σ (prediction − y)^p / (p n), width 1, from near zero and from near the identity.

    Near zero all entries are N(0, 0.01²). The identity is rectangular, ones on the main diagonal, plus the same
    numbers: with width 1 the network then starts as the data's first feature.
    """

    name = "initialisation"
    title = "Depth 4 and 8 from near zero and from the identity"
    question = "Does a deep linear network stand still near zero, and move at once from the identity?"
    solver = "mxnet-batched-descent"
    arms = tuple(
        Arm(f"n{depth}-{start}", f"depth {depth}, {words}", {"depth": depth, "start": start})
        for depth in (4, 8)
        for start, words in WORDS.items()
    )
    metrics = (
        Metric("iterations-to-90", "iterations until 90 % of the first loss; none where never", "iterations", "lower"),
        Metric("moved", "1 where the loss came down to 90 % of the first, else 0", better="higher"),
        Metric("loss-0", "loss at the start"),
        *(Metric(f"loss-{share}", f"loss at {share} % of the iterations", better="lower") for share in SHARES),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"iterations": 200}, stand_in=True, note="exercises the code"),
        Preset("quick", 3, {"iterations": 20_000}, note="a first look"),
        Preset("paper", 10, note="the iterations of the paper's figure; rate, loss and scaling are our reading"),
    )
    varies = ("the numbers around zero or the identity; the arms of one seed share them",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's depth and start, and all parameters."""
        return {
            **arm.settings,
            "p": int(parameters.loss),
            "rate": parameters.rate,
            "iterations": parameters.iterations,
            "scaling": parameters.scaling,
            "start_sd": parameters.start_sd,
            "precision": parameters.precision,
            **solver_setting(parameters.solver),
        }

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a block of rows an iteration."""
        if settings.get("solver") == EIGENBASIS:
            return 4.0 + eigenbasis_cost(seeds, settings["iterations"])
        double = settings["precision"] == "float64"
        if settings["p"] == 2:
            height, seconds = 40, (55e-6 if double else 40e-6) + 17e-6 * settings["depth"]
        else:
            height, seconds = 8, (900e-6 if double else 240e-6) + 17e-6 * settings["depth"]
        return 4.0 + seconds * -(-seeds // height) * settings["iterations"]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Run all seeds in one batched problem, then yield each seed's measurement."""
        from claimbook.train.lp_optimum import lp_optimum

        last = tasks[0].settings["iterations"]
        data, descent = _problem(tasks[0])
        runs = searched(tasks, descent, _rows, (last, last), progress, unfinished)
        facts = facts_of(data) | {"optimum": lp_optimum(descent.x, descent.y, tasks[0].settings["p"])}
        for task, (row,) in zip(tasks, runs, strict=True):
            yield task, _measurement(row, last, facts)

    def first_losses(self, task: Task) -> list[float]:
        """The losses of the first 20 steps."""
        return first_20_losses(_problem(task)[1], _rows(task), task.settings["iterations"])


def start(seed: int, depth: int, inputs: int, sd: float, identity: bool) -> tuple[np.ndarray, np.ndarray]:
    """W_1 (inputs,) and W_2 … W_N (depth − 1,), entries N(0, sd²); with `identity` plus 1 on the main diagonal."""
    w, factors = ethanol_start(seed, depth, inputs, sd)
    return (w + np.eye(1, inputs)[0], factors + 1.0) if identity else (w, factors)


def _problem(task: Task):
    data = ethanol(task)
    return data, descent_of(task.settings, data.x, data.y)


def _rows(task: Task, states: Sequence[Mapping[str, Any]] | None = None):
    """The one row of a task: as far as `states` say, or at the start."""
    settings = task.settings
    begin = start(task.seed, settings["depth"], INPUTS, settings["start_sd"], settings["start"] == "identity")
    return rows_of_task(begin, [settings["rate"]], states)


def _measurement(row, last: int, facts: Mapping[str, Any]) -> Measurement:
    from claimbook.train.rate_search import share_of

    metrics: dict[str, float | None] = {metric.name: None for metric in Initialisation.metrics}
    if row.alive:
        at = iterations_to(row.iterations, row.losses, MOVED * row.losses[0])
        metrics |= {"iterations-to-90": at, "moved": float(at is not None), "loss-0": row.losses[0]}
        metrics |= {f"loss-{share}": row.losses[row.iterations.index(share_of(last, share))] for share in SHARES}
    curve = {"iteration": row.iterations, "loss": row.losses}
    return Measurement(metrics, {"loss": curve}, {}, row.losses[:20], not row.alive, facts)
