"""The claims of any paper by its slug, and their verdicts. Papers are found in their folder; none is named here."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Sequence
from pathlib import Path

from claimbook.claims.arithmetic import Arithmetic
from claimbook.claims.evidence import Evidence
from claimbook.claims.judge import judge
from claimbook.claims.load import PaperClaims, load_paper
from claimbook.claims.names import Facts
from claimbook.claims.verdict import Verdict
from claimbook.errors import unknown
from claimbook.experiment.parameters import describe
from claimbook.experiment.registry import experiments, paper_named, papers


@functools.cache
def paper_claims(slug: str) -> PaperClaims:
    """Claims, errata and inventory of a paper.

    Raises:
        UsageError: there is no such paper.
        ClaimError: one of its files is ill-formed.
    """
    package = importlib.import_module(f"claimbook.papers.{paper_named(slug).replace('-', '_')}")
    folder = Path(package.__file__).parent
    arithmetic = Arithmetic(slug)
    if (folder / "errata.py").is_file():
        arithmetic = importlib.import_module(f"{package.__name__}.errata").ARITHMETIC
    facts = {
        experiment.name: Facts(
            arms=[arm.id for arm in experiment.arms],
            metrics=[metric.name for metric in experiment.metrics],
            parameters=[info.name for info in describe(experiment.Parameters)],
        )
        for experiment in experiments().values()
        if experiment.paper == slug
    }
    return load_paper(folder, facts, arithmetic)


def verdicts(evidence: Evidence, names: Sequence[str] = ()) -> list[Verdict]:
    """The verdicts of the papers and claims named, of all papers where none is.

    A claim is always judged with its whole paper, since all of a paper's orderings share one error.

    Raises:
        UsageError: a name is neither a paper's slug nor a claim's id.
    """
    books = {slug: paper_claims(slug) for slug in papers()}
    claims = {claim.id: slug for slug, book in books.items() for claim in book.paper.claims}
    for name in names:
        if name not in books and name not in claims:
            raise unknown("paper or claim", name, [*books, *claims])
    wanted = [slug for slug in books if not names or slug in names or slug in {claims.get(name) for name in names}]
    found = [verdict for slug in wanted for verdict in judge(books[slug], evidence)]
    return [verdict for verdict in found if not names or {verdict.id, verdict.paper} & set(names)]
