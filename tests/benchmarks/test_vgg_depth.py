"""The benchmark of the VGG nets: what it compares and reports, and that our contender takes the steps it is handed."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.book.page_checks import benchmarks
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


def test_our_contender_trains_on_the_batches_that_are_handed_over(vgg_depth, small):
    answer = vgg_depth.Field(small, "vgg_net", vgg_depth.CONTENDERS).asked("ours", "vgg-08-curve", "check", "3")
    with np.load(small / "images.npz") as data, np.load(small / "vgg-08-curve.npz") as net:
        assert data["order"].shape == (3, BATCH)
        first = _loss(data["images"][data["order"][0]], data["labels"][data["order"][0]], net)
    assert answer["losses"][0] == pytest.approx(first, rel=1e-4) and len(set(answer["losses"])) == 3


def test_the_check_starts_from_larger_weights_and_the_same_biases(small):
    with np.load(small / "vgg-08.npz") as start, np.load(small / "vgg-08-curve.npz") as check:
        assert set(start.files) == set(check.files)
        for name in start.files:
            times = np.sqrt(6) if name.endswith("conv.weight") else 10 if name == "linear.weight" else 1
            if "." in name:
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


@pytest.fixture
def ours():
    """A curve that moves from 5 to 4."""
    return np.linspace(5.0, 4.0, 30)


def test_curves_are_compared_early_step_by_step_and_as_a_whole(vgg_depth, ours):
    losses = {"ours": ours, "ours_bf16": ours + 0.001, "pytorch": ours * (1 + 1e-5)}
    found = vgg_depth.compared(losses, {"ours": 5.0, "ours_bf16": 5.5, "pytorch": 5.0 * (1 - 1e-5)}, vgg_depth.PLAIN)
    assert found["pytorch"]["steps"] == pytest.approx(1e-5) == found["pytorch"]["full"]
    assert found["ours_bf16"]["full"] == pytest.approx(0.1)
    assert found["ours_bf16"]["curve"] == pytest.approx(0.001 / np.std(ours)) and set(found) == {"ours_bf16", "pytorch"}


@pytest.mark.parametrize("name, curve", [
    ("pytorch", lambda ours: ours + np.where(np.arange(30) == 3, 0.01, 0.0)),  # an early step
    ("pytorch_compile", lambda ours: np.append(ours[:5], ours[5:] + 0.01)),
    ("pytorch_bf16", lambda ours: np.append(ours[:10], ours[10:] + 0.05)),
    ("ours_bf16", lambda ours: np.full(30, ours[0])),  # learns nothing
    ("pytorch_bf16", lambda ours: ours * float("nan")),
])  # fmt: skip
def test_who_trains_something_else_is_not_timed(vgg_depth, ours, name, curve):
    with pytest.raises(SystemExit, match=f"{name} trains something else"):
        vgg_depth.compared({"ours": ours, name: curve(ours)}, {"ours": 5.0, name: 5.0}, vgg_depth.NORMALISED)


def test_fp32_must_agree_at_full_depth(vgg_depth, ours):
    with pytest.raises(SystemExit, match="pytorch trains something else: the first loss at full depth"):
        vgg_depth.compared({"ours": ours, "pytorch": ours}, {"ours": 5.0, "pytorch": 5.02}, vgg_depth.PLAIN)


@pytest.fixture
def table(vgg_depth):
    """Of two rounds, in which ours takes 4 and 8 ms an image, half in bf16, PyTorch in bf16 a quarter more."""
    shares = {"ours": (1.0, 300.0), "ours_bf16": (0.5, 301.0), "pytorch_bf16": (0.625, 302.0)}
    rounds = [
        {who: {"row_step": a * share, "first_call": 1.0, "peak_megabytes": mb} for who, (share, mb) in shares.items()}
        for a in (4e-3, 8e-3)
    ]
    return vgg_depth.tabulated(rounds)


def test_the_table_has_images_per_second_and_memory(vgg_depth, table, capsys):
    assert table["ours"]["images_per_second"] == pytest.approx(1 / 6e-3)
    assert table["pytorch_bf16"]["ratio"] == 0.625 and table["pytorch_bf16"]["to_ours_bf16"]["ratio"] == 1.25
    assert table["pytorch_bf16"]["megabytes"] == 302.0
    vgg_depth.print_table(table)
    line = capsys.readouterr().out.splitlines()[2]
    assert "Claimbook, bf16" in line and "333.3" in line and "301 MB" in line
    assert "0.50 × (0.50 to 0.50)" in line and "1.00 × (1.00 to 1.00)" in line


def test_the_page_of_checks_shows_it(table):
    about = {"data": "CIFAR-100, real", "processor": "P", "threads": 1, "rounds": 2, "peers": ["torch==2"]}
    text = benchmarks({"vgg_depth": {**about, "workloads": {"vgg-08": {"says": "VGG_08", "contenders": table}}}})
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "PyTorch eager" in line
    ]
    assert "### VGG depth" in text and rows == [
        ["PyTorch eager, bf16 by autocast", "0.625 ×", "0.625 × to 0.625 ×", "3,750", "266.7", "302"]
    ]
