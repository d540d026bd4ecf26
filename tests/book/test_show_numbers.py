"""What notebooks show of metrics and curves without a claim, from made records."""

import dataclasses
import math
import re

import pytest

from claimbook.book import show
from claimbook.claims.statistics import mean_interval
from claimbook.errors import UsageError
from claimbook.study import reproduce

NAME = "overparameterization/depth-lp"


@pytest.fixture
def published(made):
    return reproduce(NAME, preset="published")


@pytest.fixture
def nothing(made):
    return reproduce(NAME, preset="paper", make="never", data="real", seeds=[9])


def with_metric(study, arm, name, values):
    """The study with these numbers of a metric, by seed."""
    records = dict(study.records)
    for seed, value in values.items():
        record = records[arm, seed]
        records[arm, seed] = record.model_copy(update={"metrics": {**record.metrics, name: value}})
    return dataclasses.replace(study, records=records)


def test_a_table_has_the_mean_and_interval_of_each_arm(published):
    lines = show.table(published, ["loss-10", "iterations-to-1.1-optimum"]).text.splitlines()
    row = next(line for line in lines if line.startswith("n2-l4"))
    found = mean_interval(list(published.metric("n2-l4", "loss-10").values()))
    assert f"{found.mean:.4g} [{found.lo:.4g},\u00a0{found.hi:.4g}]" in row and "never" in row
    assert row.endswith("0 1 2 3 4")
    assert "iterations until 1.1 times the least possible loss" in "\n".join(lines)


def test_a_table_counts_the_runs_that_got_there(published):
    study = with_metric(published, "n1-l2", "iterations-to-half", {0: None, 3: None})
    assert "6.5 [6.5,\u00a06.5] (3 of 5 runs)" in show.table(study, "iterations-to-half", arms=["n1-l2"]).text


def test_points_have_a_panel_for_each_metric_and_a_row_for_each_arm(published):
    shown = show.points(published, ["loss-10", "loss-50"], arms=["n1-l2", "n1-l4"], scale="log")
    assert shown.html.count("<svg") == 2 and show.points(published, "loss-10", scale="log").html.count("<svg") == 1
    logs = mean_interval([math.log(loss) for loss in published.metric("n1-l4", "loss-10").values()])
    assert f"depth 1, l4 loss {math.exp(logs.mean):.4g} [{math.exp(logs.lo):.4g}" in shown.text
    assert "the mean of the logs" in shown.text and "preset paper" in shown.text.lower()


def test_ratios_are_paired_by_seed(published):
    study = with_metric(published, "n1-l4", "iterations-to-half", {s: 10.0 * 2**s for s in range(5)})
    study = with_metric(study, "n3-l4", "iterations-to-half", {s: 5.0 * 2**s for s in range(5)})
    shown = show.ratios(study, "iterations-to-half", of=[("n1-l4", "n3-l4", "depth 3"), ("n3-l4", "n1-l4", "back")])
    rows = [line for line in shown.text.splitlines() if "÷" in line]
    assert re.search(r"n1-l4 ÷ n3-l4\s+2\s+\[2,\u00a02\]\s+5\s+none", rows[0])
    assert re.search(r"\s0\.5\s", rows[1]) and "geometric mean" in shown.text


def test_seeds_that_never_got_there_are_left_out_of_a_ratio_and_counted(published):
    study = with_metric(published, "n1-l4", "iterations-to-half", {0: None, 1: None})
    row = next(
        line
        for line in show.ratios(study, "iterations-to-half", of=[("n1-l4", "n3-l4", "x")]).text.splitlines()
        if "÷" in line
    )
    assert "n1-l4 in 2 seeds" in row and row.rstrip().endswith("2 3 4 ÷ 2 3 4")
    none = show.ratios(study, "iterations-to-1.1-optimum", of=[("n1-l4", "n3-l4", "x")]).text
    assert "n1-l4 in 5 seeds; n3-l4 in 5 seeds" in none


def test_curves_by_arm_on_linear_axes(published):
    shown = show.curves(published, panel="arm", arms=["n1-l2", "n3-l4"], xscale="linear", yscale="linear")
    assert shown.html.count("<svg") == 2 and "depth 3, l4 loss: loss over iteration" in shown.text
    assert "Bold: the mean over 5 seeds" in shown.text


def test_several_curves_are_lines_of_their_own(published):
    records = {
        cell: record.model_copy(
            update={"curves": {"net": record.curves["loss"], "rule": {"iteration": [1, 10], "value": [2.0, 1.0]}}}
        )
        for cell, record in published.records.items()
    }
    study = dataclasses.replace(published, records=records)
    with pytest.raises(UsageError, match="column of the curve net"):
        show.curves(study, curves=["net"], y="los")
    text = show.curves(study, curves={"net": "the net", "rule": "the rule"}, y=None, panel="arm", arms=["n1-l2"]).text
    assert "the net from" in text and "the rule from 2 to 1" in text
    both = show.curves(study, curves=["rule"], panel="", ylabel="relative gap").text
    assert "relative gap over iteration" in both and "depth 1, l2 loss, rule from" in both


def test_nothing_is_said_of_what_is_not_there(nothing):
    for shown in (
        show.table(nothing, "loss-10"),
        show.points(nothing, "loss-10"),
        show.ratios(nothing, "loss-10", of=[("n1-l2", "n2-l2", "x")]),
        show.curves(nothing, curves=["a", "b"], panel="arm"),
    ):
        assert "0." not in re.sub(r"<[^>]*>", "", shown.html)


@pytest.mark.parametrize(
    ("look", "says"),
    [
        (lambda study: show.table(study, "los"), "metric"),
        (lambda study: show.points(study, "loss-10", scale="cubic"), "scale"),
        (lambda study: show.curves(study, yscale="cubic"), "scale"),
        (lambda study: show.curves(study, panel="colour"), "arm setting"),
        (lambda study: show.curves(study, x="step"), "column"),
        (lambda study: show.table(study, "loss-10", arms=["n9"]), "arm"),
        (lambda study: show.ratios(study, "loss-10", of=[("n9", "n1-l2", "x")]), "arm"),
    ],
)
def test_a_wrong_name_is_told_with_those_that_there_are(published, look, says):
    with pytest.raises(UsageError, match=says):
        look(published)
