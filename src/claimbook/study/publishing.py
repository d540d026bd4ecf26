"""`publish`: finished records of a judging preset go from the user's store into the committed one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.errors import RecordError, UsageError
from claimbook.experiment import registry
from claimbook.experiment.base import Experiment, computed_on
from claimbook.record.reading import read_record, sweep_of
from claimbook.record.schema import Record
from claimbook.record.source import source_digest
from claimbook.record.stale import STAMPS, write_stamps
from claimbook.record.store import Store
from claimbook.study import shelves
from claimbook.study.asked import judging_presets

LIMIT_MB = 20  # of all committed records together


@dataclasses.dataclass(frozen=True)
class Published:
    """What `publish` did. refused: "record: reason". missing: planned (arm, seed) that are in neither store."""

    copied: tuple[Record, ...]
    already: tuple[Record, ...]
    refused: tuple[str, ...]
    missing: tuple[tuple[str, int], ...]


def publish(name: str | Experiment, preset: str, replace: bool = False, **parameters: Any) -> Published:
    """Copy the finished real-data records of a preset into `records/`, each verified after it is written.

    What `revalidate` found of them goes along. Stale, faulty and stand-in records are refused by name. A committed
    record of the same key stays, unless it is stale or `replace` is given.

    Args:
        name: "paper/experiment".
        preset: "paper" or "reduced"; smoke and quick ones are never published.
        replace: put the user's record in the place of a committed one that has other measurements.
        parameters: over those of the preset, for a sensitivity run.

    Raises:
        UsageError: a preset that does not judge, an unknown name or value.
        RecordError: no checkout, nothing to publish, or above 20 MB in all; nothing is copied then.
    """
    experiment = name if isinstance(name, Experiment) else registry.experiment_named(name)
    experiment.preset(preset)
    if preset not in judging_presets(experiment):
        raise UsageError(
            f"Records of preset {preset!r} are never published.",
            "They are too small to judge a claim by.",
            f"Name one of: {', '.join(judging_presets(experiment))}.",
        )
    source, target = shelves.users(), shelves.committed()
    if target is None:
        raise RecordError(
            "There is no folder of committed records.",
            "This Claimbook does not run from a checkout.",
            "Run it in a clone of the repository.",
        )
    own, refused = _finished(experiment, preset, source, parameters)
    there = {record.key: record for record in target.scan(experiment.id).records}
    copied = [record for record in own if _goes(record, there.get(record.key), target, experiment, replace, refused)]
    _check_size(copied, target)
    for record in copied:
        _copy(record, target)
    _carry_stamps(own, source, target, experiment)
    return Published(
        copied=tuple(copied),
        already=tuple(record for record in own if record.key in there and record not in copied),
        refused=tuple(refused),
        missing=_missing(experiment, preset, parameters, {record.key for record in own} | set(there)),
    )


def _finished(
    experiment: Experiment, preset: str, source: Store, parameters: Mapping[str, Any]
) -> tuple[list[Record], list[str]]:
    """The publishable records, and "record: reason" for those that are not."""
    scan = source.scan(experiment.id)
    refused = [fault.text for fault in scan.faults]
    today = source_digest(type(experiment).__module__)
    values, own = experiment.parameters(preset, parameters), []
    for arm in experiment.arms:
        for record in shelves.matching(scan.records, experiment, values, arm.id).values():
            if source.standing(record, today) == "stale":
                refused.append(f"{record.id}: it is stale; `claimbook revalidate` or `claimbook run --refresh` first")
            elif why := _damage(record):
                refused.append(f"{record.id}: {why}")
            else:
                own.append(record)
        for record in scan.records:
            if record.data.stand_in and record.arm == arm.id and _asked(experiment, values, record):
                refused.append(f"{record.id}: it was made on stand-in data")
    if not own and not refused:
        raise RecordError(
            f"The store has no finished record of {experiment.id} at preset {preset!r}.",
            "Only what has been run can be published.",
            f"Run `claimbook run {experiment.id} --preset {preset}` first.",
        )
    return own, refused


def _damage(record: Record) -> str:
    """What is wrong with the table of a record's sweep, which a scan does not unpack."""
    try:
        if record.sweep is not None:
            sweep_of(record)
    except RecordError as error:
        return error.why
    return ""


def _asked(experiment: Experiment, parameters: Any, record: Record) -> bool:
    task = experiment.task(parameters, record.arm, record.seed, stand_in=True, **computed_on(record.asked))
    return task.key == record.key


def _goes(
    record: Record, there: Record | None, target: Store, experiment: Experiment, replace: bool, refused: list[str]
) -> bool:
    """Whether a record is copied, given the committed one of its key."""
    if there is None:
        if (target.root / record.path).exists():
            refused.append(f"{record.id}: a faulty file lies in its place in the committed records; mend that first")
            return False
        return True
    if there.digest == record.digest:
        return False
    if replace or target.standing(there, source_digest(type(experiment).__module__)) == "stale":
        return True
    refused.append(f"{record.id}: another record of this key is committed; --replace puts this one in its place")
    return False


def _check_size(records: Sequence[Record], target: Store) -> None:
    tables = [record.sweep.packed_bytes for record in records if record.sweep is not None]
    size = target.size() + sum(len(record.text().encode()) for record in records) + sum(tables)
    if size > LIMIT_MB * 1_000_000:
        raise RecordError(
            f"The committed records would come to {size / 1e6:.1f} MB.",
            f"They stay under {LIMIT_MB} MB, so that the repository stays small.",
            "Publish fewer seeds, or thin the curves of the experiment.",
        )


def _copy(record: Record, target: Store) -> None:
    target.save(record, replace=True)
    found = read_record(target.root / record.path, record.path, whole=True)
    if not isinstance(found, Record) or found.text() != record.text():
        raise RecordError(
            f"{record.path} does not read back as it was written.", "The disk may be failing.", "Try again."
        )


def _carry_stamps(own: Sequence[Record], source: Store, target: Store, experiment: Experiment) -> None:
    """Copy the stamps of the records that now lie in both stores."""
    ours, theirs = source.stamps(experiment.id), target.stamps(experiment.id)
    committed = {record.key: record.digest for record in target.scan(experiment.id).records}
    carried = {
        record.key: ours[record.key]
        for record in own
        if record.key in ours and committed.get(record.key) == record.digest == ours[record.key].digest
    }
    if theirs | carried != theirs:
        write_stamps(target.root / experiment.id / STAMPS, theirs | carried)


def _missing(
    experiment: Experiment, preset: str, parameters: Mapping[str, Any], keys: set[str]
) -> tuple[tuple[str, int], ...]:
    values = experiment.parameters(preset, parameters)
    cells = [(arm.id, seed) for arm in experiment.arms for seed in range(experiment.preset(preset).seeds)]
    return tuple(
        cell
        for cell in cells
        if keys.isdisjoint(experiment.task(values, *cell, False, device=name).key for name in experiment.devices)
    )
