"""The two starts of update-rule's networks: balanced, as the rule's derivation asks, and naive, as in Experiment 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from claimbook import seeds
from claimbook.papers.overparameterization.ethanol import INPUTS, START_SD


def start(seed: int, settings: Mapping[str, Any], width: int) -> list[np.ndarray]:
    """W_1 (k, d), W_2 … W_{N−1} (k, k), W_N (1, k) of a network.

    naive: entries N(0, 0.01²); the rows of a narrower W_1 are the first of a wider one's, and width 1 starts as in
    depth-lp. balanced: with unit vectors a (k,) and v (d,) and s the norm of the product, W_1 = s^(1/N) a vᵀ, the inner
    ones s^(1/N) a aᵀ, the last s^(1/N) aᵀ, so W_{j+1}ᵀ W_{j+1} = W_j W_jᵀ. v is the same for all widths.
    """
    depth = settings["depth"]
    sizes = [INPUTS] + [width] * (depth - 1) + [1]
    if settings["start"] == "naive":
        shapes = enumerate(zip(sizes[1:], sizes, strict=False), 1)
        return [seeds.stream(seed, f"start/W{j}").standard_normal(shape) * START_SD for j, shape in shapes]
    size = settings["start_norm"] ** (1 / depth)
    a, v = _unit(seed, "start/a", width), _unit(seed, "start/v", INPUTS)
    return [size * np.outer(a, v), *[size * np.outer(a, a)] * (depth - 2), size * a[None]]


def product(matrices: Sequence[np.ndarray]) -> np.ndarray:
    """W_N … W_1 of matrices listed from W_1 to W_N, as a vector (d,)."""
    row = matrices[-1]
    for matrix in matrices[-2::-1]:
        row = row @ matrix
    return row[0]


def _unit(seed: int, name: str, length: int) -> np.ndarray:
    direction = seeds.stream(seed, name).standard_normal(length)
    return direction / np.linalg.norm(direction)
