"""The two stores that are read: the user's own, which runs write to, and the committed one."""

from __future__ import annotations

from collections.abc import Iterable

from claimbook.errors import RecordError
from claimbook.experiment import registry
from claimbook.experiment.base import Experiment, Task, computed_on
from claimbook.record.places import committed_records, user_store
from claimbook.record.schema import Record
from claimbook.record.store import Store


def users() -> Store:
    """The user's store, which new records go to. Raises UsageError where it lies inside the checkout."""
    return Store(user_store(), why_foreign)


def committed() -> Store | None:
    """The committed records; None where there is no checkout."""
    folder = committed_records()
    return Store(folder, why_foreign) if folder is not None else None


def stores() -> list[Store]:
    """The stores in the order in which they are looked through: the user's own first, then the committed one."""
    shared = committed()
    return [users()] if shared is None else [users(), shared]


def why_foreign(record: Record) -> str:
    """Why a record does not belong to this Claimbook; "" where it does."""
    experiment = registry.experiments().get(record.experiment)
    if experiment is None:
        return f"this Claimbook has no experiment {record.experiment}"
    if record.version != experiment.version:
        return f"it was made by version {record.version} of {experiment.id}, which is at {experiment.version} today"
    if record.arm not in [arm.id for arm in experiment.arms]:
        return f"{experiment.id} has no arm {record.arm}"
    return ""


def find(places: Iterable[Store], task: Task, faults: list[str]) -> tuple[Record, Store] | None:
    """The record of a task in the first store that has it; files in its place that do not count go to `faults`."""
    for store in places:
        try:
            record = store.find(task)
        except RecordError as error:
            faults.append(f"{error.what} {error.why}")
            continue
        if record is not None:
            return record, store
    return None


def matching(records: Iterable[Record], experiment: Experiment, parameters: object, arm: str) -> dict[int, Record]:
    """The real-data records of an arm with these parameters, of all seeds: seed → record.

    Where a seed has several, made on different devices or with different numbers of threads: that of the CPU before
    that of the GPU, and the one with the fewest.
    """
    found: dict[int, Record] = {}
    own = (r for r in records if (r.experiment, r.arm, r.data.stand_in) == (experiment.id, arm, False))
    for record in sorted(own, key=lambda record: (record.seed, *sorted(computed_on(record.asked).items()))):
        task = experiment.task(parameters, arm, record.seed, stand_in=False, **computed_on(record.asked))
        if task.key == record.key:
            found.setdefault(record.seed, record)
    return found
