"""The VGG nets against their independent twin in PyTorch, whose numbers `benchmarks/twins.py` wrote down."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from claimbook.models.losses import CrossEntropy
from claimbook.models.vgg import VGG, mx
from claimbook.train.optimizers import Optimizer
from claimbook.train.weights import set_values, values, weights_of

FILE = Path(__file__).with_name("vgg_twin.npz")
CASES = ("none", "before", "after")
STATIC = {"static_alloc": True, "static_shape": True}
WAYS = {"imperative": None, "hybridized": {}, "static": STATIC}


@pytest.fixture(scope="module")
def twin():
    with np.load(FILE) as file:
        found = {name: file[name] for name in file.files}
    return found | {name: json.loads(str(found[name])) for name in ("cases", "adam", "shapes")}


def parts(twin, key):
    """A flat array of the twin's as name → array."""
    found, at = {}, 0
    for name, shape in twin["shapes"][key].items():
        size = math.prod(shape)
        found[name], at = twin[key][at : at + size].reshape(shape), at + size
    assert at == twin[key].size
    return found


def made(twin, case):
    given = twin["cases"][case]
    net = VGG(given["blocks"], given["norm"], filters=given["filters"], classes=twin[f"{case}/training"].shape[1])
    net.initialize()
    set_values(weights_of(net), parts(twin, f"{case}/start"))
    return net, mx.nd.array(twin["images"], dtype="uint8"), mx.nd.array(twin["labels"])


def backward(net, x, y, way):
    """The loss of a training pass; gradients are there afterwards."""
    objective = CrossEntropy(net)
    if WAYS[way] is not None:
        objective.hybridize(**WAYS[way])
    with mx.autograd.record():
        loss = objective(x, y)
    loss.backward()
    mx.nd.waitall()  # running variances are written by the backward pass, and reading them does not wait for it
    return float(loss.asscalar())


def apart(ours, theirs):
    """The distance of two lists of arrays as a share of the length of the second."""
    ours, theirs = (np.concatenate([np.ravel(a) for a in arrays]).astype(np.float64) for arrays in (ours, theirs))
    return np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)


def test_the_file_is_small_and_says_what_made_it(twin):
    assert FILE.stat().st_size <= 200_000
    assert str(twin["torch"]).startswith("2.") and str(twin["numpy"])[0].isdigit()
    assert tuple(twin["cases"]) == CASES and {case["norm"] for case in twin["cases"].values()} == {
        None, "before", "after",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_logits(twin, case):
    net, x, _ = made(twin, case)
    assert apart([net(x).asnumpy()], [twin[f"{case}/evaluation"]]) < 1e-6
    with mx.autograd.train_mode():
        assert apart([net(x).asnumpy()], [twin[f"{case}/training"]]) < 1e-5


@pytest.mark.parametrize("case", CASES)
def test_every_layer_gives_what_the_twins_gives(twin, case):
    net, x, _ = made(twin, case)
    seen, expected = {}, parts(twin, f"{case}/layers")
    for name, layer in net.layers.items():
        layer.register_forward_hook(lambda _, __, output, name=name: seen.update({name: output.asnumpy()}))
    with mx.autograd.train_mode():
        net(x).wait_to_read()
    assert {f"{name}.conv.weight" for name in expected} == set(seen) - {"linear.weight"}
    for name, array in expected.items():
        found = seen[f"{name}.conv.weight"].mean(axis=(2, 3))
        np.testing.assert_allclose(found, array, rtol=1e-5, atol=1e-5 * np.abs(array).max(), err_msg=name)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_loss_and_gradients(twin, case, way):
    """Weight and bias of a layer together: a bias that a normalisation follows at once has none but rounding."""
    net, x, y = made(twin, case)
    assert backward(net, x, y, way) == pytest.approx(float(twin[f"{case}/loss"]), rel=1e-5)
    gradients, layers = parts(twin, f"{case}/gradient"), {}
    for name in gradients:
        layers.setdefault(name.rpartition(".")[0], []).append(name)
    ours = weights_of(net)
    assert set(gradients) == {name for name, parameter in ours.items() if parameter.grad_req != "null"}
    for layer, names in layers.items():
        error = apart([ours[name].grad().asnumpy() for name in names], [gradients[name] for name in names])
        assert error < 1e-4, f"{layer}: {error:.1e}"


@pytest.mark.parametrize("case", CASES)
def test_one_step_of_adam_with_coupled_l2(twin, case):
    net, x, y = made(twin, case)
    adam = twin["adam"]
    betas = dict(zip(("beta1", "beta2"), adam["betas"], strict=True))
    ours = weights_of(net)
    optimizer = Optimizer(ours, "adam", rate=adam["lr"], l2=adam["weight_decay"], epsilon=adam["eps"], **betas)
    backward(net, x, y, "static")
    optimizer.update(0)
    found, unsure = values(ours), 0
    start, slopes, after = (parts(twin, f"{case}/{kind}") for kind in ("start", "gradient", "after"))
    assert set(found) == set(after)
    for name, array in after.items():
        if name.endswith("running_var"):
            array = as_population(array, start[name], positions(name) * len(twin["images"]))
        sure = slice(None)  # the first step is ±1e-3 by the sign of the gradient: not where that is rounding
        if name in slopes:
            sure = np.abs(slopes[name] + adam["weight_decay"] * start[name]) > 1e-6
            unsure += int((~sure).sum())
        np.testing.assert_allclose(found[name][sure], array[sure], rtol=1e-5, atol=2e-6, err_msg=name)
    assert unsure < 0.02 * twin[f"{case}/after"].size


def as_population(running, before, count):
    """PyTorch's running variance as it were with the batch's variance over n in place of n − 1."""
    return 0.9 * before + (running - 0.9 * before) * (count - 1) / count


def positions(name):
    """How many places of an image a layer's normalisation sees: 32 × 32 in the first stage, a quarter after a pool."""
    stage = int(name[5]) if name.startswith("stage") else 0
    return (32 >> stage + (".reduction.second." in name)) ** 2


def test_the_running_variances_differ_from_pytorchs_by_the_denominator_only(twin):
    """Seen where n is smallest, 4 images × 16 places: 1 / 64 of the batch's share of a tenth."""
    net, x, y = made(twin, "after")
    backward(net, x, y, "static")
    name = "stage2.reduction.second.norm.running_var"
    found, theirs = values(weights_of(net))[name], parts(twin, "after/after")[name]
    fresh = found - 0.9 * parts(twin, "after/start")[name]
    assert positions(name) == 16
    np.testing.assert_allclose(theirs - found, fresh / 63, rtol=1e-2, atol=2e-7)


@pytest.mark.parametrize("case", CASES)
def test_the_twins_own_start_has_our_limits(twin, case):
    """PyTorch drew it: uniform in ±1/√fan_in, which we write out by hand."""
    start = parts(twin, f"{case}/start")
    for name, array in start.items():
        layer, _, kind = name.rpartition(".")
        if kind in ("weight", "bias"):
            limit = 1 / math.sqrt(math.prod(start[f"{layer}.weight"].shape[1:]))
            assert np.abs(array).max() <= limit * (1 + 1e-6)
            assert kind == "bias" or array.size < 100 or np.abs(array).max() > 0.95 * limit
