"""DenseNet: its numbers and gradients against NumPy, its layers and their count, dropout, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from models.plain_layers import agrees, batch, conv, halved, linear, met, norm, pixels, relu, trained, weights

from claimbook import seeds
from claimbook.errors import UsageError
from claimbook.models.densenet import DenseNet, mx


def forward(layers, bottleneck):
    """The paper's net, written plainly."""

    def unit(x, w, name):
        return conv(relu(norm(x, w, f"{name}.norm")), w[f"{name}.conv.weight"])

    def logits(x, w):
        x = conv(pixels(x), w["entry.weight"])
        for block in range(3):
            for layer in range(layers):
                name = f"block{block}.layer{layer}"
                inside = unit(x, w, f"{name}.narrow") if bottleneck else x
                x = np.concatenate([x, unit(inside, w, f"{name}.grow")], axis=1)
            if block < 2:
                x = halved(unit(x, w, f"transition{block}.unit"))
        return linear(relu(norm(x, w, "norm")), w, "linear")

    return logits


@pytest.mark.parametrize(
    ("layers", "bottleneck", "compression", "growth"),
    [(1, True, 0.5, 2), (2, False, 1.0, 2), (3, True, 0.6, 1), (1, True, 1.0, 16)],
)
def test_numbers_and_gradients_are_those_of_a_plain_net(layers, bottleneck, compression, growth):
    net = DenseNet(growth, layers, bottleneck, compression, classes=3)
    looked_at = ["entry.weight", "block0.layer0.grow.conv.weight", "transition0.unit.conv.weight", "norm.beta"]
    looked_at += [f"block1.layer{layers - 1}.grow.norm.gamma", "linear.weight", "transition1.unit.norm.beta"]
    agrees(net, forward(layers, bottleneck), looked_at + ["block2.layer0.narrow.conv.weight"] * bottleneck)


@pytest.mark.parametrize(
    ("given", "count", "depth"),
    [
        ((16, 6), 325_892, 40),
        ((12, 12, False, 1.0, 0.0, 10), 1_019_722, 40),  # the paper's first: 1.0 million
        ((12, 16, True, 0.5, 0.0, 10), 769_162, 100),  # its DenseNet-BC of 100 layers: 0.8 million
        ((1, 1, True, 0.5, 0.0, 2), 235, 10),
    ],
)
def test_parameters_and_layers(given, count, depth):
    net = DenseNet(*given)
    assert trained(net) == count and len(net.layers) == depth


def test_the_layers_stand_in_the_order_in_which_an_image_meets_them():
    net = DenseNet(2, 2)
    assert net.layers == met(net)
    assert net.layers[0] == "entry.weight" and net.layers[-2:] == ["block2.layer1.grow.conv.weight", "linear.weight"]


def test_dropout_drops_its_share_of_each_unit_in_training_only():
    net, (x, _) = DenseNet(4, 2, dropout=0.3, classes=3), batch(4)
    weights(net)
    zeros, units = [], []
    net.apply(lambda block: units.append(block) if type(block).__name__ == "Unit" else None)
    for unit in units:
        unit.register_forward_hook(lambda _, __, output: zeros.append(float((output == 0).mean().asscalar())))
    seeds.reseed(mx, 0, "dropout")
    with mx.autograd.train_mode():
        net(mx.nd.array(x))
    assert len(zeros) == 3 * 2 * 2 + 2 and abs(np.mean(zeros) - 0.3) < 0.03
    with mx.autograd.train_mode():
        assert not np.array_equal(net(mx.nd.array(x)).asnumpy(), net(mx.nd.array(x)).asnumpy())
    assert np.array_equal(net(mx.nd.array(x)).asnumpy(), net(mx.nd.array(x)).asnumpy())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"growth": 0}, "growth = 0 makes no net(.|\n)*at least 1"),
        ({"growth": 2.0}, "growth = 2.0"),
        ({"layers": 0}, "layers = 0 makes no net"),
        ({"layers": True}, "layers = True"),
        ({"classes": 0}, "classes = 0"),
        ({"compression": 0}, "compression = 0 is no share"),
        ({"compression": 1.01}, "compression = 1.01"),
        ({"compression": float("nan")}, "compression = nan"),
        ({"compression": 0.1}, "compression = 0.1 keeps none of the 6 maps(.|\n)*larger"),
        ({"dropout": 1.0}, "dropout = 1.0 is no share"),
        ({"dropout": -0.2}, "dropout = -0.2"),
        ({"mean": (0.5,), "sd": (1,)}, "three channels"),
        ({"sd": (1, 1, 0)}, "cannot normalise"),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(UsageError, match=message):
        DenseNet(**({"growth": 2, "layers": 1} | given))
