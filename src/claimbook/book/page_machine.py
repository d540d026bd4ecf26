"""The machine page: what the records were made on and how long it took, and the rehearsal on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claimbook.book.content import Content
from claimbook.book.links import Link, experiment_link
from claimbook.book.snippets import anchor, boxed, definitions
from claimbook.book.tables import Cell, Piece, Table
from claimbook.book.text import duration, number, plural


def machine_link(place: str) -> Link:
    """The anchor of a machine that records were made on."""
    return Link("machine", f"machine-{place}")


def environments(records: Sequence[Any]) -> list[tuple[str, Any, list[Any]]]:
    """Records grouped by all that could matter of where they were made: (number, provenance of one, the records)."""
    groups: dict[tuple, list[Any]] = {}
    for record in records:
        groups.setdefault(_environment(record), []).append(record)
    return [(str(i), own[0].provenance, own) for i, own in enumerate(groups.values(), 1)]


def _environment(record: Any) -> tuple:
    made = record.provenance
    return (
        *(made.python, made.system, made.machine, made.cpu, made.cores, made.threads, made.device, made.mxnet),
        tuple(sorted(made.packages.items())),
    )


def on_gpu(content: Content) -> str:
    """Whether any number was made on a GPU, from the records themselves."""
    records = content.records
    gpu = [record for record in records if not record.provenance.device.startswith("cpu")]
    if not records:
        return "No record is committed yet, and so no number in this book was made on a GPU.\n"
    if gpu:
        return f"{plural(len(gpu), 'record')} of {len(records):,} were made on a GPU, the others on a CPU.\n"
    return f"No number in this book was made on a GPU: all {plural(len(records), 'record')} were made on a CPU.\n"


def machine(content: Content) -> str:
    """Machines and versions, run times of the records, run times of the rehearsal."""
    return "\n".join([_machines(content), _times(content), _rehearsal(content)])


def _machines(content: Content) -> str:
    parts = []
    for place, made, own in environments(content.records):
        packages = ", ".join(f"{name} {version}" for name, version in sorted(made.packages.items()))
        rows = [
            ("Processor", f"{made.cpu}, {plural(made.cores, 'core')}, {made.machine}"),
            ("System", made.system),
            ("Computed on", f"{made.device}, {plural(made.threads, 'thread')} a process"),
            ("Python", made.python),
            ("MXNet build", made.mxnet),
            ("Packages", packages),
            ("Records made there", number(len(own))),
        ]
        parts.append(f"{anchor(machine_link(place))}## Machine {place}\n\n{definitions(rows)}")
    return "\n".join(parts)


def _times(content: Content) -> str:
    rows: list[list[Cell]] = []
    for paper in content.papers:
        for own in paper.experiments:
            for arm in own.experiment.arms:
                records = [record for record in own.of(arm.id) if record.provenance.run_of is None]
                if records:
                    rows.append(
                        [Piece(own.experiment.id, experiment_link(own.experiment.id)), *_arm_times(arm, records)]
                    )
    columns = ["experiment", "arm", "records", "wall time", "CPU time", "peak memory"]
    text = "## Run times\n\nRecords made in one batch share its time evenly. An arm whose runs "
    text += "another experiment has made stands there.\n\n"
    return text + (boxed(Table(columns, rows), "times") if rows else "No record is committed yet.\n")


def _arm_times(arm: Any, records: Sequence[Any]) -> list[Cell]:
    wall = sum(record.provenance.wall_s for record in records)
    cpu = sum(record.provenance.cpu_s for record in records)
    memory = max(record.provenance.peak_memory_mib for record in records)
    return [arm.id, number(len(records)), duration(wall), duration(cpu), f"{memory:,.0f} MiB"]


def _rehearsal(content: Content) -> str:
    text = "## The rehearsal\n\nBefore a book is built, every notebook runs live at preset smoke.\n\n"
    if not content.rehearsal:
        return text + "No rehearsal was run on the machine that built this copy.\n"
    rows: list[list[Cell]] = [[name, duration(seconds)] for name, seconds in content.rehearsal.items()]
    return text + boxed(Table(["notebook", "time, with the kernel's start"], rows), "times")
