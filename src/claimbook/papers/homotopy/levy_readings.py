"""What table 1 measures: every reading of the homotopy paper's section 4.1, with and without a path in L."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.papers.homotopy import levy_pins
from claimbook.papers.homotopy.levy_counts import counted, grids, seconds, starts_of, wide
from claimbook.papers.homotopy.levy_parameters import close_parameter, gtol_parameter, ladder_parameter, refuse_rising
from claimbook.papers.homotopy.levy_solve import first_values
from claimbook.papers.homotopy.levy_starts import GRIDS
from claimbook.record.unfinished import Unfinished

DOWN, UP, WIDE, NONE = "falling", "rising", "wide", "none"  # of the ladder
TRIES = 16


def _reading(title: str, pins: Any, ladder: str = DOWN, decoupled: bool = True, **more: Any) -> tuple[str, dict]:
    own = {"pins": pins} if pins is None else {"pins": pins, "ladder": ladder, "decoupled": decoupled}
    return title, {**own, **more}


READINGS = {
    "plain": _reading("BFGS alone", None),
    "hta": _reading("pins at 0, decoupled stage, L falling (the default reading)", 0.0),
    "decoupled-alone": _reading("pins at 0, decoupled stage, no path in L (the control)", 0.0, NONE),
    "hta-rising": _reading("pins at 0, decoupled stage, L rising", 0.0, UP),
    "coupled": _reading("pins at 0, no decoupled stage, L falling", 0.0, decoupled=False),
    "coupled-wide": _reading("pins at 0, no decoupled stage, L over the wide range", 0.0, WIDE, decoupled=False),
    "pins-at-start": _reading("pins at the initial guess, decoupled stage, L falling (the literal reading)", "start"),
    "pins-at-start-rising": _reading("pins at the initial guess, decoupled stage, L rising", "start", UP),
    "pins-at-start-wide": _reading("pins at the initial guess, decoupled stage, L over the wide range", "start", WIDE),
    "pins-at-start-global": _reading(
        "pins at the initial guess, decoupled stage from many points, L falling", "start", tries=TRIES
    ),
    "pins-random": _reading("pins at random in ±10, decoupled stage, L falling", "random"),
    "half-zero": _reading("first half of the start set to 0, BFGS alone", None, zeroed="half"),
    "first-zero": _reading("only x1 of the start set to 0, BFGS alone", None, zeroed="first"),
    "all-zero": _reading("the one start 0, BFGS alone", None, zeroed="all"),
    "l-bfgs-b": _reading("L-BFGS-B alone", None, method="L-BFGS-B"),
    "cg": _reading("conjugate gradients alone", None, method="CG"),
    "newton-cg": _reading("Newton-CG alone", None, method="Newton-CG"),
}
"""Arm → title and settings, of which `ladder` says how L goes."""
SWEEP = "pin-sweep"


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    sizes: tuple[float, ...] = parameter((2, 4, 6, 8), help="Numbers of variables n: 2, 4, 6, 8.", low=2, high=8)
    starts: int = parameter(4_096, help="Starts at most, of each grid.", unit="starts", low=1, high=65_536)
    ladder: tuple[float, ...] = ladder_parameter()
    widest: float = parameter(10.0, help="L at which the wide range begins.", low=1e-9, high=1e9)
    narrowest: float = parameter(0.01, help="L at which it ends.", low=1e-9, high=1e9)
    stations: int = parameter(31, help="Values of L in the wide range, evenly on a log scale.", low=2, high=1_000)
    sweep_pins: tuple[float, ...] = parameter(
        tuple(map(float, range(-8, 9))), help="Where the sweep pins all variables.", low=-1e3, high=1e3
    )
    sweep_starts: int = parameter(
        256, help="Starts at most of each grid in the sweep.", unit="starts", low=1, high=4_096
    )
    gtol: float = gtol_parameter()
    close: float = close_parameter()

    def check(self) -> None:
        """Raises UsageError for another n, or where L rises: the arms in which it does turn the ladder round."""
        odd = [n for n in self.sizes if n not in (2, 4, 6, 8)]
        if odd:
            raise UsageError(f"sizes = {odd[0]:g} has no grid.", "The paper has grids of 2, 4, 6 and 8 variables.",
                             "Give some of them: sizes=2,4.")  # fmt: skip
        refuse_rising(self.ladder, "Turn the ladder round: the arms whose L rises go it backwards.")
        if self.narrowest >= self.widest:
            raise UsageError(
                f"narrowest = {self.narrowest:g} is not below widest = {self.widest:g}.", "L falls over the wide range."
            )


class LevyReadings(Experiment):
    """Section 4.1 in every way in which its text can be read, and the controls that tell what its parts do.

    The text says three things of the reference point (random, "for instance 0", "chosen based on the initial guess"),
    and one of L (it rises) against another (0.9 to 0.1). An arm is a reading; its records have all sizes n. By the
    batched BFGS, but for SciPy's other methods. `pin-sweep` is one table: pin × n × schedule; see `levy_pins`.
    Source: the homotopy paper, sections 1, 2.2 and 4.1; n = 8, which table 1 announces, is ours.
    """

    paper = "homotopy"
    name = "levy-readings"
    title = "What table 1 measures: the readings of its text"
    question = "What brings every start to the global minimum: the path in L, or where the copies are pinned?"
    solver = "batched-bfgs"
    arms = (
        *(Arm(name, title, settings) for name, (title, settings) in READINGS.items()),
        Arm(SWEEP, "every pin, n and schedule", {}),
    )
    metrics = (
        *(
            Metric(f"{kind}-{grid}", f"{help} {'{3 … 6}' if GRIDS[grid][1][0] else '{0 … 5}'}^{grid[1]}", unit, better)
            for grid in GRIDS
            for kind, help, unit, better in (
                ("starts", "starting points, of", "starts", ""),
                ("found", "starts that end in the global minimum, of", "starts", "higher"),
                ("share", "found over starts, of", "", "higher"),
            )
        ),
        Metric("settings", "settings of the sweep with a path in L", "settings"),
        Metric("settings-better", "those that find more than BFGS alone from the same starts", "settings"),
        Metric("settings-equal", "those that find as many", "settings"),
        Metric("settings-worse", "those that find fewer", "settings"),
    )
    Parameters = Parameters
    presets = (
        Preset(
            "smoke",
            1,
            {"sizes": (2, 4), "starts": 36, "sweep_pins": (-5.0, 0.0, 4.0), "sweep_starts": 9, "stations": 5},
            stand_in=True,
            note="n = 2 and a few starts of n = 4",
        ),
        Preset("quick", 1, {"starts": 256, "sweep_starts": 36}, note="a sample of the starts where n > 2"),
        Preset("paper", 1, note="all starts of the paper's grids; a sample of those of n = 8, which it announces"),
    )
    varies = ("which starts are taken, where not all of a grid are", "random pins, and the points of many")
    data_sets = ()

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's reading with its values of L; the sweep's axes for `pin-sweep`."""
        ladders = {
            DOWN: list(parameters.ladder),
            UP: list(parameters.ladder)[::-1],
            WIDE: wide(parameters.widest, parameters.narrowest, parameters.stations),
            NONE: [],
        }
        same = {"sizes": sorted(int(n) for n in parameters.sizes), "close": parameters.close}
        if arm.id == SWEEP:
            axes = {"pins": list(parameters.sweep_pins), "ladders": ladders, "starts": parameters.sweep_starts}
            return {**same, **axes, "solver": "batched", "gtol": parameters.gtol}
        own = dict(arm.settings)
        by = {"solver": "batched", "gtol": parameters.gtol}
        if "method" in own:  # at its own tolerances, and n = 2 and 4 alone
            by = {"solver": "scipy"}
            same["sizes"] = [n for n in same["sizes"] if n <= 4]
        if "ladder" in own:
            own["levels"] = ladders[own.pop("ladder")]
        return {**same, **own, **by, "starts": parameters.starts}

    def solver_of(self, settings: Mapping[str, Any]) -> str:
        """SciPy for its other methods, else the batched BFGS."""
        return "scipy" if settings["solver"] == "scipy" else self.solver

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """A formula: there is nothing to fetch."""
        return {"name": "equation-33", "edition": "a formula", "stand_in": stand_in}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of a start."""
        return 1.0 + seeds * sum(seconds(settings, grid) for grid in grids(settings))

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """Each run by itself, the longest first, so that two processes end at about the same time."""
        return [[task] for task in sorted(tasks, key=lambda task: -self.cost(task.settings, 1))]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """A reading grid by grid, the sweep grid by grid and ladder by ladder; what is done is kept."""
        for task in tasks:
            done = unfinished.load(task.key) or {}

            def keep(key: str = task.key, done: dict[str, Any] = done) -> None:
                if unfinished.due():
                    unfinished.save({key: done})

            work = levy_pins.swept if "ladders" in task.settings else counted
            metrics, sweep = work(task.settings, task.seed, done, progress, keep)
            whole = dict.fromkeys(metric.name for metric in self.metrics) | metrics
            facts = {"starts": {grid: len(starts_of(task.settings, grid, task.seed)) for grid in grids(task.settings)}}
            yield task, Measurement(whole, {}, {}, self.first_losses(task), False, facts, sweep=sweep)

    def first_losses(self, task: Task) -> list[float]:
        """Values of f on the way of the last start of the first grid; see `levy_solve.first_values`."""
        own = task.settings
        reading = levy_pins.probe(own) if "ladders" in own else own
        return first_values(reading, starts_of(own, grids(own)[0], task.seed), task.seed)
