"""How likely a study decides, and how many seeds would: verdicts are honest only beside these numbers.

The sd is never known: plans use its upper 80 % confidence limit, so that a lucky small sd in a pilot does not promise
too much. `alpha` is one-sided.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from claimbook.claims.statistics import t_quantile

REACH = 10_000
"""More seeds than this are called out of reach."""


def sd_upper_limit(sd: float, df: float, probability: float = 0.8) -> float:
    """The value that the true sd stays below with `probability`, given an estimate with `df` degrees of freedom."""
    from scipy import special

    if sd == 0 or math.isinf(df):
        return sd
    return sd * math.sqrt(df / float(special.chdtri(df, probability)))  # chdtri takes the upper tail


def effect_in_sd(margin: float, sd: float, df: float) -> float:
    """The margin over the sd's upper limit, cut to three digits (so that plans are found again in the cache)."""
    limit = sd_upper_limit(sd, df)
    if limit <= 0:
        return math.inf
    effect = margin / limit
    scale = 10.0 ** (2 - math.floor(math.log10(effect))) if 0 < effect < math.inf else 1.0
    return math.floor(effect * scale) / scale


@lru_cache(maxsize=65536)
def power(effect: float, n: int, alpha: float = 0.025) -> float:
    """P(the interval of n seeds lies above zero) when the true difference is `effect` sd: noncentral t, exactly."""
    from scipy import special

    if n < 2:
        return 0.0
    if math.isinf(effect):
        return 1.0
    shift, cut = effect * math.sqrt(n), t_quantile(1 - alpha, n - 1)
    if shift - cut > 30:  # far beyond where the library's series is accurate
        return 1.0
    return float(1 - special.nctdtr(n - 1, shift, cut))


@lru_cache(maxsize=65536)
def equivalence_probability(effect: float, n: int, alpha: float = 0.025) -> float:
    """P(the interval of n seeds lies inside ±`effect` sd) when there is no difference at all.

    The mean and the sd of normal values are independent: the mean over the quantiles of s of P(|mean| < M − t·s/√n).
    """
    from scipy import special

    if n < 2:
        return 0.0
    if math.isinf(effect):
        return 1.0
    grid = (np.arange(400) + 0.5) / 400
    s = np.sqrt(special.chdtri(n - 1, grid) / (n - 1))
    room = effect * math.sqrt(n) - t_quantile(1 - alpha, n - 1) * s
    return float(np.where(room > 0, 2 * special.ndtr(room) - 1, 0.0).mean())


def narrow_probability(effect: float, n: int, alpha: float = 0.025, runs_behind: int | None = None) -> float:
    """P(the half-width of n seeds is at most `effect` sd), for `value` claims."""
    from scipy import special

    if n < 2:
        return 0.0
    if math.isinf(effect):
        return 1.0
    scale = math.sqrt(1 / n + (1 / runs_behind if runs_behind else 0.0))
    largest = effect / (t_quantile(1 - alpha, n - 1) * scale)
    return float(special.chdtr(n - 1, (n - 1) * largest**2))


def first_that(reaches: Callable[[int], bool], limit: int = REACH) -> int | None:
    """The smallest n in 2…limit for which `reaches(n)` (taken to stay true once true), or None."""
    high = 2
    while not reaches(high):
        if high >= limit:
            return None
        high = min(limit, high * 2)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if middle >= 2 and reaches(middle) else (middle, high)
    return high


@lru_cache(maxsize=65536)
def _seeds_for(effect: float, strict: float, alpha_interval: float) -> int | None:
    return first_that(
        lambda n: power(effect, n, strict) >= 0.8 and equivalence_probability(effect, n, alpha_interval) >= 0.8
    )


def seeds_to_order(margin: float, sd: float, df: float, alpha: float, alpha_interval: float) -> int | None:
    """Seeds that would decide an ordering: 80 % power for the margin, and 80 % that "no difference" is seen as such.

    Args:
        margin: M, in the unit of the differences.
        sd, df: of the differences, as measured, and their degrees of freedom.
        alpha: the strictest one-sided level that a right ordering may have to pass (Holm's first step).
        alpha_interval: the one-sided level of the interval.

    Returns:
        The larger of both numbers, or None beyond `REACH`.
    """
    return _seeds_for(effect_in_sd(margin, sd, df), min(alpha, alpha_interval), alpha_interval)


def seeds_to_measure(
    margin: float, sd: float, df: float, alpha: float = 0.025, runs_behind: int | None = None
) -> int | None:
    """Seeds with which the half-width of a `value` falls to the margin with 80 % probability, or None."""
    effect = effect_in_sd(margin, sd, df)
    return first_that(lambda n: narrow_probability(effect, n, alpha, runs_behind) >= 0.8)
