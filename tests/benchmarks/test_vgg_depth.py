"""The benchmark of the VGG nets: what it lays out, and that our contender takes the steps it is handed."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.data import cifar

BATCH = 20


@pytest.fixture(scope="module")
def vgg_depth(benchmark_named):
    return benchmark_named("vgg_depth")


@pytest.fixture
def small(vgg_depth, tmp_path, monkeypatch):
    """Where the stand-in's images and VGG_08 are laid out, for three steps."""
    monkeypatch.setattr(cifar, "use_stand_in", lambda name, stand_in=None: True)
    for name, value in (("BATCH", BATCH), ("IMAGES", 200), ("STEPS", 3)):
        monkeypatch.setattr(vgg_depth, name, value)
    assert vgg_depth.lay_out(tmp_path, ["vgg-08"]) == "CIFAR-100, stand-in"
    return tmp_path


def test_our_contender_trains_on_the_batches_that_are_handed_over(small, nets_field, start_of):
    answer = nets_field(small).asked("ours", "vgg-08-curve", "check", "3")
    with np.load(small / "images.npz") as data:
        net = start_of(small / "vgg-08-curve.npz")
        assert data["order"].shape == (3, BATCH)
        first = _loss(data["images"][data["order"][0]], data["labels"][data["order"][0]], net)
    assert answer["losses"][0] == pytest.approx(first, rel=1e-4) and len(set(answer["losses"])) == 3


def test_the_check_starts_from_larger_weights_and_the_same_biases(small, start_of):
    start, check = (start_of(small / f"{name}.npz") for name in ("vgg-08", "vgg-08-curve"))
    assert start.keys() == check.keys()
    for name in start:
        times = np.sqrt(6) if name.endswith("conv.weight") else 10 if name == "linear.weight" else 1
        np.testing.assert_allclose(check[name], times * start[name])


def _loss(images, labels, net):
    """Of VGG_08 in training mode, in NumPy float64: seven convolutions, means of 2×2 after each second one."""
    x = (images / 255 - np.reshape([0.4914, 0.4822, 0.4465], (3, 1, 1))) / np.reshape(
        [0.2023, 0.1994, 0.2010], (3, 1, 1)
    )
    x = _convolved(x, net["entry.conv.weight"])
    x = (x - x.mean(axis=(0, 2, 3), keepdims=True)) / np.sqrt(x.var(axis=(0, 2, 3), keepdims=True) + 1e-5)
    x = _leaky(x)
    for stage in range(3):
        for layer in ("first", "second"):
            name = f"stage{stage}.reduction.{layer}.conv"
            x = _leaky(_convolved(x, net[f"{name}.weight"]) + net[f"{name}.bias"].reshape(-1, 1, 1))
            if layer == "first":
                n, c, height, width = x.shape
                x = x.reshape(n, c, height // 2, 2, width // 2, 2).mean(axis=(3, 5))
    logits = x.mean(axis=(2, 3)) @ net["linear.weight"].T + net["linear.bias"]
    return (np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels.astype(int)]).mean()


def _convolved(x, weights):
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return np.einsum("ncxyij,fcij->nfxy", windows, weights, optimize=True)


def _leaky(x):
    return np.where(x > 0, x, 0.01 * x)
