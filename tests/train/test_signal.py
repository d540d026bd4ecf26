"""The sizes of signals and gradients by layer, against NumPy: another forward pass, and finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.models.leaky import with_exact_activations
from claimbook.models.vgg import SLOPE, VGG, mx, start
from claimbook.seeds import stream
from claimbook.train.signal import layer_sizes, shrinkage, spread
from claimbook.train.weights import set_values, weights_of


def made(blocks, batch_norm, filters, classes=3, precision="float64", seed=0):
    net = with_exact_activations(VGG(blocks, batch_norm, filters=filters, classes=classes))
    net.initialize()
    net.cast(precision)
    given = start(net, seed)
    set_values(weights_of(net), given)
    return net, given


def batch(n, side, classes=3):
    draw = stream(5, "test")
    return draw.integers(0, 256, (n, 3, side, side)).astype(np.uint8), draw.integers(0, classes, n)


def seen_by(net, x, y):
    return layer_sizes(net, net.layers, mx.nd.array(x, dtype="uint8"), mx.nd.array(y))


def convolved(x, weight):
    """3×3 with a border of zeros, as nine products."""
    side, padded = x.shape[2], np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    parts = (
        np.einsum("ncij,oc->noij", padded[:, :, i : i + side, j : j + side], weight[:, :, i, j])
        for i in range(3)
        for j in range(3)
    )
    return sum(parts)


def normalised(x):
    means, variances = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
    return (x - means) / np.sqrt(variances + 1e-5)


def pooled(x):
    return x.reshape(*x.shape[:2], x.shape[2] // 2, 2, x.shape[3] // 2, 2).mean((3, 5))


def outputs(images, given, batch_norm):
    """Name of a layer's weight → what the layer gives, in float64, by formulas of its own."""
    mean, sd = np.array([0.4914, 0.4822, 0.4465]), np.array([0.2023, 0.1994, 0.2010])
    x = (images / 255 - mean[:, None, None]) / sd[:, None, None]
    rest = sorted({name.removesuffix(".conv.weight") for name in given if name.startswith("stage") and "conv" in name})
    rest = [name for name in rest if not name.endswith(".conv.bias")]
    found = {}
    for path in ["entry", *rest]:
        x = convolved(x, given[f"{path}.conv.weight"]) + given.get(f"{path}.conv.bias", np.zeros(1))[:, None, None]
        place = "before" if path == "entry" else batch_norm
        x = normalised(x) if place == "before" else x
        x = np.where(x > 0, x, SLOPE * x)
        x = normalised(x) if place == "after" else x
        found[f"{path}.conv.weight"] = x
        x = pooled(x) if path.endswith("reduction.first") else x
    found["linear.weight"] = x.mean((2, 3)) @ given["linear.weight"].T + given["linear.bias"]
    return found


def loss(logits, y):
    logs = logits - logits.max(axis=1, keepdims=True)
    logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
    return -logs[np.arange(len(y)), y].mean()


@pytest.mark.parametrize("place", [None, "before", "after"])
def test_signals_are_those_of_another_forward_pass(place):
    x, y = batch(5, 16)
    net, given = made(1, place, filters=3)
    value, sizes = seen_by(net, x, y)
    expected = outputs(x, given, place)
    assert [one.name for one in sizes] == list(expected) == list(net.layers)
    assert value == pytest.approx(loss(expected["linear.weight"], y), rel=1e-6)  # images are normalised in float32
    for one in sizes:
        assert one.signal == pytest.approx(expected[one.name].std(axis=0).mean(), rel=1e-4), one.name


@pytest.mark.parametrize("place", [None, "before", "after"])
def test_gradients_are_those_of_finite_differences(place):
    x, y = batch(4, 8)
    net, given = made(0, place, filters=2)
    sizes = {one.name: one.gradient for one in seen_by(net, x, y)[1]}
    for name in ("entry.conv.weight", "stage1.reduction.first.conv.weight", "linear.weight"):
        slopes, step = [], 1e-6
        for at in np.ndindex(given[name].shape):
            ends = []
            for moved in (step, -step):
                other = given[name].copy()
                other[at] += moved
                ends.append(loss(outputs(x, given | {name: other}, place)["linear.weight"], y))
            slopes.append((ends[0] - ends[1]) / (2 * step))
        assert sizes[name] == pytest.approx(np.abs(slopes).mean(), rel=1e-3, abs=1e-9), name


