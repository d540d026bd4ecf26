"""The experiments on a paper's page: an overview of all of them, then the arms and presets of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook.book.content import ExperimentContent, PaperContent
from claimbook.book.links import experiment_link, notebook_link
from claimbook.book.page_rerun import estimated, experiment_presets, measured
from claimbook.book.snippets import boxed, folded
from claimbook.book.tables import Cell, Piece, Table, escape, to_myst
from claimbook.book.text import number, plural, value_text
from claimbook.study.asked import judging_presets


def paper_experiments(paper: PaperContent, rehearsal: Mapping[str, float]) -> str:
    """All experiments of a paper. `rehearsal`: experiment → seconds of its notebook at preset smoke."""
    if not paper.experiments:
        return "None of its experiments is built yet.\n"
    parts = [_overview(paper)] if len(paper.experiments) > 1 else []
    return "\n".join([*parts, *(_experiment(own, rehearsal) for own in paper.experiments)])


def _overview(paper: PaperContent) -> str:
    """A row for each experiment: what it asks, and its largest judging preset with its cost."""
    rows: list[list[Cell]] = []
    for own in paper.experiments:
        experiment = own.experiment
        link = notebook_link(experiment.id) if own.notebook else experiment_link(experiment.id)
        preset = experiment.preset(judging_presets(experiment)[0])
        cells = [number(len(experiment.arms)), number(preset.seeds), estimated(own, preset), measured(own, preset)]
        records = Piece(number(len(own.records)), experiment_link(experiment.id))
        rows.append([Piece(experiment.name.replace("-", "\u2011"), link), experiment.question, *cells, records])
    columns = ["experiment", "what it asks", "arms", "seeds", "estimated", "measured", "records"]
    text = (
        "Seeds and cost are those of the preset `paper`. Estimated is the time of one core, from above; "
        "measured is the CPU time of the committed records.\n"
    )
    return f"{boxed(Table(columns, rows), 'wide-2')}\n{text}"


def _experiment(own: ExperimentContent, rehearsal: Mapping[str, float]) -> str:
    experiment = own.experiment
    link = experiment_link(experiment.id)
    page = f", [its notebook]({notebook_link(experiment.id).target})" if own.notebook else ""
    where = f"[{plural(len(own.records), 'committed record')}](#{link.label}){page}"
    varies = escape("; ".join(experiment.varies)) or "nothing"
    arms = folded(f"Its {plural(len(experiment.arms), 'arm')}", to_myst(_arms(experiment)))
    lines = [f"### {experiment.title}\n", f"{escape(experiment.question)}\n"]
    lines.append(f"`{experiment.id}`: {where}. A seed varies {varies}.\n")
    return "\n".join([*lines, arms, experiment_presets(own, rehearsal)])


def _arms(experiment: Any) -> Table:
    names = list(dict.fromkeys(name for arm in experiment.arms for name in arm.settings))
    rows: list[list[Cell]] = [
        [f"`{arm.id}`", arm.title, *(value_text(arm.settings.get(name)) for name in names)] for arm in experiment.arms
    ]
    return Table(["arm", "what it is", *names], rows)
