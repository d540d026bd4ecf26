"""The MNIST part of the benchmark: what it compares, and that our contender takes the batches the peers are handed."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.data import mnist


@pytest.fixture(scope="module")
def mnist_net(benchmark_named):
    return benchmark_named("mnist_net")


def test_our_contender_trains_on_the_batches_that_are_handed_over(
    mnist_net, nets_field, start_of, tmp_path, monkeypatch
):
    monkeypatch.setattr(mnist, "use_stand_in", lambda stand_in: True)
    monkeypatch.setattr(mnist_net, "SEEDS", 1)
    monkeypatch.setattr(mnist_net, "STEPS", 25)
    assert mnist_net.lay_out(tmp_path, ["mnist-prelu-identity"]) == "MNIST, stand-in"
    losses = nets_field(tmp_path).asked("ours", "mnist-prelu-identity", "check", "25")["losses"]
    with np.load(tmp_path / "images.npz") as data:
        expected = _by_hand(data, start_of(tmp_path / "mnist-prelu-identity.npz"), mnist_net.Parameters().learning_rate)
    np.testing.assert_allclose(losses, expected, rtol=1e-4)


def _by_hand(data, net, rate):
    """The loss of every step in NumPy float64, the gradient derived by hand."""
    w1, b1, w2, b2, slope = (
        net[k].copy() for k in ("dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias", "activation.slope")
    )
    losses = []
    for rows in data["order"]:
        x, y = data["images"][rows] / 255, data["labels"][rows].astype(int)
        z = x @ w1.T + b1 + x
        h = np.where(z > 0, z, slope * z)
        logits = h @ w2.T + b2
        log_shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        losses.append(-log_shares[np.arange(len(y)), y].mean())
        pull = (np.exp(log_shares) - np.eye(10)[y]) / len(y)
        at_h = pull @ w2
        at_z = at_h * np.where(z > 0, 1, slope)
        slope = slope - rate * (at_h * np.minimum(z, 0)).sum()
        w1, b1 = w1 - rate * at_z.T @ x, b1 - rate * at_z.sum(axis=0)
        w2, b2 = w2 - rate * pull.T @ h, b2 - rate * pull.sum(axis=0)
    return losses


@pytest.fixture
def curves():
    """Ours, that of another seed whose end is 0.02 higher, so that seeds make 0.014, and contenders to be judged."""
    ours = np.linspace(2.0, 0.3, 600)
    other = ours + np.where(np.arange(600) >= 500, 0.02, 0.0)
    return ours, other


def test_the_curves_are_compared_early_step_by_step_and_late_by_what_seeds_make(mnist_net, curves):
    ours, other = curves
    late = ours + np.where(np.arange(600) >= 500, 0.01, 0.0)
    shown = {"ours": ours, "pytorch": ours * (1 + 1e-5), "ours_bf16": 1.01 * late - 0.01 * ours}
    found = mnist_net.compared(shown, [ours, other])
    assert found["pytorch"]["steps"] == pytest.approx(1e-5) and found["ours_bf16"]["end"] == pytest.approx(0.0101)
    assert found["pytorch"]["seeds_make"] == pytest.approx(0.02 / np.sqrt(2))


@pytest.mark.parametrize("name, curve", [
    ("pytorch", lambda ours: ours * 1.002),  # at once something else
    ("pytorch", lambda ours: np.append(ours[:-100], ours[-100:] + 0.015)),
    ("pytorch_bf16", lambda ours: np.append(ours[:-100], ours[-100:] - 0.015)),
    ("pytorch_bf16", lambda ours: ours * float("nan")),
])  # fmt: skip
def test_who_trains_something_else_is_not_timed(mnist_net, curves, name, curve):
    ours, other = curves
    with pytest.raises(SystemExit, match=f"{name} trains something else"):
        mnist_net.compared({"ours": ours, name: curve(ours)}, [ours, other])
