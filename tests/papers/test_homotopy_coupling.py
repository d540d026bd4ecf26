"""The experiment coupling: its steps beside a NumPy recursion and the closed form, cycles, resume, what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest
from papers.stopping import Stop, StoppingAtSecond

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.models.apart import Apart
from claimbook.papers.homotopy import coupling_views
from claimbook.papers.homotopy.coupling import Coupling
from claimbook.papers.homotopy.limit_cycle import cycle
from claimbook.papers.homotopy.runs import coupling as coupling_run
from claimbook.papers.homotopy.runs.coupling import CouplingRun, shapes, started
from claimbook.record.unfinished import Unfinished
from claimbook.seeds import stream
from claimbook.train.weights import set_values, weights_of

mx = mxnet()
EXPERIMENT = Coupling()


def task(arm, seed=0, preset="smoke", **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters(preset, overrides), arm, seed, True)


def measured(own, unfinished=None):
    return next(iter(EXPERIMENT.measure([own], lambda *at: None, unfinished or Unfinished())))[1]


def recursion(start, plan, momentum):
    """Signed distances before each step, (steps,): v ← m v + 2 sign(x) / L, x ← x − γ v, in float64."""
    x, v, seen = start, 0.0, []
    for level, rate, steps in plan:
        for _ in range(steps):
            seen.append(x)
            v = momentum * v + 2 * np.sign(x) / level
            x -= rate * v
    return np.array(seen)


@pytest.fixture(scope="module")
def found():
    return {arm.id: measured(task(arm.id)) for arm in EXPERIMENT.arms}


def test_every_arm_has_all_metrics_and_is_plain_json(found):
    for own in found.values():
        assert list(own.metrics) == [metric.name for metric in EXPERIMENT.metrics] and not own.diverged
        json.dumps([own.metrics, own.curves, own.tables, own.data], allow_nan=False)


def test_close_copies_end_in_the_cycle_of_the_closed_form_at_every_l(found):
    for level in (0.01, 0.006, 0.005):
        own = found[f"close-{level}"].metrics
        assert own["norm-per-tensor"] == pytest.approx(cycle(level), rel=1e-5)
        assert own["coupling"] == pytest.approx(6 * cycle(level), rel=1e-5)
        assert own["in-cycle"] == 6 and own["longest-period"] == 4
        assert own["scaled"] == pytest.approx(0.05248619, rel=1e-5)


@pytest.mark.parametrize("arm", ["l-0.01", "schedule"])
def test_each_tensor_goes_the_way_of_the_recursion(arm):
    """In float32 the way is that of float64 as long as rounding has not added up: sixty steps of units of 10."""
    own = task(arm)
    run = CouplingRun(own.settings, 0)
    run.train(until=60)
    signed = np.array(run.distances.values)
    copies = started(own.settings, 0)
    assert signed.shape == (60, 6) and list(copies) == list(shapes(16))
    for i, (first, second) in enumerate(copies.values()):
        expected = recursion(np.linalg.norm(first - second), own.settings["plan"], 0.9)[:60]
        np.testing.assert_allclose(signed[:, i], expected, atol=2e-3)


def pushed_recursion(copies, push, steps, level=0.01, rate=0.05, momentum=0.9):
    """Distances before each step, (steps, tensors), of whole tensors with random gradients besides, in float64."""
    found = np.empty((steps, len(copies)))
    for i, (name, both) in enumerate(copies.items()):
        now, speed = [each.copy() for each in both], [0.0, 0.0]
        for step in range(steps):
            apart = now[0] - now[1]
            found[step, i] = np.linalg.norm(apart)
            for side, (word, sign) in enumerate((("first", 1), ("second", -1))):
                drawn = stream(0, f"push/{step}/{word}_{name}").standard_normal(apart.shape, np.float32)
                gradient = sign * apart / np.linalg.norm(apart) / level + push * drawn / np.linalg.norm(drawn)
                speed[side] = momentum * speed[side] + gradient
                now[side] = now[side] - rate * speed[side]
    return found


def test_random_gradients_are_added_to_each_copy():
    own = task("pushed-0.01", push=2.0)
    run = CouplingRun(own.settings, 0)
    run.train(until=40)
    distances, alone = np.array(run.distances.values), CouplingRun(task("l-0.01").settings, 0)
    np.testing.assert_allclose(distances, pushed_recursion(started(own.settings, 0), 2.0, 40), atol=2e-3)
    alone.train(until=40)
    assert np.abs(distances - np.abs(alone.distances.values)).max() > 0.5


def test_only_pushed_arms_know_of_the_push_and_end_before_the_halvings():
    assert "push" not in task("schedule").settings and "push" not in task("l-0.01").settings
    own, plain = (task(arm, preset="paper").settings for arm in ("pushed-stages", "schedule"))
    assert own["plan"] == plain["plan"][:6] and own["push"] == 0.3


def test_the_gradient_of_a_norm_and_that_at_zero():
    pairs = Apart({"w": (2, 3)}, rows=2)
    pairs.initialize()
    one, other = np.array([[1.0, 2.0, 2.0], [5.0, 5.0, 5.0]]), np.array([[0.0, 0.0, 0.0], [5.0, 5.0, 5.0]])
    weights = weights_of(pairs)
    set_values(weights, {"first_w": one, "second_w": other})
    with mx.autograd.record():
        total, norms, entries = pairs(mx.nd.array([0.5]))
    total.backward()
    assert total.asscalar() == 6 and norms.asnumpy().tolist() == [3, 0] and entries.asnumpy().tolist() == [1, 0]
    expected = np.array([[1, 2, 2], [0, 0, 0]]) / 3 / 0.5
    np.testing.assert_allclose(weights["first_w"].grad().asnumpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(weights["second_w"].grad().asnumpy(), -expected, rtol=1e-6)


def test_matrices_as_far_apart_as_two_draws_are_in_a_wider_cycle():
    """512 x 512 draws start 1.85 units apart; so does a tensor of one number, without the cost of the matrix."""
    far, near = (recursion(10 * units, [(0.01, 0.05, 4000)], 0.9)[1000:] for units in (1.848, 0.26))
    assert np.abs(far).mean() / 0.01 / cycle(0.01) == pytest.approx(2.25, abs=0.02)
    assert np.abs(near).mean() / 0.01 / cycle(0.01) == pytest.approx(1, abs=1e-6)
    drawn = started({"start": "heads", "width": 512}, 0)
    assert np.linalg.norm(drawn["second_weight"][0] - drawn["second_weight"][1]) == pytest.approx(18.48, abs=0.05)


def test_stages_and_their_periods():
    signed = recursion(0.5, [(0.01, 0.05, 200)], 0.9)[:, None]
    stage = coupling_views.Stage(0.01, 0.05, 0.9, signed[100:])
    assert stage.periods() == [4] and stage.in_cycle.all() and stage.four == pytest.approx(cycle(0.01))
    assert stage.unit == pytest.approx(10)


def test_the_schedule_halves_its_rate_and_has_the_logs_beside_it(found):
    plan = task("schedule").settings["plan"]
    assert [stage[:2] for stage in plan] == [[0.01, 0.05], *([0.005, 0.05 / 2**k] for k in range(4))]
    curves = found["schedule"].curves
    assert curves["levels"]["L"] == [0.01, 0.005] and len(curves["halved"]["coupling"]) == 4
    assert curves["printed"]["coupling"] == [3152, 8750, 12597]
    paper = task("schedule", preset="paper").settings["plan"]
    assert [level for level, _, _ in paper[:6]] == [0.01, 0.009, 0.008, 0.007, 0.006, 0.005] and len(paper) == 26


@pytest.mark.parametrize("arm", ["l-0.005", "pushed-0.01"])
def test_a_run_that_is_stopped_goes_on_bit_for_bit(arm, tmp_path, monkeypatch, found):
    monkeypatch.setattr(coupling_run, "KEPT_EVERY", 50)
    own = task(arm)
    with pytest.raises(Stop):
        measured(own, StoppingAtSecond(tmp_path, every_s=0))
    assert measured(own, Unfinished(tmp_path, every_s=0)) == found[arm]


def test_seeds_differ_and_first_losses_are_those_of_the_record(found):
    assert EXPERIMENT.first_losses(task("l-0.01")) == found["l-0.01"].first_losses
    assert EXPERIMENT.first_losses(task("l-0.01", seed=1)) != found["l-0.01"].first_losses


def test_a_run_that_blows_up_is_a_result():
    own = measured(task("distances", farthest=1e6, rate=10.0, momentum=0.999, weight_decay=1.0, steps=2_000))
    assert own.diverged and set(own.metrics.values()) == {None}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rate": 0}, "rate"),
        ({"rate": -0.05}, "rate"),
        ({"momentum": 1.0}, "momentum"),
        ({"steps": 0}, "steps"),
        ({"width": 0}, "width"),
        ({"push": 0}, "push"),
        ({"closeness": 0}, "closeness"),
        ({"burn_in": 1.0}, "burn_in"),
        ({"ladder": "0.01, 100it; 0, 100it"}, "not above 0"),
        ({"ladder": "0.005, 100it; 0.01, 100it"}, "rise"),
        ({"ladder": "0.01, 4ep"}, "4ep"),
        ({"ladder": "0.01, 3it"}, "twenty"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(given, told):
    with pytest.raises(UsageError, match=told):
        task("schedule", **given)
