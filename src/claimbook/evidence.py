"""What the judge reads: records of the judging presets, on real data only, as samples by seed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from claimbook.experiment import registry
from claimbook.experiment.base import Experiment
from claimbook.record.schema import Record
from claimbook.record.source import source_digest
from claimbook.record.store import Scan, Store
from claimbook.study import shelves
from claimbook.study.asked import judging_presets

if TYPE_CHECKING:
    from claimbook.claims.evidence import Sample


class RecordEvidence:
    """`claims.evidence.Evidence` over stores of records; each store is read once for each experiment.

    places: the stores, looked through in this order; the user's own and the committed one where None.
    """

    def __init__(self, places: Iterable[Store] | None = None):
        self._places = list(places) if places is not None else shelves.stores()
        self._scans: dict[str, list[Scan]] = {}
        self._sources: dict[str, str] = {}
        self._matches: dict[object, dict[int, tuple[Record, bool]]] = {}

    def presets(self, experiment: str) -> Sequence[str]:
        """The judging presets that the experiment has, largest first; none for an experiment that is not there."""
        own = _experiment(experiment)
        return judging_presets(own) if own is not None else ()

    def sample(self, experiment: str, preset: str, arm: str, metric: str, reading: Mapping[str, object]) -> Sample:
        """One arm's metric by seed, at a preset with `reading` over its parameters; never on a stand-in.

        A run that never came to have the metric (it diverged, or never reached a threshold) counts as worse than any
        number: ∞ where lower is better, −∞ where higher is, else not a number.

        Raises:
            UsageError: `reading` has an unknown parameter or an ill-typed value; an unknown arm.
        """
        from claimbook.claims.evidence import Sample

        own = _experiment(experiment)
        if own is None or preset not in judging_presets(own):
            return Sample()
        found = self._found(own, preset, arm, reading)
        worst = {"lower": math.inf, "higher": -math.inf}
        better = next((known.better for known in own.metrics if known.name == metric), "")
        values = {}
        for seed, (record, _) in found.items():
            value = record.metrics.get(metric)
            values[seed] = float(value) if value is not None else worst.get(better, math.nan)
        names = sorted({str(record.asked["data"].get("name", "")) for record, _ in found.values()})
        return Sample(
            values=values,
            diverged=frozenset(seed for seed, (record, _) in found.items() if record.diverged),
            records={seed: record.id for seed, (record, _) in found.items()},
            stale=frozenset(seed for seed, (_, stale) in found.items() if stale),
            data=", ".join(names),
        )

    def faults(self, experiment: str) -> Sequence[str]:
        """The files in the experiment's folders that do not count, named in words."""
        return [fault.text for scan in self._scanned(experiment) for fault in scan.faults]

    def cost(self, experiment: str, preset: str, arms: Sequence[str], seeds: int) -> float | None:
        """Estimated hours on 2 cores for that many seeds of all these arms; None for an unknown preset."""
        own = _experiment(experiment)
        if own is None or preset not in {known.name for known in own.presets}:
            return None
        parameters = own.parameters(preset)
        seconds = sum(own.cost(own.settings(parameters, own.arm(arm)), seeds) for arm in arms)
        return seconds / 3600 / 2

    def _scanned(self, experiment: str) -> list[Scan]:
        if experiment not in self._scans:
            self._scans[experiment] = [store.scan(experiment) for store in self._places]
        return self._scans[experiment]

    def _found(
        self, experiment: Experiment, preset: str, arm: str, reading: Mapping[str, object]
    ) -> dict[int, tuple[Record, bool]]:
        """Seed → (record, whether it is stale), of the first store that has the seed."""
        asked = (experiment.id, preset, arm, repr(sorted(reading.items())))
        if asked not in self._matches:
            parameters = experiment.parameters(preset, reading)
            if experiment.id not in self._sources:
                self._sources[experiment.id] = source_digest(type(experiment).__module__)
            source = self._sources[experiment.id]
            experiment.arm(arm)
            found: dict[int, tuple[Record, bool]] = {}
            for store, scan in zip(self._places, self._scanned(experiment.id), strict=True):
                for seed, record in shelves.matching(scan.records, experiment, parameters, arm).items():
                    found.setdefault(seed, (record, store.standing(record, source) == "stale"))
            self._matches[asked] = dict(sorted(found.items()))
        return self._matches[asked]


def _experiment(name: str) -> Experiment | None:
    return registry.experiments().get(name)
