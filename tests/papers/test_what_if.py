"""The experiment what-if: the sweep equals a NumPy computation, and depends neither on its batch nor on a stop."""

from __future__ import annotations

import dataclasses
import functools
import json
import math

import numpy as np
import pytest

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.errors import UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.overparameterization import ethanol
from claimbook.papers.overparameterization.ethanol import SCALINGS, start
from claimbook.papers.overparameterization.what_if_sweep import kept_iterations
from claimbook.record.canonical import from_json, to_json
from claimbook.record.provenance import Meter
from claimbook.record.reading import sweep_of
from claimbook.record.schema import make_record
from claimbook.record.unfinished import Unfinished
from claimbook.study.remaking import remake_command

EXPERIMENT = experiment_named("overparameterization/what-if")
LOADED = functools.cache(load_gas_sensor)  # its arrays are read-only
TINY = {"iterations": 60, "depths": "1,3", "scaling": "z-score", "rates_l2": "1e-3,1e-2,5"}
TINY |= {"rates_l4": "1e-4,1e-3,10", "rates_l6": "1e-5,1e-4,10"}


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    """The stand-in is made once, and its optimum, which has tests of its own, not at all."""
    monkeypatch.setattr(ethanol, "load_gas_sensor", LOADED)
    monkeypatch.setattr("claimbook.train.lp_optimum.lp_optimum", lambda x, y, p: 1e-3)


def task(arm: str, seed: int = 0, stand_in: bool = True, **overrides):
    return EXPERIMENT.task(EXPERIMENT.parameters("paper", {**TINY, **overrides}), arm, seed, stand_in)


def measured(*tasks, unfinished=None, progress=lambda done, total: None):
    found = EXPERIMENT.measure(tasks, progress, unfinished or Unfinished())
    return {own.key: dataclasses.asdict(measurement) for own, measurement in found}


def curve(sweep, **setting):
    """iteration → loss of one setting."""
    rows = zip(*sweep.values(), strict=True)
    found = [dict(zip(sweep, row, strict=True)) for row in rows]
    return {row["iteration"]: row["loss"] for row in found if all(row[name] == setting[name] for name in setting)}


@pytest.mark.parametrize(("arm", "p", "rate"), [("l2", 2, 0.01), ("l4", 4, 0.001), ("l6", 6, 0.0001)])
@pytest.mark.parametrize("depth", [1, 3])
def test_a_curve_equals_a_float64_computation(arm, p, rate, depth):
    own = task(arm, 4, precision="float64", scaling="min-max", depths=str(depth), **{f"rates_{arm}": str(rate)})
    sweep = measured(own)[own.key]["sweep"]
    data = LOADED(gas=1, scaling="min-max", stand_in=True, dtype="float64")
    w, factors = start(4, depth, 128)
    losses = {}
    for at in range(61):
        residual = data.x @ (w * np.prod(factors)) - data.y
        losses[at] = np.mean(residual**p) / p
        gradient = data.x.T @ residual ** (p - 1) / len(data.y)
        others = [np.prod(np.delete(factors, j)) for j in range(depth - 1)]
        w, factors = (
            w - rate * np.prod(factors) * gradient,
            factors - rate * (gradient @ w) * np.array(others).reshape(-1),
        )
    found = curve(sweep, scaling="min-max", depth=depth, rate=rate)
    assert set(range(21)) | {60} <= set(found) and len(found) < 40
    for at, loss in found.items():
        assert loss == pytest.approx(losses[at], rel=1e-9)


def test_every_setting_has_a_curve_and_one_that_blew_up_ends_in_nan():
    own = task("l4", depths="1,2", scaling="all")
    found = measured(own)[own.key]
    sweep = found["sweep"]
    settings = set(zip(sweep["scaling"], sweep["depth"], sweep["rate"], strict=True))
    assert settings == {(s, d, r) for s in SCALINGS for d in (1, 2) for r in (1e-4, 1e-3, 10.0)}
    ended = {setting for setting in settings if math.isnan([*_curve(sweep, setting).values()][-1])}
    assert ("z-score", 1, 10.0) in ended and ("z-score", 1, 1e-4) not in ended
    assert found["metrics"] == {"settings": 18, "settings-diverged": len(ended)} and not found["diverged"]
    for setting in settings:
        at, losses = zip(*sorted(_curve(sweep, setting).items()), strict=True)
        assert at[0] == 0 and np.isfinite(losses[:-1]).all() and (setting in ended) == (at[-1] != 60)


def _curve(sweep, setting):
    return curve(sweep, **dict(zip(("scaling", "depth", "rate"), setting, strict=True)))


