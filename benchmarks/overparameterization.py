"""Networks of width 1 under full-batch descent: Claimbook, PyTorch and JAX in turn, as ratios of their times.

    python benchmarks/overparameterization.py [--rounds 3] [--seconds 1.5] [--workload gd-l4 ...] [--no-result]

A row is one configuration, a learning rate of a seed; the workloads are those of `depth-lp` and `with-adam` at depth 3.
First every contender trains a row for every rate, and their losses must agree. Then each is timed in a process of its
own on one core, in turn, A B C A B C; a ratio is a contender's seconds a row-iteration over Claimbook's in the same
round. Writes overparameterization.json beside this file.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.files import write_text
from claimbook.machine import cpu
from claimbook.papers.overparameterization.depth_lp import SCALING_AS_READ
from claimbook.papers.overparameterization.ethanol import INPUTS, RATES_2, RATES_3, RATES_L4, start

HERE = Path(__file__).resolve().parent
RESULT = HERE / "overparameterization.json"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
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


@dataclasses.dataclass(frozen=True)
class Contender:
    """A program in `contenders/`: what it is, whether the peers' environment runs it, and its workloads (all: ())."""

    says: str
    peer: bool
    workloads: tuple[str, ...] = ()


# Of each grid the rates that stay finite at depth 3: a row that blew up tells nothing of the numbers.
L4, ADAM = tuple(rate for rate in RATES_L4 if rate <= 5e-3), tuple(rate for rate in RATES_3 if rate <= 1e-2)
WORKLOADS = {
    "gd-l2": Workload("gradient descent, l2 loss", "gradient-descent", 2, RATES_2, 5),
    "gd-l4": Workload("gradient descent, l4 loss", "gradient-descent", 4, L4, 5),
    "gd-l4-96": Workload("gradient descent, l4 loss, 96 rows", "gradient-descent", 4, L4, 8),
    "adam-l4": Workload("Adam, l4 loss", "adam", 4, ADAM, 5),
}
OURS = "ours"
CONTENDERS = {
    OURS: Contender("Claimbook, batched MXNet", peer=False),
    "eigenbasis": Contender("Claimbook, eigenbasis (float64, numba)", peer=False, workloads=("gd-l2",)),
    "pytorch_one_by_one": Contender("PyTorch, the slides' loop, one by one", peer=True),
    "pytorch_batched": Contender("PyTorch, batched, gradient by hand", peer=True),
    "jax_batched": Contender("JAX, batched, compiled", peer=True),
}


def peers_python() -> Path:
    """The interpreter of the peers' own environment, made anew where peers.txt changed."""
    folder, wanted = HERE.parent / "build" / "peers", (HERE / "peers.txt").read_text()
    python, done = folder / "bin" / "python", folder / "done"
    if not done.exists() or done.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "peers.txt"], check=True)
        write_text(done, wanted)
    return python


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


def those_of(workload: str) -> list[str]:
    """The contenders of a workload."""
    return [name for name, contender in CONTENDERS.items() if workload in (contender.workloads or (workload,))]


def asked(workplace: Path, contender: str, workload: str, *task: str) -> dict:
    """What a contender answers, in a process of its own."""
    python = peers_python() if CONTENDERS[contender].peer else sys.executable
    command = [python, HERE / "contenders" / f"{contender}.py", workplace, workload, *task]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, env={**os.environ, **dict.fromkeys(THREADS, "1")}
    )
    return json.loads(done.stdout)


def checked(losses: Mapping[str, Mapping[str, Sequence[float]]]) -> dict[str, float]:
    """For each peer the largest difference of a row's loss from ours, as a share of what ours has fallen by.

    losses: for each contender `first` and `last`, a loss a row.

    Raises SystemExit where a contender trains something else: then its time means nothing.
    """
    first, last = (np.array(losses[OURS][when]) for when in ("first", "last"))
    differences = {
        name: float(np.max(np.abs(np.array(theirs["last"]) - last) / np.abs(first - last)))
        for name, theirs in losses.items()
        if name != OURS
    }
    for name, difference in differences.items():
        if not difference <= AGREE:  # NaN, too
            raise SystemExit(
                f"{name} trains something else: the loss of a row differs from ours by {difference:.1e} of its fall, "
                f"more than {AGREE}. Nothing was timed; mend benchmarks/contenders/{name}.py."
            )
    return differences


def ratios(rounds: Sequence[Mapping[str, Mapping[str, float]]]) -> dict[str, dict]:
    """For each contender its time over ours in the same round: the median and the spread; and its microseconds."""
    table = {}
    for name in rounds[0]:
        times = [measured[name]["row_iteration"] for measured in rounds]
        over_ours = sorted(measured[name]["row_iteration"] / measured[OURS]["row_iteration"] for measured in rounds)
        table[name] = {
            "ratio": statistics.median(over_ours),
            "spread": [over_ours[0], over_ours[-1]],
            "microseconds": 1e6 * statistics.median(times),
            "first_call_seconds": statistics.median(measured[name]["first_call"] for measured in rounds),
        }
    return table


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload."""
    workload, contenders = WORKLOADS[name], those_of(name)
    differences = checked({who: asked(workplace, who, f"{name}-check", "check", str(CHECK_AT)) for who in contenders})
    timed = [{who: asked(workplace, who, name, "measure", str(seconds)) for who in contenders} for _ in range(rounds)]
    rows = len(workload.rates) * workload.seeds
    table = ratios(timed)
    print(f"{workload.says}, {rows} rows", flush=True)
    for who, row in table.items():
        times, spread = f"{row['ratio']:7.2f} ×", "({:.2f} to {:.2f})".format(*row["spread"])
        print(f"  {CONTENDERS[who].says:40} {row['microseconds']:8.2f} µs {times} {spread}", flush=True)
    return {"says": workload.says, "rows": rows, "differences": differences, "contenders": table}


def main() -> None:
    """Read the command line, measure, write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="times that all contenders are timed in turn")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of one timing")
    parser.add_argument("--workload", nargs="+", choices=WORKLOADS, default=list(WORKLOADS))
    parser.add_argument("--no-result", action="store_true", help="print only")
    options = parser.parse_args()
    if options.rounds < 1 or not 0 < options.seconds < math.inf:
        parser.error("--rounds must be at least 1 and --seconds above 0: the ratios need a timing.")
    peers = (HERE / "peers.txt").read_text().split()
    with tempfile.TemporaryDirectory() as folder:
        data = lay_out(Path(folder), options.workload)
        table = {name: measured(Path(folder), name, options.rounds, options.seconds) for name in options.workload}
    if not options.no_result:
        about = {"data": data, "processor": cpu().model, "threads": 1, "rounds": options.rounds, "peers": peers}
        write_text(RESULT, json.dumps({**about, "workloads": table}, indent=1) + "\n")


if __name__ == "__main__":
    main()
