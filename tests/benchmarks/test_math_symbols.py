"""The benchmark of the symbols: what is laid out and told apart, Keras' layouts, the recogniser's seconds."""

from __future__ import annotations

import dataclasses
import json
import types

import numpy as np
import pytest
from apps.test_weights import MADE

from claimbook.apps import weights
from claimbook.book.page_checks import benchmarks
from claimbook.data import symbols

SIDE, NARROW, STEPS = 24, 4, 30
RATE = 1e-2  # ten times the paper's: so narrow a net moves slowly
NAME = "symbol-cnn"


@pytest.fixture(scope="module")
def symbol_net(benchmark_named):
    return benchmark_named("symbol_net")


@pytest.fixture(scope="module")
def layouts(benchmark_named):
    return benchmark_named("contenders.nets.layouts")


@pytest.fixture(scope="module")
def cold_start(benchmark_named):
    return benchmark_named("cold_start")


@pytest.fixture(scope="module")
def small(symbol_net, tmp_path_factory):
    """Where the stand-in's images and narrow nets for 24 pixels are laid out."""
    folder = tmp_path_factory.mktemp("laid-out")
    asked = dataclasses.replace(symbol_net.Parameters(), side=SIDE, filters=NARROW, learning_rate=RATE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(symbols, "use_stand_in", lambda name, stand_in=None: True)
        for name, value in (("NARROW", NARROW), ("EACH", 40), ("Parameters", lambda: asked)):
            patch.setattr(symbol_net, name, value)
        assert symbol_net.lay_out(folder, [NAME]) == "Data set I, stand-in"
    return folder


@pytest.fixture(scope="module")
def curve(small, nets_field):
    """Our losses, of a net that is planted, or of the right one: (changes of `about`, changes of weights) → losses."""

    def losses(about=None, **changed):
        file = small / f"{NAME}-curve.npz"
        with np.load(file) as arrays:
            own = {name: arrays[name] for name in arrays.files}
        own["about"] = json.dumps(json.loads(own["about"].item()) | (about or {}))
        np.savez(small / "planted.npz", **own | changed)
        return np.array(nets_field(small).asked("ours", "planted", "check", str(STEPS))["losses"])

    return losses


@pytest.fixture(scope="module")
def right(curve):
    return curve()


def _about(file):
    with np.load(file) as arrays:
        return json.loads(arrays["about"].item())


def test_what_is_timed_has_dropout_and_the_whole_rate_and_what_is_compared_has_neither(small):
    timed, compared = _about(small / f"{NAME}.npz"), _about(small / f"{NAME}-curve.npz")
    assert timed["arguments"] == compared["arguments"] | {"dropout": 0.5} and compared["arguments"]["dropout"] == 0.0
    assert timed["rate"] == RATE and compared["rate"] == pytest.approx(RATE / 50)
    assert timed["options"] == compared["options"] == {"form": "keras", "epsilon": 1e-7}
    with np.load(small / "images.npz") as data:
        assert data["order"].shape == (STEPS, 32) and data["images"].shape[1:] == (3, SIDE, SIDE)


def test_what_is_compared_starts_from_weights_of_variance_2_by_fan_in(small, start_of):
    start = start_of(small / f"{NAME}-full.npz")
    for name, array in start.items():
        times = 4 if name == "output.weight" else 1
        spread = times * np.sqrt(2 / array[0].size) if name.endswith(".weight") else 0
        assert array.std() == pytest.approx(spread, rel=1e-4)


def test_the_first_loss_is_that_of_the_papers_net(small, right, start_of):
    with np.load(small / "images.npz") as data:
        images, labels = data["images"][data["order"][0]], data["labels"][data["order"][0]]
    assert right[0] == pytest.approx(_loss(images, labels, start_of(small / f"{NAME}-curve.npz")), rel=1e-5)


def _loss(images, labels, net):
    """In NumPy float64: three times two convolutions and the largest of 2×2 pixels, and two dense layers."""
    x = images / 255
    for number in range(1, 7):
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
        x = np.einsum("ncxyij,fcij->nfxy", windows, net[f"conv{number}.weight"], optimize=True)
        x = np.maximum(x + net[f"conv{number}.bias"].reshape(-1, 1, 1), 0)
        if number % 2 == 0:
            n, c, height, width = x.shape
            x = x.reshape(n, c, height // 2, 2, width // 2, 2).max(axis=(3, 5))
    x = np.maximum(x.reshape(len(x), -1) @ net["dense.weight"].T + net["dense.bias"], 0)
    x = x @ net["output.weight"].T + net["output.bias"]
    return (np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(labels)), labels.astype(int)]).mean()


def _pixel_by_pixel(weight, channels):
    """A dense layer's (out, in) as if the maps had been flattened pixel by pixel, its inputs not put in order."""
    return weight.reshape(len(weight), channels, -1).transpose(0, 2, 1).reshape(weight.shape)


@pytest.mark.parametrize("mistake, told_of", [
    ("a rate 10 % too large", ("keras", "pytorch_bf16")),
    ("flattened pixel by pixel", ("keras", "pytorch_bf16")),
    ("β₂ = 0.99", ("keras",)),  # in bf16 the rounding hides it
])  # fmt: skip
def test_who_trains_something_else_is_told(
    benchmark_named, symbol_net, curve, right, start_of, small, mistake, told_of
):
    about, start = _about(small / f"{NAME}-curve.npz"), start_of(small / f"{NAME}-curve.npz")
    planted = {
        "a rate 10 % too large": lambda: curve({"rate": 1.1 * about["rate"]}),
        "flattened pixel by pixel": lambda: curve(
            **{"0/dense.weight": _pixel_by_pixel(start["dense.weight"], 4 * NARROW)}
        ),
        "β₂ = 0.99": lambda: curve({"options": about["options"] | {"beta2": 0.99}}),
    }[mistake]()
    nets, bounds = benchmark_named("nets"), symbol_net.WORKLOADS[NAME].bounds
    for who in told_of:
        full = {"ours": 1.0, who: 1.0}
        nets.compared({"ours": right, who: right}, full, bounds)
        with pytest.raises(SystemExit, match=f"{who} trains something else"):
            nets.compared({"ours": right, who: planted}, full, bounds)


