"""Independent twins of our nets in PyTorch: what they compute is written down here, and tests compare ours with it.

    .venv/bin/python benchmarks/twins.py          # all of them
    .venv/bin/python benchmarks/twins.py vgg

Tests read the files and need no PyTorch. Made anew by the same versions, a file stays the same, up to the last bits.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from side_by_side import CONTENDERS, HERE, THREADS, peers_python

from claimbook.files import write_bytes

TWINS = {"vgg": "tests/models/vgg_twin.npz"}
"""Folder in `contenders/` whose reference.py is the twin → where its arrays lie."""
MOST_BYTES = 200_000


def make(name: str, root: Path = HERE.parent) -> Path:
    """Run a twin and keep its arrays below `root`; returns the file. Raises SystemExit where they are too large."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "twin.npz"
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | dict.fromkeys(THREADS, "1")
        subprocess.run([peers_python(), CONTENDERS / name / "reference.py", made], check=True, env=environment)
        content = made.read_bytes()
    if len(content) > MOST_BYTES:
        raise SystemExit(
            f"{name}: {len(content):,} bytes are more than {MOST_BYTES:,}. Let the twin's nets be smaller."
        )
    write_bytes(root / TWINS[name], content)
    return root / TWINS[name]


def main(asked: Sequence[str] | None = None) -> None:
    """Make the twins that the command line names, or all."""
    parser = argparse.ArgumentParser(description="Write down what the nets' twins in PyTorch compute.")
    parser.add_argument("twins", nargs="*", help=f"of {', '.join(TWINS)}; without one, all")
    names = parser.parse_args(asked).twins or list(TWINS)
    for name in names:
        if name not in TWINS:
            parser.error(f"there is no twin {name!r}; there are {', '.join(TWINS)}.")
    for name in names:
        file = make(name)
        print(f"{name}: {file.relative_to(HERE.parent)}, {file.stat().st_size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
