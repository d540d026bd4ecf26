"""The nets of all arms of the VGG-depth report: size, start, watched weights, shape tables, and training in bf16."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from models.plain_layers import CrossEntropy, batch, mx, set_values

from claimbook import machine
from claimbook.book.shapes import layer_rows, network_of
from claimbook.experiment.registry import experiment_named
from claimbook.models.densenet import DenseNet
from claimbook.models.resnet import ResNet
from claimbook.models.vgg import VGG, start
from claimbook.papers.vgg_depth.nets import net_of, start_of, watched
from claimbook.papers.vgg_depth.study import CifarStudy
from claimbook.train.optimizers import Optimizer
from claimbook.train.weights import weights_of

CURES = experiment_named("vgg-depth/other-cures")
SIZES = {"resnet": (ResNet, 338_308, 38), "densenet": (DenseNet, 325_892, 40)}
SIZES |= {"after": (VGG, 338_500, 38), "vgg-38": (VGG, 336_196, 38), "he": (VGG, 336_196, 38)}


def settings(arm, **over):
    return CURES.settings(CURES.parameters("paper", over), CURES.arm(arm))


@pytest.mark.parametrize("arm", SIZES)
def test_the_nets_are_of_one_size_and_start_by_one_rule(arm):
    kind, count, depth = SIZES[arm]
    net = net_of(settings(arm))
    weights = weights_of(net)
    assert type(net) is kind and len(watched(net)) == depth
    assert sum(math.prod(p.shape) for p in weights.values() if p.grad_req != "null") == count
    assert abs(count / 338_500 - 1) < 0.05
    begun = start_of(net, settings(arm), 2)
    assert set(begun) == set(weights)
    for name in watched(net):
        limit = 1 / math.sqrt(math.prod(weights[name].shape[1:]))
        limit *= math.sqrt(6) if arm == "he" and name != "linear.weight" else 1
        assert 0.95 * limit < np.abs(begun[name]).max() <= limit
    again = start_of(net_of(settings(arm)), settings(arm), 2)
    assert all(np.array_equal(again[name], array) for name, array in begun.items())
    other = start_of(net, settings(arm), 3)
    assert not any(np.array_equal(other[name], begun[name]) for name in watched(net))


@pytest.mark.parametrize("arm", SIZES)
def test_the_last_watched_weight_is_the_linear_layer_s_and_the_rest_are_convolutions(arm):
    weights = weights_of(net := net_of(settings(arm, blocks=1), classes=7))
    shapes = [weights[name].shape for name in watched(net)]
    assert shapes[0][1] == 3 and shapes[-1][0] == 7
    assert [len(shape) for shape in shapes] == [4] * (len(shapes) - 1) + [2]


def test_a_vgg_net_is_what_it_was():
    asked = settings("after", blocks=1, filters=5)
    found, expected = start_of(net_of(asked), asked, 4), start(VGG(1, "after", filters=5), 4)
    assert list(found) == list(expected) and all(np.array_equal(found[name], expected[name]) for name in found)


def test_widths_of_every_number_make_nets():
    assert [net_of(settings("densenet", filters=n)).linear.weight.shape for n in (1, 3)] == [(100, 11), (100, 22)]
    assert net_of(settings("resnet", filters=1)).output.weight.shape == (100, 1)


def test_shape_tables_count_all_that_is_trained():
    experiments = [experiment_named(f"vgg-depth/{name}") for name in ("depth", "batch-norm", "dropout", "other-cures")]
    for experiment in experiments:
        assert isinstance(experiment, CifarStudy)
        for arm in experiment.arms:
            asked = experiment.settings(experiment.parameters("smoke"), arm)
            block, shape = network_of(experiment, asked)
            trained = sum(math.prod(p.shape) for p in weights_of(block).values() if p.grad_req != "null")
            rows = layer_rows(block, shape)
            assert sum(row.parameters for row in rows) == trained and rows[-1].output == (100,)
    signal = experiment_named("vgg-depth/signal")
    assert network_of(signal, signal.settings(signal.parameters("smoke"), signal.arms[0])) is None


TRAINED = """
import sys
from claimbook.train import precision
precision.prepare("bf16")
from papers.test_vgg_nets import losses
print(*losses())
"""


def losses():
    """The cross-entropies of a few steps of each small net: of maps in sixteens, and not."""
    found = []
    for net in (ResNet(1, 16, 5), DenseNet(16, 1, classes=5), DenseNet(4, 1, classes=5)):
        net.initialize()
        weights = weights_of(net)
        set_values(weights, start(net, 0))
        objective, optimizer = CrossEntropy(net), Optimizer(weights, "adam", 0.003)
        objective.hybridize(static_alloc=True, static_shape=True)
        x, y = (mx.nd.array(array) for array in batch(10, 5))
        for step in range(6):
            with mx.autograd.record():
                loss = objective(x, y)
            loss.backward()
            optimizer.update(step)
            found.append(float(loss.asscalar()))
    return found


@pytest.mark.skipif("avx512f" not in machine.cpu().features, reason="no bf16 on this processor")
def test_they_train_in_bf16_as_in_fp32():
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", TRAINED], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    rounded, exact = (np.reshape(np.array(given, float), (3, 6)) for given in (done.stdout.split(), losses()))
    assert (exact[:, -1] < 0.85 * exact[:, 0]).all() and (rounded != exact).any(axis=1).all()
    np.testing.assert_allclose(rounded[:, 0], exact[:, 0], rtol=0.01)
    np.testing.assert_allclose(rounded, exact, rtol=0.1, atol=0.05)


def test_what_the_report_leaves_open_of_dropout_can_be_had_both_ways():
    study = experiment_named("vgg-depth/dropout")

    def asked(arm, **over):
        return study.task(study.parameters("smoke", over), arm, 0, True)

    other = {"dropout_over": "maps", "dropout_entry": "yes"}
    assert asked("after", **other).key == asked("after").key  # no dropout, so nothing of it
    assert not {"dropout_over", "dropout_entry"} & set(asked("dropout-0.2").settings)
    nets = [net_of(asked("dropout-0.2", **over).settings) for over in ({}, other)]
    for net, axes, names in zip(nets, ((), (2, 3)), (set(), {"dropout"}), strict=True):
        assert names == {"dropout"} & set(net.entry._children)
        assert net.layers["stage0.block0.first.conv.weight"]._children["dropout"]._axes == axes
