"""The part of the homotopy's benchmark that trains VGG11: what it lays out, what ours does, what coupling costs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from claimbook.data import cifar

NAME = "vgg-11-narrow-homotopy"


@pytest.fixture(scope="module")
def vgg_copies(benchmark_named):
    return benchmark_named("vgg_copies")


@pytest.fixture
def small(vgg_copies, tmp_path, monkeypatch):
    """Where the stand-in's images and two nets of width 2 are laid out, for two steps."""
    monkeypatch.setattr(cifar, "use_stand_in", lambda name, stand_in=None: True)
    for name, value in (("BATCH", 10), ("IMAGES", 100), ("STEPS", 2), ("SMALL", 2)):
        monkeypatch.setattr(vgg_copies, name, value)
    monkeypatch.setitem(vgg_copies.WORKLOADS, NAME, vgg_copies.Workload("two narrow nets", 2, 2))
    assert vgg_copies.lay_out(tmp_path, [NAME]) == "CIFAR-10, stand-in"
    return tmp_path


def test_copies_start_apart_and_what_is_compared_has_no_dropout(small, start_of):
    one, other = (start_of(small / f"{NAME}-curve.npz", copy) for copy in (0, 1))
    for name, array in one.items():
        assert (array.ndim == 1 and "conv" in name) or not np.array_equal(array, other[name])
        if array.ndim > 1:
            assert array.std() == pytest.approx(np.sqrt(2 / array[0].size), rel=1e-4)
    with np.load(small / f"{NAME}-curve.npz") as arrays:
        about = json.loads(arrays["about"].item())
    assert about["arguments"] == {"depth": 11, "width": 2, "dropout": 0.0} and about["level"] == 0.5


def test_the_first_loss_is_that_of_both_and_only_then_the_copies_are_pulled(small, nets_field, start_of):
    coupled, apart = (
        nets_field(small, option).asked("ours", f"{NAME}-curve", "check", "2")["losses"]
        for option in ("coupled", "apart")
    )
    with np.load(small / "images.npz") as data:
        images, labels = data["images"][data["order"][0]], data["labels"][data["order"][0]]
    first = sum(_loss(images, labels, start_of(small / f"{NAME}-curve.npz", copy)) for copy in (0, 1))
    assert coupled[0] == apart[0] == pytest.approx(first, rel=1e-4)
    assert coupled[1] != apart[1]


def _loss(images, labels, net):
    """Of VGG11 without dropout, in NumPy float64."""
    x = (images / 255 - np.reshape([0.485, 0.456, 0.406], (3, 1, 1))) / np.reshape([0.229, 0.224, 0.225], (3, 1, 1))
    for group, layers in enumerate((1, 1, 2, 2, 2)):
        for layer in range(layers):
            padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
            windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
            name = f"trunk.group{group}.conv{layer}"
            x = np.einsum("ncxyij,fcij->nfxy", windows, net[f"{name}.weight"], optimize=True)
            x = np.maximum(x + net[f"{name}.bias"].reshape(-1, 1, 1), 0)
        n, c, height, width = x.shape
        x = x.reshape(n, c, height // 2, 2, width // 2, 2).max(axis=(3, 5))
    x = x.reshape(len(x), -1)
    for number in (1, 2, 3):
        x = x @ net[f"head.linear{number}.weight"].T + net[f"head.linear{number}.bias"]
        x = np.maximum(x, 0) if number < 3 else x
    return (np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(labels)), labels.astype(int)]).mean()


def test_the_cost_of_coupling_is_a_share_of_two_plain_copies(vgg_copies):
    """Apart takes 0.8 to 1.0 of the time with the homotopy: this adds 25 % to 0 %."""
    row = {"ratio": 0.9, "spread": [0.8, 1.0], "to_ours_bf16": {"ratio": 0.5, "spread": [0.5, 0.5]}}
    cost = vgg_copies.cost_of_coupling({"ours_apart": row, "ours_apart_bf16": row})
    assert cost["fp32"] == {"share": pytest.approx(1 / 9), "spread": [0.0, pytest.approx(0.25)]}
    assert cost["bf16"] == {"share": 1.0, "spread": [1.0, 1.0]}
