"""The real data sets, against numbers that are known from elsewhere (the papers, the official releases)."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.batch_file import finer_than_printed
from claimbook.data.check import read_batches
from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.data.locate import locate


def test_ethanol_is_the_papers_regression(real):
    real("gas-sensor")
    data = load_gas_sensor(stand_in=False, dtype="float64")
    assert data.x.shape == (2_565, 128) and not data.stand_in
    assert data.y.mean() == pytest.approx(114.9503, abs=5e-5)
    assert data.y.std(ddof=1) == pytest.approx(86.6375, abs=5e-5)
    assert data.y.std(ddof=0) == pytest.approx(86.6206, abs=5e-5)
    assert (data.y.min(), data.y.max(), len(np.unique(data.y))) == (2.5, 600.0, 35)
    means = data.x.mean(axis=0)
    assert (means.argmin() + 1, means.argmax() + 1) == (72, 65)
    assert means.min() == pytest.approx(-49.25, abs=5e-3) and means.max() == pytest.approx(60_053.65, abs=5e-3)
    assert (np.diff(data.y) >= 0).all(), "canonical order"


@pytest.mark.parametrize("how, largest", [("z-score", 72.94), ("min-max", 39.82), ("min-max-symmetric", 61.57)])
def test_largest_eigenvalue_under_each_scaling(real, how, largest):
    real("gas-sensor")
    x = load_gas_sensor(stand_in=False, scaling=how, dtype="float64").x
    assert np.linalg.eigvalsh(x.T @ x / len(x))[-1] == pytest.approx(largest, abs=5e-3)


def test_least_squares_optimum_of_the_z_scored_data(real):
    real("gas-sensor")
    data = load_gas_sensor(stand_in=False, scaling="z-score", dtype="float64")
    weights = np.linalg.lstsq(data.x, data.y, rcond=None)[0]
    assert np.mean((data.x @ weights - data.y) ** 2) / 2 == pytest.approx(0.0500, abs=5e-5)
    assert np.mean(data.y**4) / 4 == pytest.approx(1.392, abs=1e-3)


def test_rounded_rows_are_those_of_batches_7_and_10(real):
    now = real("gas-sensor")
    data = load_gas_sensor(stand_in=False)
    assert data.rows_rounded == (0 if now.complete else 1_249)
    batches, _ = read_batches(locate("gas-sensor"))
    originals = [batch for k, batch in enumerate(batches, 1) if k not in (7, 10)]
    assert sum(len(batch.gas) for batch in originals) == 6_697
    assert not any(finer_than_printed(batch.x).any() for batch in originals)


def test_float32_and_scaled_loads_have_one_digest(real):
    real("gas-sensor")
    loads = [load_gas_sensor(stand_in=False), load_gas_sensor(stand_in=False, scaling="min-max", dtype="float64")]
    assert len({data.digest for data in loads}) == 1


@pytest.mark.parametrize("name", ["mnist", "cifar-10", "cifar-100", "math-symbols-1", "math-symbols-3", "bhmsds"])
def test_the_other_sets_pass_their_checks(real, name):
    assert real(name).state == "verified"
