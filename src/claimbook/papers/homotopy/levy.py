"""Table 1: how many starting points of a grid end in the global minimum, without and with the homotopy."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.homotopy.levy_parameters import close_parameter, gtol_parameter, ladder_parameter, refuse_rising
from claimbook.papers.homotopy.levy_solve import Ended, begun, ended, first_values, pinned
from claimbook.papers.homotopy.levy_starts import size, starts
from claimbook.papers.homotopy.levy_views import columns, path_table, stations
from claimbook.record.unfinished import Unfinished

FROM = (5.0, 4.0, 5.0, 5.0)  # the one start whose path section 4.1 tells
GRIDS = ("n2", "n4", "n6")
CHUNK = 64  # starts between two looks at the clock, of SciPy
SAME = 0.1  # two minima lie about 4 apart; ends nearer than this in every coordinate are the same


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    starts_n2: int = parameter(36, help="Starts at most, of the grid {0 … 5}².", unit="starts", low=1, high=36)
    starts_n4: int = parameter(1_296, help="Starts at most, of {0 … 5}⁴.", unit="starts", low=1, high=1_296)
    starts_n6: int = parameter(4_096, help="Starts at most, of {3, 4, 5, 6}⁶.", unit="starts", low=1, high=4_096)
    pin: float = parameter(0.0, help="Where the homotopy pins the copies, in every variable.", low=-1e3, high=1e3)
    ladder: tuple[float, ...] = ladder_parameter()
    rising: bool = parameter(False, help="Say that L may rise along the ladder.")
    gtol: float = gtol_parameter()
    close: float = close_parameter()

    def check(self) -> None:
        """Raises UsageError for a ladder that rises without saying so."""
        if not self.rising:
            refuse_rising(self.ladder, "Turn the ladder round, or say rising=true.")


def _arms() -> Iterator[Arm]:
    words = {"plain": "BFGS alone", "hta": "homotopy"}
    for solver in ("scipy", "batched"):
        by, end = ("", "") if solver == "scipy" else (", batched BFGS", "-batched")
        for grid in GRIDS:
            for algorithm, told in words.items():
                settings = {"algorithm": algorithm, "solver": solver, "grid": grid}
                yield Arm(f"{grid}-{algorithm}{end}", f"n = {grid[1:]}: {told}{by}", settings)
    for algorithm, told in words.items():
        settings = {"algorithm": algorithm, "solver": "scipy", "grid": "one"}
        yield Arm(f"path-{algorithm}", f"from (5, 4, 5, 5): {told}", settings)


class Levy(Experiment):
    """The variant of Levy's function, equation (33), minimised from every point of the paper's grids.

    By BFGS alone, and by the homotopy as the paper's own numbers let it be read: pins at 0; the two decoupled problems
    solved first, each from its half of the start; L down the ladder, each station from the last one's end; at last
    BFGS on f itself from θ. `levy-readings` has the other readings. Source: the homotopy paper, section 4.1, table 1.

    A record's sweep has a row a start: where it ended, after how many iterations. "differs" there, and the metric
    `differing`, compare SciPy's BFGS with the batched one from the same start.
    """

    paper = "homotopy"
    name = "levy"
    title = "Table 1: from every starting point"
    question = "From how many starting points is the global minimum reached, without and with the homotopy?"
    solver = "scipy-bfgs"
    arms = tuple(_arms())
    metrics = (
        Metric("starts", "starting points", "starts"),
        Metric("found", "starts that end in the global minimum", "starts", "higher"),
        Metric("share", "found over starts", better="higher"),
        Metric("iterations", "BFGS iterations of a start, all stages together, mean", "iterations", "lower"),
        Metric("value", "f where a start ends, mean", better="lower"),
        Metric("differing", "starts whose end is another minimum by the batched BFGS than by SciPy's", "starts"),
    )
    Parameters = Parameters
    presets = (
        Preset("smoke", 1, {"starts_n4": 6, "starts_n6": 4}, stand_in=True, note="a few starts where n > 2"),
        Preset("quick", 1, {"starts_n4": 162, "starts_n6": 100}, note="all starts of n = 2, a sample of the others"),
        Preset("paper", 1, note="all starts of the paper's grids"),
    )
    varies = ("which starts are taken, where not all of a grid are",)
    data_sets = ()

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's grid and solver; with the homotopy its pins and its ladder."""
        grid = arm.settings["grid"]
        most = {} if grid == "one" else {"starts": getattr(parameters, f"starts_{grid}")}
        path = {"pins": parameters.pin, "levels": list(parameters.ladder), "decoupled": True}
        return {
            "solver": arm.settings["solver"],
            "grid": grid,
            **most,
            **(path if arm.settings["algorithm"] == "hta" else {"pins": None}),
            "gtol": parameters.gtol,
            "close": parameters.close,
        }

    def solver_of(self, settings: Mapping[str, Any]) -> str:
        """SciPy's BFGS, or the batched one."""
        return f"{settings['solver']}-bfgs"

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """A formula: there is nothing to fetch."""
        return {"name": "equation-33", "edition": "a formula", "stand_in": stand_in}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a start."""
        levels = len(settings.get("levels", ()))
        each = {"n2": 1.2e-3, "n4": 2.2e-3, "n6": 3e-3}.get(settings["grid"], 2.2e-3) * (1 + 1.5 * levels)
        return 1.0 + settings.get("starts", 1) * seeds * each / (1 if settings["solver"] == "scipy" else 40)

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """Each run by itself, the longest first, so that two processes end at about the same time."""
        return [[task] for task in sorted(tasks, key=lambda task: -self.cost(task.settings, 1))]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """All starts of a task; what of SciPy's is done is kept where it is interrupted."""
        for task in tasks:
            kept = unfinished.load(task.key) or []

            def keep(parts: list[dict[str, Any]], key: str = task.key) -> None:
                if unfinished.due():
                    unfinished.save({key: parts})

            yield task, _measured(task, kept, progress, keep)

    def first_losses(self, task: Task) -> list[float]:
        """Values of f on the way of the last start; see `levy_solve.first_values`."""
        return first_values(task.settings, starts_of(task), task.seed)


