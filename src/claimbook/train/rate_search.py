"""The search for the best learning rate, for several starts at once, and the long run with it.

Every rate of the grid runs for `search` iterations from the same start; the surviving rate of least loss goes on to
`final` iterations. A rate whose run becomes non-finite at any time before the last iteration is discarded and counted,
also in the long run: then the next best goes on from where its search ended.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np


class Descent(Protocol):
    """What a search drives: many rows of one problem, each with its own learning rate.

    A state is a tuple of arrays, (rows, …) each; which ones, and what they mean, is the descent's own affair.
    """

    def advance(
        self, state: tuple[np.ndarray, ...], rates: np.ndarray, at: int, iterations: int
    ) -> tuple[np.ndarray, ...]:
        """The state after `iterations` steps of rows that all stand at iteration `at`; rates (rows,)."""

    def loss(self, state: tuple[np.ndarray, ...]) -> np.ndarray:
        """The loss of every row, (rows,), float64; not finite where a row blew up."""


@dataclasses.dataclass
class Row:
    """One learning rate from one start. `diverged_by`: the first observed iteration without a finite loss.

    arrays: the row's part of the descent's state, without the rows' axis.
    """

    rate: float
    arrays: tuple[np.ndarray, ...]
    at: int = 0
    iterations: list[int] = dataclasses.field(default_factory=list)
    losses: list[float] = dataclasses.field(default_factory=list)
    diverged_by: int | None = None

    def state(self) -> dict[str, Any]:
        """The row in plain values, from which `from_state` makes it again, bit for bit."""
        return {**vars(self), "arrays": [array.tolist() for array in self.arrays]}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Row:
        """The row that `state` was taken of."""
        return cls(**{**state, "arrays": tuple(np.array(array, float) for array in state["arrays"])})

    @property
    def alive(self) -> bool:
        """Whether every loss so far was finite."""
        return self.diverged_by is None


def rows_of(start: tuple[np.ndarray, ...], rates: Sequence[float]) -> list[Row]:
    """Fresh rows of one start, such as (W_1 (d,), [W_2 … W_N] (N − 1,)), one a rate."""
    return [Row(rate, tuple(start)) for rate in rates]


def observed_iterations(search: int, final: int, per_decade: int = 40, unroll: int = 50) -> list[int]:
    """When losses are looked at: 0 … 20, `per_decade` times a decade, at `search`, and at 1, 10, 50, 100 % of `final`.

    From 1,000 on the logarithmic points are rounded to multiples of `unroll`, which run fastest.
    """
    points = set(range(min(20, final) + 1)) | {search, final} | {share_of(final, percent) for percent in (1, 10, 50)}
    decades = np.log10(max(final, 1))
    for point in 10 ** np.arange(0, decades, 1 / per_decade):
        points.add(int(round(point / unroll) * unroll if point >= 1000 else round(point)))
    return sorted(point for point in points if point <= final)


def share_of(final: int, percent: float) -> int:
    """The iteration at `percent` of `final`, at least 1."""
    return max(1, round(final * percent / 100))


def search_rates(
    descent: Descent,
    runs: Sequence[Sequence[Row]],
    search: int,
    final: int,
    progress: Callable[[int, int], None],
    keep: Callable[[], None] = lambda: None,
) -> None:
    """Run the search and the long run.

    Args:
        descent: the problem.
        runs: for each start its rows, one a rate: fresh ones (`rows_of`), or as far as an earlier call had got. They
            are changed in place; `best_row` tells the outcome.
        search ≤ final: iterations.
        progress: called with (row-iterations done, row-iterations in all).
        keep: called at each observation, when the rows are in a state that can be gone on from.
    """
    points = observed_iterations(search, final)
    everyone = [row for run in runs for row in run]
    counter = _Counter(progress, len(everyone) * search + len(runs) * (final - search), keep)
    counter.add(sum(row.at for row in everyone))
    _run(descent, everyone, [p for p in points if p <= search], counter)
    later = [p for p in points if p > search]
    while leaders := [best for run in runs if (best := best_row(run, search)) and best.at < final]:
        _run(descent, leaders, later, counter)
    counter.finish()


def best_row(rows: Sequence[Row], search: int) -> Row | None:
    """The surviving row of least loss at iteration `search`, the end of the search, or None where none survived."""
    alive = [row for row in rows if row.alive]
    return min(alive, key=lambda row: row.losses[row.iterations.index(search)]) if alive else None


def _run(descent: Descent, rows: Sequence[Row], points: Sequence[int], counter: _Counter) -> None:
    """Take the rows from point to point. A row that blows up stays behind; one that is ahead waits for the others."""
    for point in points:
        behind = [row for row in rows if row.alive and (row.at < point or not row.iterations)]
        for at in sorted({row.at for row in behind}):
            together = [row for row in behind if row.at == at]
            _advance(descent, together, point)
            counter.add((point - at) * len(together))
        counter.keep()


def _advance(descent: Descent, rows: list[Row], point: int) -> None:
    """Take rows that stand at one iteration to `point`, and observe their losses there."""
    at, rates = rows[0].at, np.array([row.rate for row in rows])
    state = tuple(np.stack(arrays) for arrays in zip(*(row.arrays for row in rows), strict=True))
    if point > at:
        state = descent.advance(state, rates, at, point - at)
    for i, (row, loss) in enumerate(zip(rows, descent.loss(state), strict=True)):
        row.arrays, row.at = tuple(array[i] for array in state), point
        if np.isfinite(loss):
            row.iterations.append(point)
            row.losses.append(float(loss))
        else:
            row.diverged_by = point


class _Counter:
    def __init__(self, progress, total, keep):
        self.progress, self.total, self.keep, self.done = progress, total, keep, 0

    def add(self, work):
        self.done = min(self.total, self.done + work)
        self.progress(self.done, self.total)

    def finish(self):
        self.progress(self.total, self.total)
