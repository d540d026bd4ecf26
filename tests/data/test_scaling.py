from __future__ import annotations

import numpy as np
import pytest

from claimbook.data.scaling import SCALINGS, fit
from claimbook.errors import DataError, UsageError

X = np.array([[1.0, 5.0, -2.0], [2.0, 5.0, 0.0], [6.0, 5.0, 4.0]])


def test_by_hand():
    assert np.allclose(fit("min-max", X).apply(X), [[0, 0, 0], [0.2, 0, 1 / 3], [1, 0, 1]])
    assert np.allclose(fit("min-max-symmetric", X).apply(X), [[-1, -1, -1], [-0.6, -1, -1 / 3], [1, -1, 1]])
    sd = np.sqrt(14 / 3)  # of 1, 2, 6 with ddof 0
    assert np.allclose(fit("z-score", X).apply(X)[:, :2], [[-2 / sd, 0], [-1 / sd, 0], [3 / sd, 0]])


@pytest.mark.parametrize("how", SCALINGS)
def test_undone_and_fitted_in_float64(how):
    rng = np.random.default_rng(0)
    values = (rng.normal(size=(50, 4)) * [1, 1e-6, 1e6, 1] + [0, 1, 1e6, 1e8]).astype("float32")
    scaling = fit(how, values)
    assert scaling.apply(values).dtype == np.float64
    assert np.allclose(scaling.undo(scaling.apply(values)), values.astype("float64"), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("how", SCALINGS)
def test_a_target_is_one_column(how):
    y = X[:, 0]
    assert np.array_equal(fit(how, y).apply(y), fit(how, X).apply(X)[:, 0])


def test_z_score_has_population_sd_one():
    z = fit("z-score", X).apply(X)
    assert np.allclose(z.mean(axis=0), 0) and np.allclose(z[:, [0, 2]].std(axis=0, ddof=0), 1)


def test_a_constant_column_that_is_no_binary_fraction_becomes_exactly_the_offset():
    values = np.full((3_001, 1), 0.1)
    assert (fit("z-score", values).apply(values) == 0).all()


def test_faults():
    with pytest.raises(UsageError, match="Did you mean 'z-score'"):
        fit("zscore", X)
    with pytest.raises(DataError, match="not finite"):
        fit("z-score", np.array([1.0, np.nan]))
    with pytest.raises(DataError, match="no row"):
        fit("z-score", np.empty((0, 3)))
