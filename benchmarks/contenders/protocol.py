"""What every contender does the same way: read the workload, check, measure, print JSON. NumPy only.

    python CONTENDER.py WORKPLACE WORKLOAD check ITERATIONS
    python CONTENDER.py WORKPLACE WORKLOAD measure SECONDS

`WORKPLACE/WORKLOAD.npz` holds the workload. `check` prints the losses of all rows before and after so many iterations,
`measure` the seconds of a row-iteration. The process keeps to one core, whatever threads its library starts.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

UNIT = 50  # iterations; every contender runs multiples of it
CHUNKS = 8  # timed pieces of a measurement; their median counts


@dataclass(frozen=True)
class Workload:
    """Rows of networks 128 → 1 → 1 that one rule trains by full batches on Σ (prediction − y)^p / (p n).

    x (n, d), y (n,), w (rows, d) and factors (rows, N − 1) where the rows start, rates (rows,): float64.
    """

    rule: str
    p: int
    x: np.ndarray
    y: np.ndarray
    w: np.ndarray
    factors: np.ndarray
    rates: np.ndarray

    @classmethod
    def read(cls, file: Path) -> Workload:
        """The workload that the runner laid out."""
        with np.load(file, allow_pickle=False) as arrays:
            rule, p = str(arrays["rule"]), int(arrays["p"])
            return cls(rule, p, **{name: arrays[name] for name in ("x", "y", "w", "factors", "rates")})

    def losses(self, w: np.ndarray, factors: np.ndarray) -> np.ndarray:
        """The loss of every row, (rows,), in float64."""
        whole = np.asarray(w, np.float64) * np.prod(np.asarray(factors, np.float64), axis=1, keepdims=True)
        return np.mean((whole @ self.x.T - self.y) ** self.p, axis=1) / self.p


class Runner(Protocol):
    """A contender at work on all rows of a workload."""

    def step(self, iterations: int) -> None:
        """Take so many iterations with every row, and return when they are done."""

    def state(self) -> tuple[np.ndarray, np.ndarray]:
        """w (rows, d) and factors (rows, N − 1) as they stand."""


def main(start: Callable[[Workload], Runner]) -> None:
    """Do what the command line asks with the runner that `start` makes."""
    workplace, name, task, amount = sys.argv[1:]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    workload = Workload.read(Path(workplace) / f"{name}.npz")
    runner = start(workload)
    if task == "check":
        first = workload.losses(*runner.state())
        runner.step(int(amount))
        print(json.dumps({"first": first.tolist(), "last": workload.losses(*runner.state()).tolist()}))
    else:
        print(json.dumps(measured(runner, len(workload.rates), float(amount))))


def measured(runner: Runner, rows: int, seconds: float) -> dict[str, float]:
    """Seconds of a row-iteration: the median of chunks that take about `seconds` together, after a first call."""
    first = _timed(runner, UNIT)
    pace = _timed(runner, UNIT) / UNIT
    chunk = UNIT * max(1, round(seconds / CHUNKS / pace / UNIT))
    times = [_timed(runner, chunk) for _ in range(CHUNKS)]
    return {"first_call": first, "row_iteration": statistics.median(times) / chunk / rows}


def _timed(runner: Runner, iterations: int) -> float:
    began = time.perf_counter()
    runner.step(iterations)
    return time.perf_counter() - began
