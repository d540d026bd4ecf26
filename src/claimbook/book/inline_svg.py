"""A drawing as inline SVG that takes its text colour and font from the page, so that it reads in light and dark mode.

The same input gives the same bytes on every machine. Lines differ in colour and in dash pattern; the colours are those
of Okabe and Ito, which people with any colour vision tell apart, as CSS variables that the book brightens in dark mode.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

from claimbook.book.text import slug

# Placeholder colours for matplotlib → what stands in the SVG.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
DASHES = ("-", (0, (6, 2)), (0, (6, 2, 1.5, 2)), (0, (1.5, 1.5)), (0, (8, 2, 1.5, 2, 1.5, 2)), (0, (3, 3)))
INK = "#010203"


def inline_svg(title: str, description: str, draw: Callable[[Any], None], size: tuple[float, float]) -> str:
    """One `<svg>` element for a page of HTML.

    Args:
        title: names the drawing; drawings of one page have different ones, so that no id in them clashes.
        description: what it shows, in words, for those who cannot see it.
        draw: draws on the matplotlib axes that it is given. size: width and height in inches.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings = {
        "svg.hashsalt": slug(title) or "panel",
        "svg.fonttype": "none",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        **{f"{part}.color": INK for part in ("text", "xtick", "ytick")},
        **{f"axes.{part}": INK for part in ("edgecolor", "labelcolor", "titlecolor")},
    }
    with mpl.rc_context({**mpl.rcParamsDefault, "backend": mpl.rcParams["backend"], **settings}):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot())
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inline(buffer.getvalue(), description, size)


def line_style(index: int) -> dict[str, Any]:
    """Colour and dashes of a line by its place: no two of the first 36 share both."""
    turn = index // len(COLOURS)
    return {"color": COLOURS[index % len(COLOURS)], "linestyle": DASHES[(index + turn) % len(DASHES)]}


def plain_ticks(axes: Any, names: str = "xy") -> None:
    """Numbers as people write them; on a log axis of less than two decades, some between the powers of ten too."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    own = {"x": (axes.xaxis, axes.get_xlim()), "y": (axes.yaxis, axes.get_ylim())}
    for name in names:
        axis, (low, high) = own[name]
        axis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
        narrow = axis.get_scale() == "log" and low > 0 and high / low < 30
        axis.set_minor_formatter(FuncFormatter(_minor_tick) if narrow else NullFormatter())


def _tick(value: float) -> str:
    size = abs(value)
    if size >= 1e9 or 0 < size < 1e-4:
        return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    if size >= 10_000:
        return f"{value / 1e6:g}M" if size >= 1e6 else f"{value / 1e3:g}k"
    return f"{value:g}"


def _minor_tick(value: float, _) -> str:
    return _tick(value) if f"{value:e}"[0] in "235" else ""


def _two_decimals(number: re.Match) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _inline(text: str, description: str, size: tuple[float, float]) -> str:
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
    width, height = (round(72 * length) for length in size)
    label = html.escape(description, quote=True)
    head = (
        f'<svg class="cb-figure" role="img" aria-label="{label}" viewBox="0 0 {width} {height}" '
        f'width="{width * 1.25:g}" fill="currentColor" xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">'
    )
    return re.sub(r"<svg[^>]*>", head, text, count=1).strip()
