"""Tables fit the terminal or are stacked; a number is never cut."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from claimbook.claims.words import VERDICTS
from claimbook.cli.layout import VERDICT_STYLES, Rows, facts


def drawn(view, width):
    console = Console(file=io.StringIO(), width=width, markup=False)
    console.print(view)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_number_is_cut_in_any_width(width):
    cells = [[f"metric-{i}", *(f"{i}.{j}23456" for j in range(9))] for i in range(3)]
    columns = ["metric", *(f"arm-{j}" for j in range(9))]
    out = drawn(Rows(columns, cells, columns), width)
    assert max(map(len, out.splitlines())) <= width
    assert all(cell in out for row in cells for cell in row) and "…" not in out


def test_a_table_has_one_line_a_row_where_there_is_room():
    assert drawn(Rows(("a", "b"), [("1", "2"), ("3", "4")], ("a",)), 80).count("\n") == 3


def test_markup_in_a_cell_is_text():
    assert "[red]x[/red]" in drawn(Rows(("a",), [("[red]x[/red]",)], ("a",)), 80)


def test_facts_without_a_value_are_left_out():
    out = drawn(facts([("one", 1), ("none", None), ("empty", ""), ("zero", 0)]), 80)
    assert "one" in out and "zero" in out and "none" not in out and "empty" not in out


def test_every_verdict_has_a_style():
    assert set(VERDICT_STYLES) == set(VERDICTS)
