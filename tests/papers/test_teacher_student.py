"""The experiment teacher-student: its numbers, the spec's reference numbers, stops, company, and what it refuses."""

from __future__ import annotations

import dataclasses
import functools
import json

import numpy as np
import pytest
from papers.stopping import Stop, StoppingAtSecond

from claimbook.errors import UsageError
from claimbook.models import theory_net
from claimbook.papers.identity_mapping.lessons import examples, matrix, pupil
from claimbook.papers.identity_mapping.teacher_student import TeacherStudent
from claimbook.record.unfinished import Unfinished
from claimbook.train.teacher_student import order

EXPERIMENT = TeacherStudent()
SHORT = {"epochs": 3, "examples": 600, "d": 5}


def task(arm: str, seed: int = 0, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {**SHORT, **overrides}), arm, seed, True)


def measured(*tasks, unfinished=None):
    found = EXPERIMENT.measure(tasks, lambda done, total: None, unfinished or Unfinished())
    return {own.key: dataclasses.asdict(measurement) for own, measurement in found}


@pytest.mark.parametrize("arm", ["identity-bounded", "plain-unbounded", "plain-bounded-zero"])
def test_the_measurement_equals_a_float64_loop(arm):
    asked = task(arm, 4)
    found = measured(asked)[asked.key]
    identity = asked.settings["identity"]
    teacher = matrix(4, "teacher", 5, 0.5 if asked.settings["bounded"] else None)
    w = np.zeros((5, 5)) if "zero" in arm else matrix(4, "start", 5, 0.5)
    x, fresh = examples(4, "examples", 600, 5), examples(4, "fresh", 600, 5)
    losses, distances, first = [], [], []
    for at in range(19):
        first.append(float(theory_net.loss(w[None], teacher[None], fresh, identity)[0]))
        if at % 6 == 0:
            losses.append(first[-1])
            distances.append(np.linalg.norm(w - teacher))
        own = order(4, 600, at // 6)[100 * (at % 6) :][:100]
        w = w - 0.1 * theory_net.loss_gradient(w[None], teacher[None], x[own], identity)[0]
    np.testing.assert_allclose(found["curves"]["loss"]["loss"], losses, rtol=1e-9)
    np.testing.assert_allclose(found["curves"]["frobenius-distance"]["frobenius-distance"], distances, rtol=1e-9)
    np.testing.assert_allclose(found["first_losses"], first[:18], rtol=1e-9)
    assert found["metrics"]["loss-ratio"] == pytest.approx(losses[-1] / losses[0])
    assert found["metrics"]["distance-ratio"] == pytest.approx(distances[-1] / distances[0])
    assert not found["diverged"] and found["curves"]["loss"]["epoch"] == [0, 1, 2, 3]
    assert EXPERIMENT.first_losses(asked) == found["first_losses"]


# Medians of five seeds of another implementation, with other random numbers: loss and Frobenius distance at the end.
REFERENCE = {
    "identity-bounded": (9.6e-6, 0.016),
    "plain-bounded": (0.0043, 1.24),
    "identity-unbounded": (0.60, 11.3),
    "plain-unbounded": (0.39, 13.6),
    "identity-bounded-zero": (6.6e-6, 0.012),
    "plain-bounded-zero": (0.38, None),
}


@functools.cache
def median(arm: str, metric: str) -> float:
    tasks = [EXPERIMENT.task(EXPERIMENT.parameters("paper"), arm, seed, True) for seed in range(5)]
    return float(np.median([found["metrics"][metric] for found in measured(*tasks).values()]))


@pytest.mark.parametrize("arm", REFERENCE)
def test_the_reference_numbers_come_again(arm):
    """Five seeds of others scatter: a factor 3 for a loss, 1.5 for a distance, where the arms are decades apart."""
    loss, distance = REFERENCE[arm]
    assert loss / 3 < median(arm, "loss-end") < 3 * loss
    if distance:
        assert distance / 1.5 < median(arm, "frobenius-distance-end") < 1.5 * distance


def test_arms_of_a_seed_share_what_they_can():
    one, plain, wild = (pupil(task(arm, 2)) for arm in ("identity-bounded", "plain-bounded", "identity-unbounded"))
    assert np.array_equal(one.x, plain.x) and np.array_equal(one.fresh_x, wild.fresh_x)
    assert np.array_equal(one.neurons - np.eye(5), one.weights) and np.allclose(one.weights, plain.weights, atol=1e-15)
    assert np.linalg.norm(plain.teacher, 2) == pytest.approx(0.5) == np.linalg.norm(wild.weights, 2)
    wild_w, own_w = wild.teacher - np.eye(5), one.teacher - np.eye(5)
    np.testing.assert_allclose(wild_w / np.linalg.norm(wild_w, 2), own_w / 0.5, atol=1e-12)
    assert np.array_equal(pupil(task("identity-bounded-zero", 2)).neurons, np.eye(5))


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_record_does_not_depend_on_its_batch(precision):
    tasks = [task("identity-bounded", seed, precision=precision) for seed in range(10)]
    together, alone = measured(*tasks), measured(tasks[9])
    assert json.dumps(alone[tasks[9].key], sort_keys=True) == json.dumps(together[tasks[9].key], sort_keys=True)


def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path):
    tasks = [task("identity-bounded", seed) for seed in (0, 1)]
    whole = measured(*tasks)
    with pytest.raises(Stop):
        measured(tasks[0], unfinished=StoppingAtSecond(tmp_path, "s" * 64, 0.0))
    resumed = measured(*tasks, unfinished=Unfinished(tmp_path, "s" * 64))  # the other begins anew
    assert json.dumps(resumed, sort_keys=True) == json.dumps(whole, sort_keys=True)


def test_a_run_that_blows_up_is_a_result_with_the_curves_so_far():
    asked = task("identity-bounded", rate=100.0, epochs=12)
    found = measured(asked)[asked.key]
    assert found["diverged"] and set(found["metrics"].values()) == {None}
    assert 1 <= len(found["curves"]["loss"]["loss"]) < 12 and np.isfinite(found["curves"]["loss"]["loss"]).all()


def test_the_key_holds_what_touches_the_run_and_nothing_else():
    base = task("identity-bounded")
    others = [{"rate": 0.2}, {"norm": 0.2}, {"batch": 50}, {"slope": 0.1}, {"precision": "float32"}, {"d": 6}]
    keys = {base.key, *(task("identity-bounded", **other).key for other in [*others, {"activation": "relu"}])}
    assert len(keys) == 2 + len(others) and base.asked["data"]["stand_in"]
    assert task("identity-bounded", activation="tanh", slope=0.1).key == task("identity-bounded", activation="tanh").key


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"norm": -0.5}, "norm"),
        ({"d": 0}, "d = 0"),
        ({"batch": 601}, "more than examples = 600"),
        ({"batch": 0}, "batch"),
        ({"activation": "rely"}, "Did you mean 'relu'"),
        ({"slope": 1.5}, "slope"),
        ({"rate": 0}, "rate"),
        ({"precision": "float16"}, "float"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_runs(given, said):
    with pytest.raises(UsageError, match=said):
        task("identity-bounded", **given)
