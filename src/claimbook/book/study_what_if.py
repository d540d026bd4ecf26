"""The page of a sweep on which a reader picks a setting: its curves drawn at once, in words, with the command for it.

It needs no server and no network: the curves stand in the page, and a small script draws them. Without the script a
table of the best rates remains.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from claimbook.book.links import record_link
from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_records import made_at, records_of, root_of
from claimbook.book.tables import Cell, Piece, Table
from claimbook.book.text import number, plural
from claimbook.book.what_if_data import Setting, best_of, embedded, settings_of
from claimbook.experiment.parameters import describe
from claimbook.study.studied import command

PICKED = ("depths", "scaling")  # parameters that the page's own command sets, beside the rate
WITHOUT = "With JavaScript, a figure stands here for which you pick the setting."


def what_if(study: Any) -> Shown:
    """Every setting of a study's sweeps, to pick from, and a table of the best rates.

    Args:
        study: of records whose sweep has the columns scaling, depth, rate, iteration and loss; the parameter of an
            arm's rates is called rates_ and the arm.
    """
    arms = {arm.id: settings_of(study.sweep(arm.id)) for arm in study.experiment.arms}
    arms = {arm: settings for arm, settings in arms.items() if settings}
    if not arms:
        note = "No record with a sweep is at hand."
        return Shown(note_html(note), note)
    table = shown_table(_table(study, arms), root=root_of(study), notes=_notes(study, arms))
    data = {
        "experiment": study.experiment.id,
        "made": made_at(study).capitalize(),
        "arms": [_arm(study, *each) for each in arms.items()],
    }
    # A text of JSON inside a script ends where "</" begins; this form means the same and ends nowhere.
    text = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    page = (
        f'<div class="cb-what-if">\n<style>{_file("what_if.css")}</style>\n'
        f'<div class="cb-pick">{note_html(WITHOUT)}</div>\n'
        f'<script type="application/json">{text}</script>\n<script>{_script()}</script>\n{table.html}\n</div>'
    )
    return Shown(page, table.text)


def _script() -> str:
    return f'(() => {{\n"use strict";\n{_file("what_if_drawing.js")}\n{_file("what_if.js")}\n}})();'


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").strip()


def _arm(study: Any, arm: str, settings: Sequence[Setting]) -> dict[str, Any]:
    records, root = records_of(study, arm), root_of(study)
    links = [{"seed": r.seed, "id": r.name, "href": record_link(r.id).href(root) if root else ""} for r in records]
    facts = records[0].data.facts
    optimum = {setting.scaling: facts.get(f"optimum-{setting.scaling}") for setting in settings}
    return {
        "id": arm,
        "title": study.experiment.arm(arm).title,
        "solver": records[0].asked["solver"],
        "command": _command(study, arm, records),
        "rateParameter": f"rates_{arm}",
        "records": links,
        "optimum": optimum,
        **embedded(settings),
    }


def _command(study: Any, arm: str, records: Sequence[Any]) -> str:
    """The command line of the arm's records, to which the page adds the setting."""
    experiment, asked = study.experiment, records[0].asked["settings"]
    preset = study.presets[arm]
    planned = experiment.settings(experiment.parameters(preset), experiment.arm(arm))
    names = [info.name for info in describe(experiment.Parameters) if info.name not in PICKED]
    changed = {name: asked[name] for name in names if name in asked and asked[name] != planned[name]}
    line = command(experiment.id, preset, max(record.seed for record in records) + 1, changed)
    on_stand_in = study.stand_in and not experiment.preset(preset).stand_in
    return f"{line} --arm {arm}" + (" --data stand-in" if on_stand_in else "")


def _table(study: Any, arms: dict[str, list[Setting]]) -> Table:
    depths = sorted({setting.depth for settings in arms.values() for setting in settings})
    rows: list[list[Cell]] = []
    for arm, settings in arms.items():
        best = best_of(settings)
        for scaling in dict.fromkeys(setting.scaling for setting in settings):
            cells = [_cell(best.get((scaling, depth)), settings, scaling, depth) for depth in depths]
            rows.append([study.experiment.arm(arm).title, scaling, *cells])
    return Table(
        ["loss", "scaling", *(f"depth {depth}" for depth in depths)], rows, caption="The best rate of each setting"
    )


def _cell(best: Setting | None, settings: Sequence[Setting], scaling: str, depth: int) -> Cell:
    own = [setting for setting in settings if (setting.scaling, setting.depth) == (scaling, depth)]
    if not own:
        return "–"
    blown_up = sum(setting.blown_up > 0 for setting in own)
    cell: list[str | Piece] = [f"{number(best.last)} at {number(best.rate)}" if best else "none"]
    return [*cell, " ", Piece(f"✗ {blown_up}", badge="discarded")] if blown_up else cell


def _notes(study: Any, arms: dict[str, list[Setting]]) -> list[str]:
    last = sorted(
        {max(run.iterations) for own in arms.values() for s in own for run in s.runs.values() if run.iterations}
    )
    seeds = len({record.seed for record in study.records.values()})
    count = sum(len(settings) for settings in arms.values())
    return [
        f"Loss after {number(last[-1])} iterations at the rate for which it is least, of those that stay finite in "
        f"{'the one seed' if seeds == 1 else f'all {seeds} seeds'}; the mean of the logs over the seeds. "
        "✗ k: k rates blew up. Losses under different scalings, or of different p, cannot be compared.",
        f"{plural(count, 'setting')}, {plural(seeds, 'seed')}. {made_at(study).capitalize()}.",
    ]
