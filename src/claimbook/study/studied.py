"""A study: the records of an experiment's arms and seeds, and named gaps where there are none."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.errors import unknown
from claimbook.experiment.base import Experiment
from claimbook.gpu import AUTO
from claimbook.record.reading import sweep_of
from claimbook.record.schema import Record


@dataclasses.dataclass(frozen=True)
class Gap:
    """A run that is asked for and not there. `cost`: in words, for all gaps that `command` fills."""

    arm: str
    seed: int
    reason: str
    command: str
    cost: str


@dataclasses.dataclass(frozen=True)
class Study:
    """What `reproduce` gives. Nothing in it is computed anew; every number stands in a record.

    preset: as asked for; presets: arm → the preset of its records (they differ where `preset` is "published").
    parameters: those of the preset, for "published" of the largest that is shown, with what was overridden.
    records, standings: by (arm, seed); a standing is "fresh", "confirmed" or "stale", see `record.stale`.
    found, made: how many records were there, and how many were run now. stand_in, own_files: on synthetic data, on a
    reader's own files; nothing is judged on these.
    notes: sentences that belong beside every figure of this study. faults: files that do not count, named.
    sizes: for "published", each judging preset that has records → the study of these alone; see `by_size`.
    """

    experiment: Experiment
    preset: str
    parameters: Any
    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    stand_in: bool
    presets: Mapping[str, str]
    records: Mapping[tuple[str, int], Record]
    standings: Mapping[tuple[str, int], str]
    gaps: tuple[Gap, ...] = ()
    found: int = 0
    made: int = 0
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    own_files: bool = False
    sizes: Mapping[str, Study] = dataclasses.field(default_factory=dict)

    @property
    def by_size(self) -> list[Study]:
        """This study in parts that can be compared: one for each preset that records were made at, largest first."""
        return list(self.sizes.values()) or [self]

    @property
    def data(self) -> str:
        """Which data, in words: "real", "stand-in" or "own"."""
        return "stand-in" if self.stand_in else "own" if self.own_files else "real"

    def of(self, arm: str) -> dict[int, Record]:
        """The records of an arm, seed → record, in order of seeds. Raises UsageError for an unknown arm."""
        self.experiment.arm(arm)
        return {seed: self.records[own, seed] for own, seed in sorted(self.records) if own == arm}

    def metric(self, arm: str, name: str) -> dict[int, float | None]:
        """A metric of an arm, seed → number; None where the run never came to have it.

        Raises:
            UsageError: an unknown arm or metric.
        """
        names = [metric.name for metric in self.experiment.metrics]
        if name not in names:
            raise unknown(f"metric of {self.experiment.id}", name, names)
        return {seed: record.metrics[name] for seed, record in self.of(arm).items()}

    def curve(self, arm: str, name: str) -> dict[int, Mapping[str, list[float]]]:
        """A curve of an arm, seed → {column → numbers}. Raises UsageError for an unknown arm or curve."""
        return {seed: _named("curve", record.curves, name, record) for seed, record in self.of(arm).items()}

    def table(self, arm: str, name: str) -> dict[int, list[dict[str, Any]]]:
        """A table of an arm, seed → rows. Raises UsageError for an unknown arm or table."""
        return {seed: _named("table", record.tables, name, record) for seed, record in self.of(arm).items()}

    def sweep(self, arm: str) -> dict[int, dict[str, list[Any]]]:
        """The sweep of an arm, seed → {column → cells}; seeds whose record has none are left out.

        Raises:
            UsageError: an unknown arm. RecordError: a table is gone or damaged.
        """
        return {seed: sweep_of(record) for seed, record in self.of(arm).items() if record.sweep is not None}


def command(
    name: str,
    preset: str,
    seeds: int | None,
    parameters: Mapping[str, Any],
    verb: str = "run",
    device: str = AUTO,
) -> str:
    """The command line that makes the records of a study."""
    words = ["claimbook", verb, name, "--preset", preset]
    if seeds is not None:
        words += ["--seeds", str(seeds)]
    for key, value in parameters.items():
        text = ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        words += ["-p", f"{key}={text}"]
    if device != AUTO:
        words += ["--device", device]
    return shlex.join(words)


def in_words(seconds: float) -> str:
    """A cost in core time for people: "40 s", "12 min", "3.5 h"."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s of one core"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min of one core"
    return f"about {seconds / 3600:.1f} h of one core"


def total_cost(experiment: Experiment, parameters: Any, missing: Sequence[tuple[str, int]]) -> float:
    """Estimated seconds of one core for these (arm, seed)."""
    counts: dict[str, int] = {}
    for arm, _ in missing:
        counts[arm] = counts.get(arm, 0) + 1
    return sum(
        experiment.cost(experiment.settings(parameters, experiment.arm(arm)), seeds) for arm, seeds in counts.items()
    )


def _named(kind: str, things: Mapping[str, Any], name: str, record: Record) -> Any:
    if name not in things:
        raise unknown(f"{kind} of {record.experiment}", name, things)
    return things[name]
