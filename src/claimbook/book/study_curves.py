"""Loss curves of a study: one log-log panel for each group of arms, every seed thin, the mean of their logs bold."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

from claimbook.book.figures import Curve, Panel, describe, svg
from claimbook.book.shown import Shown, note_html
from claimbook.book.study_records import made_at, panels, records_of
from claimbook.book.text import plural


def curves(study: Any, curve: str = "loss", x: str = "iteration", panel: str | None = None) -> Shown:
    """Draw a curve of all records.

    Args:
        study: the study. curve: which curve of the records; its column of that name is drawn over column `x`.
        panel: the arm setting that gets a panel for each value; see `study_records.panel_setting`.
    """
    drawn = [_panel(study, title, arms, curve, x, panel) for title, arms in panels(study, panel).items()]
    drawn = [one for one in drawn if one.curves]
    note = _note(study, curve)
    pictures = "\n".join(f"<div>{svg(one)}</div>" for one in drawn)
    caption = f"<figcaption>{html.escape(note)}</figcaption>"
    page = f'<figure class="cb-panels"><div class="cb-row">{pictures}</div>{caption}</figure>'
    return Shown(page if drawn else note_html(note), "\n".join([*map(describe, drawn), note]))


def mean_of_logs(runs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> tuple[list[float], list[float]]:
    """The geometric mean of several runs over the x that all of them have.

    Args:
        runs: (x, y) pairs of lists, y positive.
    """
    if not runs:
        return [], []
    tables = [dict(zip(x, y, strict=True)) for x, y in runs]
    common = sorted(set.intersection(*map(set, tables)))
    return common, [math.exp(sum(math.log(table[at]) for table in tables) / len(tables)) for at in common]


def _panel(study: Any, title: str, arms: Sequence[Any], curve: str, x: str, by: str | None) -> Panel:
    drawn, levels = [], set()
    for arm in arms:
        records = records_of(study, arm.id)
        runs = [points for record in records if (points := _points(record, curve, x))[0]]
        drawn.append(Curve(_label(arm), *mean_of_logs(runs), thin=runs if len(runs) > 1 else ()))
        levels |= {record.data.facts["optimum"] for record in records if "optimum" in record.data.facts}
    level = min(levels) if levels and max(levels) <= 1.001 * min(levels) and min(levels) > 0 else None
    drawn = [one for one in drawn if one.x]
    return Panel(title, drawn, x, curve, level, "least possible" if level is not None else "")


def _points(record: Any, curve: str, x: str) -> tuple[list[float], list[float]]:
    """The record's curve where a logarithm exists: a run that blew up ends where it did."""
    columns = record.curves.get(curve, {})
    pairs = [
        (at, value)
        for at, value in zip(columns.get(x, []), columns.get(curve, []), strict=True)
        if at > 0 and value is not None and math.isfinite(value) and value > 0
    ]
    return [at for at, _ in pairs], [value for _, value in pairs]


def _label(arm: Any) -> str:
    return arm.title.split(",")[0]


def _note(study: Any, curve: str) -> str:
    records = list(study.records.values())
    seeds = len({record.seed for record in records})
    note = f"Bold: the mean of the logs over {plural(seeds, 'seed')}; thin: each seed. {made_at(study).capitalize()}."
    diverged = sum(record.diverged for record in records)
    if diverged:
        note += f" {plural(diverged, 'run')} of {len(records)} diverged and ends early or is not drawn."
    return (
        note
        if any(record.curves.get(curve) for record in records)
        else f"No record with a curve of the {curve} is at hand."
    )
