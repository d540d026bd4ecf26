"""The study depth-lp: Claimbook against the slides' PyTorch loop, in turn, as ratios of seconds an iteration.

    python benchmarks/depth_lp/run.py [--rounds 3]

Seconds are per configuration (a rate of a seed) and iteration. An iteration costs the same however many went before, so
Claimbook runs 20,000 iterations (preset quick) and the peer 1,000 of the same runs; losses are compared after 1,000.
Writes result.json beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from claimbook.data.gas_sensor import load_gas_sensor
from claimbook.experiment.registry import experiment_named
from claimbook.files import write_text
from claimbook.papers.overparameterization.depth_lp import SCALING_AS_READ, start

HERE = Path(__file__).resolve().parent
ITERATIONS, COMPARE_AT = 20_000, 1_000
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def peers_python() -> Path:
    """The interpreter of the peers' own environment, made on first use."""
    folder = HERE.parents[1] / "build" / "peers"
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE.parent / "peers.txt"], check=True)
        write_text(folder / "done", "")
    return python


def lay_out(workplace: Path) -> str:
    """Write the problem and the plan for both programs; returns what data they hold."""
    experiment = experiment_named("overparameterization/depth-lp")
    parameters, seeds = experiment.parameters("paper"), experiment.preset("paper").seeds
    arrays = {}
    for p, scaling in SCALING_AS_READ.items():
        data = load_gas_sensor(gas=1, scaling=scaling, dtype="float64")
        arrays[f"x{p}"], arrays[f"y{p}"] = data.x, data.y
    np.savez(workplace / "problem.npz", **arrays)
    plan = {}
    for arm in experiment.arms:
        settings = experiment.settings(parameters, arm)
        starts = [start(seed, settings["depth"], data.x.shape[1]) for seed in range(seeds)]
        plan[arm.id] = {
            "p": settings["p"],
            "rates": settings["rates"],
            "starts": [{"w": w.tolist(), "factors": factors.tolist()} for w, factors in starts],
        }
    write_text(workplace / "plan.json", json.dumps(plan))
    return "stand-in" if data.stand_in else "gas-sensor, real"


def measured(command: list) -> dict:
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=ONE_THREAD).stdout)


def per_iteration(rows: dict, arms: list[str]) -> float:
    seconds = sum(rows[arm]["seconds"] for arm in arms)
    return seconds / sum(rows[arm]["configuration_iterations"] for arm in arms)


def largest_difference(ours: dict, peer: dict, arms: list[str]) -> dict:
    """Relative difference of the losses after COMPARE_AT iterations over all rates and seeds that lived in both."""
    pairs = [
        pair
        for arm in arms
        for seed in range(len(ours[arm]["losses"]))
        for pair in zip(ours[arm]["losses"][seed], peer[arm]["losses"][seed], strict=True)
    ]
    differences = [abs(a / b - 1) for a, b in pairs if a is not None and b is not None]
    return {
        "compared": len(differences),
        "one_diverged_only": sum((a is None) != (b is None) for a, b in pairs),
        "median": statistics.median(differences),
        "largest": max(differences),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    peer_python = peers_python()
    with tempfile.TemporaryDirectory() as folder:
        workplace = Path(folder)
        data = lay_out(workplace)
        ours, peers = [], []
        for number in range(rounds):
            ours.append(measured([sys.executable, HERE / "ours.py", folder, str(ITERATIONS), str(COMPARE_AT)]))
            peers.append(measured([peer_python, HERE / "pytorch.py", folder, str(COMPARE_AT)]))
            print(f"round {number + 1} of {rounds} done", flush=True)
    groups = {f"p = {p}": [arm for arm in ours[0] if arm.endswith(f"l{p}")] for p in (2, 4)}
    groups |= {arm: [arm] for arm in ours[0]}
    result = {"data": data, "machine": platform.machine(), "threads": 1, "rounds": rounds, "ratios": {}}
    for name, arms in groups.items():
        ratios = sorted(per_iteration(b, arms) / per_iteration(a, arms) for a, b in zip(ours, peers, strict=True))
        result["ratios"][name] = {
            "ratio": statistics.median(ratios),
            "spread": [ratios[0], ratios[-1]],
            "losses": largest_difference(ours[0], peers[0], arms),
        }
        print(f"{name}: {statistics.median(ratios):.1f} times faster ({ratios[0]:.1f} to {ratios[-1]:.1f})")
    write_text(HERE / "result.json", json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
