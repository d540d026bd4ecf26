"""The VGG nets: their counts and layers, where they start, what that does to signals and gradients, what is refused."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
import pytest

from claimbook import machine, seeds
from claimbook.errors import UsageError
from claimbook.models.losses import CrossEntropy
from claimbook.models.vgg import VGG, mx, start
from claimbook.seeds import stream
from claimbook.train.weights import set_values, values, weights_of


def made(blocks, batch_norm=None, seed=0, **given):
    net = VGG(blocks, batch_norm, **given)
    net.initialize()
    set_values(weights_of(net), start(net, seed))
    return net


def batch(n=20, classes=100, side=32):
    draw = stream(1, "test")
    images = mx.nd.array(draw.integers(0, 256, (n, 3, side, side)), dtype="uint8")
    return images, mx.nd.array(draw.integers(0, classes, n))


def gradients(net, x, y):
    with mx.autograd.record():
        loss = CrossEntropy(net)(x, y)
    loss.backward()
    return [weights_of(net)[name].grad().asnumpy() for name in net.layers]


def watched(net, measure):
    """Filled by each forward pass: name of a layer's weight → what `measure` makes of the layer's output."""
    seen = {}
    for name, layer in net.layers.items():
        layer.register_forward_hook(
            lambda _, __, output, name=name: seen.update({name: float(measure(output.asnumpy()))})
        )
    return seen


@pytest.mark.parametrize(
    ("blocks", "batch_norm", "count"),
    [(0, None, 59_716), (5, None, 336_196), (5, "before", 338_500), (5, "after", 338_500), (0, "after", 59_716 + 384)],
)
def test_parameters_and_layers(blocks, batch_norm, count):
    net = VGG(blocks, batch_norm)
    trained = [parameter for parameter in weights_of(net).values() if parameter.grad_req != "null"]
    assert sum(math.prod(parameter.shape) for parameter in trained) == count
    assert len(net.layers) == 6 * blocks + 8  # VGG_08 and VGG_38
    names = list(net.layers)
    assert names[0] == "entry.conv.weight" and names[-1] == "linear.weight" and net.layers[names[-1]] is net.linear
    assert names[-2] == "stage2.reduction.second.conv.weight" and names[1].startswith("stage0.")


def test_biases_are_in_the_reduction_blocks_and_the_linear_layer_only():
    biases = {name for name in weights_of(VGG(2, "after")) if name.endswith(".bias")}
    reductions = {f"stage{i}.reduction.{which}.conv.bias" for i in range(3) for which in ("first", "second")}
    assert biases == {"linear.bias"} | reductions


def test_the_start_is_uniform_by_the_fan_in():
    found = start(VGG(5, "after"), 0)
    cases = {"entry.conv.weight": 27, "stage1.block3.second.conv.weight": 288, "linear.weight": 32}
    for name, fan_in in cases.items():
        limit, array = 1 / math.sqrt(fan_in), found[name]
        assert 0.98 * limit < np.abs(array).max() <= limit
        assert array.std() == pytest.approx(limit / math.sqrt(3), rel=0.04) and abs(array.mean()) < 0.06 * limit
    for name, fan_in in {"stage0.reduction.first.conv.bias": 288, "linear.bias": 32}.items():
        assert 0.8 < np.abs(found[name]).max() * math.sqrt(fan_in) <= 1
    for kind, value in {"gamma": 1, "beta": 0, "running_mean": 0, "running_var": 1}.items():
        arrays = [array for name, array in found.items() if name.endswith(f".{kind}")]
        assert len(arrays) == 37 and all((array == value).all() for array in arrays)


def test_he_s_start_has_six_times_the_variance_in_the_convolutions_and_no_other_difference():
    plain, larger = start(VGG(2, None), 5), start(VGG(2, None), 5, he=True)
    for name, array in larger.items():
        assert np.array_equal(array, plain[name] * (math.sqrt(6) if name.endswith(".conv.weight") else 1)), name
    assert larger["stage1.block0.second.conv.weight"].var() == pytest.approx(2 / 288, rel=0.05)


def test_arms_of_one_seed_share_what_they_have_in_common():
    shallow, deep, before, after = (
        start(VGG(blocks, place), 3) for blocks, place in ((0, None), (5, None), (5, "before"), (5, "after"))
    )
    assert set(shallow) < set(deep) < set(before) == set(after)
    for one, other in ((shallow, deep), (deep, before), (before, after)):
        assert all(np.array_equal(one[name], other[name]) for name in one)
    other = start(VGG(0), 4)
    assert not np.array_equal(other["entry.conv.weight"], shallow["entry.conv.weight"])
    weights = [array.tobytes() for name, array in deep.items() if name.endswith(".conv.weight")]
    assert len(set(weights)) == 37


def test_without_normalisation_each_layer_shrinks_the_signal_by_about_the_root_of_a_sixth():
    """Weights of variance 1 / (3 fan_in), of which the activation lets half through, and borders are zeros."""
    net = made(5)
    seen = watched(net, lambda output: output.std(axis=0).mean())  # across the images
    found = [np.abs(gradient).mean() for gradient in gradients(net, *batch(8))]
    spread = list(seen.values())
    assert 0.33 < (spread[10] / spread[0]) ** (1 / 10) < 0.45  # 10 layers of the first stage; later all is rounding
    assert found[0] < 1e-15 and 1e-5 < found[-2] < 1e-3 and 1e-5 < found[-1] < 1e-2


def test_with_normalisation_gradients_explode_towards_the_input_and_more_so_after_the_activation():
    """From the last convolution to the first, by the mean absolute gradient: some hundred times."""
    grown = {}
    for place in ("before", "after"):
        found = [np.abs(gradient).mean() for gradient in gradients(made(5, place), *batch(12))]
        assert found[0] > 5 * found[18] > 25 * found[-2]
        grown[place] = found[0] / found[-2]
    assert 100 < grown["before"] < grown["after"] < 3000, grown


def test_training_drops_its_share_of_every_layer_but_the_entry_and_evaluation_nothing():
    net = made(1, "after", dropout=0.5, filters=4, classes=3)
    zeros = watched(net, lambda output: (output == 0).mean())
    x, _ = batch(8, 3, 8)
    assert np.array_equal(net(x).asnumpy(), net(x).asnumpy()) and not any(zeros.values())
    with mx.autograd.train_mode():
        seeds.reseed(mx, 0, "dropout/0")
        first, second = net(x).asnumpy(), net(x).asnumpy()
        seeds.reseed(mx, 0, "dropout/0")
        assert np.array_equal(net(x).asnumpy(), first) and not np.array_equal(second, first)
    assert [name for name, share in zeros.items() if not share] == ["entry.conv.weight", "linear.weight"]
    shares = [share for share in zeros.values() if share]
    assert 0.2 < min(shares) and max(shares) < 0.8 and np.mean(shares) == pytest.approx(0.5, abs=0.05)


def test_dropout_of_maps_drops_them_whole_and_the_entry_has_it_where_it_is_asked_for():
    def whole(output):
        zero = (output == 0).reshape(*output.shape[:2], -1)
        assert output.ndim == 2 or (zero.all(axis=-1) == zero.any(axis=-1)).all()
        return zero.all(axis=-1).mean()

    net = made(1, "after", dropout=0.5, filters=16, classes=3, dropout_over="maps", entry_dropout=True)
    zeros = watched(net, whole)
    x, _ = batch(8, 3, 8)
    with mx.autograd.train_mode():
        seeds.reseed(mx, 0, "dropout/0")
        net(x).wait_to_read()
    assert zeros.pop("linear.weight") == 0 and "entry.conv.weight" in zeros
    assert all(0.3 < share < 0.7 for share in zeros.values())


BF16 = """
import sys
from claimbook.train.precision import prepare
prepare("bf16")
import numpy as np
from claimbook.models.losses import CrossEntropy
from claimbook.models.vgg import VGG, mx
from claimbook.train.weights import set_values, weights_of
given = np.load(sys.argv[1])
x, y = mx.nd.array(given["x"], dtype="uint8"), mx.nd.array(given["y"])
net = VGG(0, "after", filters=8)
net.initialize()
set_values(weights_of(net), {name: given[name] for name in weights_of(net)})
objective = CrossEntropy(net)
objective.hybridize(static_alloc=True, static_shape=True)
with mx.autograd.record():
    loss = objective(x, y)
