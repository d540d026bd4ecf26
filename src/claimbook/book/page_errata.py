"""The page of errata: what is wrong in the papers themselves, with the arithmetic redone where arithmetic shows it."""

from __future__ import annotations

from typing import Any

from claimbook.book.content import Content
from claimbook.book.links import claim_link, erratum_link, notebook_link
from claimbook.book.snippets import anchor, definitions
from claimbook.book.tables import Cell, Piece

BORNE_OUT = {True: "The statement as printed holds.", False: "The statement as printed does not hold."}


def errata(content: Content) -> str:
    """Every erratum of every paper, in their order."""
    parts = []
    for paper in content.papers:
        parts.append(f"## {paper.book.paper.title}\n")
        parts += [_entry(erratum, _claims_naming(erratum.id, paper)) for erratum in paper.book.errata]
        if not paper.book.errata:
            parts.append("None was found.\n")
    return "\n".join(parts)


def working(erratum: Any) -> str:
    """The lines of an erratum's arithmetic, redone."""
    return "```text\n" + "\n".join(erratum.working) + "\n```\n"


def _claims_naming(erratum_id: str, paper: Any) -> Cell:
    cell: list[Piece | str] = []
    for claim in paper.book.paper.claims:
        named = {claim.erratum} | {leaf.inconsistent.erratum for leaf in claim.leaves() if leaf.inconsistent}
        if erratum_id in named:
            cell += ([", "] if cell else []) + [Piece(claim.id, claim_link(claim.id))]
    return cell


def _shown_by(erratum: Any) -> Cell:
    if erratum.working:
        return "arithmetic, redone when this book was built"
    if erratum.cell is None:
        return "reading the text"
    experiment = erratum.cell.split("#")[0]
    return ["records, in the notebook ", Piece(experiment.split("/")[1], notebook_link(experiment))]


def _entry(erratum: Any, claims: Cell) -> str:
    rows = [
        ("Where", erratum.where),
        ("As printed", erratum.says),
        ("Correct", erratum.correct),
        ("Reason", erratum.reason),
        ("Claims that it bears on", claims),
        ("Shown by", _shown_by(erratum)),
    ]
    lines = [anchor(erratum_link(erratum.id)) + f"### {erratum.id}", "::::{div} entry", definitions(rows)]
    if erratum.working:
        lines.append(working(erratum))
        lines.append(BORNE_OUT[bool(erratum.holds)] + "\n")
    return "\n".join([*lines, "::::\n"])
