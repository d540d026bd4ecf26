"""The symbols' net and its recogniser: Claimbook beside Keras/TensorFlow and PyTorch in turn, as ratios of their times.

    python benchmarks/math_symbols.py [--rounds 3] [--seconds 1.5] [--workload symbol-cnn ...] [--no-result]

A training step (forward, backward, Adam as Keras has it, dropout) of the paper's net on data set I, without
augmentation, in images per second, and the memory that it takes. First all contenders train the same and are compared.
Then each is timed in a process of its own on one core, in turn, A B C A B C; a ratio is a contender's time over
Claimbook's in the same round. And how many seconds the recogniser takes to read a line, from a cold start. Writes
math_symbols.json beside this.
"""

from __future__ import annotations

import cold_start
import symbol_net
from side_by_side import HERE, main, together

RESULT = HERE / "math_symbols.json"
PARTS = (symbol_net, cold_start)
WORKLOADS, lay_out, measured = together(*PARTS)

if __name__ == "__main__":
    main(__doc__.splitlines()[0], RESULT, WORKLOADS, lay_out, measured)
