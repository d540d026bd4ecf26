"""One reading of section 4.1 on several grids: how many of their starts end in the global minimum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from claimbook.papers.homotopy.levy_solve import solved
from claimbook.papers.homotopy.levy_starts import GRIDS, size, starts

MINIMISED = 7e-5  # seconds of a start and a minimisation at n = 6, batched; SciPy takes 45 times that


def wide(widest: float, narrowest: float, stations: int) -> list[float]:
    """That many values of L from the widest down to the narrowest, evenly on a log scale, to six digits."""
    return [float(f"{level:.6g}") for level in np.geomspace(widest, narrowest, stations)]


def grids(settings: Mapping[str, Any]) -> list[str]:
    """The grids of the settings' sizes; the sweep leaves out the wide one."""
    own = [grid for grid, (n, _) in GRIDS.items() if n in settings["sizes"]]
    return [grid for grid in own if "wide" not in grid] if "ladders" in settings else own


def starts_of(settings: Mapping[str, Any], grid: str, seed: int) -> np.ndarray:
    """The starts of a grid, (m, n); a single one where all coordinates are set to 0 anyway."""
    most = 1 if settings.get("zeroed") == "all" else min(settings["starts"], size(grid))
    return starts(grid, most, seed)


def counted(
    settings: Mapping[str, Any],
    seed: int,
    done: dict[str, Any],
    progress: Callable[[int, int], None],
    keep: Callable[[], None],
) -> tuple[dict[str, float], None]:
    """The metrics of a reading, grid by grid.

    Args:
        done: grid → what was found before, filled on the way. keep: called where a stop does no harm.
    """
    own = grids(settings)
    for number, grid in enumerate(own):
        if grid not in done:
            start = starts_of(settings, grid, seed)
            values = solved(settings, start, seed).value
            done[grid] = [len(start), int((values < settings["close"]).sum())]
        progress(number + 1, len(own))
        keep()
    metrics: dict[str, float] = {}
    for grid in own:
        count, found = done[grid]
        metrics |= {f"starts-{grid}": count, f"found-{grid}": found, f"share-{grid}": found / count}
    return metrics, None


def seconds(settings: Mapping[str, Any], grid: str) -> float:
    """Measured seconds of one core for a grid, for all that the settings ask of it."""
    n = GRIDS[grid][0]
    count = min(settings["starts"], size(grid))
    if "ladders" in settings:
        levels = 2 * sum(map(len, settings["ladders"].values()))
        return (len(settings["pins"]) + 2) * count * (levels + 7) * MINIMISED * n / 6
    minimised = 1 + 1.5 * len(settings.get("levels", ())) + 2 * settings.get("tries", 0)
    return count * minimised * MINIMISED * n / 6 * (45 if settings["solver"] == "scipy" else 1)
