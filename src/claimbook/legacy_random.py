"""NumPy's old generator, for drawing again what other people's published code drew with it.

Our own random numbers come from `seeds`. NumPy has promised that the numbers of RandomState stay as they are.
"""

from __future__ import annotations

import numpy as np


def choice(seed: int, n: int, size: int) -> np.ndarray:
    """`size` different ones of 0 … n − 1 in the order drawn, (size,) int64, as RandomState(seed).choice gives them."""
    return np.random.RandomState(seed).choice(n, size, replace=False).astype(np.int64)
