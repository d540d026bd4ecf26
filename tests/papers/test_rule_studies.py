"""The experiments on optimizers: grids, keys, records independent of their batch, and numbers."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from papers.stopping import Stop, Stopping

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.overparameterization.ethanol import RATES_3, iterations_to, start
from claimbook.record.unfinished import Unfinished

NAMES = ("versus-adaptive", "with-adam", "momentum")


def task(name: str, arm: str, seed: int = 0, **overrides):
    experiment = experiment_named(f"overparameterization/{name}")
    return experiment.task(experiment.parameters("paper", {"iterations": 60, **overrides}), arm, seed, True)


def measured(*tasks, unfinished=None):
    experiment = tasks[0].experiment
    found = experiment.measure(tasks, lambda done, total: None, unfinished or Unfinished())
    return {task.key: dataclasses.asdict(measurement) for task, measurement in found}


def test_each_arm_has_the_rates_that_were_asked_for():
    def rates(arm, **given):
        return task("versus-adaptive", arm, **given).settings["rates"]

    assert rates("adagrad-n1") == list(RATES_3)
    assert [rates(arm, choice="slides") for arm in ("gd-n3", "adagrad-n1", "adadelta-n1")] == [[1e-4], [0.01], [5e-4]]
    assert rates("adadelta-natural") == rates("adadelta-natural", choice="slides", rates="0.1,0.2") == [1.0]
    assert task("with-adam", "adam-n2").settings["rates"] == [5e-4]


def test_what_matters_is_in_the_key_and_nothing_else():
    base = task("versus-adaptive", "gd-n3", choice="slides")
    assert base.key == task("versus-adaptive", "gd-n3", choice="slides", rates="0.1,0.2").key
    others = [{"biases": True}, {"loss": "2"}, {"scaling": "min-max"}, {"precision": "float64"}, {"choice": "grid"}]
    keys = {base.key} | {task("versus-adaptive", "gd-n3", **{"choice": "slides", **other}).key for other in others}
    assert len(keys) == 1 + len(others)


@pytest.mark.parametrize(("name", "arm"), [("with-adam", "adam-n3"), ("momentum", "nesterov-n2")])
def test_a_record_does_not_depend_on_its_batch(name, arm):
    alone = measured(task(name, arm, 1, rates="1e-3,2e-3"))
    together = measured(*(task(name, arm, seed, rates="1e-3,2e-3") for seed in (0, 1, 2)))
    key = task(name, arm, 1, rates="1e-3,2e-3").key
    assert json.dumps(alone[key], sort_keys=True) == json.dumps(together[key], sort_keys=True)


def test_the_measurement_equals_a_float64_computation():
    """AdaGrad by hand in NumPy on a single layer: the same rate wins, with the same losses."""
    asked = task("versus-adaptive", "adagrad-n1", 5, precision="float64", rates="1e-3,1e-2,5e-2")
    found = measured(asked)[asked.key]
    data = load_gas_sensor(gas=1, scaling="z-score", stand_in=True, dtype="float64")
    paths = {}
    for rate in (1e-3, 1e-2, 5e-2):
        w, squares, losses = start(5, 1, 128)[0], np.zeros(128), []
        for _ in range(61):
            residual = data.x @ w - data.y
            losses.append(np.mean(residual**4) / 4)
            gradient = data.x.T @ residual**3 / len(data.y)
            squares = squares + gradient**2
            w = w - rate * gradient / (np.sqrt(squares) + 1e-7)
        paths[rate] = losses
    best = min(paths, key=lambda rate: paths[rate][60])
    metrics = found["metrics"]
    assert metrics["best-rate"] == best and metrics["rates-discarded"] == 0
    assert metrics["loss-100"] == pytest.approx(paths[best][60], rel=1e-9)
    assert metrics["loss-10"] == pytest.approx(paths[best][6], rel=1e-9)
    tenth = {rate: iterations_to(range(61), losses, losses[0] / 10) for rate, losses in paths.items()}
    reached = {rate: at for rate, at in tenth.items() if at is not None}
    assert reached and metrics["fastest-rate"] == min(reached, key=reached.__getitem__)
    assert metrics["iterations-to-tenth"] == pytest.approx(min(reached.values()), rel=1e-2)


def test_a_rate_that_blows_up_is_discarded_and_a_run_without_any_is_diverged():
    some = task("momentum", "gd-n1", rates="1e-3,100")
    found = measured(some)[some.key]
    assert found["metrics"]["rates-discarded"] == 1 and found["metrics"]["best-rate"] == 1e-3
    assert [row["chosen"] for row in found["tables"]["rates"]] == [True, False] and not found["diverged"]
    none = task("momentum", "gd-n1", rates="100")
    found = measured(none)[none.key]
    assert found["diverged"] and found["metrics"]["loss-100"] is None and found["metrics"]["rates-discarded"] == 1


def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path):
    asked = task("versus-adaptive", "adadelta-n1", 3, rates="0.01,0.05", biases=True)
    whole = measured(asked)

    with pytest.raises(Stop):
        measured(asked, unfinished=Stopping(tmp_path, "s" * 64, 0.0))
    kept = Unfinished(tmp_path, "s" * 64)
    assert kept.load(asked.key)[0]["at"] >= 20
    resumed = measured(asked, unfinished=kept)
    assert json.dumps(resumed, sort_keys=True) == json.dumps(whole, sort_keys=True)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_losses_come_again(name):
    arm = experiment_named(f"overparameterization/{name}").arms[-1].id
    asked = task(name, arm, 2)
    assert asked.experiment.first_losses(asked) == measured(asked)[asked.key]["first_losses"]


@pytest.mark.parametrize(
    "given",
    [
        {"rates": "0"},
        {"rates": "-0.1"},
        {"loss": "3"},
        {"iterations": "0"},
        {"scaling": "zscore"},
        {"precision": "half"},
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_bad_input_is_refused(name, given):
    with pytest.raises(UsageError) as caught:
        task(name, experiment_named(f"overparameterization/{name}").arms[0].id, **given)
    assert next(iter(given)) in str(caught.value)


def test_the_level_is_the_same_for_all_depths():
    """A tenth of the loss of predicting 0, not of the first loss, which differs: the same seed, two depths."""
    data = load_gas_sensor(gas=1, scaling="z-score", stand_in=True, dtype="float64")
    level = np.mean(data.y**4) / 4 / 10
    found = {}
    for arm in ("nesterov-n1", "nesterov-n2"):
        asked = task("momentum", arm, 3, rates="2e-3,4e-3", iterations=3000)
        found[arm] = measured(asked)[asked.key]
    firsts = {arm: own["first_losses"][0] for arm, own in found.items()}
    assert firsts["nesterov-n1"] != pytest.approx(firsts["nesterov-n2"], rel=1e-3)
    for own in found.values():
        assert own["data"]["loss_of_zero"] == pytest.approx(10 * level)
        metrics, curve = own["metrics"], own["curves"]["loss"]
        if metrics["level-rate"] == metrics["best-rate"]:
            expected = iterations_to(curve["iteration"], curve["loss"], level)
            assert metrics["iterations-to-level"] == expected and expected is not None
    assert any(own["metrics"]["level-rate"] == own["metrics"]["best-rate"] for own in found.values())
