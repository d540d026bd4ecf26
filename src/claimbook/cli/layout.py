"""How results are laid out: headings, facts, tables that become stacked facts where the terminal is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

NARROW = 60  # columns below which a table is stacked in any case

VERDICT_STYLES = {
    "reproduced": "green",
    "reproduced at reduced scale": "green",
    "partly": "yellow",
    "not reproduced": "red",
    "not reproduced under our reading": "red",
    "undecided": "blue",
    "absent or opposite at reduced scale": "magenta",
    "inconsistent": "bold magenta",
    "not tested": "dim",
}


def heading(text: str, aside: str = "") -> Text:
    """A bold line with an empty one above; `aside` follows it, plain."""
    return Text.assemble("\n", (text, "bold"), f"  {aside}" if aside else "")


def verdict(word: str) -> Text:
    """A verdict in its colour; the word alone says it too."""
    return Text(word, style=VERDICT_STYLES.get(word, ""))


def facts(rows: Iterable[tuple[str, Any]], indent: int = 2) -> Padding:
    """Label and value, one pair a line; rows without a value are left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for label, value in rows:
        if value not in (None, "", [], ()):
            grid.add_row(label, value if isinstance(value, Text | Table | Group) else str(value))
    return Padding(grid, (0, 0, 0, indent))


def bullets(lines: Iterable[Any], indent: int = 2) -> Padding:
    """Lines with a dot in front, folded below their text."""
    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row("·", line)
    return Padding(grid, (0, 0, 0, indent))


class Rows:
    """A table; where the terminal is too narrow for it each row is stacked as label and value instead.

    columns: names; those in `whole` are never folded. rows: texts, as many as columns.
    """

    def __init__(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], whole: Sequence[str], indent: int = 2):
        self.columns, self.rows, self.whole, self.indent = columns, list(rows), whole, indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = self._table()
        needs = Measurement.get(console, options.update(max_width=1000), table).minimum
        if options.max_width >= max(needs, NARROW):
            yield table
            return
        for row in self.rows:
            yield facts(zip(self.columns, row, strict=True), self.indent)
            yield Text("")

    def _table(self) -> Padding:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for name in self.columns:
            table.add_column(name, no_wrap=name in self.whole, overflow="fold")
        for row in self.rows:
            table.add_row(*(cell if isinstance(cell, Text) else str(cell) for cell in row))
        return Padding(table, (0, 0, 0, self.indent))


def stacked(lines: Iterable[Any], indent: int = 2) -> Padding:
    """Lines one under the other, indented; each is folded at words."""
    return Padding(Group(*lines), (0, 0, 0, indent))
