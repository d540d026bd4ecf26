"""The sentences around a verdict: why a claim was not judged, what was left out, what would decide."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from claimbook.claims.choose import Choice, reads
from claimbook.claims.evidence import Evidence
from claimbook.claims.load import PaperClaims
from claimbook.claims.rules import Outcome
from claimbook.claims.schema import Claim, Leaf
from claimbook.claims.words import NOT_TESTED, UNDECIDED
from claimbook.errors import ClaimError


def inconsistent(leaf: Leaf, book: PaperClaims) -> str:
    """Which erratum shows it and what our study supports.

    Raises:
        ClaimError: the arithmetic of that erratum bears the printed statement out.
    """
    stated = leaf.inconsistent
    erratum = next((erratum for erratum in book.errata if erratum.id == stated.erratum), None)
    if erratum is not None and erratum.holds:
        raise ClaimError(
            f"{leaf.id} is called inconsistent, but the arithmetic of erratum {stated.erratum} bears it out.",
            do="Mend the claim or the erratum.",
        )
    return f"The statement as printed cannot hold: erratum {stated.erratum}. Our study supports: {stated.supports}"


def not_tested(claim: Claim) -> str:
    """The declared reason, with its hours where it is the cost."""
    stated = claim.not_tested
    hours = ""
    if stated.reason == "cost":
        hours = f" (about {stated.cpu_hours:g} h on 2 cores, {stated.gpu_hours:g} h on a GPU)"
    return f"{stated.reason[0].upper()}{stated.reason[1:]}{hours}: {stated.detail}"


def plan_not_met(claim: Claim, book: PaperClaims, evidence: Evidence, choice: Choice) -> tuple[str, str]:
    """(verdict, reason) where no preset has the planned runs: what stands, and what fills the gap at what cost."""
    hours = evidence.cost(claim.experiment, "paper", arms_of(claim), claim.seeds)
    cost = f"about {show_hours(hours)} on 2 cores" if hours is not None else "of unknown cost"
    command = f"claimbook run {book.paper.slug}/{claim.experiment} --preset paper --seeds {claim.seeds}"
    if choice.notes:
        verdict, why = UNDECIDED, [*choice.notes, f"The plan is {claim.seeds} seeds: {command} ({cost})."]
    else:
        verdict, why = NOT_TESTED, [f"Cost: no records yet; {command} makes them ({cost})."]
    return verdict, " ".join([*why, *faults(claim, evidence)])


def notes(claim: Claim, evidence: Evidence, choice: Choice, outcomes: Iterable[Outcome]) -> list[str]:
    """What must be known beside the numbers: runs that diverged, are stale or not counted, and the next plan."""
    draw = choice.draw
    if draw is None:
        return []
    told = list(choice.notes)
    if draw.diverged:
        told.append(f"{len(draw.diverged)} run(s) diverged and are counted: {', '.join(draw.diverged[:6])}.")
    if draw.extra_seeds:
        told.append(f"{draw.extra_seeds} more seed(s) exist and are not counted: the plan was {len(draw.seeds)}.")
    if draw.stale:
        told.append(f"{len(draw.stale)} of its records are stale.")
    needed = [outcome.needed for outcome in outcomes if outcome.needed is not None]
    if needed:
        told.append(_next_plan(claim, evidence, draw.preset, max(needed)))
    return [*told, *faults(claim, evidence)]


def faults(claim: Claim, evidence: Evidence) -> list[str]:
    """One sentence that names records which are in no mean, or nothing."""
    found: Sequence[str] = list(evidence.faults(claim.experiment)) if claim.experiment else []
    if not found:
        return []
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return [f"{len(found)} record(s) are not counted: {'; '.join(found[:3])}{more}."]


def arms_of(claim: Claim) -> list[str]:
    """The arms that a claim reads, each once."""
    return list(dict.fromkeys(arm for arm, _ in reads(claim)))


def show_hours(hours: float) -> str:
    """Hours for people, in minutes where short."""
    return f"{hours:.1f} h" if hours >= 0.95 else f"{max(1, round(60 * hours))} min"


def _next_plan(claim: Claim, evidence: Evidence, preset: str, needed: float) -> str:
    if math.isinf(needed):
        return "No number of seeds within reach (10,000) would decide."
    hours = evidence.cost(claim.experiment, preset, arms_of(claim), int(needed))
    cost = f" ({show_hours(hours)} on 2 cores)" if hours is not None else ""
    return f"{int(needed)} seeds{cost} decide with a probability of 80 %."
