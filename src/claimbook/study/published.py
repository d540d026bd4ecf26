"""Preset "published": all committed records, each arm at the largest judging preset that has any."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.experiment.base import Experiment
from claimbook.record.schema import Record
from claimbook.record.source import source_digest
from claimbook.record.store import Scan, Store
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
    found = {preset: _found(scan, experiment, preset, wanted, parameters) for preset in judging_presets(experiment)}
    presets = {arm: next((name for name in found if found[name][arm]), next(iter(found))) for arm in wanted}
    gaps: list[Gap] = []
    for arm, preset in presets.items():
        planned = only if only is not None else range(experiment.preset(preset).seeds)
        missing = [seed for seed in planned if seed not in found[preset][arm]]
        gaps += _gaps(experiment, preset, arm, missing, parameters)
    sizes = {name: _study(experiment, dict.fromkeys(wanted, name), found, only, store, parameters) for name in found}
    return dataclasses.replace(
        _study(experiment, presets, found, only, store, parameters),
        gaps=tuple(gaps),
        faults=tuple(fault.text for fault in scan.faults),
        sizes={name: study for name, study in sizes.items() if study.records},
    )


Found = Mapping[str, Mapping[str, Mapping[int, Record]]]  # preset → arm → seed → record


def _found(scan: Scan, experiment: Experiment, preset: str, arms: Sequence[str], given: Mapping[str, Any]) -> Any:
    parameters = experiment.parameters(preset, given)
    return {arm: shelves.matching(scan.records, experiment, parameters, arm) for arm in arms}


def _study(
    experiment: Experiment,
    presets: Mapping[str, str],
    found: Found,
    only: Sequence[int] | None,
    store: Store | None,
    given: Mapping[str, Any],
) -> Study:
    """What is found of each arm at its preset, of the seeds `only` where these are given."""
    records = {
        (arm, seed): record
        for arm, preset in presets.items()
        for seed, record in found[preset][arm].items()
        if only is None or seed in only
    }
    source = source_digest(type(experiment).__module__)
    standings = {cell: store.standing(record, source) for cell, record in records.items()}
    largest = next(preset for preset in found if preset in presets.values())
    return Study(
        experiment=experiment,
        preset=PUBLISHED,
        parameters=experiment.parameters(largest, given),
        arms=tuple(presets),
        seeds=tuple(sorted({seed for _, seed in records})),
        stand_in=False,
        presets=presets,
        records=records,
        standings=standings,
        found=len(records),
        notes=_notes(presets, standings),
    )


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
