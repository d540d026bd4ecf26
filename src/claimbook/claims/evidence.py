"""What the judge asks of the records, and how it gathers the planned runs of a claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

JUDGING = ("paper", "reduced")
"""Presets that judge, largest first. `smoke` and `quick` never do."""


@dataclass(frozen=True)
class Sample:
    """What the records say of one arm's metric at one preset and reading.

    Attributes:
        values: seed → metric; not finite where the run diverged.
        diverged: seeds whose run diverged or failed; they stay in the count.
        records: seed → record id.
        stale: seeds whose record was made by other source code.
        data: the data set's name as it is shown; never a stand-in's.
    """

    values: Mapping[int, float] = field(default_factory=dict)
    diverged: frozenset[int] = frozenset()
    records: Mapping[int, str] = field(default_factory=dict)
    stale: frozenset[int] = frozenset()
    data: str = ""


class Evidence(Protocol):
    """What the judge reads; implemented over the record stores. Experiments go by their ids, "paper/name"."""

    def presets(self, experiment: str) -> Sequence[str]:
        """The judging presets that the experiment has, largest first: ("paper", "reduced")."""

    def sample(self, experiment: str, preset: str, arm: str, metric: str, reading: Mapping[str, object]) -> Sample:
        """The records of one arm; `reading` overrides parameters of the preset. Empty where there are none."""

    def faults(self, experiment: str) -> Sequence[str]:
        """Corrupt, foreign, duplicate or edited records, named in words; they are in no sample."""

    def cost(self, experiment: str, preset: str, arms: Sequence[str], seeds: int) -> float | None:
        """Estimated hours on 2 cores for that many seeds of all these arms, or None where nobody knows."""


@dataclass(frozen=True)
class OfPaper:
    """The evidence for one paper's experiments by their bare names, as its claims file has them."""

    evidence: Evidence
    slug: str

    def presets(self, experiment: str) -> Sequence[str]:
        """As `Evidence.presets`."""
        return self.evidence.presets(f"{self.slug}/{experiment}")

    def sample(self, experiment: str, preset: str, arm: str, metric: str, reading: Mapping[str, object]) -> Sample:
        """As `Evidence.sample`."""
        return self.evidence.sample(f"{self.slug}/{experiment}", preset, arm, metric, reading)

    def faults(self, experiment: str) -> Sequence[str]:
        """As `Evidence.faults`."""
        return self.evidence.faults(f"{self.slug}/{experiment}")

    def cost(self, experiment: str, preset: str, arms: Sequence[str], seeds: int) -> float | None:
        """As `Evidence.cost`."""
        return self.evidence.cost(f"{self.slug}/{experiment}", preset, arms, seeds)


@dataclass(frozen=True)
class Draw:
    """The planned runs of a claim, complete: every (arm, metric) at every seed 0 … n − 1."""

    preset: str
    seeds: tuple[int, ...]
    samples: Mapping[tuple[str, str], Sample]

    def array(self, arm: str, metric: str) -> np.ndarray:
        """The metric by seed (n,)."""
        sample = self.samples[arm, metric]
        return np.array([sample.values[seed] for seed in self.seeds], float)

    @property
    def records(self) -> list[str]:
        """Ids of the records read, each once, sorted."""
        return _ids(self.samples.values(), self.seeds)

    @property
    def stale(self) -> list[str]:
        """Ids of those read that are stale."""
        return sorted(
            {
                s.records[seed]
                for s in self.samples.values()
                for seed in self.seeds
                if seed in s.stale and seed in s.records
            }
        )

    @property
    def diverged(self) -> list[str]:
        """Runs that diverged, in words."""
        found = {(arm, seed) for (arm, _), s in self.samples.items() for seed in self.seeds if seed in s.diverged}
        return [f"{arm} seed {seed}" for arm, seed in sorted(found)]

    @property
    def data(self) -> str:
        """The data set, or sets."""
        return ", ".join(sorted({sample.data for sample in self.samples.values() if sample.data}))

    @property
    def extra_seeds(self) -> int:
        """Seeds beyond the plan that all arms have; they are not counted: else one could stop when it suits."""
        common = set.intersection(*(set(sample.values) for sample in self.samples.values()))
        return len(common - set(self.seeds))


def gather(
    evidence: Evidence,
    experiment: str,
    preset: str,
    reads: Iterable[tuple[str, str]],
    reading: Mapping[str, object],
) -> dict[tuple[str, str], Sample]:
    """The samples of all (arm, metric) pairs; one made on stand-in data is empty, nothing is judged on it."""
    samples = {}
    for arm, metric in dict.fromkeys(reads):
        sample = evidence.sample(experiment, preset, arm, metric, reading)
        samples[arm, metric] = Sample() if "stand-in" in sample.data.lower() else _with_diverged(sample)
    return samples


def _with_diverged(sample: Sample) -> Sample:
    """A run that diverged before it could measure anything is a result all the same."""
    missing = {seed: float("nan") for seed in sample.diverged if seed not in sample.values}
    return replace(sample, values={**sample.values, **missing}) if missing else sample


def plan_met(samples: Mapping[tuple[str, str], Sample], seeds: int) -> bool:
    """Whether every sample has the seeds 0 … seeds − 1."""
    return bool(samples) and all(set(range(seeds)) <= set(sample.values) for sample in samples.values())


def standing(samples: Mapping[tuple[str, str], Sample], seeds: int) -> str:
    """What stands of a plan, in words: "n1-l2 5, n2-l2 3 of 5 seeds"; "" where nothing does."""
    have: dict[str, int] = {}
    for (arm, _), sample in samples.items():
        count = len(set(range(seeds)) & set(sample.values))
        have[arm] = min(have.get(arm, count), count)
    if not any(have.values()):
        return ""
    return ", ".join(f"{arm} {count}" for arm, count in have.items()) + f" of {seeds} seeds"


def _ids(samples: Iterable[Sample], seeds: Sequence[int]) -> list[str]:
    return sorted({sample.records[seed] for sample in samples for seed in seeds if seed in sample.records})
