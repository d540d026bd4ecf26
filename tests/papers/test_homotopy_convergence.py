"""The experiment convergence: gradients and means beside NumPy, the optimum, resume, what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest
from papers.stopping import Stop, StoppingAtSecond

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.papers.homotopy import convergence_data
from claimbook.papers.homotopy.convergence import Convergence
from claimbook.papers.homotopy.runs.convergence import ConvergenceRun, coupled, rate_of
from claimbook.papers.homotopy.runs.convergence_means import Convex, doublings, looks
from claimbook.papers.homotopy.runs.convergence_views import fallen, slope
from claimbook.record.unfinished import Unfinished
from claimbook.train import logistic
from claimbook.train.weights import set_values, values, weights_of

mx = mxnet()
EXPERIMENT = Convergence()
SMALL = {"images": 60, "batch": 20, "hidden": 3, "steps": 16, "first": 4, "side": 2, "own_halvings": 3}


def task(arm, seed=0, preset="smoke", **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters(preset, SMALL | overrides), arm, seed, True)


def measured(own, unfinished=None):
    return next(iter(EXPERIMENT.measure([own], lambda *at: None, unfinished or Unfinished())))[1]


@pytest.fixture(scope="module")
def found():
    return {arm.id: measured(task(arm.id)) for arm in EXPERIMENT.arms}


def test_every_arm_has_all_metrics_and_is_plain_json(found):
    for arm, own in found.items():
        assert list(own.metrics) and set(own.metrics) == {metric.name for metric in EXPERIMENT.metrics}
        assert (own.metrics["gap"] is None) == (not arm.startswith("convex")) == (own.metrics["optimum"] is None)
        json.dumps([own.metrics, own.curves, own.data], allow_nan=False)


def h_of(weights, x, y, level):
    """H and its gradient in NumPy, float64, for the net with one logistic layer; weights: name → array."""
    value, gradient = 0.0, {}
    for copy in ("theta", "eta"):
        w1, b1, w2, b2 = (weights[f"{copy}.net.{name}"] for name in ("0.weight", "0.bias", "1.weight", "1.bias"))
        hidden = 1 / (1 + np.exp(-(x @ w1.T + b1)))
        scores = hidden @ w2.T + b2
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        value -= logs[np.arange(len(y)), y].mean()
        apart = (np.exp(logs) - np.eye(10)[y]) / len(y)
        back = (apart @ w2) * hidden * (1 - hidden)
        parts = {"0.weight": back.T @ x, "0.bias": back.sum(0), "1.weight": apart.T @ hidden, "1.bias": apart.sum(0)}
        for name, part in parts.items():
            own, other = (weights[f"{which}.net.{name}"] for which in (copy, {"theta": "eta", "eta": "theta"}[copy]))
            rows = np.arange(len(own)) < len(own) // 2
            pinned = (rows if copy == "theta" else ~rows).reshape((-1,) + (1,) * (own.ndim - 1))
            value += level * ((own * pinned) ** 2).sum() + ((own - other) ** 2).sum() / level / 2
            gradient[f"{copy}.net.{name}"] = part + 2 * level * own * pinned + 2 * (own - other) / level
    return value, gradient


def test_the_reference_is_h_by_finite_differences():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(7, 4)), rng.integers(0, 10, 7)
    shapes = {"0.weight": (3, 4), "0.bias": (3,), "1.weight": (10, 3), "1.bias": (10,)}
    weights = {
        f"{copy}.net.{name}": rng.normal(size=shape) for copy in ("theta", "eta") for name, shape in shapes.items()
    }
    _, gradient = h_of(weights, x, y, 0.7)
    for name, array in weights.items():
        for at in [(0,) * array.ndim, tuple(n - 1 for n in array.shape)]:
            ends = []
            for side in (1e-5, -1e-5):
                moved = {**weights, name: array.copy()}
                moved[name][at] += side
                ends.append(h_of(moved, x, y, 0.7)[0])
            assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(gradient[name][at], rel=1e-6, abs=1e-8)


def test_a_step_and_the_measured_gradient_are_those_of_numpy():
    own = task("net", batch=60).settings  # the minibatch is all images: any order has the same gradient
    run = ConvergenceRun(own, 3, True)
    before = {name: array.astype(np.float64) for name, array in values(run._weights).items()}
    x, y, _ = convergence_data.examples(own, True)
    _, gradient = h_of(before, x, y, own["level"])
    squares = sum((part**2).sum() for part in gradient.values())
    assert run.means._now[0] == pytest.approx(squares, rel=1e-4)
    run.train(until=1)
    for name, array in values(run._weights).items():
        np.testing.assert_allclose(array, before[name] - own["rate"] * gradient[name], atol=2e-5)
    assert run.means.columns["value"] == [pytest.approx(squares, rel=1e-4)]
    assert run.means.columns["steps"] == [own["rate"]]


def test_the_means_are_weighted_by_the_step_sizes():
    own = task("convex").settings
    run, iterates = ConvergenceRun(own, 0, True), []
    for until in range(1, 9):
        iterates.append(run.means._now.copy())
        run.train(until=until)
    gammas = np.array([own["rate"] / k for k in range(1, 9)])
    mean = np.tensordot(gammas, iterates, axes=1) / gammas.sum()
    level = (gammas / np.sqrt(np.arange(1, 9))).sum() / gammas.sum()
    x, y, _ = convergence_data.examples(own, True)
    seen = Convex({}, x, y, 0.0)
    best = convergence_data.optimum(own, True)
    row = run.means.columns["iteration"].index(8)
    assert run.means.columns["level"][row] == pytest.approx(level)
    assert run.means.columns["value"][row] == pytest.approx(abs(seen.g(mean, level) - best), rel=1e-9)
    theta, eta = mean
    by_hand = logistic.loss(theta, x, y)[0] + logistic.loss(eta, x, y)[0] + ((theta - eta) ** 2).sum() / level
    by_hand += level * ((theta[:5] ** 2).sum() + (eta[5:] ** 2).sum())
    assert seen.g(mean, level) == pytest.approx(by_hand)


def test_the_optimum_is_one():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(80, 2)), rng.integers(0, 3, 80)
    least, weights = logistic.least(x, y, 3)
    value, gradient = logistic.loss(weights, x, y)
    assert value == least and np.linalg.norm(gradient) < 1e-8
    assert all(logistic.loss(weights + 1e-2 * rng.normal(size=weights.shape), x, y)[0] > least for _ in range(20))
    step = 1e-6 * rng.normal(size=weights.shape)
    far = rng.normal(size=weights.shape)
    difference = logistic.loss(far + step, x, y)[0] - logistic.loss(far - step, x, y)[0]
    assert difference == pytest.approx(2 * (logistic.loss(far, x, y)[1] * step).sum(), rel=1e-6)


def test_step_sizes_are_the_theorem_s_and_the_experiments_own():
    harmonic, larger, own = (rate_of(task(arm).settings) for arm in ("net", "net-larger", "net-own"))
    assert [harmonic(k) for k in (0, 1, 9)] == pytest.approx([0.3, 0.15, 0.03])
    assert larger(15) == pytest.approx(0.3 / 8)
    assert [own(k) for k in (0, 3, 4, 8, 12)] == pytest.approx([0.05, 0.05, 0.025, 0.0125, 0.00625])
    assert doublings({"first": 4, "steps": 33}) == [4, 8, 16, 32] and max(looks({"first": 4, "steps": 33})) == 33


def test_falls_and_slopes_by_hand():
    assert fallen([4, 3, 3, 1]) == pytest.approx(2 / 3)
    assert slope([1, 2, 4, 8], [9.0, 9.0, 4.0, 1.0]) == pytest.approx(-2) and slope([1, 2], [0.0, 1.0]) is None


@pytest.mark.parametrize("arm", ["net-own", "convex"])
def test_a_run_that_is_stopped_goes_on_bit_for_bit(tmp_path, arm, found):
    own = task(arm)
    with pytest.raises(Stop):
        measured(own, StoppingAtSecond(tmp_path, every_s=0))
    assert measured(own, Unfinished(tmp_path, every_s=0)) == found[arm]


def test_arms_of_a_problem_share_their_start_and_seeds_differ(found):
    assert found["net"].first_losses[0] == found["net-larger"].first_losses[0]
    assert EXPERIMENT.first_losses(task("net")) == found["net"].first_losses[:20]
    assert EXPERIMENT.first_losses(task("net", seed=1)) != found["net"].first_losses


def test_a_run_that_blows_up_is_a_result():
    own = measured(task("net", level=1e-6, rate=100.0))
    assert own.diverged and set(own.metrics.values()) == {None}


def test_the_quadratic_terms_pin_halves_of_the_outputs():
    run = ConvergenceRun(task("convex").settings, 0, True)
    weights = run._weights
    set_values(weights, {name: np.ones(p.shape) for name, p in weights.items()})
    assert coupled(weights, 2.0).value() == pytest.approx(2 * (5 * 4 + 5 + 5 * 4 + 5))
    assert weights_of(run._objective) == weights


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"level": 0}, "level"),
        ({"level": -1.0}, "level"),
        ({"rate": 0}, "rate"),
        ({"steps": 0}, "steps"),
        ({"steps": 7}, "double"),
        ({"batch": 61}, "more than images"),
        ({"power": 0.5}, "power"),
        ({"side": 5}, "28"),
        ({"hidden": 0}, "hidden"),
        ({"images": 5}, "images"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(given, told):
    with pytest.raises(UsageError, match=told):
        task("net", **given)


def test_more_images_than_there_are():
    with pytest.raises(UsageError, match="there are 2,048"):
        measured(task("convex", images=3_000))
