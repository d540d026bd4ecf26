"""A net's layers as a paper's table has them, beside ours: output shapes and numbers of parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import arms_of, made_at, records_of, root_of, seed_links
from claimbook.book.tables import Cell, Table
from claimbook.book.text import number

TABLE = "layers"
COLUMNS = ["layer", "output, the paper", "output, ours", "parameters, the paper", "parameters, ours", "the same"]

Printed = Mapping[str, tuple[tuple[int, ...], int]]


def layer_table(study: Any, printed: Printed, total: int, arms: Sequence[str] | None = None) -> Shown:
    """For each arm the paper's rows beside those of our net, and the totals.

    Args:
        study: of records with a table "layers" (layer, output as "50 × 50 × 64", parameters). printed: layer → output
            shape and parameters as the paper prints them. total: the parameters in all that it prints. arms: ids; all
            where None.

    Raises:
        UsageError: an unknown arm.
    """
    tables = []
    for arm in arms_of(study, arms):
        record = next((record for record in records_of(study, arm.id) if record.tables.get(TABLE)), None)
        if record is not None:
            tables.append(Table(COLUMNS, _rows(record.tables[TABLE], printed, total), caption=arm.title))
            tables.append(Table(["record of seed"], [[seed_links([record])]]))
    if not tables:
        note = "No record with a table of layers is at hand."
        return Shown(note_html(note), note)
    column = sum(count for _, count in printed.values())
    notes = [f"{made_at(study).capitalize()}."]
    if column != total:
        notes.insert(0, f"The printed column adds up to {number(column)}, not to the printed total of {number(total)}.")
    return shown_table(*tables, root=root_of(study), notes=notes)


def _rows(ours: Sequence[Mapping[str, Any]], printed: Printed, total: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row in ours:
        shape, count = printed.get(row["layer"], ((), None))
        shown = " × ".join(map(str, shape)) or "–"
        same = (shown, count) == (row["output"], row["parameters"])
        cells = [shown, row["output"], number(count), number(row["parameters"])]
        rows.append([row["layer"], *cells, "yes" if same else "no"])
    found = sum(row["parameters"] for row in ours)
    return [*rows, ["in all", "", "", number(total), number(found), "yes" if found == total else "no"]]