def test_the_best_rates_are_those_of_the_sweep():
    own = task("l2", depths="1,2", scaling="all")
    found = measured(own)[own.key]
    for row in found["tables"]["best"]:
        curves = [_curve(found["sweep"], (row["scaling"], row["depth"], rate)) for rate in (1e-3, 1e-2, 5.0)]
        last = {rate: own.get(60, math.nan) for rate, own in zip((1e-3, 1e-2, 5.0), curves, strict=True)}
        finite = {rate: loss for rate, loss in last.items() if math.isfinite(loss)}
        assert (row["loss"], row["rate"]) == min((loss, rate) for rate, loss in finite.items())
        assert (row["rates"], row["diverged"]) == (3, 3 - len(finite))


@pytest.mark.parametrize("arm", ["l2", "l4"])
def test_a_record_depends_neither_on_its_batch_nor_on_the_other_settings(arm):
    alone, single = task(arm, 1), task(arm, 1, depths="3", **{f"rates_{arm}": "1e-3"})
    together = measured(*(task(arm, seed) for seed in (0, 1, 2)))[alone.key]
    assert str(measured(alone)[alone.key]) == str(together)
    part = curve(together["sweep"], depth=3, rate=1e-3)
    assert curve(measured(single)[single.key]["sweep"], depth=3) == part and len(part) > 20


@pytest.mark.parametrize("arm", ["l2", "l4"])
def test_a_run_that_is_stopped_goes_on_to_the_same_end(arm, tmp_path):
    """Stopped at some of the places where it could be, also in the middle of the second depth."""
    own, other = task(arm, 0, scaling="min-max"), task(arm, 1, scaling="min-max")
    expected, states = measured(own, other), []

    class Watched(Unfinished):
        def due(self):
            return True

        def save(self, kept):
            states.append(json.dumps(to_json(kept)))

    assert str(measured(own, other, unfinished=Watched())) == str(expected)
    assert len(states) > 40

    class Stopped(Unfinished):
        def __init__(self, state):
            super().__init__()
            self.state = from_json(json.loads(state))

        def load(self, key):
            return self.state[key]

    for state in states[5::30]:
        told = []
        again = measured(own, other, unfinished=Stopped(state), progress=lambda *now, told=told: told.append(now))
        assert str(again) == str(expected)
        assert told == sorted(told) and told[-1][0] == told[-1][1]
    one_ahead = {own.key: from_json(json.loads(states[-1]))[own.key], other.key: None}
    assert str(measured(own, other, unfinished=Stopped(json.dumps(to_json(one_ahead))))) == str(expected)


@pytest.mark.parametrize("arm", ["l2", "l6"])
def test_first_losses_are_the_records_own(arm):
    own = task(arm, 2)
    assert EXPERIMENT.first_losses(own) == measured(own)[own.key]["first_losses"]
    assert len(EXPERIMENT.first_losses(own)) == 20


def test_the_key_names_the_solver_and_only_what_touches_the_arm():
    assert task("l2").asked["solver"] == "eigenbasis" and task("l4").asked["solver"] == "mxnet-batched-descent"
    assert task("l2").key == task("l2", rates_l4="1", precision="float64").key
    base = task("l4")
    others = [task("l4", rates_l4="1"), task("l4", depths="1"), task("l4", scaling="all"), task("l4", iterations=61)]
    others += [task("l4", precision="float64"), task("l4", 1), task("l6"), task("l4", stand_in=False)]
    assert len({base.key, *(other.key for other in others)}) == 1 + len(others)


def test_a_single_setting_has_its_command():
    own = task("l2", 1, depths="3", rates_l2="0.01")
    ((own, measurement),) = EXPERIMENT.measure([own], lambda done, total: None, Unfinished())
    record = make_record(own, measurement, Meter(type(EXPERIMENT).__module__, 1, 1, "cpu").provenance())
    line = remake_command(EXPERIMENT, record)
    for word in ("-p scaling=z-score", "-p depths=3", "-p rates_l2=0.01", "-p iterations=60", "--arm l2 --seed 1"):
        assert word in line
    assert sweep_of(record)["depth"] == [3] * record.sweep.rows


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"depths": "1.5"}, "whole number"),
        ({"depths": "0"}, "out of range"),
        ({"depths": "9"}, "out of range"),
        ({"rates_l4": "0"}, "out of range"),
        ({"rates_l2": "-0.1"}, "out of range"),
        ({"scaling": "zscore"}, "z-score"),
        ({"iterations": 0}, "out of range"),
        ({"p": 3}, "no parameter"),
    ],
    ids=str,
)
def test_what_cannot_be_run_is_refused_before_anything_runs(given, words):
    with pytest.raises(UsageError) as told:
        EXPERIMENT.parameters("paper", given)
    assert words in str(told.value)


def test_a_curve_keeps_its_first_steps_and_about_ten_points_a_decade():
    kept = sorted(kept_iterations(20_000))
    assert kept[:21] == list(range(21)) and kept[-1] == 20_000 and 45 <= len(kept) <= 60
    steps = np.diff(np.log10(kept[21:]))
    assert steps.max() < 0.13 and kept_iterations(1) == {0, 1} and kept_iterations(7) == set(range(8))
