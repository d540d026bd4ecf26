"""The homotopy of Chen and Hao's training algorithm for functions of a few variables: pins, a path in L, two copies.

H(θ, η; L) = f(θ) + L ‖θ₁ − t₁‖² + f(η) + L ‖η₂ − t₂‖² + ‖θ − η‖² / L, θ₁ the first half of the variables.

For a large L the first half of θ and the second of η are pinned at t and the copies are free of each other; as L falls
the pins let go and the copies are pulled together. Source: the homotopy paper, equations (3) and (35), section 4.1.
What it leaves open (where the pins are, how the copies start) is the caller's to say.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from claimbook.errors import UsageError
from claimbook.train.batched_bfgs import Minima, minimise

Function = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
Minimiser = Callable[..., Minima]
"""(problems, start) → minima, as `train.batched_bfgs.minimise` and `train.scipy_bfgs.one_by_one`."""


@dataclasses.dataclass(frozen=True)
class Path:
    """A path's stations for m starts of n variables.

    found: the minimum of f that the path ends in, from θ of the last station. theta, eta: (stations, m, n), the copies
    at the start of the path and after each L. iterations: (stages, m) of BFGS: both decoupled problems together where
    there are such, each L, and the last minimisation.
    """

    found: Minima
    theta: np.ndarray
    eta: np.ndarray
    iterations: np.ndarray


def follow(
    function: Function,
    start: np.ndarray,
    pins: np.ndarray,
    ladder: Sequence[float],
    decoupled: bool = True,
    tries: np.ndarray | None = None,
    minimiser: Minimiser = minimise,
) -> Path:
    """Follow the homotopy down the ladder of L from each start, then minimise f itself from θ.

    Args:
        function: x (m, n) → values (m,), gradients (m, n). start: (m, n), n ≥ 2. pins: t, (m, n).
        ladder: the L > 0 in their order; none leaves the path out.
        decoupled: solve the two problems of L → ∞ first, each from its half of the start, and begin the path at
            θ = (t₁, θ₂*), η = (η₁*, t₂); else it begins with both copies at the start.
        tries: (k, n), further points from which the decoupled problems are solved; the lowest minimum is taken.
        minimiser: what solves every problem.

    Raises:
        UsageError: an L that is not above 0, pins of another shape than the starts, fewer than two variables.
    """
    _check(start, pins, ladder)
    theta, eta, iterations = np.array(start, np.float64), np.array(start, np.float64), []
    if decoupled:
        theta, eta, count = _decoupled(function, start, pins, tries, minimiser)
        iterations.append(count)
    stations = [(theta, eta)]
    for level in ladder:
        found = minimiser(_coupled(function, pins, level), np.concatenate([theta, eta], axis=1))
        theta, eta = np.split(found.x, 2, axis=1)
        stations.append((theta, eta))
        iterations.append(found.iterations)
    last = minimiser(lambda rows, x: function(x), theta)
    copies = (np.stack(copy) for copy in zip(*stations, strict=True))
    return Path(last, *copies, np.stack([*iterations, last.iterations]))


def _decoupled(
    function: Function, start: np.ndarray, pins: np.ndarray, tries: np.ndarray | None, minimiser: Minimiser
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The minima of f(t₁, ·) and of f(·, t₂), local ones that are reached from the start, or the lowest of several."""
    half = start.shape[1] // 2
    first, second = (np.arange(start.shape[1]) < half), (np.arange(start.shape[1]) >= half)
    copies, count = [], np.zeros(len(start), np.int64)
    for free in (second, first):
        origins = [start, *(np.broadcast_to(one, start.shape) for one in ([] if tries is None else tries))]
        found = [minimiser(_part(function, pins, free), origin[:, free]) for origin in origins]
        lowest = np.argmin([each.value for each in found], axis=0)
        whole = np.array(pins, np.float64)
        whole[:, free] = np.stack([each.x for each in found])[lowest, np.arange(len(start))]
        copies.append(whole)
        count += sum(each.iterations for each in found)
    return copies[0], copies[1], count


def _part(function: Function, pins: np.ndarray, free: np.ndarray) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """f of the `free` variables, the others at their pins."""

    def part(rows: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        whole = pins[rows].copy()
        whole[:, free] = x
        value, gradient = function(whole)
        return value, gradient[:, free]

    return part


def _coupled(function: Function, pins: np.ndarray, level: float) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    """H of rows and of both copies in one row, (k, 2n)."""
    half = pins.shape[1] // 2

    def h(rows: np.ndarray, both: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        theta, eta = np.split(both, 2, axis=1)
        off, apart = np.concatenate([theta[:, :half], eta[:, half:]], axis=1) - pins[rows], theta - eta
        values, gradients = function(np.concatenate([theta, eta]))
        value = values[: len(rows)] + values[len(rows) :]
        value = value + level * (off**2).sum(axis=1) + (apart**2).sum(axis=1) / level
        to_pins, together = 2 * level * off, 2 * apart / level
        at_theta, at_eta = gradients[: len(rows)] + together, gradients[len(rows) :] - together
        at_theta[:, :half] += to_pins[:, :half]
        at_eta[:, half:] += to_pins[:, half:]
        return value, np.concatenate([at_theta, at_eta], axis=1)

    return h


def _check(start: np.ndarray, pins: np.ndarray, ladder: Sequence[float]) -> None:
    if np.ndim(start) != 2 or np.shape(start)[1] < 2:
        told = f"Starts of the shape {np.shape(start)} have no two halves."
        raise UsageError(told, "The homotopy splits the variables.", "Give a row a start, of two numbers or more.")
    if np.shape(pins) != np.shape(start):
        told = f"The pins are {np.shape(pins)} and the starts {np.shape(start)}."
        raise UsageError(told, "Each variable of each start has its pin.", "Give pins of the shape of the starts.")
    for level in ladder:
        if not (np.isfinite(level) and level > 0):
            raise UsageError(f"L = {level} is no station of a path.", "H divides by L.", "Give an L above 0.")
