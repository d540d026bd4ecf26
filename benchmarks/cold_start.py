"""The part of `math_symbols.py` that reads a line of arithmetic, each time in a process of its own. It has no peer."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from side_by_side import THREADS

from claimbook.apps import weights
from claimbook.apps.compose import compose
from claimbook.data.symbol_stand_in import drawing

LINE = "12+34×5="
PROCESSES = 5  # the first may have to read from the disk what the others find in memory
WORKLOADS = {"recogniser-cold-start": f"`claimbook recognise` on a line of {len(LINE)} symbols, from a cold start"}


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write the picture of the line, in the stand-in's hand; returns what it is."""
    images = {sign: [drawing("math-symbols-1", sign, 0)] for sign in LINE}
    Image.fromarray(compose(tuple(LINE), images, 0).pixels).save(workplace / "line.png")
    return "a line of stand-in symbols"


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Time whole processes, Python's start included, whatever `rounds` and `seconds` are.

    Returns besides `says` the `seconds`: their median, their spread, how many processes, and what they read; or
    `notes`, where no weights are published.
    """
    says = WORKLOADS[name]
    print(says, flush=True)
    if not weights.PUBLISHED.is_file():
        note = "It was left out: no trained net is published with this copy."
        print(f"  {note}", flush=True)
        return {"says": says, "notes": [note]}
    times = []
    for _ in range(PROCESSES):
        took, read = answered(workplace / "line.png")
        times.append(took)
    found = {"median": statistics.median(times), "spread": [min(times), max(times)]}
    print(f"  {found['median']:.2f} s ({min(times):.2f} to {max(times):.2f}); it reads {read}", flush=True)
    return {"says": says, "seconds": {**found, "processes": PROCESSES, "line": LINE, "read": read}}


def answered(picture: Path) -> tuple[float, str]:
    """How many seconds a fresh process takes to read the picture, and what it reads.

    Raises SystemExit where it reads nothing; a line that is misread is one that was read.
    """
    command = [sys.executable, "-m", "claimbook", "recognise", picture, "--weights", weights.PUBLISHED, "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, **dict.fromkeys(THREADS, "1")})
    took = time.perf_counter() - began
    document = json.loads(done.stdout or "{}")
    if "symbols" not in document:
        raise SystemExit(f"The recogniser read nothing: {document.get('error') or done.returncode}. Nothing was timed.")
    return took, "".join(symbol["sign"] for symbol in document["symbols"])
