"""The way of one starting point to its minimum: a homotopy's two copies over L, or a method alone, as pictures.

Such a record has a table "path" with a row a station: "stage", "L", "iterations", the first copy "x1" … with "f-x", and
where there is a second one "y1" … with "f-y".
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.inline_svg import COLOURS, DASHES, INK, inline_svg, plain_ticks
from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import arms_of, made_at, records_of, root_of
from claimbook.book.tables import Cell, Table
from claimbook.book.text import number

SIZE_IN = (4.8, 3.9)
LEAST = 1e-12  # of f on the log axis: below is rounding
Rows = Sequence[Mapping[str, Any]]


def path(study: Any, arms: Sequence[str] | None = None) -> Shown:
    """For each arm with such a table its coordinates and f from station to station, and all stations as a table.

    Args:
        study: the study. arms: ids of the arms; all where None. Of several seeds the first is shown.

    Raises:
        UsageError: an unknown arm.
    """
    shown = []
    for arm in arms_of(study, arms):
        rows = next((record.tables["path"] for record in records_of(study, arm.id) if "path" in record.tables), None)
        if rows:
            shown.append(_one(study, arm, rows))
    note = "No record with a path is at hand."
    if not shown:
        return Shown(note_html(note), note)
    return Shown("\n".join(one.html for one in shown), "\n\n".join(one.text for one in shown))


def _one(study: Any, arm: Any, rows: Rows) -> Shown:
    names = _coordinates(rows)
    told = _told(arm.title, rows, names)
    pictures = [
        inline_svg(f"{arm.id} coordinates {made_at(study)}", told, lambda axes: _draw(axes, rows, names), SIZE_IN),
        inline_svg(f"{arm.id} values {made_at(study)}", f"f of it, {told}", lambda axes: _draw_f(axes, rows), SIZE_IN),
    ]
    note = f"{arm.title}. {made_at(study).capitalize()}."
    table = shown_table(_table(rows, names), root=root_of(study))
    return Shown(f"{framed(pictures, note)}\n{table.html}", f"{told}\n{table.text}\n{note}")


def framed(pictures: Sequence[str], note: str) -> str:
    """Pictures (SVG) beside each other as one figure of a page, with a sentence below."""
    row = "".join(f"<div>{picture}</div>" for picture in pictures)
    caption = f"<figcaption>{html.escape(note)}</figcaption>"
    return f'<figure class="cb-panels"><div class="cb-row">{row}</div>{caption}</figure>'


def _coordinates(rows: Rows) -> list[str]:
    """ "x1", "x2" …, "y1", "y2" …, as far as any row has them."""
    return sorted({name for row in rows for name in row if name[0] in "xy" and name[1:].isdigit()})


def _told(title: str, rows: Rows, names: Sequence[str]) -> str:
    ends = [f"{name} from {number(own[0])} to {number(own[-1])}" for name in names if (own := _values(rows, name)[1])]
    return f"{title}: {'; '.join(ends)}."


def _values(rows: Rows, name: str) -> tuple[list[int], list[float]]:
    """The numbers of the stations that have it, and it."""
    pairs = [(at, row[name]) for at, row in enumerate(rows) if row.get(name) is not None]
    return [at for at, _ in pairs], [value for _, value in pairs]


def _draw(axes: Any, rows: Rows, names: Sequence[str]) -> None:
    for name in names:
        colour = COLOURS[(int(name[1:]) - 1) % len(COLOURS)]
        dashes = DASHES[0] if name[0] == "x" else DASHES[1]
        axes.plot(*_values(rows, name), color=colour, linestyle=dashes, marker="o", markersize=3, label=name)
    axes.axhline(1.0, color=INK, linewidth=0.8, linestyle=(0, (1, 2)), label="the global minimum")
    axes.set(ylabel="coordinate")
    _finish(axes, rows)


def _draw_f(axes: Any, rows: Rows) -> None:
    for i, name in enumerate(("f-x", "f-y")):
        at, values = _values(rows, name)
        if values:
            shown = [max(value, LEAST) for value in values]
            axes.plot(
                at, shown, color=COLOURS[i], linestyle=DASHES[i], marker="o", markersize=3, label=f"f({name[2:]})"
            )
    axes.set(yscale="log", ylabel="f")
    _finish(axes, rows)


def _finish(axes: Any, rows: Rows) -> None:
    axes.set_xticks(range(len(rows)), [row["stage"] for row in rows], rotation=60, ha="right", fontsize=8)
    axes.grid(axis="y", color=INK, alpha=0.13, linewidth=0.6)
    axes.figure.legend(loc="outside lower center", ncols=4, frameon=False, handlelength=2.6, fontsize=9)
    plain_ticks(axes, "y")


def _table(rows: Rows, names: Sequence[str]) -> Table:
    values = [name for name in ("f-x", "f-y") if any(name in row for row in rows)]
    heads = {"f-x": "f(x)", "f-y": "f(y)"}
    cells: list[list[Cell]] = [
        [row["stage"], *(number(row.get(name)) for name in ("iterations", *names, *values))] for row in rows
    ]
    total = sum(row["iterations"] for row in rows)
    cells.append(["in all", number(total), *[""] * (len(names) + len(values))])
    return Table(["stage", "iterations", *names, *(heads[name] for name in values)], cells)
