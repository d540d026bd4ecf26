"""The two kinds of figures: lines over an axis, and points with their intervals beside names."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Sequence
from typing import Any

from claimbook.book.inline_svg import COLOURS, INK, inline_svg, line_style, plain_ticks
from claimbook.book.text import span

SIZE_IN = (4.4, 3.9)
NAME_WIDTH = 20  # characters of a name beside a row of points, before it goes on in the next line


@dataclasses.dataclass(frozen=True)
class Curve:
    """One line of a panel: its label, the bold points, and the thin ones behind it.

    x, y: points; positive where the axis is logarithmic. thin: a (x, y) pair of lists for each seed.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    thin: Sequence[tuple[Sequence[float], Sequence[float]]] = ()


@dataclasses.dataclass(frozen=True)
class Panel:
    """A plot of curves: axis labels, scales, and a level with its own label, such as the least possible loss.

    xscale, yscale: "log" or "linear".
    """

    title: str
    curves: Sequence[Curve]
    xlabel: str
    ylabel: str
    level: float | None = None
    level_label: str = ""
    xscale: str = "log"
    yscale: str = "log"


@dataclasses.dataclass(frozen=True)
class Row:
    """A name with points: one number a seed, their mean, and its interval where there is one."""

    label: str
    values: Sequence[float]
    mean: float
    interval: tuple[float, float] | None = None


@dataclasses.dataclass(frozen=True)
class Points:
    """Rows of points below each other over one axis, `scale` "log" or "linear"."""

    title: str
    rows: Sequence[Row]
    xlabel: str
    scale: str = "linear"


def svg(panel: Panel | Points) -> str:
    """The panel as one `<svg>` element for a page of HTML."""
    if isinstance(panel, Panel):
        return inline_svg(panel.title, describe(panel), lambda axes: _draw_curves(axes, panel), SIZE_IN)
    lines = sum(len(_wrapped(row.label).splitlines()) for row in panel.rows)
    size = (SIZE_IN[0], 1.0 + 0.22 * len(panel.rows) + 0.16 * lines)
    return inline_svg(panel.title, describe(panel), lambda axes: _draw_points(axes, panel), size)


def describe(panel: Panel | Points) -> str:
    """What the panel shows, in words: for screen readers and for the text fallback."""
    if isinstance(panel, Points):
        told = [
            f"{row.label} {row.mean:.4g}" + (f" {span(row.interval)}" if row.interval else "") for row in panel.rows
        ]
        return f"{panel.title}: {'; '.join(told) or 'no number'}."
    ends = [f"{curve.label} from {curve.y[0]:.3g} to {curve.y[-1]:.3g}" for curve in panel.curves if len(curve.y)]
    level = f"; {panel.level_label} {panel.level:.3g}" if panel.level is not None else ""
    return f"{panel.title}: {panel.ylabel} over {panel.xlabel}: {'; '.join(ends) or 'no curve'}{level}."


def _draw_curves(axes: Any, panel: Panel) -> None:
    for i, curve in enumerate(panel.curves):
        style = line_style(i)
        for x, y in curve.thin:
            axes.plot(x, y, color=style["color"], linewidth=0.6, alpha=0.45)
        lonely = {"marker": "o"} if len(curve.x) == 1 else {}  # a line of one point would not be seen
        axes.plot(curve.x, curve.y, linewidth=2, label=curve.label, **lonely, **style)
    if panel.level is not None:
        axes.axhline(panel.level, color=INK, linewidth=0.8, linestyle=(0, (1, 2)), label=panel.level_label)
    axes.set(xscale=panel.xscale, yscale=panel.yscale, title=panel.title, xlabel=panel.xlabel, ylabel=panel.ylabel)
    columns = 2 if all(len(curve.label) < 24 for curve in panel.curves) else 1
    axes.figure.legend(loc="outside lower center", ncols=columns, frameon=False, handlelength=3.2, fontsize=9)
    axes.grid(color=INK, alpha=0.13, linewidth=0.6)
    plain_ticks(axes)


def _draw_points(axes: Any, panel: Points) -> None:
    for i, row in enumerate(panel.rows):
        axes.plot(row.values, [i + 0.18] * len(row.values), "o", color=COLOURS[0], markersize=3.5, alpha=0.55)
        if row.interval is not None:
            axes.plot(row.interval, [i, i], color=COLOURS[0], linewidth=2)
        axes.plot([row.mean], [i], "D", color=COLOURS[0], markersize=5.5)
    axes.set(xscale=panel.scale, title=panel.title, xlabel=panel.xlabel, xlim=_limits(panel))
    axes.set_yticks(range(len(panel.rows)), [_wrapped(row.label) for row in panel.rows])
    axes.set_ylim(len(panel.rows) - 0.4, -0.6)
    axes.grid(axis="x", color=INK, alpha=0.13, linewidth=0.6)
    plain_ticks(axes, "x")


def _limits(panel: Points) -> tuple[float, float] | None:
    """So far that all points and most intervals fit: that of two seeds can be as wide as it likes."""
    from math import exp, log

    there, back = (log, exp) if panel.scale == "log" else (float, float)
    values = [there(value) for row in panel.rows for value in row.values]
    if not values:
        return None
    ends = [there(end) for row in panel.rows for end in row.interval or () if panel.scale != "log" or end > 0]
    low, high = min(values), max(values)
    wide = high - low or abs(high) or 1.0
    low, high = max(min([low, *ends]), low - wide), min(max([high, *ends]), high + wide)
    return back(low - 0.05 * wide), back(high + 0.05 * wide)


def _wrapped(label: str) -> str:
    return textwrap.fill(label, NAME_WIDTH)
