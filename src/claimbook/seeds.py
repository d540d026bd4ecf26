"""The only place that makes randomness: named streams that depend on the seed and the name, nothing else.

Two arms of an experiment ask for the stream of the same name and so start from the same numbers: they are paired.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np


def entropy(seed: int, name: str) -> list[int]:
    """128 bits, as four 32-bit words, that (seed, name) determine on every platform."""
    digest = hashlib.sha256(f"{int(seed)}/{name}".encode()).digest()
    return [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]


def stream(seed: int, name: str) -> np.random.Generator:
    """NumPy's PCG64 generator for one named purpose ("start/W1", "split", …) of one seed."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy(seed, name))))


def reseed(mx: Any, seed: int, name: str) -> None:
    """Set the generator of MXNet (`mx`, the module), which its own dropout draws from; its state cannot be saved."""
    mx.random.seed(entropy(seed, name)[0] & 0x7FFFFFFF)
