"""What every contender does the same way: read the workload, check, measure, print JSON. NumPy only.

    PYTHONPATH=benchmarks/contenders python FOLDER/PROGRAM.py WORKPLACE WORKLOAD check STEPS [OPTION ...]
    PYTHONPATH=benchmarks/contenders python FOLDER/PROGRAM.py WORKPLACE WORKLOAD measure SECONDS [OPTION ...]

`WORKPLACE/WORKLOAD.npz` holds the workload, which `workload.py` beside the contender reads. `check` prints what is
compared with the other contenders after so many steps, `measure` the seconds of a step of one row: a row is what a step
does many of at once. An option ("bf16") is an argument of the runner that is then true. The process keeps to one core,
whatever threads its library starts.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np

CHUNKS = 8  # timed pieces of a measurement; their median counts


class Runner(Protocol):
    """A contender at work on a workload. It may have `rows`, where its step does not take all of the workload's."""

    def step(self, steps: int) -> None:
        """Take so many steps with every row, and return when they are done."""


class Workload(Protocol):
    """What is trained. unit: all contenders run multiples of so many steps. rows: how many rows a step has."""

    unit: int | ClassVar[int]

    @property
    def rows(self) -> int:
        """Rows of a step."""

    @classmethod
    def read(cls, file: Path) -> Workload:
        """The workload that the benchmark laid out."""

    def check(self, runner: Any, steps: int) -> dict[str, list[float]]:
        """Take the steps; returns what must be the same for all contenders."""


def main(workload_of: type[Workload], start: Callable[..., Runner]) -> None:
    """Do what the command line asks with the runner that `start` makes of a workload."""
    workplace, name, task, amount, *options = sys.argv[1:]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    workload = workload_of.read(Path(workplace) / f"{name}.npz")
    runner = start(workload, **dict.fromkeys(options, True))
    answer = workload.check(runner, int(amount)) if task == "check" else measured(runner, workload, float(amount))
    print(json.dumps(answer))


def measured(runner: Runner, workload: Workload, seconds: float) -> dict[str, float]:
    """Seconds of a row's step, the median of chunks that take about `seconds` together, after a first call; memory."""
    unit = workload.unit
    first = _timed(runner, unit)
    pace = _timed(runner, unit) / unit
    chunk = unit * max(1, round(seconds / CHUNKS / pace / unit))
    times = [_timed(runner, chunk) for _ in range(CHUNKS)]
    row_step = statistics.median(times) / chunk / getattr(runner, "rows", workload.rows)
    return {"first_call": first, "row_step": row_step, "peak_megabytes": peak_megabytes()}


def peak_megabytes() -> float:
    """The most memory that this process has held at once, 10⁶ bytes.

    Linux counts it anew for a program that is started. `ru_maxrss`, elsewhere, may be that of the process that started
    it.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


def losses_around(runner: Runner, losses: Callable[[], np.ndarray], steps: int) -> dict[str, list[float]]:
    """Every row's loss before (`first`) and after (`last`) so many steps."""
    first = losses()
    runner.step(steps)
    return {"first": first.tolist(), "last": losses().tolist()}


def _timed(runner: Runner, steps: int) -> float:
    began = time.perf_counter()
    runner.step(steps)
    return time.perf_counter() - began
