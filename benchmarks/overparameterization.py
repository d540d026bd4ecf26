"""Networks of width 1 under full-batch descent: Claimbook, PyTorch and JAX in turn, as ratios of their times.

    python benchmarks/overparameterization.py [--rounds 3] [--seconds 1.5] [--workload gd-l4 ...] [--no-result]

A row is one configuration, a learning rate of a seed; the workloads are those of `depth-lp` and `with-adam` at depth 3.
First every contender trains a row for every rate, and their losses must agree. Then each is timed in a process of its
own on one core, in turn, A B C A B C; a ratio is a contender's seconds a row-iteration over Claimbook's in the same
round. Writes overparameterization.json beside this file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from side_by_side import HERE, OURS, Contender, Field, main, ratios, same_losses

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.papers.overparameterization.depth_lp import SCALING_AS_READ
from claimbook.papers.overparameterization.ethanol import INPUTS, RATES_2, RATES_3, RATES_L4, start

RESULT = HERE / "overparameterization.json"
DEPTH = 3
CHECK_AT = 100  # iterations after which the losses are compared
AGREE = 1e-4  # largest difference of two losses of a row, as a share of what ours has fallen by; float32 makes 3e-5


@dataclasses.dataclass(frozen=True)
class Workload:
    """Depth 3, one rule, one loss: every rate with every seed is a row."""

    says: str
    rule: str
    p: int
    rates: tuple[float, ...]
    seeds: int


# Of each grid the rates that stay finite at depth 3: a row that blew up tells nothing of the numbers.
L4, ADAM = tuple(rate for rate in RATES_L4 if rate <= 5e-3), tuple(rate for rate in RATES_3 if rate <= 1e-2)
WORKLOADS = {
    "gd-l2": Workload("gradient descent, l2 loss", "gradient-descent", 2, RATES_2, 5),
    "gd-l4": Workload("gradient descent, l4 loss", "gradient-descent", 4, L4, 5),
    "gd-l4-96": Workload("gradient descent, l4 loss, 96 rows", "gradient-descent", 4, L4, 8),
    "adam-l4": Workload("Adam, l4 loss", "adam", 4, ADAM, 5),
}
CONTENDERS = {
    OURS: Contender("Claimbook, batched MXNet", peer=False),
    "eigenbasis": Contender("Claimbook, eigenbasis (float64, numba)", peer=False),
    "pytorch_one_by_one": Contender("PyTorch, the slides' loop, one by one", peer=True),
    "pytorch_batched": Contender("PyTorch, batched, gradient by hand", peer=True),
    "jax_batched": Contender("JAX, batched, compiled", peer=True),
}
ONLY_FOR = {"eigenbasis": ("gd-l2",)}  # who does not train every workload


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write each workload for all contenders; returns what data they hold.

    Its `-check` twin has each rate once, and W_2 and W_3 at 0.5: from the near-zero start a row hardly moves for long,
    and contenders that did nothing would agree.
    """
    for name in names:
        workload = WORKLOADS[name]
        data = load_gas_sensor(gas=1, scaling=SCALING_AS_READ[workload.p], dtype="float64")
        problem = {"rule": workload.rule, "p": workload.p, "x": data.x, "y": data.y}
        starts = [start(seed, DEPTH, INPUTS) for seed in range(workload.seeds) for _ in workload.rates]
        w, factors = (np.array(arrays) for arrays in zip(*starts, strict=True))
        np.savez(workplace / f"{name}.npz", **problem, w=w, factors=factors, rates=workload.rates * workload.seeds)
        once = slice(len(workload.rates))
        twin = {"w": w[once], "factors": np.full_like(factors[once], 0.5), "rates": workload.rates}
        np.savez(workplace / f"{name}-check.npz", **problem, **twin)
    return "stand-in" if data.stand_in else "gas-sensor, real"


def field(workplace: Path, name: str) -> Field:
    """The contenders of a workload."""
    own = {who: contender for who, contender in CONTENDERS.items() if name in ONLY_FOR.get(who, (name,))}
    return Field(workplace, "overparameterization", own)


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload."""
    workload, contenders = WORKLOADS[name], field(workplace, name)
    differences = same_losses(contenders.checked(f"{name}-check", CHECK_AT), AGREE)
    table = ratios(contenders.timed(name, rounds, seconds))
    rows = len(workload.rates) * workload.seeds
    contenders.print_table(f"{workload.says}, {rows} rows", table)
    return {"says": workload.says, "rows": rows, "differences": differences, "contenders": table}


if __name__ == "__main__":
    main(__doc__.splitlines()[0], RESULT, tuple(WORKLOADS), lay_out, measured)
