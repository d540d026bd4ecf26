"""ResNet: its numbers and gradients against NumPy, its layers and their count, what is refused."""

from __future__ import annotations

import pytest
from models.plain_layers import agrees, conv, linear, met, norm, pixels, relu, trained

from claimbook.errors import UsageError
from claimbook.models.resnet import ResNet
from claimbook.models.vgg import VGG


def forward(blocks):
    """The net, written plainly; gluoncv's numbers name the parts."""

    def logits(x, w):
        x = norm(conv(pixels(x), w["features.0.weight"]), w, "features.1")
        for stage in (2, 3, 4):
            for block in range(blocks):
                name, stride = f"features.{stage}.{block}.body", 2 if stage > 2 and block == 0 else 1
                inside = relu(norm(conv(x, w[f"{name}.0.weight"], stride), w, f"{name}.1"))
                inside = norm(conv(inside, w[f"{name}.3.weight"]), w, f"{name}.4")
                x = relu(x[:, :, ::stride, ::stride] + inside)
        return linear(x, w, "output")

    return logits


@pytest.mark.parametrize(("blocks", "filters"), [(1, 3), (2, 2)])
def test_numbers_and_gradients_are_those_of_a_plain_net(blocks, filters):
    looked_at = ["features.0.weight", "features.1.beta", "features.2.0.body.3.weight", "features.3.0.body.0.weight"]
    looked_at += [f"features.4.{blocks - 1}.body.4.gamma", "output.weight", "output.bias"]
    agrees(ResNet(blocks, filters, classes=3), forward(blocks), looked_at)


def test_it_has_the_depth_of_vgg_38_and_its_parameters_but_for_the_biases_of_its_convolutions():
    net, vgg = ResNet(6), VGG(5, "after")
    assert len(net.layers) == len(vgg.layers) == 38
    assert trained(net) == 338_308 == trained(vgg) - 3 * 2 * 32
    assert trained(ResNet(1, 2, 5)) == 3 * 2 * 9 + 6 * 2 * 2 * 9 + 7 * 4 + 2 * 5 + 5


def test_the_layers_stand_in_the_order_in_which_an_image_meets_them():
    net = ResNet(2, 2)
    assert net.layers == met(net)
    assert net.layers[0] == "features.0.weight" and net.layers[-2:] == ["features.4.1.body.3.weight", "output.weight"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"blocks_per_stage": 0}, "blocks_per_stage = 0 makes no net(.|\n)*at least 1"),
        ({"filters": 0}, "filters = 0"),
        ({"filters": 8.0}, "filters = 8.0"),
        ({"classes": -1}, "classes = -1"),
        ({"mean": 0.5, "sd": 1}, "three channels"),
        ({"sd": (1, 1, float("inf"))}, "cannot normalise"),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(UsageError, match=message):
        ResNet(**({"blocks_per_stage": 1} | given))
