"""A finding about the library: the slope's gradient of `gluon.nn.PReLU` is wrong when hybridized."""

from __future__ import annotations

from claimbook.book.shown import Shown, shown_table
from claimbook.book.tables import Table
from claimbook.book.text import number


def slope_gradients() -> Shown:
    """The derivative of one loss by PReLU's slope, found in three ways, for the library's block and for ours.

    Both stand between the same two dense layers; finite differences are exact, the loss being quadratic in the slope.
    """
    from claimbook.models.prelu import PReLU, library_fault
    from claimbook.models.prelu import slope_gradients as found

    rows = []
    for name, three in (("gluon.nn.PReLU", library_fault()), ("ours", found(PReLU))):
        ways = three.finite_differences, three.imperative, three.hybridized
        rows.append([name, *map(number, ways), number(three.hybridized / three.finite_differences)])
    header = ["block", "finite differences", "operator by operator", "hybridized", "hybridized ÷ finite differences"]
    return shown_table(Table(header, rows), notes=["Computed when this page was made, with slopes of 0.25."])
