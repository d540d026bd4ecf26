"""The experiment depth-lp: keys that depend on what matters only, records independent of their batch, and numbers."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.overparameterization.ethanol import iterations_to, start
from claimbook.record.unfinished import Unfinished

EXPERIMENT = experiment_named("overparameterization/depth-lp")
TINY = {"search_iterations": 60, "final_iterations": 120}


def task(arm: str, seed: int = 0, stand_in: bool = True, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {**TINY, **overrides}), arm, seed, stand_in)


def measured(*tasks):
    return {
        task.key: dataclasses.asdict(found)
        for task, found in EXPERIMENT.measure(tasks, lambda done, total: None, Unfinished())
    }


def test_a_parameter_of_the_other_loss_keeps_the_key():
    assert task("n2-l2").key == task("n2-l2", rates_l4="0.1,0.2").key
    assert task("n2-l2").key != task("n2-l2", rates_l2="0.1,0.2").key
    assert task("n2-l4").key == task("n2-l4", scaling="z-score").key
    assert task("n2-l4").key != task("n2-l4", scaling="min-max").key


def test_every_other_difference_changes_the_key():
    base = task("n2-l2")
    others = [task("n3-l2"), task("n2-l4"), task("n2-l2", 1), task("n2-l2", stand_in=False)]
    others += [task("n2-l2", precision="float64"), task("n2-l2", final_iterations=121)]
    keys = {base.key, *(other.key for other in others)}
    assert len(keys) == 1 + len(others)


def test_networks_of_one_seed_share_their_first_matrices():
    w1, none = start(3, 1, 128)
    w3, factors = start(3, 3, 128)
    assert np.array_equal(w1, w3) and none.shape == (0,) and factors.shape == (2,)
    assert np.array_equal(start(3, 2, 128)[1], factors[:1])
    assert not np.array_equal(start(4, 1, 128)[0], w1)
    assert np.std(np.concatenate([start(seed, 1, 128)[0] for seed in range(50)])) == pytest.approx(0.01, rel=0.05)


@pytest.mark.parametrize("arm", ["n1-l2", "n3-l4"])
def test_a_record_does_not_depend_on_its_batch(arm):
    alone = measured(task(arm, 1))
    together = measured(*(task(arm, seed) for seed in (0, 1, 2)))
    key = task(arm, 1).key
    assert json.dumps(alone[key], sort_keys=True) == json.dumps(together[key], sort_keys=True)


@pytest.mark.parametrize(("arm", "p", "scaling"), [("n2-l2", 2, "min-max"), ("n2-l4", 4, "z-score")])
def test_the_measurement_equals_a_float64_computation(arm, p, scaling):
    """Every rate by hand in NumPy: the same rate wins, with the same losses.

    The l2 grid stays below the edge of stability, where the last bits of the sums decide the path.
    """
    asked = task(arm, 5, precision="float64", rates_l2="1e-3,1e-2,5e-2")
    found = measured(asked)[asked.key]
    data = load_gas_sensor(gas=1, scaling=scaling, stand_in=True, dtype="float64")
    ends, after_search = {}, {}
    for rate in asked.settings["rates"]:
        w, factors = start(5, 2, 128)
        losses = []
        with np.errstate(all="ignore"):
            for _ in range(TINY["final_iterations"] + 1):
                residual = data.x @ (w * factors[0]) - data.y
                losses.append(np.mean(residual**p) / p)
                gradient = data.x.T @ residual ** (p - 1) / len(data.y)
                w, factors = w - rate * factors[0] * gradient, factors - rate * (gradient @ w)
        if np.isfinite(losses).all():
            after_search[rate], ends[rate] = losses[TINY["search_iterations"]], losses
    best = min(after_search, key=after_search.get)
    assert found["metrics"]["best-rate"] == best
    for percent in (1, 10, 50, 100):
        expected = ends[best][max(1, round(TINY["final_iterations"] * percent / 100))]
        assert found["metrics"][f"loss-{percent}"] == pytest.approx(expected, rel=1e-6)
    table = {row["rate"]: row["loss_after_search"] for row in found["tables"]["rates"]}
    assert table[best] == pytest.approx(after_search[best], rel=1e-6)


def test_a_run_without_a_surviving_rate_is_a_result():
    asked = task("n1-l4", rates_l4="50,100")
    found = measured(asked)[asked.key]
    assert found["diverged"] and found["metrics"]["rates-discarded"] == 2 and found["metrics"]["loss-100"] is None
    assert all(row["diverged_by"] is not None and not row["chosen"] for row in found["tables"]["rates"])


def test_first_losses_are_the_records_own():
    asked = task("n3-l2", 2)
    assert EXPERIMENT.first_losses(asked) == measured(asked)[asked.key]["first_losses"]
    assert len(EXPERIMENT.first_losses(asked)) == 20


def test_search_longer_than_the_final_run_is_refused():
    with pytest.raises(UsageError, match="search_iterations = 130 is more than final_iterations = 120"):
        task("n1-l2", search_iterations=130)


@pytest.mark.parametrize(
    ("threshold", "expected"), [(8.0, 0.0), (4.0, 1.0), (1.0, 4.0), (2.0, 2.0), (0.5, 8.0), (0.1, None)]
)
def test_iterations_to_a_threshold_by_hand(threshold, expected):
    """The loss is 4/t at t = 1, 4, 8: a power law, so interpolation between observations is exact."""
    assert iterations_to([0, 1, 4, 8], [8.0, 4.0, 1.0, 0.5], threshold) == (
        None if expected is None else pytest.approx(expected)
    )


def test_batches_hold_one_arm_each():
    tasks = [task(arm, seed) for seed in (0, 1) for arm in ("n1-l2", "n2-l4")]
    batches = EXPERIMENT.batches(tasks)
    assert sorted(len(batch) for batch in batches) == [2, 2]
    assert all(len({one.arm for one in batch}) == 1 for batch in batches)


def test_the_paper_preset_is_as_printed():
    """Slides, Experiment 2 code: the grid, 300,000 and 700,000 iterations."""
    parameters = EXPERIMENT.parameters("paper")
    assert (parameters.search_iterations, parameters.final_iterations) == (300_000, 700_000)
    assert parameters.rates_l2 == (0.00001, 0.00005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5)
    assert set(parameters.rates_l2) <= set(parameters.rates_l4)
    assert EXPERIMENT.preset("paper").seeds == 5


def test_the_eigenbasis_is_named_for_the_l2_arms_and_leaves_the_others_as_they_are():
    """It computes in float64 whatever the precision of the l4 arms; without it nothing of it stands in the key."""
    plain, fast = task("n2-l2"), task("n2-l2", solver="eigenbasis")
    assert "solver" not in plain.settings and plain.asked["solver"] == "mxnet-batched-descent"
    assert fast.asked["solver"] == "eigenbasis" and fast.settings["precision"] == "float64"
    assert fast.key == task("n2-l2", solver="eigenbasis", precision="float64").key != plain.key
    assert plain.key == task("n2-l2", solver="mxnet").key
    assert task("n2-l4", solver="eigenbasis").key == task("n2-l4").key
    with pytest.raises(UsageError, match="eigenbasis"):
        task("n2-l2", solver="eigen")


def test_the_eigenbasis_measures_what_mxnet_does_in_float64():
    rates = {"rates_l2": "1e-3,1e-2,5e-2,50"}
    fast, plain = task("n3-l2", 1, solver="eigenbasis", **rates), task("n3-l2", 1, precision="float64", **rates)
    one, other = measured(fast)[fast.key], measured(plain)[plain.key]
    for name, value in other["metrics"].items():
        assert one["metrics"][name] == (None if value is None else pytest.approx(value, rel=1e-9))
    assert one["curves"]["loss"]["loss"] == pytest.approx(other["curves"]["loss"]["loss"], rel=1e-10)
    assert one["tables"]["rates"][-1]["diverged_by"] is not None
    assert EXPERIMENT.first_losses(fast) == one["first_losses"]
    assert fast.experiment.cost(fast.settings, 5) < plain.experiment.cost(plain.settings, 5) + 4
