"""Records of what-if at preset paper that nobody ran: losses by formula, for tests of the page that shows them."""

from __future__ import annotations

import math
from pathlib import Path

from made_records import made_provenance, saved

from claimbook.experiment.base import Measurement
from claimbook.experiment.registry import experiment_named
from claimbook.record.schema import Record, make_record
from claimbook.record.source import source_digest

NAME = "overparameterization/what-if"
ITERATIONS = [*range(21), 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000]
SCALINGS = ("z-score", "min-max", "min-max-symmetric")


def loss_of(depth: int, rate: float, at: int, seed: int) -> float:
    """Depth 4 stands still; the others fall, the sooner the larger the rate."""
    speed = 0.0 if depth == 4 else rate * at / depth
    return (1 + 0.01 * seed) * (0.05 + 0.45 / (1 + 100 * speed))


def limit_of(depth: int, seed: int) -> float:
    """The rate above which a depth blows up; with depth 2 that depends on the seed."""
    return 0.03 * depth if depth != 2 or seed == 0 else 0.015


def sweep_of_seed(rates: list[float], seed: int) -> dict[str, list]:
    """The sweep of all settings; one that blows up does so at iteration 50."""
    rows = []
    for scaling in SCALINGS:
        for depth in (1, 2, 3, 4):
            for rate in rates:
                blows = rate > limit_of(depth, seed)
                rows += [
                    (scaling, depth, rate, at, loss_of(depth, rate, at, seed))
                    for at in ITERATIONS
                    if at < 50 or not blows
                ]
                rows += [(scaling, depth, rate, 50, math.nan)] if blows else []
    names = ("scaling", "depth", "rate", "iteration", "loss")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def swept_records(seeds: int = 3, arms: tuple[str, ...] = ("l2", "l4", "l6")) -> list[Record]:
    """Real-data records of the arms at preset paper."""
    experiment = experiment_named(NAME)
    made = made_provenance(source=source_digest(type(experiment).__module__))
    records = []
    for arm in arms:
        for seed in range(seeds):
            task = experiment.task(experiment.parameters("paper"), arm, seed, stand_in=False)
            facts = {"digest": "d" * 64, **{f"optimum-{scaling}": 0.04 for scaling in SCALINGS}}
            metrics = {"settings": 1, "settings-diverged": 0}
            sweep = sweep_of_seed(task.settings["rates"], seed)
            records.append(make_record(task, Measurement(metrics, {}, {"best": []}, [0.5], False, facts, sweep), made))
    return records


def swept_store(folder: Path, **given):
    """A store with them."""
    return saved(folder, swept_records(**given))
