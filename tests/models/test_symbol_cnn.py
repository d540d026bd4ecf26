"""The net for math symbols: the paper's table, forward and gradients beside NumPy, where it starts, what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from models.plain_layers import conv, cross_entropy, relu

from claimbook import seeds
from claimbook.apps.network import Layout, probabilities
from claimbook.data.symbol_vocabulary import CLASSES
from claimbook.errors import UsageError
from claimbook.models.classifier import Objective
from claimbook.models.symbol_cnn import SymbolCNN, layer_table, mx, start
from claimbook.train.weights import set_values, values, weights_of

SMALL = {"side": 10, "filters": (3, 4, 5), "hidden": 6, "classes": 4}  # 10 → 5 → 2 → 1
TABLE_1 = [
    ("conv1", (50, 50, 64), 1_792),
    ("conv2", (50, 50, 64), 36_928),
    ("pool1", (25, 25, 64), 0),
    ("conv3", (25, 25, 128), 73_856),
    ("conv4", (25, 25, 128), 147_584),
    ("pool2", (12, 12, 128), 0),
    ("conv5", (12, 12, 256), 295_168),
    ("conv6", (12, 12, 256), 590_080),
    ("pool3", (6, 6, 256), 0),
    ("dense", (128,), 1_179_776),  # 295,040 in the paper
    ("output", (16,), 2_064),
]


def made(seed=0, **given):
    net = SymbolCNN(**(SMALL | given))
    net.initialize(mx.init.Zero())
    set_values(weights_of(net), start(net, seed))
    return net


def scattered(net):
    """A start whose biases are not 0, so that it shows where they stand; the net gets it."""
    draw = seeds.stream(0, "test/biases")
    w = {name: a if a.any() else draw.uniform(-0.1, 0.1, a.shape) for name, a in start(net, 0).items()}
    set_values(weights_of(net), w)
    return w


def batch(n=5, side=10, classes=4):
    draw = seeds.stream(1, "test")
    return draw.integers(0, 256, (n, 3, side, side)), draw.integers(0, classes, n)


def by_numpy(x, w):
    """The logits in float64."""
    x = x / 255
    for group in (1, 2, 3):
        for number in (2 * group - 1, 2 * group):
            x = relu(conv(x, w[f"conv{number}.weight"]) + w[f"conv{number}.bias"][:, None, None])
        half = [size // 2 for size in x.shape[2:]]
        x = np.max([x[:, :, i : 2 * half[0] : 2, j : 2 * half[1] : 2] for i in (0, 1) for j in (0, 1)], axis=0)
    x = relu(x.reshape(len(x), -1) @ w["dense.weight"].T + w["dense.bias"])
    return x @ w["output.weight"].T + w["output.bias"]


def test_it_has_the_layers_of_table_1_and_the_parameters_of_section_V():
    net = SymbolCNN()
    net.initialize(mx.init.Zero())
    table = layer_table(net)
    assert [(layer.name, layer.output, layer.parameters) for layer in table] == TABLE_1
    assert sum(layer.parameters for layer in table) == 2_327_248
    products = {layer.name: layer.multiply_adds for layer in table}
    assert products["conv1"] == 2500 * 27 * 64 and products["conv6"] == 144 * 256 * 9 * 256
    assert products["dense"] == 9_216 * 128 and products["pool2"] == 0 and sum(products.values()) == 363_303_680
    assert sum(math.prod(p.shape) for p in weights_of(SymbolCNN(15)).values()) == 2_327_119


@pytest.mark.parametrize(("side", "dense"), [(24, 295_040), (31, 295_040), (32, 524_416), (23, 131_200)])
def test_the_printed_count_of_the_dense_layer_is_that_of_smaller_images(side, dense):
    net = SymbolCNN(side=side)
    assert sum(math.prod(p.shape) for p in net.dense.params.values()) == dense


def test_its_weights_are_those_of_the_recogniser():
    """The same names and shapes, and the same answers."""
    layout = Layout(CLASSES[:4], SMALL["filters"], SMALL["hidden"])
    net = made(side=50)
    scattered(net)
    arrays = values(weights_of(net))
    assert {name: array.shape for name, array in arrays.items()} == layout.shapes()
    images, _ = batch(2, 50)
    ours = mx.nd.softmax(net(mx.nd.array(images, dtype="uint8"))).asnumpy()
    found = probabilities(arrays, images.transpose(0, 2, 3, 1).astype(np.uint8))
    np.testing.assert_allclose(ours, found, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_logits_are_those_of_numpy(dtype):
    net, (x, _) = made(), batch()
    w = scattered(net)
    found = net(mx.nd.array(x, dtype=dtype)).asnumpy()
    assert found.shape == (5, 4)
    np.testing.assert_allclose(found, by_numpy(x, w), rtol=1e-4, atol=1e-6)


def test_what_is_no_pixel_is_taken_as_it_comes():
    net = made(pixels=False, channels=1)
    w = scattered(net)
    x = seeds.stream(2, "white").standard_normal((3, 1, 10, 10))
    np.testing.assert_allclose(net(mx.nd.array(x)).asnumpy(), by_numpy(255 * x, w), rtol=1e-4, atol=1e-6)


def test_loss_and_gradients_of_every_weight_are_those_of_numpy():
    """Each gradient at three places, by central differences in float64; the largest of it is one of them."""
    net, (x, y) = made(dropout=0.0), batch()
    w = scattered(net)
    objective = Objective(net)
    with mx.autograd.record():
        loss = objective(mx.nd.array(x, dtype="uint8"), mx.nd.array(y))
    loss.backward()
    assert loss.asscalar() == pytest.approx(cross_entropy(by_numpy(x, w), y), rel=1e-5)
    for name, parameter in weights_of(net).items():
        found = parameter.grad().asnumpy().ravel()
        for at in {int(np.abs(found).argmax()), *seeds.stream(3, name).integers(0, found.size, 2).tolist()}:
            moved = []
            for step in (-1e-6, 1e-6):
                array = w[name].copy()
                array.flat[at] += step
                moved.append(cross_entropy(by_numpy(x, w | {name: array}), y))
            assert found[at] == pytest.approx((moved[1] - moved[0]) / 2e-6, rel=1e-3, abs=1e-6), (name, at)


def test_dropout_follows_each_pooling_and_nothing_else():
    net, (x, _) = made(filters=(8, 8, 8)), batch()
    zeros = {}
    for name, block in net._children.items():
        block.register_forward_hook(
            lambda _, given, out, name=name: (
                zeros.update({name: ((out == 0) * (given[0] != 0)).mean().asscalar()})
                if name.startswith("dropout")
                else None
            )
        )
    x = mx.nd.array(x, dtype="uint8")
    plain = net(x).asnumpy()
    assert list(zeros.values()) == [0, 0, 0] and np.array_equal(net(x).asnumpy(), plain)
    order = list(net._children)
    assert all(order[order.index(f"pool{i}") + 1] == f"dropout{i}" for i in (1, 2, 3))
    with mx.autograd.train_mode():
        seeds.reseed(mx, 0, "dropout/0")
        first, second = net(x).asnumpy(), net(x).asnumpy()
        seeds.reseed(mx, 0, "dropout/0")
        assert np.array_equal(net(x).asnumpy(), first) and not np.array_equal(first, second)
    assert all(share > 0 for share in zeros.values()), zeros


def test_the_start_is_xaviers_as_keras_has_it():
    found = start(SymbolCNN(), 3)
    fans = {"conv1": (27, 576), "conv4": (1152, 1152), "conv5": (1152, 2304), "dense": (9216, 128), "output": (128, 16)}
    for layer, (fan_in, fan_out) in fans.items():
        limit, array = math.sqrt(6 / (fan_in + fan_out)), found[f"{layer}.weight"]
        assert 0.99 * limit < np.abs(array).max() <= limit
        assert array.std() == pytest.approx(limit / math.sqrt(3), rel=0.04) and abs(array.mean()) < 0.06 * limit
    assert len(found) == 16 and not any(array.any() for name, array in found.items() if name.endswith(".bias"))


def test_nets_of_one_seed_share_what_they_have_in_common():
    one, other, again = start(SymbolCNN(16), 0), start(SymbolCNN(15), 0), start(SymbolCNN(16), 1)
    assert all(np.array_equal(one[name], other[name]) for name in one if not name.startswith("output"))
    assert not np.array_equal(one["conv2.weight"], again["conv2.weight"])


def test_a_normal_start():
    found = start(SymbolCNN(), 0, sd=0.05)
    for name in ("conv2.weight", "conv6.weight", "dense.weight"):
        assert found[name].std() == pytest.approx(0.05, rel=0.02)
        assert np.abs(found[name]).max() > 0.15
    assert not found["conv1.bias"].any()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"classes": 0}, "classes = 0"),
        ({"side": 7}, "side = 7(.|\n)*at least 8"),
        ({"side": 50.0}, "side = 50.0"),
        ({"filters": (64, 128)}, "filters = .*\n.*three"),
        ({"filters": 64}, "filters = 64"),
        ({"filters": (64, 0, 256)}, "filters = 0"),
        ({"hidden": 0}, "hidden = 0"),
        ({"dropout": 1.0}, "dropout = 1.0"),
        ({"channels": 0}, "channels = 0"),
    ],
)
def test_what_cannot_be_is_told(given, told):
    with pytest.raises(UsageError, match=told):
        SymbolCNN(**given)


@pytest.mark.parametrize("sd", [0, -1, math.nan, math.inf])
def test_a_start_without_a_spread_is_refused(sd):
    with pytest.raises(UsageError, match="sd = "):
        start(SymbolCNN(**SMALL), 0, sd)
