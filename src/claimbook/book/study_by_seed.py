"""A curve of every record of an arm as a table, where a mean over the seeds would hide that they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import made_at, records_of, root_of, seed_links
from claimbook.book.tables import Cell, Table
from claimbook.book.text import value_text
from claimbook.errors import unknown


def by_seed(study: Any, arm: str, curve: str, x: str, y: str, beside: Mapping[str, str] | None = None) -> Shown:
    """A row for each x of the curve, a column for each seed, and a column for each curve beside.

    Args:
        study: the study. arm: its id. curve: its name in the records. x, y: its columns. beside: further curves of the
            first record, at the same x → heading: what the seeds are compared with.

    Raises:
        UsageError: an unknown arm, curve or column.
    """
    title = study.experiment.arm(arm).title
    records = [record for record in records_of(study, arm) if not record.diverged]
    if not records:
        note = f"No record of {title} is at hand."
        return Shown(note_html(note), note)
    at = _column(records[0].curves, curve, x)
    columns = {f"seed {record.seed}": _column(record.curves, curve, y) for record in records}
    columns |= {heading: _column(records[0].curves, name, y) for name, heading in (beside or {}).items()}
    cells: list[list[Cell]] = [
        [value_text(value), *(value_text(column[row]) for column in columns.values())] for row, value in enumerate(at)
    ]
    shown = Table([x, *columns], cells, caption=f"{y}: {title}")
    links = Table(["arm", "records of seeds"], [[arm, seed_links(records)]])
    return shown_table(shown, links, root=root_of(study), notes=[f"{made_at(study).capitalize()}."])


def _column(curves: Mapping[str, Mapping[str, list[float]]], name: str, column: str) -> list[float]:
    if name not in curves:
        raise unknown("curve", name, curves)
    if column not in curves[name]:
        raise unknown(f"column of the curve {name}", column, curves[name])
    return curves[name][column]
