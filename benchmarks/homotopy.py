"""The homotopy paper's two problems: Claimbook beside SciPy and beside PyTorch in turn, as ratios of their times.

    python benchmarks/homotopy.py [--rounds 3] [--seconds 1.5] [--workload levy-n2 ...] [--no-result]

Levy: BFGS on equation (33) from the starts of table 1, in microseconds a start. VGG11 on CIFAR-10: a training step of
plain SGD, in images per second, and the memory that it takes; and one of two copies of the net, with the homotopy's
quadratic terms and without. First the contenders do the same and are compared. Then each is timed in a process of its
own on one core, in turn, A B C A B C; a ratio is a contender's time over Claimbook's in the same round. Writes
homotopy.json beside this.
"""

from __future__ import annotations

import levy_minima
import vgg_copies
from side_by_side import HERE, main, together

RESULT = HERE / "homotopy.json"
PARTS = (levy_minima, vgg_copies)
WORKLOADS, lay_out, measured = together(*PARTS)

if __name__ == "__main__":
    main(__doc__.splitlines()[0], RESULT, WORKLOADS, lay_out, measured)
