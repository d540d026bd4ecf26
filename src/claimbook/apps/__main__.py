"""`python -m claimbook.apps [PAPER/EXPERIMENT]`: train, or find, a run and write its weights for the recogniser."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from claimbook.apps import publish, weights
from claimbook.errors import ClaimbookError


def main(words: Sequence[str]) -> int:
    """Write the weights of a run; the exit code is that of the error, where there is one."""
    parser = argparse.ArgumentParser(prog="python -m claimbook.apps", description=__doc__.partition(": ")[2])
    parser.add_argument("name", nargs="?", default=publish.EXPERIMENT, metavar="PAPER/EXPERIMENT")
    parser.add_argument("--arm", default=publish.ARM)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--preset", default="paper")
    parser.add_argument("--output", type=Path, default=weights.PUBLISHED, metavar="FILE")
    own = parser.parse_args(words)
    try:
        made = publish.trained(own.name, own.arm, own.seed, own.preset, lambda line: print(line, flush=True))
        weights.save(own.output, made)
    except ClaimbookError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    right = made.accuracy
    print(f"{own.output}: {made.record}, {right.images} test images, {right.float32:.4f} right, int8 {right.int8:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
