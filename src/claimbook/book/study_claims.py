"""The claims that a study's experiment speaks to: paper | measured | interval | verdict.

Only a study of preset "published", or of a judging preset as declared and on real data, shows verdicts. Any other shows
what it measured, by the same rules on its own seeds, and says that it does not judge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.links import Link, claim_link
from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_records import PUBLISHED, made_at, root_of
from claimbook.book.tables import Cell, Piece, Table, badge
from claimbook.book.text import DIFFERENCES, plural, span, value_text
from claimbook.claims.evidence import JUDGING, Sample

NOT_JUDGED = "not judged"


def claims(study: Any) -> Shown:
    """The table of the claims that name this experiment, with their parts."""
    judged = judges(study)
    verdicts = own_verdicts(study) if judged else measured(study)
    rows = [row for verdict in verdicts for row in _rows(verdict, judged)]
    table = Table(["claim", "the paper says", "measured", "interval", "verdict"], rows)
    return shown_table(table, root=root_of(study), notes=_notes(study, judged, verdicts))


def judges(study: Any) -> bool:
    """Whether verdicts may be shown with this study."""
    if study.preset == PUBLISHED:
        return True
    as_declared = study.preset in JUDGING and study.parameters == study.experiment.parameters(study.preset)
    return as_declared and study.data == "real"


def own_verdicts(study: Any) -> list[Any]:
    """The ledger's verdicts on this experiment's claims; a published study's rest on the committed records alone."""
    from claimbook.claims.ledger import verdicts

    found = verdicts(evidence_of(study), [study.experiment.paper])
    return [verdict for verdict in found if _names(verdict.experiment, study.experiment)]


def evidence_of(study: Any) -> Any:
    """The records that verdicts beside this study rest on: the committed ones alone for a published study."""
    from claimbook.evidence import RecordEvidence
    from claimbook.study import committed

    store = committed()
    return RecordEvidence(([store] if store is not None else []) if study.preset == PUBLISHED else None)


def measured(study: Any) -> list[Any]:
    """What the rules measure on the study's own records, whatever their preset. Its verdicts count for nothing."""
    from claimbook.claims.judge import judge
    from claimbook.claims.ledger import paper_claims

    book = paper_claims(study.experiment.paper)
    paper = book.paper
    own = [
        claim.model_copy(update={"seeds": max(1, len(study.seeds)), "readings": [], "decisive": False})
        for claim in paper.claims
        if _names(claim.experiment, study.experiment)
    ]
    if not own:
        return []
    return judge(type(book)(paper.model_copy(update={"claims": own}), book.arithmetic, book.errata, None), _Own(study))


class _Own:
    """A study's records as evidence, as if they were those of a judging preset."""

    def __init__(self, study: Any):
        self._study = study

    def presets(self, experiment: str) -> Sequence[str]:
        """The one preset under which the study's records are offered."""
        return JUDGING[:1]

    def sample(self, experiment: str, preset: str, arm: str, metric: str, reading: Mapping[str, object]) -> Sample:
        """The arm's metric by the seeds' positions, because plans count seeds from 0."""
        if arm not in {own.id for own in self._study.experiment.arms}:
            return Sample()
        own = self._study.of(arm)
        values = {i: _worst(self._study, metric) if (v := r.metrics[metric]) is None else float(v) for i, r in _by(own)}
        diverged = frozenset(i for i, record in _by(own) if record.diverged)
        return Sample(values, diverged, {i: record.id for i, record in _by(own)})

    def faults(self, experiment: str) -> Sequence[str]:
        """None: the study names its own."""
        return ()

    def cost(self, experiment: str, preset: str, arms: Sequence[str], seeds: int) -> None:
        """Not asked for here."""
        return None


def _by(records: Mapping[int, Any]) -> list[tuple[int, Any]]:
    return list(enumerate(records.values()))


def _worst(study: Any, metric: str) -> float:
    """What a run counts as that never came to have the metric, as in `claimbook.evidence`."""
    better = next((known.better for known in study.experiment.metrics if known.name == metric), "")
    return {"lower": float("inf"), "higher": float("-inf")}.get(better, float("nan"))


def _names(name: str | None, experiment: Any) -> bool:
    return name in (experiment.name, experiment.id)


def _rows(verdict: Any, judged: bool, link: Link | None = None, depth: int = 0) -> list[list[Cell]]:
    link = link or claim_link(verdict.id)
    value = f" ({value_text(verdict.paper_value)})" if verdict.paper_value is not None else ""
    shown = badge(verdict.verdict, link) if judged else badge(NOT_JUDGED)
    number = Piece(verdict.measured_text, link) if verdict.measured is not None else "–"
    name = [[Piece(verdict.id, link)], verdict.id.rsplit(".", 1)[-1], "↳"][min(depth, 2)]
    row = [name, verdict.says + value, number, span(verdict.interval), shown]
    return [row, *(row for part in verdict.parts for row in _rows(part, judged, link, depth + 1))]


def _notes(study: Any, judged: bool, verdicts: Sequence[Any]) -> list[str]:
    where = f"{made_at(study).capitalize()}, {plural(len(study.seeds), 'seed')}."
    if not verdicts:
        return [f"No claim of the paper names {study.experiment.id}."]
    if judged:
        presets = sorted({verdict.preset for verdict in verdicts if verdict.preset})
        seeds = sorted({verdict.n_seeds for verdict in verdicts if verdict.n_seeds})
        return [
            f"Preset {', '.join(presets) or 'none'}, {', '.join(map(str, seeds)) or 'no'} seeds. Intervals are 95 %, "
            "shared by the parts of a claim. The ledger has the reasons and the records.",
            DIFFERENCES,
        ]
    why = (
        "smoke never judges"
        if study.preset == "smoke"
        else f"a study like this one (preset {study.preset}) does not judge"
    )
    return [
        f"{where} {why[0].upper()}{why[1:]}: the numbers are what the same rules measure on these runs.",
        DIFFERENCES,
    ]
