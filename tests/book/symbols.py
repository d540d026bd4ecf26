"""Studies of the math symbols whose records nobody ran: tables as the runs keep them, of the stand-in."""

from __future__ import annotations

from types import SimpleNamespace

from claimbook.experiment.registry import experiment_named
from claimbook.study import Study

MATRIX = [[5, 0, 1], [0, 4, 0], [2, 0, 7]]
CLASSES = ("6", "+", "9")
DATA = {"name": "math-symbols-1", "stand_in": True, "side": 20}


def confusion(matrix=MATRIX, classes=CLASSES):
    """Rows of a confusion matrix."""
    return [{"truth": sign} | dict(zip(classes, row, strict=True)) for sign, row in zip(classes, matrix, strict=True)]


def record(experiment, arm, seed, tables, data=DATA):
    """A record with these tables and no number."""
    return SimpleNamespace(
        id=f"{experiment.id}/{arm}-s{seed}-0123abcd",
        experiment=experiment.id,
        arm=arm,
        seed=seed,
        metrics=dict.fromkeys((metric.name for metric in experiment.metrics), 0.0),
        curves={},
        tables=tables,
        diverged=False,
        asked={"data": data},
    )


def symbols(name, tables, preset="smoke", data=DATA):
    """The study of "math-symbols/name". tables: (arm, seed) → tables."""
    experiment = experiment_named(f"math-symbols/{name}")
    records = {key: record(experiment, *key, own, data) for key, own in tables.items()}
    return Study(
        experiment=experiment,
        preset=preset,
        parameters=experiment.parameters("paper"),
        arms=tuple(arm.id for arm in experiment.arms),
        seeds=tuple(sorted({seed for _, seed in records})),
        stand_in=data["stand_in"],
        presets={arm.id: preset for arm in experiment.arms},
        records=records,
        standings={},
    )
