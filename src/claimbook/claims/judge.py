"""What happened versus what was said: verdicts for all claims of a paper, from records alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from claimbook.claims import say
from claimbook.claims.assess import Bench, assess
from claimbook.claims.choose import Choice, choose, planned_draw, reads
from claimbook.claims.evidence import JUDGING, Evidence, OfPaper, gather
from claimbook.claims.load import PaperClaims
from claimbook.claims.rows import bare_row, measured_row, row_of_parts
from claimbook.claims.rules import Outcome, combine
from claimbook.claims.schema import Claim, Leaf
from claimbook.claims.statistics import holm
from claimbook.claims.verdict import Verdict
from claimbook.claims.words import (
    AT_REDUCED_SCALE,
    INCONSISTENT,
    NOT_REPRODUCED,
    NOT_TESTED,
    NOT_UNDER_OUR_READING,
    UNDECIDED,
)

Outcomes = Mapping[str, Outcome]


@dataclass(frozen=True)
class Reading:
    """Another reading of the settings, judged: leaf id → raw verdict, and the claim's; None where it was not run."""

    label: str
    verdicts: Mapping[str, str] | None
    claim: str | None


def judge(book: PaperClaims, evidence: Evidence) -> list[Verdict]:
    """One verdict per claim, in the order of `claims.yaml`.

    Two passes: the first gives the p-values of all orderings, thresholds and trend steps that the paper's file
    declares (1 where untested), Holm's procedure decides which stand, the second judges.

    Raises:
        ClaimError: a claim is called inconsistent, but the arithmetic of its erratum bears the statement out.
    """
    evidence = OfPaper(evidence, book.paper.slug)
    choices = {claim.id: _choice(claim, evidence) for claim in book.paper.claims}
    family = {key: 1.0 for claim in book.paper.claims for key in _tests(claim)}
    for claim in book.paper.claims:
        if _is_judged(claim, choices[claim.id]):
            outcomes = _outcomes(claim, book, choices[claim.id], len(family), {})
            family.update(_p_values(claim, outcomes))
    rejected = holm(family)
    survives = {
        leaf.id: [(leaf.id, index) in rejected for index in range(leaf.predicate.tests)]
        for claim in book.paper.claims
        for leaf in claim.leaves()
        if leaf.predicate is not None and leaf.predicate.tests
    }
    return [_judge_one(claim, book, evidence, choices[claim.id], len(family), survives) for claim in book.paper.claims]


def _tests(claim: Claim) -> list[tuple[str, int]]:
    leaves = [leaf for leaf in claim.leaves() if leaf.predicate is not None]
    return [(leaf.id, index) for leaf in leaves for index in range(leaf.predicate.tests)]


def _choice(claim: Claim, evidence: Evidence) -> Choice:
    set_aside = claim.inconsistent or (claim.not_tested and not claim.awaits_data)
    if claim.experiment is None or set_aside or not reads(claim):
        return Choice(None)
    return choose(claim, evidence)


def _is_judged(claim: Claim, choice: Choice) -> bool:
    if claim.inconsistent or (claim.not_tested and choice.draw is None):
        return False
    return choice.draw is not None or not reads(claim)


def _judged_leaves(claim: Claim) -> list[Leaf]:
    return [leaf for leaf in claim.leaves() if leaf.inconsistent is None]


def _outcomes(claim: Claim, book: PaperClaims, choice: Choice, family: int, survives: Mapping) -> dict[str, Outcome]:
    bench = Bench(claim, book.arithmetic, choice.draw, family, survives, choice.borrowed or {})
    return {leaf.id: assess(leaf, bench) for leaf in _judged_leaves(claim)}


def _p_values(claim: Claim, outcomes: Outcomes) -> dict[tuple[str, int], float]:
    """By test, times the number of looks (Bonferroni), so that a second look costs what the first did."""
    found = {}
    for leaf_id, outcome in outcomes.items():
        for index, test in enumerate(outcome.steps or (outcome,)):
            if test.p is not None:
                found[leaf_id, index] = min(1.0, test.p * claim.looks)
    return found


