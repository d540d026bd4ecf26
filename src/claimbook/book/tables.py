"""One table, three ways to write it: HTML for a notebook's output, MyST for a page, plain text for a terminal.

A cell is a string, a `Piece`, or a list of both. Text is escaped for where it goes; `$…$` and `` `…` `` keep their
meaning in MyST.
"""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Sequence

from claimbook.book.links import Link
from claimbook.book.text import slug


@dataclasses.dataclass(frozen=True)
class Piece:
    """A part of a cell: text, with a link, or as a badge of a kind ("reproduced" …), or both."""

    text: str
    link: Link | None = None
    badge: str = ""


Cell = str | Piece | Sequence["str | Piece"]


@dataclasses.dataclass(frozen=True)
class Table:
    """Columns and rows; the caption stands above."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""


def badge(verdict: str, link: Link | None = None) -> Piece:
    """A verdict as a badge: a word on a colour, never a colour alone."""
    return Piece(verdict, link, badge=verdict)


def pieces(cell: Cell) -> list[Piece]:
    """The parts of a cell."""
    if isinstance(cell, (str, Piece)):
        cell = [cell]
    return [piece if isinstance(piece, Piece) else Piece(piece) for piece in cell]


def plain(table: Table) -> str:
    """The table as aligned text."""
    rows = [list(table.columns)] + [["".join(p.text for p in pieces(cell)) for cell in row] for row in table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.columns))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([table.caption, *lines] if table.caption else lines)


def to_html(table: Table, root: str | None) -> str:
    """The table as HTML in a box of its own that scrolls. `root`: see `Link.href`; None leaves links out."""
    head = "".join(f'<th scope="col">{html.escape(column)}</th>' for column in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{''.join(_html(p, root) for p in pieces(cell))}</td>" for cell in row) + "</tr>\n"
        for row in table.rows
    )
    caption = f"<caption>{html.escape(table.caption)}</caption>" if table.caption else ""
    return (
        f'<div class="cb-scroll" tabindex="0"><table class="cb-table">{caption}\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}</tbody></table></div>"
    )


def to_myst(table: Table) -> str:
    """The table as a MyST pipe table, links resolved by Sphinx."""
    lines = [f"*{escape(table.caption)}*", ""] if table.caption else []
    lines.append("| " + " | ".join(escape(column) for column in table.columns) + " |")
    lines.append("|" + " --- |" * len(table.columns))
    for row in table.rows:
        lines.append("| " + " | ".join(myst_cell(cell) or " " for cell in row) + " |")
    return "\n".join(lines) + "\n"


def myst_cell(cell: Cell) -> str:
    """A cell's content as inline MyST."""
    return "".join(_myst(piece) for piece in pieces(cell))


def escape(text: str) -> str:
    """Text for MyST: marks lose their meaning, save `$…$`, `` `…` ``; `|` and line ends may stand in a table's cell."""
    parts = re.split(r"(\$[^$]+\$|`[^`]+`)", re.sub(r"[ \t\r\n]+", " ", text))
    for i, part in enumerate(parts):
        parts[i] = part.replace("|", "\\|") if i % 2 else re.sub(r"([\\*_\[\]<>|#{}~$`])", r"\\\1", part)
    return "".join(parts)


def _html(piece: Piece, root: str | None) -> str:
    text = html.escape(piece.text)
    if piece.badge:
        text = f'<span class="verdict v-{slug(piece.badge)}">{text}</span>'
    if piece.link is not None and root is not None:
        text = f'<a href="{html.escape(piece.link.href(root))}">{text}</a>'
    return text


def _myst(piece: Piece) -> str:
    text = escape(piece.text)
    if piece.link is not None:
        text = f"[{text}]({piece.link.target})"
    return f"[{text}]{{.verdict .v-{slug(piece.badge)}}}" if piece.badge else text
