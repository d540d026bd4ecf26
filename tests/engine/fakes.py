"""A small experiment for the tests of records, runs and studies: random walks, in NumPy alone.

What goes wrong in it, or makes it wait, is said in the environment, so that real processes can be told too:
FAKE_LOG: a file that gets one line for each run that is measured. FAKE_GATE: a file that every run but seed 0 waits
for. FAKE_FAIL, FAKE_DIE, FAKE_BREAK: the arm that raises DataError, kills its process, raises ZeroDivisionError.
"""

from __future__ import annotations

import dataclasses
import math
import os
import signal
import time
from pathlib import Path

from claimbook import seeds
from claimbook.errors import DataError
from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset
from claimbook.experiment.parameters import asked, parameter


@dataclasses.dataclass(frozen=True)
class Parameters:
    """Parameters of a walk."""

    steps: int = parameter(50, help="Steps of the walk.", unit="steps", low=1, high=10_000_000)
    drift: float = parameter(0.25, help="Mean of one step.", low=-10.0, high=10.0)
    damping: float = parameter(1.0, help="Added later; walks were undamped before.", low=0.0, high=1.0, absent=1.0)


class Walk(Experiment):
    """Random walks up and down."""

    paper = "fake"
    name = "walk"
    title = "Random walks"
    question = "Where do they end?"
    solver = "numpy-walk"
    arms = (Arm("up", "drift as given", {"sign": 1}), Arm("down", "drift turned round", {"sign": -1}))
    metrics = (Metric("end", "where it ends", better="lower"), Metric("never", "never reached", better="lower"))
    Parameters = Parameters
    presets = (
        Preset("smoke", 2, {"steps": 10}, stand_in=True),
        Preset("quick", 2, {"steps": 20}),
        Preset("reduced", 4, {"steps": 30}),
        Preset("paper", 3),
    )
    varies = ("the steps",)
    data_sets = ("gas-sensor",)

    def settings(self, parameters, arm):
        return asked(parameters) | {"sign": arm.settings["sign"]}

    def data_identity(self, settings, stand_in):
        return {"name": "toy", "edition": "1", "stand_in": stand_in}

    def cost(self, settings, seeds):
        return settings["steps"] * seeds / 1000

    def batches(self, tasks):
        return [own for arm in ("up", "down") if (own := [task for task in tasks if task.arm == arm])]

    def measure(self, tasks, progress, unfinished):
        for done, task in enumerate(tasks):
            self._go_wrong(task)
            _log(f"{task.arm} {task.seed}")
            if task.seed > 0:
                _wait()
            path = self._path(task)
            progress(done + 1, len(tasks))
            yield (
                task,
                Measurement(
                    metrics={"end": path[-1], "never": None},
                    curves={"path": {"step": list(range(len(path))), "place": path}},
                    tables={"facts": [{"highest": max(path), "odd": math.inf, "name": task.arm}]},
                    first_losses=path[:20],
                    diverged=False,
                    data={"digest": "d" * 64, "rows": 3},
                ),
            )

    def first_losses(self, task):
        self._go_wrong(task)
        return self._path(task)[:20]

    def _path(self, task):
        s = task.settings
        steps = seeds.stream(task.seed, "steps").standard_normal(s["steps"]) + s["sign"] * s["drift"]
        return [float(x) for x in steps.cumsum() * s.get("damping", 1.0)]

    def _go_wrong(self, task):
        if os.environ.get("FAKE_FAIL") == task.arm:
            raise DataError("The toy data are absent.", "Nobody put them there.", "Put them there.")
        if os.environ.get("FAKE_DIE") == task.arm:
            os.kill(os.getpid(), signal.SIGKILL)
        if os.environ.get("FAKE_BREAK") == task.arm:
            raise ZeroDivisionError("a defect")


def _log(line: str) -> None:
    if path := os.environ.get("FAKE_LOG"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(line + "\n")


def _wait() -> None:
    if gate := os.environ.get("FAKE_GATE"):
        until = time.monotonic() + 60
        while not Path(gate).exists() and time.monotonic() < until:
            time.sleep(0.01)


def tasks(preset="paper", stand_in=False, only=None, **overrides):
    """The tasks of a preset, arm by arm."""
    walk = Walk()
    parameters = walk.parameters(preset, overrides)
    cells = [(arm.id, seed) for arm in walk.arms for seed in range(walk.preset(preset).seeds)]
    return [walk.task(parameters, *cell, stand_in) for cell in cells if only is None or cell in only]
