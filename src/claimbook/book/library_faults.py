"""Findings about the library, computed when a page is made: PReLU's slope and Nesterov's weight decay."""

from __future__ import annotations

from claimbook.book.shown import Shown, shown_table
from claimbook.book.tables import Table
from claimbook.book.text import number, plural


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


def nesterov_decay(steps: tuple[int, ...] = (1, 2, 5, 10, 20)) -> Shown:
    """A weight that only its decay draws, after so many steps of Nesterov's momentum: formula, library, ours."""
    from claimbook.train import nesterov_fault as fault

    ways = (("the formula", fault.by_the_formula), ("mx.optimizer.NAG", fault.of_the_library), ("ours", fault.of_ours))
    rows = []
    for name, way in ways:
        path = way(max(steps))
        rows.append([name, *(number(path[at]) for at in steps)])
    note = (
        f"A weight that starts at 1, its gradient 0, learning rate {number(fault.RATE)}, momentum "
        f"{number(fault.MOMENTUM)}, weight decay {number(fault.DECAY)}. Computed when this page was made."
    )
    header = ["the weight by", *(f"after {plural(at, 'step')}" for at in steps)]
    return shown_table(Table(header, rows), notes=[note])
