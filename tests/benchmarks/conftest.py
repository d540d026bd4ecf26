"""The benchmarks' modules, which are no package: they import one another from their own folder."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="session")
def benchmark_named():
    """The module `benchmarks/NAME.py` for a name."""
    sys.path.insert(0, str(BENCHMARKS))
    yield importlib.import_module
    sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="session")
def nets_field(benchmark_named):
    """Claimbook's contender of a net with options, `Contender.options`, for a folder where workloads are laid out."""
    nets, side_by_side = benchmark_named("nets"), benchmark_named("side_by_side")

    def field(workplace, *options):
        ours = side_by_side.Contender("Claimbook", peer=False, options=options)
        return side_by_side.Field(workplace, nets.FOLDER, {side_by_side.OURS: ours})

    return field


@pytest.fixture(scope="session")
def start_of():
    """Name → array of a copy of the net, from the file of a workload."""

    def start(file, copy=0):
        with np.load(file) as arrays:
            return {name[2:]: arrays[name] for name in arrays.files if name.startswith(f"{copy}/")}

    return start
