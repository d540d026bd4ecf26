"""Metrics of a study without a claim: as a table, as points with their intervals, and as ratios between arms."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.figures import Points, Row, describe, svg
from claimbook.book.shown import Shown, note_html, shown_table
from claimbook.book.study_curves import SCALES
from claimbook.book.study_records import arms_of, labels, made_at, records_of, root_of, seed_links
from claimbook.book.summaries import Summary, summary
from claimbook.book.tables import Cell, Table
from claimbook.book.text import number, plural, span
from claimbook.errors import unknown


def table(study: Any, metrics: str | Sequence[str], arms: Sequence[str] | None = None, scale: str = "linear") -> Shown:
    """arm × metric: the mean over the seeds with its 95 % t interval, and how many runs never came to have it.

    Where arms are at different presets, an arm has a row for each of them that it has records of.

    Args:
        metrics: a metric's name, or several. arms: ids of the arms; all where None.
        scale: "linear", or "log", where mean and interval are those of the logs.

    Raises:
        UsageError: an unknown metric, arm or scale.
    """
    names = _checked(study, metrics, scale)
    rows: list[list[Cell]] = []
    mixed, parts = _mixed(study), _comparable(study)
    for arm in arms_of(study, arms):
        for part in [part for part in parts if records_of(part, arm.id)] or [study]:
            cells = [summary(part.metric(arm.id, name), logs=scale == "log").text for name in names]
            size = [part.presets[arm.id]] if mixed else []
            rows.append([arm.id, arm.title, *size, *cells, seed_links(records_of(part, arm.id)) or "none"])
    notes = [f"{name}: {_words(study, name)}." for name in names]
    means = "Means of the logs" if scale == "log" else "Means"
    notes.append(f"{means} over the seeds with their 95 % t intervals. {made_at(study).capitalize()}.")
    columns = ["arm", "what it is", *(["preset"] if mixed else []), *names, "seeds"]
    return shown_table(Table(columns, rows), root=root_of(study), notes=notes)


def points(study: Any, metrics: str | Sequence[str], arms: Sequence[str] | None = None, scale: str = "linear") -> Shown:
    """A panel for each metric: the arms below each other, a dot a seed, the mean with its 95 % t interval.

    Where arms are at different presets, each of these has a panel of its own.

    Args:
        metrics: a metric's name, or several. arms: ids of the arms; all where None.
        scale: "linear", or "log", where mean and interval are those of the logs.

    Raises:
        UsageError: an unknown metric, arm or scale.
    """
    names = _checked(study, metrics, scale)
    parts = _comparable(study)
    panels = [_points(part, name, arms, scale, len(parts) > 1) for part in parts for name in names]
    drawn = [panel for panel in panels if panel.rows]
    mean = "mean of the logs" if scale == "log" else "mean"
    note = f"Dots: seeds. Diamond and bar: the {mean} and its 95 % t interval. {made_at(study).capitalize()}."
    if not drawn:
        note = f"No record with a number of {' or '.join(names)} is at hand."
        return Shown(note_html(note), note)
    pictures = "\n".join(f"<div>{svg(panel)}</div>" for panel in drawn)
    caption = f"<figcaption>{html.escape(note)}</figcaption>"
    page = f'<figure class="cb-panels"><div class="cb-row">{pictures}</div>{caption}</figure>'
    return Shown(page, "\n".join([*map(describe, drawn), note]))


def ratios(study: Any, metric: str, of: Sequence[tuple[str, str, str]]) -> Shown:
    """How many times as large a metric is in one arm as in another, paired by seed.

    For iterations, (slower arm, faster arm, "momentum") reads as a speed-up.

    Args:
        metric: its name. of: (arm above, arm below, label) for each ratio.

    Raises:
        UsageError: an unknown metric or arm.
    """
    (name,) = _checked(study, metric)
    rows: list[list[Cell]] = []
    for above, below, label in of:
        tops, bottoms = study.metric(above, name), study.metric(below, name)
        found = summary(_ratio(tops, bottoms), logs=True)
        links = [seed_links([record for record in records_of(study, arm) if record.seed in found.values])
                 for arm in (above, below)]  # fmt: skip
        left_out = "; ".join(filter(None, [_missing(above, tops), _missing(below, bottoms)])) or "none"
        interval = span(found.interval)
        cells = [number(found.mean), interval, str(found.n), left_out]
        rows.append([label, f"{above} ÷ {below}", *cells, [*links[0], " ÷ ", *links[1]] if found.n else "none"])
    columns = ["what", "arms", "ratio", "95 % interval", "seeds", "left out", "records"]
    notes = [
        f"Ratios of {name} ({_words(study, name)}), paired by seed: the geometric mean with the 95 % t interval of the "
        f"logs. Seeds in which either arm never got there are left out and counted. {made_at(study).capitalize()}."
    ]
    return shown_table(Table(columns, rows), root=root_of(study), notes=notes)


def _checked(study: Any, metrics: str | Sequence[str], scale: str = "linear") -> list[str]:
    if scale not in SCALES:
        raise unknown("scale", scale, SCALES)
    known = [metric.name for metric in study.experiment.metrics]
    names = [metrics] if isinstance(metrics, str) else list(metrics)
    for name in names:
        if name not in known:
            raise unknown(f"metric of {study.experiment.id}", name, known)
    return names


def _mixed(study: Any) -> bool:
    """Whether arms are at different presets."""
    return len(set(study.presets.values())) > 1


def _comparable(study: Any) -> list[Any]:
    """The study; or where its arms are at different presets, its parts of one preset each."""
    return study.by_size if _mixed(study) else [study]


def _words(study: Any, name: str) -> str:
    """What a metric is, and in which unit where its words do not say it."""
    metric = next(metric for metric in study.experiment.metrics if metric.name == name)
    return metric.help + (f", in {metric.unit}" if metric.unit and metric.unit not in metric.help else "")


def _points(study: Any, name: str, arms: Sequence[str] | None, scale: str, of_sizes: bool) -> Points:
    shown = arms_of(study, arms)
    names, rows = labels(shown), []
    for arm in shown:
        found = summary(study.metric(arm.id, name), logs=scale == "log")
        if found.mean is not None:
            rows.append(Row(names[arm.id] + _of(found), list(found.values.values()), found.mean, found.interval))
    metric = next(metric for metric in study.experiment.metrics if metric.name == name)
    size = f", preset {study.presets[shown[0].id]}" if of_sizes and shown else ""
    return Points(name + size, rows, metric.unit, scale)


def _of(found: Summary) -> str:
    return f" ({found.n} of {found.of} runs)" if found.n < found.of else ""


def _ratio(tops: Mapping[int, float | None], bottoms: Mapping[int, float | None]) -> dict[int, float | None]:
    """By seed, of the seeds that both arms have; None where either has no positive number."""
    both = sorted(set(tops) & set(bottoms))
    fine = {seed: all(value is not None and value > 0 for value in (tops[seed], bottoms[seed])) for seed in both}
    return {seed: tops[seed] / bottoms[seed] if fine[seed] else None for seed in both}


def _missing(arm: str, metric: Mapping[int, float | None]) -> str:
    lacking = [seed for seed, value in metric.items() if value is None or not value > 0]
    return f"{arm} in {plural(len(lacking), 'seed')}" if lacking else ""
