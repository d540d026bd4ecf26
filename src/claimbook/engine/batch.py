"""One batch, run where we are: an experiment's measurements become records."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from claimbook.errors import RunError
from claimbook.experiment.base import Task
from claimbook.record.provenance import Meter
from claimbook.record.schema import Record, make_record
from claimbook.record.source import source_digest
from claimbook.record.unfinished import EVERY_S, Unfinished
from claimbook.train.precision import FP32, prepare


@dataclasses.dataclass(frozen=True)
class Batch:
    """Tasks of one experiment and one precision that are best run together; `number` counts from 1."""

    number: int
    tasks: tuple[Task, ...]

    @property
    def label(self) -> str:
        """Its arms and seeds: "n3-l4, seeds 0–4"."""
        arms = list(dict.fromkeys(task.arm for task in self.tasks))
        seeds = sorted({task.seed for task in self.tasks})
        if len(seeds) == 1:
            words = f"seed {seeds[0]}"
        elif seeds == list(range(seeds[0], seeds[-1] + 1)):
            words = f"seeds {seeds[0]}–{seeds[-1]}"
        else:
            words = f"seeds {', '.join(map(str, seeds))}"
        shown = ", ".join(arms) if len(arms) <= 4 else f"{len(arms)} arms"
        return f"{shown}, {words}"

    @property
    def cost_s(self) -> float:
        """The experiment's estimate for it, in seconds of one core."""
        arms = {task.arm: task for task in self.tasks}
        seeds = {arm: sum(task.arm == arm for task in self.tasks) for arm in arms}
        return sum(task.experiment.cost(task.settings, seeds[arm]) for arm, task in arms.items())


def grouped(tasks: Sequence[Task]) -> list[Batch]:
    """The tasks in batches, as their experiments group them; none of two precisions."""
    by_experiment: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        by_experiment.setdefault((task.experiment.id, precision_of(task)), []).append(task)
    groups = [group for own in by_experiment.values() for group in own[0].experiment.batches(own)]
    return [Batch(number, tuple(group)) for number, group in enumerate(groups, start=1)]


def precision_of(task: Task) -> str:
    """The precision that a task is computed in, "fp32" or "bf16"."""
    return task.experiment.precision_of(task.settings)


def needs_own_process(task: Task) -> bool:
    """Whether a task cannot run in this process: one process serves one precision, and ours is fp32."""
    return precision_of(task) != FP32


def perform(
    tasks: Sequence[Task],
    progress: Callable[[int, int], None],
    root: Path | str | None = None,
    every_s: float = EVERY_S,
) -> Iterator[Record]:
    """Run one batch in this process and yield each record as it is finished.

    Args:
        tasks: of one experiment, best run together.
        progress: called with (steps of work done, in all).
        root: the store where unfinished runs are kept, and gone on with; None: nowhere. every_s: how often.

    Raises:
        RunError: the experiment did not measure what it declares, or not every task; this process serves another
            precision.
        Whatever the experiment raises.
    """
    first = tasks[0]
    prepare(precision_of(first))
    meter = Meter(type(first.experiment).__module__, len(tasks), first.threads, first.device)
    waiting = {task.key for task in tasks}
    unfinished = Unfinished(root, source_digest(type(first.experiment).__module__), every_s)
    for task, measurement in first.experiment.measure(tasks, progress, unfinished):
        declared = {metric.name for metric in task.experiment.metrics}
        if set(measurement.metrics) != declared or task.key not in waiting:
            raise _broken(task, f"it gave {sorted(measurement.metrics)} and declares {sorted(declared)}")
        waiting.remove(task.key)
        yield make_record(task, measurement, meter.provenance())
    if waiting:
        raise _broken(first, f"{len(waiting)} of {len(tasks)} runs of the batch were not measured")


def first_losses(task: Task) -> list[float]:
    """The losses of the first 20 steps of a task, run anew in this process.

    Raises:
        RunError: this process serves another precision. Whatever the experiment raises.
    """
    prepare(precision_of(task))
    return task.experiment.first_losses(task)


def _broken(task: Task, why: str) -> RunError:
    return RunError(f"Experiment {task.experiment.id} does not measure what it declares.", f"At {task.arm}: {why}.")
