"""Intervals and tests over seeds: Student t, Wilson, sign test, Holm, and the error of a test set.

All functions are pure. `confidence` is two-sided (0.95: 2.5 % on either side); p-values are one-sided, for "the mean is
above zero". Only `scipy.special` is used, and it is imported when first needed: the command line starts without it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class Interval:
    """A mean with its interval [lo, hi], its standard error, degrees of freedom, sd over seeds, and one-sided p."""

    mean: float
    lo: float
    hi: float
    se: float
    df: float
    sd: float
    p: float


@lru_cache(maxsize=4096)
def t_quantile(probability: float, df: float) -> float:
    """The Student t quantile; the normal one for infinite `df`; infinite for `df` below 1 (nothing is known)."""
    from scipy import special

    if df < 1:
        return math.inf
    if math.isinf(df):
        return float(special.ndtri(probability))
    return float(special.stdtrit(df, probability))


def t_tail(statistic: float, df: float) -> float:
    """P(T ≥ statistic) for Student t with `df` degrees of freedom."""
    from scipy import special

    return float(special.ndtr(-statistic) if math.isinf(df) else special.stdtr(df, -statistic))


def mean_interval(values: Sequence[float], confidence: float = 0.95, extra_variance: float = 0.0) -> Interval:
    """The t interval of the mean of finite `values` (n,), n ≥ 2, paired differences included.

    `extra_variance` is added to s²/n where seeds do not show all of the error (a fixed test set, when the statement is
    about unseen data); degrees of freedom then follow Welch and Satterthwaite. With no spread at all the interval is a
    point and p is 0 or 1.

    Raises:
        ValueError: fewer than two values, or a non-finite one; callers decide what these mean.
    """
    x = np.asarray(values, float)
    if x.size < 2 or not np.isfinite(x).all():
        raise ValueError("a t interval needs at least two finite values")
    mean, sd, n = float(x.mean()), float(x.std(ddof=1)), x.size
    seeds_variance = sd**2 / n
    total = seeds_variance + extra_variance
    if total == 0.0:
        return Interval(mean, mean, mean, 0.0, n - 1, 0.0, 0.0 if mean > 0 else 1.0)
    df = (n - 1) * (total / seeds_variance) ** 2 if seeds_variance > 0 else math.inf
    se = math.sqrt(total)
    half = t_quantile(0.5 + confidence / 2, df) * se
    return Interval(mean, mean - half, mean + half, se, df, sd, t_tail(mean / se, df))


def half_width(sd: float, df: float, n: int, confidence: float = 0.95, runs_behind: int | None = None) -> float:
    """t·s·√(1/n), or t·s·√(1/n + 1/k) where the number it is compared with is itself a mean of k runs."""
    scale = 1 / n + (1 / runs_behind if runs_behind else 0.0)
    return 0.0 if sd == 0 else t_quantile(0.5 + confidence / 2, df) * sd * math.sqrt(scale)


def prediction_half_width(sd: float, df: float, n: int, confidence: float = 0.95) -> float:
    """t·s·√(1 + 1/n): where one more run of the same process would fall."""
    return 0.0 if sd == 0 else t_quantile(0.5 + confidence / 2, df) * sd * math.sqrt(1 + 1 / n)


def pooled_sd(groups: Sequence[Sequence[float]]) -> tuple[float, int]:
    """The sd within groups and its degrees of freedom; groups of one value add nothing. (0.0, 0) where none is left."""
    used = [np.asarray(group, float) for group in groups if len(group) > 1]
    df = sum(group.size - 1 for group in used)
    if df == 0:
        return 0.0, 0
    return math.sqrt(sum(float(((group - group.mean()) ** 2).sum()) for group in used) / df), df


def wilson(successes: float, tried: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share (E. B. Wilson, JASA 1927): ends in [0, 1], right near 0 and 1 as well."""
    if tried < 1:
        return 0.0, 1.0
    z = t_quantile(0.5 + confidence / 2, math.inf)
    share, z2 = successes / tried, z * z
    middle = (share + z2 / (2 * tried)) / (1 + z2 / tried)
    half = z / (1 + z2 / tried) * math.sqrt(share * (1 - share) / tried + z2 / (4 * tried * tried))
    lo = 0.0 if successes <= 0 else max(0.0, middle - half)  # exactly: rounding must not shut out 0 or 1
    return lo, 1.0 if successes >= tried else min(1.0, middle + half)


def sign_test(wins: int, n: int) -> float:
    """P(at least `wins` of n) when either side is equally likely: what is left when differences are not numbers."""
    return math.fsum(math.comb(n, k) for k in range(wins, n + 1)) / 2.0**n


def binomial_sd(share: float, tried: int) -> float:
    """The sd of a share measured on `tried` test rows drawn at random: √(p(1 − p)/N), for `share` in [0, 1]."""
    share = min(1.0, max(0.0, share))
    return math.sqrt(share * (1 - share) / tried)


def mcnemar_variance(only_first: float, only_second: float, tried: int) -> float:
    """Variance of the difference of two shares on the same `tried` rows, from the rows only one arm got right.

    Var = (b + c − (b − c)²/N) / N² (Q. McNemar, Psychometrika 1947): rows on which both agree tell nothing.
    """
    b, c = float(only_first), float(only_second)
    return max(0.0, b + c - (b - c) ** 2 / tried) / tried**2


def holm(p_values: Mapping[Hashable, float], alpha: float = 0.025) -> frozenset[Hashable]:
    """The hypotheses that Holm's step-down procedure (Scand. J. Statist. 1979) rejects at family-wise `alpha`.

    The family is all of `p_values`; give the untested ones p = 1, so that its size never depends on what was run.
    """
    rejected = []
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    for index, (name, p) in enumerate(ordered):
        if not p <= alpha / (len(ordered) - index):
            break
        rejected.append(name)
    return frozenset(rejected)


def shared_confidence(parts: int = 1, looks: int = 1, error: float = 0.05) -> float:
    """The confidence of one interval where `parts` numbers and `looks` looks share the `error` (Bonferroni)."""
    return 1 - error / (max(1, parts) * looks)
