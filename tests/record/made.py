"""Records for the tests, made without running an engine."""

from __future__ import annotations

import json
from pathlib import Path

from engine.fakes import tasks

from claimbook.record.canonical import digest_of
from claimbook.record.provenance import Meter
from claimbook.record.schema import Record, make_record
from claimbook.record.unfinished import Unfinished


def record_of(task) -> Record:
    """The record of a task of the fake experiment."""
    ((_, measurement),) = task.experiment.measure([task], lambda done, total: None, Unfinished())
    return make_record(task, measurement, Meter("engine.fakes", 1, task.threads, task.device).provenance())


def first_record(**kwargs) -> Record:
    """The record of arm "up", seed 0, at preset paper."""
    return record_of(tasks(only=[("up", 0)], **kwargs)[0])


def edit(file: Path, resign: bool = False, **changes) -> None:
    """Change fields of a record's file; with `resign` its self-digest fits again."""
    fields = json.loads(file.read_text()) | changes
    if resign:
        fields["digest"] = digest_of({name: value for name, value in fields.items() if name != "digest"})
    file.write_text(json.dumps(fields))
