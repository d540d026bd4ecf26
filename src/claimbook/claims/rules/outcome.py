"""What one rule says, before it becomes a row: verdict, numbers, reason."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The result of one rule on one claim, part or step.

    Attributes:
        verdict: a word of `claimbook.claims.words`.
        reason: one or two plain sentences with the numbers that decided.
        measured: the number compared: mean, difference, count or share, after the claim's transform.
        interval: [lo, hi] of `measured`; None where there is none.
        method: how the interval was made.
        n: seeds behind it.
        p: one-sided, for Holm's family; None for kinds that are not in it.
        power: probability that such a study sees a difference of M (for `value`: is narrow enough for M).
        needed: seeds that would decide; None where decided or not to be said, `math.inf` where out of reach.
        finding: "reversed", "no difference", "right" … ; what a trend asks of its steps.
        label: what a step compares.
        steps: the outcomes of a trend's steps.
    """

    verdict: str
    reason: str
    measured: float | None = None
    interval: tuple[float, float] | None = None
    method: str = ""
    n: int = 0
    p: float | None = None
    power: float | None = None
    needed: float | None = None
    finding: str = ""
    label: str = ""
    steps: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What was declared before the study: margin M, numerical resolution ε, and the error that may be spent.

    `confidence` is that of the interval (parts and looks share the 5 %); `alpha` the strictest one-sided level that
    Holm's procedure may ask of this claim: plans use it, verdicts do not.
    """

    margin: float
    epsilon: float = 0.0
    confidence: float = 0.95
    alpha: float = 0.025

    @property
    def alpha_interval(self) -> float:
        """The one-sided error of the interval."""
        return (1 - self.confidence) / 2


def show(x: float | None) -> str:
    """A number for people: four significant digits."""
    if x is None or not math.isfinite(x):
        return "not finite"
    return f"{x:,.0f}" if abs(x) >= 1e4 else f"{x:.4g}"


def span(interval: tuple[float, float]) -> str:
    """An interval for people."""
    return f"[{show(interval[0])}, {show(interval[1])}]"


def percent(confidence: float) -> str:
    """A confidence for people: 95 %, 98.3 %."""
    return f"{100 * confidence:.4g} %"


def never(needed: int | None) -> float:
    """Seeds needed, infinite where they are out of reach."""
    return math.inf if needed is None else needed
