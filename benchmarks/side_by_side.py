"""What the benchmarks do the same way: contenders in turn, each in a process of its own, their times as ratios."""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from claimbook.files import write_text
from claimbook.machine import cpu

HERE = Path(__file__).resolve().parent
CONTENDERS = HERE / "contenders"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
OURS = "ours"

Rounds = Sequence[Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True)
class Contender:
    """A program in `contenders/` with its options.

    says: what it is. peer: whether the peers' environment runs it. program: its name, where that is not the
    contender's own.
    """

    says: str
    peer: bool
    program: str = ""
    options: tuple[str, ...] = ()


def peers_python() -> Path:
    """The interpreter of the peers' own environment, made anew where peers.txt changed."""
    folder, wanted = HERE.parent / "build" / "peers", (HERE / "peers.txt").read_text()
    python, done = folder / "bin" / "python", folder / "done"
    if not done.exists() or done.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "peers.txt"], check=True)
        write_text(done, wanted)
    return python


@dataclass(frozen=True)
class Field:
    """Contenders who train the same, and where they and what they train lie.

    workplace: folder of the workloads' files. folder: of the programs, in `contenders/`. contenders: name → what it is;
    Claimbook's, `OURS`, among them.
    """

    workplace: Path
    folder: str
    contenders: Mapping[str, Contender]

    def asked(self, contender: str, workload: str, *task: str) -> dict:
        """What a contender answers, in a process of its own."""
        python = peers_python() if self.contenders[contender].peer else sys.executable
        command = [python, self.program(contender), self.workplace, workload, *task]
        command += self.contenders[contender].options
        environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "PYTHONPATH": str(CONTENDERS)}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
        return json.loads(done.stdout)

    def program(self, contender: str) -> Path:
        """The file that a contender runs."""
        return CONTENDERS / self.folder / f"{self.contenders[contender].program or contender}.py"

    def checked(self, workload: str, steps: int) -> dict[str, dict]:
        """What each contender shows after so many steps."""
        return {name: self.asked(name, workload, "check", str(steps)) for name in self.contenders}

    def timed(self, workload: str, rounds: int, seconds: float) -> Rounds:
        """Each contender's times, in turn."""
        task = (workload, "measure", str(seconds))
        return [{name: self.asked(name, *task) for name in self.contenders} for _ in range(rounds)]

    def print_table(self, says: str, table: Mapping[str, Mapping]) -> None:
        """The ratios of a workload, a line a contender."""
        print(says, flush=True)
        for name, row in table.items():
            times, spread = f"{row['ratio']:7.2f} ×", "({:.2f} to {:.2f})".format(*row["spread"])
            print(f"  {self.contenders[name].says:44} {row['microseconds']:8.2f} µs {times} {spread}", flush=True)


def same_losses(losses: Mapping[str, Mapping[str, Sequence[float]]], agree: float) -> dict[str, float]:
    """For each peer the largest difference of a row's loss from ours, as a share of what ours has fallen by.

    losses: for each contender `first` and `last`, a loss a row. agree: the largest difference that may be.

    Raises SystemExit where a contender trains something else: then its time means nothing.
    """
    first, last = (np.array(losses[OURS][when]) for when in ("first", "last"))
    differences = {
        name: float(np.max(np.abs(np.array(theirs["last"]) - last) / np.abs(first - last)))
        for name, theirs in losses.items()
        if name != OURS
    }
    for name, difference in differences.items():
        must_agree(name, "the loss of a row differs from ours, as a share of its fall,", difference, agree)
    return differences


def must_agree(name: str, what: str, difference: float, agree: float) -> None:
    """Raises SystemExit where the difference is more than may be, or no number."""
    if not difference <= agree:
        raise SystemExit(
            f"{name} trains something else: {what} by {difference:.1e}, more than {agree:.1e}. Nothing was timed; "
            f"mend the contender."
        )


def ratios(rounds: Rounds, to: str = OURS) -> dict[str, dict]:
    """For each contender its time over that of `to` in the same round: the median, the spread; and its microseconds."""
    table = {}
    for name in rounds[0]:
        times = [measured[name]["row_step"] for measured in rounds]
        over = sorted(measured[name]["row_step"] / measured[to]["row_step"] for measured in rounds)
        table[name] = {
            "ratio": statistics.median(over),
            "spread": [over[0], over[-1]],
            "microseconds": 1e6 * statistics.median(times),
            "first_call_seconds": statistics.median(measured[name]["first_call"] for measured in rounds),
        }
    return table


class Part(Protocol):
    """A module with workloads of one kind, of a benchmark that has several."""

    WORKLOADS: Mapping[str, Any]

    def lay_out(self, workplace: Path, names: Sequence[str]) -> str:
        """Write each workload for all contenders; returns what data they hold."""

    def measured(self, workplace: Path, name: str, rounds: int, seconds: float) -> dict:
        """Check, then time the contenders of one workload."""


def together(*parts: Part) -> tuple[tuple[str, ...], Callable, Callable]:
    """The workloads of all parts, and their `lay_out` and `measured`, as `main` takes them."""
    part_of = {name: part for part in parts for name in part.WORKLOADS}

    def lay_out(workplace: Path, names: Sequence[str]) -> str:
        asked = ((part, [name for name in names if part_of[name] is part]) for part in parts)
        return "; ".join(part.lay_out(workplace, own) for part, own in asked if own)

    def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
        return part_of[name].measured(workplace, name, rounds, seconds)

    return tuple(part_of), lay_out, measured


def main(
    description: str,
    result: Path,
    workloads: Sequence[str],
    lay_out: Callable[[Path, Sequence[str]], str],
    measured: Callable[[Path, str, int, float], dict],
) -> None:
    """Read the command line, measure, write the result.

    Args:
        description: one line. result: the JSON file. workloads: all there are.
        lay_out: (folder, workloads) → what data they hold; writes their files into the folder.
        measured: (folder, workload, rounds, seconds) → what was found, JSON values.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=3, help="times that all contenders are timed in turn")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of one timing")
    parser.add_argument("--workload", nargs="+", choices=workloads, default=list(workloads))
    parser.add_argument("--no-result", action="store_true", help="print only")
    options = parser.parse_args()
    if options.rounds < 1 or not 0 < options.seconds < math.inf:
        parser.error("--rounds must be at least 1 and --seconds above 0: the ratios need a timing.")
    peers = (HERE / "peers.txt").read_text().split()
    with tempfile.TemporaryDirectory() as folder:
        data = lay_out(Path(folder), options.workload)
        table = {name: measured(Path(folder), name, options.rounds, options.seconds) for name in options.workload}
    if not options.no_result:
        about = {"data": data, "processor": cpu().model, "features": cpu().features, "threads": 1}
        about |= {"rounds": options.rounds, "peers": peers}
        write_text(result, json.dumps({**about, "workloads": table}, indent=1) + "\n")
