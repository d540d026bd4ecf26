"""Where a line of writing runs on the page, and whether it is one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from claimbook.apps.joining import shared_width
from claimbook.apps.pieces import Box
from claimbook.errors import ClaimbookError

TALL = 0.6  # of H: symbols that are higher say where the line runs
OFF = 0.85  # of H: a tall symbol whose middle is farther from the line's, or its neighbour's, is of another line
RAISED, LOW = 0.85, 0.1  # of H: a raised symbol is less high, and ends so far above the line's middle, or nearly there


@dataclass(frozen=True)
class Line:
    """height: H, in pixels. The middle of the line is at `start + slope · x`."""

    height: float
    start: float
    slope: float

    def middle(self, x: float) -> float:
        """The height on the page, in pixels from its top, of the line's middle at x."""
        return self.start + self.slope * x

    def raised(self, box: Box) -> bool:
        """Whether a symbol stands high and is small, as the power of another does."""
        low = self.middle((box[0] + box[2]) / 2) + LOW * self.height
        return box[3] - box[1] < RAISED * self.height and box[3] < low


def one_line(boxes: Sequence[Box], height: float) -> Line:
    """The line on which symbols with these boxes, from left to right, stand. height: H.

    Raises:
        ClaimbookError: they stand in more than one line.
    """
    tall = [box for box in boxes if box[3] - box[1] >= TALL * height] or list(boxes)
    x, y = np.array([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] for box in tall]).T
    for at, box in enumerate(tall):
        stacked = any(_above(box, other) for other in tall[at + 1 :])
        if stacked:
            raise _more_than_one()
    if ((np.abs(np.diff(y)) > OFF * height) & (np.diff(x) < 2 * height)).any():
        raise _more_than_one()
    slope = _slope(x, y, height)
    start = float(np.median(y - slope * x))
    if np.abs(y - slope * x - start).max() > OFF * height:
        raise _more_than_one()
    return Line(height, start, slope)


def _above(one: Box, other: Box) -> bool:
    return shared_width(one, other) > 0.5 and (one[3] <= other[1] or other[3] <= one[1])


def _slope(x: np.ndarray, y: np.ndarray, height: float) -> float:
    """The median slope between any two symbols, so that a few which stand off do not bend the line."""
    steps, rises = x[None] - x[:, None], y[None] - y[:, None]
    far = steps > 0.75 * height
    return float(np.median(rises[far] / steps[far])) if far.any() else 0.0


def _more_than_one() -> ClaimbookError:
    why = "Symbols stand above each other, or far off the line of the others."
    return ClaimbookError("There is more than one line on the page.", why, "Crop the picture to one of the lines.")
