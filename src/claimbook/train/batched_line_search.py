"""Moré and Thuente's line search for many functions at once, each with its own step: what SciPy's BFGS searches with.

Source: J. J. Moré and D. J. Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM TOMS 20 (1994),
sections 2 to 4, with the trial steps of section 4. The constants are those of MINPACK-2, which SciPy's `line_search`
takes over.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

DECREASE, CURVATURE, CLOSE = 1e-4, 0.9, 1e-14  # of the strong Wolfe conditions; of an interval too small to go on
LEAST, GREATEST = 1e-100, 1e100
TRIALS = 100

Along = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclasses.dataclass
class Points:
    """Steps along the directions with the functions' values and slopes there, (m,) each."""

    step: np.ndarray
    value: np.ndarray
    slope: np.ndarray

    def copy(self) -> Points:
        """The same in arrays of its own."""
        return Points(self.step.copy(), self.value.copy(), self.slope.copy())

    def put(self, where: np.ndarray, other: Points) -> None:
        """Take over `other` where `where` is true."""
        for own, theirs in zip(self.all(), other.all(), strict=True):
            np.copyto(own, theirs, where=where)

    def take(self, rows: np.ndarray) -> Points:
        """The points of these rows."""
        return Points(*(own[rows] for own in self.all()))

    def set(self, rows: np.ndarray, other: Points) -> None:
        """Put the points of these rows."""
        for own, theirs in zip(self.all(), other.all(), strict=True):
            own[rows] = theirs

    def tilted(self, slope: np.ndarray) -> Points:
        """Of the functions less slope · step."""
        return Points(self.step, self.value - slope * self.step, self.slope - slope)

    def all(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Step, value, slope."""
        return self.step, self.value, self.slope


def line_search(along: Along, value: np.ndarray, slope: np.ndarray, first: np.ndarray) -> np.ndarray:
    """A step for each function that fulfils the strong Wolfe conditions; NaN where none was found.

    Args:
        along: (rows, steps) → values and slopes of the functions `rows`, each at its own step.
        value, slope: (m,) at step 0; a function whose slope there is not below 0 gets no step.
        first: (m,) the steps tried first, above 0.

    A function's steps do not depend on which others are searched with it.
    """
    found = np.full(len(value), np.nan)
    rows = np.flatnonzero((slope < 0) & (first >= LEAST) & (first <= GREATEST))
    search = _Searches(Points(np.zeros(len(rows)), value[rows], slope[rows]), first[rows])
    for _ in range(TRIALS - 1):
        if not len(rows):
            break
        at = search.at.step
        seen = along(rows, at)
        done, failed = search.look(Points(at, *seen))
        found[rows[done]] = at[done]
        going = ~(done | failed)
        rows = rows[going]
        search.keep(going)
        search.advance()
        finite = np.isfinite(search.at.step)
        rows = rows[finite]
        search.keep(finite)
    return found


class _Searches:
    """The intervals of all searches: `best` is the end with the lowest value, `other` the other end."""

    def __init__(self, start: Points, first: np.ndarray):
        self.start, self.best, self.other = start, start.copy(), start.copy()
        self.at = Points(first, start.value, start.slope)
        self.bracketed, self.early = np.zeros(len(first), bool), np.ones(len(first), bool)
        self.low, self.high = np.zeros(len(first)), 5.0 * first
        self.width, self.width_before = np.full((2, len(first)), GREATEST) * [[1.0], [2.0]]

    def look(self, at: Points) -> tuple[np.ndarray, np.ndarray]:
        """Take what was seen; which searches are done, and which have failed."""
        self.at = at
        bound = self._bound()
        self.early &= ~((at.value <= bound) & (at.slope >= 0))
        outside = (at.step <= self.low) | (at.step >= self.high)
        failed = self.bracketed & (outside | (self.high - self.low <= CLOSE * self.high))
        failed |= (at.step == GREATEST) & (at.value <= bound) & (at.slope <= DECREASE * self.start.slope)
        failed |= (at.step == LEAST) & ((at.value > bound) | (at.slope >= DECREASE * self.start.slope))
        done = (at.value <= bound) & (np.abs(at.slope) <= -CURVATURE * self.start.slope)
        return done, failed & ~done

    def keep(self, rows: np.ndarray) -> None:
        """Go on with these alone."""
        for name in ("start", "best", "other", "at"):
            setattr(self, name, getattr(self, name).take(rows))
        for name in ("bracketed", "early", "low", "high", "width", "width_before"):
            setattr(self, name, getattr(self, name)[rows])

    def advance(self) -> None:
        """Choose the next steps from the intervals and the last steps, and shrink the intervals."""
        early = self.early & (self.at.value <= self.best.value) & (self.at.value > self._bound())
        tilt = np.where(early, DECREASE * self.start.slope, 0.0)  # ψ in place of φ while the decrease is too small
        best, other, at = (points.tilted(tilt) for points in (self.best, self.other, self.at))
        with np.errstate(all="ignore"):  # of cases that are not a row's own
            step, crossed = _trial(best, other, at, self.bracketed, self.low, self.high)
        self._shrink(at.value > best.value, np.sign(at.slope) * np.sign(best.slope) < 0)
        self.bracketed |= crossed
        size = np.abs(self.other.step - self.best.step)
        halve = self.bracketed & (size >= 0.66 * self.width_before)
        step = np.where(halve, self.best.step + 0.5 * (self.other.step - self.best.step), step)
        self.width_before = np.where(self.bracketed, self.width, self.width_before)
        self.width = np.where(self.bracketed, size, self.width)
        ahead = step - self.best.step
        ends = np.minimum(self.best.step, self.other.step), np.maximum(self.best.step, self.other.step)
        self.low = np.where(self.bracketed, ends[0], step + 1.1 * ahead)
        self.high = np.where(self.bracketed, ends[1], step + 4.0 * ahead)
        step = np.clip(step, LEAST, GREATEST)
        stuck = (step <= self.low) | (step >= self.high) | (self.high - self.low <= CLOSE * self.high)
        self.at = dataclasses.replace(self.at, step=np.where(self.bracketed & stuck, self.best.step, step))

    def _shrink(self, higher: np.ndarray, opposite: np.ndarray) -> None:
        self.other.put(~higher & opposite, self.best)
        self.other.put(higher, self.at)
        self.best.put(~higher, self.at)

    def _bound(self) -> np.ndarray:
        return self.start.value + DECREASE * self.start.slope * self.at.step


def _trial(
    best: Points, other: Points, at: Points, bracketed: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The next steps, and where a minimum now lies between two steps: section 4's four cases, each for its rows."""
    forward = at.step > best.step
    higher, opposite = at.value > best.value, np.sign(at.slope) * np.sign(best.slope) < 0
    flatter = np.abs(at.slope) < np.abs(best.slope)
    secant = at.step + at.slope / (at.slope - best.slope) * (best.step - at.step)

    cubic, _ = _cubic(best, at)
    fall = (best.value - at.value) / (at.step - best.step)
    square = best.step + best.slope / (fall + best.slope) / 2 * (at.step - best.step)
    nearer = np.abs(cubic - best.step) <= np.abs(square - best.step)
    above = np.where(nearer, cubic, cubic + (square - cubic) / 2)

    cubic, beyond = _cubic(at, best)
    farther = np.abs(cubic - at.step) > np.abs(secant - at.step)
    across = np.where(farther, cubic, secant)

    cubic = np.where(beyond, cubic, np.where(forward, high, low))
    distance, to_secant = np.abs(cubic - at.step), np.abs(secant - at.step)
    most = at.step + 0.66 * (other.step - at.step)
    inside = np.where(distance < to_secant, cubic, secant)
    inside = np.where(forward, np.minimum(most, inside), np.maximum(most, inside))
    outside = np.clip(np.where(distance > to_secant, cubic, secant), low, high)
    slower = np.where(bracketed, inside, outside)

    cubic, _ = _cubic(at, other)
    steeper = np.where(bracketed, cubic, np.where(forward, high, low))
    return np.select([higher, opposite, flatter], [above, across, slower], steeper), higher | opposite


def _cubic(a: Points, b: Points) -> tuple[np.ndarray, np.ndarray]:
    """The minimum of the cubic through both, and whether it lies beyond a, seen from b, where the cubic rises again."""
    theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope
    size = np.maximum(np.abs(theta), np.maximum(np.abs(a.slope), np.abs(b.slope)))
    gamma = size * np.sqrt(np.maximum(0, (theta / size) ** 2 - (a.slope / size) * (b.slope / size)))
    gamma = np.where(b.step < a.step, -gamma, gamma)
    ratio = (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope)
    return a.step + ratio * (b.step - a.step), (ratio < 0) & (gamma != 0)
