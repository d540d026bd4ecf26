"""A study in a few numbers, against numbers taken from its records by hand."""

from __future__ import annotations

import dataclasses
import math

from claimbook.study import reproduce
from claimbook.study.summary import summary


def test_mean_and_range_of_each_metric_and_arm(walk):
    study = reproduce("fake/walk", preset="paper")
    rows = {(row.metric, row.arm): row for row in summary(study)}
    assert list(rows) == [("end", "up"), ("end", "down"), ("never", "up"), ("never", "down")]
    ends = [record.metrics["end"] for (arm, _), record in study.records.items() if arm == "down"]
    row = rows["end", "down"]
    assert math.isclose(row.mean, sum(ends) / 3, rel_tol=1e-12) and (row.low, row.high) == (min(ends), max(ends))
    assert (row.finite, row.seeds) == (3, 3)
    assert (rows["never", "up"].mean, rows["never", "up"].finite, rows["never", "up"].seeds) == (None, 0, 3)


def test_what_is_not_finite_is_counted_and_not_averaged(walk):
    study = reproduce("fake/walk", preset="paper", arms=["up"])
    cell = ("up", 1)
    odd = study.records[cell].model_copy(update={"metrics": {"end": math.inf, "never": None}})
    row = summary(dataclasses.replace(study, records={**study.records, cell: odd}))[0]
    rest = [study.records["up", seed].metrics["end"] for seed in (0, 2)]
    assert (row.finite, row.seeds) == (2, 3) and math.isclose(row.mean, sum(rest) / 2, rel_tol=1e-12)
