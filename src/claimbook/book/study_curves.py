"""Curves of a study: a panel for each group of arms, every seed thin, the mean over the seeds bold."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.figures import Curve, Panel, describe, svg
from claimbook.book.shown import Shown, note_html
from claimbook.book.study_records import labels, made_at, panels, records_of
from claimbook.book.text import plural
from claimbook.errors import unknown

SCALES = ("log", "linear")
MOST = 400  # points of a line: more cannot be told apart
Run = tuple[list[float], list[float]]


def curves(
    study: Any,
    curve: str = "loss",
    x: str = "iteration",
    panel: str | None = None,
    *,
    curves: Mapping[str, str] | Sequence[str] | None = None,
    y: str | None = None,
    arms: Sequence[str] | None = None,
    xscale: str = "log",
    yscale: str = "log",
    xlabel: str = "",
    ylabel: str = "",
) -> Shown:
    """Draw a curve, or several, of all records.

    Args:
        study: the study. curve: which curve of the records. x: its column along the axis.
        panel: the arm setting that gets a panel for each value, "arm", or "" for one panel; see `study_records.panels`.
        curves: several curves of the records in place of one, name → label; each is a line of its own.
        y: the column that is drawn; where None, the one named as the curve, else the only one besides `x`.
        arms: ids of the arms to draw; all where None.
        xscale, yscale: "log" or "linear". What a log axis cannot show (0 and below) is left out.
        xlabel, ylabel: in place of the columns' names.

    Raises:
        UsageError: an unknown arm, setting, scale or column.
    """
    for scale in (xscale, yscale):
        if scale not in SCALES:
            raise unknown("scale of an axis", scale, SCALES)
    named = {curve: ""} if curves is None else dict(curves) if isinstance(curves, Mapping) else {c: c for c in curves}
    look = _Look(named, x, y, xscale, yscale, xlabel or x, ylabel or y or (curve if curves is None else ""))
    drawn = [look.panel(study, title, own) for title, own in panels(study, panel, arms).items()]
    drawn = [one for one in drawn if one.curves]
    note = note_of(study, look.yscale) if drawn else f"No record with a curve of the {' or '.join(named)} is at hand."
    pictures = "\n".join(f"<div>{svg(one)}</div>" for one in drawn)
    caption = f"<figcaption>{html.escape(note)}</figcaption>"
    page = f'<figure class="cb-panels"><div class="cb-row">{pictures}</div>{caption}</figure>'
    return Shown(page if drawn else note_html(note), "\n".join([*map(describe, drawn), note]))


def mean_of_runs(runs: Sequence[tuple[Sequence[float], Sequence[float]]], logs: bool = True) -> Run:
    """The mean of several runs, with `logs` the geometric one, over the x that all of them have.

    Args:
        runs: (x, y) pairs of lists; y positive with `logs`.
    """
    if not runs:
        return [], []
    tables = [dict(zip(x, y, strict=True)) for x, y in runs]
    common = sorted(set.intersection(*map(set, tables)))
    there, back = (math.log, math.exp) if logs else (float, float)
    return common, [back(sum(there(table[at]) for table in tables) / len(tables)) for at in common]


def at_most(run: Run, logs: bool, most: int = MOST) -> Run:
    """A run at no more than about `most` of its points, evenly along the axis, with its first and last."""
    x, y = run
    if len(x) <= most:
        return run
    place = [math.log(at) for at in x] if logs else x
    step = (place[-1] - place[0]) / (most - 1)
    kept = [0]
    for i in range(1, len(x)):
        if place[i] >= place[kept[-1]] + step or i == len(x) - 1:
            kept.append(i)
    return [x[i] for i in kept], [y[i] for i in kept]


class _Look:
    """Which curves are drawn, and over which axes."""

    def __init__(self, named: Mapping[str, str], x: str, y: str | None, *axes: str):
        self.named, self.x, self.y = named, x, y
        self.xscale, self.yscale, self.xlabel, self.ylabel = axes

    def panel(self, study: Any, title: str, arms: Sequence[Any]) -> Panel:
        """One panel of these arms, with the least possible loss where all records agree on it."""
        drawn, levels = [], set()
        names = labels(arms) if len(arms) > 1 or len(self.named) == 1 else {arms[0].id: ""}
        for arm in arms:
            records = records_of(study, arm.id)
            for curve, label in self.named.items():
                runs = [run for record in records if (run := self.points(record, curve))[0]]
                bold = at_most(mean_of_runs(runs, self.yscale == "log"), self.xscale == "log")
                thin = [at_most(run, self.xscale == "log") for run in runs] if len(runs) > 1 else ()
                drawn.append(Curve(", ".join(filter(None, [names[arm.id], label])), *bold, thin=thin))
            levels |= {record.data.facts["optimum"] for record in records if "optimum" in record.data.facts}
        level = min(levels) if levels and max(levels) <= 1.001 * min(levels) and min(levels) > 0 else None
        drawn = [one for one in drawn if one.x]
        label = self.ylabel or next(iter(self.named.values())) or next(iter(self.named))
        return Panel(
            title,
            drawn,
            self.xlabel,
            label,
            level,
            "least possible" if level is not None else "",
            self.xscale,
            self.yscale,
        )

    def points(self, record: Any, curve: str) -> Run:
        """The record's curve where the axes can show it: a run that blew up ends where it did."""
        columns = record.curves.get(curve, {})
        if not columns:
            return [], []
        if self.x not in columns:
            raise unknown(f"column of the curve {curve}", self.x, columns)
        pairs = [
            (at, value)
            for at, value in zip(columns[self.x], columns[self._column(curve, columns)], strict=True)
            if _shows(at, self.xscale) and _shows(value, self.yscale)
        ]
        return [at for at, _ in pairs], [value for _, value in pairs]

    def _column(self, curve: str, columns: Mapping[str, Any]) -> str:
        others = [name for name in columns if name != self.x]
        name = self.y or (curve if curve in columns or len(others) != 1 else others[0])
        if name not in columns:
            raise unknown(f"column of the curve {curve}", name, others)
        return name


def _shows(value: float | None, scale: str) -> bool:
    return value is not None and math.isfinite(value) and (scale == "linear" or value > 0)


def note_of(study: Any, yscale: str) -> str:
    """What stands below curves: what is bold and thin, where they are from, and how many runs diverged."""
    records = list(study.records.values())
    seeds = len({record.seed for record in records})
    mean = "the mean of the logs" if yscale == "log" else "the mean"
    lines = f"Bold: {mean} over {plural(seeds, 'seed')}; thin: each seed." if seeds != 1 else "One seed."
    note = f"{lines} {made_at(study).capitalize()}."
    diverged = sum(record.diverged for record in records)
    if diverged:
        note += f" {plural(diverged, 'run')} of {len(records)} diverged and ends early or is not drawn."
    return note
