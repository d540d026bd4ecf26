"""The numbers that equality claims read: of table 2, of the logs beside the code, and of the function (33)."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import numpy as np

from claimbook.claims.arithmetic import Arithmetic, Quantity
from claimbook.papers.homotopy.limit_cycle import MOMENTUM, RATE, cycle
from claimbook.papers.homotopy.minima import minima
from claimbook.papers.homotopy.printed import HOMOTOPY, LOGGED_LOSS, LOGS, NETS, ORIGINAL

ARITHMETIC = Arithmetic("homotopy")

COUPLED = 6
"""Tensors that exist twice in the code: weights and biases of three linear layers."""


def improvement(net: str) -> Callable[[], Quantity]:
    """The rate of improvement of a row of table 2, in percent."""

    def work_out() -> Quantity:
        before, after = ORIGINAL[net], HOMOTOPY[net]
        value = 100 * (before - after) / before
        return Quantity(value, (f"({before} − {after}) / {before} = {value:.2f} %",))

    return work_out


def logged(net: str, what: str, figure: Callable[[tuple[float, ...]], float]) -> Callable[[], Quantity]:
    """A figure of the five accuracies of a net in the code's logs."""

    def work_out() -> Quantity:
        value = figure(LOGS[net])
        return Quantity(value, (f"{what} of {', '.join(map(str, LOGS[net]))} = {value:.4f}",))

    return work_out


for _net in NETS:
    ARITHMETIC.quantity(f"improvement-{_net.lower()}")(improvement(_net))
for _net in LOGS:
    ARITHMETIC.quantity(f"logged-mean-{_net.lower()}")(logged(_net, "mean", statistics.fmean))
    ARITHMETIC.quantity(f"logged-sd-{_net.lower()}")(logged(_net, "population sd", statistics.pstdev))
    ARITHMETIC.quantity(f"logged-max-{_net.lower()}")(logged(_net, "maximum", max))


@ARITHMETIC.quantity("coupling-of-a-tensor")
def coupling_of_a_tensor() -> Quantity:
    """That of one tensor at L = 0.01."""
    value = cycle(0.01)
    return Quantity(value, (f"{RATE} · (1 + {MOMENTUM}) / (1 + {MOMENTUM}²) / 0.01² = {value:.2f}",))


def coupling(level: float) -> Callable[[], Quantity]:
    """That of all six at a value of L: the loss but for the cross-entropies and the pins."""

    def work_out() -> Quantity:
        value = COUPLED * cycle(level)
        return Quantity(value, (f"{COUPLED} · {cycle(level):,.2f} = {value:,.1f}; the log has {LOGGED_LOSS[level]:,}",))

    return work_out


for _level in LOGGED_LOSS:
    ARITHMETIC.quantity(f"coupling-at-{_level}")(coupling(_level))


def count(n: int) -> Callable[[], Quantity]:
    """How many there are in n dimensions."""

    def work_out() -> Quantity:
        value = len(minima(n))
        return Quantity(value, (f"n = {n}: {value} minima on a grid of [−10, 10]^{n}; 5^{n} = {5**n}",))

    return work_out


for _n in (1, 2, 3):
    ARITHMETIC.quantity(f"minima-{_n}")(count(_n))


@ARITHMETIC.quantity("lowest-2")
def lowest() -> Quantity:
    """How many of the minima for n = 2 are global."""
    values = np.sort(minima(2))
    value = int((values < 1e-9).sum())
    return Quantity(value, (f"lowest values of the {values.size} minima: {values[0]:.4f}, {values[1]:.4f}",))
