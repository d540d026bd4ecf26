"""From outcomes to rows of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimbook.claims.choose import Choice
from claimbook.claims.load import PaperClaims
from claimbook.claims.predicates import INTERVALS
from claimbook.claims.rules import Outcome
from claimbook.claims.rules.outcome import percent
from claimbook.claims.schema import Claim, Leaf
from claimbook.claims.statistics import shared_confidence
from claimbook.claims.verdict import Verdict


def _said(claim: Claim, leaf: Leaf, book: PaperClaims) -> dict[str, Any]:
    """The fields of a row that stand in the claims file."""
    return {
        "id": leaf.id,
        "paper": book.paper.slug,
        "experiment": f"{book.paper.slug}/{claim.experiment}" if claim.experiment else None,
        "kind": leaf.kind,
        "says": getattr(leaf, "says", None) or claim.says,
        "where": claim.where,
        "paper_value": leaf.paper_value,
    }


def bare_row(
    claim: Claim, leaf: Leaf, book: PaperClaims, verdict: str, reason: str, parts: Sequence[Verdict] = ()
) -> Verdict:
    """The row of something that no number stands behind."""
    return Verdict(
        **_said(claim, leaf, book),
        measured=None,
        interval=None,
        method="",
        n_seeds=0,
        power=None,
        preset=None,
        data=None,
        verdict=verdict,
        reason=reason,
        parts=list(parts),
    )


def measured_row(
    claim: Claim, leaf: Leaf, book: PaperClaims, choice: Choice, outcome: Outcome, verdict: str, why: str
) -> Verdict:
    """The row of one claim or part from its outcome; a trend's steps become rows below it."""
    draw = choice.draw
    steps = [
        measured_row(claim, _as_step(leaf, number, step), book, choice, step, step.verdict, "")
        for number, step in enumerate(outcome.steps, 1)
    ]
    return Verdict(
        **_said(claim, leaf, book),
        measured=outcome.measured,
        interval=outcome.interval,
        method=outcome.method,
        n_seeds=outcome.n,
        power=outcome.power,
        preset=draw.preset if draw and outcome.n else None,
        data=draw.data or None if draw and outcome.n else None,
        verdict=verdict,
        reason=" ".join(filter(None, [outcome.reason, why])),
        stale=draw.stale if draw and outcome.n else [],
        records=draw.records if draw and outcome.n else [],
        parts=steps,
    )


def row_of_parts(
    claim: Claim, book: PaperClaims, choice: Choice, verdict: str, why: str, rows: Sequence[Verdict]
) -> Verdict:
    """The row of a claim with parts: its numbers stand in theirs."""
    draw = choice.draw
    sharing = sum(leaf.kind in INTERVALS for leaf in claim.leaves())
    method = f"{len(rows)} parts"
    if sharing:
        method += f", which share the 5 %: {percent(shared_confidence(sharing, claim.looks))} intervals"
    told = ", ".join(f"{row.id.removeprefix(claim.id + '.')}: {row.verdict}" for row in rows)
    return Verdict(
        id=claim.id,
        paper=book.paper.slug,
        experiment=f"{book.paper.slug}/{claim.experiment}" if claim.experiment else None,
        kind=claim.kind,
        says=claim.says,
        where=claim.where,
        paper_value=claim.paper_value,
        measured=None,
        interval=None,
        method=method,
        n_seeds=max(row.n_seeds for row in rows),
        power=min((row.power for row in rows if row.power is not None), default=None),
        preset=draw.preset if draw else None,
        data=draw.data or None if draw else None,
        verdict=verdict,
        reason=" ".join(filter(None, [f"{told}.", why])),
        stale=draw.stale if draw else [],
        records=draw.records if draw else [],
        parts=list(rows),
    )


def _as_step(leaf: Leaf, number: int, step: Outcome) -> Leaf:
    """A trend's step in the shape of the ordering that it is judged as."""
    return leaf.model_copy(update={"id": f"{leaf.id}.{number}", "kind": "ordering", "says": step.label})
