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
_UNITS = 10.0 ** np.array([4, 6, 6, 6, 6, 6, 6, 6])  # numbers are printed to so many parts of one
# Chosen so that the largest eigenvalue of X^T X / n, z-scored, is near the real data's 73: the same rates are stable.
_DRIFT, _NOISE = 0.15, 0.17


def stand_in(rows: int, gas: int) -> tuple[np.ndarray, np.ndarray]:
    """x (rows, 128) and y (rows,), the concentration in ppm: float64, the same on every machine, in no special order.

    All numbers are rounded to as many decimals as the batch files have, so that a last-bit difference between two
    machines' exp and power does not show.
    """

    def normal(name: str, *shape: int) -> np.ndarray:
        return seeds.stream(0, f"gas-sensor/stand-in/{VERSION}/gas-{gas}/{name}").standard_normal(shape)

    y = np.rint(np.clip(np.exp(4.5 + 0.7 * normal("concentration", rows)), *PPM) * 1e6) / 1e6
    gain = np.exp(0.5 * normal("gain", SENSORS, 1) + 0.1 * normal("feature", SENSORS, 8))
    power = _POWER + 0.05 * normal("power", SENSORS, 8)
    drift = np.exp(_DRIFT * np.cumsum(normal("drift", BATCHES, SENSORS, 1), axis=0))
    batch = np.arange(rows) * BATCHES // max(rows, 1)
    noise = np.exp(_NOISE * normal("noise", rows, SENSORS, 8))
    x = _SIZE * gain * y[:, None, None] ** power * drift[batch] * noise
    return (np.rint(x * _UNITS) / _UNITS).reshape(rows, SENSORS * 8), y
