"""What a record keeps of the weighted means: did they fall at each doubling, how fast, and the curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from claimbook.papers.homotopy.runs.convergence_means import Means, doublings

NAMES = {"net": ("gradient-falls", "gradient-mean", "gradient-last"), "convex": ("gap-falls", "gap", "gap-last")}
METRICS = (*NAMES["net"], *NAMES["convex"], "slope", "theory-slope", "sum-of-steps", "largest-norm", "optimum")
Curves = dict[str, dict[str, list[float]]]


def viewed(
    settings: Mapping[str, Any], means: Means, best: float | None, diverged: bool
) -> tuple[dict[str, float | None], Curves]:
    """Metrics and curves of a run; one that diverged has no metrics, and curves as far as it came.

    Curves, each with "iteration" and "value": "mean" (the weighted mean of ‖∇g‖², or the gap of the means), "last" (the
    same of the last iterate), "theory" (1 over Σ γ_k, drawn through the mean at the first doubling), "level" (mean L).
    """
    columns, at = means.columns, doublings(settings)
    metrics: dict[str, float | None] = dict.fromkeys(METRICS)
    if not columns:
        return metrics, {}
    theory = _theory(columns, at[0])
    curves = {
        name: {"iteration": list(columns["iteration"]), "value": list(column)}
        for name, column in {
            "mean": columns["value"], "last": columns["last"], "theory": theory, "level": columns["level"]
        }.items()
        if column
    }  # fmt: skip
    if diverged:
        return metrics, curves
    rows = [columns["iteration"].index(k) for k in at]
    values = [columns["value"][row] for row in rows]
    falls, last, at_last = NAMES["convex" if best is not None else "net"]
    metrics |= {falls: fallen(values), last: columns["value"][-1], at_last: columns["last"][-1]}
    metrics |= {"slope": slope(at, values), "theory-slope": slope(at, [1 / columns["steps"][row] for row in rows])}
    return metrics | {"sum-of-steps": columns["steps"][-1], "largest-norm": means.largest, "optimum": best}, curves


def fallen(values: Sequence[float]) -> float:
    """The share of neighbours of which the later is smaller."""
    return float(np.mean([later < before for before, later in pairwise(values)]))


def slope(at: Sequence[int], values: Sequence[float]) -> float | None:
    """d log(value) / d log(K) by least squares over the second half of the doublings; None where a value is 0."""
    half = len(at) // 2 if len(at) > 2 else 0
    x, y = np.array(at[half:], float), np.array(values[half:], float)
    return float(np.polyfit(np.log(x), np.log(y), 1)[0]) if (y > 0).all() else None


def _theory(columns: Mapping[str, Sequence[float]], first: int) -> list[float]:
    """Empty where the run did not come to the first doubling."""
    if first not in columns["iteration"]:
        return []
    row = list(columns["iteration"]).index(first)
    scale = columns["value"][row] * columns["steps"][row]
    return [scale / steps for steps in columns["steps"]]
