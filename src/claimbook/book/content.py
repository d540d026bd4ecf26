"""Everything that the book's pages are made from, gathered once: claims, verdicts, committed records, the rehearsal."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claimbook.book.page_checks import measured_checks
from claimbook.book.text import reading_text
from claimbook.claims.ledger import paper_claims, verdicts
from claimbook.claims.sensitivity import Tried, sensitivity
from claimbook.experiment.base import computed_on
from claimbook.experiment.registry import experiments, papers
from claimbook.study.asked import judging_presets


@dataclasses.dataclass(frozen=True)
class Origin:
    """Which declared study a record belongs to: a preset, with the reading of a claim over it; preset "" for none."""

    preset: str = ""
    reading: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def rank(self) -> int:
        """0 for a preset as declared, 1 for another reading, 2 for neither."""
        return 2 if not self.preset else int(bool(self.reading))

    @property
    def label(self) -> str:
        """ "preset paper", "preset paper, scaling z-score"."""
        if not self.preset:
            return "settings of no declared study"
        return ", ".join(filter(None, [f"preset {self.preset}", reading_text(self.reading)]))


@dataclasses.dataclass(frozen=True)
class ExperimentContent:
    """An experiment with its committed records, in order of arms and seeds.

    standings: record id → "fresh", "confirmed" or "stale". origins: record id → which declared study it belongs to.
    faults: files that do not count, in words. notebook: whether it has one.
    """

    experiment: Any
    records: Sequence[Any]
    standings: Mapping[str, str]
    origins: Mapping[str, Origin]
    faults: Sequence[str] = ()
    notebook: bool = True

    def of(self, arm: str) -> list[Any]:
        """The arm's records: those of a preset as declared first, then other readings, then the rest; by seed."""
        own = [record for record in self.records if record.arm == arm]
        return sorted(
            own, key=lambda record: (self.origin(record).rank, self.origin(record).label, record.seed, record.id)
        )

    def origin(self, record: Any) -> Origin:
        """Which declared study a record belongs to."""
        return self.origins.get(record.id, Origin())


@dataclasses.dataclass(frozen=True)
class PaperContent:
    """A paper: what it claims, the verdicts, its experiments, and its claims under the other way of each deviation."""

    slug: str
    book: Any
    verdicts: Sequence[Any]
    experiments: Sequence[ExperimentContent]
    tried: Sequence[Tried] = ()


@dataclasses.dataclass(frozen=True)
class Content:
    """All papers. rehearsal: experiment id → seconds of its last rehearsal on this machine. checks: `page_checks`'s."""

    papers: Sequence[PaperContent]
    rehearsal: Mapping[str, float] = dataclasses.field(default_factory=dict)
    checks: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def records(self) -> list[Any]:
        """All committed records."""
        return [record for paper in self.papers for own in paper.experiments for record in own.records]


def gather(root: Path) -> Content:
    """The content of the book from a checkout: its committed records alone, whatever lies in the user's store.

    Raises:
        ClaimError: a paper's files are ill-formed.
    """
    from claimbook.evidence import RecordEvidence
    from claimbook.study import committed

    store = committed()
    evidence = RecordEvidence([store] if store is not None else [])
    found = []
    for slug in papers():
        book = paper_claims(slug)
        own = [each for each in experiments().values() if each.paper == slug]
        shown = [_experiment(root, each, store, readings(book, each)) for each in own]
        found.append(PaperContent(slug, book, verdicts(evidence, [slug]), shown, sensitivity(book, evidence)))
    return Content(found, rehearsal_times(root / "build" / "rehearsal.json"), measured_checks(root))


def rehearsal_times(path: Path) -> dict[str, float]:
    """Experiment id → seconds; empty where no rehearsal has been."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["notebooks"]
        return {name: float(row["seconds"]) for name, row in sorted(rows.items())}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def readings(book: Any, experiment: Any) -> list[Mapping[str, Any]]:
    """The other readings of the settings that the claims on an experiment, and the deviations, declare, each once."""
    found: list[Mapping[str, Any]] = []
    for entry in (*book.paper.claims, *book.paper.deviations):
        if entry.experiment == experiment.name:
            found += [reading for reading in entry.readings if reading not in found]
    return found


def _experiment(root: Path, experiment: Any, store: Any, others: Sequence[Mapping[str, Any]]) -> ExperimentContent:
    from claimbook.record.source import source_digest

    notebook = (root / "notebooks" / f"{experiment.id}.ipynb").is_file()
    if store is None:
        return ExperimentContent(experiment, (), {}, {}, notebook=notebook)
    scan = store.scan(experiment.id)
    order = {arm.id: i for i, arm in enumerate(experiment.arms)}
    records = sorted(scan.records, key=lambda record: (order[record.arm], record.seed, record.id))
    source = source_digest(type(experiment).__module__)
    standings = {record.id: store.standing(record, source) for record in records}
    origins = {record.id: origin_of(experiment, record, others) for record in records}
    return ExperimentContent(experiment, records, standings, origins, [fault.text for fault in scan.faults], notebook)


def origin_of(experiment: Any, record: Any, others: Sequence[Mapping[str, Any]] = ()) -> Origin:
    """The declared study whose run this record is: a judging preset, as declared or with one of `others`."""
    for reading in ({}, *others):
        preset = asks_for(experiment, record, reading)
        if preset:
            return Origin(preset, reading)
    return Origin()


def asks_for(experiment: Any, record: Any, reading: Mapping[str, Any]) -> str:
    """The judging preset that, with `reading` over it, asks for this very record; "" where none does."""
    for preset in judging_presets(experiment):
        parameters = experiment.parameters(preset, reading)
        stand_in, place = record.data.stand_in, computed_on(record.asked)
        task = experiment.task(parameters, record.arm, record.seed, stand_in, **place)
        if task.key == record.key:
            return preset
    return ""
