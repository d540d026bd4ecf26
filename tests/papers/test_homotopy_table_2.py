"""The experiment table-2: the numbers of its records, against SciPy and the tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from claimbook.experiment.registry import experiment_named
from claimbook.papers.homotopy import printed


@pytest.fixture(scope="module")
def measured():
    experiment = experiment_named("homotopy/table-2")
    parameters = experiment.parameters("paper")
    tasks = [experiment.task(parameters, arm.id, 0, stand_in=False) for arm in experiment.arms]
    return {task.arm: found for task, found in experiment.measure(tasks, lambda done, total: None, None)}


def test_all_metrics_of_every_net(measured):
    names = {metric.name for metric in experiment_named("homotopy/table-2").metrics}
    assert all(set(found.metrics) == names and not found.diverged for found in measured.values())
    for net in printed.NETS:
        metrics = measured[net.lower()].metrics
        assert (metrics["original"], metrics["homotopy"]) == (printed.ORIGINAL[net], printed.HOMOTOPY[net])
        assert metrics["improvement"] == pytest.approx(printed.IMPROVEMENT[net], abs=0.005)
        assert metrics["misprint"] == metrics["apart"] == 0


def test_the_logs_beside_it(measured):
    for net, runs in printed.LOGS.items():
        metrics, accuracy = measured[net.lower()].metrics, 100 - printed.HOMOTOPY[net]
        spread = np.std(runs, ddof=1) * np.sqrt(1 + 1 / len(runs))
        assert metrics["chance"] == pytest.approx(stats.t.sf(accuracy, len(runs) - 1, np.mean(runs), spread))
        assert metrics["logs-least"] == pytest.approx(100 - max(runs)) and metrics["chance"] < 0.001
    for net in ("vgg16", "vgg19"):
        assert measured[net].metrics["logs"] is None and measured[net].metrics["chance"] is None


def test_every_number_has_its_source(measured):
    rows = measured["vgg11"].tables["numbers"]
    assert [row["percent"] for row in rows] == [7.83, 7.02, 10.34, 92.17, 91.1, *printed.LOGS["VGG11"]]
    assert all(row["source"] and row["what"] for row in rows)
