"""The generated parts of a paper's page: facts, claims, arithmetic, inventory, experiments, errata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook.book.content import PaperContent
from claimbook.book.links import claim_link, erratum_link, notebook_link
from claimbook.book.page_deviations import deviations
from claimbook.book.page_errata import working
from claimbook.book.page_experiments import paper_experiments
from claimbook.book.page_ledger import working_lines
from claimbook.book.snippets import boxed, definitions, tally
from claimbook.book.tables import Cell, Piece, Table, badge
from claimbook.book.text import slug
from claimbook.claims.words import NOT_TESTED


def paper_parts(paper: PaperContent, rehearsal: Mapping[str, float]) -> Mapping[str, str]:
    """name → MyST, which the paper's page includes. `rehearsal`: see `page_experiments`."""
    return {
        "facts": _facts(paper),
        "tally": tally([verdict.verdict for verdict in paper.verdicts]),
        "claims": _claims(paper),
        "not-tested": _not_tested(paper),
        "arithmetic": _arithmetic(paper),
        "inventory": _inventory(paper),
        "experiments": paper_experiments(paper, rehearsal),
        "deviations": deviations(paper),
        "errata": _errata(paper),
        **{f"working/{slug(erratum.id)}": working(erratum) for erratum in paper.book.errata if erratum.working},
    }


def _facts(paper: PaperContent) -> str:
    facts = paper.book.paper
    rows = [("Title", facts.title), ("Authors", ", ".join(facts.authors)), ("Read from", facts.source)]
    return definitions(rows) + f"\nTo be cited as {{cite:t}}`{facts.bib}`.\n"


def _claims(paper: PaperContent) -> str:
    rows: list[list[Cell]] = [
        [Piece(v.id, claim_link(v.id)), badge(v.verdict, claim_link(v.id)), f"{v.says} ({v.where})", v.reason]
        for v in paper.verdicts
        if v.verdict != NOT_TESTED
    ]
    if not rows:
        return "No claim has been tested yet.\n"
    return boxed(Table(["claim", "verdict", "what it says, and where", "reason"], rows), "wide-3 wide-4")


def _not_tested(paper: PaperContent) -> str:
    rows: list[list[Cell]] = [
        [Piece(v.id, claim_link(v.id)), f"{v.says} ({v.where})", v.reason]
        for v in paper.verdicts
        if v.verdict == NOT_TESTED
    ]
    if not rows:
        return "Every claim has been tested.\n"
    return boxed(Table(["claim", "what it says, and where", "why it is not tested"], rows), "wide-2 wide-3")


def _arithmetic(paper: PaperContent) -> str:
    parts = []
    for claim in paper.book.paper.claims:
        lines = [] if claim.not_tested or claim.inconsistent else working_lines(claim, paper)
        if lines:
            parts.append(f"[{claim.id}](#{claim_link(claim.id).label})\n\n```text\n" + "\n".join(lines) + "\n```\n")
    return "\n".join(parts) or "No claim is settled by arithmetic alone.\n"


def _inventory(paper: PaperContent) -> str:
    if paper.book.inventory is None:
        return "This paper has no inventory.\n"
    notebooks = {own.experiment.id for own in paper.experiments if own.notebook}
    rows: list[list[Cell]] = []
    for item in paper.book.inventory.items:
        claims: list[Piece | str] = []
        for claim in item.claims:
            claims += ([", "] if claims else []) + [Piece(claim, claim_link(claim))]
        rows.append([f"{item.kind}, {item.where}", item.says, claims or "–", _answer(item, notebooks)])
    return boxed(Table(["what and where", "what it shows", "claims", "answered by"], rows), "wide-2 wide-4")


def _answer(item: Any, notebooks: set[str]) -> Cell:
    """The cell of the notebook that answers an item, or why none does."""
    if item.cell is None:
        return item.why_not
    page, tag = item.cell.split("#")
    return Piece(f"notebook {page.split('/')[1]}, {tag}", notebook_link(page) if page in notebooks else None)


def _errata(paper: PaperContent) -> str:
    rows: list[list[Cell]] = [
        [Piece(erratum.id, erratum_link(erratum.id)), erratum.where, erratum.says, erratum.correct]
        for erratum in paper.book.errata
    ]
    if not rows:
        return "None was found.\n"
    return boxed(Table(["erratum", "where", "as printed", "correct"], rows), "wide-3 wide-4")
