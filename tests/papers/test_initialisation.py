"""The experiment initialisation: its starts, keys, numbers, what counts as moved, and what it refuses."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from papers.stopping import Stop, Stopping

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.overparameterization import ethanol
from claimbook.papers.overparameterization.ethanol import iterations_to
from claimbook.papers.overparameterization.initialisation import start
from claimbook.record.unfinished import Unfinished

EXPERIMENT = experiment_named("overparameterization/initialisation")


def task(arm: str, seed: int = 0, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {"iterations": 60, **overrides}), arm, seed, True)


def measured(*tasks, unfinished=None):
    found = EXPERIMENT.measure(tasks, lambda done, total: None, unfinished or Unfinished())
    return {task.key: dataclasses.asdict(measurement) for task, measurement in found}


def test_near_zero_is_the_start_of_the_other_experiments_and_the_identity_adds_one():
    w, factors = start(3, 4, 128, 0.01, identity=False)
    expected = ethanol.start(3, 4, 128)
    assert np.array_equal(w, expected[0]) and np.array_equal(factors, expected[1])
    w1, ones = start(3, 4, 128, 0.01, identity=True)
    assert np.array_equal(ones, factors + 1) and np.array_equal(w1[1:], w[1:]) and w1[0] == w[0] + 1
    np.testing.assert_allclose(start(3, 8, 128, 0.05, identity=False)[1][:3], 5 * factors, rtol=1e-14)


@pytest.mark.parametrize("solver", ["mxnet", "eigenbasis"])
@pytest.mark.parametrize("arm", ["n4-identity", "n8-near-zero"])
def test_the_measurement_equals_a_float64_computation(arm, solver):
    asked = task(arm, 5, solver=solver)
    found = measured(asked)[asked.key]
    data = load_gas_sensor(gas=1, scaling="z-score", stand_in=True, dtype="float64")
    w, factors = start(5, asked.settings["depth"], 128, 0.01, "identity" in arm)
    losses = []
    for _ in range(61):
        residual = data.x @ (w * np.prod(factors)) - data.y
        losses.append(np.mean(residual**2) / 2)
        along, scale = data.x.T @ residual / len(data.y), np.prod(factors)
        own = along @ w * np.array([np.prod(np.delete(factors, j)) for j in range(len(factors))])
        w, factors = w - 1e-3 * scale * along, factors - 1e-3 * own
    metrics = found["metrics"]
    for name, at in {"loss-0": 0, "loss-1": 1, "loss-10": 6, "loss-100": 60}.items():
        assert metrics[name] == pytest.approx(losses[at], rel=1e-10)
    expected = iterations_to(range(61), losses, 0.9 * losses[0])
    assert metrics["moved"] == (expected is not None) == ("identity" in arm)
    assert metrics["iterations-to-90"] == (None if expected is None else pytest.approx(expected, rel=1e-2))
    assert found["curves"]["loss"]["iteration"][-1] == 60 and found["tables"] == {}


def test_a_solver_is_named_in_the_record_and_all_else_in_the_key():
    base = task("n4-identity")
    assert base.asked["solver"] == "mxnet-batched-descent" and "solver" not in base.settings
    assert task("n4-identity", solver="eigenbasis").asked["solver"] == "eigenbasis"
    others = [{"rate": 1e-2}, {"loss": "4"}, {"scaling": "min-max"}, {"start_sd": 0.1}, {"precision": "float32"}]
    keys = {base.key} | {task("n4-identity", **other).key for other in [*others, {"solver": "eigenbasis"}]}
    assert len(keys | {task(arm.id).key for arm in EXPERIMENT.arms}) == 2 + len(others) + 3


@pytest.mark.parametrize("solver", ["mxnet", "eigenbasis"])
def test_a_record_does_not_depend_on_its_batch(solver):
    alone = measured(task("n4-identity", 1, solver=solver))
    together = measured(*(task("n4-identity", seed, solver=solver) for seed in (0, 1, 2)))
    key = task("n4-identity", 1, solver=solver).key
    assert json.dumps(alone[key], sort_keys=True) == json.dumps(together[key], sort_keys=True)


def test_a_run_that_blows_up_is_a_result_with_the_curve_so_far():
    asked = task("n8-identity", loss="4", rate=1.0)
    found = measured(asked)[asked.key]
    assert found["diverged"] and set(found["metrics"].values()) == {None}
    assert found["curves"]["loss"]["iteration"][0] == 0 and found["curves"]["loss"]["iteration"][-1] < 60


def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path):
    asked = task("n4-identity", 3)
    whole = measured(asked)

    with pytest.raises(Stop):
        measured(asked, unfinished=Stopping(tmp_path, "s" * 64, 0.0))
    resumed = measured(asked, unfinished=Unfinished(tmp_path, "s" * 64))
    assert json.dumps(resumed, sort_keys=True) == json.dumps(whole, sort_keys=True)


def test_the_first_losses_come_again():
    asked = task("n8-identity", 2)
    assert EXPERIMENT.first_losses(asked) == measured(asked)[asked.key]["first_losses"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"loss": "4", "solver": "eigenbasis"}, "solver = eigenbasis does not go with loss = 4"),
        ({"precision": "float32", "solver": "eigenbasis"}, "does not go with precision = float32"),
        ({"rate": "0"}, "rate"),
        ({"start_sd": "-1"}, "start_sd"),
        ({"loss": "3"}, "loss"),
        ({"iterations": "0"}, "iterations"),
        ({"scaling": "zscore"}, "Did you mean 'z-score'"),
    ],
)
def test_bad_input_is_refused(given, said):
    with pytest.raises(UsageError, match=said):
        task("n4-identity", **given)
