"""What a record keeps of the distances of one run: levels, cycles, stages, and the logs beside them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from claimbook.papers.homotopy import coupling_logs
from claimbook.papers.homotopy.limit_cycle import cycle
from claimbook.papers.homotopy.printed import LOGGED_LOSS
from claimbook.papers.homotopy.quantities import COUPLED

LONGEST = 120  # steps of a cycle that is looked for
DRAWN = 60  # first and last steps of a tensor's distance that are kept
GUESSES = 2 * math.log(10)
"""The cross-entropies of two heads that guess among ten classes."""
Found = tuple[dict[str, float | None], dict[str, dict[str, list[float]]], dict[str, list[dict[str, Any]]]]


def looked_at(settings: Mapping[str, Any], signed: np.ndarray, names: Sequence[str] | None, diverged: bool) -> Found:
    """Metrics, curves and tables of a run.

    Args:
        settings: of the run. signed: (steps, tensors), the signed distances before each step. names: of the tensors;
            None for those of `distances`, which have none. diverged: then there are no metrics.
    """
    parts = _stages(settings, signed)
    first_rate = [part for part in parts if part.rate == settings["plan"][0][1]]
    metrics = dict.fromkeys(METRICS) if diverged else _metrics(settings, parts, first_rate[-1])
    if names is None:
        cycles = [] if diverged else _cycles(first_rate[-1])
        return metrics, {}, {"cycles": cycles, "elsewhere": _elsewhere(cycles) if cycles else []}
    curves = {name: _ways(signed[:, i], settings["plan"]) for i, name in enumerate(names)}
    tables = {"tensors": [] if diverged else _tensors(first_rate[-1], signed[0], names)}
    if len(parts) > 1 and not diverged:
        curves |= _beside_logs(parts, first_rate)
        tables["stages"] = [part.row(names) for part in parts]
    return metrics, curves, tables


METRICS = ("norm-per-tensor", "coupling", "scaled", "in-cycle", "above", "longest-period", "halvings")


class Stage:
    """The counted steps of one value of L and one rate. signed: (steps, tensors). four: the mean in a cycle of four."""

    def __init__(self, level: float, rate: float, momentum: float, signed: np.ndarray):
        self.level, self.rate, self.signed = level, rate, signed
        self.norms = np.abs(signed).mean(axis=0) / level
        self.unit = 2 * rate / level  # of a distance: what one step moves it without momentum
        self.four = rate * (1 + momentum) / (1 + momentum**2) / level**2  # as `limit_cycle.cycle`, for every rate

    @property
    def in_cycle(self) -> np.ndarray:
        """(tensors,), whether the mean is that of the cycle of four steps."""
        return np.abs(self.norms / self.four - 1) < 0.01

    def periods(self) -> list[int | None]:
        """The steps after which each tensor's distance comes back to within a thousandth of a unit."""
        return [_period(own / self.unit) for own in self.signed.T]

    def row(self, names: Sequence[str]) -> dict[str, Any]:
        """The level of each tensor, in those of the cycle of four steps."""
        own = {name: float(norm / self.four) for name, norm in zip(names, self.norms, strict=True)}
        return {"L": self.level, "rate": self.rate, "coupling": float(self.norms.sum())} | own


def _stages(settings: Mapping[str, Any], signed: np.ndarray) -> list[Stage]:
    """Those that the run came to the end of."""
    ends = list(accumulate(int(steps) for _, _, steps in settings["plan"]))
    found = []
    for (level, rate, steps), end in zip(settings["plan"], ends, strict=True):
        if end <= len(signed) or not found:
            begin = end - int(steps) + int(settings["burn_in"] * steps)
            found.append(Stage(level, rate, settings["momentum"], signed[min(begin, len(signed) - 1) : end]))
    return found


