"""A study in a few numbers: each metric of each arm over its seeds."""

from __future__ import annotations

import dataclasses
import math

from claimbook.study.studied import Study


@dataclasses.dataclass(frozen=True)
class Summary:
    """A metric over the seeds of an arm: the mean and the range of those that have a finite value, and how many do.

    `mean`, `low`, `high` are None where none has. `seeds`: all runs of the arm, diverged ones among them.
    """

    arm: str
    metric: str
    mean: float | None
    low: float | None
    high: float | None
    finite: int
    seeds: int


def summary(study: Study) -> list[Summary]:
    """One row for each metric and arm of a study, metrics first; arms without a record are left out."""
    return [_row(study, arm, metric.name) for metric in study.experiment.metrics for arm in study.arms if study.of(arm)]


def _row(study: Study, arm: str, metric: str) -> Summary:
    values = list(study.metric(arm, metric).values())
    finite = [float(value) for value in values if value is not None and math.isfinite(value)]
    if not finite:
        return Summary(arm, metric, None, None, None, 0, len(values))
    mean = math.fsum(finite) / len(finite)
    return Summary(arm, metric, mean, min(finite), max(finite), len(finite), len(values))