def test_images_have_their_channels_last(layouts):
    images = np.arange(2 * 3 * 2 * 2, dtype=np.uint8).reshape(2, 3, 2, 2)
    turned = layouts.channels_last(images)
    assert turned.shape == (2, 2, 2, 3) and turned[1, 0, 1].tolist() == [13, 17, 21] == images[1, :, 0, 1].tolist()


def test_kernels_have_their_outputs_last(layouts):
    start = {"conv1.weight": np.arange(2 * 3 * 9).reshape(2, 3, 3, 3), "conv1.bias": np.arange(2)}
    made = layouts.as_keras(start, {})
    assert made["conv1.weight"].shape == (3, 3, 3, 2) and made["conv1.bias"].tolist() == [0, 1]
    assert made["conv1.weight"][0, 2, 1, 1] == 9 * 3 + 9 + 2 == start["conv1.weight"][1, 1, 0, 2]


def test_a_dense_layer_behind_maps_takes_them_pixel_by_pixel(layouts):
    """Two maps a, b of 1 × 3 pixels: ours come as a0 a1 a2 b0 b1 b2, Keras' as a0 b0 a1 b1 a2 b2."""
    start = {"dense.weight": np.array([[0, 1, 2, 10, 11, 12], [100, 101, 102, 110, 111, 112]]), "output.weight": [[7]]}
    made = layouts.as_keras({name: np.array(array) for name, array in start.items()}, {"dense.weight": 2})
    assert made["dense.weight"].tolist() == [[0, 100], [10, 110], [1, 101], [11, 111], [2, 102], [12, 112]]
    assert made["output.weight"].tolist() == [[7]]


def test_both_layouts_give_the_same_sums(layouts):
    draw = np.random.default_rng(0)
    maps, weight = draw.integers(0, 9, (4, 5, 2, 3)), draw.integers(0, 9, (7, 30))
    made = layouts.as_keras({"dense.weight": weight}, {"dense.weight": 5})["dense.weight"]
    theirs = layouts.channels_last(maps).reshape(4, -1) @ made
    np.testing.assert_array_equal(theirs, maps.reshape(4, -1) @ weight.T)


def test_the_recogniser_is_timed_in_processes_of_its_own(cold_start, tmp_path, monkeypatch, capsys):
    """By a net that was never trained, which reads something."""
    weights.save(tmp_path / "a.weights", MADE)
    monkeypatch.setattr(weights, "PUBLISHED", tmp_path / "a.weights")
    monkeypatch.setattr(cold_start, "PROCESSES", 1)
    assert cold_start.lay_out(tmp_path, list(cold_start.WORKLOADS)) == "a line of stand-in symbols"
    found = cold_start.measured(tmp_path, "recogniser-cold-start", 1, 1.0)
    seconds = found["seconds"]
    assert seconds["spread"] == [seconds["median"]] * 2 and len(seconds["read"]) == len(seconds["line"]) == 8
    assert f"it reads {seconds['read']}" in capsys.readouterr().out


def test_without_weights_the_recogniser_is_left_out(cold_start, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(weights, "PUBLISHED", tmp_path / "none.weights")
    found = cold_start.measured(tmp_path, "recogniser-cold-start", 1, 1.0)
    assert found["notes"] == ["It was left out: no trained net is published with this copy."] and "seconds" not in found
    assert found["notes"][0] in capsys.readouterr().out


def test_a_recogniser_that_reads_nothing_is_not_timed(cold_start, tmp_path, monkeypatch):
    monkeypatch.setattr(cold_start.subprocess, "run", lambda *_, **__: types.SimpleNamespace(stdout=b"", returncode=2))
    with pytest.raises(SystemExit, match="read nothing: 2"):
        cold_start.answered(tmp_path / "line.png")


def test_the_page_of_checks_shows_it(cold_start, symbol_net):
    contender = {"ratio": 1.5, "spread": [1.25, 1.75], "microseconds": 100.0, "images_per_second": 1e4, "megabytes": 9}
    row = {"says": symbol_net.CONTENDERS["keras"].says, **contender}
    found = {"median": 2.96, "spread": [2.5, 3.25], "processes": 5}
    says = cold_start.WORKLOADS["recogniser-cold-start"]
    workloads = {
        NAME: {"says": "The paper's net", "contenders": {"keras": row}, "notes": ["A note."]},
        "recogniser-cold-start": {"says": says, "seconds": found},
        "left-out": {"says": "Another", "notes": ["It was left out."]},
    }
    about = {"data": "D", "processor": "P", "threads": 1, "rounds": 3, "peers": ["torch==2"]}
    text = benchmarks({"math_symbols": {**about, "workloads": workloads}})
    lines = text.splitlines()
    assert "### Math symbols" in lines and "A note." in lines and "It was left out." in lines and "Another." in lines
    assert any("Keras/TensorFlow, fp32" in line and "1.5 ×" in line and "10,000" in line for line in lines)
    assert f"{says}: 3.0 s, the median of 5 processes; 2.5 to 3.2 s." in lines
