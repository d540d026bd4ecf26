"""The deviations on a paper's page: what was done differently, and whether it matters when it is run the other way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimbook.book.content import PaperContent
from claimbook.book.links import Link, claim_link, experiment_link, notebook_link
from claimbook.book.snippets import boxed
from claimbook.book.study_sensitivity import RULE, gaps, way_text
from claimbook.book.tables import Cell, Piece, Table, badge, escape
from claimbook.claims.sensitivity import Tried, ways


def deviations(paper: PaperContent) -> str:
    """One row for each other way of a deviation; those without one below, with the reason; gaps with their command."""
    declared = paper.book.paper.deviations
    if not declared:
        return "None is declared.\n"
    parts = []
    rows = [row for deviation in declared for row in _rows(deviation, paper)]
    if rows:
        columns = ["deviation, and its experiment", "the other way", "does it matter?"]
        parts += [boxed(Table(columns, rows), "wide-1 wide-3"), f"{RULE}\n"]
    missing = [gap for own in paper.experiments for gap in gaps(own.experiment, _of(paper, own.experiment.name))]
    if missing:
        parts.append("\n".join(f"* {escape(gap.what)} ({gap.cost}): `{gap.command}`" for gap in missing) + "\n")
    without: list[list[Cell]] = [[deviation.what, deviation.why_not] for deviation in declared if deviation.why_not]
    if without:
        parts.append(boxed(Table(["what has no other way", "why"], without), "wide-1 wide-2"))
    return "\n".join(parts)


def _rows(deviation: Any, paper: PaperContent) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for way in ways(deviation):
        own = [tried for tried in paper.tried if (tried.deviation.id, tried.way) == (deviation.id, way)]
        what = "" if rows else [f"{deviation.what} ", _experiment(deviation, paper)]
        rows.append([what, way_text(way), _meaning(own)])
    return rows


def _meaning(own: Sequence[Tried]) -> Cell:
    """ "OP-2.1 at-10, at-50 (yes, in verdict) at-100 (no)": the parts of each claim by what the other way means."""
    groups: dict[tuple[str, str], list[str]] = {}
    for tried in own:
        part = tried.main.id.removeprefix(tried.claim.id).lstrip(".")
        groups.setdefault((tried.claim.id, tried.matters), []).append(part.replace("-", "\u2011"))
    cell: list[Piece | str] = []
    for claim, matters in groups:
        parts = ", ".join(filter(None, groups[claim, matters]))
        cell += [" "] if cell else []
        cell += [Piece(claim.replace("-", "\u2011"), claim_link(claim)), f" {parts} " if parts else " ", badge(matters)]
    return cell or "–"


def _experiment(deviation: Any, paper: PaperContent) -> Piece:
    own = next(own for own in paper.experiments if own.experiment.name == deviation.experiment)
    link: Link = notebook_link(own.experiment.id) if own.notebook else experiment_link(own.experiment.id)
    return Piece(deviation.experiment.replace("-", "\u2011"), link)


def _of(paper: PaperContent, experiment: str) -> list[Tried]:
    return [tried for tried in paper.tried if tried.deviation.experiment == experiment]
