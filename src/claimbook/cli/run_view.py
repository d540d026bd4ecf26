"""A study after `claimbook run`: as a document, and laid out for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from rich.console import Group
from rich.text import Text

from claimbook.book.study_records import panels
from claimbook.book.text import number, plural
from claimbook.cli.layout import Rows, bullets, heading
from claimbook.study import Study
from claimbook.study.asked import JUDGING, PUBLISHED
from claimbook.study.summary import Summary, summary


def document(study: Study) -> dict[str, Any]:
    """All of it in plain values; the curves and tables stand in the records, which `show --json` gives."""
    return {
        "experiment": study.experiment.id,
        "preset": study.preset,
        "data": study.data,
        "parameters": dataclasses.asdict(study.parameters),
        "found": study.found,
        "made": study.made,
        "records": [
            {
                "id": record.id,
                "arm": arm,
                "seed": seed,
                "preset": study.presets[arm],
                "standing": study.standings[arm, seed],
                "diverged": record.diverged,
                "metrics": record.metrics,
            }
            for (arm, seed), record in study.records.items()
        ],
        "summary": [dataclasses.asdict(row) for row in summary(study)],
        "gaps": [dataclasses.asdict(gap) for gap in study.gaps],
        "notes": list(study.notes),
        "faults": list(study.faults),
    }


def view(studies: Sequence[Study]) -> Group:
    """Each study: what is at hand, the metrics of the arms, and what must be known beside them."""
    return Group(*(part for study in studies for part in _one(study)))


def _one(study: Study) -> list:
    at_hand = f"{plural(len(study.records), 'run')} at hand: {study.found} found, {study.made} made now"
    parts: list = [heading(study.experiment.id, f"preset {study.preset}, {study.data} data. {at_hand}.")]
    if study.records:
        parts += [Text("  means over the seeds", style="dim"), *_metrics(study)]
    notes = [*study.notes, *(f"Not counted: {fault}" for fault in study.faults)]
    notes += dict.fromkeys(f"{gap.reason}: `{gap.command}` ({gap.cost})" for gap in study.gaps)
    for _, record in sorted(study.records.items()):
        if record.diverged:
            notes.append(f"{record.id} diverged; it is counted.")
    if study.preset in (*JUDGING, PUBLISHED):
        notes.append(f"`claimbook judge {study.experiment.paper}` says what this comes to.")
    first = next(iter(study.records.values()), None)
    if first is not None:
        notes.append(f"`claimbook show {first.id}` tells all about one run.")
    return [*parts, Text(""), bullets(notes)]


def _metrics(study: Study) -> list:
    """A table for each group of arms, as the figures group them, so that it fits a terminal."""
    cells = {(row.metric, row.arm): _cell(row) for row in summary(study)}
    tables: list = []
    for title, arms in panels(study).items():
        ids = [arm.id for arm in arms if study.of(arm.id)]
        rows = [(m.name, *(cells[m.name, arm] for arm in ids)) for m in study.experiment.metrics]
        tables += [Text(f"\n  {title}"), Rows(("metric", *ids), rows, ("metric", *ids))]
    return tables


def _cell(row: Summary) -> str:
    missing = f" ({row.finite} of {row.seeds})" if 0 < row.finite < row.seeds else ""
    return f"{number(row.mean)}{missing}"
