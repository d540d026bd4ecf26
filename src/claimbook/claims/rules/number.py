"""The rules for printed numbers: equality, count, value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from claimbook.claims import planning
from claimbook.claims.rules.outcome import Outcome, Terms, never, percent, show, span
from claimbook.claims.statistics import half_width, prediction_half_width, wilson
from claimbook.claims.words import NOT_REPRODUCED, PARTLY, REPRODUCED, UNDECIDED


@dataclass(frozen=True)
class Borrowed:
    """A run-to-run sd from smaller runs of the same arms, with its degrees of freedom and where it is from."""

    sd: float
    df: int
    source: str


def equality(ours: float, printed: float, rounding: float) -> Outcome:
    """Judge a count or a formula's value: equal after the paper's rounding (half a unit of its last digit) or not."""
    same = abs(ours - printed) <= rounding * (1 + 1e-9) + 1e-12 * abs(printed)
    words = "which is the printed number" if same else f"but the paper prints {show_exactly(printed)}"
    return Outcome(
        REPRODUCED if same else NOT_REPRODUCED,
        f"We get {show_exactly(ours)}, {words}.",
        measured=float(ours),
        method="arithmetic",
    )


def full_count(ours: float, printed: float, of: int, tolerance: float) -> Outcome:
    """Judge "k of N succeed" where all N cases were run: |ours − k| within the declared tolerance or not."""
    if not math.isfinite(ours):
        return Outcome(UNDECIDED, "The count is not a number.")
    near = abs(ours - printed) <= tolerance
    reason = f"{show(ours)} of {of:,} succeed; the paper has {show(printed)}, tolerance {show(tolerance)}."
    return Outcome(REPRODUCED if near else NOT_REPRODUCED, reason, measured=float(ours), method="full grid")


def sampled_count(successes: float, tried: int, printed: float, of: int, terms: Terms) -> Outcome:
    """Judge "k of N succeed" from a sample: Wilson's interval of our share, at most M wide, holds k/N or not.

    The width is asked first: else a sample of two cases, whose interval is nearly [0, 1], would confirm anything.
    """
    lo, hi = wilson(successes, tried, terms.confidence)
    share = printed / of
    shown = f"{show(successes)} of {tried:,} succeed, {span((lo, hi))}; the paper has {show(printed)} of {of:,}"
    if hi - lo > terms.margin:
        verdict, reason = UNDECIDED, f"{shown}: the interval is wider than the margin {show(terms.margin)}."
    elif lo <= share <= hi:
        verdict, reason = REPRODUCED, f"{shown}, inside."
    else:
        verdict, reason = NOT_REPRODUCED, f"{shown}, outside."
    method = f"Wilson, {percent(terms.confidence)} interval"
    return Outcome(verdict, reason, successes / tried if tried else None, (lo, hi), method, n=tried)


def value(
    values: Sequence[float],
    printed: float,
    rounding: float,
    terms: Terms,
    *,
    runs_behind: int | None = None,
    borrowed: Borrowed | None = None,
    least_sd: float = 0.0,
) -> Outcome:
    """Judge "the metric is v" from values by seed (n,).

    Args:
        rounding: half a unit of the last printed digit.
        runs_behind: the number of runs whose mean the paper prints; None where it prints one run or does not say.
        borrowed: the sd of smaller runs, used with one or two seeds.
        least_sd: the binomial error of a random test split, the least sd there is with one or two seeds.
    """
    x = np.asarray(values, float)
    lost = int((~np.isfinite(x)).sum())
    if lost:
        return _diverged(lost, x.size, printed)
    if x.size == 0 or (x.size == 1 and borrowed is None):
        return Outcome(UNDECIDED, "One run has no spread to compare with.", n=x.size, measured=_mean(x))
    sd, df, source = _spread(x, borrowed, least_sd)
    mean, n = float(x.mean()), x.size
    h = half_width(sd, df, n, terms.confidence, runs_behind)
    reach = prediction_half_width(sd, df, n, terms.confidence)
    verdict, reason = _first_hit(mean, h, reach, printed, rounding, terms)
    effect = planning.effect_in_sd(terms.margin, sd, df)
    return Outcome(
        verdict,
        reason,
        measured=mean,
        interval=(mean - h, mean + h),
        method=f"Student t over {n} seeds{source}; {percent(terms.confidence)} interval",
        n=n,
        power=planning.narrow_probability(effect, n, terms.alpha_interval, runs_behind),
        needed=never(planning.seeds_to_measure(terms.margin, sd, df, terms.alpha_interval, runs_behind))
        if verdict == UNDECIDED
        else None,
    )


def show_exactly(x: float) -> str:
    """A count with all its digits, any other number with six."""
    return f"{x:,.0f}" if float(x).is_integer() and abs(x) < 1e15 else f"{x:.6g}"


def _mean(x: np.ndarray) -> float | None:
    return float(x.mean()) if x.size else None


def _spread(x: np.ndarray, borrowed: Borrowed | None, least_sd: float) -> tuple[float, float, str]:
    if x.size > 2:
        return float(x.std(ddof=1)), x.size - 1, ""
    sd, df, source = (float(x.std(ddof=1)) if x.size == 2 else 0.0), x.size - 1, ""
    if borrowed is not None:
        sd, df, source = borrowed.sd, borrowed.df, f", sd borrowed from {borrowed.source} ({borrowed.df} df)"
    if least_sd > sd:
        sd, source = least_sd, source + ", raised to the binomial error of the random split"
    return sd, df, source


def _diverged(lost: int, n: int, printed: float) -> Outcome:
    if lost == n:
        return Outcome(NOT_REPRODUCED, f"All {n} runs diverged; the paper has {show(printed)}.", n=n)
    return Outcome(UNDECIDED, f"{lost} of {n} runs diverged, so there is no mean to compare.", n=n)


def _first_hit(mean: float, h: float, reach: float, printed: float, rounding: float, terms: Terms) -> tuple[str, str]:
    gap = abs(mean - printed)
    shown = f"our mean is {show(mean)} ± {show(h)}, the paper has {show(printed)}"
    if gap - h > terms.margin:
        return NOT_REPRODUCED, f"Farther off than the margin {show(terms.margin)}: {shown}."
    if h > terms.margin:
        return UNDECIDED, f"Too wide to tell: {shown}, margin {show(terms.margin)}."
    if gap <= reach + rounding:
        return REPRODUCED, f"The printed number is where one more run of ours may fall: {shown}."
    if gap <= terms.margin:
        return (
            PARTLY,
            f"Not where one more run of ours would fall, but within the margin {show(terms.margin)}: {shown}.",
        )
    return NOT_REPRODUCED, f"Not where one more run of ours would fall: {shown}, margin {show(terms.margin)}."
