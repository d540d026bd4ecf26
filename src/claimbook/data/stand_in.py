"""A synthetic stand-in for the gas-sensor data: the same shape, so that the code runs everywhere, and nothing more.

No claim is judged on it: its science differs from the real data's (it is far better conditioned, and the sign of
some of the paper's effects turns on it). It has 16 sensors with 8 features each, every feature a power of the
concentration times a sensor's gain, 10 batches that drift apart, and multiplicative noise.
"""

from __future__ import annotations

import numpy as np

from claimbook import seeds

VERSION = 1
SENSORS, BATCHES = 16, 10
PPM = (2.5, 600.0)
# The 8 features of a sensor: steady-state change, the same normalised, rise at three speeds, decay at three speeds.
_SIZE = np.array([6000.0, 2.0, 0.6, 1.0, 1.8, -0.5, -0.8, -2.0])
_POWER = np.array([0.60, 0.25, 0.55, 0.52, 0.45, 0.55, 0.50, 0.40])
_DECIMALS = np.array([4, 6, 6, 6, 6, 6, 6, 6])
_DRIFT, _NOISE = 0.05, 0.03


def stand_in(rows: int, gas: int) -> tuple[np.ndarray, np.ndarray]:
    """x (rows, 128) and y (rows,), the concentration in ppm: float64, the same on every machine, in no special order.

    All numbers are rounded to as many decimals as the batch files have, so that a last-bit difference between two
    machines' exp and power does not show.
    """
    draw = lambda name: seeds.stream(0, f"gas-sensor/stand-in/{VERSION}/gas-{gas}/{name}")  # noqa: E731
    y = np.round(np.clip(np.exp(4.4 + 0.9 * draw("concentration").standard_normal(rows)), *PPM), 6)
    gain = np.exp(0.5 * draw("gain").standard_normal((SENSORS, 1)) + 0.1 * draw("feature").standard_normal((SENSORS, 8)))
    power = _POWER + 0.05 * draw("power").standard_normal((SENSORS, 8))
    drift = np.exp(_DRIFT * np.cumsum(draw("drift").standard_normal((BATCHES, SENSORS, 1)), axis=0))
    batch = np.arange(rows) * BATCHES // max(rows, 1)
    noise = np.exp(_NOISE * draw("noise").standard_normal((rows, SENSORS, 8)))
    x = _SIZE * gain * y[:, None, None] ** power * drift[batch] * noise
    return np.round(x, _DECIMALS).reshape(rows, SENSORS * 8), y
