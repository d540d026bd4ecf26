"""MXNet's own generator, which dropout inside a net draws from: set anew before each step.

Its state cannot be saved. Seeded from the run's seed and the step's number it draws the same at that step whatever came
before, so a run can go on at any step; that costs about a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from claimbook import seeds
from claimbook.compat import mxnet

mx = mxnet()


def reseeded(batch_of: Callable[[int], Sequence[Any]], seed: int, name: str = "device") -> Callable[[int], Any]:
    """The batches of `batch_of`, with MXNet's generator set from (seed, name, step) before each is made."""

    def batch(step: int) -> Sequence[Any]:
        seeds.reseed(mx, seed, f"{name}/{step}")
        return batch_of(step)

    return batch
