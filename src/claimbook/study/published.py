"""Preset "published": all committed records, each arm at the largest judging preset that has any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.experiment.base import Experiment
from claimbook.record.schema import Record
from claimbook.record.source import source_digest
from claimbook.record.store import Scan
from claimbook.study import shelves
from claimbook.study.asked import PUBLISHED, checked_arms, checked_seeds, judging_presets
from claimbook.study.studied import Gap, Study, command, in_words, total_cost


def published(
    experiment: Experiment, seeds: int | Sequence[int] | None, arms: Any, parameters: Mapping[str, Any]
) -> Study:
    """The study of the committed real-data records; what is planned and absent is a gap. Nothing is made.

    Raises:
        UsageError: an unknown arm or parameter, ill-formed seeds.
    """
    wanted = checked_arms(experiment, arms)
    only = None if seeds is None else checked_seeds(seeds, 0)
    store = shelves.committed()
    scan = store.scan(experiment.id) if store is not None else Scan((), ())
    presets: dict[str, str] = {}
    records: dict[tuple[str, int], Record] = {}
    gaps: list[Gap] = []
    for arm in wanted:
        preset, own = _of_arm(scan, experiment, arm, parameters)
        presets[arm] = preset
        planned = only if only is not None else range(experiment.preset(preset).seeds)
        records |= {(arm, seed): record for seed, record in own.items() if only is None or seed in only}
        gaps += _gaps(experiment, preset, arm, [seed for seed in planned if seed not in own], parameters)
    source = source_digest(type(experiment).__module__)
    standings = {cell: store.standing(record, source) for cell, record in records.items()}
    return Study(
        experiment=experiment,
        preset=PUBLISHED,
        parameters=experiment.parameters(judging_presets(experiment)[0], parameters),
        arms=wanted,
        seeds=tuple(sorted({seed for _, seed in records})),
        stand_in=False,
        presets=presets,
        records=records,
        standings=standings,
        gaps=tuple(gaps),
        found=len(records),
        notes=_notes(presets, standings),
        faults=tuple(fault.text for fault in scan.faults),
    )


def _of_arm(scan: Scan, experiment: Experiment, arm: str, given: Mapping[str, Any]) -> tuple[str, dict[int, Record]]:
    for preset in judging_presets(experiment):
        own = shelves.matching(scan.records, experiment, experiment.parameters(preset, given), arm)
        if own:
            return preset, own
    return judging_presets(experiment)[0], {}


def _gaps(experiment: Experiment, preset: str, arm: str, seeds: Sequence[int], given: Mapping[str, Any]) -> list[Gap]:
    if not seeds:
        return []
    cost = total_cost(experiment, experiment.parameters(preset, given), [(arm, seed) for seed in seeds])
    make = command(experiment.id, preset, max(seeds) + 1, given)
    give = command(experiment.id, preset, None, given, verb="publish")
    return [Gap(arm, seed, "no record is committed", f"{make} && {give}", in_words(cost)) for seed in seeds]


def _notes(presets: Mapping[str, str], standings: Mapping[Any, str]) -> tuple[str, ...]:
    notes = []
    if len(set(presets.values())) > 1:
        notes.append(
            "Arms are shown at different presets: " + ", ".join(f"{a} at {p}" for a, p in presets.items()) + "."
        )
    stale = sum(standing == "stale" for standing in standings.values())
    if stale:
        notes.append(f"{stale} of {len(standings)} records are stale: the source has changed since they were made.")
    return tuple(notes)
