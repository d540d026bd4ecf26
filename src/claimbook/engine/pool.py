"""Several batches at once, each in a local process; this process holds the locks and saves the records."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Sequence
from typing import Any

from claimbook.engine.batch import Batch
from claimbook.engine.local import Worker
from claimbook.engine.session import Session
from claimbook.engine.worker import error_of, record_of

POLL_S = 0.2  # how often a lock that another process holds is tried again


class Pool:
    """Up to `jobs` workers for one session."""

    def __init__(self, session: Session, jobs: int):
        self._session, self._jobs = session, jobs
        self._answers: queue.Queue = queue.Queue()
        self._running: dict[Worker, contextlib.ExitStack] = {}  # each with the locks of its keys
        self._waiting: set[int] = set()

    def run(self, batches: Sequence[Batch]) -> None:
        """Run all batches. On any exception, Ctrl-C too, the workers are stopped; finished records are kept."""
        pending = list(batches)
        try:
            while pending or self._running:
                pending = [batch for batch in pending if not self._start(batch)]
                with contextlib.suppress(queue.Empty):
                    self._take(*self._answers.get(timeout=POLL_S))
        finally:
            for worker, locks in self._running.items():
                worker.stop()
                locks.close()

    def _start(self, batch: Batch) -> bool:
        """Start a batch where a job is free and no other process makes its keys; say whether it is dealt with."""
        if len(self._running) >= self._jobs:
            return False
        with contextlib.ExitStack() as stack:
            if not stack.enter_context(self._session.store.locked([task.key for task in batch.tasks], timeout_s=0)):
                if batch.number not in self._waiting:
                    self._waiting.add(batch.number)
                    self._session.tell("waiting", batch)
                return False
            left = self._session.left(batch)
            if left:
                worker = Worker(batch, left, self._session.store.root, self._answers)
                self._running[worker] = stack.pop_all()
        return True

    def _take(self, worker: Worker, answer: dict[str, Any]) -> None:
        """Act on one answer of a worker."""
        batch, session = worker.batch, self._session
        if "progress" in answer:
            session.progress(batch, *answer["progress"])
        elif "record" in answer:
            session.keep(batch, record_of(answer))
        elif "error" in answer:
            worker.said_last = True
            session.fail(batch, error_of(answer["error"]))
        elif "done" in answer:
            worker.said_last = True
            session.tell("finished", batch)
        else:
            if not worker.said_last:
                session.fail(batch, worker.died())
            self._running.pop(worker).close()
