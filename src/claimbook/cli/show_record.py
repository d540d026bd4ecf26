"""Everything that is known of one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from claimbook.book.text import duration, number, plural, value_text
from claimbook.cli.finding import FoundRecord
from claimbook.cli.layout import Rows, facts, heading
from claimbook.experiment import registry
from claimbook.experiment.base import Experiment
from claimbook.record.source import source_digest
from claimbook.study.remaking import remake_command

STANDINGS = {
    "fresh": "fresh: made by the source code that is here",
    "confirmed": "confirmed: the source has changed since, and its first losses came out again",
    "stale": "stale: the source has changed since it was made; `claimbook revalidate` tells whether that matters",
    "foreign": "foreign: this Claimbook has no such experiment",
}


def document(found: FoundRecord) -> dict[str, Any]:
    """The whole record, its file, how it stands, and the command that remakes it."""
    return {
        "record": found.record.model_dump(mode="python"),
        "id": found.record.id,
        "file": str(found.file),
        "sweep_file": str(found.file.with_name(found.record.sweep.file)) if found.record.sweep is not None else None,
        "standing": standing(found),
        "remake": _remake(found),
    }


def standing(found: FoundRecord) -> str:
    """ "fresh", "confirmed", "stale", or "foreign"; outside of a store no stamp can confirm a record."""
    experiment = _experiment(found)
    if experiment is None:
        return "foreign"
    source = source_digest(type(experiment).__module__)
    if found.store is not None:
        return found.store.standing(found.record, source)
    return "fresh" if found.record.provenance.source == source else "stale"


def _experiment(found: FoundRecord) -> Experiment | None:
    return registry.experiments().get(found.record.experiment)


def _remake(found: FoundRecord) -> str | None:
    experiment = _experiment(found)
    return remake_command(experiment, found.record) if experiment is not None else None


def view(found: FoundRecord) -> list:
    """What was asked, measured and used; where it came from; the tables in short; how to make it again."""
    record, command = found.record, _remake(found)
    return [
        Text.assemble("\n", (record.id, "bold")),
        facts(
            [
                ("file", str(found.file)),
                ("standing", STANDINGS[standing(found)]),
                ("key", record.key),
                ("diverged", "yes: it has no finite result, and is counted" if record.diverged else ""),
            ]
        ),
        heading("Asked"),
        facts(_asked(record.asked)),
        heading("Measured"),
        facts([*_metrics(found), *((f"curve {name}", _curve(curve)) for name, curve in record.curves.items())]),
        facts(_sweep(found)),
        *(part for name, rows in record.tables.items() for part in _table(name, rows)),
        heading("Data used"),
        facts([("digest", record.data.digest), *((k, value_text(v)) for k, v in record.data.facts.items())]),
        heading("Made"),
        facts(_made(record.provenance)),
        heading("Make it again"),
        f"  {command}" if command else Text("  Today's experiment asks for something else; no command makes this one."),
    ]


def _asked(asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [(name, value_text(value)) for name, value in asked["settings"].items()]
    rows += [(f"data {name}", value_text(value)) for name, value in asked["data"].items()]
    return rows + [(name, value_text(asked[name])) for name in ("solver", "device", "threads", "version")]


def _metrics(found: FoundRecord) -> list[tuple[str, str]]:
    experiment = _experiment(found)
    units = {metric.name: metric.unit for metric in experiment.metrics} if experiment is not None else {}
    texts = {name: number(value) for name, value in found.record.metrics.items()}
    return [(name, f"{text} {units.get(name, '')}".strip() if text != "–" else text) for name, text in texts.items()]


def _curve(curve: dict[str, list]) -> str:
    length = len(next(iter(curve.values()), []))
    return f"{plural(length, 'point')} of {', '.join(curve)} (all with --json)"


def _sweep(found: FoundRecord) -> list[tuple[str, str]]:
    head = found.record.sweep
    if head is None:
        return []
    said = f"{plural(head.rows, 'row')} of {', '.join(head.columns)}"
    return [("sweep", said), ("sweep file", str(found.file.with_name(head.file)))]


def _table(name: str, rows: list[dict[str, Any]]) -> list:
    if not rows:
        return []
    columns = list(rows[0])
    return [
        heading(f"Table {name}"),
        Rows(columns, [[value_text(row.get(c)) for c in columns] for row in rows], columns),
    ]


def _made(origin) -> list[tuple[str, Any]]:
    git = (
        f"{origin.git.commit}{' with changes' if origin.git.dirty else ''}" if origin.git is not None else "no checkout"
    )
    batch = f"in a batch of {origin.batch_records}, which took {duration(origin.batch_wall_s)}"
    return [
        ("when", origin.started),
        (
            "processor",
            f"{origin.cpu}, {plural(origin.cores, 'core')}; {plural(origin.threads, 'thread')} on {origin.device}",
        ),
        ("system", f"{origin.system} {origin.machine}, Python {origin.python}"),
        ("packages", ", ".join(f"{name} {version}" for name, version in origin.packages.items())),
        ("commit", git),
        ("source", origin.source),
        ("time", f"{duration(origin.wall_s)} ({duration(origin.cpu_s)} of processor), {batch}"),
        ("memory", f"{number(origin.peak_memory_mib)} MiB at most"),
        *([("run", f"that of {origin.run_of}, which asks for the same")] if origin.run_of else []),
    ]
