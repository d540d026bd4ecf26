"""The benchmark's arithmetic, and that it lays out and runs our own contenders. Nothing is timed against a limit."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from claimbook.data import gas_sensor

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "overparameterization.py"


@pytest.fixture(scope="module")
def benchmark():
    spec = importlib.util.spec_from_file_location("benchmark_of_overparameterization", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_a_ratio_is_taken_within_a_round(benchmark):
    times = [(1.0, 3.0), (10.0, 20.0), (2.0, 8.0)]  # the machine was ten times slower in the second round
    rounds = [
        {"ours": {"row_iteration": a, "first_call": 0.5}, "peer": {"row_iteration": b, "first_call": 0.1}}
        for a, b in times
    ]
    peer = benchmark.ratios(rounds)["peer"]
    assert peer == {"ratio": 3.0, "spread": [2.0, 4.0], "microseconds": 8e6, "first_call_seconds": 0.1}
    assert benchmark.ratios(rounds)["ours"]["spread"] == [1.0, 1.0]


def test_a_difference_is_a_share_of_the_fall(benchmark):
    losses = {"ours": {"first": [1.0, 1.0], "last": [0.5, 0.9]}, "peer": {"last": [0.5, 0.900001]}}
    assert benchmark.checked(losses) == {"peer": pytest.approx(1e-5, rel=1e-6)}


@pytest.mark.parametrize("last", [[1.0, 1.0], [0.5, 0.91], [0.5, float("nan")]])
def test_a_contender_that_trains_something_else_is_not_timed(benchmark, last):
    losses = {"ours": {"first": [1.0, 1.0], "last": [0.5, 0.9]}, "peer": {"last": last}}
    with pytest.raises(SystemExit, match="peer trains something else"):
        benchmark.checked(losses)


def test_our_contender_trains_the_workload(benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(gas_sensor, "use_stand_in", lambda stand_in: True)
    assert benchmark.lay_out(tmp_path, ["adam-l4"]) == "stand-in"
    with np.load(tmp_path / "adam-l4.npz") as arrays:
        assert arrays["w"].shape == (35, 128) and arrays["factors"].shape == (35, 2) and arrays["rates"].shape == (35,)
    answer = benchmark.asked(tmp_path, "ours", "adam-l4-check", "check", "50")
    assert np.all(np.array(answer["last"]) < np.array(answer["first"]))


def test_every_contender_is_a_program_and_its_workloads_exist(benchmark):
    for name, contender in benchmark.CONTENDERS.items():
        assert (BENCHMARK.parent / "contenders" / f"{name}.py").exists()
        assert set(contender.workloads) <= set(benchmark.WORKLOADS)
