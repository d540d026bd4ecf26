"""The experiment update-rule: its starts, its keys, its numbers against NumPy, resuming bit for bit, and divergence."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.overparameterization import ethanol
from claimbook.papers.overparameterization.rule_runs import _gaps, _log_ratio, _of_gaps
from claimbook.papers.overparameterization.rule_start import product, start
from claimbook.papers.overparameterization.update_rule import WIDTHS
from claimbook.record.unfinished import Unfinished
from claimbook.train.lp_nets import imbalance
from claimbook.train.rate_search import Row, observed_iterations

EXPERIMENT = experiment_named("overparameterization/update-rule")
TINY = {"iterations": 60, "order_iterations": 50, "rate": 2e-3, "start_norm": 0.1}
BALANCED = {"depth": 3, "start": "balanced", "start_norm": 3e-3}


def task(arm: str, seed: int = 0, stand_in: bool = True, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {**TINY, **overrides}), arm, seed, stand_in)


def measured(*tasks, unfinished=None):
    found = EXPERIMENT.measure(tasks, lambda done, total: None, unfinished or Unfinished())
    return {task.key: dataclasses.asdict(measurement) for task, measurement in found}


@pytest.fixture(scope="module")
def l2():
    """Three seeds of one arm, measured together."""
    tasks = [task("n3-l2", seed) for seed in (0, 1, 2)]
    return tasks, measured(*tasks)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("depth", [2, 3])
def test_a_balanced_start_is_balanced_and_its_product_has_no_width(depth, width):
    matrices = start(3, {**BALANCED, "depth": depth}, width)
    assert [matrix.shape for matrix in matrices] == [(width, 128), *[(width, width)] * (depth - 2), (1, width)]
    assert imbalance(matrices) < 1e-14
    assert np.linalg.norm(product(matrices)) == pytest.approx(3e-3, rel=1e-12)
    np.testing.assert_allclose(product(matrices), product(start(3, BALANCED, 1)), rtol=1e-10)


def test_a_naive_start_is_that_of_depth_lp_and_wider_ones_hold_it():
    naive = {"depth": 3, "start": "naive"}
    w, factors = ethanol.start(3, 3, 128)
    one = start(3, naive, 1)
    assert np.array_equal(one[0][0], w) and [m.item() for m in one[1:]] == list(factors)
    wide = start(3, naive, 100)
    assert np.array_equal(wide[0][:10], start(3, naive, 10)[0]) and imbalance(wide) > 0.1
    assert np.std(wide[0]) == pytest.approx(0.01, rel=0.05) and np.std(wide[1]) == pytest.approx(0.01, rel=0.05)


def test_the_norm_of_a_start_that_has_none_keeps_the_key():
    assert task("n2-l2", start="naive").key == task("n2-l2", start="naive", start_norm=1.0).key
    keys = {task("n2-l2", **other).key for other in ({}, {"start": "naive"}, {"start_norm": 1.0}, {"rate": 1e-4})}
    keys |= {task("n2-l2", **{name: 61}).key for name in ("iterations", "order_iterations")}
    keys |= {task("n3-l2").key, task("n2-l4").key, task("n2-l2", 1).key, task("n2-l2", precision="float64").key}
    assert len(keys) == 10


@pytest.mark.parametrize(("arm", "depth", "p", "steps"), [("n2-l2", 2, 2, 120), ("n3-l4", 3, 4, 40)])
def test_the_measurement_equals_a_float64_computation(arm, depth, p, steps):
    """Network and rule in NumPy, width 10, from the naive start: the same curves, gap and iterations to half."""
    asked = task(arm, 4, precision="float64", start="naive", rate=5e-3, iterations=steps, order_iterations=1)
    found = measured(asked)[asked.key]
    data = load_gas_sensor(gas=1, scaling="z-score", stand_in=True, dtype="float64")
    matrices = start(4, asked.settings, 10)
    w, losses = product(matrices), {"net": [], "rule": []}
    for _ in range(steps + 1):
        residual = data.x @ product(matrices) - data.y
        losses["net"].append(np.mean(residual**p) / p)
        gradient = (data.x.T @ residual ** (p - 1) / len(data.y))[None]
        slopes = []
        for j in range(depth):
            above, below = np.eye(1), np.eye(128)
            for matrix in reversed(matrices[j + 1 :]):
                above = above @ matrix
            for matrix in matrices[:j]:
                below = matrix @ below
            slopes.append(above.T @ gradient @ below.T)
        matrices = [matrix - 5e-3 * slope for matrix, slope in zip(matrices, slopes, strict=True)]
        residual = data.x @ w - data.y
        losses["rule"].append(np.mean(residual**p) / p)
        g, norm = data.x.T @ residual ** (p - 1) / len(data.y), np.linalg.norm(w)
        w = w - 5e-3 * norm ** (2 - 2 / depth) * (g + (depth - 1) * (g @ w) * w / norm**2)
    for what in ("net", "rule"):
        curve = found["curves"][f"k10-{what}"]
        np.testing.assert_allclose(curve[f"k10-{what}"], np.array(losses[what])[curve["iteration"]], rtol=1e-8)
    gaps = (np.abs(np.array(losses["net"]) - losses["rule"]) / losses["net"])[observed_iterations(steps, steps)]
    assert found["metrics"]["curve-gap-k10"] == pytest.approx(gaps.max(), rel=1e-7)
    for what, name in (("net", "iterations-to-half-k10"), ("rule", "rule-to-half-k10")):
        below = np.flatnonzero(np.array(losses[what]) <= losses[what][0] / 2)
        assert (found["metrics"][name] is None) == (len(below) == 0)
        if len(below):
            assert found["metrics"][name] == pytest.approx(below[0], abs=6)  # between two observations


def test_balanced_networks_follow_the_rule_whatever_their_width(l2):
    tasks, found = l2
    for task in tasks:
        metrics = found[task.key]["metrics"]
        assert metrics["curve-gap"] == max(metrics[f"curve-gap-k{k}"] for k in WIDTHS) < 0.05
        assert metrics["compared-until"] == 60 and metrics["runs-diverged"] == 0
        assert metrics["step-order"] == pytest.approx(1.0, abs=0.1) and metrics["forms-gap"] < 1e-12
        ends = [found[task.key]["curves"][f"k{k}-net"][f"k{k}-net"][-1] for k in WIDTHS]
        np.testing.assert_allclose(ends, ends[0], rtol=1e-5)
        assert not found[task.key]["diverged"]


def test_a_record_does_not_depend_on_its_batch(l2):
    tasks, together = l2
    alone = measured(tasks[1])
    assert json.dumps(alone[tasks[1].key], sort_keys=True) == json.dumps(together[tasks[1].key], sort_keys=True)


def test_first_losses_are_the_records_own(l2):
    tasks, found = l2
    assert EXPERIMENT.first_losses(tasks[2]) == found[tasks[2].key]["first_losses"]
    assert len(EXPERIMENT.first_losses(tasks[2])) == 20 * 2 * len(WIDTHS)


class Killed(Exception):
    pass


def test_a_killed_run_goes_on_bit_for_bit(l2, tmp_path, monkeypatch):
    """Saved once, when the network of width 10 has done 30 of its 60 iterations, and killed some time later."""
    (task, *_), whole = l2
    unfinished, done_by_now = Unfinished(tmp_path), []
    monkeypatch.setattr(unfinished, "due", lambda: done_by_now[-1] == 60 + 30)

    def killed_later(done, total):
        done_by_now.append(done)
        if done > 2 * 60 + 20:
            raise Killed

    with pytest.raises(Killed):
        list(EXPERIMENT.measure([task], killed_later, unfinished))
    state = unfinished.load(task.key)
    assert [state[f"k{k}-net"]["at"] for k in WIDTHS] == [60, 30, 0]
    resumed = measured(task, unfinished=unfinished)
    assert json.dumps(resumed[task.key], sort_keys=True) == json.dumps(whole[task.key], sort_keys=True)


def test_runs_that_blow_up_are_compared_until_then_and_counted():
    asked = task("n2-l4", rate=3.0, start_norm=1.0, order_iterations=1)
    found = measured(asked)[asked.key]
    metrics = found["metrics"]
    assert metrics["runs-diverged"] == 6 and 0 < metrics["compared-until"] < 60
    assert metrics["curve-gap"] is not None and not found["diverged"]
    assert all(row["diverged_by"] > metrics["compared-until"] >= 1 for row in found["tables"]["runs"])
    assert metrics["forms-gap"] is metrics["step-order"] is None


def row(iterations, losses):
    return Row(0.1, (), iterations=iterations, losses=losses)


def test_gaps_by_hand():
    """The network blows up after 10, the rule goes on: |2 − 2.2| / 2 = 0.1 is the largest that both had."""
    short = _gaps(row([0, 5, 10], [4.0, 2.0, 1.0]), row([0, 5, 10, 20], [4.0, 2.2, 1.02, 0.5]))
    assert short == {0: 0.0, 5: pytest.approx(0.1), 10: pytest.approx(0.02)}
    metrics = _of_gaps({1: short, 10: {0: 0.0, 5: 0.01, 10: 0.03, 20: 0.04}}, 10)
    assert metrics["curve-gap"] == metrics["curve-gap-k1"] == pytest.approx(0.1) and metrics["gap-at"] == 5
    assert metrics["curve-gap-k10"] == 0.04 and metrics["gap-above-5-at"] == 5 and metrics["compared-until"] == 10
    none = _of_gaps({1: {0: 0.0}, 10: {0: 0.0}}, 0)
    assert none["curve-gap"] is none["curve-gap-k1"] is none["gap-at"] is none["gap-above-5-at"] is None


def test_width_ratios_by_hand():
    assert _log_ratio([100.0, 200.0, 400.0]) == pytest.approx(np.log(4)) and _log_ratio([1.0, None, 2.0]) is None


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("rate", 0.0, "rate = 0.0 is out of range"),
        ("rate", -1e-3, "rate = -0.001 is out of range"),
        ("start_norm", 0.0, "start_norm = 0.0 is out of range"),
        ("iterations", 0, "iterations = 0 is out of range"),
        ("scaling", "zscore", "scaling"),
        ("start", "random", "start"),
    ],
)
def test_bad_input_is_refused(parameter, value, message):
    with pytest.raises(UsageError, match=message):
        task("n2-l2", **{parameter: value})


def test_the_paper_preset_is_as_printed():
    """Slides, Experiment 1 code: 200,000 iterations, rate 0.001."""
    parameters = EXPERIMENT.parameters("paper")
    assert (parameters.iterations, parameters.rate) == (200_000, 0.001) and EXPERIMENT.preset("paper").seeds == 5
