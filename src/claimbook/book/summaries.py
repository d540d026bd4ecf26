"""A metric of an arm over its seeds: the mean with its 95 % t interval, and how many runs never got there."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

from claimbook.book.text import number, span


@dataclasses.dataclass(frozen=True)
class Summary:
    """mean of `n` finite values of `of` runs; None where there is none. interval: None for fewer than two values.

    values: the finite ones by seed.
    """

    mean: float | None
    interval: tuple[float, float] | None
    values: Mapping[int, float]
    of: int

    @property
    def n(self) -> int:
        """How many values there are."""
        return len(self.values)

    @property
    def text(self) -> str:
        """ "0.0562 [0.0561, 0.0565]", with "(3 of 5 runs)" where some never got there."""
        if self.mean is None:
            return "never" if self.of else "–"
        told = number(self.mean) + (f" {span(self.interval)}" if self.interval else "")
        return told if self.n == self.of else f"{told} ({self.n} of {self.of} runs)"


def summary(metric: Mapping[int, float | None], logs: bool = False) -> Summary:
    """The summary of a metric by seed; with `logs`, mean and interval are those of the logs, written back as numbers.

    What is None or not finite (with `logs`: or not positive) is counted and left out.
    """
    from claimbook.claims.statistics import mean_interval

    kept = {seed: float(v) for seed, v in metric.items() if v is not None and math.isfinite(v) and (v > 0 or not logs)}
    there, back = (math.log, _exp) if logs else (float, float)
    values: Sequence[float] = [there(value) for value in kept.values()]
    if len(values) < 2:
        return Summary(next(iter(kept.values()), None), None, kept, len(metric))
    found = mean_interval(values)
    return Summary(back(found.mean), (back(found.lo), back(found.hi)), kept, len(metric))


def _exp(x: float) -> float:
    """e^x; infinite where that is beyond all numbers, as the end of an interval from two seeds may be."""
    return math.exp(x) if x < 709 else math.inf
