"""The pages of records: one an experiment, one anchor a record. What all records of a study share is said once."""

from __future__ import annotations

import io
import lzma
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

from claimbook.book.content import Content, ExperimentContent
from claimbook.book.links import experiment_link, notebook_link, record_link
from claimbook.book.snippets import anchor, boxed, definitions, folded
from claimbook.book.tables import Cell, Piece, Table, escape, to_myst
from claimbook.book.text import duration, number, plural, value_text
from claimbook.study.remaking import device_asked, remake_command
from claimbook.study.studied import command

DOWNLOADS = "records/files"
NO_WAY = "today's experiment asks for something else, so no command makes this one"


def record_index(content: Content) -> str:
    """The experiments with how many records each has."""
    rows: list[list[Cell]] = []
    for paper in content.papers:
        for own in paper.experiments:
            link = experiment_link(own.experiment.id)
            stale = sum(standing == "stale" for standing in own.standings.values())
            rows.append([Piece(own.experiment.id, link), own.experiment.title, number(len(own.records)), number(stale)])
    return boxed(Table(["experiment", "what it is", "records", "stale"], rows))


def records(own: ExperimentContent) -> str:
    """The page of one experiment."""
    experiment = own.experiment
    lines = [anchor(experiment_link(experiment.id)) + f"# Records of {experiment.name}\n"]
    notebook = f" [The notebook]({notebook_link(experiment.id).target}) shows them together." if own.notebook else ""
    lines.append(f"{escape(experiment.title)}: {plural(len(own.records), 'committed record')}.{notebook}\n")
    lines += [f"```{{warning}}\nNot counted: {escape(fault)}\n```\n" for fault in own.faults]
    lines.append(f"{_archive_link(experiment)}\n" if own.records else "")
    lines.append(_metric_table(experiment))
    for arm in experiment.arms:
        lines.append(f"## {arm.id}\n\n{escape(arm.title)}\n")
        studies = _studies(own, own.of(arm.id))
        lines += [_study(label, found, own) for label, found in studies.items()] or ["No record is committed yet.\n"]
    return "\n".join(lines)


def _metric_table(experiment: Any) -> str:
    rows: list[list[Cell]] = [[f"`{m.name}`", m.help, m.unit or "–", m.better or "–"] for m in experiment.metrics]
    return boxed(Table(["metric", "what it is", "unit", "better"], rows), "wide-2")


def _studies(own: ExperimentContent, found: Sequence[Any]) -> dict[str, list[Any]]:
    """An arm's records by the study that they belong to."""
    groups: dict[str, list[Any]] = {}
    for record in found:
        groups.setdefault(own.origin(record).label, []).append(record)
    return groups


def _study(label: str, found: Sequence[Any], own: ExperimentContent) -> str:
    """metric × seed, what all its records share, and of each record the rest."""
    rows: list[list[Cell]] = [["record", *(Piece(record.key[:8], record_link(record.id)) for record in found)]]
    for metric in own.experiment.metrics:
        rows.append([f"`{metric.name}`", *(number(record.metrics.get(metric.name)) for record in found)])
    columns = ["metric", *(f"seed {record.seed}" for record in found)]
    table = boxed(Table(columns, rows, caption=label[0].upper() + label[1:]), "metrics")
    facts = [dict(_facts(record, own)) for record in found]
    shared = {name: cell for name, cell in facts[0].items() if all(each[name] == cell for each in facts)}
    entries = [
        _entry(record, label, {name: cell for name, cell in each.items() if name not in shared}, own)
        for record, each in zip(found, facts, strict=True)
    ]
    return "\n".join([table, folded("How they were made", definitions(list(shared.items()))), *entries])


def _entry(record: Any, label: str, facts: Mapping[str, Cell | None], own: ExperimentContent) -> str:
    line = f"**{record.name}**: seed {record.seed}; {escape(label)}{'; the run diverged' if record.diverged else ''}."
    if record.sweep is not None:
        line += f" Its table: {_sweep_link(record)}."
    again = _again(record, own)
    rows = [("Make it again", f"`{again}`" if again else NO_WAY), *facts.items()]
    tables = [_table(table, rows) for table, rows in record.tables.items()]
    return "\n".join([anchor(record_link(record.id)) + line + "\n", definitions(rows), *tables])


