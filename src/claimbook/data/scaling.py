"""Scaling columns: z-score and min-max, always fitted in float64, and undone to the original units.

Each column v becomes (v - centre) / width + offset. A column that is constant has width 1: it becomes `offset`
everywhere. Source: the overparameterization slides name both, without saying where; see the paper's open points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from claimbook.errors import DataError, unknown

SCALINGS = {
    "z-score": "mean 0 and population standard deviation (ddof 0) 1",
    "min-max": "smallest value 0, largest 1",
    "min-max-symmetric": "smallest value -1, largest 1",
}


@dataclass(frozen=True)
class Scaling:
    """A fitted scaling. centre, width (d,) or () float64 in the data's units; offset is a number without unit."""

    how: str
    centre: np.ndarray
    width: np.ndarray
    offset: float

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Scaled values (n, d) or (n,), float64."""
        return (np.asarray(values, np.float64) - self.centre) / self.width + self.offset

    def undo(self, scaled: np.ndarray) -> np.ndarray:
        """Scaled values back in the data's units, float64."""
        return (np.asarray(scaled, np.float64) - self.offset) * self.width + self.centre


def fit(how: str, values: np.ndarray) -> Scaling:
    """Fit a scaling to the columns of `values` (n, d), or to the one column (n,).

    Raises:
        UsageError: `how` is none of `SCALINGS`.
        DataError: there is no row, or a value is not finite.
    """
    if how not in SCALINGS:
        raise unknown("scaling", how, SCALINGS)
    values = np.asarray(values, np.float64)
    if not len(values) or not np.isfinite(values).all():
        raise DataError("These values cannot be scaled.", "There is no row, or one of them is not finite.")
    low, high = values.min(axis=0), values.max(axis=0)
    constant = high == low
    if how == "z-score":
        centre, width, offset = np.where(constant, low, values.mean(axis=0)), values.std(axis=0), 0.0
    else:
        offset = -1.0 if how == "min-max-symmetric" else 0.0
        centre, width = low, (high - low) / (1.0 - offset)
    return Scaling(how, centre, np.where(constant, 1.0, width), offset)
