"""Presets with their cost and changes, and the data sets: what one needs to know to run a study again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from claimbook.book.content import Content, ExperimentContent
from claimbook.book.links import experiment_link
from claimbook.book.snippets import boxed, definitions
from claimbook.book.tables import Cell, Piece, Table, escape
from claimbook.book.text import duration, number, plural, value_text
from claimbook.study.studied import total_cost

NO_REHEARSAL: Mapping[str, float] = MappingProxyType({})


def presets(content: Content) -> str:
    """The presets of all experiments, and their parameters."""
    parts = []
    for paper in content.papers:
        for own in paper.experiments:
            experiment = own.experiment
            parts.append(f"### {experiment.id}\n\n{escape(experiment.title)}.\n")
            parts += [experiment_presets(own, content.rehearsal), parameter_table(experiment)]
    return "\n".join(parts) or "No experiment is built yet.\n"


def experiment_presets(own: ExperimentContent, rehearsal: Mapping[str, float] = NO_REHEARSAL) -> str:
    """One row a preset: seeds, data, cost as estimated and as the committed records say it, changes against `paper`.

    `rehearsal`: experiment → seconds that its notebook took at preset smoke, see `content.rehearsal_times`.
    """
    experiment = own.experiment
    rows: list[list[Cell]] = []
    for preset in experiment.presets:
        changes = "; ".join(
            f"{name} {value_text(new)} instead of {value_text(old)}"
            for name, (old, new) in experiment.changes(preset.name).items()
        )
        data = "stand-in" if preset.stand_in else "real"
        took = measured(own, preset)
        if preset.name == "smoke" and experiment.id in rehearsal:
            took = f"{duration(rehearsal[experiment.id])}, the notebook"
        cells = [preset.name, number(preset.seeds), data, estimated(own, preset), took, changes or "nothing"]
        rows.append([*cells, preset.note])
    columns = ["preset", "seeds", "data", "estimated", "measured", "differs from paper in", "meant for"]
    return boxed(Table(columns, rows), "wide-6")


def estimated(own: ExperimentContent, preset: Any) -> str:
    """ "3.1 h": what all runs of a preset are thought to take on one core."""
    experiment = own.experiment
    return duration(total_cost(experiment, experiment.parameters(preset.name), _cells(own, preset)))


def measured(own: ExperimentContent, preset: Any) -> str:
    """What the committed records of a preset took of one core, and of how many of its runs there are some."""
    spent = measured_s(own, preset)
    runs = len(_cells(own, preset))
    if not spent:
        return "–"
    return duration(sum(spent)) + (f" for {len(spent)} of {plural(runs, 'run')}" if len(spent) < runs else "")


def measured_s(own: ExperimentContent, preset: Any) -> list[float]:
    """CPU seconds of each committed record of a preset as it is declared."""
    experiment = own.experiment
    parameters = experiment.parameters(preset.name)
    keys = [experiment.task(parameters, arm, seed, preset.stand_in).key for arm, seed in _cells(own, preset)]
    spent = {record.key: record.provenance.cpu_s for record in own.records}
    return [spent[key] for key in keys if key in spent]


def _cells(own: ExperimentContent, preset: Any) -> list[tuple[str, int]]:
    return [(arm.id, seed) for arm in own.experiment.arms for seed in range(preset.seeds)]


def parameter_table(experiment: Any) -> str:
    """Every parameter with its type, unit, range and default."""
    from claimbook.experiment.parameters import describe

    rows: list[list[Cell]] = [
        [f"`{info.name}`", info.type, value_text(info.default), info.unit or "–", info.range or "any", info.help]
        for info in describe(experiment.Parameters)
    ]
    return boxed(
        Table(["parameter", "type", "at preset paper", "unit", "range", "what it is"], rows), "wide-3 wide-5 wide-6"
    )


def data_used(content: Content) -> str:
    """The data sets of the experiments, with what the committed records say of the copies they were made on."""
    from claimbook.data.catalogue import catalogue

    owners: dict[str, list[ExperimentContent]] = {}
    for paper in content.papers:
        for own in paper.experiments:
            for name in own.experiment.data_sets:
                owners.setdefault(name, []).append(own)
    parts = [_data_set(data_set, owners.get(name, [])) for name, data_set in catalogue().items()]
    return "\n".join(parts)


def _data_set(data_set: Any, owners: list[ExperimentContent]) -> str:
    shapes = "; ".join(f"{name}: {' × '.join(f'{n:,}' for n in shape)}" for name, shape in data_set.shapes.items())
    used: list[Piece | str] = []
    for own in owners:
        used += ([", "] if used else []) + [Piece(own.experiment.id, experiment_link(own.experiment.id))]
    rows = [
        ("Edition", data_set.edition),
        ("Shapes", shapes),
        ("Licence", data_set.licence),
        ("Cite", " ".join(data_set.citations)),
        ("Checked", _checked(data_set.check)),
        ("Home", f"`{data_set.homepage}`" + (f", doi {data_set.doi}" if data_set.doi else "")),
        ("Used by", used or "none of the experiments that are built so far"),
        ("Our copy", _our_copy(owners)),
    ]
    return f"## {data_set.title}\n\n`{data_set.name}`\n\n" + definitions(rows)


def _checked(rule: Any) -> str:
    """What `claimbook data verify`, and every load, compares with the release."""
    if rule.kind == "files":
        return f"the content of each of the {len(rule.sha256)} files, by sha256"
    if rule.kind == "records":
        return f"the records of {' and '.join(rule.splits)}, by sha256, whatever their order"
    if rule.kind == "batches":
        return f"rows and gases counted, and the rows of {len(rule.content)} of {len(rule.rows)} batches by sha256"
    return "images counted (no hash of them is published)"


def _our_copy(owners: list[ExperimentContent]) -> str | None:
    """What the records say of the data they were made on: how much there was, and how far it is the release."""
    told = []
    for own in owners:
        sentences = {said for record in own.records for said in (_rows_used(record), _images_used(record)) if said}
        told += [f"{own.experiment.id} ran on {said}." for said in sorted(sentences)]
    return " ".join(told) or None


def _rows_used(record: Any) -> str | None:
    """Rows, and how many of them are restored to five digits."""
    rows, rounded = (record.data.facts.get(name) for name in ("rows", "rows_rounded"))
    return plural(rows, "row") + _rounded(rounded) if rows is not None else None


def _images_used(record: Any) -> str | None:
    """Training and test images, and how many occur in both."""
    train, test, both = (record.data.facts.get(name) for name in ("images_train", "images_test", "test_in_train"))
    if train is None:
        return None
    overlap = f"{both:,} of the test images occur" if both else "no test image occurs"
    return f"{train:,} training and {test:,} test images, each file as released; {overlap} among the training images"


def _rounded(rounded: int | None) -> str:
    if not rounded:
        return "" if rounded is None else ", all of them as released"
    return (
        f", of which {rounded:,} are restored to about five digits (their release is known to us only in that "
        "precision) and the others are exact"
    )
