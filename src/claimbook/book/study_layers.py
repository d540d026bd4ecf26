"""What stands in a study's tables layer by layer, drawn along the net: the entry on the left, the output on the right.

Such a table has a row a layer, with its name in the column "layer", in the order in which an example meets them.
"""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.figures import Curve, Panel, describe
from claimbook.book.inline_svg import INK, inline_svg, line_style, plain_ticks
from claimbook.book.shown import Shown, note_html
from claimbook.book.study_curves import SCALES, Run, mean_of_runs, note_of
from claimbook.book.study_records import arms_of, labels, made_at, records_of
from claimbook.errors import unknown

PANELS = ("column", "arm")
SIZE_IN = (4.8, 3.9)
MOST_PARTS = 8  # names of a net's parts that find room along the axis
Line = tuple[str, Any, str]  # label, arm, column


def layers(
    study: Any,
    table: str,
    columns: str | Sequence[str] | Mapping[str, str],
    *,
    arms: Sequence[str] | None = None,
    panel: str = "column",
    yscale: str = "log",
    ylabel: str = "",
) -> Shown:
    """Draw columns of a table of the records along the layers: bold the mean over the seeds, thin each seed.

    A study with records of several sizes gets a figure for each.

    Args:
        study: the study. table: which table of the records.
        columns: those that are drawn; of a mapping, column → what it is called.
        arms: ids of the arms to draw; all where None.
        panel: "column": a panel for each column, in it a line for each arm; "arm": a panel for each arm, in it a line
            for each column.
        yscale: "log" or "linear". What a log axis cannot show (0 and below) is left out.
        ylabel: what the columns measure; where "" and each column has its panel, its name in the table.

    Raises:
        UsageError: an unknown arm, scale, kind of panel or column.
    """
    for kind, asked, known in (("scale of an axis", yscale, SCALES), ("kind of panel", panel, PANELS)):
        if asked not in known:
            raise unknown(kind, asked, known)
    given = [columns] if isinstance(columns, str) else columns
    named = dict(given) if isinstance(given, Mapping) else {column: column for column in given}
    _check_columns(study, table, named)
    figures = []
    for part in study.by_size:
        own = _panels(arms_of(part, arms), named, panel, ylabel)
        figures.append(_figure(_Table(part, table, yscale), own))
    found = [figure for figure in figures if figure is not None]
    note = f"No record with a table of {table} by layers is at hand."
    if not found:
        return Shown(note_html(note), note)
    return Shown("\n".join(one.html for one in found), "\n".join(one.text for one in found))


def _check_columns(study: Any, table: str, named: Mapping[str, str]) -> None:
    """An arm may have none of a column, but not all of them."""
    known = {key: None for record in study.records.values() for row in record.tables.get(table, []) for key in row}
    for column in named if known else ():
        if column not in known:
            raise unknown(f"column of the table {table}", column, [key for key in known if key != "layer"])


def _panels(
    arms: Sequence[Any], named: Mapping[str, str], panel: str, ylabel: str
) -> list[tuple[str, str, list[Line]]]:
    """(title, label of the axis, lines) of each panel."""
    if panel == "arm":
        return [(arm.title, ylabel, [(label, arm, column) for column, label in named.items()]) for arm in arms]
    own = labels(arms)
    return [(label, ylabel or column, [(own[arm.id], arm, column) for arm in arms]) for column, label in named.items()]


def _figure(table: _Table, panels: Sequence[tuple[str, str, list[Line]]]) -> Shown | None:
    drawn = [picture for panel in panels if (picture := table.picture(*panel))]
    if not drawn:
        return None
    note = note_of(table.study, table.yscale)
    pictures = "\n".join(f"<div>{picture}</div>" for picture, _ in drawn)
    caption = f"<figcaption>{html.escape(note)}</figcaption>"
    page = f'<figure class="cb-panels"><div class="cb-row">{pictures}</div>{caption}</figure>'
    return Shown(page, "\n".join([*(told for _, told in drawn), note]))


