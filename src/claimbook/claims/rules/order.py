"""The rules for who is ahead of whom: ordering, threshold, trend.

Differences are oriented: positive means the claim is right, whatever "better" is for the metric. A run whose metric is
not finite (it diverged) counts as worse than any finite one. Then differences are not numbers any more and the order
alone is judged, with the sign test over all seeds: such a run is never left out, and both arms diverging is a tie,
which counts against the claim.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from claimbook.claims import planning
from claimbook.claims.rules.outcome import Outcome, Terms, never, percent, show, span
from claimbook.claims.statistics import Interval, mean_interval, sign_test
from claimbook.claims.words import NOT_REPRODUCED, PARTLY, REPRODUCED, UNDECIDED

RIGHT, SMALL, SMALLER = "right", "right but smaller than matters", "right but smaller than the paper says"
REVERSED, NONE, NONE_MATTERS, OPEN = "reversed", "no difference", "no difference that matters", "open"


def scores(values: Sequence[float], better: str) -> np.ndarray:
    """Orient a metric (…, n) so that higher is better; a value that is not finite becomes −inf, the worst there is."""
    x = np.asarray(values, float)
    return np.where(np.isfinite(x), x if better == "higher" else -x, -np.inf)


def paired(winner: np.ndarray, loser: np.ndarray) -> np.ndarray:
    """Differences of scores by seed (n,); NaN where both diverged."""
    with np.errstate(invalid="ignore"):
        return np.asarray(winner, float) - np.asarray(loser, float)


def ordering(
    differences: Sequence[float],
    terms: Terms,
    *,
    survives: bool = True,
    stated_size: float | None = None,
    extra_variance: float = 0.0,
) -> Outcome:
    """Judge "the winner is ahead of the loser" from oriented differences by seed (n,).

    Args:
        survives: whether Holm's procedure over the paper's family rejects "no difference" here; without that the
            interval alone never makes a claim right.
        stated_size: the size that the paper gives for the difference, where the preset is the paper's.
        extra_variance: the test set's, where the claim is about unseen data.
    """
    d = np.asarray(differences, float)
    if d.size < 2:
        return Outcome(UNDECIDED, "One run has no interval.", n=d.size, p=1.0, finding=OPEN)
    if not np.isfinite(d).all():
        return _by_signs(d, terms, survives)
    interval = mean_interval(d, terms.confidence, extra_variance)
    finding = _first_hit(interval, terms, survives, stated_size)
    return Outcome(
        verdict=_VERDICT[finding],
        reason=_reason(finding, interval, terms, stated_size),
        measured=interval.mean,
        interval=(interval.lo, interval.hi),
        method=f"Student t over {d.size} seeds, paired; {percent(terms.confidence)} interval",
        n=d.size,
        p=1.0 if finding == NONE else interval.p,
        power=_power(interval.sd, d.size, terms),
        needed=_needed(interval, d.size, terms) if finding == OPEN else None,
        finding=finding,
    )


def threshold(values: Sequence[float], limit: float, side: str, terms: Terms, **options) -> Outcome:
    """Judge "the metric is above (or below) `limit`" from values by seed (n,): an ordering against a constant."""
    d = paired(scores(values, "higher" if side == "above" else "lower"), limit if side == "above" else -limit)
    outcome = ordering(d, terms, **options)
    return replace(outcome, method=outcome.method.replace(", paired", ""))


def trend(
    arms: Sequence[Sequence[float]], terms: Terms, *, survives: Sequence[bool] = (), names: Sequence[str] = ()
) -> Outcome:
    """Judge "each arm is ahead of the next" from oriented scores (arms, n), the claimed best first.

    Every step right: reproduced. A step reversed: not reproduced. The ends ordered rightly: partly. The ends judged and
    not so: not reproduced. Else undecided.
    """
    rows = [np.asarray(row, float) for row in arms]
    names = list(names) or [str(index + 1) for index in range(len(rows))]
    survives = list(survives) or [True] * (len(rows) - 1)
    steps = tuple(
        replace(ordering(paired(a, b), terms, survives=ok), label=f"{x} ahead of {y}")
        for a, b, ok, x, y in zip(rows, rows[1:], survives, names, names[1:], strict=False)
    )
    ends = ordering(paired(rows[0], rows[-1]), terms)
    verdict, why = _of_steps(steps, ends, f"{names[0]} ahead of {names[-1]}")
    needed = [step.needed for step in steps if step.needed is not None]
    return replace(
        ends,
        verdict=verdict,
        reason=why,
        p=None,
        power=min((step.power for step in steps if step.power is not None), default=None),
        needed=max(needed) if needed and verdict == UNDECIDED else None,
        steps=steps,
    )


_VERDICT = {
    NONE: NOT_REPRODUCED,
    REVERSED: NOT_REPRODUCED,
    SMALL: PARTLY,
    SMALLER: PARTLY,
    RIGHT: REPRODUCED,
    NONE_MATTERS: NOT_REPRODUCED,
    OPEN: UNDECIDED,
}


def _first_hit(interval: Interval, terms: Terms, survives: bool, stated_size: float | None) -> str:
    lo, hi = interval.lo, interval.hi
    if not (math.isfinite(lo) and math.isfinite(hi)):
        return OPEN
    if -terms.epsilon < lo and hi < terms.epsilon:
        return NONE
    if hi < 0:
        return REVERSED
    if lo > 0 and survives:
        if hi < terms.margin:
            return SMALL
        return SMALLER if stated_size is not None and hi < stated_size else RIGHT
    return NONE_MATTERS if -terms.margin < lo and hi < terms.margin else OPEN


def _reason(finding: str, interval: Interval, terms: Terms, stated_size: float | None) -> str:
    shown = f"the difference is {show(interval.mean)} {span((interval.lo, interval.hi))}"
    return {
        NONE: f"No difference: {shown}, inside the numerical resolution of ±{show(terms.epsilon)}.",
        REVERSED: f"Reversed: {shown}.",
        SMALL: f"Right, but smaller than matters: {shown}, below the margin {show(terms.margin)}.",
        SMALLER: f"Right, but smaller than the paper says: {shown}, below {show(stated_size)}.",
        RIGHT: f"Right: {shown}.",
        NONE_MATTERS: f"No difference that matters: {shown}, inside ±{show(terms.margin)}.",
        OPEN: f"Open: {shown}, against a margin of {show(terms.margin)}"
        + (", and right only before the correction for all orderings of the paper." if interval.lo > 0 else "."),
    }[finding]


def _power(sd: float, n: int, terms: Terms) -> float:
    effect = planning.effect_in_sd(terms.margin, sd, n - 1)
    return planning.power(effect, n, min(terms.alpha, terms.alpha_interval))


def _needed(interval: Interval, n: int, terms: Terms) -> float:
    return never(planning.seeds_to_order(terms.margin, interval.sd, n - 1, terms.alpha, terms.alpha_interval))


def _by_signs(d: np.ndarray, terms: Terms, survives: bool) -> Outcome:
    wins, losses = int((d > terms.epsilon).sum()), int((d < -terms.epsilon).sum())
    p, p_reversed = sign_test(wins, d.size), sign_test(losses, d.size)
    finding = OPEN
    if p_reversed <= terms.alpha_interval:
        finding = REVERSED
    elif p <= terms.alpha_interval and survives:
        finding = RIGHT if float(np.median(d)) >= terms.margin else SMALL
    reason = (
        f"Runs diverged, so only the order is judged: the claimed winner is ahead in {wins}, behind in {losses} of "
        f"{d.size} seeds (sign test, p = {show(p)})."
    )
    return Outcome(
        _VERDICT[finding], reason, method=f"sign test over {d.size} seeds, paired", n=d.size, p=p, finding=finding
    )


def _of_steps(steps: Sequence[Outcome], ends: Outcome, ends_label: str) -> tuple[str, str]:
    told = " ".join(f"{step.label}: {step.reason}" for step in steps)
    if all(step.verdict == REPRODUCED for step in steps):
        return REPRODUCED, f"Every step is right. {told}"
    back = [step for step in steps if step.finding == REVERSED]
    if back:
        return NOT_REPRODUCED, f"{back[0].label} is reversed. {told}"
    if ends.verdict in (REPRODUCED, PARTLY):
        return PARTLY, f"The ends are ordered rightly ({ends_label}), but not every step is. {told}"
    if ends.verdict == NOT_REPRODUCED:
        return NOT_REPRODUCED, f"{ends_label}: {ends.reason} {told}"
    return UNDECIDED, f"Neither the steps nor the ends ({ends_label}) are decided. {told}"
