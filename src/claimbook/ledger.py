"""The ledger: a paper's claims as its folder states them, and the verdicts on them from the records at hand.

The one place where a paper's folder, the experiments and the records come together before the judge. No MXNet here.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from claimbook.claims import Evidence, Facts, PaperClaims, Sample, Verdict, judge, load_paper
from claimbook.errors import unknown
from claimbook.experiment import registry
from claimbook.experiment.parameters import describe


@functools.cache
def paper_claims(slug: str) -> PaperClaims:
    """The claims, errata and inventory of a paper.

    Raises:
        UsageError: there is no such paper.
        ClaimError: one of its files is ill-formed; with file and line.
    """
    name = f"claimbook.papers.{registry.paper_named(slug).replace('-', '_')}"
    folder = Path(importlib.import_module(name).__file__).parent
    return load_paper(folder, _facts(slug), importlib.import_module(f"{name}.errata").ARITHMETIC)


def verdicts(*slugs: str, evidence: Evidence | None = None) -> list[Verdict]:
    """One verdict for each claim of these papers (of all where none is named), judged from the records at hand.

    evidence: what the judge reads; the user's and the committed records where None.

    Raises:
        UsageError, ClaimError: as `paper_claims`.
    """
    if evidence is None:
        from claimbook.evidence import RecordEvidence

        evidence = RecordEvidence()
    wanted = dict.fromkeys(slugs or registry.papers())
    return [row for slug in wanted for row in judge(paper_claims(slug), _OfPaper(evidence, slug))]


def paper_of_claim(claim_id: str) -> str:
    """The slug of the paper that a claim, or a part of one, belongs to. Raises UsageError for an unknown id."""
    known = {name: slug for slug in registry.papers() for name in claim_ids(slug)}
    if claim_id not in known:
        raise unknown("claim", claim_id, known)
    return known[claim_id]


def claim_ids(slug: str) -> list[str]:
    """The ids of a paper's claims and of their parts, in the order of its file."""
    claims = paper_claims(slug).paper.claims
    return [name for claim in claims for name in dict.fromkeys([claim.id, *(leaf.id for leaf in claim.leaves())])]


class _OfPaper:
    """Evidence for a claims file, which names its own experiments without the paper in front."""

    def __init__(self, evidence: Evidence, slug: str):
        self._evidence, self._slug = evidence, slug

    def presets(self, experiment: str) -> Sequence[str]:
        return self._evidence.presets(f"{self._slug}/{experiment}")

    def sample(self, experiment: str, preset: str, arm: str, metric: str, reading: Mapping[str, object]) -> Sample:
        return self._evidence.sample(f"{self._slug}/{experiment}", preset, arm, metric, reading)

    def faults(self, experiment: str) -> Sequence[str]:
        return self._evidence.faults(f"{self._slug}/{experiment}")

    def cost(self, experiment: str, preset: str, arms: Sequence[str], seeds: int) -> float | None:
        return self._evidence.cost(f"{self._slug}/{experiment}", preset, arms, seeds)


def _facts(slug: str) -> dict[str, Facts]:
    return {
        experiment.name: Facts(
            arms=[arm.id for arm in experiment.arms],
            metrics=[metric.name for metric in experiment.metrics],
            parameters=[info.name for info in describe(experiment.Parameters)],
        )
        for experiment in registry.experiments().values()
        if experiment.paper == slug
    }
