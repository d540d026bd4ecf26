"""The MNIST net and the students of a teacher: Claimbook and PyTorch in turn, as ratios of their times.

    python benchmarks/identity_mapping.py [--rounds 3] [--seconds 1.5] [--workload mnist-relu ...] [--no-result]

MNIST: the net 784-784-10 of `activation`, `identity` and `zero-init` at their batch and rate, in images per second.
Students: those of `teacher-student` with identity mapping and a bounded teacher, in microseconds a student-step.
First all contenders train the same and are compared. Then each is timed in a process of its own on one core, in turn,
A B C A B C; a ratio is a contender's time over Claimbook's in the same round. Writes identity_mapping.json beside this.
"""

from __future__ import annotations

import mnist_net
import students
from side_by_side import HERE, main, together

RESULT = HERE / "identity_mapping.json"
PARTS = (mnist_net, students)
WORKLOADS, lay_out, measured = together(*PARTS)

if __name__ == "__main__":
    main(__doc__.splitlines()[0], RESULT, WORKLOADS, lay_out, measured)
