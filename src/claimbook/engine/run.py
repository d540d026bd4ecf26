"""Run tasks: what is in the store is found, the rest is made, batch by batch, each record saved as it is finished."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from claimbook.engine.batch import Batch, grouped, needs_own_process, perform
from claimbook.engine.events import Event
from claimbook.engine.pool import Pool
from claimbook.engine.session import Session
from claimbook.engine.twins import one_of_each
from claimbook.errors import ClaimbookError, RunError
from claimbook.experiment.base import Task
from claimbook.record.schema import Record
from claimbook.record.store import Store


class Interrupted(RunError):
    """Someone pressed Ctrl-C. What was finished is kept."""

    exit_code = 130


def run(
    tasks: Sequence[Task],
    store: Store,
    jobs: int = 1,
    on_event: Callable[[Event], None] | None = None,
    refresh: bool = False,
) -> list[Record]:
    """The records of `tasks`, in their order: found in `store`, or made and saved there.

    Where another process is making one of them, it is waited for and its record is found. A faulty file in a record's
    place is set aside. A batch that fails does not hold up the others. A run that several experiments share is made
    for the first that asks, and the others take it over from `store`.

    Args:
        tasks: what is asked for; of any experiments.
        store: where records are looked for and written to.
        jobs: with 1 all runs in this process, but for those of another precision than fp32, which need one of their
            own; with more, so many local processes at once, one a batch.
        on_event: told what happens; see `engine.events`.
        refresh: make all of them again, and replace what is there.

    Raises:
        Interrupted: Ctrl-C; says what is done.
        RunError: batches failed or their processes died; what was finished is kept.
        ClaimbookError: the one reason for which all failed batches failed (data absent, disk full …).
    """
    store.sweep()
    session = Session(store, on_event or (lambda event: None), refresh)
    unique = {task.key: task for task in tasks}
    missing = [task for task in unique.values() if not session.has(task)]
    try:
        _make(missing if refresh else one_of_each(missing), session, jobs)
        if not session.failures:  # and no twin was there already, made by an older source
            _make(
                [task for task in missing if task.key not in session.records and not session.has(task)], session, jobs
            )
    except KeyboardInterrupt:
        done = sum(session.kept(task) for task in unique.values())
        raise Interrupted(
            f"Interrupted: {done} of {len(unique)} runs are finished and kept.",
            "The unfinished ones left nothing behind.",
            "Run the same command again: what is finished is found, and only the rest is made.",
        ) from None
    session.raise_failures()
    return [session.records[task.key] for task in tasks]


def _make(tasks: Sequence[Task], session: Session, jobs: int) -> None:
    batches = grouped(tasks)
    if not batches:
        return
    session.batches = len(batches)
    for batch in batches:
        session.tell("queued", batch)
    if jobs == 1:
        _run_here(batches, session)
    else:
        Pool(session, jobs).run(batches)


def _run_here(batches: Sequence[Batch], session: Session) -> None:
    for batch in batches:
        if needs_own_process(batch.tasks[0]):
            Pool(session, jobs=1).run([batch])
            continue
        with _held(batch, session):
            left = session.left(batch)
            if left:
                _perform_here(batch, left, session)


def _perform_here(batch: Batch, tasks: Sequence[Task], session: Session) -> None:
    records = perform(tasks, lambda done, total: session.progress(batch, done, total), session.store.root)
    while True:
        try:
            record = next(records, None)
        except ClaimbookError as error:
            session.fail(batch, error)
            return
        if record is None:
            session.tell("finished", batch)
            return
        session.keep(batch, record)  # where this fails (a full disk), the other batches need not start


@contextlib.contextmanager
def _held(batch: Batch, session: Session) -> Iterator[None]:
    keys = [task.key for task in batch.tasks]
    with contextlib.ExitStack() as stack:
        if not stack.enter_context(session.store.locked(keys, timeout_s=0)):
            session.tell("waiting", batch)
            stack.enter_context(session.store.locked(keys))
        yield
