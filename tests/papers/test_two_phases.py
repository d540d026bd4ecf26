"""The experiment two-phases: its metrics by hand, its path against NumPy, stops, and what it refuses."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.models import theory_net
from claimbook.papers.identity_mapping import two_phases
from claimbook.papers.identity_mapping.lessons import activation_of, examples, matrix
from claimbook.papers.identity_mapping.phases import kept_steps, phase_metrics
from claimbook.papers.identity_mapping.two_phases import TwoPhases
from claimbook.record.unfinished import Unfinished
from claimbook.train.teacher_student import order

EXPERIMENT = TwoPhases()
SHORT = {"steps": 24, "examples": 400, "d": 5}


def task(arm: str, seed: int = 0, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {**SHORT, **overrides}), arm, seed, True)


def measured(*tasks, unfinished=None):
    found = EXPERIMENT.measure(tasks, lambda done, total: None, unfinished or Unfinished())
    return {own.key: dataclasses.asdict(measurement) for own, measurement in found}


def curves(potential, distance=None, norm=None, ratio=None):
    count = len(potential)
    own = {"potential": potential, "distance": distance or [count - i for i in range(count)]}
    return own | {"norm": norm or [1.0] * count, "inner-ratio": ratio or [1.0] * count}


def test_the_phases_of_a_path_by_hand():
    path = curves(
        [-8.0, -4.0, 5.0, 0.5, -2.0, 0.2, 0.1],
        distance=[9.0, 8.0, 7.0, 6.0, 6.5, 5.0, 4.0],
        norm=[1.0, 3.0, 2.0, 0.5, 9.0, 1.0, 1.0],
        ratio=[-1.0, 2.0, 3.0, 0.7, 0.4, 0.6, 0.9],
    )
    found = phase_metrics(path, small=1.0, near=0.0)
    assert found["phase-two-begins"] == 3 and found["returns"] == 1 and found["norm-max-phase-one"] == 3
    assert found["potential-falls"] == pytest.approx(2 / 3)  # 8 to 4 to 5 to 0.5
    assert found["potential-falls-later"] == pytest.approx(2 / 3) == found["closer-steps"]
    assert (found["inner-ratio-min"], found["inner-ratio-min-phase-one"]) == (0.4, -1.0)
    assert (found["potential-start"], found["potential-end"], found["distance-end"]) == (8.0, 0.1, 4.0)


def test_a_path_without_a_second_phase_and_one_without_a_first():
    never = phase_metrics(curves([5.0, 4.0, 3.0], ratio=[3.0, 2.0, -1.0]), small=1.0, near=0.0)
    assert never["phase-two-begins"] is None and never["returns"] is None and never["closer-steps"] is None
    assert (
        never["potential-falls"] == 1 and never["inner-ratio-min-phase-one"] == -1 and never["inner-ratio-min"] is None
    )
    at_once = phase_metrics(curves([0.5, 4.0, 0.2]), small=1.0, near=0.0)
    assert at_once["phase-two-begins"] == 0 and at_once["potential-falls"] is None and at_once["returns"] == 1
    assert at_once["inner-ratio-min-phase-one"] is None and at_once["closer-steps"] == 1


def test_what_is_nearer_than_rounding_is_not_looked_at():
    path = curves([0.0] * 4, distance=[2.0, 1.0, 1e-17, 2e-17], ratio=[1.0, 0.5, -9.0, float("nan")])
    found = phase_metrics(path, small=1.0, near=1e-12)
    assert found["inner-ratio-min"] == 0.5 and found["closer-steps"] == 1


@pytest.mark.parametrize("arm", ["prelu", "tanh"])
def test_the_path_equals_a_float64_loop(arm):
    asked = task(arm, 3)
    found = measured(asked)[asked.key]["curves"]
    teacher, w = matrix(3, "teacher", 5, 0.5), matrix(3, "start", 5, 0.5)
    x, eye = examples(3, "examples", 400, 5), np.eye(5)
    for at in range(25):
        whole = theory_net.loss_gradient(w[None], teacher[None], x, True, arm)[0]
        way = teacher - w
        seen = {
            "potential": sum(np.linalg.norm(eye[i] + teacher[i]) - np.linalg.norm(eye[i] + w[i]) for i in range(5)),
            "distance": np.linalg.norm(way),
            "norm": np.linalg.svd(w)[1][0],
            "inner-ratio": np.sum(-whole * way) / np.sum(way**2),
        }
        for name, value in seen.items():
            assert found[name][name][at] == pytest.approx(value, rel=1e-8, abs=1e-12)
        own = order(3, 400, at // 4)[100 * (at % 4) :][:100]
        w = w - 0.1 * theory_net.loss_gradient(w[None], teacher[None], x[own], True, arm)[0]


def test_a_record_keeps_the_first_steps_and_some_of_the_later():
    assert kept_steps(40, 40) == list(range(41)) and kept_steps(51, 51) == list(range(52))
    kept = kept_steps(500, 500)
    assert kept[:51] == list(range(51)) and kept[-1] == 500 and set(np.diff(kept[50:])) == {5}
    assert kept_steps(173, 500) == [at for at in kept if at < 173] + [173]  # a run that blew up: the same, and its last
    assert kept_steps(-1, 500) == [] and len(kept_steps(10**6, 10**6)) < 160 and kept_steps(507, 507)[-2:] == [505, 507]


def test_the_metrics_are_of_every_step_and_the_curves_of_fewer(monkeypatch):
    asked = task("prelu", 1, steps=257, small=0.01)
    found = measured(asked)[asked.key]
    monkeypatch.setattr(two_phases, "kept_steps", lambda seen, steps: list(range(seen + 1)))
    every = measured(asked)[asked.key]
    kept = kept_steps(257, 257)
    for name, curve in found["curves"].items():
        assert curve["step"] == kept and len(kept) < 200
        assert curve[name] == [every["curves"][name][name][at] for at in kept]
    whole = phase_metrics({name: curve[name] for name, curve in every["curves"].items()}, 0.01, 0.0)
    thin = phase_metrics({name: curve[name] for name, curve in found["curves"].items()}, 0.01, 0.0)
    assert found["metrics"] == every["metrics"] == whole != thin


def test_a_record_depends_neither_on_its_batch_nor_on_a_stop(tmp_path):
    tasks = [task("softplus", seed) for seed in range(3)]
    whole = measured(*tasks)

    class Stopping(Unfinished):
        def save(self, states):
            super().save(states)
            if len(next(iter(states.values()))["seen"]["norm"]) == 9:
                raise InterruptedError

    with pytest.raises(InterruptedError):
        measured(tasks[1], unfinished=Stopping(tmp_path, "s" * 64, 0.0))
    resumed = measured(*tasks, unfinished=Unfinished(tmp_path, "s" * 64))
    assert json.dumps(resumed, sort_keys=True) == json.dumps(whole, sort_keys=True)
    assert EXPERIMENT.first_losses(tasks[2]) == whole[tasks[2].key]["first_losses"]


def test_a_run_that_blows_up_is_a_result():
    asked = task("prelu", rate=100.0)
    found = measured(asked)[asked.key]
    assert found["diverged"] and set(found["metrics"].values()) == {None}
    assert np.isfinite(found["curves"]["inner-ratio"]["inner-ratio"]).all()


@pytest.mark.parametrize("given", [{"norm": -1}, {"d": 0}, {"batch": 401}, {"steps": 0}, {"small": -1}], ids=str)
def test_bad_input_is_refused_before_anything_runs(given):
    with pytest.raises(UsageError, match=next(iter(given))):
        task("prelu", **given)


def test_each_arm_learns_with_its_own_activation():
    expected = {"prelu": ("prelu", 0.25), "leaky-relu": ("prelu", 0.01)}
    expected |= {name: (name, 0.0) for name in ("softplus", "tanh")}
    asked = {arm.id: task(arm.id) for arm in TwoPhases.arms}
    found = {arm: activation_of(one.settings) for arm, one in asked.items()}
    assert {arm: (one.name, one.slope) for arm, one in found.items()} == expected
    assert [arm for arm, one in asked.items() if "slope" in one.settings] == ["prelu"]
    first = {arm: one.experiment.first_losses(one)[0] for arm, one in asked.items()}
    assert len(set(first.values())) == len(first)