def exact_signals(images, given):
    """Signals of the plain net without the rounding that hides them: the first image is taken from the others at the
    start, and what is left goes through the net by itself."""
    whole = outputs(images, given, None)
    first, found = {name: x[:1] for name, x in whole.items()}, {}
    x = whole["entry.conv.weight"] - first["entry.conv.weight"]
    found["entry.conv.weight"] = x
    for name in list(whole)[1:-1]:
        before = convolved(x, given[name])
        base = np.where(first[name] > 0, first[name], first[name] / SLOPE)  # the first image's before the activation
        other = base + before
        turned = np.where(other > 0, other, SLOPE * other) - np.where(base > 0, base, SLOPE * base)
        found[name] = x = np.where((base > 0) == (other > 0), np.where(base > 0, 1.0, SLOPE) * before, turned)
        x = pooled(x) if name.endswith("reduction.first.conv.weight") else x
    found["linear.weight"] = x.mean((2, 3)) @ given["linear.weight"].T
    return {name: x.std(axis=0).mean() for name, x in found.items()}


def test_float64_sees_the_signal_of_the_plain_net_down_to_1e_17_and_float32_does_not():
    x, y = batch(4, 32)
    net, given = made(5, None, filters=6)
    expected = exact_signals(x, given)
    assert expected["linear.weight"] < 1e-14
    for one in seen_by(net, x, y)[1]:
        assert one.signal == pytest.approx(expected[one.name], rel=0.3, abs=2e-18), one.name
        if one.signal > 1e-14:
            assert one.signal == pytest.approx(expected[one.name], rel=1e-3), one.name
    rough = seen_by(made(5, None, filters=6, precision="float32")[0], x, y)[1]
    assert not 0.01 < rough[-1].signal / expected["linear.weight"] < 100


def test_wide_plain_layers_shrink_as_theory_says():
    """The four layers without bias before the first pooling: the outputs' size, and the differences by some more."""
    x, y = batch(4, 32)
    net, given = made(2, None, filters=96)
    names = list(net.layers)[:5]
    sizes = [np.sqrt((outputs(x, given, None)[name] ** 2).mean()) for name in names]
    assert (sizes[-1] / sizes[0]) ** (1 / 4) == pytest.approx(shrinkage(SLOPE), rel=0.05)
    signals = {one.name: one.signal for one in seen_by(net, x, y)[1]}
    factor = (signals[names[-1]] / signals[names[1]]) ** (1 / 3)
    assert 0.8 * shrinkage(SLOPE) < factor < shrinkage(SLOPE)


def test_shrinkage_by_hand():
    assert shrinkage(1.0) == pytest.approx(np.sqrt(1 / 3)) and shrinkage(0.0) == pytest.approx(np.sqrt(1 / 6))
    draw = stream(1, "test")
    weights = draw.uniform(-0.1, 0.1, (4_000, 100))  # ±1/√100
    given = draw.normal(size=100)
    sums = weights @ given
    given_out = np.where(sums > 0, sums, 0.2 * sums)
    assert np.sqrt((given_out**2).mean() / (given**2).mean()) == pytest.approx(shrinkage(0.2), rel=0.03)


def test_the_spread_is_that_of_the_examples_whatever_they_have_in_common():
    draw = stream(2, "test").normal(size=(6, 2, 3))
    assert spread(draw) == pytest.approx(draw.std(axis=0).mean(), rel=1e-12)
    assert spread(np.full((7, 2), 0.1)) == 0  # a mean of seven tenths is not a tenth
    small = (1e8 + np.arange(4, dtype=np.float32)[:, None] * 8).astype(np.float32)
    assert spread(small) == pytest.approx(np.std([0, 8, 16, 24]))


def test_hooks_are_gone_afterwards():
    x, y = batch(4, 8)
    net, _ = made(0, None, filters=2)
    assert seen_by(net, x, y)[1][0] == seen_by(net, x, y)[1][0]
    assert not any(layer._forward_hooks for layer in net.layers.values())