def _again(record: Any, own: ExperimentContent) -> str | None:
    """The command that makes exactly this record again; None where today's experiment asks for something else."""
    origin = own.origin(record)
    if not origin.preset or record.asked.get("threads", 1) != 1:
        return remake_command(own.experiment, record)
    device = device_asked(own.experiment, record)
    study = command(record.experiment, origin.preset, None, origin.reading, device=device)
    return f"{study} --arm {record.arm} --seed {record.seed} --refresh"


def _facts(record: Any, own: ExperimentContent) -> list[tuple[str, Cell | None]]:
    made = record.provenance
    solver = {name: record.asked[name] for name in ("solver", "device", "threads", "version") if name in record.asked}
    took = f"{made.started}, in {duration(made.wall_s)} ({duration(made.cpu_s)} of CPU time)"
    batch = plural(made.batch_records, "record")
    commit = f"`{made.git.commit}`" + (", with changes" if made.git.dirty else "") if made.git else "not known"
    return [
        ("Settings", _pairs(record.asked["settings"])),
        ("Data", _pairs(record.asked["data"] | record.data.facts)),
        ("Data digest", f"`{record.data.digest}`"),
        ("Solver", _pairs(solver)),
        ("Standing", _standing(own.standings.get(record.id, ""))),
        ("Made", f"{took}, its share of a batch of {batch}; peak memory {made.peak_memory_mib:,.0f} MiB"),
        ("Run", f"that of `{made.run_of}`, which asks for the same" if made.run_of else None),
        ("Made on", f"{made.cpu}, {made.system}, Python {made.python}, {made.mxnet} {made.packages.get('mxnet', '')}"),
        ("Commit", commit),
        ("Source digest", f"`{made.source}`"),
        ("First losses", ", ".join(number(loss) for loss in record.first_losses[:5]) + " …"),
        ("Key", f"`{record.key}`"),
    ]


def archive(own: ExperimentContent) -> bytes:
    """The experiment's records as a tar.xz file, each as it is committed; the same bytes each time.

    Records of one study say much the same. A ZIP file packs each by itself and is twice as large.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as packed:
        for record in sorted(own.records, key=lambda record: record.name):
            text = record.text().encode()
            entry = tarfile.TarInfo(f"{own.experiment.name}/{record.name}.json")  # of 1970, and of nobody
            entry.size = len(text)
            packed.addfile(entry, io.BytesIO(text))
    return lzma.compress(buffer.getvalue(), preset=9)


def archive_path(experiment: Any) -> str:
    """Where the archive of an experiment lies in the book's source."""
    return f"{DOWNLOADS}/{experiment.id}.tar.xz"


def _archive_link(experiment: Any) -> str:
    file = f"{{download}}`{experiment.name}.tar.xz </{archive_path(experiment)}>`"
    return f"All of them whole, with their curves: {file}; `tar -xf {experiment.name}.tar.xz` unpacks them."


def _sweep_link(record: Any) -> str:
    folder = record.path.rpartition("/")[0]
    size = f"{plural(record.sweep.rows, 'row')} of {', '.join(record.sweep.columns)}"
    return f"{{download}}`{record.sweep.file} </{DOWNLOADS}/{folder}/{record.sweep.file}>` ({size})"


def _pairs(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} {value_text(value)}" for name, value in values.items())


def _standing(standing: str) -> str | None:
    return {
        "fresh": "fresh: the source is as it was",
        "confirmed": "source changed, behaviour confirmed",
        "stale": "stale: the source has changed since, and nobody has confirmed its behaviour",
    }.get(standing)


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells: list[list[Cell]] = [[value_text(row.get(column)) for column in columns] for row in rows]
    return to_myst(Table(columns, cells, caption=f"Table {name}"))
