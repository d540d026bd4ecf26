"""What the experiments on the ethanol data share: data, batches, start, grids, the search, when a loss was reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook import seeds
from claimbook.data.gas_sensor import Regression, identity, load_gas_sensor
from claimbook.experiment.base import Experiment, Task, digest_of
from claimbook.record.unfinished import Unfinished

INPUTS = 128  # features of the gas-sensor data
START_SD = 0.01  # slides, Experiment 2 code: torch.randn(…) * 0.01; Experiment 3: RandomNormal(stddev=0.01)
RATES_2 = (1e-5, 5e-5, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)  # slides, Experiment 2 code: `rates`
RATES_3 = (1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)  # slides, Experiment 3, model_building: `lr`
# The slides print no rate for l4 in Experiment 2. This is their grid of that experiment, the two rates that Experiment
# 3 adds to it (1e-4, 5e-4), and finer steps in its gap from the stable 1e-3 to the unstable 5e-3.
RATES_L4 = (1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1.5e-3, 2e-3, 2.5e-3, 3e-3, 3.5e-3, 4e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)
LOSSES = ("2", "4", "6")  # even powers: the loss must not fall below zero
SCALINGS = ("z-score", "min-max", "min-max-symmetric")


def start(seed: int, depth: int, inputs: int, sd: float = START_SD) -> tuple[np.ndarray, np.ndarray]:
    """W_1 (inputs,) and W_2 … W_N (depth − 1,), entries N(0, sd²); those of one seed share their first matrices."""
    w = seeds.stream(seed, "start/W1").standard_normal(inputs) * sd
    factors = [seeds.stream(seed, f"start/W{j}").standard_normal() * sd for j in range(2, depth + 1)]
    return w, np.array(factors)


def iterations_to(iterations: Sequence[int], losses: Sequence[float], threshold: float) -> float | None:
    """When the loss first comes down to `threshold`, or None where it never does.

    Between two observations the loss is taken as a power law of the iteration (a straight line in the logarithms).
    """
    for i, loss in enumerate(losses):
        if loss <= threshold:
            if i == 0 or iterations[i - 1] == 0:
                return float(iterations[i])
            share = np.log(losses[i - 1] / threshold) / np.log(losses[i - 1] / loss)
            low, high = np.log(iterations[i - 1]), np.log(iterations[i])
            return float(np.exp(low + share * (high - low)))
    return None


class EthanolStudy(Experiment):
    """An experiment on the ethanol rows whose tasks are run arm by arm, all seeds as one problem."""

    paper = "overparameterization"
    data_sets = ("gas-sensor",)

    def solver_of(self, settings: Mapping[str, Any]) -> str:
        """The solver that the settings name, where they name one."""
        return settings.get("solver", self.solver)

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """The ethanol rows, real or stand-in."""
        return identity(gas=1, stand_in=stand_in)

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """All seeds of one arm together: they share its settings and the data."""
        groups: dict[str, list[Task]] = {}
        for task in tasks:
            groups.setdefault(digest_of([task.settings, task.data]), []).append(task)
        return list(groups.values())


def ethanol(task: Task, scaling: str | None = None) -> Regression:
    """The ethanol rows of a task in float64, scaled as its settings say or as `scaling` does."""
    scaling = task.settings["scaling"] if scaling is None else scaling
    return load_gas_sensor(gas=1, scaling=scaling, stand_in=task.data["stand_in"], dtype="float64")


def facts_of(data: Regression) -> dict[str, Any]:
    """What a record says of its data."""
    return {"digest": data.digest, "rows": len(data.y), "rows_rounded": data.rows_rounded}


def rows_of_task(begin: tuple[np.ndarray, ...], rates: Sequence[float], states: Sequence[Mapping[str, Any]] | None):
    """The rows of a task, one a rate: as far as kept `states` say, or at the start `begin`."""
    from claimbook.train.rate_search import Row, rows_of

    return rows_of(begin, rates) if states is None else [Row.from_state(state) for state in states]


def searched(
    tasks: Sequence[Task],
    descent: Any,
    rows: Callable[[Task, Any], list],
    iterations: tuple[int, int],
    progress: Callable[[int, int], None],
    unfinished: Unfinished,
) -> list[list]:
    """Each task's rows after the search for its best rate and the run with it, in one batched problem.

    Args:
        rows: from a task and its kept states, or None, to its rows. iterations: of the search, and in all.
    """
    from claimbook.train.rate_search import search_rates

    runs = [rows(task, unfinished.load(task.key)) for task in tasks]

    def keep() -> None:
        if unfinished.due():
            unfinished.save({t.key: [row.state() for row in own] for t, own in zip(tasks, runs, strict=True)})

    search_rates(descent, runs, *iterations, progress, keep)
    return runs


def first_20_losses(descent: Any, rows: list, last: int) -> list[float]:
    """The losses of the first 20 steps (of `last` at most) of the rate a quarter up the grid.

    Higher rates often blow up before. A task with one rate has that one.
    """
    from claimbook.train.rate_search import search_rates

    last = min(20, last)
    search_rates(descent, [rows], last, last, lambda done, total: None)
    return rows[len(rows) // 4].losses[:20]
