"""Everything that the book's pages are made from, gathered once: claims, verdicts, committed records, the rehearsal."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claimbook.claims.ledger import paper_claims, verdicts
from claimbook.experiment.registry import experiments, papers
from claimbook.study.asked import judging_presets


@dataclasses.dataclass(frozen=True)
class ExperimentContent:
    """An experiment with its committed records, in order of arms and seeds.

    standings: record id → "fresh", "confirmed" or "stale". presets: record id → preset, or "" where the record's
    settings are those of no judging preset. faults: files that do not count, in words. notebook: whether it has one.
    """

    experiment: Any
    records: Sequence[Any]
    standings: Mapping[str, str]
    presets: Mapping[str, str]
    faults: Sequence[str] = ()
    notebook: bool = True

    def of(self, arm: str) -> list[Any]:
        """The arm's records, those of declared presets first, by seed."""
        own = [record for record in self.records if record.arm == arm]
        return sorted(own, key=lambda r: (not self.presets.get(r.id), self.presets.get(r.id, ""), r.seed, r.id))


@dataclasses.dataclass(frozen=True)
class PaperContent:
    """A paper: what it claims, the verdicts, its experiments."""

    slug: str
    book: Any
    verdicts: Sequence[Any]
    experiments: Sequence[ExperimentContent]


@dataclasses.dataclass(frozen=True)
class Content:
    """All papers. rehearsal: experiment id → seconds of its last rehearsal on this machine."""

    papers: Sequence[PaperContent]
    rehearsal: Mapping[str, float] = dataclasses.field(default_factory=dict)

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
        own = [
            _experiment(root, experiment, store) for experiment in experiments().values() if experiment.paper == slug
        ]
        found.append(PaperContent(slug, paper_claims(slug), verdicts(evidence, [slug]), own))
    return Content(found, rehearsal_times(root / "build" / "rehearsal.json"))


def rehearsal_times(path: Path) -> dict[str, float]:
    """Experiment id → seconds; empty where no rehearsal has been."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["notebooks"]
        return {name: float(row["seconds"]) for name, row in sorted(rows.items())}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _experiment(root: Path, experiment: Any, store: Any) -> ExperimentContent:
    from claimbook.record.source import source_digest

    notebook = (root / "notebooks" / f"{experiment.id}.ipynb").is_file()
    if store is None:
        return ExperimentContent(experiment, (), {}, {}, notebook=notebook)
    scan = store.scan(experiment.id)
    order = {arm.id: i for i, arm in enumerate(experiment.arms)}
    records = sorted(scan.records, key=lambda record: (order[record.arm], record.seed, record.id))
    source = source_digest(type(experiment).__module__)
    standings = {record.id: store.standing(record, source) for record in records}
    presets = {record.id: preset_of(experiment, record) for record in records}
    return ExperimentContent(experiment, records, standings, presets, [fault.text for fault in scan.faults], notebook)


def preset_of(experiment: Any, record: Any) -> str:
    """The largest judging preset whose run this record is; "" where it is none's."""
    threads = record.asked.get("threads", 1)
    for preset in judging_presets(experiment):
        task = experiment.task(
            experiment.parameters(preset), record.arm, record.seed, stand_in=record.data.stand_in, threads=threads
        )
        if task.key == record.key:
            return preset
    return ""
