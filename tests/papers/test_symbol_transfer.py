"""Nets tested on other data sets than their own; the net itself, layer by layer."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.book.shapes import layer_rows, network_of
from claimbook.data.symbols import load_symbols
from claimbook.experiment.registry import experiment_named
from claimbook.papers.math_symbols.printed import FULLY_CONNECTED, LAYERS, PARAMETERS
from claimbook.papers.math_symbols.transfer import FOREIGN
from claimbook.record.unfinished import Unfinished

TRANSFER = experiment_named("math-symbols/transfer")
SMALL = {"epochs": 1, "side": 17, "filters": 2, "each": 10, "foreign_each": 9}


def task(arm, **over):
    return TRANSFER.task(TRANSFER.parameters("smoke", SMALL | over), arm, 0, True)


def measured(asked):
    ((_, found),) = asked.experiment.measure([asked], lambda done, total: None, Unfinished())
    return found


@pytest.mark.parametrize(
    ("arm", "counts"),
    [("train-1", {"set-3": (15, 135), "bhmsds": (12, 108)}), ("train-3", {"set-1": (15, 135), "bhmsds": (12, 108)})],
)
def test_the_classes_in_common_are_tested(arm, counts):
    found = measured(task(arm)).metrics
    assert set(found) == {metric.name for metric in TRANSFER.metrics}
    for name in FOREIGN:
        own = (found[f"classes-{name}"], found[f"images-{name}"])
        assert own == counts.get(name, (None, None))
        assert (found[f"accuracy-{name}"] is None) == (name not in counts)


def test_what_is_counted_is_what_the_net_says_by_name():
    asked = task("train-3", with_set_2="yes")
    run = asked.experiment.begun(asked.settings, 0, True)
    run.train()
    made = run.measurement()
    assert {one["name"] for one in asked.data["tested"]} == {"math-symbols-1", "math-symbols-2", "bhmsds"}
    theirs = load_symbols("math-symbols-1", each=9, side=17, split="foreign", stand_in=True)
    answers = np.array(run.data.classes)[run.outputs(theirs.test_x).argmax(axis=1)]
    truth = np.array(theirs.classes)[theirs.test_y]
    known = truth != "."
    assert made.metrics["accuracy-set-1"] == np.mean(answers[known] == truth[known])
    assert made.data["digest_set-1"] == theirs.digest and made.metrics["accuracy-set-2"] is not None
    rows = {row["truth"]: row for row in made.tables["confusion-bhmsds"]}
    assert list(rows) == [*"0123456789", "+", "-"] and all(
        sum(count for name, count in row.items() if name != "truth") == 9 for row in rows.values()
    )
    ours = np.isin(np.array(run.data.classes)[run.data.test_y], list(rows))
    right = run.outputs(run.data.test_x).argmax(axis=1) == run.data.test_y
    assert made.metrics["own-accuracy-bhmsds"] == np.mean(right[ours])


def test_copies_between_sets_are_counted(monkeypatch):
    """The set that is trained on, given in the place of another: eight of its nine images a class were trained on."""
    monkeypatch.setitem(FOREIGN, "bhmsds", "math-symbols-1")
    found = measured(task("train-1", each=9)).metrics
    assert found["copied-share-bhmsds"] == pytest.approx(7 / 9, abs=0.03)


def test_data_set_2_is_asked_for_by_name():
    plain, more = task("train-1"), task("train-1", with_set_2="yes")
    assert plain.settings["foreign"] == ["bhmsds", "set-3"] and more.settings["foreign"] == ["bhmsds", "set-2", "set-3"]
    assert plain.key != more.key and "with_set_2" not in plain.settings
    assert "math-symbols-2" not in TRANSFER.data_sets


def test_the_net_is_that_of_table_1_but_for_a_row():
    study = experiment_named("math-symbols/architecture")
    tasks = [study.task(study.parameters("paper"), arm.id, 0, False) for arm in study.arms]
    found = {task.arm: made for task, made in study.measure(tasks, lambda done, total: None, Unfinished())}
    whole = found["16-classes"]
    assert whole.metrics["parameters"] == PARAMETERS and found["15-classes"].metrics["parameters"] == 2_327_119
    assert (whole.metrics["layers"], whole.metrics["convolutions"]) == (11, 6)
    assert whole.metrics["multiply-adds"] == pytest.approx(363e6, rel=0.01)
    rows = {row["layer"]: (row["output"], row["parameters"]) for row in whole.tables["layers"]}
    printed = {name: (" × ".join(map(str, shape)), count) for name, (shape, count) in LAYERS.items()}
    wrong = printed.pop(FULLY_CONNECTED)
    assert rows.pop(FULLY_CONNECTED) == (wrong[0], 1_179_776) and rows == printed
    assert found["side-25"].metrics["dense-parameters"] == wrong[1]


@pytest.mark.parametrize(
    ("name", "arm", "outputs"),
    [("dataset-3", "set-3", 15), ("all-classes", "classes-82", 82), ("architecture", "15-classes", 15)],
)
def test_there_are_shape_tables(name, arm, outputs):
    study = experiment_named(f"math-symbols/{name}")
    block, shape = network_of(study, study.settings(study.parameters("smoke"), study.arm(arm)))
    assert layer_rows(block, shape)[-1].output == (outputs,)


def test_there_is_none_of_arithmetic():
    study = experiment_named("math-symbols/intervals")
    assert network_of(study, study.settings(study.parameters("paper"), study.arms[0])) is None
