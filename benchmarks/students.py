"""The part of `identity_mapping.py` that trains the students of `teacher-student`, 20 seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from side_by_side import OURS, Contender, Field, ratios, same_losses

from claimbook.experiment.base import Task
from claimbook.papers.identity_mapping.lessons import pupil
from claimbook.papers.identity_mapping.teacher_student import TeacherStudent
from claimbook.train.teacher_student import order

ARM = "identity-bounded"
SEEDS = 20
STEPS = 100  # of the check; the peers' order starts again after them
AGREE = 1e-4  # largest difference of two losses of a student, as a share of what ours has fallen by


@dataclass(frozen=True)
class Workload:
    """Students with d neurons of d inputs; `dtype` for all contenders."""

    says: str
    d: int
    batch: int
    rate: float
    dtype: str


WORKLOADS = {
    "students-10": Workload("students, d = 10, batch 100, float64, as teacher-student", 10, 100, 0.1, "float64"),
    "students-100": Workload("students, d = 100, batch 100, float64", 100, 100, 1e-3, "float64"),
    "students-100-large": Workload(
        "students, d = 100, batch 1,000, float32, as how-small-is-small", 100, 1_000, 1e-2, "float32"
    ),
}
CONTENDERS = {
    OURS: Contender("Claimbook, all seeds as one MXNet problem", peer=False),
    "pytorch_one_by_one": Contender("PyTorch, autograd, one seed after the other", peer=True),
    "pytorch_batched": Contender("PyTorch, bmm, gradient by hand", peer=True),
}


def lay_out(workplace: Path, names: Sequence[str]) -> str:
    """Write each workload for all contenders; returns what data they hold."""
    study = TeacherStudent()
    arm = next(arm for arm in study.arms if arm.id == ARM)
    for name in names:
        asked = WORKLOADS[name]
        parameters = study.Parameters(d=asked.d, batch=asked.batch, rate=asked.rate, precision=asked.dtype)
        settings = study.settings(parameters, arm)
        pupils = [pupil(Task(study, ARM, seed, settings, {})) for seed in range(SEEDS)]
        np.savez(
            workplace / f"{name}.npz",
            dtype=asked.dtype,
            slope=settings["slope"],
            rate=asked.rate,
            seeds=np.arange(SEEDS),
            examples=np.stack([one.x for one in pupils]),
            targets=np.stack([one.y for one in pupils]),
            neurons=np.stack([one.neurons for one in pupils]),
            order=np.stack([_order(seed, settings["examples"], asked.batch) for seed in range(SEEDS)], axis=1),
        )
    return "Gaussian, drawn"


def _order(seed: int, examples: int, batch: int) -> np.ndarray:
    """The examples of a seed's first steps, (STEPS, batch); an epoch has whole batches, as `Students` takes them."""
    whole = examples // batch
    epochs = [order(seed, examples, epoch)[: whole * batch] for epoch in range(-(-STEPS // whole))]
    return np.concatenate(epochs).reshape(-1, batch)[:STEPS]


def measured(workplace: Path, name: str, rounds: int, seconds: float) -> dict:
    """Check, then time the contenders of one workload."""
    field = Field(workplace, "teacher_student", CONTENDERS)
    differences = same_losses(field.checked(name, STEPS), AGREE)
    table = ratios(field.timed(name, rounds, seconds))
    field.print_table(f"{WORKLOADS[name].says}; a row is a student", table)
    return {"says": WORKLOADS[name].says, "differences": differences, "contenders": table}
