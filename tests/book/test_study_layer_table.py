"""A paper's table of layers beside ours."""

from __future__ import annotations

import pytest
from book.symbols import symbols

from claimbook.book import show
from claimbook.errors import UsageError
from claimbook.papers.math_symbols.printed import LAYERS, PARAMETERS
from claimbook.papers.math_symbols.quantities import layers


def net(side=50, classes=16):
    """The table of layers that a record of the architecture has."""
    return {
        "layers": [
            {"layer": name, "output": " × ".join(map(str, shape)), "parameters": count, "multiply_adds": 0}
            for name, shape, count in layers(side, classes)
        ]
    }


def said(shown, arm_at=0):
    """Layer → "yes" or "no", of the table at that place."""
    tables = shown.text.split("layer ")[1:]
    return {line.split("  ")[0]: line.split()[-1] for line in tables[arm_at].splitlines()[2:14]}


def test_one_row_is_not_the_paper_s():
    shown = show.layer_table(symbols("architecture", {("16-classes", 0): net()}), LAYERS, PARAMETERS)
    found = said(shown)
    assert {name for name, same in found.items() if same == "no"} == {"dense"} and len(found) == len(LAYERS) + 1
    assert "295,040" in shown.text and "1,179,776" in shown.text
    assert "adds up to 1,442,512, not to the printed total of 2,327,248." in shown.text


def test_the_row_is_that_of_a_smaller_net():
    tables = {("16-classes", 0): net(), ("side-25", 0): net(25)}
    shown = show.layer_table(symbols("architecture", tables), LAYERS, PARAMETERS)
    assert said(shown)["in all"] == "yes" and said(shown, 1)["in all"] == "no"
    assert said(shown, 1)["dense"] == said(shown, 1)["output"] == "yes" and said(shown, 1)["conv1"] == "no"


def test_nothing_says_so_and_an_unknown_arm_is_named():
    assert "No record" in show.layer_table(symbols("architecture", {}), LAYERS, PARAMETERS).text
    with pytest.raises(UsageError, match="side-26"):
        show.layer_table(symbols("architecture", {}), LAYERS, PARAMETERS, arms=["side-26"])
