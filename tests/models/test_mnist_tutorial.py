"""The tutorial net and its factored twin: counts, loss and gradient against NumPy in float64, and where they start."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.models.mnist_tutorial import CrossEntropy, MnistTutorial, mx, product, start, truncated_normal
from claimbook.seeds import stream

SMALL = {"side": 8, "channels": (2, 3), "hidden": 6, "classes": 4}


def convolution(x, kernel, bias):
    """x (n, c, h, w), kernel (out, c, 5, 5), zeros around."""
    padded = np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), axis=(2, 3))
    return np.einsum("nchwij,ocij->nohw", windows, kernel) + bias[:, None, None]


def pooled_relu(x):
    n, c, h, w = x.shape
    return np.maximum(x, 0).reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))


def loss_by_hand(weights, x, y, mask):
    x = (x - 127.5) / 255
    x = pooled_relu(convolution(x, weights["conv1"], weights["conv1-bias"]))
    x = pooled_relu(convolution(x, weights["conv2"], weights["conv2-bias"]))
    x = np.maximum(x.reshape(len(x), -1) @ product(weights, 1).T + weights["dense1-bias"], 0) * mask
    logits = x @ product(weights, 2).T + weights["dense2-bias"]
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y])


@pytest.mark.parametrize("factored", [False, True])
def test_loss_and_gradient_equal_numpy(factored):
    net, random = MnistTutorial(factored, **SMALL), stream(0, "test")
    weights = {name: array * 3 for name, array in start(net, 0).items()}
    x, y = random.integers(0, 256, (5, 1, 8, 8)), random.integers(0, 4, 5)
    mask = 2.0 * random.integers(0, 2, (5, 6))
    net.start_from(weights)
    objective = CrossEntropy(net)
    objective.hybridize(static_alloc=True, static_shape=True)
    with mx.autograd.record():
        loss = objective(mx.nd.array(x, dtype="uint8"), mx.nd.array(y), mx.nd.array(mask))
    loss.backward()
    assert loss.shape == (1,) and loss.asscalar() == pytest.approx(loss_by_hand(weights, x, y, mask), rel=1e-5)
    for name, parameter in net.weights().items():
        expected = np.zeros(parameter.shape)
        for at in np.ndindex(*parameter.shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = weights[name].copy()
                moved[at] += step
                ends.append(loss_by_hand(weights | {name: moved}, x, y, mask))
            expected[at] = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(parameter.grad().asnumpy(), expected, rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.mark.parametrize(("factored", "count"), [(False, 1_663_370), (True, 1_925_614)])
def test_parameter_count(factored, count):
    assert sum(np.prod(parameter.shape) for parameter in MnistTutorial(factored).weights().values()) == count
    net = MnistTutorial(factored)
    assert set(net.weights().values()) == set(net.collect_params().values())


def test_evaluation_drops_nothing():
    net = MnistTutorial(**SMALL)
    net.start_from(start(net, 0))
    x = mx.nd.array(stream(1, "test").integers(0, 256, (3, 1, 8, 8)), dtype="uint8")
    assert np.array_equal(net(x).asnumpy(), net(x, mx.nd.ones((3, 6))).asnumpy())
    assert not np.array_equal(net(x).asnumpy(), net(x, mx.nd.zeros((3, 6))).asnumpy())


def test_nets_of_one_seed_share_what_they_have_in_common():
    plain, factored = MnistTutorial(**SMALL), MnistTutorial(True, **SMALL)
    one, two, other = start(plain, 3), start(factored, 3), start(plain, 4)
    equal = start(factored, 3, equal_variance=True)
    for name, array in one.items():
        assert np.array_equal(array, two[name]) and np.array_equal(array, equal[name])
    assert not any(np.array_equal(one[name], other[name]) for name in ("conv1", "conv2", "dense1", "dense2"))
    assert set(two) - set(one) == {"added1", "added2"}
    assert [np.unique(one[f"{name}-bias"]).tolist() for name in ("conv1", "conv2", "dense1", "dense2")] == [
        [0.0], [0.1], [0.1], [0.1]
    ]  # fmt: skip


def test_the_products_entries_as_the_erratum_says_and_with_equal_variance():
    """A truncated normal of nominal sd 0.1 has 0.0880; the hidden product 0.0880² √512 = 0.175, twice as much."""
    net = MnistTutorial(True)
    made, equal = start(net, 0), start(net, 0, equal_variance=True)
    assert made["dense1"].std() == pytest.approx(0.08796, rel=0.002)
    assert product(made, 1).std() == pytest.approx(0.175, rel=0.01)
    assert product(made, 2).std() == pytest.approx(0.0245, rel=0.15)  # 10 × 10 numbers decide it
    for i in (1, 2):
        assert product(equal, i).std() == pytest.approx(made[f"dense{i}"].std(), rel=1e-12)
        ratio = equal[f"added{i}"] / made[f"added{i}"]
        assert np.ptp(ratio) < 1e-12


def test_the_truncated_normal():
    values = truncated_normal(stream(0, "test"), (200, 500))
    assert values.shape == (200, 500) and np.abs(values).max() <= 0.2 and np.abs(values).max() > 0.199
    assert values.std() == pytest.approx(0.0879626, rel=0.005) and abs(values.mean()) < 0.001
    assert np.mean(np.abs(values) < 0.1) == pytest.approx(0.682689 / 0.954500, abs=0.005)


def test_a_start_that_does_not_fit_is_refused():
    net = MnistTutorial(**SMALL)
    made = start(net, 0)
    with pytest.raises(ValueError, match="for a network of"):
        net.start_from(start(MnistTutorial(True, **SMALL), 0))
    with pytest.raises(ValueError, match=r"dense2 is \(6, 4\) and should be \(4, 6\)"):
        net.start_from(made | {"dense2": made["dense2"].T})
