"""From a starting point to a minimum of equation (33), by every reading of the homotopy paper's section 4.1.

A reading is said by plain settings:
    pins: where θ₁ and η₂ are pinned: a number (all there), "start", "random" (U(−10, 10)), or None: no homotopy, BFGS
        on f alone.
    levels: the values of L in their order; none: no path. decoupled: the two decoupled problems are solved first.
    tries: from how many further points, U(−10, 10), these are solved, the lowest minimum being taken.
    zeroed: which coordinates of the start are set to 0 before anything: "none", "first", "half" or "all".
    solver: "scipy" (one by one) or "batched". method: SciPy's name of the quasi-Newton method. gtol: the largest entry
        of a gradient that counts as 0; the method's own where there is none.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from claimbook.seeds import stream

SOLVERS = ("scipy", "batched")
FAR = 10.0  # of random pins and tries: the paper counts the minima of |x_i| < 10
FIRST = 20  # values that `revalidate` compares
TELLING = 1e-3  # values below are what rounding leaves of 0: no two machines agree on those


@dataclasses.dataclass(frozen=True)
class Ended:
    """Where each start ends: x (m, n), f there (m,), and all iterations on the way (m,)."""

    x: np.ndarray
    value: np.ndarray
    iterations: np.ndarray

    @staticmethod
    def joined(parts: list[Ended]) -> Ended:
        """The parts one after the other."""
        return Ended(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in dataclasses.fields(Ended)))


def minimiser(settings: Mapping[str, Any]) -> Callable[..., Any]:
    """(problems, start, iterations=None) → `train.batched_bfgs.Minima`, by the settings' solver."""
    from claimbook.train.batched_bfgs import minimise
    from claimbook.train.scipy_bfgs import one_by_one

    if settings["solver"] == "batched":
        return functools.partial(minimise, gtol=settings["gtol"])
    return functools.partial(one_by_one, gtol=settings.get("gtol"), method=settings.get("method", "BFGS"))


def begun(settings: Mapping[str, Any], start: np.ndarray) -> np.ndarray:
    """The starts (m, n) with the coordinates that are `zeroed` set to 0."""
    n = start.shape[1]
    count = {"none": 0, "first": 1, "half": n // 2, "all": n}[settings.get("zeroed", "none")]
    return np.where(np.arange(n) < count, 0.0, start)


def pinned(settings: Mapping[str, Any], start: np.ndarray, seed: int) -> np.ndarray:
    """t, (m, n), for all starts of a run together."""
    pins = settings["pins"]
    if pins == "start":
        return start.copy()
    if pins == "random":
        return stream(seed, f"levy/pins/n{start.shape[1]}").uniform(-FAR, FAR, start.shape)
    return np.full(start.shape, float(pins))


def followed(settings: Mapping[str, Any], start: np.ndarray, pins: np.ndarray, seed: int) -> Any:
    """The `train.homotopy_path.Path` of a reading with pins, from starts (m, n) that are `begun`."""
    from claimbook.models.levy import levy
    from claimbook.train.homotopy_path import follow

    tries, n = settings.get("tries", 0), start.shape[1]
    further = stream(seed, f"levy/tries/n{n}").uniform(-FAR, FAR, (tries, n)) if tries else None
    return follow(levy, start, pins, settings["levels"], settings["decoupled"], further, minimiser(settings))


def ended(settings: Mapping[str, Any], start: np.ndarray, pins: np.ndarray | None, seed: int) -> Ended:
    """Where starts (m, n) end, with their pins (m, n), or without any by the method alone."""
    if pins is None:
        found = _alone(settings, start)
        return Ended(found.x, found.value, found.iterations)
    path = followed(settings, start, pins, seed)
    return Ended(path.found.x, path.found.value, path.iterations.sum(axis=0))


def solved(settings: Mapping[str, Any], start: np.ndarray, seed: int) -> Ended:
    """Where all starts (m, n) of a run end, at once."""
    own = begun(settings, start)
    return ended(settings, own, None if settings["pins"] is None else pinned(settings, own, seed), seed)


def steps(settings: Mapping[str, Any], start: np.ndarray) -> list[Any]:
    """The minimisation of f alone from one start (1, n), stopped after 0, 1, … iterations until it ends of itself."""
    found = [_alone(settings, start, at) for at in range(FIRST)]
    ends = next((at for at in range(1, FIRST) if found[at].iterations[0] < at), FIRST)
    return found[:ends]


def first_values(settings: Mapping[str, Any], start: np.ndarray, seed: int) -> list[float]:
    """Values of f on the way of the last of the starts: of θ and η at the stations, or of BFGS's first steps."""
    from claimbook.models.levy import levy

    own = begun(settings, start)
    if settings["pins"] is None:
        values = [float(found.value[0]) for found in steps(settings, own[-1:])]
    else:
        path = followed(settings, own[-1:], pinned(settings, own, seed)[-1:], seed)
        values = [float(levy(x)[0][0]) for pair in zip(path.theta, path.eta, strict=True) for x in pair]
    return [value for value in values if value > TELLING][:FIRST]


def _alone(settings: Mapping[str, Any], start: np.ndarray, iterations: int | None = None) -> Any:
    from claimbook.models.levy import levy

    return minimiser(settings)(lambda rows, x: levy(x), start, iterations=iterations)
