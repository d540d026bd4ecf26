"""Multiply-adds of a training step, against counts by hand."""

from __future__ import annotations

import pytest

from claimbook.models.deep_linear import DeepLinear, mx
from claimbook.models.mnist_tutorial import MnistTutorial
from claimbook.models.multiply_adds import training_step


def counted(block, shape, batch):
    block.initialize()
    return training_step(block, shape, batch)


@pytest.mark.parametrize(("depth", "added"), [(1, 0), (2, 1), (3, 2)])
def test_a_linear_network_of_width_1_by_hand(depth, added):
    """Forward and the gradient of W_1: 128 a row each; every further layer: forward, its gradient, its input's."""
    work = counted(DeepLinear(depth, 128), (128,), 2565)
    assert work.parameters == 128 + added
    assert work.multiply_adds == 2565 * (2 * 128 + 3 * added) + 128 + added


def test_width_10_by_hand():
    work = counted(DeepLinear(3, 128, 10), (128,), 7)
    assert work.multiply_adds == 7 * (2 * 1280 + 3 * (100 + 10)) + 1280 + 100 + 10


def test_the_tutorials_net_by_hand():
    """28×28 places of 5·5·1·32, 14×14 of 5·5·32·64, then the dense layers; no gradient of the images."""
    forward = 28 * 28 * 25 * 32 + 14 * 14 * 25 * 32 * 64 + 3136 * 512 + 512 * 10
    plain = counted(MnistTutorial(), (1, 28, 28), 64)
    assert forward == 12_273_152 and plain.parameters == 1_663_370
    assert plain.multiply_adds == 64 * (3 * forward - 28 * 28 * 25 * 32) + 1_663_370
    factored = counted(MnistTutorial(factored=True), (1, 28, 28), 64)
    assert factored.multiply_adds - plain.multiply_adds == (3 * 64 + 1) * (512 * 512 + 10 * 10)


def test_a_layer_of_another_kind_is_refused():
    block = mx.gluon.nn.HybridSequential()
    block.add(mx.gluon.nn.Dense(3, in_units=3), mx.gluon.nn.BatchNorm(in_channels=3))
    with pytest.raises(TypeError, match="BatchNorm"):
        counted(block, (3,), 2)
