"""The rows of a table that records keep, such as the tensors of one run, as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import arms_of, made_at, records_of, root_of, seed_links
from claimbook.book.tables import Cell, Table
from claimbook.book.text import plural, value_text
from claimbook.errors import unknown


def rows(
    study: Any, table: str, columns: Mapping[str, str], arms: Sequence[str] | None = None, most: int | None = None
) -> Shown:
    """A table of each arm's first record, one under the other.

    Args:
        study: the study. table: its name. columns: column → heading, those that are shown. arms: ids of the arms; all
            that have it where None. most: how many rows at most; a sentence says how many more there are.

    Raises:
        UsageError: an unknown arm, or a column that no row has.
    """
    shown, notes = [], []
    for arm in arms_of(study, arms):
        record = next((record for record in records_of(study, arm.id) if record.tables.get(table)), None)
        if record is None:
            continue
        found = record.tables[table]
        known = dict.fromkeys(name for row in found for name in row)
        for column in columns:
            if column not in known:
                raise unknown(f"column of the table {table}", column, known)
        cells: list[list[Cell]] = [[value_text(row.get(column)) for column in columns] for row in found[:most]]
        shown.append((arm, record, Table(list(columns.values()), cells, caption=arm.title)))
        if most is not None and len(found) > most:
            notes.append(f"{arm.title}: {plural(len(found) - most, 'further row')}.")
    if not shown:
        note = f"No record with a table of {table} is at hand."
        return Shown(note_html(note), note)
    seeds = sorted({record.seed for _, record, _ in shown})
    which = "seed" if len(seeds) == 1 else "seeds"
    notes.append(f"Of {which} {', '.join(map(str, seeds))}. {made_at(study).capitalize()}.")
    tables = [table for _, _, table in shown]
    links = Table(["arm", "record of seed"], [[arm.id, seed_links([record])] for arm, record, _ in shown])
    return shown_table(*tables, links, root=root_of(study), notes=notes)
