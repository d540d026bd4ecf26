"""The study depth-lp by Claimbook: seconds per configuration and iteration, and losses to compare, as JSON on stdout.

    python ours.py WORKPLACE ITERATIONS COMPARE_AT

`WORKPLACE/problem.npz` holds x and y of both losses; the starts of every seed and depth are written there for the peer.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from claimbook.experiment.registry import experiment_named
from claimbook.papers.overparameterization.depth_lp import start
from claimbook.train.lp_descent import LpDescent
from claimbook.train.rate_search import rows_of, search_rates


def main(workplace: Path, iterations: int, compare_at: int) -> None:
    experiment = experiment_named("overparameterization/depth-lp")
    parameters = experiment.parameters("paper", {"search_iterations": iterations, "final_iterations": iterations})
    seeds = experiment.preset("paper").seeds
    problem = np.load(workplace / "problem.npz", allow_pickle=False)
    rows = {}
    for arm in experiment.arms:
        settings = experiment.settings(parameters, arm)
        x, y = problem[f"x{settings['p']}"], problem[f"y{settings['p']}"]
        began = time.perf_counter()
        descent = LpDescent(x, y, settings["depth"], settings["p"])
        starts = [start(seed, settings["depth"], x.shape[1]) for seed in range(seeds)]
        runs = [rows_of(one, settings["rates"]) for one in starts]
        search_rates(descent, runs, iterations, iterations, lambda done, total: None)
        seconds = time.perf_counter() - began
        lived = sum(row.at if row.alive else row.diverged_by for run in runs for row in run)
        losses = [
            [row.losses[row.iterations.index(compare_at)] if compare_at in row.iterations else None for row in run]
            for run in runs
        ]
        rows[arm.id] = {"seconds": seconds, "configuration_iterations": lived, "losses": losses}
    print(json.dumps(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