def _combined(claim: Claim, outcomes: Outcomes) -> str:
    if not claim.parts:
        return outcomes[claim.id].verdict
    essential = {f"{claim.id}.{part.id}": part.essential for part in claim.parts}
    return combine([(outcome.verdict, essential[name]) for name, outcome in outcomes.items()])


def _judge_one(
    claim: Claim, book: PaperClaims, evidence: Evidence, choice: Choice, family: int, survives: Mapping
) -> Verdict:
    if claim.inconsistent:
        return bare_row(claim, claim, book, INCONSISTENT, say.inconsistent(claim, book))
    if claim.not_tested and choice.draw is None:
        return bare_row(claim, claim, book, NOT_TESTED, " ".join([say.not_tested(claim), *choice.notes]))
    if not _is_judged(claim, choice):
        return bare_row(claim, claim, book, *say.plan_not_met(claim, book, evidence, choice))
    outcomes = _outcomes(claim, book, choice, family, survives)
    readings = _readings(claim, book, evidence, choice, family)
    whole = _whole(claim, book, choice, outcomes, readings)
    told = [f"With {reading.label}: {reading.claim or 'not run'}." for reading in readings]
    link = [f"See erratum {claim.erratum}."] if claim.erratum else []
    notes = say.notes(claim, evidence, choice, outcomes.values())
    return replace(whole, reason=" ".join([whole.reason, *notes, *told, *link]))


def _whole(claim: Claim, book: PaperClaims, choice: Choice, outcomes: Outcomes, readings: Sequence[Reading]) -> Verdict:
    rows = []
    for leaf in claim.leaves():
        if leaf.id not in outcomes:
            rows.append(bare_row(claim, leaf, book, INCONSISTENT, say.inconsistent(leaf, book)))
            continue
        others = [reading.verdicts and reading.verdicts[leaf.id] for reading in readings]
        settled = _settle(claim, outcomes[leaf.id].verdict, others, choice)
        rows.append(measured_row(claim, leaf, book, choice, outcomes[leaf.id], *settled))
    if not claim.parts:
        return rows[0]
    if not outcomes:
        return bare_row(claim, claim, book, INCONSISTENT, "Every part of it is inconsistent as printed.", rows)
    settled = _settle(claim, _combined(claim, outcomes), [reading.claim for reading in readings], choice)
    return row_of_parts(claim, book, choice, *settled, rows)


def _settle(claim: Claim, raw: str, others: Sequence[str | None], choice: Choice) -> tuple[str, str]:
    """Rule 5 (settings that the paper never stated), then what the scale allows to be said."""
    verdict, why = raw, ""
    if claim.decisive and raw == NOT_REPRODUCED:
        ran = [other for other in others if other is not None]
        if len(ran) >= 2 and all(other == NOT_REPRODUCED for other in ran):
            verdict, why = NOT_UNDER_OUR_READING, f"All {len(ran)} other readings of the settings agree."
        else:
            verdict = UNDECIDED
            why = "Settings not stated: this needs two other readings of them that agree, and not one that does not."
    if choice.draw is not None and choice.draw.preset == "reduced":
        verdict = AT_REDUCED_SCALE[verdict]
        why = " ".join(filter(None, [why, "Judged at preset reduced: a small study cannot refute a large one."]))
    return verdict, why


def _readings(claim: Claim, book: PaperClaims, evidence: Evidence, choice: Choice, family: int) -> list[Reading]:
    """Every other reading at the preset judged, or at the next smaller one that has its planned seeds."""
    if choice.draw is None:
        return []
    offered = evidence.presets(claim.experiment)
    presets = [name for name in JUDGING[JUDGING.index(choice.draw.preset) :] if name in offered]
    found = []
    for reading in claim.readings:
        label = ", ".join(f"{name} = {value}" for name, value in reading.items())
        verdicts = whole = None
        for preset in presets:
            if preset == "reduced" and not claim.at_reduced:
                continue
            samples = gather(evidence, claim.experiment, preset, reads(claim), reading)
            draw = planned_draw(claim, preset, samples)
            if draw is not None:
                outcomes = _outcomes(claim, book, Choice(draw, (), choice.borrowed), family, {})
                verdicts = {name: outcome.verdict for name, outcome in outcomes.items()}
                whole = _combined(claim, outcomes)
                break
        found.append(Reading(label, verdicts, whole))
    return found
