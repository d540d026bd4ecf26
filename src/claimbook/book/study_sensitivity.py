"""What we did differently from a paper, run the other way: both numbers, both verdicts, and whether it matters.

Verdicts are shown where `study_claims.judges` allows it. Any other study lists the deviations and says what it lacks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from claimbook.book.links import claim_link, record_link
from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_claims import evidence_of, judges
from claimbook.book.study_records import made_at, root_of
from claimbook.book.tables import Cell, Piece, Table, badge
from claimbook.book.text import reading_text, span
from claimbook.claims.sensitivity import Tried, Way, sensitivity, ways
from claimbook.study.studied import command, in_words, total_cost

RULE = (
    "It does not matter where the verdict stays and the intervals overlap. It matters in size where the verdict stays "
    "and they do not, and in verdict where the verdict changes; where they overlap and one of the two decides nothing, "
    "that is undecided. Both ways are judged by the same rules, but without the one for settings that the paper never "
    "stated, which the ledger adds."
)


def sensitivity_of(study: Any) -> Shown:
    """A table for each deviation that is declared for the study's experiment; in notebooks it is `show.sensitivity`."""
    from claimbook.claims.ledger import paper_claims

    book = paper_claims(study.experiment.paper)
    own = [deviation for deviation in book.paper.deviations if deviation.experiment == study.experiment.name]
    if not own:
        note = f"No deviation from the paper is declared for {study.experiment.id}."
        return shown_table(notes=[note])
    if not judges(study):
        return shown_table(_listed(own), *_not_run(own), notes=[_why_not_judged(study)])
    found = sensitivity(book, evidence_of(study), study.experiment.name)
    tables = [_table(deviation.what, rows) for deviation in own if (rows := _of(found, deviation))]
    notes = [RULE, f"{made_at(study).capitalize()}.", *map(str, gaps(study.experiment, found))]
    return shown_table(*tables, *_not_run(own), root=root_of(study), notes=notes)


def way_text(way: Way) -> str:
    """ "scaling z-score", "loss-1 in place of loss-10"."""
    swapped = ", ".join(f"{other} in place of {name}" for name, other in way.instead.items())
    return ", ".join(filter(None, [reading_text(way.parameters), swapped]))


@dataclasses.dataclass(frozen=True)
class Missing:
    """An other way that has not been run: for what, the command that fills the gap, and its cost in words."""

    what: str
    command: str
    cost: str

    def __str__(self) -> str:
        return f"{self.what}: {self.command} fills that ({self.cost})."


def gaps(experiment: Any, found: Iterable[Tried]) -> list[Missing]:
    """The other ways that have not been run, each once."""
    missing: dict[str, list[Tried]] = {}
    for tried in found:
        if not tried.other.n_seeds:
            missing.setdefault(way_text(tried.way), []).append(tried)
    return [_gap(experiment, text, own) for text, own in missing.items()]


def _gap(experiment: Any, text: str, missing: Sequence[Tried]) -> Missing:
    preset = missing[0].main.preset or "paper"
    parameters, seeds = missing[0].way.parameters, max(tried.claim.seeds or 1 for tried in missing)
    arms = list(dict.fromkeys(arm for tried in missing for arm in tried.arms))
    run = " ".join([command(experiment.id, preset, seeds, parameters), *(f"--arm {arm}" for arm in arms)])
    give = command(experiment.id, preset, None, parameters, verb="publish")
    cells = [(arm, seed) for arm in arms for seed in range(seeds)]
    cost = in_words(total_cost(experiment, experiment.parameters(preset, parameters), cells))
    claims = ", ".join(dict.fromkeys(tried.claim.id for tried in missing))
    return Missing(f"Not run for {claims}, {text}", f"{run} && {give}", cost)


def _of(found: Sequence[Tried], deviation: Any) -> list[Tried]:
    return [tried for tried in found if tried.deviation.id == deviation.id]


def _table(what: str, found: Sequence[Tried]) -> Table:
    columns = ["the other way", "claim", "measured", "measured then", "verdict", "verdict then", "does it matter?"]
    rows: list[list[Cell]] = []
    for i, tried in enumerate(found):
        again = i > 0 and found[i - 1].way == tried.way
        link = claim_link(tried.claim.id)
        name = Piece(tried.main.id.replace("-", "\u2011"), link)
        rows.append(
            [
                "" if again else way_text(tried.way),
                [name],
                [Piece(_measured(tried.main), link)],
                _other(tried),
                badge(tried.main.verdict, link) if tried.main.n_seeds else "–",
                badge(tried.other.verdict) if tried.other.n_seeds else "–",
                badge(tried.matters),
            ]
        )
    return Table(columns, rows, caption=what)


def _measured(row: Any) -> str:
    if not row.n_seeds or row.measured is None:
        return "–"
    return f"{row.measured_text} {span(row.interval)}" if row.interval else row.measured_text


def _other(tried: Tried) -> Cell:
    text = _measured(tried.other)
    if tried.other.n_seeds and tried.other.preset != tried.main.preset:
        text += f" (preset {tried.other.preset})"
    return [Piece(text, record_link(tried.other.records[0]) if tried.other.records else None)]


def _listed(own: Sequence[Any]) -> Table:
    rows: list[list[Cell]] = [
        [deviation.what if i == 0 else "", way_text(way), ", ".join(deviation.claims)]
        for deviation in own
        for i, way in enumerate(ways(deviation))
    ]
    return Table(["what the paper leaves open, or we do differently", "the other way", "claims"], rows)


def _not_run(own: Sequence[Any]) -> list[Table]:
    """The deviations that have no other way, where there are any."""
    rows: list[list[Cell]] = [[deviation.what, deviation.why_not] for deviation in own if deviation.why_not]
    return [Table(["what has no other way", "why"], rows)] if rows else []


def _why_not_judged(study: Any) -> str:
    return (
        f"{made_at(study).capitalize()}: such a study does not judge, so there is nothing to compare. With the preset "
        "published this is where each of these is run the other way: both numbers, both verdicts, and whether it "
        "matters."
    )
