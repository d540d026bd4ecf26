"""The experiment mnist-factored: keys, what is measured, runs that go on bit for bit, and what is refused."""

from __future__ import annotations

import dataclasses
import json

import pytest

from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.overparameterization.mnist_factored import steps_of
from claimbook.record.unfinished import Unfinished

EXPERIMENT = experiment_named("overparameterization/mnist-factored")
TINY = {"epochs": 2, "train_images": 80, "validation_images": 16, "batch": 8}  # 20 steps, observed every 2


def task(arm: str, seed: int = 0, stand_in: bool = True, preset: str = "paper", **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters(preset, {**TINY, **overrides}), arm, seed, stand_in)


def measured(*tasks, progress=lambda done, total: None, unfinished=None):
    found = EXPERIMENT.measure(tasks, progress, unfinished or Unfinished())
    return {task.key: json.dumps(dataclasses.asdict(measurement), sort_keys=True) for task, measurement in found}


def test_the_paper_preset_is_the_tutorials():
    parameters = EXPERIMENT.parameters("paper")
    assert (parameters.epochs, parameters.train_images, parameters.validation_images) == (10, 55_000, 5_000)
    assert (parameters.batch, parameters.learning_rate, parameters.dense_l2) == (64, 0.01, 5e-4)
    assert not parameters.regularise_added and EXPERIMENT.preset("paper").seeds == 5
    assert steps_of(EXPERIMENT.settings(parameters, EXPERIMENT.arm("plain"))) == 8_593


def test_what_does_not_touch_the_plain_net_keeps_its_key():
    assert task("plain").key == task("plain", regularise_added=True).key
    assert task("factored").key != task("factored", regularise_added=True).key
    keys = {task(arm.id).key for arm in EXPERIMENT.arms} | {task("plain", 1).key, task("plain", stand_in=False).key}
    keys |= {task("plain", dense_l2=0).key, task("plain", epochs=3).key, task("plain", validation_images=33).key}
    assert len(keys) == 8


class Stopped(Exception):
    pass


class DueAt(Unfinished):
    """It is time to save only once, the `number`-th time that anyone asks."""

    def __init__(self, number, root):
        super().__init__(root, "source")
        self.number, self.asked = number, 0

    def due(self):
        self.asked += 1
        return self.asked == self.number


def test_a_stopped_run_goes_on_bit_for_bit_whatever_it_stands_beside(tmp_path):
    """Kept after 14 steps, in the second epoch and so after a change of the rate, and stopped three steps later; gone
    on with after another run in the same process."""
    asked, other, at = task("factored-equal-variance", 1), task("plain", 2), 14
    whole = measured(asked)[asked.key]

    def progress(done, total):
        if done == at + 3:
            raise Stopped

    with pytest.raises(Stopped):
        measured(asked, progress=progress, unfinished=DueAt(at // 2, tmp_path))
    steps, kept = [], Unfinished(tmp_path, "source")
    assert kept.load(asked.key)["at"] == at
    again = measured(other, asked, progress=lambda done, total: steps.append((done, total)), unfinished=kept)
    assert again[asked.key] == whole
    assert steps == [(done, 40) for done in [*range(1, 21), *range(21 + at, 41)]]
    found = json.loads(whole)
    assert found["first_losses"] == EXPERIMENT.first_losses(asked) and len(found["first_losses"]) == 20


def test_what_is_measured():
    asked = task("factored", 0, regularise_added=True)
    found = json.loads(measured(asked)[asked.key])
    metrics, curve, errors = found["metrics"], found["curves"]["loss"], found["curves"]["error"]
    assert set(metrics) == {metric.name for metric in EXPERIMENT.metrics} and not found["diverged"]
    assert curve["iteration"] == list(range(2, 21, 2)) and errors["iteration"] == [10, 20]
    assert metrics["train-loss"] == pytest.approx(sum(curve["loss"][5:]) / 5)
    assert metrics["train-loss-first-half"] == pytest.approx(sum(curve["loss"][:5]) / 5)
    assert metrics["train-loss-first-tenth"] == curve["loss"][0]
    assert metrics["train-loss-with-l2"] - metrics["train-loss"] == pytest.approx(sum(curve["l2"][5:]) / 5)
    assert metrics["validation-error"] == errors["error"][-1] and 0 <= metrics["test-error"] <= 100
    assert curve["loss"][0] == pytest.approx(sum(found["first_losses"][:2]) / 2)
    assert curve["minibatch"] == found["first_losses"][1::2]
    # Half the factor times the squares: the matrices' sizes times their variance, and the biases 0.1.
    squares = 0.0077372 * (3136 * 512 + 512 * 10 + 512 * 512 + 10 * 10) + 0.01 * 522
    assert curve["l2"][0] == pytest.approx(5e-4 * squares / 2, rel=0.005)


def test_the_stand_in_serves_any_number_of_images():
    """It has 2,048; they are repeated, so that the presets run where the real data lack."""
    first = EXPERIMENT.first_losses(task("plain", validation_images=2_040, train_images=176, epochs=1))
    assert len(first) == 20 and all(loss > 0 for loss in first)


def test_a_run_that_blows_up_is_a_result():
    asked = task("plain", learning_rate=100.0)
    found = json.loads(measured(asked)[asked.key])
    assert found["diverged"] and found["metrics"]["train-loss"] is None and found["metrics"]["test-error"] is None
    assert found["metrics"]["start-sd-hidden"] == pytest.approx(0.088, rel=0.01)


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"learning_rate": 0}, "learning_rate = 0.0 is out of range"),
        ({"dense_l2": -1}, "dense_l2 = -1.0 is out of range"),
        ({"epochs": 0}, "epochs = 0 is out of range"),
        ({"batch": 80}, "batch = 80 is not less than train_images = 80"),
        ({"train_images": 59_000, "validation_images": 1_001}, "make 60,001 images, and MNIST has 60,000 for training"),
        ({"regularise_added": "maybe"}, "not of the right type"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(overrides, says):
    with pytest.raises(UsageError, match=says):
        task("plain", **overrides)
