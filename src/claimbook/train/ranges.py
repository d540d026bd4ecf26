"""Numbers that a caller gives, held against the range that they must lie in."""

from __future__ import annotations

import math
import operator
from numbers import Integral, Real

from claimbook.errors import UsageError

BOUNDS = {
    "low": ("at least", operator.ge),
    "above": ("greater than", operator.gt),
    "high": ("at most", operator.le),
    "below": ("less than", operator.lt),
}


def number(name: str, value: object, *, whole: bool = False, **bounds: float) -> float:
    """`value` as a float, or where it must be `whole`, as an int.

    Args:
        name: what the message calls it. bounds: `low` and `high`, admitted themselves; `above` and `below`, not.

    Raises:
        UsageError: no number, not finite, not whole, or out of range.
    """
    fits = isinstance(value, Integral if whole else Real) and not isinstance(value, bool) and math.isfinite(value)
    if fits and all(BOUNDS[side][1](value, bound) for side, bound in bounds.items()):
        return int(value) if whole else float(value)
    said = [f"{BOUNDS[side][0]} {bound:g}" for side, bound in bounds.items()]
    kind = "a whole number" if whole else "a finite number"
    raise UsageError(f"{name} = {value!r}.", f"It must be {' and '.join([kind, *said])}.", "Give such a number.")
