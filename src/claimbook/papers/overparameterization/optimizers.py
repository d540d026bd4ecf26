"""What the experiments on optimizers share: rules and depths on the ethanol data, each with the best rate of a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.data.gas_sensor import identity, load_gas_sensor
from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Task, digest_of
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.ethanol import INPUTS, SCALINGS, iterations_to, start
from claimbook.record.unfinished import Unfinished

LOSSES = ("2", "4", "6")  # even powers: the loss must not fall below zero
SHARES = (1, 10, 50, 100)  # percent of the iterations at which the loss is a metric


def iterations_parameter(default: int):
    """The length of every run, as a parameter of an experiment."""
    return parameter(default, help="Iterations with every rate.", unit="iterations", low=1, high=10_000_000)


def rates_parameter(default: tuple[float, ...], help: str):
    """The learning rates tried, as a parameter of an experiment."""
    return parameter(default, help=help, low=1e-12, high=100.0)


def loss_parameter():
    """The power p of the loss, as a parameter of an experiment."""
    return parameter("4", help="The power p of the loss, an even number.", choices=LOSSES)


def scaling_parameter():
    """The scaling of the data, as a parameter of an experiment."""
    return parameter("z-score", help="Scaling of features and target.", choices=SCALINGS)


def biases_parameter():
    """Whether the layers have biases, as a parameter of an experiment."""
    return parameter(False, help="Layers with a bias, as Keras' Dense has unless told not to.")


def precision_parameter():
    """The number format, as a parameter of an experiment."""
    return parameter("float32", help="Number format of the iterations.", choices=("float32", "float64"))


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


class RuleStudy(Experiment):
    """Update rules at several depths with loss Σ (prediction − y)^p / (p n), full batch, every rate to the end.

    A subclass declares arms made by `arm`, presets, and parameters with the fields of this module; `grid` says which
    rates an arm gets. Of the rates that stay finite to the last iteration the one of least last loss is the best, as in
    the slides' Experiment 3 ("best model according to the loss in the last epoch").
    """

    paper = "overparameterization"
    solver = "mxnet-batched-optimizer"
    metrics = METRICS
    varies = ("the start of W_1, W_2, W_3; the arms of one seed share it",)
    data_sets = ("gas-sensor",)

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

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """The ethanol rows, real or stand-in."""
        return identity(gas=1, stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a block of rows an iteration."""
        height, seconds = (40, 130e-6) if settings["p"] == 2 else (8, 230e-6)
        if settings["precision"] == "float64":
            seconds *= 2.0
        return 2.0 + seconds * -(-len(settings["rates"]) * seeds // height) * settings["iterations"]

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """All seeds of one arm together: they share the rule, the network's shape, the grid and the data."""
        groups: dict[str, list[Task]] = {}
        for task in tasks:
            groups.setdefault(digest_of([task.settings, task.data]), []).append(task)
        return list(groups.values())

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """All rates of all seeds in one batched problem; then each seed's measurement."""
        from claimbook.train.lp_optimum import lp_optimum
        from claimbook.train.rate_search import search_rates

        settings = tasks[0].settings
        data, descent = _problem(tasks[0])
        runs = [_rows(task, descent, unfinished.load(task.key)) for task in tasks]

        def keep() -> None:
            if unfinished.due():
                unfinished.save({t.key: [row.state() for row in rows] for t, rows in zip(tasks, runs, strict=True)})

        search_rates(descent, runs, settings["iterations"], settings["iterations"], progress, keep)
        optimum = lp_optimum(descent.x, descent.y, settings["p"])
        facts = {
            "digest": data.digest,
            "optimum": optimum,
            "loss_of_zero": float(descent.loss_of_zero),
            "rows": len(data.y),
            "rows_rounded": data.rows_rounded,
        }
        for task, rows in zip(tasks, runs, strict=True):
            yield task, self.measurement(rows, settings["iterations"], facts)

    def first_losses(self, task: Task) -> list[float]:
        """The losses of the first 20 steps with the rate a quarter up the grid (higher ones often blow up before)."""
        from claimbook.train.rate_search import search_rates

        _, descent = _problem(task)
        rows = _rows(task, descent)
        last = min(20, task.settings["iterations"])
        search_rates(descent, [rows], last, last, lambda done, total: None)
        return rows[len(rows) // 4].losses[:20]

    def measurement(self, rows: Sequence[Any], last: int, facts: Mapping[str, Any]) -> Measurement:
        """What one task measured, from its rows (one a rate) after the `last` iteration and the facts of the data."""
        return _measurement(rows, last, facts)


def _problem(task: Task):
    from claimbook.train.lp_optimizers import LpOptimizer

    settings = task.settings
    data = load_gas_sensor(gas=1, scaling=settings["scaling"], stand_in=task.data["stand_in"], dtype="float64")
    names = ("depth", "p", "rule", "biases")
    return data, LpOptimizer(data.x, data.y, *(settings[name] for name in names), dtype=settings["precision"])


def _rows(task: Task, descent, states: Sequence[Mapping[str, Any]] | None = None):
    """The rows of a task's rates: as far as `states` say, or at the start."""
    from claimbook.train.rate_search import Row, rows_of

    if states is not None:
        return [Row.from_state(state) for state in states]
    return rows_of(descent.start(*start(task.seed, task.settings["depth"], INPUTS)), task.settings["rates"])


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
