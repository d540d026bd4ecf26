"""What the page of a sweep embeds: every curve of every arm, small enough for a page that needs no server.

A loss is kept as round(10⁴ log₁₀ loss), as differences along its curve: enough to draw it. The last finite loss, which
the page writes out, stands beside it with four digits.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SPACING = 1.15  # between the iterations that are drawn: on a logarithmic axis more cannot be seen
PER_DECADE = 10_000  # of the loss


@dataclasses.dataclass(frozen=True)
class Run:
    """One setting of one seed. losses: at the iterations from the first on, as far as they are finite and positive;
    ended: the iteration at which the loss was seen to be no number any more, or None."""

    iterations: Sequence[int]
    losses: Sequence[float]
    ended: int | None


@dataclasses.dataclass(frozen=True)
class Setting:
    """One setting of a sweep with its runs, seed → run."""

    scaling: str
    depth: int
    rate: float
    runs: Mapping[int, Run]

    @property
    def blown_up(self) -> int:
        """In how many seeds it blew up."""
        return sum(run.ended is not None for run in self.runs.values())

    @property
    def last(self) -> float | None:
        """The mean of the logs of the seeds' last losses, as a loss; None where a seed blew up."""
        if self.blown_up:
            return None
        return math.exp(math.fsum(math.log(run.losses[-1]) for run in self.runs.values()) / len(self.runs))


def settings_of(sweeps: Mapping[int, Mapping[str, Sequence[Any]]]) -> list[Setting]:
    """The settings of an arm in the order of its sweep. sweeps: seed → columns, of the same settings."""
    found: dict[tuple, dict[int, Run]] = {}
    for seed, columns in sweeps.items():
        for key, run in _runs(columns):
            found.setdefault(key, {})[seed] = run
    return [Setting(*key, runs) for key, runs in found.items()]


def best_of(settings: Sequence[Setting]) -> dict[tuple[str, int], Setting | None]:
    """(scaling, depth) → the setting of least last loss among those that stay finite in all seeds; None: none does."""
    best: dict[tuple[str, int], Setting | None] = {}
    for setting in settings:
        place = (setting.scaling, setting.depth)
        before = best.setdefault(place, None)
        if setting.last is not None and (before is None or setting.last < before.last):
            best[place] = setting
    return best


def embedded(settings: Sequence[Setting]) -> dict[str, Any]:
    """The settings in plain values for the page.

    scalings, depths, rates, iterations: the axes. starts: scaling → depth → the first seed's first loss.
    best: scaling → depth → index of the best rate, or null.
    runs: scaling → depth → for each rate, for each seed [iteration where it blew up or 0, last loss, *differences].
    """
    scalings, depths, rates = (list(dict.fromkeys(getattr(s, name) for s in settings)) for name in _AXES)
    drawn = drawn_iterations(settings)
    best = best_of(settings)
    runs: dict[str, dict[int, list]] = {scaling: {depth: [] for depth in depths} for scaling in scalings}
    starts: dict[str, dict[int, float]] = {scaling: {} for scaling in scalings}
    for setting in settings:
        starts[setting.scaling].setdefault(setting.depth, _four_digits(_first(setting)))
        runs[setting.scaling][setting.depth].append([_packed(run, drawn) for run in setting.runs.values()])
    chosen = {
        scaling: {depth: rates.index(own.rate) if (own := best[scaling, depth]) else None for depth in depths}
        for scaling in scalings
    }
    return {
        **{"scalings": scalings, "depths": depths, "rates": [f"{rate:g}" for rate in rates], "iterations": drawn},
        **{"starts": starts, "best": chosen, "runs": runs},
    }


def drawn_iterations(settings: Sequence[Setting]) -> list[int]:
    """The iterations that are drawn: of those that the runs have, at least `SPACING` apart, and the last."""
    known = sorted({at for setting in settings for run in setting.runs.values() for at in run.iterations if at > 0})
    drawn: list[int] = []
    for at in known:
        if not drawn or at >= SPACING * drawn[-1] or at == known[-1]:
            drawn.append(at)
    return drawn


_AXES = ("scaling", "depth", "rate")


def _runs(columns: Mapping[str, Sequence[Any]]) -> Iterator[tuple[tuple, Run]]:
    """The settings of one sweep, which lie one after the other in its rows."""
    rows: dict[tuple, list[tuple[int, float]]] = {}
    for *key, at, loss in zip(*(columns[name] for name in (*_AXES, "iteration", "loss")), strict=True):
        rows.setdefault(tuple(key), []).append((at, loss))
    for key, points in rows.items():
        ended = next((at for at, loss in points if not math.isfinite(loss)), None)
        finite = [(at, loss) for at, loss in points if math.isfinite(loss) and loss > 0]
        yield key, Run([at for at, _ in finite], [loss for _, loss in finite], ended)


def _packed(run: Run, drawn: Sequence[int]) -> list[float]:
    known = dict(zip(run.iterations, run.losses, strict=True))
    logs = [round(PER_DECADE * math.log10(known[at])) for at in drawn if at in known]
    steps = [after - before for before, after in zip(logs, logs[1:], strict=False)]
    return [run.ended or 0, _four_digits(run.losses[-1]) if run.losses else 0, *logs[:1], *steps]


def _first(setting: Setting) -> float:
    return next(iter(setting.runs.values())).losses[0]


def _four_digits(value: float) -> float:
    return float(f"{value:.4g}")
