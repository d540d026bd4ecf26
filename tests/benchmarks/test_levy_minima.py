"""The part of the homotopy's benchmark that minimises: that both contenders find the same, and who does not is told."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(scope="module")
def levy_minima(benchmark_named):
    return benchmark_named("levy_minima")


def test_both_contenders_minimise_from_every_start_and_are_timed(levy_minima, tmp_path, capsys):
    assert levy_minima.lay_out(tmp_path, ["levy-n2"]) == "a formula"
    with np.load(tmp_path / "levy-n2.npz") as arrays:
        starts = arrays["starts"]
    assert sorted(map(tuple, starts)) == [(a, b) for a in range(6) for b in range(6)]
    found = levy_minima.measured(tmp_path, "levy-n2", 1, 0.01)
    assert found["differences"] == {
        "scipy_one_by_one": {"starts": 36, "differing": 0, "found_scipy_one_by_one": 24, "found_ours": 24}
    }
    assert found["contenders"]["scipy_one_by_one"]["ratio"] > 1
    assert "0 of 36 end in another minimum" in capsys.readouterr().out


def minima(x, value):
    return {"x": x, "value": value}


def test_starts_that_end_elsewhere_are_counted_and_may_be_few(levy_minima):
    ours, theirs = np.ones((400, 2)), np.ones((400, 2))
    theirs[7] = [4.96, 1.0]
    value = np.zeros(400)
    found = levy_minima.compared(
        {"ours": minima(ours, value), "peer": minima(theirs, np.where(theirs[:, 0] > 2, 3, 0))}
    )
    assert found == {"peer": {"starts": 400, "differing": 1, "found_peer": 399, "found_ours": 400}}


@pytest.mark.parametrize("elsewhere", [4.96, float("nan")])
def test_who_ends_elsewhere_is_not_timed(levy_minima, elsewhere):
    ours, theirs = np.ones((100, 2)), np.ones((100, 2))
    theirs[3, 1] = elsewhere
    with pytest.raises(SystemExit, match="peer trains something else: starts end in other minima"):
        levy_minima.compared({"ours": minima(ours, np.zeros(100)), "peer": minima(theirs, np.zeros(100))})
