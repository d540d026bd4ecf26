"""The sweep of `levy-readings`: where the copies are pinned × n × schedule of L, with the decoupled stage or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.papers.homotopy.levy_counts import grids, starts_of
from claimbook.papers.homotopy.levy_solve import ended, pinned
from claimbook.papers.homotopy.levy_starts import GRIDS

WORDS = ("start", "random")  # pins beside the constants
COLUMNS = ("n", "pin", "ladder", "decoupled", "starts", "found", "plain")


def schedules(settings: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """(ladder, decoupled stage or not) of every schedule; with neither there is nothing that a pin could do."""
    for ladder, levels in settings["ladders"].items():
        yield ladder, True
        if levels:
            yield ladder, False


def probe(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The one reading by which `revalidate` looks: the middle pin, the first ladder."""
    pins = settings["pins"]
    return _reading(settings, pins[len(pins) // 2], next(iter(settings["ladders"])), True)


def swept(
    settings: Mapping[str, Any],
    seed: int,
    done: dict[str, Any],
    progress: Callable[[int, int], None],
    keep: Callable[[], None],
) -> tuple[dict[str, float], dict[str, list]]:
    """The metrics and the columns (`COLUMNS`) of the sweep; `plain` is how many BFGS alone finds.

    Args:
        done: "grid/ladder/decoupled" → what was found at each pin, filled on the way.
        keep: called where a stop does no harm.
    """
    every = [(grid, *schedule) for grid in grids(settings) for schedule in schedules(settings)]
    rows: list[tuple] = []
    for number, (grid, ladder, decoupled) in enumerate(every):
        start = starts_of(settings, grid, seed)
        plain, at = f"{grid}/plain", f"{grid}/{ladder}/{int(decoupled)}"
        if plain not in done:
            done[plain] = _count(settings, ended(_reading(settings, None, ladder, False), start, None, seed).value)
        if at not in done:
            done[at] = _found(settings, start, ladder, decoupled, seed)
        n, of = GRIDS[grid][0], len(start)
        pins = [*settings["pins"], *WORDS]
        rows += [
            (n, pin, ladder, int(decoupled), of, got, done[plain]) for pin, got in zip(pins, done[at], strict=True)
        ]
        progress(number + 1, len(every))
        keep()
    columns = {name: list(cells) for name, cells in zip(COLUMNS, zip(*rows, strict=True), strict=True)}
    return _metrics(rows), columns


def _found(settings: Mapping[str, Any], start: np.ndarray, ladder: str, decoupled: bool, seed: int) -> list[int]:
    """How many of the starts each pin brings to the global minimum; all pins are solved as one batch."""
    every = [*settings["pins"], *WORDS]
    pins = np.concatenate([pinned({"pins": pin}, start, seed) for pin in every])
    reading = _reading(settings, every[0], ladder, decoupled)
    values = ended(reading, np.tile(start, (len(every), 1)), pins, seed).value
    return [_count(settings, own) for own in values.reshape(len(every), len(start))]


def _reading(settings: Mapping[str, Any], pin: Any, ladder: str, decoupled: bool) -> dict[str, Any]:
    own = {"pins": pin, "levels": settings["ladders"][ladder], "decoupled": decoupled}
    return {**own, "solver": settings["solver"], "gtol": settings["gtol"]}


def _count(settings: Mapping[str, Any], values: np.ndarray) -> int:
    return int((values < settings["close"]).sum())


def _metrics(rows: Sequence[tuple]) -> dict[str, float]:
    gains = [found - plain for _, _, ladder, _, _, found, plain in rows if ladder != "none"]
    return {
        "settings": len(gains),
        "settings-better": sum(gain > 0 for gain in gains),
        "settings-equal": sum(gain == 0 for gain in gains),
        "settings-worse": sum(gain < 0 for gain in gains),
    }
