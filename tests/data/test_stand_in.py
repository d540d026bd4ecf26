from __future__ import annotations

import numpy as np

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.data.scaling import fit
from claimbook.data.stand_in import stand_in


def test_shape_and_range():
    x, y = stand_in(2_565, 1)
    assert x.shape == (2_565, 128) and y.shape == (2_565,) and x.dtype == y.dtype == np.float64
    assert y.min() >= 2.5 and y.max() <= 600
    signs = np.tile([1, 1, 1, 1, 1, -1, -1, -1], 16)
    assert (np.sign(x) == signs).all()
    assert np.abs(x[:, ::8]).min() > 100 * np.abs(x[:, 1::8]).mean() / 10, "the steady-state change is far larger"


def test_same_numbers_every_time_and_on_every_machine(monkeypatch):
    monkeypatch.delenv("CLAIMBOOK_DATA", raising=False)
    digests = {load_gas_sensor(stand_in=True, dtype=dtype).digest for dtype in ("float32", "float64")}
    assert digests == {"4c5476ee49452cd3427e614d467d622b80c7ece12408d6802b7067c21eaed888"}


def test_gases_differ_and_follow_the_catalogue():
    assert load_gas_sensor(3, stand_in=True).x.shape == (1_641, 128)
    assert load_gas_sensor(3, stand_in=True).y[0] != load_gas_sensor(1, stand_in=True).y[0]


def test_rates_that_are_stable_on_the_real_data_are_stable_here():
    x, _ = stand_in(2_565, 1)
    z = fit("z-score", x).apply(x)
    assert 60 < np.linalg.eigvalsh(z.T @ z / len(z))[-1] < 85
