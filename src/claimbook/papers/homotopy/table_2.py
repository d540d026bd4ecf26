"""Table 2 without training a net: its arithmetic, where its baselines are from, and whether table 3 is of its nets."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.claims.statistics import t_tail
from claimbook.experiment.arithmetic import Arithmetic
from claimbook.experiment.base import Arm, Metric
from claimbook.papers.homotopy.printed import HOMOTOPY, IMPROVEMENT, LOGS, NETS, NORMALISED, ORIGINAL, UNNORMALISED


class Table2(Arithmetic):
    """The printed error rates beside those of other people's README, and beside the runs that the code's logs hold.

    "The base": chengyangfu/pytorch-vgg-cifar10, on whose code the paper's is built; its README has the best test
    accuracy over 300 epochs of one run of each net, with batch normalisation and without. "The logs": those of five
    runs with the homotopy beside the released code, whose mean, standard deviation and maximum are table 3.

    Nothing is trained: a record holds arithmetic, with every number that went into it in its table `numbers`. The
    claims on it (HTA-T2.1b …) are judged by the same arithmetic, redone each time. Source: section 4.2, tables 2 and 3.
    """

    paper = "homotopy"
    name = "table-2"
    title = "Table 2: its arithmetic and its baselines"
    question = "Where do the numbers of table 2 come from, and can tables 2 and 3 be of the same models?"
    solver = "arithmetic"
    arms = tuple(Arm(net.lower(), net, {"net": net}) for net in NETS)
    metrics = (
        Metric("original", "error without the homotopy, table 2", "%", "lower"),
        Metric("homotopy", "error with it, table 2", "%", "lower"),
        Metric("improvement", "by how much of the first it is lower, worked out", "%", "higher"),
        Metric("misprint", "the printed rate of improvement less that, rounded as it is", "%"),
        Metric("base-bn", "100 less the base's accuracy, nets with batch normalisation", "%", "lower"),
        Metric("base-plain", "100 less the base's accuracy, nets without it", "%", "lower"),
        Metric("apart", "original less base-bn", "%"),
        Metric("logs", "error after the last epoch, mean of the five runs in the logs", "%", "lower"),
        Metric("logs-least", "the least of these five", "%", "lower"),
        Metric("logs-sd", "their standard deviation, as an estimate for all such runs", "%"),
        Metric("chance", "of a sixth run of the same kind with an error as low as table 2 has it, Student t"),
    )

    def settings(self, parameters: Any, arm: Arm) -> dict[str, Any]:
        """All numbers that go into the arm's arithmetic, percent."""
        net = arm.settings["net"]
        return {
            "printed": [ORIGINAL[net], HOMOTOPY[net], IMPROVEMENT[net]],
            "base": [NORMALISED[net], UNNORMALISED[net]],
            "logs": list(LOGS.get(net, ())),
        }

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """Printed numbers: there is nothing to fetch."""
        return {"name": "tables-2-and-3", "edition": "printed and published numbers", "stand_in": stand_in}

    def worked_out(self, settings: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
        """The metrics that the arm has, and all numbers as a table."""
        return worked_out(settings), {"numbers": numbers(settings)}


def worked_out(settings: Mapping[str, Any]) -> dict[str, float]:
    """Metric → value, percent; those of the logs where there are logs."""
    original, homotopy, printed = settings["printed"]
    improvement = 100 * (original - homotopy) / original
    with_bn, without = (100 - accuracy for accuracy in settings["base"])
    found = {
        "original": original,
        "homotopy": homotopy,
        "improvement": improvement,
        "misprint": printed - round(improvement, 2),
        "base-bn": with_bn,
        "base-plain": without,
        "apart": round(original - with_bn, 6) + 0.0,  # no "-0"
    }
    return found | (beside_logs(settings["logs"], 100 - homotopy) if settings["logs"] else {})


def beside_logs(accuracies: Sequence[float], accuracy: float) -> dict[str, float]:
    """The metrics of the logs' runs, n ≥ 2, and the chance that one more has `accuracy` or more."""
    n, mean, sd = len(accuracies), statistics.fmean(accuracies), statistics.stdev(accuracies)
    chance = t_tail((accuracy - mean) / (sd * math.sqrt(1 + 1 / n)), n - 1)
    return {"logs": 100 - mean, "logs-least": 100 - max(accuracies), "logs-sd": sd, "chance": chance}


def numbers(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where each number is from: source, what it is, percent."""
    words = ("error without", "error with the homotopy", "rate of improvement")
    rows = [
        {"source": "table 2", "what": what, "percent": value}
        for what, value in zip(words, settings["printed"], strict=True)
    ]
    for what, value in zip(("with batch normalisation", "without"), settings["base"], strict=True):
        rows.append({"source": "README of the base", "what": f"best accuracy, {what}", "percent": value})
    for run, value in enumerate(settings["logs"], start=1):
        rows.append(
            {"source": "logs of the code", "what": f"accuracy after the last epoch, run {run}", "percent": value}
        )
    return rows
