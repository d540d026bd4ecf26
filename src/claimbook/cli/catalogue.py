"""What `claimbook list` tells: one document of plain values, and its layout."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from rich.console import Group
from rich.text import Text

from claimbook.book.text import duration, number, plural, value_text
from claimbook.claims.ledger import paper_claims
from claimbook.cli.layout import Rows, facts, heading, stacked
from claimbook.errors import unknown
from claimbook.experiment import registry
from claimbook.experiment.base import Experiment
from claimbook.experiment.parameters import describe
from claimbook.study.studied import total_cost


def described(names: Sequence[str]) -> dict[str, Any]:
    """{"papers": [...]}: everything, or the papers and experiments named. Raises UsageError for an unknown name."""
    for name in names:
        if name not in registry.papers() and name not in registry.experiments():
            raise unknown("paper or experiment", name, [*registry.papers(), *registry.experiments()])
    wanted = list(names) or list(registry.papers())
    found = []
    for slug in registry.papers():
        own = [e for e in registry.experiments().values() if e.paper == slug and {slug, e.id} & set(wanted)]
        if own or slug in wanted:
            found.append(_paper(slug, own, with_claims=slug in wanted))
    return {"papers": found}


def _paper(slug: str, own: Sequence[Experiment], with_claims: bool) -> dict[str, Any]:
    paper = paper_claims(slug).paper
    claims = [
        {"id": claim.id, "kind": claim.kind, "says": claim.says, "where": claim.where, "experiment": claim.experiment}
        for claim in paper.claims
        if with_claims or f"{slug}/{claim.experiment}" in {experiment.id for experiment in own}
    ]
    facts = {"slug": slug, "title": paper.title, "authors": list(paper.authors), "source": paper.source}
    return facts | {"experiments": [_experiment(experiment) for experiment in own], "claims": claims}


def _experiment(experiment: Experiment) -> dict[str, Any]:
    return {
        "id": experiment.id,
        "title": experiment.title,
        "question": experiment.question,
        "varies": list(experiment.varies),
        "data_sets": list(experiment.data_sets),
        "arms": [{"id": arm.id, "title": arm.title} for arm in experiment.arms],
        "parameters": [
            {**dataclasses.asdict(info), "choices": list(info.choices), "range": info.range}
            for info in describe(experiment.Parameters)
        ],
        "presets": [_preset(experiment, preset) for preset in experiment.presets],
        "metrics": [dataclasses.asdict(metric) for metric in experiment.metrics],
    }


def _preset(experiment: Experiment, preset) -> dict[str, Any]:
    cells = [(arm.id, seed) for arm in experiment.arms for seed in range(preset.seeds)]
    changes = {name: {"paper": old, "here": new} for name, (old, new) in experiment.changes(preset.name).items()}
    return {
        "name": preset.name,
        "seeds": preset.seeds,
        "cost_s": total_cost(experiment, experiment.parameters(preset.name), cells),
        "data": "stand-in" if preset.stand_in else "real",
        "note": preset.note,
        "changes": changes,
    }


def tell(document: dict[str, Any]) -> Group:
    """The document of `described` for people."""
    return Group(*(part for paper in document["papers"] for part in _tell_paper(paper)))


def _tell_paper(paper: dict[str, Any]) -> list:
    parts: list = [heading(paper["slug"], paper["title"]), stacked([Text(paper["source"], style="dim")])]
    for experiment in paper["experiments"]:
        parts += _tell_experiment(experiment)
    if paper["claims"]:
        parts.append(heading(f"Claims of {paper['slug']}", "`claimbook show CLAIM` tells all about one"))
        rows = [(row["id"], row["kind"], row["says"]) for row in paper["claims"]]
        parts.append(Rows(("claim", "kind", "says"), rows, ("claim", "kind")))
    return parts


def _tell_experiment(experiment: dict[str, Any]) -> list:
    arms = [(arm["id"], arm["title"]) for arm in experiment["arms"]]
    presets = [
        (p["name"], plural(p["seeds"], "seed"), p["data"], f"≈ {duration(p['cost_s'])}", _changes(p))
        for p in experiment["presets"]
    ]
    parameters = [(p["name"], _kind(p), value_text(p["default"]), p["help"]) for p in experiment["parameters"]]
    return [
        heading(experiment["id"], experiment["title"]),
        facts(
            [
                ("question", experiment["question"]),
                ("a seed varies", "; ".join(experiment["varies"])),
                ("data", ", ".join(experiment["data_sets"]) or "drawn from the seed"),
            ]
        ),
        heading("  Arms"),
        facts(arms, 4),
        heading("  Presets", "cost: one core, all arms and seeds"),
        Rows(
            ("preset", "seeds", "data", "cost", "differs from paper in"),
            presets,
            ("preset", "seeds", "data", "cost"),
            4,
        ),
        heading("  Parameters", "-p name=value"),
        Rows(("name", "type and range", "at paper", "what it is"), parameters, ("name",), 4),
    ]


def _kind(parameter: dict[str, Any]) -> str:
    unit = f" {parameter['unit']}" if parameter["unit"] else ""
    low, high = (number(parameter[name]) for name in ("low", "high"))
    limits = f", {' | '.join(parameter['choices']) or f'{low} … {high}'}" if parameter["range"] else ""
    return f"{parameter['type']}{limits}{unit}"


def _changes(preset: dict[str, Any]) -> str:
    rows = [f"{name} {value_text(pair['here'])}" for name, pair in preset["changes"].items()]
    return ", ".join(rows) or "nothing"