class _Table:
    """One table of a study's records of one size, as lines over the layers."""

    def __init__(self, study: Any, name: str, yscale: str):
        self.study, self.name, self.yscale = study, name, yscale

    def picture(self, title: str, ylabel: str, lines: Sequence[Line]) -> tuple[str, str] | None:
        """The panel as SVG and in words; None where there is nothing to draw."""
        curves = [curve for line in lines if (curve := self._curve(*line)).x]
        if not curves:
            return None
        names = [self._names(arm) for _, arm, _ in lines]
        longest = max(names, key=len)
        panel = Panel(title, curves, _axis(longest), ylabel, xscale="linear", yscale=self.yscale)
        parts = _parts(longest) if all(own in ([], longest) for own in names) else {}
        one = f"{self.name} {title} {made_at(self.study)}"
        return inline_svg(one, describe(panel), lambda axes: _draw(axes, panel, parts), SIZE_IN), describe(panel)

    def _names(self, arm: Any) -> list[str]:
        """The layers of the arm; a run that blew up may have none."""
        tables = (record.tables.get(self.name, []) for record in records_of(self.study, arm.id))
        return [row["layer"] for row in max(tables, key=len, default=[])]

    def _curve(self, label: str, arm: Any, column: str) -> Curve:
        runs = [run for record in records_of(self.study, arm.id) if (run := self._run(record, column))[0]]
        return Curve(label, *mean_of_runs(runs, self.yscale == "log"), thin=runs if len(runs) > 1 else ())

    def _run(self, record: Any, column: str) -> Run:
        """The numbers of the layers, from 1 on, and their values, where the axis can show them."""
        pairs = [(at, row.get(column)) for at, row in enumerate(record.tables.get(self.name, []), 1)]
        shown = [(at, value) for at, value in pairs if _shows(value, self.yscale)]
        return [at for at, _ in shown], [value for _, value in shown]


def _shows(value: Any, scale: str) -> bool:
    return value is not None and math.isfinite(value) and (scale == "linear" or value > 0)


def _axis(names: Sequence[str]) -> str:
    return f"layer, from 1 ({_part(names[0])}) to {len(names)} ({_part(names[-1])})"


def _part(name: str) -> str:
    """ "stage0" of "stage0.block1.first.conv.weight"."""
    return name.split(".")[0]


def _parts(names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The parts of the net → number of their first and last layer; none where there are too many to name."""
    groups = [(part, len(list(own))) for part, own in itertools.groupby(names, _part)]
    ends = list(itertools.accumulate(count for _, count in groups))
    found = {part: (end - count + 1, end) for (part, count), end in zip(groups, ends, strict=True)}
    return found if len(groups) == len(found) <= MOST_PARTS else {}


def _draw(axes: Any, panel: Panel, parts: Mapping[str, tuple[int, int]]) -> None:
    for i, curve in enumerate(panel.curves):
        style = line_style(i)
        for x, y in curve.thin:
            axes.plot(x, y, color=style["color"], linewidth=0.6, alpha=0.45)
        axes.plot(curve.x, curve.y, linewidth=1.6, label=curve.label, marker="o", markersize=2.6, **style)
    axes.set(yscale=panel.yscale, title=panel.title, xlabel=panel.xlabel, ylabel=panel.ylabel)
    axes.grid(axis="y", color=INK, alpha=0.13, linewidth=0.6)
    for part, (first, last) in parts.items():
        if first > 1:
            axes.axvline(first - 0.5, color=INK, alpha=0.3, linewidth=0.6)
        if last > first:  # a single layer has no room for its name; the axis names the first and the last
            middle, place = (first + last) / 2, axes.get_xaxis_transform()
            axes.text(middle, 1.0, part, transform=place, ha="center", va="top", fontsize=8)
    axes.figure.legend(loc="outside lower center", ncols=2, frameon=False, handlelength=3.2, fontsize=9)
    plain_ticks(axes)
