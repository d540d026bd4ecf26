"""What the experiments on the ethanol data share: their start, their grids, and when a loss was reached."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from claimbook import seeds

INPUTS = 128  # features of the gas-sensor data
START_SD = 0.01  # slides, Experiment 2 code: torch.randn(…) * 0.01; Experiment 3: RandomNormal(stddev=0.01)
RATES_2 = (1e-5, 5e-5, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)  # slides, Experiment 2 code: `rates`
RATES_3 = (1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)  # slides, Experiment 3, model_building: `lr`
# The slides print no rate for l4 in Experiment 2. This is their grid of that experiment, the two rates that Experiment
# 3 adds to it (1e-4, 5e-4), and finer steps in its gap from the stable 1e-3 to the unstable 5e-3.
RATES_L4 = (1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 1.5e-3, 2e-3, 2.5e-3, 3e-3, 3.5e-3, 4e-3, 5e-3, 1e-2, 5e-2, 1e-1, 5e-1)
SCALINGS = ("z-score", "min-max", "min-max-symmetric")


def start(seed: int, depth: int, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """W_1 (inputs,) and W_2 … W_N (depth − 1,), entries N(0, 0.01²); those of one seed share their first matrices."""
    w = seeds.stream(seed, "start/W1").standard_normal(inputs) * START_SD
    factors = [seeds.stream(seed, f"start/W{j}").standard_normal() * START_SD for j in range(2, depth + 1)]
    return w, np.array(factors)


def iterations_to(iterations: Sequence[int], losses: Sequence[float], threshold: float) -> float | None:
    """When the loss first comes down to `threshold`, or None where it never does.

    Between two observations the loss is taken as a power law of the iteration (a straight line in the logarithms).
    """
    for i, loss in enumerate(losses):
        if loss <= threshold:
            if i == 0 or iterations[i - 1] == 0:
                return float(iterations[i])
            share = np.log(losses[i - 1] / threshold) / np.log(losses[i - 1] / loss)
            low, high = np.log(iterations[i - 1]), np.log(iterations[i])
            return float(np.exp(low + share * (high - low)))
    return None
