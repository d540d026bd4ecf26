"""How fast two ways of stepping come together as the step shrinks: the gap at one time, for ever smaller rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

HALVINGS = 3


def gap_by_rate(
    nets: Any,
    starts: Sequence[Sequence[np.ndarray]],
    rule: Any,
    rate: float,
    iterations: int,
    count: Callable[[int], None],
) -> list[list[dict[str, float]]]:
    """Train networks, and move their products by the rule, to the time rate × iterations in ever smaller steps.

    Args:
        nets, rule: `lp_nets.LpNets` and `lp_rule.LpRule` of one problem. starts: for each network its W_1 … W_N.
        rate: the largest learning rate; it is halved `HALVINGS` times, and the iterations doubled.
        count: called with the row-iterations of each rate when they are done.

    Returns:
        For each start rows {rate, iterations, gap}, gap = ‖W_N … W_1 − w‖ / ‖W_N … W_1‖ at the end.
    """
    state = tuple(np.stack(arrays) for arrays in zip(*starts, strict=True))
    product = (nets.end_to_end(state),)
    tables: list[list[dict[str, float]]] = [[] for _ in starts]
    for halving in range(HALVINGS + 1):
        smaller, longer = rate / 2**halving, iterations * 2**halving
        rates = np.full(len(starts), smaller)
        trained = nets.end_to_end(nets.advance(state, rates, 0, longer))
        emulated = rule.end_to_end(rule.advance(product, rates, 0, longer))
        with np.errstate(all="ignore"):  # a row that blew up has no finite gap
            gaps = np.linalg.norm(trained - emulated, axis=1) / np.linalg.norm(trained, axis=1)
        for table, gap in zip(tables, gaps, strict=True):
            table.append({"rate": smaller, "iterations": longer, "gap": float(gap)})
        count(2 * len(starts) * longer)
    return tables


def row_iterations(starts: int, iterations: int) -> int:
    """How many row-iterations `gap_by_rate` counts in all."""
    return sum(2 * starts * iterations * 2**halving for halving in range(HALVINGS + 1))


def fitted_order(table: Sequence[dict[str, float]]) -> float | None:
    """The slope of log gap over log rate, by least squares: 1 where the gap is in proportion to the rate.

    None where a gap is 0 or not finite.
    """
    gaps = np.array([row["gap"] for row in table])
    if not (np.isfinite(gaps).all() and (gaps > 0).all()):
        return None
    return float(np.polyfit(np.log([row["rate"] for row in table]), np.log(gaps), 1)[0])
