"""The experiment signal: its nets at full depth on stand-in images, its numbers by hand, what it refuses."""

from __future__ import annotations

import json
from statistics import median

import numpy as np
import pytest

from claimbook.errors import UsageError
from claimbook.models import vgg
from claimbook.models.vgg import SLOPE, start
from claimbook.papers.vgg_depth import signal_look
from claimbook.papers.vgg_depth.signal import Signal
from claimbook.record.unfinished import Unfinished
from claimbook.study import reproduce
from claimbook.train.signal import LayerSizes, shrinkage

EXPERIMENT = Signal()


def task(arm, seed=0, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("smoke", overrides), arm, seed, True)


def measured(*tasks, progress=lambda done, total: None):
    return {own.arm: found for own, found in EXPERIMENT.measure(tasks, progress, Unfinished())}


@pytest.fixture(scope="module")
def found():
    return measured(*(task(arm.id) for arm in EXPERIMENT.arms))


def test_smoke_looks_at_nets_of_full_depth(found):
    for arm, layers in {"none": 38, "before": 38, "after": 38, "he": 38, "vgg-08": 8}.items():
        rows = found[arm].tables["layers"]
        assert [row["number"] for row in rows] == list(range(1, layers + 1))
        assert (rows[0]["layer"], rows[-1]["layer"]) == ("entry.conv.weight", "linear.weight")
        assert set(found[arm].metrics) == {metric.name for metric in EXPERIMENT.metrics}
        json.dumps([found[arm].metrics, found[arm].tables, found[arm].curves], allow_nan=False)


def test_the_plain_net_gives_all_images_the_same_answer(found):
    plain, shallow = found["none"].metrics, found["vgg-08"].metrics
    assert plain["logits-spread"] < 1e-15 < 1e-6 < shallow["logits-spread"]
    assert plain["signal-first"] == shallow["signal-first"] > 0.3  # the same images, the same entry layer
    assert plain["explosion"] < 1e-12 < 1e-3 < shallow["explosion"] < 1
    assert 0.25 < plain["signal-factor"] < shrinkage(SLOPE)  # borders and pooling take more
    assert plain["loss"] == pytest.approx(np.log(100), rel=0.05)


def test_a_start_of_six_times_the_variance_keeps_the_signal_and_the_gradient(found):
    larger, plain = found["he"].metrics, found["none"].metrics
    assert larger["logits-spread"] > 1e-4 and plain["logits-spread"] < 1e-15
    assert 0.7 < larger["signal-factor"] < 1.05 and 1e-3 < larger["explosion"] < 1e3
    rows = found["he"].tables["layers"]
    np.testing.assert_allclose(rows[9]["expected"] / rows[8]["expected"], np.sqrt(6) * shrinkage(SLOPE))


def test_with_normalisation_gradients_explode_and_more_so_behind_the_activation(found):
    before, after = (found[arm].metrics for arm in ("before", "after"))
    assert 10 < before["explosion"] < after["explosion"]
    assert all(0.9 < one["signal-factor"] < 1.1 and one["logits-spread"] > 0.05 for one in (before, after))


def test_the_explosion_grows_with_depth_and_the_shallow_arm_is_the_shallow_end(found):
    for arm in ("before", "after"):
        curve = found[arm].curves["depth"]
        assert curve["layers"] == [8, 38] and curve["explosion"][1] == found[arm].metrics["explosion"]
        assert curve["explosion"][1] > 10 * curve["explosion"][0]
    shallow, plain = (found[arm].curves["depth"] for arm in ("vgg-08", "none"))
    assert shallow["layers"] == [8]
    for column in ("explosion", "signal_last", "logits_spread"):
        assert shallow[column] == plain[column][:1]


def test_theory_is_beside_the_signals_of_plain_convolutions_alone(found):
    rows = found["none"].tables["layers"]
    assert rows[0]["expected"] == rows[0]["signal"] and "expected" not in rows[-1]
    ratios = [after["expected"] / before["expected"] for before, after in zip(rows, rows[1:-1], strict=False)]
    np.testing.assert_allclose(ratios, shrinkage(SLOPE))
    assert not any("expected" in row for row in found["after"].tables["layers"])


