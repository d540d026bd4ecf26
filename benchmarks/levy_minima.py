"""The part of `homotopy.py` that looks for minima of equation (33) from the starts of table 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from side_by_side import OURS, Contender, Field, must_agree, ratios

from claimbook.papers.homotopy.levy import GRIDS, SAME, Parameters
from claimbook.papers.homotopy.levy_starts import size, starts
from claimbook.seeds import stream

SEED = 0  # of the order of the starts
DIFFER = 0.005  # share of the starts that may end in another minimum: where a search stands on the edge of two
WORKLOADS = {f"levy-{grid}": grid for grid in GRIDS}
CONTENDERS = {
    OURS: Contender("Claimbook, BFGS from all starts at once", peer=False),
    "scipy_one_by_one": Contender("SciPy, BFGS from one start after the other", peer=False),
}


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write each grid's starts in a drawn order, of which SciPy is timed on a few a step; returns what they are."""
    for name in names:
        grid = starts(WORKLOADS[name], size(WORKLOADS[name]), SEED)
        np.savez(workplace / f"{name}.npz", starts=stream(SEED, f"benchmark/{name}").permutation(grid))
    return "a formula"


def compared(minima: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """For each peer how many `starts` end in another minimum than ours (`differing`), and in the global one (`found`).

    minima: for each contender x (m, n), where its starts end, and the values there (m,).

    Raises SystemExit where more than `DIFFER` of the starts end elsewhere: then its time means nothing.
    """
    ours, close, found = np.array(minima[OURS]["x"]), Parameters().close, {}
    for name, theirs in minima.items():
        if name == OURS:
            continue
        elsewhere = ~(np.abs(np.array(theirs["x"]) - ours) <= SAME).all(axis=1)
        must_agree(name, "starts end in other minima than ours, as a share,", float(elsewhere.mean()), DIFFER)
        counts = {f"found_{who}": int((np.array(minima[who]["value"]) < close).sum()) for who in (name, OURS)}
        found[name] = {"starts": len(ours), "differing": int(elsewhere.sum()), **counts}
    return found


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Compare where all starts end, then time the contenders of one grid."""
    field, count = Field(workplace, "levy", CONTENDERS), size(WORKLOADS[name])
    differences = compared(field.checked(name, count))
    table = ratios(field.timed(name, rounds, seconds))
    says = f"BFGS on equation (33), n = {WORKLOADS[name][1:]}, {count:,} starts"
    for who, row in table.items():
        row["says"] = CONTENDERS[who].says
    field.print_table(f"{says}; a row is a start", table)
    for who, counts in differences.items():
        print(f"  {CONTENDERS[who].says}: {counts['differing']} of {count:,} end in another minimum", flush=True)
    return {"says": says, "differences": differences, "contenders": table}
