"""The command line that makes a record again: which preset and parameters lead to what was asked."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from claimbook.data.own import is_own
from claimbook.errors import UsageError
from claimbook.experiment.base import Experiment, computed_on
from claimbook.experiment.parameters import describe
from claimbook.gpu import AUTO
from claimbook.record.schema import Record


def remake_command(experiment: Experiment, record: Record) -> str | None:
    """The `claimbook run` that makes exactly this record again, or None where today's experiment asks for another.

    A preset as it is declared is preferred; else the parameters that differ are given too. Where a reader's own files
    lie, no record knows: FOLDER stands for it.
    """
    for preset, overrides in _candidates(experiment, record):
        try:
            parameters = experiment.parameters(preset, overrides)
            stand_in = bool(record.asked["data"].get("stand_in", False))
            place = computed_on(record.asked)
            task = experiment.task(parameters, record.arm, record.seed, stand_in, **place)
            if is_own(record.asked["data"]):
                task = dataclasses.replace(task, data=record.asked["data"])
        except UsageError:
            continue
        if task.key == record.key:
            return _written(experiment, preset, overrides, record, stand_in)
    return None


def _candidates(experiment: Experiment, record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    stand_in = bool(record.asked["data"].get("stand_in", False))
    names = [preset.name for preset in experiment.presets if stand_in or not preset.stand_in]
    yield from ((name, {}) for name in names)
    settings = record.asked["settings"]
    given = [(name, _overrides(experiment, name, record.arm, settings)) for name in names]
    yield from sorted(given, key=lambda pair: len(pair[1]))


def _overrides(experiment: Experiment, preset: str, arm: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters that bring an arm's settings to `wanted`: each wanted value is tried on each parameter.

    Those that carry the setting's name come first and all at once, since some are only allowed together.
    """
    infos = [info.name for info in describe(experiment.Parameters)]
    found: dict[str, Any] = {name: wanted[name] for name in infos if name in wanted}
    if _distance(experiment, preset, arm, found, wanted) is None:
        found = {}
    for value in wanted.values():
        for name in infos:
            now, then = (_distance(experiment, preset, arm, given, wanted) for given in (found, found | {name: value}))
            if then is not None and now is not None and then < now:
                found[name] = value
    for name in list(found):  # what changes nothing is left out
        fewer = {other: value for other, value in found.items() if other != name}
        if _distance(experiment, preset, arm, fewer, wanted) == 0:
            found = fewer
    return found


def _distance(
    experiment: Experiment, preset: str, arm: str, given: Mapping[str, Any], wanted: Mapping[str, Any]
) -> int | None:
    """In how many settings an arm differs from `wanted` with these parameters; None where they are not allowed."""
    try:
        settings = experiment.settings(experiment.parameters(preset, given), experiment.arm(arm))
    except UsageError:
        return None
    return sum(settings.get(name) != value for name, value in wanted.items())


def device_asked(experiment: Experiment, record: Record) -> str:
    """The device to ask for, so that a record is made where it was made: "auto" where there is no choice."""
    return computed_on(record.asked)["device"] if len(experiment.devices) > 1 else AUTO


def _written(experiment: Experiment, preset: str, overrides: Mapping[str, Any], record: Record, stand_in: bool) -> str:
    words = ["claimbook", "run", experiment.id, "--preset", preset]
    for name, value in overrides.items():
        words += ["-p", f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}"]
    words += ["--arm", record.arm, "--seed", str(record.seed)]
    if stand_in and not experiment.preset(preset).stand_in:
        words += ["--data", "stand-in"]
    if is_own(record.asked["data"]):
        words += ["--data", f"{record.asked['data']['name']}=FOLDER"]
    device, threads = device_asked(experiment, record), computed_on(record.asked)["threads"]
    if device != AUTO:
        words += ["--device", device]
    line = shlex.join([*words, "--refresh"])
    return line if threads == 1 else f"CLAIMBOOK_THREADS={threads} {line}"
