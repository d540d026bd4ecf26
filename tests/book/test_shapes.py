"""Shape tables against what is known of the blocks."""

import numpy as np
import pytest

from claimbook.book.shapes import LayerRow, folded, layer_rows, network_of
from claimbook.compat import mxnet
from claimbook.experiment.registry import experiment_named

mx = mxnet()


def test_layers_in_the_order_in_which_they_run():
    net = mx.gluon.nn.HybridSequential()
    net.add(
        mx.gluon.nn.Conv2D(4, 3, in_channels=1, padding=1),
        mx.gluon.nn.MaxPool2D(),
        mx.gluon.nn.Flatten(),
        mx.gluon.nn.Dense(10, in_units=4 * 14 * 14),
    )
    net.initialize()
    assert layer_rows(net, (1, 28, 28)) == [
        LayerRow("Conv2D", ((4, 1, 3, 3), (4,)), 40, (4, 28, 28)),
        LayerRow("MaxPool2D", (), 0, (4, 14, 14)),
        LayerRow("Flatten", (), 0, (784,)),
        LayerRow("Dense", ((10, 784), (10,)), 7850, (10,)),
    ]


def test_looking_leaves_no_hook_and_changes_no_weight():
    net = mx.gluon.nn.Dense(2, in_units=3)
    net.initialize()
    before = net.weight.data().asnumpy()
    assert layer_rows(net, (3,)) == layer_rows(net, (3,))
    assert np.array_equal(net.weight.data().asnumpy(), before)


@pytest.mark.parametrize(("arm", "count"), [("n1-l2", 128), ("n2-l4", 129), ("n3-l2", 130)])
def test_the_networks_of_depth_lp(arm, count):
    experiment = experiment_named("overparameterization/depth-lp")
    block, shape = network_of(experiment, experiment.settings(experiment.parameters("paper"), experiment.arm(arm)))
    assert sum(row.parameters for row in layer_rows(block, shape)) == count


def test_an_experiment_without_networks_has_none():
    class Other:
        paper, name = "no-such-paper", "x"

    assert network_of(Other, {}) is None


def row(name, side=8):
    return LayerRow(name, ((3,),) if name == "C" else (), 3 if name == "C" else 0, (side,))


def kinds(rows):
    return [(times, "".join(row.layer for row in group)) for times, group in folded(rows)]


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ("ABC", [(1, "A"), (1, "B"), (1, "C")]),
        ("ABBBC", [(1, "A"), (3, "B"), (1, "C")]),
        ("ECACACAP", [(1, "E"), (3, "CA"), (1, "P")]),
        ("ACACACP", [(3, "AC"), (1, "P")]),
        ("ECACAPCAP", [(1, "E"), (2, "CA"), (1, "P"), (1, "CA"), (1, "P")]),
    ],
)
def test_layers_that_repeat_themselves_are_folded(layers, found):
    rows = [row(name) for name in layers]
    assert kinds(rows) == found
    assert [each for times, group in folded(rows) for each in times * group] == rows


def test_layers_of_another_shape_are_not_folded():
    assert kinds([row("C"), row("A"), row("C", 4), row("A", 4)]) == [(1, "C"), (1, "A"), (1, "C"), (1, "A")]


@pytest.mark.parametrize(("arm", "count"), [("vgg-08", 59_716), ("vgg-38", 336_196), ("before", 338_500)])
def test_what_is_trained_is_counted(arm, count):
    experiment = experiment_named("vgg-depth/batch-norm")
    block, shape = network_of(experiment, experiment.settings(experiment.parameters("paper"), experiment.arm(arm)))
    rows = layer_rows(block, shape)
    assert sum(row.parameters for row in rows) == count
    assert len(folded(rows)) <= 20
