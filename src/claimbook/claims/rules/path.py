"""The rule for properties along a path: a theorem's inequality, a quantity that must not grow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook.claims.rules.outcome import Outcome, show
from claimbook.claims.words import NOT_REPRODUCED, PARTLY, REPRODUCED, UNDECIDED


def holds(
    shares: Sequence[float], declared: float, *, later: Sequence[float] | None = None, stated_part: str = ""
) -> Outcome:
    """Judge a property from the share of steps, by run (n,), on which it holds beyond numerical error.

    A run whose share is not finite (it diverged) is one in which the property fails: it stays in the count.

    Args:
        declared: the share of steps that the claim must hold on.
        later: the shares (n,) counted only after `stated_part` of the path, where the claim declares one.
    """
    whole = _reaches(shares, declared)
    if whole.size == 0:
        return Outcome(UNDECIDED, "There is no run.")
    shown = np.asarray(shares, float)
    least = float(shown.min()) if np.isfinite(shown).all() else None
    fact = f"holds on {show(declared)} of the steps or more in {int(whole.sum())} of {whole.size} runs"
    if whole.all():
        verdict, reason = REPRODUCED, f"It {fact}."
    elif later is not None and _reaches(later, declared).all():
        verdict, reason = PARTLY, f"It {fact}, and in every run after {stated_part}."
    elif not whole.any():
        verdict, reason = NOT_REPRODUCED, f"It {fact}."
    else:
        verdict, reason = UNDECIDED, f"It {fact}: some runs and not others."
    return Outcome(verdict, reason, measured=least, method="share of steps, smallest over runs", n=whole.size)


def _reaches(shares: Sequence[float], declared: float) -> np.ndarray:
    x = np.asarray(shares, float)
    return np.isfinite(x) & (x >= declared - 1e-12)
