"""What if: the loss of depth 1 to 4 over a wide grid of learning rates and scalings, for readers to pick from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.overparameterization.ethanol import INPUTS, SCALINGS, EthanolStudy, ethanol, facts_of, start
from claimbook.papers.overparameterization.what_if_sweep import Part, Sweep, parts, probe, scalings
from claimbook.record.unfinished import Unfinished

EIGENBASIS, MXNET = "eigenbasis", "mxnet-batched-descent"
# Ours, wide enough that at every depth and scaling some rates learn and some blow up.
RATES_L2 = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
RATES_L4 = (1e-5, 1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
RATES_L6 = (1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change; with one depth, one scaling and one rate it runs a single setting."""

    iterations: int = parameter(
        20_000, help="Iterations with every setting.", unit="iterations", low=1, high=10_000_000
    )
    depths: tuple[float, ...] = parameter((1, 2, 3, 4), help="Depths of the network, whole numbers.", low=1, high=8)
    scaling: str = parameter("all", help="Scaling of features and target.", choices=("all", *SCALINGS))
    rates_l2: tuple[float, ...] = parameter(RATES_L2, help="Learning rates with the l2 loss.", low=1e-12, high=1e4)
    rates_l4: tuple[float, ...] = parameter(RATES_L4, help="Learning rates with the l4 loss.", low=1e-12, high=1e4)
    rates_l6: tuple[float, ...] = parameter(RATES_L6, help="Learning rates with the l6 loss.", low=1e-12, high=1e4)
    precision: str = parameter(
        "float32", help="Number format with l4 and l6; l2 always has float64.", choices=("float32", "float64")
    )

    def check(self) -> None:
        """Raises UsageError for a depth that is no whole number."""
        odd = [depth for depth in self.depths if depth != int(depth)]
        if odd:
            raise UsageError(
                f"depths = {odd[0]} is no depth.", "It is a number of layers.", "Give whole numbers: depths=1,2."
            )


class WhatIf(EthanolStudy):
    """The loss Σ (prediction − y)^p / (p n), p = 2, 4, 6, of linear networks of width 1 at every setting of a grid.

    One record is one sweep: depth × scaling × learning rate, for one p and one start. It extends Experiment 2 of the
    slides, which has depth 1 to 3, p = 2 and 4, one scaling, and the best rate only.
    """

    name = "what-if"
    title = "What if: any depth, loss, scaling and learning rate"
    question = "What would the loss have done with another depth, loss, scaling or learning rate?"
    solver = MXNET
    arms = tuple(Arm(f"l{p}", f"l{p} loss", {"p": p}) for p in (2, 4, 6))
    metrics = (
        Metric("settings", "settings that were run", "settings"),
        Metric("settings-diverged", "settings whose loss became non-finite", "settings"),
    )
    Parameters = Parameters
    presets = (
        Preset(
            "smoke",
            1,
            {
                "iterations": 200,
                "depths": (1, 2),
                "rates_l2": (0.001, 0.01, 0.1),
                "rates_l4": (0.001, 0.01, 1.0),
                "rates_l6": (0.0001, 0.01, 10.0),
            },
            stand_in=True,
            note="exercises the code",
        ),
        Preset("quick", 1, {"iterations": 5_000}, note="a first look"),
        Preset("paper", 3, note="ours: the paper has no such grid"),
    )
    varies = ("the start of W_1 … W_4; the settings of one seed share it",)

    def solver_of(self, settings: Mapping[str, Any]) -> str:
        """The eigenbasis for p = 2, MXNet else."""
        return EIGENBASIS if settings["p"] == 2 else MXNET

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's p, its own rates, and what the sweep runs over; "all" stands for the three scalings."""
        p = arm.settings["p"]
        return {
            "p": p,
            "depths": [int(depth) for depth in parameters.depths],
            "scaling": parameters.scaling,
            "rates": list(getattr(parameters, f"rates_l{p}")),
            "iterations": parameters.iterations,
            "precision": "float64" if p == 2 else parameters.precision,
        }

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a row's iteration; settings that blow up cost less."""
        row = 1e-6 if settings["p"] == 2 else 20e-6 * (2 if settings["precision"] == "float64" else 1)
        return 6.0 + row * len(parts(settings)) * len(settings["rates"]) * settings["iterations"] * seeds

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """Run depth by depth and scaling by scaling, all seeds and rates at once; then yield each seed's sweep."""
        from claimbook.train.lp_optimum import lp_optimum

        settings = tasks[0].settings
        sweeps = [Sweep(task.seed, task.settings, unfinished.load(task.key)) for task in tasks]

        def keep() -> None:
            if unfinished.due():
                unfinished.save({t.key: sweep.state() for t, sweep in zip(tasks, sweeps, strict=True)})

        facts: dict[str, Any] = {}
        for scaling in scalings(settings):
            data = ethanol(tasks[0], scaling)
            facts |= facts_of(data)
            facts[f"optimum-{scaling}"] = lp_optimum(data.x, data.y, settings["p"])
            for depth in settings["depths"]:
                _run((scaling, depth), _descent(data, settings, depth), sweeps, progress, keep)
        for task, sweep in zip(tasks, sweeps, strict=True):
            yield task, _measurement(sweep, facts)

    def first_losses(self, task: Task) -> list[float]:
        """The losses of the first 20 steps of one setting; see `what_if_sweep.probe`."""
        from claimbook.train.rate_search import rows_of, search_rates

        scaling, depth, rate = probe(task.settings)
        rows = rows_of(start(task.seed, depth, INPUTS), [rate])
        last = min(20, task.settings["iterations"])
        descent = _descent(ethanol(task, scaling), task.settings, depth)
        search_rates(descent, [rows], last, last, lambda done, total: None)
        return rows[0].losses[:20]


def _descent(data, settings: Mapping[str, Any], depth: int):
    if settings["p"] == 2:
        from claimbook.train.lp_eigen import LpEigen

        return LpEigen(data.x, data.y, depth)
    from claimbook.train.lp_descent import LpDescent

    return LpDescent(data.x, data.y, depth, settings["p"], settings["precision"])


def _run(part: Part, descent, sweeps: Sequence[Sweep], progress, keep) -> None:
    """Run a part for all seeds that have not done it yet."""
    from claimbook.train.rate_search import search_rates

    settings = sweeps[0].settings
    last, every = settings["iterations"], parts(settings)
    share = len(settings["rates"]) * last * len(sweeps)  # row-iterations of a part
    before = share * every.index(part)
    runs = [rows for sweep in sweeps if (rows := sweep.begin(part))]
    if runs:
        search_rates(descent, runs, last, last, lambda n, _: progress(before + n, share * len(every)), keep)
    for sweep in sweeps:
        sweep.end(part)
    progress(before + share, share * len(every))


def _measurement(sweep: Sweep, facts: Mapping[str, Any]) -> Measurement:
    rows = [row for own in sweep.rows.values() for row in own]
    diverged = sum(not row.alive for row in rows)
    return Measurement(
        metrics={"settings": len(rows), "settings-diverged": diverged},
        curves={},
        tables={"best": sweep.best()},
        first_losses=sweep.first_losses(),
        diverged=diverged == len(rows),
        data=facts,
        sweep=sweep.columns(),
    )
