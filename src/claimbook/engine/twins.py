"""Runs that several experiments ask for: made once, and recorded in each (`Experiment.runs_of`)."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator

from claimbook.errors import RecordError
from claimbook.experiment import registry
from claimbook.experiment.base import Experiment, Measurement, Task
from claimbook.record.schema import Record, make_record
from claimbook.record.source import source_digest
from claimbook.record.store import Store


def one_of_each(tasks: Iterable[Task]) -> list[Task]:
    """The tasks without those whose run an earlier one asks for too."""
    return list({task.run: task for task in reversed(list(tasks))}.values())[::-1]


def from_twin(task: Task, store: Store) -> Record | None:
    """The record of `task` made from that of another experiment with the same run; None where `store` has none.

    Of a stale run nobody knows whether it is still this experiment's. One that `revalidate` has confirmed hands on its
    old source digest, so that the new record, too, counts only once it is confirmed itself.
    """
    for twin in _siblings(task.experiment):
        with contextlib.suppress(RecordError):  # a faulty file counts as none
            record = store.find(dataclasses.replace(task, experiment=twin))
            if record is None:
                continue
            standing = store.standing(record, source_digest(type(twin).__module__))
            if standing != "stale":
                own = source_digest(type(task.experiment).__module__)
                return _taken_over(record, task, own if standing == "fresh" else record.provenance.source)
    return None


def _siblings(experiment: Experiment) -> Iterator[Experiment]:
    if experiment.runs_of:
        for other in registry.experiments().values():
            if other.runs_of == experiment.runs_of and other.id != experiment.id:
                yield other


def _taken_over(record: Record, task: Task, source: str) -> Record:
    measurement = Measurement(
        record.metrics,
        record.curves,
        record.tables,
        record.first_losses,
        record.diverged,
        {**record.data.facts, "digest": record.data.digest, "stand_in": record.data.stand_in},
    )
    made = record.provenance
    origin = made.model_copy(update={"source": source, "run_of": made.run_of or record.id})
    return make_record(task, measurement, origin)
