"""Where phase two begins on a path, and what of the theorem holds before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

CURVES = ("potential", "distance", "norm", "inner-ratio")
"""Seen at the start and after each step: f_A, ‖W − W*‖_F, ‖W‖₂ and ⟨−∇L(W), W* − W⟩ / ‖W* − W‖²."""
FIRST, LATER = 50, 100  # a record keeps every one of the first steps, and about so many of the later


def kept_steps(seen: int, steps: int) -> list[int]:
    """Which steps of a curve go into a record: 0 … `FIRST`, about `LATER` evenly up to `steps`, and the last one seen.

    seen: steps done before the run blew up, else `steps`. What is kept before depends on `steps` alone, so that the
    curves of all seeds share it.
    """
    stride = max(1, -(-(steps - FIRST) // LATER))
    kept = {*range(min(FIRST, steps)), *range(FIRST, steps + 1, stride), seen}
    return sorted(step for step in kept if 0 <= step <= seen)


def phase_metrics(curves: Mapping[str, Sequence[float]], small: float, near: float) -> dict[str, float | None]:
    """The metrics of two-phases from its `CURVES`, each of steps + 1 numbers.

    Args:
        small: phase two begins with the first |f_A| ≤ small; without one, all is phase one.
        near: a distance that is rounding; what is not farther away is left out of the ratios and of the closer steps.

    A share, a least or a largest of nothing is None.
    """
    potential, distance, norm, ratio = (np.asarray(curves[name], np.float64) for name in CURVES)
    potential = np.abs(potential)
    below = np.flatnonzero(potential <= small)
    begins = int(below[0]) if len(below) else None
    steps = len(potential) - 1
    cut = steps if begins is None else begins  # steps of phase one
    falls, closer = np.diff(potential) < 0, np.diff(distance) < 0
    away = distance > near
    above = potential[cut:] > small
    return {
        "phase-two-begins": begins,
        "potential-falls": _mean(falls[:cut]),
        "potential-falls-later": _mean(falls[cut:]),
        "potential-start": float(potential[0]),
        "potential-end": float(potential[-1]),
        "inner-ratio-min": None if begins is None else _least(ratio[cut:][away[cut:]]),
        "inner-ratio-min-phase-one": _least(ratio[: cut + (begins is None)][away[: cut + (begins is None)]]),
        "closer-steps": _mean(closer[cut:][away[cut:-1]]),
        "norm-max-phase-one": float(norm[: cut + 1].max()),
        "returns": None if begins is None else float(np.sum(above[1:] & ~above[:-1])),
        "distance-end": float(distance[-1]),
    }


def _mean(flags: np.ndarray) -> float | None:
    return float(flags.mean()) if len(flags) else None


def _least(values: np.ndarray) -> float | None:
    return float(values.min()) if len(values) else None
