"""The experiment deeper: its numbers against NumPy, what is found, stops, company, its key, and what it refuses."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from papers.stopping import Stop, StoppingAtSecond

from claimbook.book.shapes import layer_rows, network_of
from claimbook.errors import UsageError
from claimbook.models import theory_net
from claimbook.papers.identity_mapping import teacher_student
from claimbook.papers.identity_mapping.deeper import CURVES, NEAR, POINTS, Deeper
from claimbook.papers.identity_mapping.lessons import examples, matrix
from claimbook.record.unfinished import Unfinished
from claimbook.train.teacher_student import order

EXPERIMENT = Deeper()
SHORT = {"epochs": 3, "examples": 600, "d": 5}


def task(arm: str, seed: int = 0, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {**SHORT, **overrides}), arm, seed, True)


def measured(*tasks, unfinished=None):
    found = EXPERIMENT.measure(tasks, lambda done, total: None, unfinished or Unfinished())
    return {own.key: dataclasses.asdict(measurement) for own, measurement in found}


def output_and_pulls(v, x, linear):
    """y of two layers, and ∂y/∂z_1, ∂y/∂z_2 with the hidden layer."""
    z1 = x @ v[0].T
    s1 = np.ones_like(z1) if linear else np.where(z1 >= 0, 1, 0.25)
    z2 = (z1 * s1) @ v[1].T
    s2 = np.where(z2 >= 0, 1, 0.25)
    return (z2 * s2).sum(axis=1), (s2 @ v[1]) * s1, s2, z1 * s1


@pytest.mark.parametrize("arm", ["stacked-2", "stacked-2-zero", "linear-2"])
def test_the_measurement_equals_a_float64_loop(arm):
    asked, linear, eye = task(arm, 4), arm == "linear-2", np.eye(5)
    found = measured(asked)[asked.key]
    teacher = np.stack([eye + matrix(4, name, 5, 0.5) for name in ("teacher", "teacher/2")])
    v = np.stack([eye + (0 if "zero" in arm else matrix(4, name, 5, 0.5)) for name in ("start", "start/2")])
    x, fresh = examples(4, "examples", 600, 5), examples(4, "fresh", 600, 5)
    seen, first = {name: [] for name in ("loss", "distance", "product-distance")}, []
    for at in range(19):
        first.append(
            np.mean((output_and_pulls(v, fresh, linear)[0] - output_and_pulls(teacher, fresh, linear)[0]) ** 2)
        )
        if at % 6 == 0:
            seen["loss"].append(first[-1])
            seen["distance"].append(np.sqrt(((v - teacher) ** 2).sum()))
            seen["product-distance"].append(np.linalg.norm(v[1] @ v[0] - teacher[1] @ teacher[0]))
        own = x[order(4, 600, at // 6)[100 * (at % 6) :][:100]]
        y, pull1, pull2, hidden = output_and_pulls(v, own, linear)
        gap = 0.025 * 2 / 100 * (y - output_and_pulls(teacher, own, linear)[0])[:, None]
        v = v - np.stack([(gap * pull1).T @ own, (gap * pull2).T @ hidden])
    for name, values in seen.items():
        np.testing.assert_allclose(found["curves"][name][name], values, rtol=1e-9)
        assert found["metrics"][f"{name}-start"] == pytest.approx(values[0])
        assert found["metrics"][f"{name}-end"] == pytest.approx(values[-1])
    np.testing.assert_allclose(found["first_losses"], first[:18], rtol=1e-9)
    assert found["metrics"]["loss-ratio"] == pytest.approx(seen["loss"][-1] / seen["loss"][0])
    assert found["metrics"]["distance-ratio"] == pytest.approx(seen["distance"][-1] / seen["distance"][0])
    matched = found["curves"]["matched-distance"]["matched-distance"]
    assert (matched == found["curves"]["product-distance"]["product-distance"]) == linear
    assert not found["diverged"] and found["curves"]["loss"]["epoch"] == [0, 1, 2, 3]
    assert EXPERIMENT.first_losses(asked) == found["first_losses"]


def test_one_layer_is_the_student_of_teacher_student():
    other = teacher_student.TeacherStudent()
    same = other.task(other.parameters("paper", {**SHORT, "rate": 0.025}), "identity-bounded", 1, True)
    asked = task("stacked-1", 1)
    (_, expected), (_, found) = (
        next(iter(one.experiment.measure([one], lambda *_: None, Unfinished()))) for one in (same, asked)
    )
    assert found.curves["distance"]["distance"] == expected.curves["frobenius-distance"]["frobenius-distance"]
    np.testing.assert_allclose(found.first_losses, expected.first_losses, rtol=1e-12)
    start = theory_net.loss(
        matrix(1, "start", 5, 0.5)[None], matrix(1, "teacher", 5, 0.5)[None], examples(1, "fresh", 600, 5)
    )
    assert found.metrics["loss-start"] == pytest.approx(float(start[0]))


def test_one_layer_finds_the_weights_and_two_linear_layers_only_their_product():
    easy = {"d": 3, "epochs": 30, "rate": 0.1, "norm": 0.2, "batch": 20}
    one, line = (next(iter(measured(task(arm, **easy)).values()))["metrics"] for arm in ("stacked-1", "linear-2"))
    assert one["found"] == one["found-weights"] == 1 and one["distance-end"] == one["matched-distance-end"] < NEAR
    assert (line["found"], line["found-weights"]) == (1, 0)
    assert line["matched-distance-end"] == line["product-distance-end"] < NEAR < line["distance-end"]


@pytest.mark.parametrize(
    ("matched", "whole", "found"), [(0.02, 0.3, (0, 0)), (0.009, 0.3, (1, 0)), (0.001, 0.002, (1, 1))]
)
def test_found_is_near_in_what_the_outputs_decide(matched, whole, found):
    curves = {"loss": [2.0, 1e-6], "distance": [1.0, whole], "matched-distance": [1.0, matched]}
    own = EXPERIMENT.numbers(task("stacked-2"), None, curves | {"product-distance": [1.0, 5.0]})
    assert (own["found"], own["found-weights"]) == found and own["product-distance-end"] == 5.0
    assert set(own) == {metric.name for metric in EXPERIMENT.metrics}


def test_arms_of_a_seed_share_what_they_can():
    one, two, three, line = (
        EXPERIMENT.pupil(task(arm, 2)) for arm in ("stacked-1", "stacked-2-zero", "stacked-3", "linear-3")
    )
    assert np.array_equal(one.x, three.x) and np.array_equal(two.fresh_x, line.fresh_x)
    assert np.array_equal(three.teacher[:2], two.teacher) and np.array_equal(three.teacher[:1], one.teacher)
    assert np.array_equal(line.teacher, three.teacher) and np.array_equal(line.neurons, three.neurons)
    assert not np.array_equal(line.y, three.y) and np.array_equal(two.weights, np.zeros((2, 5, 5)))
    assert np.linalg.norm(three.teacher - np.eye(5), 2, axis=(1, 2)) == pytest.approx([0.5] * 3)
    assert not np.array_equal(three.teacher[0], three.teacher[1])


@pytest.mark.parametrize("arm", ["stacked-3", "linear-2"])
def test_a_record_does_not_depend_on_its_batch(arm):
    tasks = [task(arm, seed) for seed in range(10)]
    together, alone = measured(*tasks), measured(tasks[9])
    assert json.dumps(alone[tasks[9].key], sort_keys=True) == json.dumps(together[tasks[9].key], sort_keys=True)


def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path):
    tasks = [task("stacked-2", seed) for seed in (0, 1)]
    whole = measured(*tasks)
    with pytest.raises(Stop):
        measured(tasks[0], unfinished=StoppingAtSecond(tmp_path, "s" * 64, 0.0))
    resumed = measured(*tasks, unfinished=Unfinished(tmp_path, "s" * 64))  # the other begins anew
    assert json.dumps(resumed, sort_keys=True) == json.dumps(whole, sort_keys=True)


def test_a_run_that_blows_up_is_a_result_with_the_curves_so_far():
    asked = task("stacked-3", rate=20.0, epochs=6)
    found = measured(asked)[asked.key]
    assert found["diverged"] and set(found["metrics"].values()) == {None}
    for name in CURVES:
        values = found["curves"][name][name]
        assert 1 <= len(values) < 6 and np.isfinite(values).all() and found["curves"][name]["epoch"][0] == 0


def test_a_record_keeps_few_points_the_same_of_every_seed():
    assert EXPERIMENT.kept(3, 3) == [0, 1, 2, 3]
    kept = EXPERIMENT.kept(1_000, 1_000)
    assert len(kept) <= POINTS and kept[:6] == [0, 1, 2, 3, 4, 5] and kept[-1] == 1_000
    assert EXPERIMENT.kept(173, 1_000) == [at for at in kept if at < 173] + [173]  # one that blew up
    assert EXPERIMENT.kept(-1, 1_000) == [] and EXPERIMENT.kept(1, 1) == [0, 1]


def test_the_key_holds_what_touches_the_run_and_nothing_else():
    base = task("stacked-2")
    others = [{"rate": 0.2}, {"norm": 0.2}, {"batch": 50}, {"slope": 0.1}, {"d": 6}, {"epochs": 4}, {"examples": 500}]
    assert len({base.key, *(task("stacked-2", **other).key for other in others)}) == 1 + len(others)
    assert len({task(arm.id).key for arm in EXPERIMENT.arms}) == len(EXPERIMENT.arms) == 8
    assert base.asked["solver"] == "mxnet-stacked-students" and base.asked["data"]["stand_in"]


def test_every_arm_has_its_network():
    for arm in EXPERIMENT.arms:
        block, shape = network_of(EXPERIMENT, task(arm.id).settings)
        rows = layer_rows(block, shape)
        assert sum(row.parameters for row in rows) == 25 * arm.settings["layers"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"norm": -0.5}, "norm"),
        ({"d": 0}, "d = 0"),
        ({"batch": 601}, "more than examples = 600"),
        ({"batch": 0}, "batch"),
        ({"slope": 1.5}, "slope"),
        ({"rate": 0}, "rate"),
        ({"epochs": 0}, "epochs"),
        ({"layers": 2}, "no parameter"),
    ],
    ids=str,
)
def test_bad_input_is_refused_before_anything_runs(given, said):
    with pytest.raises(UsageError, match=said):
        task("stacked-2", **given)


def test_an_unknown_depth_is_refused_by_name():
    with pytest.raises(UsageError, match="stacked-3"):
        task("stacked-4")
