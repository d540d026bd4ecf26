"""Records of depth-lp at preset paper that nobody ran: curves by formula, for tests of pages and of the judge's way."""

from __future__ import annotations

import math
from pathlib import Path

from claimbook.experiment.base import Measurement, Task
from claimbook.experiment.registry import experiment_named
from claimbook.record.schema import Git, Provenance, Record, make_record
from claimbook.record.source import source_digest
from claimbook.record.store import Store

NAME = "overparameterization/depth-lp"
SPEED = {"n1-l2": 1.00, "n2-l2": 1.05, "n3-l2": 1.12, "n1-l4": 1.30, "n2-l4": 1.10, "n3-l4": 1.00}


def made_provenance(**changes) -> Provenance:
    """Where a record says that it came from; `changes` are fields of it."""
    fields = {
        "packages": {"mxnet": "1.9.1", "numpy": "1.23.5"},
        "python": "3.11.7",
        "system": "Linux",
        "machine": "x86_64",
        "cpu": "A processor",
        "cores": 2,
        "threads": 1,
        "device": "cpu",
        "mxnet": "mxnet",
        "git": Git(commit="0" * 40, dirty=False),
        "source": source_digest(type(experiment_named(NAME)).__module__),
        "started": "2026-01-02T03:04:05Z",
        "wall_s": 12.5,
        "cpu_s": 12.0,
        "batch_wall_s": 62.5,
        "batch_cpu_s": 60.0,
        "batch_records": 5,
        "peak_memory_mib": 300.0,
    }
    return Provenance(**(fields | changes))


def made_measurement(task: Task) -> Measurement:
    """A measurement by formula: the loss falls as a power of the iteration, with a little of the seed in it."""
    final = task.settings["final_iterations"]
    iterations = [0] + [round(10 ** (k / 8)) for k in range(int(8 * math.log10(final)))] + [final]
    scale = SPEED[task.arm] * (1 + 0.0005 * (task.seed - 2))
    losses = [0.05 + scale / (1 + at) ** 0.35 for at in iterations]
    rates = [
        {"rate": rate, "loss_after_search": 1.0 / (1 + i), "diverged_by": None, "chosen": i == 3}
        for i, rate in enumerate(task.settings["rates"])
    ]
    rates[-1] |= {"loss_after_search": None, "diverged_by": 50}
    metrics = {f"loss-{percent}": 0.05 + scale / (final * percent / 100) ** 0.35 for percent in (1, 10, 50, 100)}
    metrics |= {"iterations-to-half": 6.5, "iterations-to-1.1-optimum": None}
    metrics |= {"best-rate": rates[3]["rate"], "rates-discarded": 1}
    facts = {"digest": "d" * 64, "optimum": 0.05, "rows": 2565, "rows_rounded": 1249}
    curves = {"loss": {"iteration": iterations, "loss": losses}}
    return Measurement(metrics, curves, {"rates": rates}, losses[:20], False, facts)


def made_records(seeds: int = 5, arms: list[str] | None = None, **provenance) -> list[Record]:
    """Real-data records of the arms at preset paper, seeds 0 … seeds − 1."""
    experiment = experiment_named(NAME)
    parameters, made = experiment.parameters("paper"), made_provenance(**provenance)
    tasks = [
        experiment.task(parameters, arm.id, seed, stand_in=False)
        for arm in experiment.arms
        if arms is None or arm.id in arms
        for seed in range(seeds)
    ]
    return [make_record(task, made_measurement(task), made) for task in tasks]


def saved(folder: Path, records: list[Record]) -> Store:
    """A store with these records in `folder`."""
    store = Store(folder)
    for record in records:
        store.save(record)
    return store