def _metrics(settings: Mapping[str, Any], parts: Sequence[Stage], at: Stage) -> dict[str, float | None]:
    mean = float(at.norms.mean())
    low = [part for part in parts if part.level == at.level and part.norms.sum() < GUESSES]
    return {
        "norm-per-tensor": mean,
        "coupling": float(at.norms.sum()),
        "scaled": mean * at.level**2,
        "in-cycle": int(at.in_cycle.sum()),
        "above": mean / at.four,
        "longest-period": max((period for period in at.periods() if period), default=None),
        "halvings": round(math.log2(at.rate / low[0].rate)) if low else None,
    }


def _period(values: np.ndarray) -> int | None:
    """The least shift that leaves the values where they are, to a thousandth; None where none up to LONGEST does."""
    for shift in range(1, min(LONGEST, len(values) // 2) + 1):
        if np.abs(values[shift:] - values[:-shift]).max() < 1e-3:
            return shift
    return None


def _ways(signed: np.ndarray, plan: Sequence[Sequence[float]]) -> dict[str, list[float]]:
    """The signed distance over L in the first steps."""
    steps = min(DRAWN, len(signed), int(plan[0][2]))
    return {"step": list(range(steps)), "distance": [float(value) / plan[0][0] for value in signed[:steps]]}


def _tensors(at: Stage, start: np.ndarray, names: Sequence[str]) -> list[dict[str, Any]]:
    """A row a tensor; `start` in units, which is what decides into which cycle it falls."""
    return [
        {"tensor": name, "start": abs(float(begin)), "start-in-units": abs(float(begin)) / at.unit,
         "norm": float(norm), "of-four": float(norm / at.four), "period": period}
        for name, begin, norm, period in zip(names, start, at.norms, at.periods(), strict=True)
    ]  # fmt: skip


def _cycles(at: Stage) -> list[dict[str, Any]]:
    """The cycles that were found, with how many tensors went into each, the most frequent first."""
    levels = np.round(at.norms / at.four, 2)
    counted = Counter(zip((period or 0 for period in at.periods()), map(float, levels), strict=True))
    return [{"period": period or None, "of-four": level, "tensors": count}
            for (period, level), count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]  # fmt: skip


def _elsewhere(cycles: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the log that is elsewhere leaves for one tensor beside five in the cycle of four, and the nearest cycle."""
    rows, closed = [], [one for one in cycles if one["period"]] or cycles
    for level, loss in zip(coupling_logs.LEVELS, coupling_logs.RUNS["vgg13-elsewhere"], strict=True):
        left = (loss - coupling_logs.REST) / cycle(level) - (COUPLED - 1)
        nearest = min(closed, key=lambda one, left=left: abs(one["of-four"] - left))
        rows.append({"L": level, "logged": loss, "left": left, "nearest": nearest["of-four"],
                     "period": nearest["period"], "tensors": nearest["tensors"]})  # fmt: skip
    return rows


def _beside_logs(parts: Sequence[Stage], first_rate: Sequence[Stage]) -> dict[str, dict[str, list[float]]]:
    """The coupling over L at the first rate and over the halvings at the last L, and the logged losses beside it."""
    levels, halved = [part.level for part in first_rate], parts[len(first_rate) - 1 :]
    curves = {
        "levels": {"L": levels, "coupling": [float(part.norms.sum()) for part in first_rate]},
        "four-steps": {"L": levels, "coupling": [part.norms.size * part.four for part in first_rate]},
        "halved": {"halvings": list(range(len(halved))), "coupling": [float(part.norms.sum()) for part in halved]},
        "halved-four-steps": {
            "halvings": list(range(len(halved))), "coupling": [part.norms.size * part.four for part in halved],
        },
        "printed": {"L": list(LOGGED_LOSS), "coupling": [float(loss) for loss in LOGGED_LOSS.values()]},
    }  # fmt: skip
    for run, losses in coupling_logs.RUNS.items():
        curves[f"logged-{run}"] = {"L": list(coupling_logs.LEVELS), "coupling": list(losses)}
    for run, losses in coupling_logs.HALVED.items():
        curves[f"halved-{run}"] = {"halvings": list(range(len(losses))), "coupling": list(losses)}
    return curves
