"""What a study is made of, and the networks that it trains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from claimbook.book.shapes import LayerRow, folded, layer_rows, network_of
from claimbook.book.shown import Shown, shown_table
from claimbook.book.study_records import made_at, records_of, root_of, seed_links
from claimbook.book.tables import Cell, Table
from claimbook.book.text import number, plural

SHAPES = "Shapes of weights are (out, in); of outputs, without the batch axis."
REPEATED = "Layers that repeat themselves have one row: weights of one repetition, parameters of all."


def study(study: Any) -> Shown:
    """Preset, data, seeds, and for each arm which runs are at hand and which are missing, with what fills the gaps."""
    rows: list[list[Cell]] = []
    for arm in study.experiment.arms:
        records = records_of(study, arm.id)
        gaps = [gap for gap in study.gaps if gap.arm == arm.id]
        if records or gaps:
            diverged = ", ".join(str(record.seed) for record in records if record.diverged) or "none"
            missing = ", ".join(str(gap.seed) for gap in gaps) or "none"
            rows.append([arm.id, arm.title, seed_links(records) or "none", diverged, missing])
    table = Table(["arm", "what it is", "seeds at hand", "diverged", "missing"], rows)
    return shown_table(table, root=root_of(study), notes=_notes(study))


def networks(study: Any, fold: bool = False, arms: Sequence[str] | None = None) -> Shown:
    """The network of each arm as a table of its layers, from the live Gluon blocks. Nothing is trained.

    Args:
        study: the study. fold: give groups of layers that repeat themselves one row. arms: ids; all where None.

    Raises:
        UsageError: an unknown arm.
    """
    rows: list[list[Cell]] = []
    shown: dict[tuple, list[str]] = {}
    for arm in study.experiment.arms if arms is None else [study.experiment.arm(name) for name in arms]:
        layers = _layers(study, arm)
        if layers:
            shown.setdefault(layers, []).append(arm.id)
    for layers, arms in shown.items():
        total = sum(layer.parameters for layer in layers)
        for i, (times, group) in enumerate(folded(layers) if fold else [(1, (layer,)) for layer in layers]):
            rows.append([", ".join(arms) if i == 0 else "", *_group(times, group)])
        rows.append(["", "in all", "", number(total), ""])
    table = Table(["arms", "layer", "weights", "parameters", "output"], rows)
    return shown_table(table, notes=[SHAPES, REPEATED] if fold else [SHAPES])


def _layers(study: Any, arm: Any) -> tuple:
    experiment = study.experiment
    parameters = study.parameters if study.parameters is not None else experiment.parameters("paper")
    found = network_of(experiment, experiment.settings(parameters, arm))
    return tuple(layer_rows(*found)) if found else ()


def _group(times: int, group: Sequence[LayerRow]) -> list[str]:
    """The cells of one row: layers, their weights, how many numbers these are in all, the output of the last."""
    names = ", ".join(layer.layer for layer in group)
    weights = ", ".join(_shape(shape) for layer in group for shape in layer.weights) or "–"
    count = times * sum(layer.parameters for layer in group)
    return [f"{times} × ({names})" if times > 1 else names, weights, number(count), _shape(group[-1].output)]


def _shape(shape: Iterable[int]) -> str:
    return " × ".join(str(length) for length in shape)


def _notes(study: Any) -> list[str]:
    notes = [
        f"{made_at(study).capitalize()}: {plural(len(study.records), 'run')} at hand "
        f"({study.found} found, {study.made} made now), {len(study.gaps)} missing."
    ]
    for command, cost in dict.fromkeys((gap.command, gap.cost) for gap in study.gaps):
        own = [gap for gap in study.gaps if gap.command == command]
        notes.append(f"{plural(len(own), 'run')} missing: {own[0].reason}. {command} fills that ({cost}).")
    return notes + list(study.notes) + [f"Not counted: {fault}" for fault in study.faults]
