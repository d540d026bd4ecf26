"""The starting points of section 4.1: whole-number grids in two to eight variables, and samples where they are large.

Source: the homotopy paper, table 1: {0, …, 5}² and {0, …, 5}⁴, {3, 4, 5, 6}⁶. It announces n = 8 too and prints nothing
of it: both kinds of grid are carried on there.
"""

from __future__ import annotations

import numpy as np

from claimbook.seeds import stream

GRIDS = {
    "n2": (2, (0, 1, 2, 3, 4, 5)),
    "n4": (4, (0, 1, 2, 3, 4, 5)),
    "n6": (6, (3, 4, 5, 6)),
    "n8": (8, (3, 4, 5, 6)),
    "n8-wide": (8, (0, 1, 2, 3, 4, 5)),
}
"""Grid → number of variables n, and the values that each of them takes."""


def size(grid: str) -> int:
    """How many points a grid of `GRIDS` has."""
    n, values = GRIDS[grid]
    return len(values) ** n


def starts(grid: str, most: int, seed: int) -> np.ndarray:
    """The points of a grid in order, the last variable fastest; `most` of them, drawn, where it has more: (m, n)."""
    n, values = GRIDS[grid]
    taken = np.arange(size(grid))
    if most < len(taken):
        taken = np.sort(stream(seed, f"levy/starts/{grid}").choice(len(taken), most, replace=False))
    places = np.unravel_index(taken, (len(values),) * n)
    return np.array(values, np.float64)[np.stack(places, axis=1)]
