"""The MNIST half of the identity-mapping report: its nets trained as NumPy would, from zero, stopped, asked wrongly."""

from __future__ import annotations

import json

import numpy as np
import pytest
from papers.stopping import Stop

from claimbook.data.mnist import load_mnist
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.models.identity_net import start
from claimbook.papers.identity_mapping.runs import mnist as mnist_run
from claimbook.record.unfinished import Unfinished
from claimbook.seeds import stream

SMALL = {"epochs": 2, "train_images": 200, "batch": 40}


def task(name, arm, seed=0, **over):
    experiment = experiment_named(f"identity-mapping/{name}")
    return experiment.task(experiment.parameters("smoke", SMALL | over), arm, seed, True)


def measured(asked, unfinished=None):
    unfinished = Unfinished() if unfinished is None else unfinished
    ((_, found),) = asked.experiment.measure([asked], lambda done, total: None, unfinished)
    return found


def by_hand(seed, identity, slope, steps, batch, rate=0.1, zero=False):
    """Losses of plain SGD in float64, from the formulas: the net's, its gradient's, PReLU's slope learned."""
    data = load_mnist(stand_in=True)
    x, y = data.train_x[:200].reshape(200, -1) / 255, data.train_y[:200]
    limits = np.sqrt(6 / (784 + 784)), np.sqrt(6 / (784 + 10))
    shapes = (784, 784), (10, 784)
    w1, w2 = (
        stream(seed, f"start/dense{i}.weight").uniform(-limit, limit, shape) * (not zero)
        for i, limit, shape in zip((1, 2), limits, shapes, strict=True)
    )
    b1, b2, losses = np.zeros(784), np.zeros(10), []
    order = stream(seed, "order/0").permutation(200)
    for step in range(steps):
        rows = order[step * batch : (step + 1) * batch]
        z = x[rows] @ w1.T + b1 + identity * x[rows]
        h = np.where(z > 0, z, slope * z)
        logits = h @ w2.T + b2
        logs = logits - logits.max(axis=1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
        losses.append(-logs[np.arange(batch), y[rows]].mean())
        back = (np.exp(logs) - np.eye(10)[y[rows]]) / batch
        below = back @ w2
        at_z = below * np.where(z > 0, 1.0, slope)
        slope_gradient = (below * np.minimum(z, 0)).sum()
        w2, b2 = w2 - rate * back.T @ h, b2 - rate * back.sum(axis=0)
        w1, b1 = w1 - rate * at_z.T @ x[rows], b1 - rate * at_z.sum(axis=0)
        slope = slope - rate * slope_gradient if slope else 0.0
    return losses


@pytest.mark.parametrize(
    ("name", "arm", "identity", "slope", "zero"),
    [
        ("activation", "relu", False, 0.0, False),
        ("identity", "prelu", False, 0.25, False),
        ("identity", "prelu-identity", True, 0.25, False),
        ("zero-init", "zero-identity", True, 0.25, True),
    ],
)
def test_the_first_losses_are_those_of_numpy(name, arm, identity, slope, zero):
    asked = task(name, arm, seed=3)
    expected = by_hand(3, identity, slope, 5, 40, zero=zero)
    np.testing.assert_allclose(asked.experiment.first_losses(asked)[:5], expected, rtol=2e-5)


def test_from_zero_without_identity_only_the_most_frequent_class_is_ever_answered():
    found = measured(task("zero-init", "zero", epochs=3))
    data = load_mnist(stand_in=True)
    most = np.bincount(data.train_y[:200]).argmax()
    assert found.metrics["majority-epochs"] > 0
    shares = {float(np.mean(data.test_y != label)) for label in range(10)}
    assert set(found.curves["error"]["test_error"]) <= shares  # always one class for all images
    assert float(np.mean(data.test_y != most)) in found.curves["error"]["test_error"]
    assert found.metrics["slope"] == 0.25  # nothing ever reaches it


def test_what_is_measured():
    found = measured(task("activation", "relu", epochs=4, train_images=1000))
    curve = found.curves["error"]
    assert curve["iteration"] == [25, 50, 75, 100] and "slope" not in curve
    assert found.metrics["test-error"] == curve["test_error"][-1] < 0.5
    assert found.metrics["best-test-error"] == min(curve["test_error"])
    assert found.metrics["majority-epochs"] == 0 and found.metrics["slope"] is None and not found.diverged
    assert len(found.first_losses) == 20 and found.metrics["train-loss"] < np.mean(found.first_losses)


def test_arms_of_a_seed_start_alike_and_seeds_do_not():
    """The first loss of PReLU and ReLU differs by the activation only; that of another seed by the start and order."""
    one, same = (measured(task("identity", "prelu", seed)).first_losses for seed in (1, 1))
    other = measured(task("identity", "prelu", 2)).first_losses
    assert one == same and one[0] != other[0]


class StoppingAfterAnEpoch(Unfinished):
    def save(self, states):
        super().save(states)
        raise Stop


@pytest.mark.parametrize("method", ["sgd", "adam"])
def test_a_stopped_run_goes_on_where_it_was_bit_for_bit(tmp_path, method):
    asked = task("identity", "prelu-identity", 3, method=method, learning_rate=0.01)
    whole = measured(asked)
    with pytest.raises(Stop):
        measured(asked, StoppingAfterAnEpoch(tmp_path, "s" * 64, 0.0))
    kept = Unfinished(tmp_path, "s" * 64)
    assert kept.load(asked.key)["step"] == 5
    resumed = measured(asked, kept)
    assert json.dumps(resumed.metrics) == json.dumps(whole.metrics) and resumed.curves == whole.curves


def test_a_run_that_blows_up_is_a_result(monkeypatch):
    def far_away(net, seed, kind):
        return {name: 1e30 * array for name, array in start(net, seed, kind).items()}

    monkeypatch.setattr(mnist_run, "start", far_away)
    found = measured(task("activation", "relu"))
    assert found.diverged and found.metrics["test-error"] is None and found.curves["error"] == {"iteration": []}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"batch": 500}, "batch = 500 is more than train_images = 200"),
        ({"method": "sdg"}, "sgd"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"epochs": 0}, "epochs"),
    ],
)
def test_what_cannot_be_is_told_before_anything_runs(wrong, told):
    with pytest.raises(UsageError, match=told):
        task("activation", "relu", **wrong)
