"""What a record of `levy` keeps beside its counts: a row a start, and the path of the copies over L."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from claimbook.papers.homotopy.levy_solve import Ended, begun, followed, pinned, steps

DIGITS = 4  # of coordinates, for pictures and for telling minima apart


def columns(start: np.ndarray, whole: Ended, found: np.ndarray, differs: np.ndarray | None) -> dict[str, list]:
    """The sweep of a record: start x1 …, end e1 …, f there, 1 where it is the global minimum, iterations, differs."""
    n = start.shape[1]
    table: dict[str, list] = {f"x{i + 1}": [int(value) for value in start[:, i]] for i in range(n)}
    table |= {f"e{i + 1}": _rounded(whole.x[:, i]) for i in range(n)}
    table |= {"value": [float(f"{value:.4g}") for value in whole.value], "found": [int(one) for one in found]}
    table["iterations"] = [int(count) for count in whole.iterations]
    return table if differs is None else table | {"differs": [int(one) for one in differs]}


def path_table(settings: Mapping[str, Any], start: np.ndarray, seed: int) -> list[dict[str, Any]]:
    """The path from one start (1, n), a row a station: stage, L, iterations to there, x = θ, y = η, f of both.

    Without the homotopy there is one copy, x, and a row for each iteration.
    """
    own = begun(settings, start)
    if settings["pins"] is None:
        return [
            _row(f"iteration {at}", None, 1 if at else 0, found.x[0], None)
            for at, found in enumerate(steps(settings, own))
        ]
    path = followed(settings, own, pinned(settings, own, seed), seed)
    names, levels = _stages(settings)
    counts = [int(count) for count in path.iterations[:, 0]]
    counts = counts if settings["decoupled"] else [0, *counts]
    copies = [(theta[0], eta[0]) for theta, eta in zip(path.theta, path.eta, strict=True)]
    copies.append((path.found.x[0], None))
    return [_row(*each[:3], *each[3]) for each in zip(names, levels, counts, copies, strict=True)]


def stations(settings: Mapping[str, Any], start: np.ndarray, seed: int) -> dict[str, list]:
    """The paths from all starts (m, 2) for a picture: columns start (its number), station, x1, x2, y1, y2.

    The last station is the end, where both copies are one.
    """
    own = begun(settings, start)
    path = followed({**settings, "solver": "batched"}, own, pinned(settings, own, seed), seed)
    ends = path.found.x[None]
    theta, eta = (
        np.concatenate([copy, ends]).transpose(1, 0, 2) for copy in (path.theta, path.eta)
    )  # (m, stations, 2)
    m, count, _ = theta.shape
    numbers = {"start": np.repeat(np.arange(m), count), "station": np.tile(np.arange(count), m)}
    coordinates = {"x1": theta[..., 0], "x2": theta[..., 1], "y1": eta[..., 0], "y2": eta[..., 1]}
    whole = {name: [int(value) for value in values] for name, values in numbers.items()}
    return whole | {name: _rounded(values.ravel()) for name, values in coordinates.items()}


def _stages(settings: Mapping[str, Any]) -> tuple[list[str], list[float | None]]:
    first = "decoupled" if settings["decoupled"] else "start"
    ladder = settings["levels"]
    return [first, *(f"L = {level:g}" for level in ladder), "f alone"], [None, *ladder, None]


def _row(stage: str, level: float | None, iterations: int, x: np.ndarray, y: np.ndarray | None) -> dict[str, Any]:
    from claimbook.models.levy import levy

    row: dict[str, Any] = {"stage": stage, "L": level, "iterations": iterations}
    for name, copy in (("x", x), ("y", y)):
        if copy is not None:
            row |= {f"{name}{i + 1}": value for i, value in enumerate(_rounded(copy))}
            row[f"f-{name}"] = float(levy(copy[None])[0][0])
    return row


def _rounded(values: np.ndarray) -> list[float]:
    return [round(float(value), DIGITS) + 0.0 for value in values]  # + 0.0: no minus in front of 0
