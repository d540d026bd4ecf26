"""Which runs judge a claim: the largest preset that has the planned seeds for all of its arms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from claimbook.claims.evidence import JUDGING, Draw, Evidence, Sample, gather, plan_met, standing
from claimbook.claims.predicates import Value
from claimbook.claims.rules import Borrowed
from claimbook.claims.schema import Claim
from claimbook.claims.statistics import pooled_sd

Samples = Mapping[tuple[str, str], Sample]


@dataclass(frozen=True)
class Choice:
    """The runs that judge a claim, or None with what stands (`notes`, one sentence each)."""

    draw: Draw | None
    notes: tuple[str, ...] = ()
    borrowed: Mapping[str, Borrowed] | None = None


def choose(claim: Claim, evidence: Evidence) -> Choice:
    """Pick the runs: `paper` with all planned seeds; else say what stands there, and take `reduced` where allowed.

    A claim of `value`s with one or two runs at `paper` is judged on them, with the sd of its own arms at `reduced`.
    """
    notes: list[str] = []
    offered = evidence.presets(claim.experiment)
    for preset in (name for name in JUDGING if name in offered):
        if preset == "reduced" and not claim.at_reduced:
            continue
        samples = gather(evidence, claim.experiment, preset, reads(claim), {})
        draw = planned_draw(claim, preset, samples)
        if draw is not None:
            few = len(draw.seeds) <= 2 and preset == "paper"
            return Choice(draw, tuple(notes), borrow(claim, evidence) if few else {})
        if preset == "paper":
            few_draw = _one_or_two(claim, samples)
            borrowed = borrow(claim, evidence) if few_draw else {}
            if few_draw and borrowed:
                return Choice(few_draw, (f"At paper there are {standing(samples, claim.seeds)}.",), borrowed)
        stands = standing(samples, planned_seeds(claim, preset))
        if stands:
            notes.append(f"At {preset} there are {stands}.")
    return Choice(None, tuple(notes))


def reads(claim: Claim) -> list[tuple[str, str]]:
    """All (arm, metric) pairs of a claim, each once."""
    pairs = [pair for leaf in claim.leaves() if leaf.predicate is not None for pair in leaf.predicate.reads()]
    return list(dict.fromkeys(pairs))


def planned_seeds(claim: Claim, preset: str) -> int:
    """Seeds planned for the (first) look at a preset."""
    if preset == "reduced":
        return max((leaf.reduced.seeds or claim.seeds) for leaf in claim.leaves() if leaf.reduced)
    return claim.seeds


def planned_draw(claim: Claim, preset: str, samples: Samples) -> Draw | None:
    """The runs of the plan, or of its declared top-up where all of them are there; None where the plan is not met."""
    plan = planned_seeds(claim, preset)
    if claim.top_up is not None and plan_met(samples, claim.top_up):
        plan = claim.top_up
    return Draw(preset, tuple(range(plan)), samples) if plan_met(samples, plan) else None


def borrow(claim: Claim, evidence: Evidence) -> dict[str, Borrowed]:
    """Metric → the sd of the claim's own arms at `reduced`; runs that diverged and arms at chance are left out."""
    if "reduced" not in evidence.presets(claim.experiment):
        return {}
    groups: dict[str, list[np.ndarray]] = {}
    for leaf in claim.leaves():
        predicate = leaf.predicate
        if not isinstance(predicate, Value):
            continue
        sample = gather(evidence, claim.experiment, "reduced", predicate.reads(), {})[predicate.arm, predicate.metric]
        kept = [x for seed, x in sorted(sample.values.items()) if np.isfinite(x) and seed not in sample.diverged]
        values = np.array(kept, float)
        at_chance = (
            predicate.chance is not None and values.size and abs(values.mean() - predicate.chance) <= leaf.margin.value
        )
        if not at_chance:
            groups.setdefault(predicate.metric, []).append(values)
    pooled = {metric: pooled_sd(arrays) for metric, arrays in groups.items()}
    return {metric: Borrowed(sd, df, "preset reduced") for metric, (sd, df) in pooled.items() if df > 0}


def _one_or_two(claim: Claim, samples: Samples) -> Draw | None:
    measured = [leaf for leaf in claim.leaves() if leaf.kind != "equality"]
    if not measured or any(leaf.kind != "value" for leaf in measured):
        return None
    n = max((n for n in (1, 2) if plan_met(samples, n)), default=0)
    three = plan_met(samples, 3)
    return Draw("paper", tuple(range(n)), samples) if n and not three else None