def starts_of(task: Task) -> np.ndarray:
    """The starting points of a task, (m, n)."""
    grid = task.settings["grid"]
    return np.array([FROM]) if grid == "one" else starts(grid, min(task.settings["starts"], size(grid)), task.seed)


def _measured(task: Task, kept: list[dict[str, Any]], progress: Callable[[int, int], None], keep) -> Measurement:
    settings, start = task.settings, starts_of(task)
    own = begun(settings, start)
    pins = None if settings["pins"] is None else pinned(settings, own, task.seed)
    chunk = CHUNK if settings["solver"] == "scipy" else len(own)
    parts = [Ended(**part) for part in kept]
    while (done := sum(len(part.value) for part in parts)) < len(own):
        rows = slice(done, done + chunk)
        parts.append(ended(settings, own[rows], None if pins is None else pins[rows], task.seed))
        progress(min(done + chunk, len(own)), len(own))
        keep([dict(vars(part)) for part in parts])
    whole, other = Ended.joined(parts), None
    if settings["solver"] == "scipy":
        other = ended({**settings, "solver": "batched"}, own, pins, task.seed)
    return _measurement(task, start, whole, other)


def _measurement(task: Task, start: np.ndarray, whole: Ended, other: Ended | None) -> Measurement:
    settings = task.settings
    found = whole.value < settings["close"]
    differs = None if other is None else (np.abs(whole.x - other.x) > SAME).any(axis=1)
    metrics = {
        "starts": len(start),
        "found": int(found.sum()),
        "share": float(found.mean()),
        "iterations": float(whole.iterations.mean()),
        "value": float(whole.value.mean()),
        "differing": None if differs is None else int(differs.sum()),
    }
    first = Levy().first_losses(task)
    one = settings["grid"] == "one"
    tables = {"path": path_table(settings, start, task.seed)} if one else {}
    curves = (
        {"stations": stations(settings, start, task.seed)}
        if start.shape[1] == 2 and settings["pins"] is not None
        else {}
    )
    sweep = None if one else columns(start, whole, found, differs)
    return Measurement(metrics, curves, tables, first, False, {"starts": len(start)}, sweep=sweep)
