"""The search for the best learning rate: rate × arm, with the discarded ones counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_records import made_at, panels, records_of, root_of, seed_links
from claimbook.book.tables import Cell, Piece, Table
from claimbook.book.text import number


def rates(study: Any, table: str = "rates", panel: str | None = None) -> Shown:
    """For each rate and arm: the mean loss when the search ended, in how many runs it was chosen, in how many it
    blew up.

    Args:
        study: the study. table: the records' table with columns rate, loss_after_search, diverged_by, chosen.
        panel: as in `study_curves.curves`; each panel has a table of its own, because its grid may be its own.
    """
    tables = [_table(study, title, arms, table) for title, arms in panels(study, panel).items()]
    notes = [
        "Mean loss of the runs that stay finite, when the search ended. ✓ k: chosen in k runs as the best surviving "
        "rate. ✗ k: discarded in k runs, because the loss became non-finite before the last iteration.",
        made_at(study).capitalize() + ".",
    ]
    return shown_table(*tables, root=root_of(study), notes=notes)


def _table(study: Any, title: str, arms: Sequence[Any], name: str) -> Table:
    records = {arm.id: records_of(study, arm.id) for arm in arms}
    grid = sorted({row["rate"] for own in records.values() for record in own for row in record.tables.get(name, [])})
    rows: list[list[Cell]] = []
    for rate in grid:
        rows.append([number(rate), *(_cell(records[arm.id], rate, name) for arm in arms)])
    rows.append(["records", *(seed_links(records[arm.id]) or "none" for arm in arms)])
    return Table(["rate", *(arm.title for arm in arms)], rows, caption=title)


def _cell(records: Sequence[Any], rate: float, name: str) -> Cell:
    own = [row for record in records for row in record.tables.get(name, []) if row["rate"] == rate]
    losses = [row["loss_after_search"] for row in own if row["diverged_by"] is None and _is_number(row)]
    chosen, discarded = sum(bool(row["chosen"]) for row in own), sum(row["diverged_by"] is not None for row in own)
    cell: list[Piece | str] = [number(sum(losses) / len(losses))] if losses else []
    if chosen:
        cell += [*_gap(cell), Piece(f"✓ {chosen}", badge="chosen")]
    if discarded:
        cell += [*_gap(cell), Piece(f"✗ {discarded}", badge="discarded")]
    return cell or "–"


def _gap(cell: Sequence[Any]) -> list[str]:
    return [" "] if cell else []


def _is_number(row: dict[str, Any]) -> bool:
    return isinstance(row["loss_after_search"], (int, float))