loss.backward()
assert {parameter.data().dtype for parameter in weights_of(net).values()} == {np.float32}
found = [weights_of(net)[name].grad().asnumpy() for name in net.layers]
np.savez(sys.argv[1], loss.asnumpy(), *found)
"""


@pytest.mark.skipif("avx512f" not in machine.cpu().features, reason="MXNet has no bfloat16 for this processor")
def test_in_bf16_the_step_is_that_of_fp32_but_for_rounding(tmp_path):
    """Rounding grows on the way back, in PyTorch's bf16 by as much: a fifth in the first of 7 convolutions."""
    net, (x, y), file = made(0, "after", filters=8), batch(16), tmp_path / "net.npz"
    np.savez(file, x=x.asnumpy(), y=y.asnumpy(), **values(weights_of(net)))
    exact = gradients(net, x, y)
    with mx.autograd.train_mode():
        loss = CrossEntropy(net)(x, y).asscalar()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", BF16, file], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    with np.load(file) as found:
        rounded = [found[name] for name in found.files]
    assert rounded[0] == pytest.approx(loss, rel=2e-3)
    apart = [np.linalg.norm(a - b) / np.linalg.norm(b) for a, b in zip(rounded[1:], exact, strict=True)]
    assert 0 < apart[-1] < 0.1 and max(apart) < 0.45, apart


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"batch_norm": "befor"}, "no place of batch normalisation named 'befor'(.|\n)*Did you mean 'before'"),
        ({"batch_norm": "between"}, "There are: after, before|Did you mean"),
        ({"batch_norm": True}, "'True'"),
        ({"dropout": 1.0}, "dropout = 1.0 is no share"),
        ({"dropout": -0.1}, "dropout = -0.1"),
        ({"dropout": float("nan")}, "dropout = nan"),
        ({"dropout_over": "map"}, "no thing that dropout drops named 'map'(.|\n)*Did you mean 'maps'"),
        ({"filters": 0}, "filters = 0"),
        ({"filters": 2.5}, "filters = 2.5"),
        ({"blocks_per_stage": -1}, "blocks_per_stage = -1 (.|\n)*at least 0"),
        ({"classes": 0}, "classes = 0"),
        ({"mean": (0.5, 0.5), "sd": (1, 1)}, "three channels"),
        ({"mean": 0.5, "sd": 1}, "three channels"),
        ({"sd": (1, 1, 0)}, "cannot normalise"),
    ],
)
def test_bad_input(given, message):
    with pytest.raises(UsageError, match=message):
        VGG(**{"blocks_per_stage": 1, **given})
