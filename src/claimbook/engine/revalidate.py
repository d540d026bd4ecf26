"""`revalidate`: re-run the first 20 steps of records whose source has changed, and stamp what came of it."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence

from claimbook import compat, gpu
from claimbook.data.own import is_own
from claimbook.engine.batch import first_losses, needs_own_process
from claimbook.engine.local import first_losses_apart
from claimbook.errors import ClaimbookError, DataError
from claimbook.experiment.base import Experiment, Task, computed_on
from claimbook.record.provenance import cpu_model
from claimbook.record.schema import Record
from claimbook.record.source import source_digest
from claimbook.record.stale import OTHER_MACHINE_RTOL, STAMPS, Stamp, same_losses, write_stamps
from claimbook.record.store import Store


@dataclasses.dataclass(frozen=True)
class Revalidated:
    """What came of one record: outcome "fresh" (nothing to do), "confirmed", "stale", or "unchecked" (see detail)."""

    record: str
    outcome: str
    detail: str


def revalidate(
    experiment: Experiment, store: Store, on_result: Callable[[Revalidated], None] | None = None, again: bool = False
) -> list[Revalidated]:
    """Check each record of an experiment in `store` whose source digest is not today's; stamp the outcome beside it.

    What a stamp says of today's source holds and is not worked out a second time, unless `again` is given. Losses must
    come out bit for bit on a machine with the record's processor (and GPU), within a relative 1e-5 on another. A record
    is stamped as soon as it is checked. Where its data or a GPU are absent, or it has no losses, it stays as it is
    ("unchecked").

    Raises:
        ClaimbookError: the stamps cannot be written.
    """
    source = source_digest(type(experiment).__module__)
    stamps = {} if again else store.stamps(experiment.id)
    results = []
    for record in store.scan(experiment.id).records:
        if record.provenance.source == source:
            result = Revalidated(record.id, "fresh", "its source has not changed")
        elif (stamp := stamps.get(record.key)) and (stamp.digest, stamp.source) == (record.digest, source):
            result = Revalidated(record.id, stamp.outcome, f"{stamp.detail} (checked on {stamp.date})")
        else:
            result = _checked(experiment, store, record, source)
        results.append(result)
        if on_result is not None:
            on_result(result)
    return results


def _checked(experiment: Experiment, store: Store, record: Record, source: str) -> Revalidated:
    task = task_of(experiment, record)
    if task.key != record.key:
        return Revalidated(
            record.id, "unchecked", "the experiment asks for something else today; run it with --refresh"
        )
    if is_own(task.data):
        return Revalidated(record.id, "unchecked", "it rests on a reader's own files; run it with --data and --refresh")
    if not record.first_losses:
        return Revalidated(record.id, "unchecked", "it has no first losses to compare; run it with --refresh")
    if task.threads != compat.threads():
        return Revalidated(record.id, "unchecked", f"set CLAIMBOOK_THREADS={task.threads}, as when it was made")
    try:
        gpu.choose(task.device)
        today = first_losses_apart(task) if needs_own_process(task) else first_losses(task)
    except DataError as error:
        return Revalidated(record.id, "unchecked", f"its data are not there: {error.what}")
    except ClaimbookError as error:
        return Revalidated(record.id, "unchecked", error.what)
    machine = (record.provenance.cpu, record.provenance.device)
    same_machine = machine == (cpu_model(), gpu.described(task.device))
    agrees = same_losses(record.first_losses, today, same_machine)
    detail = _detail(record.first_losses, today, same_machine, agrees)
    stamp = Stamp(
        digest=record.digest,
        source=source,
        outcome="confirmed" if agrees else "stale",
        date=datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        same_machine=same_machine,
        detail=detail,
    )
    write_stamps(store.root / experiment.id / STAMPS, store.stamps(experiment.id) | {record.key: stamp})
    return Revalidated(record.id, stamp.outcome, detail)


def task_of(experiment: Experiment, record: Record) -> Task:
    """The task that a record answers, rebuilt from what was asked."""
    asked = record.asked
    return Task(experiment, record.arm, record.seed, asked["settings"], asked["data"], **computed_on(asked))


def _detail(recorded: Sequence[float], today: Sequence[float], same_machine: bool, agrees: bool) -> str:
    bound = "bit for bit" if same_machine else f"within {OTHER_MACHINE_RTOL:g} (another processor than the record's)"
    if agrees:
        return f"source changed, behaviour confirmed: {len(today)} first losses agree {bound}"
    if len(recorded) != len(today):
        return f"{len(today)} first losses today, {len(recorded)} in the record"
    pairs = enumerate(zip(recorded, today, strict=True))
    step = next(i for i, (a, b) in pairs if not same_losses([a], [b], same_machine))
    return f"the losses do not agree {bound}, first at step {step}: {recorded[step]!r} recorded, {today[step]!r} today"
