"""The experiment not-a-regulariser: keys, records independent of their batch, and metrics that say what they mean."""

from __future__ import annotations

import dataclasses
import json

import pytest

from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.record.unfinished import Unfinished

EXPERIMENT = experiment_named("overparameterization/not-a-regulariser")


def task(arm: str, seed: int = 0, stand_in: bool = True, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", overrides), arm, seed, stand_in)


def measured(*tasks):
    found = EXPERIMENT.measure(tasks, lambda done, total: None, Unfinished())
    return {one.key: dataclasses.asdict(measurement) for one, measurement in found}


def test_every_difference_changes_the_key():
    tasks = [task("n2"), task("n3"), task("n2", 1), task("n2", stand_in=False), task("n2", angle=45)]
    tasks += [task("n2", inner_radius=0.5), task("n2", outer_radius=3), task("n2", scaling="min-max")]
    assert len({one.key for one in tasks}) == len(tasks)


def test_a_record_does_not_depend_on_its_batch():
    alone = measured(task("n3", 1))
    together = measured(task("n2", 0), task("n3", 1))
    key = task("n3", 1).key
    assert json.dumps(alone[key], sort_keys=True) == json.dumps(together[key], sort_keys=True)


def test_only_what_shares_data_and_scaling_is_one_batch():
    tasks = [task("n2"), task("n3", 1), task("n2", scaling="min-max"), task("n2", stand_in=False)]
    assert sorted(len(batch) for batch in EXPERIMENT.batches(tasks)) == [1, 1, 2]


@pytest.mark.parametrize(("arm", "non_zero"), [("n1", 0.0), ("n2", 1.0), ("n8", 1.0)])
def test_the_circulation_is_beyond_its_bound_from_depth_2_on(arm, non_zero):
    asked = task(arm, 4)
    found = measured(asked)[asked.key]
    metrics = found["metrics"]
    assert metrics["non-zero"] == non_zero
    for p in (2, 4):
        assert metrics[f"off-l{p}"] <= 1 and metrics[f"bound-share-l{p}"] < 1e-9
        work = found["curves"][f"work-l{p}"]
        assert abs(work["work"][-1]) == pytest.approx(metrics[f"share-l{p}"], rel=1e-6, abs=1e-11)
        assert work["way"][0] == 0 and work["way"][-1] == pytest.approx(1) and len(work["way"]) == 33
    assert metrics["gap-correct"] < 1e-12 < 0.05 < metrics["gap-printed"] and metrics["gap-vectors"] < 1e-12
    assert len(found["tables"]["eigenvalues"]) == 5 and not found["diverged"]


def test_first_losses_are_the_records_own():
    asked = task("n1", 2)
    assert EXPERIMENT.first_losses(asked) == measured(asked)[asked.key]["first_losses"]
    assert len(EXPERIMENT.first_losses(asked)) == 20 and min(map(abs, EXPERIMENT.first_losses(asked))) > 0


@pytest.mark.parametrize(
    "radii", [{"inner_radius": 2}, {"inner_radius": 3}, {"inner_radius": 0.01}, {"outer_radius": 0.5}]
)
def test_radii_that_make_no_ring_are_refused(radii):
    with pytest.raises(UsageError, match="make no ring"):
        task("n2", **radii)


@pytest.mark.parametrize("wrong", [{"inner_radius": 0}, {"angle": 360}, {"angle": -90}, {"scaling": "none"}])
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(UsageError):
        task("n2", **wrong)


def test_the_arms_are_the_depths_and_1_is_the_control():
    assert [arm.settings["depth"] for arm in EXPERIMENT.arms] == [1, 2, 3, 4, 8]
    assert EXPERIMENT.preset("paper").seeds == 10
