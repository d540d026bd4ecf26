"""The homotopy paper's VGG nets: counts, forward pass and start, a shared trunk, what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import correlate2d

from claimbook.errors import UsageError
from claimbook.models.cifar_vgg import CifarVGG, mx, start
from claimbook.seeds import stream
from claimbook.train.weights import set_values, weights_of

COUNTS = {
    11: (9_750_922, 9_756_426),
    13: (9_935_434, 9_941_322),
    16: (15_245_130, 15_253_578),
    19: (20_554_826, 20_565_834),
}


def made(depth=11, seed=0, **given):
    net = CifarVGG(depth, **({"width": 2} | given))
    net.initialize()
    set_values(weights_of(net), start(net, seed))
    return net


@pytest.mark.parametrize("depth", COUNTS)
@pytest.mark.parametrize("batch_norm", [False, True])
def test_as_many_parameters_as_the_source(depth, batch_norm):
    weights = weights_of(CifarVGG(depth, batch_norm))
    trained = [parameter for parameter in weights.values() if parameter.grad_req != "null"]
    assert sum(math.prod(parameter.shape) for parameter in trained) == COUNTS[depth][batch_norm]
    layers = {name for name in weights if name.endswith(".weight")}
    assert len(layers) == depth


def by_numpy(net, images, weights, batch_norm):
    """The forward pass in float64, image by image; with normalisation by the batch's own statistics."""
    x = (images / 255 - np.reshape([0.485, 0.456, 0.406], (3, 1, 1))) / np.reshape([0.229, 0.224, 0.225], (3, 1, 1))
    for group in range(5):
        for layer in range(8):
            name = f"trunk.group{group}.conv{layer}"
            if f"{name}.weight" not in weights:
                break
            kernels, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
            padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
            maps = [
                [sum(correlate2d(one[i], kernel[i], "valid") for i in range(len(kernel))) for kernel in kernels]
                for one in padded
            ]
            x = np.array(maps) + bias[:, None, None]
            if batch_norm:
                mean, variance = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
                x = (x - mean) / np.sqrt(variance + 1e-5)  # γ = 1, β = 0
            x = np.maximum(x, 0)
        n, c, h, w = x.shape
        x = x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
    x = x.reshape(len(x), -1)
    for layer in (1, 2, 3):
        x = x @ weights[f"head.linear{layer}.weight"].T + weights[f"head.linear{layer}.bias"]
        x = np.maximum(x, 0) if layer < 3 else x
    return x


@pytest.mark.parametrize("batch_norm", [False, True])
def test_the_forward_pass_is_that_of_numpy(batch_norm):
    net = made(11, batch_norm=batch_norm, units=24, dropout=0.0)
    images = stream(0, "images").integers(0, 256, (3, 3, 32, 32))
    weights = {name: p.data().asnumpy().astype(np.float64) for name, p in weights_of(net).items()}
    with mx.autograd.train_mode():
        found = net(mx.nd.array(images, dtype="uint8")).asnumpy()
    np.testing.assert_allclose(found, by_numpy(net, images, weights, batch_norm), rtol=2e-4, atol=2e-5)


def test_the_start():
    found = start(CifarVGG(13, True), 3)
    assert found["trunk.group4.conv1.weight"].std() == pytest.approx(math.sqrt(2 / (9 * 512)), rel=0.01)
    assert np.abs(found["head.linear1.weight"]).max() == pytest.approx(1 / math.sqrt(512), rel=0.01)
    assert np.abs(found["head.linear3.bias"]).max() <= 1 / math.sqrt(512) and not found["trunk.group0.conv0.bias"].any()
    assert (found["trunk.group0.norm0.gamma"] == 1).all() and not found["trunk.group0.norm0.running_mean"].any()
    other = start(CifarVGG(13, True), 3, copy="/eta")
    assert not np.array_equal(other["head.linear1.weight"], found["head.linear1.weight"])


def test_a_shared_trunk_is_one():
    """The released code's "two copies": one trunk, two heads."""
    theta = made(dropout=0.0)
    eta = CifarVGG(11, width=2, dropout=0.0, trunk=theta.trunk)
    eta.head.initialize()
    one, other = weights_of(theta), weights_of(eta)
    assert set(one) == set(other)
    assert all((one[name] is other[name]) == name.startswith("trunk.") for name in one)
    assert sum(one[name] is not other[name] for name in one) == 6  # three weights, three biases


def test_dropout_acts_in_training_only():
    net, x = made(dropout=0.5, width=16), mx.nd.ones((2, 3, 32, 32))
    assert np.array_equal(net(x).asnumpy(), net(x).asnumpy())
    with mx.autograd.train_mode():
        assert not np.array_equal(net(x).asnumpy(), net(x).asnumpy())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"depth": 12}, "11, 13, 16, 19"),
        ({"width": 0}, "width"),
        ({"units": 0}, "units"),
        ({"classes": 0}, "classes"),
        ({"dropout": 1.0}, "dropout"),
        ({"mean": (0.5,)}, "three channels"),
    ],
)
def test_what_cannot_be_is_told(given, told):
    with pytest.raises(UsageError, match=told):
        CifarVGG(**({"depth": 11} | given))
