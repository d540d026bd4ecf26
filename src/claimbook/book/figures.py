"""Figures as inline SVG that takes its text colour from the page, so that it reads in light and in dark mode.

The same input gives the same bytes on every machine. Lines differ in colour and in dash pattern; the colours are those
of Okabe and Ito, which people with any colour vision tell apart, as CSS variables that the book brightens in dark mode.
"""

from __future__ import annotations

import dataclasses
import html
import io
import re
from collections.abc import Sequence

from claimbook.book.text import slug

# Placeholder colours for matplotlib → what stands in the SVG.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
DASHES = ("-", (0, (6, 2)), (0, (6, 2, 1.5, 2)), (0, (1.5, 1.5)), (0, (8, 2, 1.5, 2, 1.5, 2)), (0, (3, 3)))
INK = "#010203"
SIZE_IN = (4.4, 3.9)


@dataclasses.dataclass(frozen=True)
class Curve:
    """One line of a panel: its label, the bold points, and the thin ones behind it.

    x, y: points, both positive. thin: a (x, y) pair of lists for each seed.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    thin: Sequence[tuple[Sequence[float], Sequence[float]]] = ()


@dataclasses.dataclass(frozen=True)
class Panel:
    """A log-log plot: curves, axis labels, and a level with its own label, such as the least possible loss."""

    title: str
    curves: Sequence[Curve]
    xlabel: str
    ylabel: str
    level: float | None = None
    level_label: str = ""


def svg(panel: Panel) -> str:
    """The panel as one `<svg>` element for a page of HTML."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings = {
        "svg.hashsalt": slug(panel.title) or "panel",
        "svg.fonttype": "none",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        **{f"{part}.color": INK for part in ("text", "xtick", "ytick")},
        **{f"axes.{part}": INK for part in ("edgecolor", "labelcolor", "titlecolor")},
    }
    with mpl.rc_context({**mpl.rcParamsDefault, "backend": mpl.rcParams["backend"], **settings}):
        figure = Figure(figsize=SIZE_IN, layout="constrained")
        _draw(figure.add_subplot(), panel)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inline(buffer.getvalue(), describe(panel))


def describe(panel: Panel) -> str:
    """What the panel shows, in words: for screen readers and for the text fallback."""
    ends = [f"{curve.label} from {curve.y[0]:.3g} to {curve.y[-1]:.3g}" for curve in panel.curves if len(curve.y)]
    level = f"; {panel.level_label} {panel.level:.3g}" if panel.level is not None else ""
    return f"{panel.title}: {panel.ylabel} over {panel.xlabel}: {'; '.join(ends) or 'no curve'}{level}."


def _draw(axes, panel: Panel) -> None:
    for i, curve in enumerate(panel.curves):
        style = {"color": COLOURS[i % len(COLOURS)], "linestyle": DASHES[i % len(DASHES)]}
        for x, y in curve.thin:
            axes.plot(x, y, color=style["color"], linewidth=0.6, alpha=0.45)
        axes.plot(curve.x, curve.y, linewidth=2, label=curve.label, **style)
    if panel.level is not None:
        axes.axhline(panel.level, color=INK, linewidth=0.8, linestyle=(0, (1, 2)), label=panel.level_label)
    axes.set(xscale="log", yscale="log", title=panel.title, xlabel=panel.xlabel, ylabel=panel.ylabel)
    axes.figure.legend(loc="outside lower center", ncols=2, frameon=False, handlelength=3.2, fontsize=9)
    axes.grid(color=INK, alpha=0.13, linewidth=0.6)
    _plain_ticks(axes)


def _plain_ticks(axes) -> None:
    """Powers of ten at the ends of wide axes; on an axis of less than two decades, numbers as people write them."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        write = FuncFormatter(lambda value, _: _tick(value))
        axis.set_major_formatter(write)
        narrow = low > 0 and high / low < 30
        axis.set_minor_formatter(FuncFormatter(_minor_tick) if narrow else NullFormatter())


def _tick(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1e6:g}M" if value >= 1e6 else f"{value / 1e3:g}k"
    return f"{value:g}" if value >= 1e-4 else f"{value:.0e}".replace("e-0", "e-")


def _minor_tick(value: float, _) -> str:
    return _tick(value) if f"{value:e}"[0] in "235" else ""


def _two_decimals(number: re.Match) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _inline(text: str, description: str) -> str:
    """Matplotlib's file as an element of a page: page's font and ink, two decimals, no ids that could clash."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    text = re.sub(r"<[^>]*>", lambda tag: re.sub(r"-?\d+\.\d{3,}", _two_decimals, tag[0]), text)  # not the labels
    text = re.sub(r"font-family: [^;\"]*", "font-family: system-ui, sans-serif", text)
    text = text.replace(">*{", ">.cb-figure *{")  # the style of a figure is no business of the rest of the page
    text = re.sub(r"\s*\n\s*", " ", text).replace("> <", "><")
    text = text.replace(INK, "currentColor")
    for i, colour in enumerate(COLOURS):
        text = text.replace(colour, f"var(--cb-line-{i + 1}, {colour})")
    width, height = (round(72 * size) for size in SIZE_IN)
    label = html.escape(description, quote=True)
    head = (
        f'<svg class="cb-figure" role="img" aria-label="{label}" viewBox="0 0 {width} {height}" '
        f'width="{width * 1.25:g}" fill="currentColor" xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">'
    )
    return re.sub(r"<svg[^>]*>", head, text, count=1).strip()
