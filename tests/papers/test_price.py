"""The experiment price: what a key says of a timing, steps that are the plain training, and counts that are exact."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from claimbook.book.shapes import layer_rows, network_of
from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.overparameterization.price_steps import ImageSteps, LinearSteps, linear_start
from claimbook.record.unfinished import Unfinished
from claimbook.train import deep_linear

EXPERIMENT = experiment_named("overparameterization/price")
TINY = {"rounds": 4, "steps": 3, "image_steps": 1}


def task(arm: str, seed: int = 0, stand_in: bool = True, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {**TINY, **overrides}), arm, seed, stand_in)


def measured(*tasks, progress=lambda done, total: None):
    return {one.key: dataclasses.asdict(found) for one, found in EXPERIMENT.measure(tasks, progress, Unfinished())}


def test_what_does_not_touch_an_arm_keeps_its_key():
    assert task("factored-over-plain").key == task("factored-over-plain", width=10, hybridized=True, steps=7).key
    assert task("n2-over-n1").key == task("n2-over-n1", image_steps=2).key


def test_every_other_difference_changes_the_key():
    tasks = [task("n2-over-n1"), task("n3-over-n1"), task("n2-over-n1", 1), task("n2-over-n1", stand_in=False)]
    tasks += [task("n2-over-n1", **{name: value}) for name, value in (("width", 2), ("hybridized", True), ("steps", 4))]
    tasks += [task("plain-over-plain"), task("factored-over-plain"), task("factored-over-plain", image_steps=2)]
    assert len({one.key for one in tasks}) == len(tasks)


@pytest.mark.parametrize(("width", "hybridized"), [(1, False), (3, True)])
def test_a_linear_step_is_plain_gradient_descent(width, hybridized):
    data = load_gas_sensor(gas=1, scaling="min-max", stand_in=True)
    start = linear_start(2, 3, width)
    expected, _ = deep_linear.train(data.x, data.y, start, p=2, rate=0.01, iterations=6)
    steps = LinearSteps(3, width, hybridized, seed=2, stand_in=True)
    steps.run(2)
    steps.run(4)
    np.testing.assert_allclose(steps.losses, expected, rtol=1e-6)
    assert len(set(steps.losses)) == 6


def test_an_image_step_trains_and_is_the_same_each_time():
    once, again = (ImageSteps(factored=True, seed=1, stand_in=True) for _ in range(2))
    once.run(3)
    again.run(1)
    again.run(2)
    assert once.losses == again.losses and len(set(once.losses)) == 3
    assert ImageSteps(factored=False, seed=1, stand_in=True).work.parameters == 1_663_370


def test_a_control_compares_a_net_with_itself():
    asked = task("n1-over-n1", 3)
    found = measured(asked)[asked.key]
    assert found["first_losses"][:10] == found["first_losses"][10:]
    assert found["metrics"]["multiply-add-ratio"] == found["metrics"]["parameter-ratio"] == 1
    ratios = found["curves"]["ratio"]
    assert ratios["round"] == [1, 2, 3, 4] and min(ratios["ratio"]) > 0 and not found["diverged"]
    metrics = found["metrics"]
    assert metrics["time-ratio-low"] <= metrics["time-ratio"] <= metrics["time-ratio-high"]
    assert metrics["step-time"] > 0 and metrics["step-time-below"] > 0


def test_the_counts_of_depth_3_are_those_by_hand():
    asked = task("n3-over-n1")
    metrics = measured(asked)[asked.key]["metrics"]
    one, three = 2565 * 2 * 128 + 128, 2565 * (2 * 128 + 6) + 130
    assert metrics["multiply-adds"] == three and metrics["multiply-add-ratio"] == pytest.approx(three / one)
    assert metrics["parameter-ratio"] == 130 / 128


def test_first_losses_are_the_records_own_though_times_never_are():
    asked = task("n2-over-n1", 2)
    assert EXPERIMENT.first_losses(asked) == measured(asked)[asked.key]["first_losses"]
    assert len(EXPERIMENT.first_losses(asked)) == 20


def test_timings_never_run_side_by_side_and_repetitions_stand_apart():
    tasks = [task(arm, seed) for arm in ("n2-over-n1", "n1-over-n1") for seed in (1, 0)]
    assert [len(batch) for batch in EXPERIMENT.batches(tasks)] == [4]
    told = []
    order = list(measured(*tasks, progress=lambda done, total: told.append((done, total))))
    expected = [("n1-over-n1", 0), ("n2-over-n1", 0), ("n1-over-n1", 1), ("n2-over-n1", 1)]
    assert order == [task(arm, seed).key for arm, seed in expected]
    assert told == [(done, 16) for done in range(1, 17)]


@pytest.mark.parametrize("wrong", [{"width": 0}, {"rounds": 3}, {"steps": 0}, {"image_steps": -1}, {"hybridized": "?"}])
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(UsageError):
        task("n2-over-n1", **wrong)


def test_the_networks_shown_are_those_that_are_timed():
    counts = {}
    for arm in EXPERIMENT.arms:
        rows = layer_rows(*network_of(EXPERIMENT, task(arm.id).settings))
        counts[arm.settings["above"]] = sum(row.parameters for row in rows)
    assert counts == {"n1": 128, "n2": 129, "n3": 130, "plain": 1_663_370, "factored": 1_925_614}
