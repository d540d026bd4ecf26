"""That the benchmark lays out and runs our own contenders. Nothing is timed against a limit."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.data import gas_sensor


@pytest.fixture(scope="module")
def benchmark(benchmark_named):
    return benchmark_named("overparameterization")


def test_our_contender_trains_the_workload(benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(gas_sensor, "use_stand_in", lambda stand_in: True)
    assert benchmark.lay_out(tmp_path, ["adam-l4"]) == "stand-in"
    with np.load(tmp_path / "adam-l4.npz") as arrays:
        assert arrays["w"].shape == (35, 128) and arrays["factors"].shape == (35, 2) and arrays["rates"].shape == (35,)
    answer = benchmark.field(tmp_path, "adam-l4").asked("ours", "adam-l4-check", "check", "50")
    assert np.all(np.array(answer["last"]) < np.array(answer["first"]))


def test_the_eigenbasis_is_a_contender_for_l2_alone(benchmark, tmp_path):
    trains = {name for name in benchmark.WORKLOADS if "eigenbasis" in benchmark.field(tmp_path, name).contenders}
    assert trains == {"gd-l2"} and set(benchmark.ONLY_FOR) <= set(benchmark.CONTENDERS)