def test_a_net_in_numbers_by_hand():
    net = [LayerSizes(str(i), *pair) for i, pair in enumerate([(8, 6), (4, 5), (1, 3), (0.5, 7)])]
    assert signal_look.ends(net) == {
        "signal-first": 8, "signal-middle": 4, "signal-last": 1, "signal-factor": pytest.approx(8**-0.5),
        "logits-spread": 0.5, "gradient-first": 6, "gradient-middle": 5, "gradient-last-conv": 3, "gradient-linear": 7,
        "explosion": 2,
    }  # fmt: skip
    dead = [LayerSizes("", 0.0, 0.0)] * 4
    assert signal_look.ends(dead)["explosion"] is None and signal_look.ends(dead)["signal-factor"] is None


def test_seeds_differ_and_a_record_depends_neither_on_its_batch_nor_on_its_turn():
    small = {"blocks": 0, "filters": 2}
    tasks, steps = [task("none", seed, **small) for seed in (0, 1)], []
    both = [found for _, found in EXPERIMENT.measure(tasks, lambda *at: steps.append(at), Unfinished())]
    assert both[0] != both[1] and steps == [(1, 2), (2, 2)]
    assert measured(tasks[1])["none"] == both[1]
    assert EXPERIMENT.first_losses(tasks[1]) == both[1].first_losses == [both[1].metrics["loss"]]


def test_the_number_format_is_float64_where_float32_hides_the_signal():
    formats = {arm.id: task(arm.id).settings["precision"] for arm in EXPERIMENT.arms}
    assert formats == {"none": "float64", "he": "float64", "vgg-08": "float64", "before": "float32", "after": "float32"}
    assert {task(arm.id, precision="float32").settings["precision"] for arm in EXPERIMENT.arms} == {"float32"}
    same = task("none", precision="float64")
    assert same.key == task("none").key != task("none", precision="float32").key
    assert task("vgg-08", depths=(0, 7), blocks=3).key == task("vgg-08").key  # what does not touch it


def test_both_formats_measure_the_same_with_normalisation():
    double, single = (
        measured(task("after", blocks=1, filters=4, precision=precision))["after"].metrics
        for precision in ("float64", "float32")
    )
    assert single != double
    for name, value in double.items():
        assert single[name] == pytest.approx(value, rel=1e-3), name


def test_a_net_that_overflows_is_a_result(monkeypatch):
    monkeypatch.setattr(vgg, "start", lambda *of, **_: {name: 1e200 * array for name, array in start(*of).items()})
    found = measured(task("none", blocks=0, filters=2))["none"]
    assert found.diverged and set(found.metrics) == {metric.name for metric in EXPERIMENT.metrics}
    assert set(found.metrics.values()) == {None}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"images": 1}, "images"),
        ({"images": 0}, "images"),
        ({"filters": 0}, "filters"),
        ({"blocks": -1}, "blocks"),
        ({"depths": (0.5,)}, "whole number"),
        ({"depths": (51,)}, "depths"),
        ({"precision": "bf16"}, "float32"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(given, told):
    with pytest.raises(UsageError, match=told):
        task("none", **given)


def test_more_images_than_there_are(monkeypatch):
    few = type("Few", (), {"train_x": np.zeros((5, 3, 32, 32), np.uint8)})()
    monkeypatch.setattr(signal_look, "load_cifar", lambda *_, **__: few)
    with pytest.raises(UsageError, match="images = 10, and there are 5"):
        measured(task("none"))


@pytest.fixture(scope="module")
def committed():
    """The committed records, arm → metrics of each seed."""
    study = reproduce("vgg-depth/signal", preset="published")
    if not study.records:
        pytest.skip("no record of vgg-depth/signal is committed")
    return {arm: {name: median(study.metric(arm, name).values()) for name in NAMES} for arm in study.arms}


NAMES = ("signal-middle", "signal-last", "signal-factor", "gradient-first", "gradient-middle", "gradient-last-conv")


@pytest.mark.parametrize(
    ("arm", "expected"),
    [
        ("none", {"signal-middle": 2e-8, "signal-last": 3e-16, "signal-factor": 0.376, "gradient-middle": 3e-15}),
        ("before", {"gradient-first": 0.51, "gradient-middle": 0.026, "gradient-last-conv": 0.0039}),
        ("after", {"gradient-first": 3.3, "gradient-middle": 0.105, "gradient-last-conv": 0.0044}),
    ],
)
def test_the_committed_records_are_of_the_size_that_another_program_found(committed, arm, expected):
    """Measured once by hand, in another program, on other starts and images."""
    for name, value in expected.items():
        within = 1.1 if name == "signal-factor" else 1.5 if arm != "none" else 5
        assert value / within < committed[arm][name] < value * within, name
