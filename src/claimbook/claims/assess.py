"""From the planned runs to the outcome of one predicate: which arrays go to which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from claimbook.claims import rules
from claimbook.claims.arithmetic import Arithmetic
from claimbook.claims.evidence import Draw
from claimbook.claims.predicates import INTERVALS, Count, Equality, Ordering, Property, Threshold, Trend, Value
from claimbook.claims.rules import Borrowed, Outcome, Terms
from claimbook.claims.schema import Claim, Leaf
from claimbook.claims.statistics import binomial_sd, mcnemar_variance, shared_confidence
from claimbook.errors import ClaimError


@dataclass(frozen=True)
class Bench:
    """All that one claim is assessed with.

    Attributes:
        draw: the planned runs; None where only arithmetic is asked.
        family: number of members of the paper's Holm family.
        survives: leaf id → which of its tests Holm rejects; absent: all (before the correction).
        borrowed: metric → the sd borrowed for it.
    """

    claim: Claim
    arithmetic: Arithmetic
    draw: Draw | None
    family: int
    survives: Mapping[str, Sequence[bool]]
    borrowed: Mapping[str, Borrowed]


def assess(leaf: Leaf, bench: Bench) -> Outcome:
    """The outcome of one claim or part. Raises ClaimError where a transform meets a number it is not made for."""
    predicate = leaf.predicate
    if isinstance(predicate, Equality):
        quantity = bench.arithmetic.work_out(predicate.quantity)
        return rules.equality(quantity.value, predicate.printed, predicate.rounding)
    outcome = _MEASURED[type(predicate)](leaf, predicate, bench)
    if getattr(leaf, "transform", None) == "log" and predicate.tests:
        outcome = replace(outcome, method=f"{outcome.method}, of natural logs (0.01 is about 1 %)")
    if predicate.tests:
        outcome = replace(outcome, method=f"{outcome.method}; Holm over the paper's {bench.family} orderings")
    return outcome


def terms(leaf: Leaf, bench: Bench) -> Terms:
    """Margin, ε and the share of the 5 % that this leaf may spend at the preset it is judged at."""
    intervals = sum(other.kind in INTERVALS for other in bench.claim.leaves())
    looks = bench.claim.looks
    margin = leaf.margin.value if leaf.margin else 0.0
    if bench.draw is not None and bench.draw.preset == "reduced" and leaf.reduced is not None:
        margin = leaf.reduced.margin
    return Terms(
        margin=margin,
        epsilon=leaf.epsilon.value if leaf.epsilon else 0.0,
        confidence=shared_confidence(intervals, looks),
        alpha=0.025 / (looks * max(1, bench.family)),
    )


def transformed(values: np.ndarray, transform: str | None) -> np.ndarray:
    """The metric as it is compared; for `log`, zero becomes the smallest positive number, not "diverged"."""
    if transform != "log":
        return values
    finite = np.isfinite(values)
    if (values[finite] < 0).any():
        raise ClaimError("A negative number has no log.", f"It is {values[finite].min():g}.", "Use `transform: none`.")
    safe = np.where(finite, np.maximum(values, np.finfo(float).tiny), 1.0)
    return np.where(finite, np.log(safe), np.nan)


def _scores(leaf: Leaf, bench: Bench, arm: str, metric: str, better: str) -> np.ndarray:
    return rules.scores(transformed(bench.draw.array(arm, metric), leaf.transform), better)


def _ordering(leaf: Leaf, predicate: Ordering, bench: Bench) -> Outcome:
    winner, loser = (
        _scores(leaf, bench, arm, predicate.metric, predicate.better) for arm in (predicate.winner, predicate.loser)
    )
    extra = 0.0
    test_set = predicate.test_set
    if test_set is not None and test_set.kind == "unseen":
        alone = [
            bench.draw.array(predicate.winner, name).mean() for name in (test_set.only_winner, test_set.only_loser)
        ]
        extra = mcnemar_variance(*alone, test_set.size) * test_set.scale**2
    return rules.ordering(
        rules.paired(winner, loser),
        terms(leaf, bench),
        survives=bench.survives.get(leaf.id, [True])[0],
        stated_size=predicate.size if bench.draw.preset == "paper" else None,
        extra_variance=extra,
    )


def _threshold(leaf: Leaf, predicate: Threshold, bench: Bench) -> Outcome:
    values = transformed(bench.draw.array(predicate.arm, predicate.metric), leaf.transform)
    if predicate.minus:
        values = _difference(values, transformed(bench.draw.array(predicate.minus, predicate.metric), leaf.transform))
    limit = float(transformed(np.array([predicate.limit]), leaf.transform)[0])
    survives = bench.survives.get(leaf.id, [True])[0]
    outcome = rules.threshold(values, limit, predicate.side, terms(leaf, bench), survives=survives)
    return replace(outcome, method=outcome.method.replace(" seeds", " seeds, paired")) if predicate.minus else outcome


def _difference(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Paired by seed; NaN, which counts against the claim, where either run diverged."""
    both = np.isfinite(values) & np.isfinite(others)
    return np.where(both, np.where(both, values, 0) - np.where(both, others, 0), np.nan)


def _trend(leaf: Leaf, predicate: Trend, bench: Bench) -> Outcome:
    rows = [_scores(leaf, bench, arm, predicate.metric, predicate.better) for arm in predicate.arms]
    survives = bench.survives.get(leaf.id, ())
    return rules.trend(rows, terms(leaf, bench), survives=survives, names=predicate.arms)


def _value(leaf: Leaf, predicate: Value, bench: Bench) -> Outcome:
    values = bench.draw.array(predicate.arm, predicate.metric)
    least = 0.0
    test_set = predicate.test_set
    if test_set is not None and test_set.kind == "random split" and np.isfinite(values).all():
        least = binomial_sd(float(values.mean()) / test_set.scale, test_set.size) * test_set.scale
    return rules.value(
        values,
        predicate.printed,
        predicate.rounding,
        terms(leaf, bench),
        runs_behind=predicate.runs,
        borrowed=bench.borrowed.get(predicate.metric),
        least_sd=least,
    )


def _count(leaf: Leaf, predicate: Count, bench: Bench) -> Outcome:
    successes = bench.draw.array(predicate.arm, predicate.metric)
    if predicate.tried is None:
        counts = sorted({float(count) for count in successes})
        if len(counts) > 1:  # a full grid has no seeds: all of its records must agree
            return Outcome("undecided", f"The records of one full grid disagree: {counts}.", n=len(successes))
        return rules.full_count(counts[0], predicate.printed, predicate.of, predicate.tolerance)
    tried = bench.draw.array(predicate.arm, predicate.tried)
    done = np.where(np.isfinite(successes), successes, 0.0)  # a failed run found none of its cases
    return rules.sampled_count(float(done.sum()), int(tried.sum()), predicate.printed, predicate.of, terms(leaf, bench))


def _property(leaf: Leaf, predicate: Property, bench: Bench) -> Outcome:
    shares = np.concatenate([bench.draw.array(arm, predicate.metric) for arm in predicate.arms])
    later = None
    if predicate.later is not None:
        later = np.concatenate([bench.draw.array(arm, predicate.later) for arm in predicate.arms])
    return rules.holds(shares, predicate.share, later=later, stated_part=predicate.stated_part or "")


_MEASURED = {
    Ordering: _ordering,
    Threshold: _threshold,
    Trend: _trend,
    Value: _value,
    Count: _count,
    Property: _property,
}
