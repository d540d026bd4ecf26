"""What one call of `engine.run` has got together so far: records, failures, and what it tells."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

from claimbook.engine.batch import Batch
from claimbook.engine.events import Event
from claimbook.engine.twins import from_twin
from claimbook.errors import ClaimbookError, RecordError, RunError
from claimbook.experiment.base import Task
from claimbook.record.schema import Record
from claimbook.record.store import Store
from claimbook.record.unfinished import Unfinished


class Session:
    """What one call of `run` has got together so far."""

    def __init__(self, store: Store, on_event: Callable[[Event], None], refresh: bool):
        self.store, self.refresh, self.batches = store, refresh, 0
        self.records: dict[str, Record] = {}
        self.failures: list[tuple[Batch, ClaimbookError]] = []
        self._on_event = on_event
        self._started: dict[int, float] = {}
        self._done: dict[int, int] = {}

    def has(self, task: Task) -> bool:
        """Whether the record of `task` is in the store (and taken from there), or another of the same run."""
        if self.refresh:
            return False
        with contextlib.suppress(RecordError):  # a faulty file counts as none; `save` sets it aside
            found = self.store.find(task)
            if found is None and (found := from_twin(task, self.store)) is not None:
                self.store.save(found)
            if found is not None:
                self.records[task.key] = found
        return task.key in self.records

    def kept(self, task: Task) -> bool:
        """Whether the record of `task` is kept: Ctrl-C may come after it was saved and before it was noted."""
        return task.key in self.records or self.has(task)

    def left(self, batch: Batch) -> tuple[Task, ...]:
        """The tasks of a batch, whose locks we hold, that no other process has made meanwhile."""
        left = tuple(task for task in batch.tasks if not self.has(task))
        for task in batch.tasks:
            if task not in left:
                self.tell("found", batch, record=self.records[task.key].id, arm=task.arm, seed=task.seed)
        if left:
            self._started[batch.number] = time.monotonic()
            self.tell("started", batch)
        return left

    def progress(self, batch: Batch, done: int, total: int) -> None:
        """Tell how far a batch is, in its own steps of work."""
        before = self._done.get(batch.number, 0)
        self._done[batch.number] = done
        self.tell("progress", batch, done=done, total=total, before=before)

    def keep(self, batch: Batch, record: Record) -> None:
        """Save a finished record."""
        aside = self.store.save(record, replace=self.refresh)
        Unfinished(self.store.root).drop(record.key)
        self.records[record.key] = record
        if aside is not None:
            self.tell("set-aside", batch, text=f"{aside.text}; it was set aside, and the record made again")
        self.tell("record", batch, record=record.id, arm=record.arm, seed=record.seed)

    def fail(self, batch: Batch, error: ClaimbookError) -> None:
        """Note that a batch failed."""
        self.failures.append((batch, error))
        self.tell("failed", batch, text=str(error))

    def tell(self, kind: str, batch: Batch, **fields: Any) -> None:
        """Hand an event to who listens."""
        began = self._started.get(batch.number)
        elapsed = time.monotonic() - began if began is not None else 0.0
        experiment = batch.tasks[0].experiment.id
        fields |= {"elapsed_s": elapsed, "runs": len(batch.tasks), "cost_s": batch.cost_s}
        self._on_event(Event(kind, batch.number, self.batches, batch.label, experiment, **fields))

    def raise_failures(self) -> None:
        """Raise what the failures come to, where there are any."""
        if not self.failures:
            return
        if len({str(error) for _, error in self.failures}) == 1 and len(self.failures) == self.batches:
            raise self.failures[0][1]
        lines = [f"{batch.label}: {error.what} {error.why}".rstrip() for batch, error in self.failures]
        raise RunError(
            f"{len(self.failures)} of {self.batches} batches failed; {len(self.records)} finished records are kept.",
            "\n".join(lines),
            "Mend what is named, then run the same command again: only what is missing is made.",
        )
