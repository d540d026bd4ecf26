"""The sweep of what-if: every depth, scaling and rate from one start, and what of it goes into the record.

A part is one scaling and one depth: one network shape on one data set, whose rates run side by side. While it runs, its
rows hold their arrays; when it is done they are thinned and let go of them, so that a state to go on from stays small.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.papers.overparameterization.ethanol import INPUTS, SCALINGS, start

PER_DECADE = 10  # points of a curve that are kept, beyond the first 20
COLUMNS = ("scaling", "depth", "rate", "iteration", "loss")
Part = tuple[str, int]  # scaling, depth


def scalings(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The scalings that an arm's settings name."""
    return SCALINGS if settings["scaling"] == "all" else (settings["scaling"],)


def parts(settings: Mapping[str, Any]) -> list[Part]:
    """The parts of an arm's settings, scaling by scaling."""
    return [(scaling, depth) for scaling in scalings(settings) for depth in settings["depths"]]


def probe(settings: Mapping[str, Any]) -> tuple[str, int, float]:
    """Scaling, depth and rate by which `revalidate` looks: the middle depth, a rate a quarter up the grid."""
    depths, rates = sorted(settings["depths"]), settings["rates"]
    return scalings(settings)[0], depths[(len(depths) - 1) // 2], rates[len(rates) // 4]


class Sweep:
    """The parts of one seed, as far as they have got.

    Args:
        seed, settings: of the task. state: what `state` gave, to go on from.
    """

    def __init__(self, seed: int, settings: Mapping[str, Any], state: Sequence[Mapping[str, Any]] | None = None):
        from claimbook.train.rate_search import Row

        self.seed, self.settings = seed, settings
        self.rows = {(p["scaling"], p["depth"]): [Row.from_state(row) for row in p["rows"]] for p in state or ()}

    def begin(self, part: Part) -> list:
        """The rows of a part, one a rate, at the start where they have not begun; none where the part is done."""
        from claimbook.train.rate_search import rows_of

        if part not in self.rows:
            self.rows[part] = rows_of(start(self.seed, part[1], INPUTS), self.settings["rates"])
        return self.rows[part] if self.rows[part][0].arrays else []

    def end(self, part: Part) -> None:
        """Thin the rows of a part that is done, and let go of their arrays."""
        self.rows[part] = [_thinned(row, self.settings["iterations"]) for row in self.rows[part]]

    def state(self) -> list[dict[str, Any]]:
        """Plain values that a sweep can go on from."""
        return [{"scaling": s, "depth": d, "rows": [row.state() for row in rows]} for (s, d), rows in self.rows.items()]

    def first_losses(self) -> list[float]:
        """The losses of the first 20 steps of the probe."""
        scaling, depth, rate = probe(self.settings)
        return next(row for row in self.rows[scaling, depth] if row.rate == rate).losses[:20]

    def best(self) -> list[dict[str, Any]]:
        """For each part the rate of least last loss, and how many rates blew up."""
        table = []
        for scaling, depth in parts(self.settings):
            alive = [row for row in self.rows[scaling, depth] if row.alive]
            best = min(alive, key=lambda row: row.losses[-1]) if alive else None
            found = {"rate": best.rate, "loss": best.losses[-1]} if best else {"rate": None, "loss": None}
            rates = len(self.settings["rates"])
            table.append({"scaling": scaling, "depth": depth, **found, "rates": rates, "diverged": rates - len(alive)})
        return table

    def columns(self) -> dict[str, list]:
        """`COLUMNS`, one row a point. One that blew up ends with the loss nan at the iteration where it showed."""
        points = []
        for scaling, depth in parts(self.settings):
            for row in self.rows[scaling, depth]:
                end = [] if row.alive else [(row.diverged_by, float("nan"))]
                curve = [*zip(row.iterations, row.losses, strict=True), *end]
                points += [(scaling, depth, row.rate, at, loss) for at, loss in curve]
        return {name: list(cells) for name, cells in zip(COLUMNS, zip(*points, strict=True), strict=True)}


def _thinned(row, last: int):
    kept = kept_iterations(last)
    pairs = [pair for pair in zip(row.iterations, row.losses, strict=True) if pair[0] in kept]
    iterations, losses = ([pair[i] for pair in pairs] for i in (0, 1))
    return dataclasses.replace(row, arrays=(), iterations=iterations, losses=losses)


def kept_iterations(last: int) -> set[int]:
    """Which of the observed iterations go into a record: 0 … 20, then `PER_DECADE` a decade, and the last."""
    from claimbook.train.rate_search import observed_iterations

    observed = np.array(observed_iterations(last, last))
    wanted = 10 ** np.arange(0, np.log10(last), 1 / PER_DECADE)
    nearest = {int(observed[np.argmin(np.abs(observed - at))]) for at in wanted}
    return nearest | {last} | {int(at) for at in observed if at <= 20}
