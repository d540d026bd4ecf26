"""A sweep as a map: in how many seeds something happened, for every setting of a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import arms_of, made_at, root_of
from claimbook.book.tables import Table
from claimbook.book.text import number
from claimbook.errors import unknown

NONE, ALL = "·", "●"  # no seed, every seed: what a reader sees at a glance


def share_map(study: Any, happened: str, across: str, down: Sequence[str], arms: Sequence[str] | None = None) -> Shown:
    """A table an arm: settings below and beside each other, in each cell the seeds in which it happened.

    Args:
        study: of records with a sweep. happened: a column of it that holds 1 where it did, else 0.
        across: the column that goes from left to right. down: those that go down. arms: ids; all where None.

    Raises:
        UsageError: an unknown arm, or a column that the sweeps do not have.
    """
    tables = []
    for arm in arms_of(study, arms):
        sweeps = study.sweep(arm.id)
        if sweeps:
            tables.append(_table(arm.title, sweeps, happened, across, down))
    if not tables:
        note = "No record with a sweep is at hand."
        return Shown(note_html(note), note)
    sentence = f"{ALL}: in all seeds; {NONE}: in none; else in how many of how many. {made_at(study).capitalize()}."
    return shown_table(*tables, root=root_of(study), notes=[sentence])


def _table(
    title: str, sweeps: Mapping[int, Mapping[str, Sequence[Any]]], happened: str, across: str, down: Sequence[str]
) -> Table:
    counts: dict[tuple, dict[Any, list[int]]] = {}
    for columns in sweeps.values():
        for name in (happened, across, *down):
            if name not in columns:
                raise unknown("column of the sweep", name, columns)
        places = zip(*(columns[name] for name in down), strict=True)
        for place, at, value in zip(places, columns[across], columns[happened], strict=True):
            counts.setdefault(place, {}).setdefault(at, []).append(int(value))
    ends = sorted({at for row in counts.values() for at in row})
    header = [*down, *(f"{across} {number(end)}" for end in ends)]
    rows = [[*map(number, place), *(_cell(row.get(end, [])) for end in ends)] for place, row in counts.items()]
    return Table(header, rows, caption=title)


def _cell(values: Sequence[int]) -> str:
    if not values:
        return ""
    return NONE if not any(values) else ALL if all(values) else f"{sum(values)} of {len(values)}"
