"""The MNIST net and the students of a teacher: Claimbook and PyTorch in turn, as ratios of their times.

    python benchmarks/identity_mapping.py [--rounds 3] [--seconds 1.5] [--workload mnist-relu ...] [--no-result]

MNIST: the net 784-784-10 of `activation`, `identity` and `zero-init` at their batch and rate, in images per second.
Students: those of `teacher-student` with identity mapping and a bounded teacher, in microseconds a student-step.
First all contenders train the same and are compared. Then each is timed in a process of its own on one core, in turn,
A B C A B C; a ratio is a contender's time over Claimbook's in the same round. Writes identity_mapping.json beside this.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mnist_net
import students
from side_by_side import HERE, main

RESULT = HERE / "identity_mapping.json"
PARTS = (mnist_net, students)
WORKLOADS = {name: part for part in PARTS for name in part.WORKLOADS}


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write each workload for all contenders; returns what data they hold."""
    says = []
    for part in PARTS:
        if own := [name for name in names if WORKLOADS[name] is part]:
            says.append(part.lay_out(workplace, own))
    return "; ".join(says)


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload."""
    return WORKLOADS[name].measured(workplace, name, rounds, seconds)


if __name__ == "__main__":
    main(__doc__.splitlines()[0], RESULT, tuple(WORKLOADS), lay_out, measured)
